"""Where the stream of invoices stands: the cursor, and its way to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.domain.platform_records import Cursor

# What was changed while a page was on its way may be listed only afterwards (§5).
OVERLAP = timedelta(seconds=120)
_MOST = 500  # ids that are kept; the nightly comparison finds the others


@dataclass(frozen=True, slots=True)
class Position:
    """How far the invoices are read.

    Args:
        changed: latest change that was seen, by the clock of sevDesk; "" while nothing was.
        compared_on: day on which everything was last compared, not only what changed.
        began: when the first reading began; None when it is over.
        offset: rows of the first reading that are stored.
        rows: size of the list of invoices, when it was last read in full.
        cancelled: invoices that have a cancellation (SR) and were not met yet.
        ignored: filters that sevDesk ignores, told already since ``compared_on``.
        unread: records that could not be read.

    """

    changed: str = ""
    compared_on: date | None = None
    began: datetime | None = None
    offset: int = 0
    rows: int = 0
    cancelled: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    unread: frozenset[str] = field(default_factory=frozenset)

    @property
    def first(self) -> bool:
        """Whether the first reading is not over."""
        return self.compared_on is None

    def cursor(self, unread: Iterable[str] = ()) -> Cursor:
        """As JSON; ``unread`` are ids that could not be read since."""
        found: dict[str, Any] = {"changed": self.changed} if self.changed else {}
        if self.compared_on is not None:
            found["compared_on"] = self.compared_on.isoformat()
        if self.began is not None:
            found["began"] = self.began.astimezone(UTC).isoformat()
            found["offset"] = self.offset
        if self.rows:
            found["rows"] = self.rows
        lists = {
            "cancelled": self.cancelled,
            "ignored": self.ignored,
            "unread": self.unread | set(unread),
        }
        return found | {name: sorted(ids)[:_MOST] for name, ids in lists.items() if ids}

    def at(self, offset: int, rows: int | None) -> Position:
        return replace(self, offset=offset, rows=rows or 0)

    def seen(self, changed: str, began: datetime) -> Position:
        """With the latest change of a list that was read to its end.

        Never later than the beginning of the reading: a row that came while later pages were read
        stands on none of them.
        """
        return replace(self, changed=max(self.changed, min(changed, stamp(began))))


def stamp(at: datetime) -> str:
    """An instant as it is compared with those of rows (``connectors._values.second``)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_before(changed: str) -> tuple[int, str]:
    """Shortly before an instant, as ``updateAfter`` takes it and as rows are compared with it."""
    at = datetime.fromisoformat(changed) - OVERLAP
    return int(at.timestamp()), stamp(at)


def read_position(cursor: Cursor) -> Position:
    """A cursor that this connector made; {} is the beginning."""
    compared, began = cursor.get("compared_on"), cursor.get("began")
    return Position(
        changed=str(cursor.get("changed", "")),
        compared_on=date.fromisoformat(compared) if compared else None,
        began=datetime.fromisoformat(began) if began else None,
        offset=int(cursor.get("offset", 0)),
        rows=int(cursor.get("rows", 0)),
        cancelled=frozenset(cursor.get("cancelled", ())),
        ignored=frozenset(cursor.get("ignored", ())),
        unread=frozenset(cursor.get("unread", ())),
    )
