"""The first reading of an account: one list that brings everything, page by page.

After a kill it goes on with the page at which it stopped; what is stored already is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connectors._values import berlin_day
from connectors.sevdesk.position import Position
from connectors.sevdesk.stream import Pass
from core.domain.platform_records import Batch


def first_reading(work: Pass, position: Position, now: datetime) -> Iterator[Batch]:
    """Ends with the cursor that changes are asked from."""
    began = position.began or now
    position = replace(position, began=began)
    work.around.cancelled.update(position.cancelled)
    work.read_credit_notes()
    total = position.rows if position.offset else None
    for page in work.lists.invoices(offset=position.offset, total=total):
        if page.total is not None:
            work.total = page.total + len(work.notes)
            work.left = -(-max(0, page.total - page.offset) // work.lists.limit)
        yield from work.put_page(page, position, first=True)
        position = position.seen(work.newest, began).at(page.offset, page.total)
        yield work.take(replace(position, cancelled=work.pending))
        yield from work.correct_cancelled(position)
        position = replace(position, cancelled=work.pending)
    yield from work.put_credit_notes(position, first=True)
    yield from work.put_reminders(position, whole=True)
    yield work.take(position)
    bank = work.bank(tell=True)
    yield work.take(
        Position(
            changed=position.changed,
            compared_on=berlin_day(began),
            rows=position.rows,
            unread=position.unread,
        ),
        bank,
    )
