"""Where the stream of invoices stands: the cursor, and its way to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from connectors.lexoffice.listing import Window
from core.domain.platform_records import Cursor

_MOST_UNREAD = 500  # that are asked for alone again; a list shows the others


@dataclass(frozen=True, slots=True)
class Position:
    """``synced_at`` None: the first reading is not over; it began at ``began``.

    ``windows`` and ``page`` are what is left of the history then; ``rows`` is its size.
    """

    synced_at: datetime | None = None
    began: datetime | None = None
    windows: tuple[Window, ...] = ()
    page: int = 0
    rows: int = 0
    unread: frozenset[str] = field(default=frozenset())

    def cursor(self, unread: Iterable[str] = ()) -> Cursor:
        """As JSON; ``unread`` are ids that could not be read since."""
        found: dict[str, Any] = {}
        for name, at in (("synced_at", self.synced_at), ("began", self.began)):
            if at is not None:
                found[name] = at.astimezone(UTC).isoformat()
        if self.began is not None:
            found["windows"] = [[_iso(w.first), _iso(w.last)] for w in self.windows]
            found["page"], found["rows"] = self.page, self.rows
        left = sorted(self.unread | set(unread))[:_MOST_UNREAD]
        return {**found, "unread": left} if left else found

    def at_page(self, page: int, rows: int) -> Position:
        return replace(self, page=page, rows=rows)

    def at_windows(self, windows: tuple[Window, ...]) -> Position:
        return replace(self, windows=windows, page=0)


def read_position(cursor: Cursor) -> Position:
    """A cursor that this connector made; {} is the beginning."""
    return Position(
        _instant(cursor, "synced_at"),
        _instant(cursor, "began"),
        tuple(Window(_day(first), _day(last)) for first, last in cursor.get("windows", ())),
        int(cursor.get("page", 0)),
        int(cursor.get("rows", 0)),
        frozenset(cursor.get("unread", ())),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(cursor: Mapping[str, Any], name: str) -> datetime | None:
    found = cursor.get(name)
    return datetime.fromisoformat(found) if found else None
