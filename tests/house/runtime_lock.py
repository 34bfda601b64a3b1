"""Writes requirements-run.lock: the part of requirements.lock that Mahnwerk needs to run.

    python tests/house/runtime_lock.py          # after `make lock`, in the environment made of it

What tests and checks need beside it (a browser, a PostgreSQL, type checkers) is no part of an image.
Requirements for other systems and versions of Python stay, with their markers, as in the whole lock.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from repo import ROOT

TARGET = ROOT / "requirements-run.lock"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_WANTED = re.compile(r"\[([^\]]*)\]")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def blocks() -> dict[str, str]:
    """Name -> its lines in requirements.lock."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    joined: dict[str, str] = {}
    # One name may stand twice, for two versions of Python.
    for each in filter(None, re.split(r"(?m)^(?=[A-Za-z0-9])", text)):
        name = normal(_NAME.match(each)[0])
        joined[name] = joined.get(name, "") + each
    return joined


def closure(first: list[str]) -> set[str]:
    """The names that these requirements need, with theirs; extras only where they are asked for."""
    seen: set[tuple[str, str]] = set()
    todo = list(first)
    while todo:
        requirement = todo.pop()
        name = normal(_NAME.match(requirement)[0])
        asked = _WANTED.search(requirement.split(";")[0])
        for extra in ["", *([e.strip() for e in asked[1].split(",")] if asked else [])]:
            if (name, extra) not in seen:
                seen.add((name, extra))
                todo += _needs(name, extra)
    return {name for name, _ in seen}


def _needs(name: str, extra: str) -> list[str]:
    try:
        found = requires(name) or []
    except PackageNotFoundError:  # for another system
        return []
    of = [(each, _EXTRA.search(each)) for each in found]
    return [each for each, only in of if (only[1] if only else "") == extra]


def rendered() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    first = project["project"]["dependencies"] + project["build-system"]["requires"]
    wanted, known = closure(first), blocks()
    return "".join(known[name] for name in sorted(wanted & known.keys()))


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
