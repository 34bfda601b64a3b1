"""Unassigned money at the bank as the platforms show it, whom it could be from, and its holds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa

from core.domain.bank_lines import Line, LineHold, Owed, Payer
from core.domain.model import ConnectionId, CreditorId, DebtorId, HoldKind, ItemId
from core.domain.platform_records import BankLine
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks, instant, iso
from core.store.kept_holds import Asked, KeptHolds, Key
from core.store.links import Links
from core.store.source_rows import BANK_LINE, BANK_LINES

_C = t.source_record.c
_D = t.debtor.c
_I = t.open_item.c
_COLUMNS = ("creditor_id", "connection_id", "kind", "external_id", "seen_at", "dated", "record")
_PREFIX = "bank:"
_EXPLAINED = "explained"


class BankLineStore(Repo):
    def __init__(self, db: sa.Connection, links: Links) -> None:
        super().__init__(db)
        self._links = links

    def replace(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        lines: Sequence[BankLine],
        at: datetime,
        debtors: Collection[str] | None = None,
    ) -> bool:
        wanted = {line.external_id: line for line in lines}
        query = sa.select(_C.external_id, _C.record).where(self._of(creditor, connection))
        read = ((id_, _line(record)) for id_, record in self._db.execute(query))
        # One of a debtor who is not asked about goes only to make room for the same id.
        stored = {
            id_: line
            for id_, line in read
            if debtors is None or line.debtor in debtors or id_ in wanted
        }
        # One that changed is a new one: nobody knows any more whose it is.
        over = [id_ for id_, line in stored.items() if wanted.get(id_) != line]
        added = [line for id_, line in wanted.items() if stored.get(id_) != line]
        for part in chunks(over):
            gone = sa.and_(self._of(creditor, connection), self._among(_C.external_id, part))
            self._db.execute(sa.delete(t.source_record).where(gone))
        seen = instant(at)
        rows = [
            (creditor, connection, BANK_LINE, line.external_id, seen, iso(line.on), record)
            for line, record in ((each, BANK_LINES.dumps(each)) for each in added)
        ]
        self._bulk_insert(t.source_record, _COLUMNS, rows)
        return bool(over or added)

    def changed_since(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        debtors: Collection[str],
        at: datetime,
        until: datetime,
    ) -> set[str]:
        query = sa.select(_C.record).where(
            self._of(creditor, connection),
            _C.seen_at > instant(at),
            _C.seen_at <= instant(until),
        )
        return {_line(record).debtor for record in self._db.execute(query).scalars()} & {*debtors}

    def all(self, creditor: CreditorId) -> dict[Line, bool]:
        query = sa.select(_C.connection_id, _C.record, _C.mark).where(self._of(creditor, None))
        return {
            Line(ConnectionId(connection), _line(record)): mark == _EXPLAINED
            for connection, record, mark in self._db.execute(query)
        }

    def save_explained(self, creditor: CreditorId, lines: Mapping[Line, bool]) -> None:
        for line, explained in lines.items():
            self._db.execute(
                sa.update(t.source_record)
                .where(
                    self._of(creditor, line.connection),
                    _C.external_id == line.line.external_id,
                )
                .values(mark=_EXPLAINED if explained else "")
            )

    def payers(
        self, creditor: CreditorId, debtors: Collection[DebtorId] | None = None
    ) -> list[Payer]:
        if debtors is None:
            return self._payers(creditor, sa.true(), sa.true())
        return [
            payer
            for part in chunks(sorted(debtors))
            for payer in self._payers(
                creditor, self._among(_D.id, part), self._among(_I.debtor_id, part)
            )
        ]

    def _payers(
        self,
        creditor: CreditorId,
        debtors: sa.ColumnElement[bool],
        owners: sa.ColumnElement[bool],
    ) -> list[Payer]:
        items: dict[int, list[Owed]] = defaultdict(list)
        owed = sa.select(
            _I.debtor_id, _I.id, _I.number, _I.invoice_date, _I.due_date, _I.outstanding_minor,
            _I.currency,
        ).where(_I.creditor_id == creditor, _I.outstanding_minor != 0, owners)  # fmt: skip
        for debtor, item, *values in self._db.execute(owed.order_by(_I.id)):
            items[debtor].append(Owed(ItemId(item), *values))
        named = sa.select(
            _D.id, _D.name, _D.record, _D.overrides, _D.connection_id, _D.external_id
        ).where(_D.creditor_id == creditor, debtors)
        linked = self._linked(creditor)
        return [
            Payer(
                DebtorId(id_),
                _text("name", overrides) or name,
                _text("iban", record),
                items.get(id_, ()),
                linked.get(id_) or frozenset({(ConnectionId(connection), external_id)}),
            )
            for id_, name, record, overrides, connection, external_id in self._db.execute(
                named.order_by(_D.id)
            )
        ]

    def _linked(self, creditor: CreditorId) -> dict[int, frozenset[tuple[ConnectionId, str]]]:
        """The accounts of everybody who is one customer with others, himself included."""
        members = self._links.members(creditor)
        if not members:
            return {}
        query = sa.select(_D.id, _D.connection_id, _D.external_id)
        mine = sa.and_(_D.creditor_id == creditor, _D.id.in_(self._links.grouped(creditor)))
        known = {
            row[0]: (ConnectionId(row[1]), row[2]) for row in self._db.execute(query.where(mine))
        }
        return {
            id_: frozenset(known[each] for each in (head, *others))
            for head, others in members.items()
            for id_ in (head, *others)
        }

    def unlike(
        self, creditor: CreditorId, holds: Mapping[DebtorId, Sequence[LineHold]]
    ) -> set[DebtorId]:
        kept = KeptHolds(self._db, creditor, _PREFIX, date.min)
        return kept.unlike(_asked(kept, holds))

    def keep_holds(
        self,
        creditor: CreditorId,
        holds: Mapping[DebtorId, Sequence[LineHold]],
        debtors: Collection[DebtorId],
        on: date,
    ) -> LedgerChanges:
        kept = KeptHolds(self._db, creditor, _PREFIX, on)
        kept.keep(_asked(kept, holds), debtors)
        return kept.changes

    def _of(self, creditor: CreditorId, connection: ConnectionId | None) -> sa.ColumnElement[bool]:
        """Lines of the connection, or of all: naming them keeps the search to the primary key."""
        c = t.connection.c
        every = sa.select(c.id).where(c.creditor_id == creditor)
        own = _C.connection_id.in_(every) if connection is None else _C.connection_id == connection
        return sa.and_(_C.creditor_id == creditor, own, _C.kind == BANK_LINE)


@lru_cache(maxsize=4096)
def _line(record: str) -> BankLine:
    """The same lines are asked for with every part of a batch."""
    return BANK_LINES.loads(record)


def _asked(kept: KeptHolds, holds: Mapping[DebtorId, Sequence[LineHold]]) -> dict[Key, Asked]:
    kind = HoldKind.UNASSIGNED_MONEY.value
    return {
        (debtor, kept.key(each.key)): Asked(kind, each.item, each.reason, each.until)
        for debtor, own in holds.items()
        for each in own
    }


def _text(name: str, document: str) -> str:
    """A text out of a JSON document; most have none, and reading 10,000 of them takes its time."""
    return str(json.loads(document).get(name, "")) if f'"{name}":' in document else ""
