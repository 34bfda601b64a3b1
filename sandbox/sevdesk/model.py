"""What the stand-in keeps: contacts, invoices of all types, credit notes, bank transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sandbox.sevdesk.replies import Json

ZERO = Decimal(0)
# Status of an invoice and of a credit note (§2.1).
TEMPLATE, DRAFT, OPEN, PARTLY, PAID = 50, 100, 200, 750, 1000
DUE = frozenset({OPEN, PARTLY})
INVOICE_TYPES = ("RE", "TR", "AR", "ER", "SR", "MA", "WKR")
SEND_TYPES = ("VPR", "VPDF", "VM", "VP")
BOOKING_TYPES = ("FULL_PAYMENT", "N", "CB", "CF", "O", "OF", "MTC")
# Status of a bank transaction (§2.5).
TX_NEW, TX_LINKED, TX_PRIVATE, TX_BOOKED = 100, 200, 300, 400


@dataclass(slots=True)
class Address:
    """A contact's address; ``category`` 47 is the one for invoices."""

    id: str
    contact: str
    street: str
    zip: str
    city: str
    country: str  # ISO code in lower case
    category: int
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Way:
    """A way of communication; ``key`` 8 is the address for invoices."""

    id: str
    contact: str
    type: str  # EMAIL, PHONE, MOBILE, WEB, FAX
    value: str
    key: int
    main: bool
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Contact:
    """A customer; with a ``name`` an organisation, else a person."""

    id: str
    name: str
    first: str
    last: str
    number: str | None
    created: datetime
    updated: datetime
    vat_id: str | None = None
    iban: str | None = None
    time_to_pay: int | None = None
    parent: str | None = None
    category: int = 3
    debitor_number: str | None = None
    wire: Json = field(default_factory=dict)  # fields that are sent instead

    @property
    def title(self) -> str:
        return self.name or f"{self.first} {self.last}".strip()


@dataclass(slots=True)
class Position:
    """One position; ``price`` is net or gross as the document says."""

    name: str
    quantity: Decimal
    price: Decimal
    rate: Decimal  # percent


@dataclass(slots=True)
class Invoice:
    """An invoice of any type, a reminder (MA) and a cancellation (SR) among them."""

    id: str
    kind: str
    number: str | None
    status: int
    contact: str | None
    on: date
    time_to_pay: int | None
    net: Decimal
    tax: Decimal
    gross: Decimal
    created: datetime
    updated: datetime
    paid: Decimal = ZERO
    credited: Decimal = ZERO  # the part of ``paid`` that credit notes are counted for
    pay_date: date | None = None
    currency: str = "EUR"
    era: str = "2.0"  # bookkeeping system in which it was made: taxRule or taxType
    net_prices: bool = True
    origin: tuple[str, str] | None = None  # (id, Invoice or Order)
    delivery: date | None = None
    delivery_until: date | None = None
    discount: Decimal = ZERO  # Skonto, percent
    discount_time: int | None = None  # days
    header: str = "Rechnung"
    head_text: str | None = None
    note: str | None = None  # customerInternalNote
    sent: datetime | None = None
    send_type: str = "0"
    enshrined: datetime | None = None
    address: tuple[str, str, str, str, str] | None = None  # name, street, zip, city, country
    mandate: str | None = None
    level: int | None = None  # dunningLevel
    debit: Decimal | None = None  # reminderDebit
    charge: Decimal = ZERO  # reminderCharge
    deadline: date | None = None  # reminderDeadline
    cancelled: bool = False
    positions: list[Position] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    wire: Json = field(default_factory=dict)  # fields that are sent instead; "absent" drops one

    @property
    def left(self) -> Decimal:
        """What has not come in yet; nothing for what was cancelled."""
        return ZERO if self.cancelled or self.kind == "SR" else self.gross - self.paid

    @property
    def due(self) -> date | None:
        """Not a field of the platform: day plus days to pay."""
        if self.time_to_pay is None:
            return None
        return self.on + timedelta(days=self.time_to_pay)


@dataclass(slots=True)
class CreditNote:
    """A credit note; ``invoice`` is refSrcInvoice."""

    id: str
    number: str | None
    status: int
    contact: str | None
    on: date
    net: Decimal
    tax: Decimal
    gross: Decimal
    created: datetime
    updated: datetime
    invoice: str | None = None
    category: str = "UNDERACHIEVEMENT"
    paid: Decimal = ZERO
    pay_date: date | None = None
    sent: datetime | None = None
    send_type: str = "0"
    currency: str = "EUR"
    counted: bool = False  # in paidAmount of its invoice (variant)
    wire: Json = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """A bank account or cash register."""

    id: str
    name: str
    type: str  # online, offline, register
    iban: str | None
    created: datetime
    last_sync: datetime | None = None  # None: this morning
    synced: bool = True  # False: never, lastSync is null
    status: int = 100  # 0: archived
    import_type: str | None = None
    default: bool = False
    number: str = "1800"


@dataclass(slots=True)
class Transaction:
    """One line of a bank account; the amount is positive for money that comes in."""

    id: str
    account: str
    amount: Decimal
    value: date
    entry: date
    purpose: str
    name: str
    iban: str | None
    status: int
    created: datetime
    updated: datetime
    deleted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """A booking of a transaction on a document (CheckAccountTransactionLog)."""

    id: str
    transaction: str
    document: tuple[str, str]  # (id, Invoice or CreditNote)
    amount: Decimal
    on: date
    before: int
    after: int
    created: datetime
