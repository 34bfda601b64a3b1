"""Looks at files before they are committed: their form, their size, whether they can be read.

``python tests/house/check_files.py [FILE…]``: names each fault and exits 1. Used by pre-commit
with the changed files and by ``make docs`` with all of them.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import yaml

LARGE = 500_000  # bytes; letters in the docs are smaller
# The lock file has hashes for every system; data files keep the bytes they came with.
NO_LIMIT = {"requirements.lock"}
AS_THEY_CAME = {".csv", ".txt", ".pdf", ".png", ".jpg", ".xlsx", ".ttf", ".otf", ".icc", ".dat"}
SIGNATURE = "-- "  # begins the signature of a mail (RFC 3676), and needs its blank
MARKS = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
READERS: dict[str, Callable[[str], object]] = {
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def faults(path: Path) -> list[str]:
    """What is wrong with one file, in words; empty when nothing is."""
    data = path.read_bytes()
    found = []
    if len(data) > LARGE and path.name not in NO_LIMIT:
        found.append(f"{len(data)} bytes are too much for the repository")
    if path.suffix.lower() in AS_THEY_CAME:
        return found
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [*found, "is not UTF-8"]
    if b"\r" in data:
        found.append("has carriage returns")
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        found.append("does not end with exactly one line end")
    blanks = [
        str(number)
        for number, line in enumerate(text.split("\n"), 1)
        if line not in {line.rstrip(), SIGNATURE}
    ]
    if blanks:
        found.append(f"has blanks at the end of line {', '.join(blanks[:5])}")
    if MARKS.search(text):
        found.append("has marks of a merge conflict")
    return [*found, *_unreadable(path, text)]


def _unreadable(path: Path, text: str) -> list[str]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        return []
    try:
        reader(text)
    except (ValueError, yaml.YAMLError) as error:
        return [f"cannot be read: {str(error).splitlines()[0]}"]
    return []


def main(names: list[str]) -> int:
    if names:
        paths = [Path(name) for name in names]
    else:
        from repo import files

        paths = list(files())
    bad = [f"{path}: {fault}" for path in paths if path.is_file() for fault in faults(path)]
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
