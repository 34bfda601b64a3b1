"""The model of architecture §3: who owes what to whom, and what was said about it.

Sign convention, written once: an amount that the debtor owes is positive; a credit note, a
payment or unapplied money is negative. Days are plain dates in the creditor's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from core.domain.money import Money

CreditorId = NewType("CreditorId", str)
ConnectionId = NewType("ConnectionId", int)
DebtorId = NewType("DebtorId", int)
ItemId = NewType("ItemId", int)
NoticeId = NewType("NoticeId", int)
RunId = NewType("RunId", int)


class ItemKind(StrEnum):
    """What an open item is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    UNAPPLIED = "unapplied"  # money received that is not assigned to an item
    DOWN_PAYMENT_REQUEST = "down_payment_request"
    DUNNING_CHARGE = "dunning_charge"  # charge booked elsewhere (DATEV Sachverhalt 31/40/84)
    OTHER = "other"


class ItemState(StrEnum):
    """Where an item stands; UNKNOWN is a value and is never dunned."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"
    UNKNOWN = "unknown"


class DebtorType(StrEnum):
    """Consumer or business; UNKNOWN counts as consumer (architecture §4.6)."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """A claim is dunned from its leading connection only (architecture §2)."""

    LEADING = "leading"
    EVIDENCE = "evidence"


class HoldKind(StrEnum):
    """Why dunning is stopped."""

    MANUAL = "manual"
    DISPUTE = "dispute"
    PROMISE = "promise"
    INSTALMENT_PLAN = "instalment_plan"
    DEFERRAL = "deferral"
    INSOLVENCY = "insolvency"
    DECEASED = "deceased"
    PLATFORM_BLOCK = "platform_block"  # e.g. DATEV Postensperre, Mahnsperre bis, Mahnung=9
    POSSIBLE_DUPLICATE = "possible_duplicate"
    POSSIBLE_DOUBLE_IMPORT = "possible_double_import"
    ROW_ERRORS = "row_errors"  # import with unresolved row errors for that debtor
    PAID_LOCALLY = "paid_locally"  # `mahnwerk paid`: local knowledge until the source agrees


class Pending(StrEnum):
    """What a notice that is already under way means for the next run."""

    NONE = "none"
    HANDING_OVER = "handing_over"
    UNKNOWN = "unknown"
    PRINTED = "printed"


class Automation(StrEnum):
    """How much a person is asked: one by one, also in bulk, or not at all."""

    PROPOSE = "propose"
    APPROVE = "approve"
    SEND = "send"


class NoticeKind(StrEnum):
    NOTICE = "notice"
    TASK = "task"  # hand-over step: an internal task, no letter


class NoticeState(StrEnum):
    """Every approved notice ends in a named state; none disappears (architecture §4.7)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    HELD = "held"  # approved, but must not leave now; the reason says why
    HANDING_OVER = "handing_over"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class DeliveryState(StrEnum):
    RESERVED = "reserved"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``lines`` are extra lines between name and street."""

    name: str = ""
    lines: tuple[str, ...] = ()
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"  # ISO 3166 alpha-2
    own_postcode: bool = False  # Großempfänger: the postcode is theirs alone, there is no street

    @property
    def is_postal(self) -> bool:
        """True when a letter can be posted to it; ``street`` may be a Postfach."""
        place = self.street or (self.own_postcode and self.postcode)
        return bool(self.name and self.city and place)


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes. ``type_evidence`` says why the debtor counts as consumer or business."""

    id: DebtorId
    connection: ConnectionId
    external_id: str
    name: str
    address: Address = Address()
    salutation: str = ""  # letter salutation, e.g. "Sehr geehrte Frau Dr. Muster"
    email: str = ""
    language: str = "de"
    type: DebtorType = DebtorType.UNKNOWN
    type_evidence: str = ""
    procedure: str = ""  # name; empty = the creditor's default
    # DATEV "Mahnung": bit 1 = first level, 2 = second, 4 = third and later; 0 = all allowed.
    allowed_levels: int = 0
    direct_debit: bool = False
    vat_id: str = ""
    land: str = ""  # ISO 3166-2:DE code without "DE-"; empty = not known
    label: str = ""  # the account as the user knows it; external_id is its canonical form

    @property
    def number(self) -> str:
        """The account as the creditor and his customer know it, not as it is stored."""
        return self.label or self.external_id


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A claim that is not fully cleared, or a credit (negative), as of the last sync.

    ``level`` is the last dunning level whose notice was sent in this ``cycle`` (0 = never) and
    ``last_notice_on`` its day. ``start_level`` is the lowest level that a backlog item may get
    first; ``backlog`` items are proposal-only.
    """

    id: ItemId
    debtor: DebtorId
    connection: ConnectionId
    external_id: str
    number: str
    kind: ItemKind
    invoice_date: date | None
    due_date: date | None
    total: Money
    outstanding: Money
    state: ItemState = ItemState.OPEN
    level: int = 0
    last_notice_on: date | None = None
    cycle: int = 1
    start_level: int = 1
    backlog: bool = False
    direct_debit: bool = False
    # Posted in a foreign currency, kept in the base currency, and nobody chose which one to dun in.
    currency_unclear: bool = False
    pending: Pending = Pending.NONE


@dataclass(frozen=True, slots=True)
class Hold:
    """A Mahnsperre on a debtor (``item`` None) or on one item; both ends inclusive."""

    id: int
    kind: HoldKind
    debtor: DebtorId
    item: ItemId | None
    reason: str
    author: str
    from_on: date
    until_on: date | None  # None = until released

    def active(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What a rule must know of the connection that an item comes from."""

    id: ConnectionId
    name: str
    role: Role
    booked_until: date | None  # day up to which money is booked; None = not known


