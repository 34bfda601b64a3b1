"""What the user sees of the books: open items with their ageing, debtors with their data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.model import (
    Account,
    CreditorId,
    Debtor,
    DebtorId,
    Hold,
    HoldKind,
    ItemId,
    Match,
    OpenItem,
    Twin,
)
from core.domain.money import Money
from core.domain.one_claim import as_one_claim, is_aside
from core.ports import Tx
from core.services.app import App
from core.services.claims import AlsoOn, also_on
from core.services.link_suggestions import Linked, linked_with

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
    also_on: tuple[AlsoOn, ...] = ()  # what other connections have of it, or may have
    # True where another row stands for the same claim: it is in no sum.
    repeats: bool = False
    linked: tuple[Linked, ...] = ()  # the debtors that he is one customer with, the head first
    # What is open of the claim by all connections, where that is not what this one says.
    owed_elsewhere: Money | None = None

    @property
    def owed(self) -> Money:
        """What counts in sums: the least that a connection says is open, and each claim once."""
        return self.item.outstanding if self.owed_elsewhere is None else self.owed_elsewhere

    @property
    def in_question(self) -> bool:
        return in_question(self.holds)


def in_question(holds: Iterable[Hold]) -> bool:
    """True for an invoice that was paid and whose money went back: whether it is owed again, nobody
    has said yet. Until somebody does, it is no claim that a total may show as due.
    """
    return any(hold.kind is HoldKind.MONEY_RETURNED for hold in holds)


def open_items(
    app: App, creditor: CreditorId, on: date, *, every: bool = False
) -> list[OpenItemRow]:
    """All claims with something outstanding, credits negative, by debtor and due date.

    One that stands on several connections is one row, the leading one; ``every``: a row for each.
    """
    with app.store.read() as tx:
        names = {c.id: c.name for c in tx.connections.all(creditor)}
        debtors = {d.id: d for d in tx.debtors.all(creditor)}
        on_debtor, on_item = _holds(tx, creditor, on)
        items = tx.items.open_items(creditor)
        twins = tx.twins.of(creditor, items)
        linked = linked_with(tx, creditor, debtors)
        rows = [
            OpenItemRow(
                names[item.connection],
                item,
                debtors[item.debtor],
                (*_covering(on_debtor[item.debtor], item.id), *on_item[item.id]),
                max(0, (on - item.due_date).days) if item.due_date else 0,
                ageing_bucket(item.due_date, on),
                also_on(twins.get(item.id, ()), names),
                _repeats(twins.get(item.id, ())),
                linked.get(item.debtor, ()),
                _owed(item, debtors[item.debtor], twins.get(item.id, ())),
            )
            for item in items
        ]
    shown = rows if every else [row for row in rows if not row.repeats]
    return sorted(shown, key=_by_debtor_and_due)


def _repeats(twins: Iterable[Twin]) -> bool:
    """True for an item whose claim is listed already, under the connection that leads."""
    return any(t.match is Match.SAME and t.leads and t.outstanding.amount for t in twins)


def _owed(item: OpenItem, debtor: Debtor, twins: Sequence[Twin]) -> Money | None:
    """What is open of a claim that stands on other connections as well; None: it does not."""
    if not twins:
        return None
    account = Account(debtor, (item,), twins={item.id: tuple(twins)})
    if is_aside(item, account):
        return Money.zero(item.outstanding.currency)
    (found,) = as_one_claim(account).items
    return found.outstanding


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
    # A hold on one of several linked debtors is one on all of them.
    for head in set(tx.links.heads(creditor).values()):
        group = tx.links.group(creditor, head)
        shared = sorted((h for each in group for h in on_debtor[each]), key=lambda h: h.id)
        on_debtor.update(dict.fromkeys(group, shared))
    return on_debtor, on_item


def _covering(holds: list[Hold], item: ItemId) -> Iterator[Hold]:
    """Holds on the debtor; a promise or plan only where the item is part of it."""
    for hold in holds:
        covered = hold.terms.items if hold.terms else ()
        if not covered or item in covered:
            yield hold


def ageing(rows: list[OpenItemRow]) -> dict[str, dict[str, Money]]:
    """Outstanding claims by currency and bucket, each once; credits are not aged, and neither is
    what is in question (``questioned``).
    """
    result: dict[str, dict[str, Money]] = {}
    for row in rows:
        amount = row.owed
        if amount.amount > 0 and not row.in_question:
            buckets = result.setdefault(
                amount.currency, {b: Money.zero(amount.currency) for b in BUCKETS}
            )
            buckets[row.bucket] = buckets[row.bucket] + amount
    return result


def questioned(rows: Iterable[OpenItemRow]) -> tuple[Money, ...]:
    """What is open of claims that are in question, one sum per currency."""
    sums: dict[str, Money] = {}
    for row in rows:
        if row.in_question and row.owed.amount > 0:
            _add(sums, row.owed)
    return _sorted(sums)


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """A debtor with what he owes and what holds him."""

    debtor: Debtor
    open: tuple[Money, ...]  # net, one per currency
    overdue: tuple[Money, ...]
    holds: tuple[Hold, ...]
    linked: tuple[Linked, ...] = ()  # whom he is one customer with, the head first


def debtors(app: App, creditor: CreditorId, on: date) -> list[DebtorRow]:
    """All debtors by name, with their net open and overdue amounts per currency.

    What is in question is open and not overdue.
    """
    net: dict[DebtorId, dict[str, Money]] = defaultdict(dict)
    late: dict[DebtorId, dict[str, Money]] = defaultdict(dict)
    with app.store.read() as tx:
        people = tx.debtors.all(creditor)
        on_debtor, on_item = _holds(tx, creditor, on)
        items = tx.items.open_items(creditor)
        twins = tx.twins.of(creditor, items)
        known = {d.id: d for d in people}
        linked = linked_with(tx, creditor, known)
        for item in items:
            owed = _owed(item, known[item.debtor], twins.get(item.id, ()))
            amount = item.outstanding if owed is None else owed
            if not amount.amount:
                continue
            _add(net[item.debtor], amount)
            late_ = item.due_date is not None and item.due_date < on
            if amount.amount > 0 and late_ and not in_question(on_item[item.id]):
                _add(late[item.debtor], amount)
    return [
        DebtorRow(
            d,
            _sorted(net[d.id]),
            _sorted(late[d.id]),
            tuple(on_debtor[d.id]),
            linked.get(d.id, ()),
        )
        for d in sorted(people, key=lambda d: (d.name, d.id))
    ]


def _add(sums: dict[str, Money], amount: Money) -> None:
    sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount


def _sorted(sums: dict[str, Money]) -> tuple[Money, ...]:
    return tuple(sums[currency] for currency in sorted(sums))
