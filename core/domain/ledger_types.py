"""What the ledger is given and what it answers; see ``core.domain.ledger``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.domain.model import HoldKind, ItemKind, ItemState, Reduction
from core.domain.money import Money
from core.domain.records import PaymentTerm
from core.errors import Problem

# Fact of an item: the day on which it was owed again after it was settled, in ISO form. That may have
# been between two readings, so that nobody saw it settled.
REOPENED = "reopened_on"


@dataclass(frozen=True, slots=True)
class LedgerItem:
    """One open or settled item of a debtor account, before it has an id.

    ``total`` is the claim side (debits less cancellations), so that part payments show; of a
    credit it is what the credit was before a part of it was placed. ``facts`` are for
    ``explain``: ``due_rule``, ``file`` and ``row`` of the last debit, ``cleared_by``, ``opos``.
    """

    external_id: str  # account/item key; unapplied money and debits without a key: account/~posting
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
    delivered_on: date | None = None  # day of delivery or service, where the source says it
    reductions: tuple[Reduction, ...] = ()  # changes after the first day, by day
    # Charges and interest booked under the claim's number, in minor units: they bear none.
    charged_minor: int = 0


@dataclass(frozen=True, slots=True)
class LedgerPayment:
    """Money received, and the items that it settles (external id, amount, rule).

    Negative with its allocations: money that went back to the debtor, by a platform that says so.
    An allocated amount includes the discount. Rules: number, truncated, alphanumeric, reference,
    amount.
    """

    external_id: str
    received_on: date
    amount: Money  # without discount
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
    currency_mode: str = ""  # base | input; "" = nobody chose, kept in base, not dunned
    terms: Mapping[int, PaymentTerm] = field(default_factory=dict)
    opos_days: tuple[date, ...] = ()  # as-of days of the OPOS lists of the whole connection


@dataclass(frozen=True, slots=True)
class LedgerResult:
    items: tuple[LedgerItem, ...]
    payments: tuple[LedgerPayment, ...] = ()
    holds: tuple[LedgerHold, ...] = ()
    problems: tuple[Problem, ...] = ()
