"""What a connector of a live platform returns: invoices, payments and debtors in our terms.

Signs as everywhere in Mahnwerk: a claim is positive, a credit negative. The platform's own words
stay in the connector; ``source_state`` and ``facts`` carry them for ``explain`` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from core.domain.model import Address, HoldKind, ItemKind, ItemState
from core.domain.money import Money
from core.domain.records import DebtorRecord
from core.errors import Problem

# Where a stream of records goes on; only the connector knows what is inside. Survives JSON.
Cursor = Mapping[str, Any]


# External ids of debtors that are no contact of the platform begin so: one name at one full
# address, or a single voucher of which nobody can tell whose it is.
ONE_TIME, ALONE = "one-time:", "voucher:"


class LostCredit(NamedTuple):
    """An open credit of a debtor ``ALONE``: it may belong to anybody of that name."""

    external_id: str
    name: str
    minor: int  # negative


class PaymentKind(StrEnum):
    """What a movement on an invoice is."""

    PAYMENT = "payment"  # money received
    CREDIT = "credit"  # a credit note that was linked or assigned
    DISCOUNT = "discount"  # Skonto: lowers the claim, no money
    WRITE_OFF = "write_off"  # Ausbuchung
    CHARGE = "charge"  # money received for a dunning charge: not for the invoice
    CURRENCY = "currency"  # difference of exchange rates
    # Money that went back: refunded, or taken back by a bank. The only kind that makes a claim larger.
    RETURNED = "returned"
    OTHER = "other"  # a kind that this version does not know


class PaymentPart(NamedTuple):
    """One movement on one invoice. ``amount`` is positive and makes the claim smaller, of money
    that was RETURNED larger.

    ``seen``: the platform names no day, ``on`` is the one on which we first saw it; the money may
    have come days before.
    """

    on: date | None  # None: the platform names no day
    amount: Money
    kind: PaymentKind
    text: str = ""
    seen: bool = False


class BankLine(NamedTuple):
    """Money that came in at the bank and is assigned to nothing yet, as the platform shows it."""

    external_id: str
    on: date | None  # value date
    amount: Money  # positive
    payer: str = ""
    iban: str = ""  # of the payer
    text: str = ""  # purpose
    # External id of the debtor whose money it is: the platform says so. "" = nobody knows.
    debtor: str = ""


class RecordHold(NamedTuple):
    """A hold that the state of an invoice at its platform asks for.

    ``key`` is stable and tells it apart from others of the invoice: who releases it has answered
    that question. ``reason``: a German sentence for the operator. ``until``: last day, inclusive.
    """

    key: str
    kind: HoldKind
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """One invoice, credit note or other claim as the platform has it now.

    ``mark`` changes whenever the platform's record does; it is compared, never read. ``payments``
    counts only when ``payments_read``; what is open is ``outstanding``, whatever they add up to.
    """

    external_id: str
    kind: ItemKind
    number: str
    debtor: str  # external id of its DebtorRecord
    invoice_date: date | None
    due_date: date | None
    total: Money  # signed
    outstanding: Money  # signed; 0 when nothing is open
    state: ItemState
    source_state: str
    mark: str
    due_rule: str = ""
    direct_debit: bool = False
    delivered_on: date | None = None
    settled_on: date | None = None
    payments: tuple[PaymentPart, ...] = ()
    payments_read: bool = False
    address: Address | None = None  # that stands on the invoice
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    holds: tuple[RecordHold, ...] = ()
    # Page on which the debtor pays this invoice, https; "" = none. It may end: read it again before
    # it is printed.
    pay_link: str = ""

    @property
    def open(self) -> bool:
        """True while something is open, also of a credit."""
        return bool(self.outstanding.amount)


@dataclass(frozen=True, slots=True)
class PlatformNotice:
    """A dunning that stands on the platform: made there by a person, or written by us.

    ``marker`` is what we wrote into it (:class:`NoticeToWrite`); "" when it is the platform's own.
    """

    external_id: str
    invoice: str  # external id of the invoice
    on: date | None  # day that it bears
    title: str
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that could not be read; its debtor is not dunned until it can."""

    external_id: str
    debtor: str  # external id; "" = not known, then only the record itself is affected
    problem: Problem


