"""What changed since the last sync, and everything open: no webhook, and no change that is promised.

Whether a booking moves an invoice's ``update`` is UNVERIFIED (§5.2, §9.2). So what is open is listed
every time, once a day everything is, and what is believed open and stands on no list is read alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors._values import Json, second, text
from connectors.sevdesk.client import Value
from connectors.sevdesk.filters import Holds
from connectors.sevdesk.kinds import OPEN, OPEN_STATUSES, credit_note_id
from connectors.sevdesk.position import Position, instant_before
from connectors.sevdesk.stream import Pass
from core.domain.platform_records import Batch

_UPDATED = "Invoice updateAfter"
_OPEN = f"Invoice status={OPEN}"
_PARTLY = "Invoice partiallyPaid"
_FEW = 2  # documents that are sooner read alone than looked for on a list


def changes(work: Pass, position: Position, now: datetime) -> Iterator[Batch]:
    """Ends with a cursor at the latest change that was seen; until then the old one stays good."""
    believed = set(work.known.open_invoices())
    again = position.unread & work.known.unread()
    daily = position.compared_on != work.scope.today
    work.read_credit_notes()
    listing = _Listing(work, position, whole=daily)
    yield from listing.changed()
    yield from listing.open(believed)
    # Before the credit notes: what an invoice is now decides whether it counts them already.
    left = sorted((believed | again) - work.reader.seen)
    yield from work.read_each([each for each in left if not credit_note_id(each)], position)
    yield work.take(position)
    yield from work.put_credit_notes(position)
    left = sorted((believed | again) - work.reader.seen)
    yield from work.read_each(left, position)
    yield from work.put_reminders(position, whole=listing.whole)
    yield work.take(position)
    yield from work.correct_cancelled(position)
    bank = work.bank(tell=daily)
    position = position.seen(work.newest, now)
    compared = work.scope.today if listing.whole else position.compared_on
    rows = listing.rows or position.rows
    yield work.take(replace(position, compared_on=compared, rows=rows, unread=again), bank)


@dataclass(slots=True)
class _Listing:
    """Lists of invoices of one pass. ``whole``: everything is, or was, listed."""

    work: Pass
    position: Position
    whole: bool
    rows: int = 0  # of the whole list

    def changed(self) -> Iterator[Batch]:
        """What changed; everything when nobody can tell, and once a day anyway."""
        seen = self.position.changed
        self.whole |= not seen or _UPDATED in self.work.filters.ignored
        if self.whole:
            yield from self._everything()
            return
        seconds, at = instant_before(seen)

        def holds(row: Json) -> bool:
            update = second(row, "update")
            return not update or update >= at

        yield from self._list({"updateAfter": seconds}, _UPDATED, holds)

    def open(self, believed: set[str]) -> Iterator[Batch]:
        """What is open; a booking may have left no trace in the list of changes."""
        if self.whole:
            return
        yield from self._list({"status": int(OPEN)}, _OPEN, lambda row: text(row, "status") == OPEN)
        if self.whole or len(self._missing(believed)) <= _FEW:
            return
        # Partly paid ones: that status=750 is a filter is UNVERIFIED (§2.1, §9.3).
        yield from self._list({"partiallyPaid": True}, _PARTLY, _is_open)
        if not self.whole and len(self._missing(believed)) > _FEW + self._pages():
            yield from self._everything()

    def _everything(self) -> Iterator[Batch]:
        self.whole = True
        for page in self.work.lists.invoices():
            self.rows = page.total or 0
            self.work.total = self.rows + len(self.work.notes)
            yield from self.work.put_page(page, self.position)

    def _list(self, filters: Mapping[str, Value], name: str, holds: Holds) -> Iterator[Batch]:
        """One list; everything in its place when its filter is ignored."""
        for page in self.work.lists.invoices(filters):
            honoured = self.work.filters.honoured(name, page.rows, holds)
            yield from self.work.put_page(page, self.position)
            if not honoured:
                yield from self._everything()
                return

    def _missing(self, believed: set[str]) -> Sequence[str]:
        return [id_ for id_ in believed - self.work.reader.seen if not credit_note_id(id_)]

    def _pages(self) -> int:
        return -(-self.position.rows // self.work.lists.limit)


def _is_open(row: Json) -> bool:
    return text(row, "status") in OPEN_STATUSES
