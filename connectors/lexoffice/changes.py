"""What changed since the last sync: everything open is compared, the rest by its day of change.

The list filters by whole Berlin days, so the last day is asked again; the marks of the rows tell
what is new. What is believed open and stands in neither list is read alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors._values import day_before
from connectors.lexoffice.kinds import SETTLED_STATUSES
from connectors.lexoffice.listing import Search, walk
from connectors.lexoffice.mapping import row_mark
from connectors.lexoffice.position import Position
from connectors.lexoffice.stream import Pass, requests_of
from connectors.lexoffice.sweep import sweep
from connectors.lexoffice.vouchers import Voucher
from core.domain.platform_records import Batch


def changes(work: Pass, position: Position, synced_at: datetime, now: datetime) -> Iterator[Batch]:
    """What changed since ``synced_at``.

    Ends with a cursor at ``now``; until then all batches keep the old ``position``.
    """
    believed = set(work.known.open_invoices())
    again = position.unread & work.known.unread()
    rows = sweep(work.client, work.reader, work.scope.today)
    todo = work.changed(rows)
    work.total, work.left = len(todo), sum(map(requests_of, todo))
    yield from work.open_rows(todo, position)
    handled = set(rows)
    since = day_before(synced_at).isoformat()
    yield from _since(work, since, position, rows, handled)
    for id_ in sorted((believed | again) - handled - work.drafts):
        work.reader.read_alone(id_, work.known.invoices([id_]).get(id_))
        yield from work.step(position)
    yield work.take(Position(synced_at=now, unread=again))


def _since(
    work: Pass, since: str, position: Position, rows: dict[str, Voucher], handled: set[str]
) -> Iterator[Batch]:
    """Rows that changed since that day and are not open now."""
    # Whether "any" includes overdue rows is UNVERIFIED (§2.1); the sweep has those.
    search = Search(("any",), filters={"updatedDateFrom": since})
    for listed in walk(work.client, search, work.scope.today):
        if listed.problem:
            work.reader.pile.problems.append(listed.problem)
        found = [
            row
            for row in work.add_rows(listed.rows)
            if row.id not in rows or row.status in SETTLED_STATUSES
        ]
        stored = work.known.invoices([row.id for row in found])
        unread = work.known.unread() | work.reader.unread
        for row in found:
            handled.add(row.id)
            record = stored.get(row.id)
            if record is not None and record.mark == row_mark(row) and row.id not in unread:
                continue
            work.put(row, record)
            yield from work.step(position)