class Progress(NamedTuple):
    """How far a stream is: records done, records in all (None = not known yet), and how many
    requests are still needed at least (None = not known).
    """

    done: int
    total: int | None = None
    requests_left: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one step. Stored in one transaction with ``cursor``, from where it goes on.

    ``bank_lines``: all that are unassigned now, in place of those before; None = not read. With
    ``bank_lines_of`` only those of these debtors (external ids) are replaced.
    ``booked_until``: the day up to which the platform's bank accounts are read; None = not known.
    """

    cursor: Cursor
    invoices: tuple[InvoiceRecord, ...] = ()
    debtors: tuple[DebtorRecord, ...] = ()
    notices: tuple[PlatformNotice, ...] = ()
    unread: tuple[Unread, ...] = ()
    gone: tuple[str, ...] = ()  # external ids of invoices that the platform does not have any more
    problems: tuple[Problem, ...] = ()  # that concern no single record
    bank_lines: tuple[BankLine, ...] | None = None
    bank_lines_of: frozenset[str] | None = None
    booked_until: date | None = None
    progress: Progress | None = None


LIVE, TEST = "live", "test"  # modes of an account


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Whose account a key opens. ``warnings`` are (German, English) sentences for the operator.

    ``mode``: LIVE or TEST where the platform keeps real and invented data apart, else "".
    ``aliases``: ids that stood for it as long as nothing named it.
    """

    id: str  # stable id of the organisation at the platform
    name: str
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[tuple[str, str], ...] = ()
    mode: str = ""
    aliases: tuple[str, ...] = ()

    def is_one(self, id_: str) -> bool:
        """Whether an id that was stored is this organisation's."""
        return id_ == self.id or id_ in self.aliases


@dataclass(frozen=True, slots=True)
class Document:
    """The original of an invoice, byte for byte."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class NoticeToWrite:
    """A notice that was sent, to be shown on the platform beside its invoice."""

    invoice: str  # external id
    marker: str  # stable and unique, to find it again: written into it
    title: str
    on: date  # day of issue
    deadline: date | None
    language: str
    outstanding: Money
    charges: tuple[tuple[str, Money], ...] = ()  # label and amount, demanded beside the invoice
    level: int = 0  # of the invoice in that notice


class PayAccount(NamedTuple):
    """An account of the platform that a debtor may pay to by bank transfer; it books what comes."""

    holder: str
    iban: str
    bic: str = ""
    bank: str = ""


class EventKind(StrEnum):
    """What an event of a platform is about. It is a hint: the object is read again."""

    INVOICE = "invoice"  # an invoice or another claim
    PAYMENT = "payment"  # what was paid on the invoice, credit note or voucher it names
    CREDIT_NOTE = "credit_note"
    DEBTOR = "debtor"
    PLATFORM_NOTICE = "platform_notice"  # a dunning on the platform, also one that we wrote
    KEY_REVOKED = "key_revoked"  # the API key was withdrawn; nothing more can be read
    INBOUND = "inbound"  # another system of the creditor; its raw bytes say what it knows
    RETURNED_MAIL = "returned_mail"  # a mail that came back, whole in the raw bytes
    OTHER = "other"  # nothing that Mahnwerk reads, or a type that this version does not know


class EventChange(StrEnum):
    """What happened to it."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ConnectorEvent:
    """One event that a platform reported, after its signature was verified.

    ``external_id`` names what to read again. ``key`` is the same for every delivery of the same
    event. Order and completeness are not promised.
    """

    organization: str  # id of the account at the platform, to be compared with the connection's
    kind: EventKind
    change: EventChange
    external_id: str
    at: datetime  # aware, UTC
    key: str
    mode: str = ""  # "live" or "test", to be compared as ``organization``; "": it does not say
