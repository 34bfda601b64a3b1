"""Payments and their allocations as the source has them; local knowledge is never touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.domain.ledger import LedgerPayment, LedgerResult
from core.domain.model import ConnectionId, CreditorId, DebtorId
from core.errors import RuleError
from core.ports import LedgerChanges
from core.store import tables as t
from core.store.base import Repo, chunks, iso

_P, _A = t.payment.c, t.allocation.c
_VALUES = ("debtor_id", "received_on", "currency", "amount_minor", "discount_minor", "text")
_INSERTED = ("creditor_id", "id", "connection_id", "external_id", "source", *_VALUES)
_ALLOCATED = ("creditor_id", "payment_id", "open_item_id", "amount_minor", "rule")
_STEP = 500

Placed = dict[int, tuple[int, str]]  # item -> (amount, rule)


def _values(debtor: DebtorId, payment: LedgerPayment) -> dict[str, Any]:
    return {
        "debtor_id": debtor,
        "received_on": payment.received_on,
        "currency": payment.amount.currency,
        "amount_minor": payment.amount.minor,
        "discount_minor": payment.discount.minor if payment.discount else 0,
        "text": payment.text,
    }


def _placed(
    debtor: DebtorId, payment: LedgerPayment, ids: Mapping[tuple[DebtorId, str], int]
) -> Placed:
    """What the payment settles; two parts on one item are one allocation."""
    placed: Placed = {}
    for external_id, amount, rule in payment.allocations:
        item = ids.get((debtor, external_id))
        if item is None:
            raise RuleError(
                f"Zahlung {payment.external_id} ist dem unbekannten Posten {external_id} zugeordnet.",
                en=f"Payment {payment.external_id} is allocated to the unknown item {external_id}.",
            )
        before, first = placed.get(item, (0, rule))
        placed[item] = (before + amount.minor, first)
    return placed


class SyncedPayments(Repo):
    def __init__(self, db: sa.Connection, creditor: CreditorId, connection: ConnectionId) -> None:
        super().__init__(db)
        self._creditor = creditor
        self._connection = connection
        self._seen: set[int] = set()
        self._news: list[tuple[int, str, int, str]] = []

    def save(
        self,
        results: Mapping[DebtorId, LedgerResult],
        ids: Mapping[tuple[DebtorId, str], int],
    ) -> LedgerChanges:
        debtors = sorted(results)
        all_gone: list[int] = []
        for part in chunks(debtors, _STEP):
            self._upsert({debtor: results[debtor] for debtor in part}, ids)
        for part in chunks(debtors, _STEP):
            stored = self._stored(self._among(_P.debtor_id, part))
            gone = sorted({id_ for id_, _ in stored.values()} - self._seen)
            self._unplace(gone)
            own = sa.and_(_P.creditor_id == self._creditor, self._among(_P.id, gone))
            self._db.execute(sa.delete(t.payment).where(own))
            all_gone += gone
        return LedgerChanges(payments=tuple(self._news), payments_gone=tuple(all_gone))

    def _upsert(
        self,
        results: Mapping[DebtorId, LedgerResult],
        ids: Mapping[tuple[DebtorId, str], int],
    ) -> None:
        wanted = {p.external_id: (d, p) for d, r in results.items() for p in r.payments}
        stored: dict[str, tuple[int, dict[str, Any]]] = {}
        for part in chunks(list(wanted)):
            stored |= self._stored(self._among(_P.external_id, part))
        placed = self._allocations([id_ for id_, _ in stored.values()])
        fresh = iter(self._new_ids(len(wanted) - len(stored)))
        changed: list[dict[str, object]] = []
        added: list[tuple[object, ...]] = []
        moved: dict[int, Placed] = {}
        for external_id, (debtor, payment) in wanted.items():
            values = _values(debtor, payment)
            target = _placed(debtor, payment, ids)
            if external_id in stored:
                id_, old = stored[external_id]
                if old != values:
                    changed.append({"id": id_, **values})
            else:
                id_ = next(fresh)
                added.append(self._row(id_, external_id, values))
            self._seen.add(id_)
            if external_id not in stored or stored[external_id][1] != values:
                day, amount = payment.received_on.isoformat(), payment.amount
                self._news.append((id_, day, amount.minor, amount.currency))
            if placed.get(id_, {}) != target:
                moved[id_] = target
        self._bulk_update(t.payment, self._creditor, _VALUES, changed)
        self._bulk_insert(t.payment, _INSERTED, added)
        self._unplace(sorted(set(moved) & set(placed)))
        self._place(moved)

    def _new_ids(self, count: int) -> Sequence[int]:
        return self._ids(self._creditor, "payment", count) if count else ()

    def _row(self, id_: int, external_id: str, values: Mapping[str, Any]) -> tuple[object, ...]:
        received = iso(values["received_on"])
        rest = ({**values, "received_on": received}[name] for name in _VALUES)
        return (self._creditor, id_, self._connection, external_id, "platform", *rest)

    def _stored(self, condition: sa.ColumnElement[bool]) -> dict[str, tuple[int, dict[str, Any]]]:
        query = sa.select(_P.external_id, _P.id, *(_P[name] for name in _VALUES)).where(
            _P.creditor_id == self._creditor,
            _P.connection_id == self._connection,
            _P.source == "platform",
            condition,
        )
        return {
            row[0]: (row[1], dict(zip(_VALUES, row[2:], strict=True)))
            for row in self._db.execute(query)
        }

    def _allocations(self, payments: Sequence[int]) -> dict[int, Placed]:
        found: dict[int, Placed] = defaultdict(dict)
        for part in chunks(payments):
            query = sa.select(_A.payment_id, _A.open_item_id, _A.amount_minor, _A.rule).where(
                _A.creditor_id == self._creditor, self._among(_A.payment_id, part)
            )
            for payment, item, amount, rule in self._db.execute(query):
                found[payment][item] = (amount, rule)
        return found

    def _unplace(self, payments: Sequence[int]) -> None:
        for part in chunks(payments):
            own = sa.and_(_A.creditor_id == self._creditor, self._among(_A.payment_id, part))
            self._db.execute(sa.delete(t.allocation).where(own))

    def _place(self, moved: Mapping[int, Placed]) -> None:
        self._bulk_insert(t.allocation, _ALLOCATED, list(self._placed_rows(moved)))

    def _placed_rows(self, moved: Mapping[int, Placed]) -> Iterator[tuple[object, ...]]:
        for payment, placed in moved.items():
            for item, (amount, rule) in placed.items():
                yield (self._creditor, payment, item, amount, rule)
