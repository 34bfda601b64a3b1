"""What a connector returns: frozen records in our terms, never the platform's (style §5.3).

A connector never writes to the store. File exports of a bookkeeping (DATEV) arrive as
:class:`Posting` and :class:`Balance`; ``core.domain.ledger`` turns them into open items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from core.domain.model import Address, DebtorType
from core.domain.money import Money
from core.errors import Problem


class PostingKind(StrEnum):
    """What a movement on a debtor account is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    REFUND = "refund"  # money back, or a returned direct debit: re-opens the item
    REVERSAL = "reversal"  # Storno, Generalumkehr: its sign is already flipped in the file
    WRITE_OFF = "write_off"
    TRANSFER = "transfer"  # between two personal accounts
    OPENING = "opening"  # opening balance (EB-Wert)
    DUNNING_CHARGE = "dunning_charge"
    DOWN_PAYMENT_REQUEST = "down_payment_request"
    OTHER = "other"


# A NamedTuple, not a dataclass like the others: a frozen dataclass sets each of the 27 fields by a
# call, and a file has a hundred thousand postings. Change one with ``_replace``.
class Posting(NamedTuple):
    """One movement on one debtor account.

    ``effect`` is what it does to the receivable in the currency of the row, discount included;
    ``base_effect`` the same in the base currency of the books. Both positive when the debtor
    owes more. ``external_id`` is stable over repeated exports of the same row; equal rows
    without a GUID carry a running number.
    """

    external_id: str
    account: str  # canonical: personal account, right-padded to 9 digits
    account_label: str  # as written in the file
    kind: PostingKind
    number: str  # Belegfeld 1 as written
    item_key: str  # normalised number; "" = none
    booked_on: date
    effect: Money
    base_effect: Money
    discount: Money | None = None
    due_date: date | None = None
    due_rule: str = ""  # which rule gave the due date, for explain
    term: int | None = None  # number of a payment term, when Belegfeld 2 names one
    references: tuple[str, ...] = ()  # other fields that may name an invoice
    text: str = ""
    blocked: bool = False
    blocked_until: date | None = None
    direct_debit: bool = False
    delivery_date: date | None = None
    sundry_address: str = ""  # number into the sundry addresses
    fiscal_year_start: date | None = None
    has_guid: bool = False
    batch: str = ""  # identity of the batch it came with
    content_key: str = ""  # equal for equal rows whatever batch they came with
    file: str = ""
    row: int = 0  # line in the file, 1-based


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of an OPOS list: what was open of one item on the list's as-of day."""

    account: str
    account_label: str
    number: str
    item_key: str
    as_of: date
    outstanding: Money  # signed
    total: Money | None
    invoice_date: date | None
    due_date: date | None
    text: str = ""
    name: str = ""  # debtor name, when the list carries it
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class DebtorRecord:
    """Master data of a debtor as the platform has it."""

    external_id: str  # canonical account
    account_label: str
    name: str
    address: Address
    salutation: str = ""
    email: str = ""
    phone: str = ""
    language: str = "de"
    type: DebtorType = DebtorType.UNKNOWN
    type_evidence: str = ""
    vat_id: str = ""
    iban: str = ""
    allowed_levels: int = 0
    no_dunning: bool = False  # DATEV Mahnung = 9
    blocked_until: date | None = None  # Mahnsperre bis
    insolvent: bool = False
    direct_debit: bool = False
    term: int | None = None
    due_days: int | None = None
    collective: bool = False  # collective account: the addresses are sundry addresses
    dun_in_base_currency: bool | None = None  # DATEV Währungssteuerung 2 = True
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class TermPeriod:
    """One period of a payment term by dates: invoices up to ``until_day`` fall due then."""

    until_day: int
    due_day: int
    due_month: int  # 0 same, 1 next, 2 the month after next


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """A Zahlungsbedingung: days net, or up to three periods."""

    number: int
    label: str
    due_days: int | None
    periods: tuple[TermPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class SundryAddress:
    """An address of a collective account (Diverse Adressen)."""

    number: str
    account: str
    name: str
    address: Address
    email: str = ""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One file as it was read. ``identity`` is stable over repeated exports."""

    file: str
    sha256: str
    category: str  # postings | debtors | payment_terms | sundry_addresses | opos | ignored
    identity: str = ""
    client: str = ""  # "BERATER/MANDANT"; "" = the file does not say
    encoding: str = ""
    fiscal_year_start: date | None = None
    account_length: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    as_of: date | None = None
    locked: bool = True
    rows: int = 0
    refused: int = 0
    label: str = ""
    booked_until: date | None = None  # last bank-side posting, or the as-of day of an OPOS list
    note: str = ""  # why it was passed over


@dataclass(frozen=True, slots=True)
class FileImport:
    """Everything read from one file; what could not be read is in ``problems``.

    ``row_error_accounts`` are debtor accounts with a refused row: they are not dunned until the
    file is read without that error.
    """

    info: BatchInfo
    postings: tuple[Posting, ...] = ()
    balances: tuple[Balance, ...] = ()
    debtors: tuple[DebtorRecord, ...] = ()
    terms: tuple[PaymentTerm, ...] = ()
    addresses: tuple[SundryAddress, ...] = ()
    problems: tuple[Problem, ...] = ()
    row_error_accounts: frozenset[str] = frozenset()
    raw: Mapping[int, str] = field(default_factory=dict)  # raw rows kept for explain, by line
