"""What both passes over the documents share: pages onto the pile, and when a batch is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors._pile import ROWS, Pile
from connectors._values import Json, second, text
from connectors.sevdesk.around import Around
from connectors.sevdesk.bank import BankState, read_bank
from connectors.sevdesk.client import SevdeskClient
from connectors.sevdesk.filters import Filters
from connectors.sevdesk.judging import chunks
from connectors.sevdesk.kinds import REMINDER
from connectors.sevdesk.lists import NOTES, Lists
from connectors.sevdesk.markers import marker_of
from connectors.sevdesk.paging import Page
from connectors.sevdesk.position import Position, instant_before
from connectors.sevdesk.reading import Reader
from connectors.sevdesk.reminders import parse_reminder
from core.domain.model import ItemState
from core.domain.platform_records import Batch, Cursor, Progress
from core.errors import Problem
from core.ports import Known, SyncScope

_SHOWN_AS_LIVING = (ItemState.OPEN, ItemState.PARTLY_PAID, ItemState.SETTLED)


class Pass:
    """One pass over the documents of an account.

    Args:
        client: the account.
        known: what the store has of it.
        scope: what the pass covers.
        told: filters that sevDesk ignores and that were told of.
        limit: rows of a list page.

    """

    def __init__(
        self,
        client: SevdeskClient,
        known: Known,
        scope: SyncScope,
        limit: int,
        told: frozenset[str] = frozenset(),
    ) -> None:
        self.known = known
        self.scope = scope
        self.pile = Pile()
        self.filters = Filters(told, self.pile.problems)
        self.lists = Lists(client, self.filters, limit)
        self.around = Around(self.lists)
        self.reader = Reader(self.around, known, scope, self.pile)
        self._met: set[str] = set()  # cancelled invoices whose record was looked at
        self.newest = ""  # latest change of the rows that were listed
        self.notes: list[Json] = []  # credit notes, all of them
        self.done = 0
        self.total: int | None = None
        self.left: int | None = None  # requests that are certain to come

    def read_credit_notes(self) -> None:
        """All of them, before the invoices: they have no filter for changes (§2.7)."""
        self.notes = list(self.lists.every("CreditNote", NOTES))
        self.around.note_credits(self.notes)

    def put_page(self, page: Page, position: Position, *, first: bool = False) -> Iterator[Batch]:
        """The rows of one page, in batches that go on from ``position``."""
        yield from self._put(page.rows, position, first=first)
        self.newest = max([self.newest, *(second(row, "update") for row in page.rows)])

    def _put(self, rows: Sequence[Json], position: Position, *, first: bool) -> Iterator[Batch]:
        for group in chunks(rows, ROWS):
            self.reader.put(group, first=first)
            self.done += len(group)
            if self.pile.full:
                yield self.take(position)

    def put_credit_notes(self, position: Position, *, first: bool = False) -> Iterator[Batch]:
        for group in chunks(self.notes, ROWS):
            self.reader.put_credit_notes(group, first=first)
            self.done += len(group)
            if self.pile.full:
                yield self.take(position)

    def put_reminders(self, position: Position, *, whole: bool) -> Iterator[Batch]:
        """Dunnings of the platform, after their invoices: a contact needs somebody to be with.

        ``whole``: the list of all of them is read; whether others show them is UNVERIFIED (§9.4).
        """
        if whole:
            for row in self.lists.of_kind(REMINDER):
                self.reader.reminders[text(row, "id")] = row
        since = instant_before(position.changed)[1] if position.changed else ""
        for group in chunks(self.reader.reminders.values(), ROWS):
            self.add_reminders(group, since)
            if len(self.pile.notices) >= ROWS:
                yield self.take(position)

    def add_reminders(self, rows: Sequence[Json], since: str) -> None:
        """Those that are new to us, or were edited: changed since then; "" = whenever."""
        stored = self.known.notices([text(row, "id") for row in rows])
        for row in rows:
            if text(row, "id") in stored and second(row, "update") < since:
                continue
            found = parse_reminder(row)
            if found.notice is not None:
                self.pile.notices.append(replace(found.notice, marker=marker_of(row)))
            self.pile.problems.extend(found.problems)

    @property
    def pending(self) -> frozenset[str]:
        """Cancelled invoices that are not stored yet: they come on a later page."""
        return frozenset(self.around.cancelled - self._met)

    def correct_cancelled(self, position: Position) -> Iterator[Batch]:
        """Originals that were judged before their cancellation came on a later page (§2.6).

        All that was put before must be stored.
        """
        stored = self.known.invoices(self.pending)
        self._met.update(stored)
        for id_, record in sorted(stored.items()):
            if record.state in _SHOWN_AS_LIVING:
                self.reader.read_listed(id_, record)
                if self.pile.full:
                    yield self.take(position)

    def read_each(self, ids: Sequence[str], position: Position) -> Iterator[Batch]:
        """Documents one by one: what became of those that no list shows any more."""
        for place, id_ in enumerate(ids):
            self.left = len(ids) - place
            self.reader.read_listed(id_, self.known.invoices([id_]).get(id_))
            self.done += 1
            if self.pile.full:
                yield self.take(position)
        self.left = None

    def bank(self, *, tell: bool) -> BankState:
        """``tell``: also what is doubtful about the bank accounts; once a day is enough."""
        problems: list[Problem] = self.pile.problems if tell else []
        return read_bank(self.lists, problems, self.scope.today)

    def take(self, position: Position, bank: BankState | None = None) -> Batch:
        position = replace(position, ignored=frozenset(self.filters.ignored))
        batch = self.batch(position.cursor(self.reader.unread))
        if bank is None:
            return batch
        return replace(batch, bank_lines=bank.lines, booked_until=bank.until)

    def batch(self, cursor: Cursor) -> Batch:
        return self.pile.take(cursor, Progress(self.done, self.total, self.left))
