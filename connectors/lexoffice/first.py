"""The first reading of an account: everything open, then the settled invoices of the last years.

After a kill it sweeps again (a few list pages) and passes over what is stored already.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connectors.lexoffice.kinds import SETTLED_STATUSES
from connectors.lexoffice.listing import (
    Page,
    Search,
    Window,
    incomplete,
    is_too_large,
    read_page,
)
from connectors.lexoffice.mapping import row_mark
from connectors.lexoffice.position import Position
from connectors.lexoffice.stream import Pass, pages_of, requests_of
from connectors.lexoffice.sweep import sweep
from connectors.lexoffice.vouchers import Voucher
from core.domain.platform_records import Batch

_HISTORY = Search(SETTLED_STATUSES)

Batches = Generator[Batch, None, Position]


def first_reading(work: Pass, position: Position, now: datetime) -> Iterator[Batch]:
    """Ends with the cursor that changes are asked from."""
    if position.began is None:
        window = Window(work.scope.since, None)
        position = replace(position, began=now, windows=(window,))
    rows = sweep(work.client, work.reader, work.scope.today)
    todo = work.changed(rows)
    work.done = len(rows) - len(todo)
    work.left = sum(map(requests_of, todo))
    if position.page == 0 and position.windows:
        # First a page of the history: with its size it is known how long everything will take.
        position = yield from _history_page(work, position, len(rows))
    yield from work.open_rows(todo, position)
    while position.windows:
        position = yield from _history_page(work, position, len(rows))
    yield from _left(work, position, rows)
    yield work.take(Position(synced_at=position.began, unread=position.unread))


def _left(work: Pass, position: Position, rows: Mapping[str, Voucher]) -> Iterator[Batch]:
    """What was stored as open before a kill and is not listed as open any more: it was settled,
    or deleted, after its page of the history had passed.
    """
    for id_ in sorted(work.known.open_invoices().keys() - rows.keys()):
        work.reader.read_alone(id_, work.known.invoices([id_]).get(id_))
        yield from work.step(position)


def _history_page(work: Pass, position: Position, opened: int) -> Batches:
    """One page of settled invoices from their rows alone; returns where the next one is."""
    window = position.windows[0]
    page = read_page(work.client, _HISTORY, window, position.page)
    if position.page == 0 and is_too_large(page):
        halves = window.split(page.oldest if page else None, work.scope.today)
        if halves:
            return position.at_windows((*halves, *position.windows[1:]))
        work.reader.pile.problems.append(incomplete(window))
    if page is None:
        return position.at_windows(position.windows[1:])
    if position.page and page.total < position.rows:
        # A row before this page is not settled any more: the rows after it moved forward.
        return position.at_page(position.page - 1, page.total)
    following = _following(position, page)
    others = len(position.windows) - 1
    work.total = None if others else opened + page.total
    work.pages = others + (0 if page.last else max(1, pages_of(page.total) - position.page - 1))
    yield from _store(work, position, page)
    yield work.take(following)
    return following


def _following(position: Position, page: Page) -> Position:
    if page.last:
        return position.at_windows(position.windows[1:])
    return position.at_page(position.page + 1, page.total)


def _store(work: Pass, position: Position, page: Page) -> Iterator[Batch]:
    rows = work.add_rows(page.rows)
    stored = work.known.invoices([row.id for row in rows])
    unread = work.known.unread() | work.reader.unread
    for row in rows:
        record = stored.get(row.id)
        if record is None or record.mark != row_mark(row) or row.id in unread:
            work.put(row, record)
        yield from work.step(position)
    work.done += len(page.rows) - len(rows)
