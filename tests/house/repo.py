"""Which files the tests of the house look at: those that git holds or would take."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "connectors", "config", "cli", "sandbox")
BINARY = {".pdf", ".png", ".jpg", ".xlsx", ".ttf", ".otf", ".icc", ".db", ".zip"}


@cache
def files() -> tuple[Path, ...]:
    """All files of the repository: tracked, or new and not ignored."""
    if not (ROOT / ".git").exists():  # an exported source tree
        skip = {".venv", "__pycache__"}
        found = (p for p in ROOT.rglob("*") if p.is_file() and not skip & set(p.parts))
        return tuple(sorted(found))
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in names.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def code() -> list[Path]:
    """Python files of the packages that are shipped, without migrations."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in PACKAGES
        and "migrations" not in path.parts
    ]


def texts() -> list[tuple[str, str]]:
    """(path, content) of every text file."""
    found = []
    for path in files():
        if path.suffix in BINARY:
            continue
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a DATEV file in its own encoding
            content = path.read_text(encoding="latin-1")
        found.append((path.relative_to(ROOT).as_posix(), content))
    return found
