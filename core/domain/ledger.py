"""The ledger: open items from postings and OPOS balances; what is open on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.model import HoldKind, ItemKind, ItemState
from core.domain.money import Money
from core.domain.records import Balance, DebtorRecord, PaymentTerm, Posting
from core.errors import Problem


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """One open or settled item of a debtor account, before it has an id."""

    external_id: str  # account/item key; unapplied money: account/~posting
    kind: ItemKind
    number: str
    invoice_date: date | None
    due_date: date | None
    total: Money
    outstanding: Money
    state: ItemState
    direct_debit: bool = False
    currency_unclear: bool = False
    settled_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerPayment:
    """Money received, and the items that it settles (external id, amount, rule)."""

    external_id: str
    received_on: date
    amount: Money  # positive, without discount
    discount: Money | None
    text: str
    allocations: tuple[tuple[str, Money, str], ...]


@dataclass(frozen=True, slots=True)
class LedgerHold:
    """A hold that the source asks for; ``item`` None holds the whole debtor."""

    key: str  # stable, so that the next sync finds it again
    kind: HoldKind
    item: str | None  # external id of the item
    reason: str
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """What the connection settles for all its accounts."""

    default_due_days: int = 30
    currency_mode: str = "base"  # base | input
    terms: Mapping[int, PaymentTerm] = field(default_factory=dict)
    opos_days: tuple[date, ...] = ()  # as-of days of the OPOS lists of the whole connection


@dataclass(frozen=True, slots=True)
class LedgerResult:
    items: tuple[LedgerItem, ...]
    payments: tuple[LedgerPayment, ...] = ()
    holds: tuple[LedgerHold, ...] = ()
    problems: tuple[Problem, ...] = ()


def build_account(
    account: str,
    postings: Sequence[Posting],
    balances: Sequence[Balance],
    master: DebtorRecord | None,
    rules: LedgerRules,
    double_keys: frozenset[str] = frozenset(),
) -> LedgerResult:
    """Open items, payments and holds of one debtor account."""
    raise NotImplementedError
