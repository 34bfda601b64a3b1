"""What the stand-in keeps: contacts, vouchers with their payments, dunnings, subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
ZERO = Decimal(0)

# voucherType of the voucherlist -> endpoint that serves it (§2.0).
ENDPOINTS = {
    "invoice": "invoices",
    "downpaymentinvoice": "down-payment-invoices",
    "creditnote": "credit-notes",
    "quotation": "quotations",
    "orderconfirmation": "order-confirmations",
    "deliverynote": "delivery-notes",
    "salesinvoice": "vouchers",
    "salescreditnote": "vouchers",
    "purchaseinvoice": "vouchers",
    "purchasecreditnote": "vouchers",
}
# voucherType -> first part of its event types (§3.2).
EVENTS = {
    "invoice": "invoice",
    "downpaymentinvoice": "down-payment-invoice",
    "creditnote": "credit-note",
    "quotation": "quotation",
    "orderconfirmation": "order-confirmation",
    "deliverynote": "delivery-note",
    "salesinvoice": "voucher",
    "salescreditnote": "voucher",
    "purchaseinvoice": "voucher",
    "purchasecreditnote": "voucher",
}
BOOKED = frozenset({"salesinvoice", "salescreditnote", "purchaseinvoice", "purchasecreditnote"})
CREDITS = frozenset({"creditnote", "salescreditnote", "purchasecreditnote"})
NO_MONEY = frozenset({"quotation", "orderconfirmation", "deliverynote"})
PAYMENT_KINDS = (
    "partPaymentFinancialTransaction",
    "partPaymentCreditNote",
    "partPaymentCashBox",
    "manualPayment",
    "cashDiscount",
    "dunningCosts",
    "currencyConversion",
    "irrecoverableReceivable",
)


@dataclass(slots=True)
class Contact:
    """A customer; ``data`` is the body as the API takes and returns it, without id and version."""

    id: str
    number: int
    data: Json
    version: int = 1
    archived: bool = False

    @property
    def name(self) -> str:
        """As rows and the sorted list show it: a person is ``Nachname, Vorname``."""
        company = self.data.get("company")
        if company:
            return str(company.get("name", ""))
        person = self.data.get("person", {})
        parts = (person.get("lastName", ""), person.get("firstName", ""))
        return ", ".join(part for part in parts if part)

    def addresses(self) -> list[str]:
        """Every e-mail address, also those of contact persons."""
        groups = self.data.get("emailAddresses", {})
        found = [each for group in groups.values() for each in group]
        people = self.data.get("company", {}).get("contactPersons", [])
        return found + [p["emailAddress"] for p in people if p.get("emailAddress")]


@dataclass(slots=True)
class Line:
    """A line of a sales voucher; amounts are net or gross as the voucher's tax type says."""

    name: str
    unit_price: Decimal | None  # None: a line of text
    rate: Decimal = ZERO  # percent
    quantity: Decimal = Decimal(1)
    discount: Decimal = ZERO  # percent
    type: str = "custom"
    description: str = ""
    unit: str = "Stück"


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on a whole voucher: in percent, or in euros; net or gross as the lines are."""

    percent: Decimal = ZERO
    absolute: Decimal = ZERO


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment item; the amount is always positive."""

    kind: str
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Related:
    """One entry of relatedVouchers; ``ui``: a person made it in the web app."""

    id: str
    type: str
    number: str = ""
    ui: bool = False


@dataclass(slots=True)
class Voucher:
    """A document of any voucherType, in the state it is in now."""

    id: str
    kind: str
    number: str
    status: str  # as stored: never overdue, which is computed
    on: date
    due: date | None
    contact: str | None
    name: str
    gross: Decimal
    created: datetime
    updated: datetime
    version: int = 1
    archived: bool = False
    address: Json | None = None  # None: that of the contact
    lines: list[Line] = field(default_factory=list)
    tax_type: str = "net"
    discount: Discount = NO_DISCOUNT
    paid: list[Paid] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    linked: str = ""  # of a credit note: the invoice it is netted with
    closing: bool = False
    deductions: list[Json] = field(default_factory=list)
    claimed: Decimal | None = None  # of a closing invoice: total less received down payments
    closing_invoice: str | None = None  # of a down-payment invoice
    skonto: tuple[Decimal, int] | None = None  # percent, days
    term_days: int = 14
    shipping: Json = field(default_factory=lambda: {"shippingType": "none"})
    profile: str = "NONE"  # electronicDocumentProfile
    language: str = "de"
    title: str = ""
    introduction: str = ""
    remark: str = ""
    files: list[str] = field(default_factory=list)
    stale: tuple[Voucher | None, float] | None = None  # (what lists still show, until)

    @property
    def settled_as(self) -> str:
        return "paidoff" if self.kind in CREDITS else "paid"


@dataclass(slots=True)
class Dunning:
    """A dunning: always a draft, without number, due date or list."""

    id: str
    invoice: str
    on: datetime
    created: datetime
    updated: datetime
    title: str
    introduction: str
    remark: str
    address: Json
    lines: list[Line]
    tax_type: str
    shipping: Json
    language: str = "de"
    version: int = 1
    ui: bool = False
    discount: Discount = NO_DISCOUNT


@dataclass(frozen=True, slots=True)
class Subscription:
    """An event subscription."""

    id: str
    event: str
    url: str
    created: datetime
