"""Links between debtors: who is one customer, and who is not (ADR 0027)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, NoticeState
from core.errors import RuleError
from core.store import contacts, transitions
from core.store import tables as t
from core.store.base import Repo, instant

_L, _A = t.debtor_link.c, t.debtor_apart.c
_D, _N, _I = t.debtor.c, t.notice.c, t.open_item.c


class Links(Repo):
    """One for all repositories of a transaction: the links are read once in it, if at all."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self._heads: dict[CreditorId, dict[DebtorId, DebtorId]] = {}
        self._members: dict[CreditorId, dict[DebtorId, list[DebtorId]]] = {}
        self._ever: dict[CreditorId, dict[DebtorId, DebtorId]] = {}

    def heads(self, creditor: CreditorId) -> Mapping[DebtorId, DebtorId]:
        if creditor not in self._heads:
            self._load(creditor)
        return self._heads[creditor]

    def members(self, creditor: CreditorId) -> Mapping[DebtorId, Sequence[DebtorId]]:
        """Of every head, himself left out, ascending."""
        self.heads(creditor)
        return self._members[creditor]

    def ever(self, creditor: CreditorId) -> Mapping[DebtorId, DebtorId]:
        """Debtors that are or were members, each with his last head: notices about their items may
        be to somebody else.
        """
        self.heads(creditor)
        return self._ever[creditor]

    def written_to(self, creditor: CreditorId, debtor: DebtorId) -> set[DebtorId]:
        """All to whom notes about a plan of that debtor may have gone."""
        last = self.ever(creditor).get(debtor, debtor)
        return {*self.group(creditor, debtor), debtor, last}

    def group(self, creditor: CreditorId, debtor: DebtorId) -> tuple[DebtorId, ...]:
        head = self.heads(creditor).get(debtor, debtor)
        return (head, *self.members(creditor).get(head, ()))

    def among_group(
        self, creditor: CreditorId, column: sa.ColumnElement[int], debtor: DebtorId
    ) -> sa.ColumnElement[bool]:
        """Rows of that debtor, or of all of his group."""
        found = self.group(creditor, debtor)
        return column == debtor if len(found) == 1 else column.in_(found)

    def grouped(self, creditor: CreditorId) -> sa.Select[int]:
        """All debtors of all groups, heads too, as a subquery."""
        living = sa.and_(_L.creditor_id == creditor, _L.ended_at.is_(None))
        return sa.union_all(
            sa.select(_L.debtor_id).where(living), sa.select(_L.head_id).where(living)
        ).subquery().select()  # fmt: skip

    def _load(self, creditor: CreditorId) -> None:
        query = sa.select(_L.debtor_id, _L.head_id, _L.ended_at).where(_L.creditor_id == creditor)
        rows = self._db.execute(query.order_by(_L.debtor_id)).all()
        heads = {DebtorId(row[0]): DebtorId(row[1]) for row in rows if row[2] is None}
        members: dict[DebtorId, list[DebtorId]] = defaultdict(list)
        for debtor, head in heads.items():
            members[head].append(debtor)
        self._heads[creditor], self._members[creditor] = heads, dict(members)
        self._ever[creditor] = {DebtorId(row[0]): DebtorId(row[1]) for row in rows}

    def _forget(self, creditor: CreditorId) -> None:
        self._heads.pop(creditor, None)

    def link(
        self,
        creditor: CreditorId,
        debtors: Sequence[DebtorId],
        head: DebtorId,
        by: str,
        at: datetime,
    ) -> None:
        self._lock(creditor, [head, *debtors])
        self._forget(creditor)
        if head in self.heads(creditor) or head in debtors:
            raise RuleError(
                f"Kunde {head} kann nicht Hauptkunde werden.", en=f"Debtor {head} cannot be a head."
            )
        wanted = {each for debtor in debtors for each in self._with_members(creditor, debtor)}
        row = {
            "creditor_id": creditor,
            "head_id": head,
            "linked_by": by,
            "linked_at": instant(at),
            "ended_at": None,
        }
        insert = self._insert(t.debtor_link)
        changed = {name: insert.excluded[name] for name in (*row, "debtor_id")}
        upsert = insert.on_conflict_do_update(
            index_elements=["creditor_id", "debtor_id"], set_=changed
        )
        for debtor in sorted(wanted):
            self._db.execute(upsert, {**row, "debtor_id": debtor})
        self._forget(creditor)

    def _with_members(self, creditor: CreditorId, debtor: DebtorId) -> list[DebtorId]:
        return [debtor, *self.members(creditor).get(debtor, ())]

    def _lock(self, creditor: CreditorId, debtors: Collection[DebtorId]) -> None:
        """Two people who link the same debtors at once take turns (PostgreSQL)."""
        query = sa.select(_D.id).where(_D.creditor_id == creditor, _D.id.in_(sorted(debtors)))
        self._db.execute(query.order_by(_D.id).with_for_update()).all()

    def unlink(self, creditor: CreditorId, debtors: Sequence[DebtorId], at: datetime) -> None:
        self._lock(creditor, debtors)
        self._forget(creditor)
        heads = self.heads(creditor)
        for head in sorted({heads[each] for each in debtors if each in heads}):
            contacts.share(self._db, creditor, self.group(creditor, head))
        ending = sa.and_(
            _L.creditor_id == creditor, _L.debtor_id.in_(list(debtors)), _L.ended_at.is_(None)
        )
        self._db.execute(sa.update(t.debtor_link).where(ending).values(ended_at=instant(at)))
        for debtor in debtors:
            self._give_back(creditor, debtor)
        self._forget(creditor)

    def _give_back(self, creditor: CreditorId, debtor: DebtorId) -> None:
        """Charges and holds on a debtor's own items go with him."""
        items = sa.select(_I.id).where(_I.creditor_id == creditor, _I.debtor_id == debtor)
        for table in (t.charge, t.hold):
            c = table.c
            self._db.execute(
                sa.update(table)
                .where(c.creditor_id == creditor, c.open_item_id.in_(items))
                .values(debtor_id=debtor)
            )

    def withdraw(
        self, creditor: CreditorId, debtors: Sequence[DebtorId], reason: str
    ) -> Sequence[int]:
        own = sa.and_(_N.creditor_id == creditor, _N.living, _N.debtor_id.in_(list(debtors)))
        query = sa.select(_N.id).where(own).order_by(_N.id)
        ids = list(self._db.execute(query.with_for_update()).scalars())
        if not ids:
            return []
        values = {"state": NoticeState.WITHDRAWN.value, "living": False, "reason": reason}
        assert NoticeState.WITHDRAWN in transitions.FREEING  # noqa: S101 - else items stay taken
        self._db.execute(
            sa.update(t.notice)
            .where(_N.creditor_id == creditor, self._among(_N.id, ids))
            .values(values)
        )
        c = t.notice_item.c
        self._db.execute(
            sa.update(t.notice_item)
            .where(c.creditor_id == creditor, self._among(c.notice_id, ids))
            .values(living=False)
        )
        return ids

    def keep_apart(
        self, creditor: CreditorId, debtor: DebtorId, other: DebtorId, by: str, at: datetime
    ) -> None:
        row = {
            "creditor_id": creditor,
            "debtor_id": min(debtor, other),
            "other_id": max(debtor, other),
            "decided_by": by,
            "decided_at": instant(at),
        }
        self._db.execute(self._insert(t.debtor_apart).on_conflict_do_nothing(), row)

    def no_longer_apart(
        self, creditor: CreditorId, debtors: Sequence[DebtorId]
    ) -> Sequence[tuple[DebtorId, DebtorId]]:
        own = sa.and_(
            _A.creditor_id == creditor,
            _A.debtor_id.in_(list(debtors)),
            _A.other_id.in_(list(debtors)),
        )
        found = self._db.execute(sa.select(_A.debtor_id, _A.other_id).where(own)).all()
        if found:
            self._db.execute(sa.delete(t.debtor_apart).where(own))
        return sorted((DebtorId(a), DebtorId(b)) for a, b in found)

    def apart(self, creditor: CreditorId) -> list[tuple[DebtorId, DebtorId]]:
        query = sa.select(_A.debtor_id, _A.other_id).where(_A.creditor_id == creditor)
        rows = self._db.execute(query.order_by(_A.debtor_id, _A.other_id))
        return [(DebtorId(a), DebtorId(b)) for a, b in rows]