@dataclass(frozen=True, slots=True)
class Account:
    """Everything `decide` sees of one debtor: items, holds and what was said last."""

    debtor: Debtor
    items: tuple[OpenItem, ...]
    holds: tuple[Hold, ...] = ()
    connections: Mapping[ConnectionId, ConnectionFacts] = field(default_factory=dict)
    # Over all procedures, currencies and channels of this debtor (architecture §4.3).
    last_notice_on: date | None = None
    last_deadline: date | None = None


@dataclass(frozen=True, slots=True)
class CreditorProfile:
    """The creditor's data for letterhead, payment and sending (§35a GmbHG, §37a HGB)."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    land: str = ""  # Bundesland of the creditor, e.g. "BY"
    zone: str = "Europe/Berlin"
    language: str = "de"
    legal_form: str = ""
    register_court: str = ""
    register_number: str = ""
    managers: str = ""  # managing directors, board, owner
    seat: str = ""
    tax_number: str = ""
    vat_id: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    contact: str = ""  # person for questions and objections
    iban: str = ""
    bic: str = ""
    bank: str = ""
    reply_to: str = ""
    archive_to: str = ""  # archive copy of every mail
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_security: str = "starttls"  # starttls | tls | none (none: this machine only)
    letter_form: str = "B"  # DIN 5008 form A or B
    procedure: str = "standard"
    client: str = ""  # label of the tax adviser's client, free text


@dataclass(frozen=True, slots=True)
class Creditor:
    """A business that is owed (Mandant). ``live`` False = test mode (architecture §4.10)."""

    id: CreditorId
    profile: CreditorProfile
    live: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """Mahngebühr, Verzugszinsen or Verzugspauschale: three kinds, never one fee."""

    kind: str  # dunning_fee | default_interest | lump_sum
    amount: Money
    basis: str  # the paragraph or agreement it rests on


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One line of a notice as it was frozen; credits are negative and have level 0."""

    item: ItemId
    number: str
    kind: ItemKind
    invoice_date: date | None
    due_date: date | None
    total: Money
    outstanding: Money
    level: int
    cycle: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one recipient about one or more items of one currency."""

    id: NoticeId
    run: RunId
    debtor: DebtorId
    kind: NoticeKind
    currency: str
    procedure: str
    procedure_version: str
    level: int
    lines: tuple[NoticeLine, ...]
    charges: tuple[Charge, ...]
    total: Money
    channels: tuple[str, ...]
    automation: Automation
    issue_date: date
    deadline: date | None
    state: NoticeState
    reason: str = ""
    approved_hash: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    printed_on: date | None = None
    sent_on: date | None = None  # mail: day of sending; letter: day it was posted
    channel: str = ""  # channel it left by
    document: str = ""  # file name below the outbox


@dataclass(frozen=True, slots=True)
class Connection:
    """One account of a creditor at one platform (Anbindung)."""

    id: ConnectionId
    platform: str
    name: str
    role: Role = Role.LEADING
    settings: Mapping[str, str] = field(default_factory=dict)
    booked_until: date | None = None
    booked_source: str = ""
    client: str = ""  # DATEV: BERATER/MANDANT
    first_import_on: date | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Work for a person that Mahnwerk cannot do itself."""

    id: int
    kind: str
    debtor: DebtorId
    notice: NoticeId | None
    text: str
    created_on: date
