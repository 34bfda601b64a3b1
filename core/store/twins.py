"""The same claim on another connection: found by its number, judged by the rule, kept apart or not
by a person.

Nothing is asked while a creditor has one connection, and one query finds that there is nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    ConnectionId,
    CreditorId,
    DebtorId,
    Hold,
    ItemId,
    Match,
    OpenItem,
    Role,
    Twin,
)
from core.domain.same_claim import Side, goes_before, match_of
from core.store import holds as hold_rows
from core.store import tables as t
from core.store.base import Repo, chunks, instant
from core.store.links import Links
from core.store.twin_debtors import TwinDebtors
from core.store.twin_rows import Pair, TwinRow, TwinRows

_C, _H, _T = t.connection.c, t.hold.c, t.claim_decision.c


@dataclass(frozen=True, slots=True)
class _Found:
    mine: ItemId
    other: OpenItem
    match: Match
    leads: bool
    decided: bool
    settled_on: date | None


class Twins(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def of(
        self, creditor: CreditorId, items: Iterable[OpenItem], *, lock: bool = False
    ) -> dict[ItemId, tuple[Twin, ...]]:
        """What other connections have of each item, the leading one first; as it stands there."""
        roles = self._roles(creditor)
        mine = {item.id: item for item in items}
        if len(roles) < 2 or not mine:
            return {}
        decided = self.decisions(creditor)
        together = [pair for pair, same in decided.items() if same]
        rows = TwinRows(self._db)
        pairs = rows.beside(creditor, mine, together, lock=lock)
        if not pairs:
            return {}
        others = {row.item.id: row.item for _, row in pairs}
        # A third connection may know of the claim only what a person put together with it.
        beyond = len(roles) > 2 and any(one in others or two in others for one, two in together)
        if beyond:
            pairs = list(
                dict.fromkeys([*pairs, *rows.beside(creditor, others, together, lock=lock)])
            )
        owing = {row.item.debtor for pair in pairs for row in pair}
        debtors = TwinDebtors(self._db, self._links, creditor, owing)
        judged = [
            each
            for one, other in pairs
            if (each := _judged(one, other, roles, decided, debtors)) is not None
        ]
        found = [each for each in judged if each.mine in mine]
        if beyond:
            found += _beyond(found, judged, mine, roles, decided)
        return self._twins(creditor, found, roles, debtors)

    def decisions(self, creditor: CreditorId) -> dict[Pair, bool]:
        """What a person said of two items, the lower id first: the same claim, or not."""
        query = sa.select(_T.item_id, _T.other_id, _T.same).where(_T.creditor_id == creditor)
        return {_pair(one, other): bool(same) for one, other, same in self._db.execute(query)}

    def decide(
        self, creditor: CreditorId, one: ItemId, other: ItemId, by: str, at: datetime, *, same: bool
    ) -> None:
        """Keeps what a person said of two items, in place of what was said before."""
        first, second = _pair(one, other)
        self._db.execute(
            sa.delete(t.claim_decision).where(
                _T.creditor_id == creditor, _T.item_id == first, _T.other_id == second
            )
        )
        self._db.execute(
            sa.insert(t.claim_decision),
            {
                "creditor_id": creditor,
                "item_id": first,
                "other_id": second,
                "same": same,
                "decided_by": by,
                "decided_at": instant(at),
            },
        )

    def _roles(self, creditor: CreditorId) -> dict[ConnectionId, Role]:
        query = sa.select(_C.id, _C.role).where(_C.creditor_id == creditor)
        return {ConnectionId(id_): Role(role) for id_, role in self._db.execute(query)}

    def _twins(
        self,
        creditor: CreditorId,
        found: Sequence[_Found],
        roles: Mapping[ConnectionId, Role],
        debtors: TwinDebtors,
    ) -> dict[ItemId, tuple[Twin, ...]]:
        same = [each.other for each in found if each.match is Match.SAME]
        holds = self._holds(creditor, same)
        grouped: dict[ItemId, list[Twin]] = defaultdict(list)
        for each in sorted(found, key=lambda one: _rank(one.other, roles)):
            debit = debtors.is_debited(each.other.debtor)
            grouped[each.mine].append(_twin(each, holds.get(each.other.id, ()), debit=debit))
        return {item: tuple(twins) for item, twins in grouped.items()}

    def _holds(
        self, creditor: CreditorId, items: Iterable[OpenItem]
    ) -> dict[ItemId, tuple[Hold, ...]]:
        """By item the holds on it and on its debtor that stand; ended agreements stand no more."""
        by_id = {item.id: item for item in items}
        on_item: dict[ItemId | None, list[Hold]] = defaultdict(list)
        on_debtor: dict[DebtorId, list[Hold]] = defaultdict(list)
        for part in chunks(sorted({item.debtor for item in by_id.values()})):
            query = sa.select(*hold_rows.COLUMNS).where(
                _H.creditor_id == creditor,
                self._among(_H.debtor_id, part),
                _H.released_on.is_(None),
            )
            for row in self._db.execute(query.order_by(_H.id)):
                hold = hold_rows.hold_of(row)
                if hold.terms is not None and hold.terms.outcome:
                    continue
                if hold.item is not None:
                    on_item[hold.item].append(hold)
                else:
                    on_debtor[hold.debtor].append(hold)
        return {
            id_: (*(h for h in on_debtor[item.debtor] if _covers(h, id_)), *on_item[id_])
            for id_, item in by_id.items()
        }


def _covers(hold: Hold, item: ItemId) -> bool:
    """A plan over a debtor is about the items it names."""
    return hold.terms is None or not hold.terms.items or item in hold.terms.items


def _pair(one: int, other: int) -> Pair:
    return ItemId(min(one, other)), ItemId(max(one, other))


def _rank(item: OpenItem, roles: Mapping[ConnectionId, Role]) -> tuple[bool, int, int]:
    return (roles[item.connection] is Role.EVIDENCE, item.connection, item.id)


def _judged(
    mine: TwinRow,
    theirs: TwinRow,
    roles: Mapping[ConnectionId, Role],
    decided: Mapping[Pair, bool],
    debtors: TwinDebtors,
) -> _Found | None:
    one, two = _side(mine, roles), _side(theirs, roles)
    item, other = mine.item, theirs.item
    said = decided.get(_pair(item.id, other.id))
    match = match_of(one, two, debtors.same(item.debtor, other.debtor), said)
    if match is None:
        return None
    first = goes_before(two, one)
    return _Found(item.id, other, match, first, said is not None, theirs.settled_on)


def _beyond(
    found: Sequence[_Found],
    judged: Sequence[_Found],
    mine: Mapping[ItemId, OpenItem],
    roles: Mapping[ConnectionId, Role],
    decided: Mapping[Pair, bool],
) -> list[_Found]:
    """What is one claim with a twin is one with the item too, where a person's word joins them."""
    same: dict[ItemId, list[_Found]] = defaultdict(list)
    for each in judged:
        if each.match is Match.SAME:
            same[each.mine].append(each)
    known = {_pair(each.mine, each.other.id) for each in found} | decided.keys()
    more: dict[Pair, _Found] = {}
    for one in found:
        item = mine[one.mine]
        for two in same[one.other.id] if one.match is Match.SAME else ():
            far = two.other
            if not (one.decided or two.decided) or far.connection == item.connection:
                continue
            if _pair(item.id, far.id) not in known:
                first = _rank(far, roles) < _rank(item, roles)
                more[item.id, far.id] = replace(two, mine=item.id, leads=first, decided=True)
    return list(more.values())


def _side(row: TwinRow, roles: Mapping[ConnectionId, Role]) -> Side:
    return Side(row.item, roles[row.item.connection], not (row.listed and _whole(row.item)))


def _whole(item: OpenItem) -> bool:
    """True when nothing tells that the item was ever more than what is open of it."""
    return item.total == item.outstanding


def _twin(found: _Found, holds: Sequence[Any], *, debit: bool) -> Twin:
    other = found.other
    return Twin(
        id=other.id,
        connection=other.connection,
        external_id=other.external_id,
        number=other.number,
        kind=other.kind,
        total=other.total,
        outstanding=other.outstanding,
        state=other.state,
        match=found.match,
        leads=found.leads,
        decided=found.decided,
        settled_on=found.settled_on,
        level=other.level,
        last_notice_on=other.last_notice_on,
        pending=other.pending,
        direct_debit=other.direct_debit or debit,
        reductions=other.reductions,
        holds=tuple(holds),
        own=other.own,
    )
