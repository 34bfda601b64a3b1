"""Our notices in the metadata of an invoice: how they are written there and found again. Pure.

Keys and values of metadata are texts; that 40 and 500 characters are the most is UNVERIFIED (§2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from connectors._values import Json, child, text
from core.domain.platform_records import NoticeToWrite, PlatformNotice

LEVEL, LAST_ON, NOTICES = "mahnwerk_level", "mahnwerk_last_notice_on", "mahnwerk_notice"
_LONGEST = 500  # characters of a value
_BETWEEN = "; "
_MARKER = r"Mahnwerk [0-9A-Za-z_.:-]{1,60}/[0-9A-Za-z_.:-]{1,60}"
_ENTRY = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}) ([0-9]{{1,2}}) ({_MARKER})")


class Entry(NamedTuple):
    """One notice of ours, as it stands in the metadata: ``2026-03-02 1 Mahnwerk 7/12``."""

    on: date
    level: int
    marker: str

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.level} {self.marker}"


def is_marker(marker: str) -> bool:
    """Whether it would be found again."""
    return re.fullmatch(_MARKER, marker) is not None


def entries(row: Json) -> list[Entry]:
    """Our notices on an invoice, the oldest first; what somebody else wrote there is none."""
    return list(_entries(text(child(row, "metadata"), NOTICES)))


def _entries(written: str) -> Iterator[Entry]:
    for each in written.split(_BETWEEN.strip()):
        found = _ENTRY.fullmatch(each.strip())
        if found is None:
            continue
        try:
            yield Entry(date.fromisoformat(found[1]), int(found[2]), found[3])
        except ValueError:
            continue


def as_notice(entry: Entry, invoice: str) -> PlatformNotice:
    title = f"Mahnstufe {entry.level}" if entry.level else "Mahnung"
    return PlatformNotice(f"{invoice}:{entry.marker}", invoice, entry.on, title, entry.marker)


def notices_of(row: Json) -> list[PlatformNotice]:
    return [as_notice(each, text(row, "id")) for each in entries(row)]


def metadata(row: Json, notice: NoticeToWrite) -> list[tuple[str, str]]:
    """What is to be set so that a notice stands on its invoice, in the order of the form.

    A level that is there already is never lowered, nor is a later day: an older notice may be written
    after a newer one.
    """
    there = child(row, "metadata")
    kept = [each for each in entries(row) if each.marker != notice.marker]
    new = Entry(notice.on, min(max(notice.level, 0), 99), notice.marker)
    level = max(_level(text(there, LEVEL)), new.level)
    last = max(_day(text(there, LAST_ON)), notice.on)
    return [
        (f"metadata[{LEVEL}]", str(level)),
        (f"metadata[{LAST_ON}]", last.isoformat()),
        (f"metadata[{NOTICES}]", _joined([*kept, new])),
    ]


def _joined(found: list[Entry]) -> str:
    """As many of the newest as a value holds."""
    parts = [str(each) for each in found]
    while len(_BETWEEN.join(parts)) > _LONGEST:
        parts.pop(0)
    return _BETWEEN.join(parts)


def _level(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 0


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min
