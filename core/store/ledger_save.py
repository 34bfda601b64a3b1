"""Open items from computed ledgers: what is new, what changed, what is not there any more.

What dunning knows of an item (level, cycle, last notice, backlog) belongs to us and survives every
import; everything else is the source's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.ledger import LedgerItem, LedgerResult
from core.domain.ledger_types import REOPENED
from core.domain.model import ConnectionId, CreditorId, DebtorId, ItemKind, ItemState
from core.domain.same_claim import claim_key
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks, iso
from core.store.codec import dumps
from core.store.item_rows import reductions_out
from core.store.ledger_holds import SyncedHolds
from core.store.ledger_payments import SyncedPayments

_C = t.open_item.c
# The source's columns, then ours: the order of every row tuple below.
_SOURCE = ("debtor_id", "kind", "number", "invoice_date", "due_date", "currency", "total_minor",
           "outstanding_minor", "state", "direct_debit", "currency_unclear", "facts",
           "settled_on", "delivered_on", "reductions", "charged_minor", "number_key")  # fmt: skip
_OURS = ("level", "last_notice_on", "cycle", "start_level", "backlog")
_CHANGING = (*_SOURCE, *_OURS)
_DATES = frozenset({"invoice_date", "due_date", "settled_on", "delivered_on", "last_notice_on"})
_INSERTED = ("creditor_id", "id", "connection_id", "external_id", *_CHANGING)
_NEW_CYCLE = {"level": 0, "last_notice_on": None, "start_level": 1, "backlog": False}
_STEP = 500  # debtors at a time

ItemIds = dict[tuple[DebtorId, str], int]


@dataclass(frozen=True, slots=True)
class _Stored:
    id: int
    external_id: str
    values: Mapping[str, Any]


class LedgerSave(Repo):
    """Saves the ledgers of some debtors of one connection, computed on one day."""

    def __init__(
        self,
        db: sa.Connection,
        creditor: CreditorId,
        connection: ConnectionId,
        on: date,
        backlog_before: date | None,
        start_level: int,
        gone: ItemState = ItemState.SETTLED,
    ) -> None:
        super().__init__(db)
        self._creditor = creditor
        self._connection = connection
        self._on = on
        self._backlog_before = backlog_before
        self._start_level = start_level
        self._gone = gone
        self._seen: set[int] = set()

    def save(self, results: Mapping[DebtorId, LedgerResult]) -> LedgerChanges:
        debtors = sorted(results)
        ids: ItemIds = {}
        for part in chunks(debtors, _STEP):
            ids |= self._items({debtor: results[debtor] for debtor in part})
        # Only now: an item may have moved to a debtor of a later chunk.
        for part in chunks(debtors, _STEP):
            self._settle_missing(part)
        payments = SyncedPayments(self._db, self._creditor, self._connection)
        holds = SyncedHolds(self._db, self._creditor, self._connection, self._on)
        return payments.save(results, ids) + holds.save(results, ids)

    def _items(self, results: Mapping[DebtorId, LedgerResult]) -> ItemIds:
        wanted = [(debtor, item) for debtor, r in results.items() for item in r.items]
        matches = _match([item for _, item in wanted], self._stored(results))
        changed: list[dict[str, object]] = []
        added: list[tuple[DebtorId, LedgerItem]] = []
        ids: ItemIds = {}
        for (debtor, item), old in zip(wanted, matches, strict=True):
            if old is None:
                added.append((debtor, item))
                continue
            self._seen.add(old.id)
            ids[debtor, item.external_id] = old.id
            values = self._changed(debtor, item, old)
            if values != old.values:
                changed.append({"id": old.id, **values})
        self._bulk_update(t.open_item, self._creditor, _CHANGING, changed)
        return ids | self._add(added)

    def _stored(self, results: Mapping[DebtorId, LedgerResult]) -> list[_Stored]:
        """Items of these debtors, and those of others that carry an id of theirs (moved)."""
        rows = self._select(self._among(_C.debtor_id, list(results)))
        found = {row.external_id for row in rows}
        moved = {i.external_id for r in results.values() for i in r.items} - found
        for part in chunks(sorted(moved)):
            rows += self._select(self._among(_C.external_id, part))
        return rows

    def _select(self, condition: sa.ColumnElement[bool]) -> list[_Stored]:
        query = sa.select(_C.id, _C.external_id, *(_C[name] for name in _CHANGING)).where(
            _C.creditor_id == self._creditor, _C.connection_id == self._connection, condition
        )
        return [
            _Stored(row[0], row[1], dict(zip(_CHANGING, row[2:], strict=True)))
            for row in self._db.execute(query).all()
        ]

    def _source(self, debtor: DebtorId, item: LedgerItem, settled: date | None) -> dict[str, Any]:
        outstanding = item.outstanding.minor
        return {
            "debtor_id": debtor,
            "kind": item.kind.value,
            "number": item.number,
            "invoice_date": item.invoice_date,
            "due_date": item.due_date,
            "currency": item.outstanding.currency,
            "total_minor": item.total.minor,
            "outstanding_minor": outstanding,
            "state": item.state.value,
            "direct_debit": item.direct_debit,
            "currency_unclear": item.currency_unclear,
            "facts": dumps(dict(item.facts)),
            "settled_on": None if outstanding else item.settled_on or settled,
            "delivered_on": item.delivered_on,
            "reductions": reductions_out(item.reductions),
            "charged_minor": item.charged_minor,
            "number_key": claim_key(item.number),
        }

    def _changed(self, debtor: DebtorId, item: LedgerItem, old: _Stored) -> dict[str, Any]:
        # We see it become settled today; of one that came settled nobody knows when that was.
        seen = self._on if old.values["outstanding_minor"] else old.values["settled_on"]
        values = {**old.values, **self._source(debtor, item, seen)}
        was_settled = old.values["outstanding_minor"] == 0 or _settled_between(
            old.values["facts"], values["facts"]
        )
        if was_settled and values["outstanding_minor"] > 0:
            values |= _NEW_CYCLE
            values["cycle"] = old.values["cycle"] + 1
        return values

    def _add(self, added: Sequence[tuple[DebtorId, LedgerItem]]) -> ItemIds:
        if not added:
            return {}
        ids = self._ids(self._creditor, "open_item", len(added))
        rows = []
        for id_, (debtor, item) in zip(ids, added, strict=True):
            values = {**self._source(debtor, item, None), **self._fresh(item)}
            rows.append(
                (
                    self._creditor,
                    id_,
                    self._connection,
                    item.external_id,
                    *(iso(values[n]) if n in _DATES else values[n] for n in _CHANGING),
                )
            )
        self._seen.update(ids)
        self._bulk_insert(t.open_item, _INSERTED, rows)
        return {(d, i.external_id): id_ for id_, (d, i) in zip(ids, added, strict=True)}

    def _fresh(self, item: LedgerItem) -> dict[str, Any]:
        before = self._backlog_before
        backlog = before is not None and item.due_date is not None and item.due_date < before
        return {
            "level": 0,
            "last_notice_on": None,
            "cycle": 1,
            "start_level": self._start_level if backlog else 1,
            "backlog": backlog,
        }

    def _settle_missing(self, debtors: Sequence[DebtorId]) -> None:
        query = sa.select(_C.id).where(
            _C.creditor_id == self._creditor,
            _C.connection_id == self._connection,
            _C.outstanding_minor != 0,
            # Our own claim: no source knows it.
            _C.kind != ItemKind.CHARGE_RESIDUAL.value,
            self._among(_C.debtor_id, debtors),
        )
        gone = [id_ for id_ in self._db.execute(query).scalars() if id_ not in self._seen]
        for part in chunks(gone):
            self._db.execute(
                sa.update(t.open_item)
                .where(_C.creditor_id == self._creditor, self._among(_C.id, part))
                .values(outstanding_minor=0, state=self._gone.value, settled_on=self._on)
            )


def _settled_between(before: str, now: str) -> bool:
    """Paid and owed again between two readings: what was sent before was about a debt that was
    paid. Both are the facts of the item; most know no such day.
    """
    return REOPENED in now and json.loads(before).get(REOPENED) != json.loads(now).get(REOPENED)


def _match(items: Sequence[LedgerItem], stored: Sequence[_Stored]) -> list[_Stored | None]:
    """The stored row of every item: same kind first, else another kind that nobody claims.

    An overpaid invoice comes back as unapplied money under the same id: that is the same item.
    """
    exact = {(row.values["kind"], row.external_id): row for row in stored}
    found = [exact.get((item.kind.value, item.external_id)) for item in items]
    taken = {row.id for row in found if row is not None}
    free: dict[str, list[_Stored]] = defaultdict(list)
    for row in stored:
        if row.id not in taken:
            free[row.external_id].append(row)
    for place, item in enumerate(items):
        if found[place] is None and free[item.external_id]:
            found[place] = free[item.external_id].pop(0)
    return found
