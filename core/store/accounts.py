"""Reading whole accounts for a run: chunks of debtors, a handful of queries for each chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.joint_account import joint_account
from core.domain.model import (
    BY_PLATFORM,
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
    Twin,
)
from core.domain.one_claim import as_one_claim
from core.store import charges as charge_rows
from core.store import debtors as debtor_rows
from core.store import holds as hold_rows
from core.store import item_rows
from core.store import tables as t
from core.store.base import CHUNK, Repo
from core.store.links import Links
from core.store.past_notices import PastNotices
from core.store.twin_past import TwinPast
from core.store.twins import Twins

_I, _D, _N = t.open_item.c, t.debtor.c, t.notice.c
_NO_NOTICES: Mapping[ItemId, tuple[PastNotice, ...]] = {}
_NO_TWINS: Mapping[ItemId, tuple[Twin, ...]] = {}
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
    """Memory stays flat: one chunk of debtors at a time is alive. Debtors that are linked have one
    account, that of their head (ADR 0027).
    """

    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

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
        heads = self._links.heads(creditor)
        wanted = sorted({int(heads.get(id_, id_)) for id_ in ids}) if heads else [*map(int, ids)]
        found = self._chunk(creditor, wanted, self._connections(creditor))
        return [account for account in found if account.items]

    def one(self, creditor: CreditorId, debtor: DebtorId) -> Account | None:
        """The account of one debtor, without items when he owes nothing."""
        head = self._links.heads(creditor).get(debtor, debtor)
        found = self._chunk(creditor, [int(head)], self._connections(creditor))
        return next(found, None)

    def _next_debtors(self, creditor: CreditorId, last: int, size: int) -> list[int]:
        """Of linked debtors the head, where any of them has an open item."""
        owing = sa.select(_I.debtor_id).where(
            _I.creditor_id == creditor, _I.outstanding_minor != 0
        ).distinct()  # fmt: skip
        query = owing.where(_I.debtor_id > last).order_by(_I.debtor_id).limit(size)
        heads = self._links.heads(creditor)
        if not heads:
            return list(self._db.execute(query).scalars())
        grouped = self._links.grouped(creditor)
        single = self._db.execute(query.where(_I.debtor_id.not_in(grouped))).scalars().all()
        linked = self._db.execute(owing.where(_I.debtor_id.in_(grouped))).scalars()
        late_heads = {int(heads.get(DebtorId(id_), id_)) for id_ in linked}
        return sorted({*single, *(id_ for id_ in late_heads if id_ > last)})[:size]

    def _chunk(
        self,
        creditor: CreditorId,
        ids: list[int],
        connections: Mapping[ConnectionId, ConnectionFacts],
    ) -> Iterator[Account]:
        members = self._links.members(creditor)
        if not members:
            yield from self._single(creditor, ids, connections)
            return
        groups = {id_: members[DebtorId(id_)] for id_ in ids if id_ in members}
        every = sorted({*ids, *(each for found in groups.values() for each in found)})
        found = {a.debtor.id: a for a in self._single(creditor, every, connections)}
        for id_ in ids:
            head = found.get(DebtorId(id_))
            if head is None:
                continue
            others = [found[each] for each in groups.get(id_, ())]
            yield joint_account(head, others) if others else head

    def _single(
        self,
        creditor: CreditorId,
        ids: list[int],
        connections: Mapping[ConnectionId, ConnectionFacts],
    ) -> Iterator[Account]:
        """The account of every debtor by himself, linked or not."""
        items = self._items(creditor, ids)
        notices = self._notices(creditor, ids, items)
        holds = self._holds(creditor, ids)
        charges = self._charges(creditor, ids)
        reminded = self._reminded(creditor, holds)
        twins = self._twins(creditor, items, connections)
        past = TwinPast(self._db, self._links, creditor, twins.values())
        wanted = frozenset(ids)
        for row in self._debtors(creditor, ids):
            debtor = row[0]
            if debtor not in wanted:
                continue
            account = Account(
                debtor_rows.debtor_of(row[:-3]),
                tuple(items.get(debtor, ())),
                tuple(holds.get(debtor, ())),
                connections,
                row[-3],
                row[-2],
                notices.get(debtor, _NO_NOTICES),
                tuple(charges.get(debtor, ())),
                *reminded.get(debtor, _NOT_REMINDED),
                row[-1],
                twins.get(debtor, _NO_TWINS),
            )
            yield as_one_claim(past.added(account)) if account.twins else account

    def _twins(
        self,
        creditor: CreditorId,
        items: Mapping[int, Sequence[OpenItem]],
        connections: Mapping[ConnectionId, ConnectionFacts],
    ) -> dict[int, dict[ItemId, tuple[Twin, ...]]]:
        """By debtor and item: what other connections have of the same claim."""
        if len(connections) < 2:
            return {}
        owners = {item.id: debtor for debtor, found in items.items() for item in found}
        every = (item for found in items.values() for item in found)
        found: dict[int, dict[ItemId, tuple[Twin, ...]]] = defaultdict(dict)
        for item, twins in Twins(self._db, self._links).of(creditor, every).items():
            found[owners[item]][item] = twins
        return found

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
            sa.select(*debtor_rows.COLUMNS, _D.last_notice_on, _D.last_deadline, _D.last_word_on)
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
        once_linked = self._links.ever(creditor)
        elsewhere = [i.id for i in dunned.values() if i.debtor in once_linked]
        found: dict[int, dict[ItemId, tuple[PastNotice, ...]]] = defaultdict(dict)
        whose = self._within(_N.debtor_id, ids)
        for item, past in PastNotices(self._db).of(creditor, dunned, whose, elsewhere).items():
            found[dunned[item].debtor][item] = past
        return found

    def _charges(self, creditor: CreditorId, ids: Sequence[int]) -> dict[int, list[OpenCharge]]:
        """All kept charges: what was paid, waived or became a residual is not demanded anew. Those
        of a notice that was taken back were never owed.
        """
        c = t.charge.c
        query = (
            sa.select(c.debtor_id, *charge_rows.COLUMNS)
            .where(
                c.creditor_id == creditor,
                self._within(c.debtor_id, ids),
                c.state != charge_rows.WITHDRAWN,
            )
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
        owners: dict[int, list[int]] = defaultdict(list)
        for debtor in planned:
            for head in self._links.written_to(creditor, DebtorId(debtor)):
                owners[head].append(debtor)
        query = sa.select(_N.debtor_id, _N.deadline, _N.sent_on).where(
            _N.creditor_id == creditor,
            self._among(_N.debtor_id, sorted(owners)),
            _N.kind == NoticeKind.PLAN.value,
            _N.state.in_(_LEFT),
        )
        found: dict[int, tuple[frozenset[date], date | None]] = {}
        for to, due, sent in self._db.execute(query).all():
            for debtor in owners[to]:
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
        query = sa.select(c.id, c.name, c.role, c.booked_until, c.booked_source)
        return {
            ConnectionId(id_): ConnectionFacts(
                ConnectionId(id_), name, Role(role), booked, source if source == BY_PLATFORM else ""
            )
            for id_, name, role, booked, source in self._db.execute(
                query.where(c.creditor_id == creditor)
            )
        }
