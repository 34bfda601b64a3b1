"""Reading whole accounts for a run: chunks of debtors, a handful of queries for each chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    Account,
    ConnectionFacts,
    ConnectionId,
    CreditorId,
    DebtorId,
    Hold,
    HoldKind,
    ItemId,
    NoticeKind,
    NoticeState,
    OpenCharge,
    OpenItem,
    PastNotice,
    Role,
)
from core.store import charges as charge_rows
from core.store import debtors as debtor_rows
from core.store import holds as hold_rows
from core.store import item_rows
from core.store import tables as t
from core.store.base import CHUNK, Repo

_I, _D, _N, _L = t.open_item.c, t.debtor.c, t.notice.c, t.notice_item.c
_NO_NOTICES: Mapping[ItemId, tuple[PastNotice, ...]] = {}
_NOT_REMINDED: tuple[frozenset[date], date | None] = (frozenset(), None)
# States in which a note has reached the debtor, or may have.
_LEFT = [
    state.value
    for state in (
        NoticeState.SENT,
        NoticeState.PRINTED,
        NoticeState.HANDING_OVER,
        NoticeState.UNKNOWN,
    )
]
_DENSE = 3


class Accounts(Repo):
    """Memory stays flat: one chunk of debtors at a time is alive."""

    def stream(
        self, creditor: CreditorId, after: DebtorId | None, limit: int | None
    ) -> Iterator[Account]:
        """Debtors with an open item, ascending by id, at most ``limit`` of them."""
        connections = self._connections(creditor)
        last, left = int(after or 0), limit
        while left is None or left > 0:
            size = CHUNK if left is None else min(CHUNK, left)
            ids = self._next_debtors(creditor, last, size)
            if not ids:
                return
            yield from self._chunk(creditor, ids, connections)
            last = ids[-1]
            left = None if left is None else left - len(ids)

    def of(self, creditor: CreditorId, ids: Sequence[DebtorId]) -> list[Account]:
        """The accounts of those debtors (ascending), without those that owe nothing."""
        if not ids:
            return []
        found = self._chunk(creditor, [int(id_) for id_ in ids], self._connections(creditor))
        return [account for account in found if account.items]

    def one(self, creditor: CreditorId, debtor: DebtorId) -> Account | None:
        """The account of one debtor, without items when he owes nothing."""
        found = self._chunk(creditor, [int(debtor)], self._connections(creditor))
        return next(found, None)

    def _next_debtors(self, creditor: CreditorId, last: int, size: int) -> list[int]:
        query = (
            sa.select(_I.debtor_id)
            .where(_I.creditor_id == creditor, _I.outstanding_minor != 0, _I.debtor_id > last)
            .distinct()
            .order_by(_I.debtor_id)
            .limit(size)
        )
        return list(self._db.execute(query).scalars())

    def _chunk(
        self,
        creditor: CreditorId,
        ids: list[int],
        connections: Mapping[ConnectionId, ConnectionFacts],
    ) -> Iterator[Account]:
        items = self._items(creditor, ids)
        notices = self._notices(creditor, ids, items)
        holds = self._holds(creditor, ids)
        charges = self._charges(creditor, ids)
        reminded = self._reminded(creditor, holds)
        wanted = frozenset(ids)
        for row in self._debtors(creditor, ids):
            debtor = row[0]
            if debtor not in wanted:
                continue
            yield Account(
                debtor_rows.debtor_of(row[:-2]),
                tuple(items.get(debtor, ())),
                tuple(holds.get(debtor, ())),
                connections,
                row[-2],
                row[-1],
                notices.get(debtor, _NO_NOTICES),
                tuple(charges.get(debtor, ())),
                *reminded.get(debtor, _NOT_REMINDED),
            )

    def _within(self, column: sa.ColumnElement[int], ids: Sequence[int]) -> sa.ColumnElement[bool]:
        """Rows of those debtors, and perhaps of some between them: a range is read faster than
        a list, unless it would hold mostly others.
        """
        first, last = ids[0], ids[-1]
        if last - first < _DENSE * len(ids):
            return column.between(first, last)
        return self._among(column, ids)

    def _debtors(self, creditor: CreditorId, ids: Sequence[int]) -> list[Sequence[Any]]:
        query = (
            sa.select(*debtor_rows.COLUMNS, _D.last_notice_on, _D.last_deadline)
            .where(_D.creditor_id == creditor, self._within(_D.id, ids))
            .order_by(_D.id)
        )
        return list(self._db.execute(query).all())

    def _items(self, creditor: CreditorId, ids: Sequence[int]) -> dict[int, list[OpenItem]]:
        query = (
            sa.select(*item_rows.COLUMNS)
            .where(
                _I.creditor_id == creditor,
                _I.outstanding_minor != 0,
                self._within(_I.debtor_id, ids),
            )
            .order_by(_I.debtor_id, _I.due_date, _I.id)
        )
        found: dict[int, list[OpenItem]] = defaultdict(list)
        for row in self._db.execute(query).all():  # fetched at once: twice as fast
            found[row[1]].append(item_rows.item_of(row))
        return found

    def _notices(
        self, creditor: CreditorId, ids: Sequence[int], items: Mapping[int, Sequence[OpenItem]]
    ) -> dict[int, dict[ItemId, tuple[PastNotice, ...]]]:
        """By debtor and item: the notices that left in the item's present cycle."""
        dunned = {i.id: i for found in items.values() for i in found if i.level}
        if not dunned:
            return {}
        query = (
            sa.select(
                _N.debtor_id, _L.open_item_id, _L.cycle, _N.id, _L.level, _N.sent_on, _N.channel,
                _N.deadline, _L.counts_as_mahnung, sa.func.coalesce(_L.disputed_minor, 0),
            )
            .select_from(t.notice_item)
            .join(t.notice, sa.and_(_N.creditor_id == _L.creditor_id, _N.id == _L.notice_id))
            .where(
                _N.creditor_id == creditor,
                self._within(_N.debtor_id, ids),
                _N.state == NoticeState.SENT.value,
                _N.kind == NoticeKind.NOTICE.value,
                _L.level > 0,
                sa.not_(_L.dropped),
            )
            .order_by(_N.sent_on, _N.id)
        )  # fmt: skip
        found: dict[int, dict[ItemId, tuple[PastNotice, ...]]] = defaultdict(dict)
        for debtor, item, cycle, *rest in self._db.execute(query).all():
            known = dunned.get(item)
            if known is not None and known.cycle == cycle:
                of_item = found[debtor]
                of_item[item] = (*of_item.get(item, ()), PastNotice(*rest))
        return found

    def _charges(self, creditor: CreditorId, ids: Sequence[int]) -> dict[int, list[OpenCharge]]:
        """All kept charges: what was paid, waived or became a residual is not demanded anew."""
        c = t.charge.c
        query = (
            sa.select(c.debtor_id, *charge_rows.COLUMNS)
            .where(c.creditor_id == creditor, self._within(c.debtor_id, ids))
            .order_by(c.id)
        )
        found: dict[int, list[OpenCharge]] = defaultdict(list)
        for debtor, *row in self._db.execute(query).all():
            found[debtor].append(charge_rows.open_charge_of(row))
        return found

    def _reminded(
        self, creditor: CreditorId, holds: Mapping[int, Sequence[Hold]]
    ) -> dict[int, tuple[frozenset[date], date | None]]:
        """By debtor with a plan: due days of instalments whose note left, and when the last did."""
        planned = sorted(
            debtor
            for debtor, found in holds.items()
            if any(hold.kind is HoldKind.INSTALMENT_PLAN for hold in found)
        )
        if not planned:
            return {}
        query = sa.select(_N.debtor_id, _N.deadline, _N.sent_on).where(
            _N.creditor_id == creditor,
            self._among(_N.debtor_id, planned),
            _N.kind == NoticeKind.PLAN.value,
            _N.state.in_(_LEFT),
        )
        found: dict[int, tuple[frozenset[date], date | None]] = {}
        for debtor, due, sent in self._db.execute(query).all():
            days, last = found.get(debtor, _NOT_REMINDED)
            days = days if due is None else days | {due}
            found[debtor] = (days, max((d for d in (last, sent) if d), default=None))
        return found

    def _holds(self, creditor: CreditorId, ids: Sequence[int]) -> dict[int, list[Hold]]:
        """Ended holds too: the interval goes on after a hold with what was left of it (§4.3)."""
        c = t.hold.c
        query = (
            sa.select(*hold_rows.COLUMNS)
            .where(c.creditor_id == creditor, self._within(c.debtor_id, ids))
            .order_by(c.id)
        )
        found: dict[int, list[Hold]] = defaultdict(list)
        for row in self._db.execute(query).all():
            found[row[2]].append(hold_rows.hold_of(row))
        return found

    def _connections(self, creditor: CreditorId) -> dict[ConnectionId, ConnectionFacts]:
        c = t.connection.c
        query = sa.select(c.id, c.name, c.role, c.booked_until).where(c.creditor_id == creditor)
        return {
            ConnectionId(id_): ConnectionFacts(ConnectionId(id_), name, Role(role), booked)
            for id_, name, role, booked in self._db.execute(query)
        }
