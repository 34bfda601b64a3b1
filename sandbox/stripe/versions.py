"""Versions of the API (§0.1): which there are, and which are older than basil."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.stripe.world import World

VERSION = "2026-10-28.endive"  # the newest stable one, which the stand-in's objects are made of
# An account whose default nobody ever raised (§0.2); from general memory, UNVERIFIED.
OLD_VERSION = "2020-08-27"
_BASIL = "2025-03-31"
_NAMES = {
    "acacia": "2024-09-30",
    "basil": _BASIL,
    "clover": "2025-09-30",
    "dahlia": "2026-03-25",
    "endive": "2026-09-30",
}
_VERSION = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.([a-z]+))?\Z", flags=re.ASCII)


def account_version(world: World) -> str:
    """The default of the account: for requests without a version, and for its events (§0.3)."""
    old = world.variants["account_version"] == "basil_before"
    return OLD_VERSION if old else VERSION


def is_version(text: str) -> bool:
    """Whether there is such a version: a day up to ours, with the name of its time.

    Days on which nothing was released are taken, too: only some of them are known here.
    """
    match = _VERSION.match(text)
    if match is None or match[1] > VERSION[:10]:
        return False
    named = max((each for each in _NAMES.items() if each[1] <= match[1]), key=_day, default=None)
    return match[2] == (named[0] if named else None)


def is_old(text: str) -> bool:
    """Whether objects of this version look as before basil (§0.4)."""
    return text[:10] < _BASIL


def _day(named: tuple[str, str]) -> str:
    return named[1]
