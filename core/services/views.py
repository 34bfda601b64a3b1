"""What the user sees of the books: open items with their ageing, debtors with their data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.domain.model import CreditorId, Debtor, DebtorId, Hold, ItemId, OpenItem
from core.domain.money import Money
from core.ports import Tx
from core.services.app import App

# Days past due; the last bucket is open-ended (glossary-and-kpis.md, Ageing).
AGEING = ((0, "not_due"), (7, "1-7"), (30, "8-30"), (60, "31-60"), (90, "61-90"))
OLDEST = "> 90"
BUCKETS = (*(name for _, name in AGEING), OLDEST)


def ageing_bucket(due: date | None, on: date) -> str:
    """Bucket of an item by days past its due date; without a due date it is not due."""
    days = (on - due).days if due else 0
    return next((name for limit, name in AGEING if days <= limit), OLDEST)


@dataclass(frozen=True, slots=True)
class OpenItemRow:
    """One line of the open-items list."""

    connection: str
    item: OpenItem
    debtor: Debtor
    holds: tuple[Hold, ...]
    days_overdue: int
    bucket: str


def open_items(app: App, creditor: CreditorId, on: date) -> list[OpenItemRow]:
    """All items with something outstanding, credits negative, by debtor and due date."""
    with app.store.read() as tx:
        names = {c.id: c.name for c in tx.connections.all(creditor)}
        debtors = {d.id: d for d in tx.debtors.all(creditor)}
        on_debtor, on_item = _holds(tx, creditor, on)
        rows = [
            OpenItemRow(
                names[item.connection],
                item,
                debtors[item.debtor],
                (*_covering(on_debtor[item.debtor], item.id), *on_item[item.id]),
                max(0, (on - item.due_date).days) if item.due_date else 0,
                ageing_bucket(item.due_date, on),
            )
            for item in tx.items.open_items(creditor)
        ]
    return sorted(rows, key=_by_debtor_and_due)


def _by_debtor_and_due(row: OpenItemRow) -> tuple[str, int, date, str]:
    return (row.debtor.name, row.debtor.id, row.item.due_date or date.max, row.item.number)


def _holds(
    tx: Tx, creditor: CreditorId, on: date
) -> tuple[dict[DebtorId, list[Hold]], dict[ItemId, list[Hold]]]:
    on_debtor: dict[DebtorId, list[Hold]] = defaultdict(list)
    on_item: dict[ItemId, list[Hold]] = defaultdict(list)
    for hold in tx.holds.active(creditor, on):
        if hold.item is None:
            on_debtor[hold.debtor].append(hold)
        else:
            on_item[hold.item].append(hold)
    return on_debtor, on_item


def _covering(holds: list[Hold], item: ItemId) -> Iterator[Hold]:
    """Holds on the debtor; a promise or plan only where the item is part of it."""
    for hold in holds:
        covered = hold.terms.items if hold.terms else ()
        if not covered or item in covered:
            yield hold


def ageing(rows: list[OpenItemRow]) -> dict[str, dict[str, Money]]:
    """Outstanding claims by currency and bucket; credits are not aged."""
    result: dict[str, dict[str, Money]] = {}
    for row in rows:
        amount = row.item.outstanding
        if amount.amount > 0:
            buckets = result.setdefault(
                amount.currency, {b: Money.zero(amount.currency) for b in BUCKETS}
            )
            buckets[row.bucket] = buckets[row.bucket] + amount
    return result


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """A debtor with what he owes and what holds him."""

    debtor: Debtor
    open: tuple[Money, ...]  # net, one per currency
    overdue: tuple[Money, ...]
    holds: tuple[Hold, ...]


def debtors(app: App, creditor: CreditorId, on: date) -> list[DebtorRow]:
    """All debtors by name, with their net open and overdue amounts per currency."""
    net: dict[DebtorId, dict[str, Money]] = defaultdict(dict)
    late: dict[DebtorId, dict[str, Money]] = defaultdict(dict)
    with app.store.read() as tx:
        people = tx.debtors.all(creditor)
        on_debtor, _ = _holds(tx, creditor, on)
        for item in tx.items.open_items(creditor):
            amount = item.outstanding
            _add(net[item.debtor], amount)
            if amount.amount > 0 and item.due_date is not None and item.due_date < on:
                _add(late[item.debtor], amount)
    return [
        DebtorRow(d, _sorted(net[d.id]), _sorted(late[d.id]), tuple(on_debtor[d.id]))
        for d in sorted(people, key=lambda d: (d.name, d.id))
    ]


def _add(sums: dict[str, Money], amount: Money) -> None:
    sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount


def _sorted(sums: dict[str, Money]) -> tuple[Money, ...]:
    return tuple(sums[currency] for currency in sorted(sums))
