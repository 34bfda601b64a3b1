"""Rows of voucherlist and single documents -> one shape (§2.1–§2.5, §2.9). Pure.

A row says what is open; a document says to whom, for what and on which terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from connectors._values import (
    FieldError,
    Json,
    child,
    currency,
    day,
    flag,
    money,
    optional_money,
    required,
    required_day,
    second,
    text,
)
from connectors.lexoffice.addresses import parse_address
from connectors.lexoffice.dunnings import related_dunnings
from connectors.lexoffice.facts import document_facts
from connectors.lexoffice.kinds import OPEN, OVERDUE, VOUCHER_TYPES, VoucherType
from core.domain.model import Address
from core.domain.money import Money

_LANGUAGES = frozenset({"de", "en"})  # all that lexoffice has (§2.2)
_PERIODS = frozenset({"serviceperiod", "deliveryperiod"})


class UnknownType(Exception):
    """A row of a kind that this version does not know."""


@dataclass(frozen=True, slots=True)
class Details:
    """What only the document says."""

    address: Address | None = None  # None: bookkeeping vouchers have none
    language: str = ""
    delivered_on: date | None = None
    term_days: str = ""
    dunnings: tuple[str, ...] = ()  # ids of those that hang on it
    closed: bool = False  # a down payment invoice whose closing invoice is there
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as a row or a document has it. Amounts are signed: credits are negative."""

    id: str
    type: VoucherType
    status: str  # as the platform writes it, but never "overdue"
    number: str
    on: date
    due: date | None
    updated: str  # UTC to the second; "" = not said
    contact: str  # "" = collective customer or one-time address
    contact_name: str
    total: Money
    open: Money | None = None  # None: the document does not say it, or the list has a null
    archived: bool = False
    details: Details | None = None

    def mark(self, outstanding: Money) -> str:
        """The same for a row and a single read of the same state, else different."""
        due = "" if self.type.credit or self.due is None else self.due.isoformat()
        return f"{self.updated}|{outstanding.plain()}|{due}|{self.status}"


def parse_row(values: Json, asked: str = OPEN) -> Voucher:
    """A row of voucherlist. ``asked``: what an "overdue" row was asked as (§0.5).

    Raises:
        UnknownType: a kind that this version does not know.
        FieldError: a field that is needed is missing or unreadable.

    """
    id_ = required(values, "id")
    type_ = VOUCHER_TYPES.get(required(values, "voucherType"))
    if type_ is None:
        raise UnknownType(text(values, "voucherType"))
    status = required(values, "voucherStatus")
    code = currency(values)
    open_ = optional_money(values, "openAmount", code)
    return Voucher(
        id_,
        type_,
        asked if status == OVERDUE else status,
        text(values, "voucherNumber"),
        required_day(values, "voucherDate"),
        day(values, "dueDate"),
        second(values, "updatedDate"),
        text(values, "contactId"),
        text(values, "contactName"),
        _signed(money(values, "totalAmount", code), type_),
        None if open_ is None else _signed(open_, type_),
        flag(values, "archived"),
    )


def parse_document(values: Json, type_: VoucherType) -> Voucher:
    """A document of the endpoint of ``type_``; a bookkeeping voucher names its kind itself.

    Raises:
        UnknownType: a bookkeeping voucher of another kind, such as a purchase.
        FieldError: a field that is needed is missing or unreadable.

    """
    return _bookkeeping(values) if type_.bookkeeping else _sales(values, type_)


def with_document(row: Voucher, document: Voucher) -> Voucher:
    """A row with what only its document says; amounts, day and state stay the row's.

    The total of a closing invoice is what it claims after its down payments.
    """
    closing = bool(document.details and "closing_invoice" in document.details.facts)
    return replace(
        row,
        number=row.number or document.number,
        due=row.due or document.due,
        contact=document.contact if document.details else row.contact,
        contact_name=document.contact_name or row.contact_name,
        total=document.total if closing else row.total,
        details=document.details,
    )


def _signed(amount: Money, type_: VoucherType) -> Money:
    return Money(-abs(amount.amount), amount.currency) if type_.credit else amount


def _sales(values: Json, type_: VoucherType) -> Voucher:
    address = child(values, "address")
    price = child(values, "totalPrice")
    code = currency(price)
    name = text(address, "name")
    try:
        total = money(price, "totalGrossAmount", code)
    except FieldError as error:
        raise FieldError(f"totalPrice.{error.path}", error.reason) from None
    claimed = optional_money(values, "claimedGrossAmount", code)
    if flag(values, "closingInvoice") and claimed is not None:
        total = claimed
    terms = child(values, "paymentConditions")
    return Voucher(
        required(values, "id"),
        type_,
        required(values, "voucherStatus"),
        text(values, "voucherNumber"),
        required_day(values, "voucherDate"),
        day(values, "dueDate"),
        second(values, "updatedDate"),
        text(address, "contactId"),
        name,
        _signed(total, type_),
        archived=flag(values, "archived"),
        details=Details(
            parse_address(address, name) if name else None,
            _language(values),
            _delivered(child(values, "shippingConditions")),
            text(terms, "paymentTermDuration"),
            tuple(related_dunnings(values)),
            bool(text(values, "closingInvoiceId")),
            document_facts(values),
        ),
    )


def _language(values: Json) -> str:
    """Language of a document; "" when it is one that there are no letters in."""
    language = text(values, "language").lower()
    return language if language in _LANGUAGES else ""


def _delivered(shipping: Json) -> date | None:
    """Day of delivery or service; of a period its last day."""
    try:
        if text(shipping, "shippingType") in _PERIODS:
            return day(shipping, "shippingEndDate") or day(shipping, "shippingDate")
        return day(shipping, "shippingDate")
    except FieldError as error:
        raise FieldError(f"shippingConditions.{error.path}", error.reason) from None


def _bookkeeping(values: Json) -> Voucher:
    type_ = VOUCHER_TYPES.get(required(values, "type"))
    if type_ is None or not type_.bookkeeping:
        raise UnknownType(text(values, "type"))
    code = currency(values)
    collective = flag(values, "useCollectiveContact")
    return Voucher(
        required(values, "id"),
        type_,
        required(values, "voucherStatus"),
        text(values, "voucherNumber"),
        required_day(values, "voucherDate"),
        day(values, "dueDate"),
        second(values, "updatedDate"),
        "" if collective else text(values, "contactId"),
        text(values, "contactName"),
        _signed(money(values, "totalGrossAmount", code), type_),
        archived=flag(values, "archived"),
        details=Details(delivered_on=day(values, "shippingDate")),
    )
