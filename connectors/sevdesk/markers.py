"""How a reminder of ours is told from one that a person made in sevDesk: by a tag. Pure.

A tag can be put on a document in any state and changes nothing of it (§3); a text would have to be
written by saving the reminder anew, with all of its positions, and nobody has verified what that
does to its sums. That reminders show their tags by ``embed=tags`` is UNVERIFIED (§1.4, §9.8); Mahnwerk
keeps the id of what it made besides.
"""

from __future__ import annotations

import re
from datetime import date

from connectors._values import Json, child, children, text
from connectors.sevdesk.reminders import title_of
from connectors.sevdesk.values import readable
from core.domain.platform_records import PlatformNotice

TAGS = "tags"  # embed
_MARKER = re.compile(r"Mahnwerk [0-9A-Za-z_.:-]{1,60}/[0-9A-Za-z_.:-]{1,60}")


def marker_of(row: Json) -> str:
    """The marker of a reminder that Mahnwerk made; "" for any other, and where no tags are shown."""
    return next((name for name in _names(row) if _MARKER.fullmatch(name)), "")


def is_marker(marker: str) -> bool:
    """Whether ``marker_of`` would find it again."""
    return bool(_MARKER.fullmatch(marker))


def shows_tags(row: Json) -> bool:
    return isinstance(row.get(TAGS), list)


def as_notice(
    row: Json, invoice: str, marker: str, otherwise: date | None = None
) -> PlatformNotice:
    """A reminder of ours, draft or not; ``otherwise`` is its day when it bears none."""
    on = readable(row, "invoiceDate") or readable(row, "create") or otherwise
    return PlatformNotice(text(row, "id"), invoice, on, title_of(row), marker)


def _names(row: Json) -> list[str]:
    """Tags, or relations to tags: which of them is embedded is UNVERIFIED."""
    return [text(each, "name") or text(child(each, "tag"), "name") for each in children(row, TAGS)]
