"""What the stand-in keeps: customers, invoices and everything that is paid, given back or disputed.

Amounts are whole numbers of minor units, instants whole Unix seconds in UTC, as on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.stripe.replies import Json

DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE = "draft", "open", "paid", "void", "uncollectible"
STATUSES = (DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE)
SEND, CHARGE = "send_invoice", "charge_automatically"
METHODS = ("card", "sepa_debit", "customer_balance", "out_of_band")
REFUND_STATUSES = ("pending", "requires_action", "succeeded", "failed", "canceled")
ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


@dataclass(slots=True)
class TaxId:
    """A tax id of a customer."""

    id: str
    customer: str
    type: str
    value: str
    created: int
    verified: str = "pending"  # pending, verified, unverified, unavailable


@dataclass(slots=True)
class Customer:
    """A customer; ``balances`` by currency, negative = credit; ``cash`` is money not applied."""

    id: str
    name: str | None
    email: str | None
    created: int
    address: Json | None = None
    phone: str | None = None
    description: str | None = None
    currency: str | None = None
    locales: list[str] = field(default_factory=list)
    tax_exempt: str = "none"
    metadata: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    sequence: int = 1
    balances: dict[str, int] = field(default_factory=dict)
    cash: dict[str, int] = field(default_factory=dict)
    deleted: bool = False
    wire: Json = field(default_factory=dict)  # fields that are sent instead


@dataclass(slots=True)
class Line:
    """One line of an invoice."""

    id: str
    description: str
    amount: int


@dataclass(slots=True)
class Invoice:
    """An invoice; ``base`` is what was due at finalisation, before credit notes."""

    id: str
    customer: str | None
    currency: str
    total: int
    created: int
    collection: str = SEND
    status: str = DRAFT
    number: str | None = None
    due: int | None = None
    effective: int | None = None
    finalized: int | None = None
    paid_at: int | None = None
    voided: int | None = None
    uncollectible: int | None = None
    reason: str | None = None  # why it is uncollectible
    starting_balance: int = 0
    ending_balance: int | None = None
    base: int = 0
    paid: int = 0
    overpaid: int = 0
    off_stripe: int = 0
    pre_credit: int = 0
    post_credit: int = 0
    auto_advance: bool = False
    attempts: int = 0
    next_attempt: int | None = None
    link: int = 1  # how often the link was made
    frozen: Json | None = None  # the customer as it was at finalisation
    from_invoice: str | None = None
    latest_revision: str | None = None
    billing_reason: str = "manual"
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    wire: Json = field(default_factory=dict)  # fields that are sent instead; "absent" drops one

    @property
    def amount_due(self) -> int:
        """Total with the balance that was applied, less what was credited before payment."""
        return self.base - self.pre_credit

    @property
    def remaining(self) -> int:
        return self.amount_due - self.paid


@dataclass(slots=True)
class InvoicePayment:
    """The link between an invoice and what pays it; ``is_default``: made at finalisation."""

    id: str
    invoice: str
    requested: int
    currency: str
    created: int
    kind: str  # payment_intent, payment_record, charge
    payment: str  # its id
    is_default: bool = False
    status: str = "open"  # open, paid, canceled
    amount: int | None = None
    paid_at: int | None = None
    canceled_at: int | None = None
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class Intent:
    """A PaymentIntent."""

    id: str
    customer: str | None
    amount: int
    currency: str
    created: int
    status: str = "requires_payment_method"
    method: str = "card"
    received: int = 0
    charge: str | None = None
    canceled_at: int | None = None
    failure: str | None = None
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class Charge:
    """A charge; those of cards begin with ch_, the others with py_."""

    id: str
    customer: str | None
    amount: int
    currency: str
    created: int
    intent: str
    method: str
    status: str = "succeeded"  # succeeded, pending, failed
    refunded: int = 0
    disputed: bool = False
    failure: str | None = None
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class Refund:
    """Money that was given back."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    status: str = "succeeded"
    reason: str | None = None
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class Dispute:
    """A charge that the debtor or his bank took back."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    status: str = "needs_response"
    reason: str = "general"
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class CreditNote:
    """A credit note: ``pre`` of it before payment, ``post`` after it."""

    id: str
    invoice: str
    customer: str | None
    number: str
    amount: int
    currency: str
    created: int
    pre: int
    post: int
    out_of_band: int = 0
    refunds: list[tuple[str, int]] = field(default_factory=list)
    balance_transaction: str | None = None
    reason: str | None = None
    memo: str | None = None
    status: str = "issued"  # issued, void
    voided: int | None = None
    wire: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BalanceTransaction:
    """A change of a customer's balance (``cbtxn_``) or of his cash balance (``ccsbtxn_``)."""

    id: str
    customer: str
    amount: int
    ending: int
    currency: str
    created: int
    type: str
    subject: str | None = None  # invoice, credit note or payment intent
