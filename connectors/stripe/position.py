"""Where the stream of invoices stands: the cursor, and its way to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.domain.platform_records import Cursor

# An event may be listed after a newer one (§1 "overlap windows"; how much later is UNVERIFIED).
OVERLAP = timedelta(minutes=5)
# Events are kept for 30 days; after a gap of more than about 29 everything is listed anew (§3).
LONGEST_GAP = timedelta(days=29)
MOST = 3000  # ids that are kept; what is not is read once more
# Lists of the first reading, in this order: what is open first, for that is what matters.
STATUSES = ("open", "paid", "uncollectible", "void")


@dataclass(frozen=True, slots=True)
class Position:
    """How far the invoices are read.

    Args:
        fed: when the newest event came to be that was heard of, by Stripe's clock.
        heard: events of the overlap before ``fed``; they need not be followed again.
        read_at: when the last reading began that came to its end.
        compared_on: day on which everything open was last listed.
        began: when a reading of everything began that is not over.
        status: the list that it is at.
        after: the last invoice of that list that is stored.
        pages: pages that all lists of invoices had, when they were last read in full.
        missing: what the key may not read or the server does not have, as told on ``compared_on``.
        absent: those of them that the server does not have at all.
        unread: invoices that could not be read.
        resumed: a reading of everything was interrupted, or is not the first one.
        deaf: the last reading that heard events, where those since could not be asked for.
        lost: events came to be that are not kept any more, and nobody heard them.
        returned: refunds and disputes that were followed to their invoices; see ``followed``.

    """

    fed: datetime | None = None
    heard: frozenset[str] = frozenset()
    read_at: datetime | None = None
    compared_on: date | None = None
    began: datetime | None = None
    status: str = ""
    after: str = ""
    pages: int = 0
    missing: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    resumed: bool = False
    deaf: datetime | None = None
    lost: bool = False
    returned: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether everything is to be listed, or is being listed."""
        return self.compared_on is None or self.began is not None or self.lost

    def cursor(self, unread: Iterable[str] = ()) -> Cursor:
        """As JSON; ``unread`` are ids that could not be read since."""
        found: dict[str, Any] = {}
        for name in ("fed", "read_at", "began", "deaf"):
            at = getattr(self, name)
            if at is not None:
                found[name] = at.astimezone(UTC).isoformat()
        if self.compared_on is not None:
            found["compared_on"] = self.compared_on.isoformat()
        for name in ("status", "after", "pages", "resumed", "lost"):
            if value := getattr(self, name):
                found[name] = value
        lists = {
            "heard": self.heard,
            "missing": self.missing,
            "absent": self.absent,
            "returned": self.returned,
            "unread": self.unread | set(unread),
        }
        return found | {name: sorted(ids)[:MOST] for name, ids in lists.items() if ids}

    def too_old(self, now: datetime) -> bool:
        """Whether events may have been forgotten since the last reading."""
        return self.read_at is not None and now - self.read_at > LONGEST_GAP

    def begun(self, now: datetime) -> Position:
        """At the beginning of a reading of everything, or where one was interrupted."""
        if self.began is not None and now - self.began <= LONGEST_GAP:
            return replace(self, resumed=True)
        again = self.compared_on is not None or self.began is not None
        return replace(self, began=now, status=STATUSES[0], after="", resumed=again)


def read_position(cursor: Cursor) -> Position:
    """A cursor that this connector made; {} is the beginning."""
    compared = cursor.get("compared_on")
    return Position(
        fed=_instant(cursor, "fed"),
        heard=frozenset(cursor.get("heard", ())),
        read_at=_instant(cursor, "read_at"),
        compared_on=date.fromisoformat(compared) if compared else None,
        began=_instant(cursor, "began"),
        status=str(cursor.get("status", "")),
        after=str(cursor.get("after", "")),
        pages=int(cursor.get("pages", 0)),
        missing=frozenset(cursor.get("missing", ())),
        absent=frozenset(cursor.get("absent", ())),
        unread=frozenset(cursor.get("unread", ())),
        resumed=bool(cursor.get("resumed", False)),
        deaf=_instant(cursor, "deaf"),
        lost=bool(cursor.get("lost", False)),
        returned=frozenset(cursor.get("returned", ())),
    )


def _instant(cursor: Cursor, name: str) -> datetime | None:
    found = cursor.get(name)
    return datetime.fromisoformat(found) if found else None
