"""Credit notes of sevDesk -> records, negative (§2.7). Pure.

Whether an open credit note lowers ``paidAmount`` of its invoice is UNVERIFIED (§9.7). It is a record
of its own as long as the invoice does not show that it counts it: nobody is asked for too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from connectors._debtors import one_time_id
from connectors._values import FieldError, Json, currency, required, text
from connectors.sevdesk import doubts
from connectors.sevdesk.addresses import Countries, on_document
from connectors.sevdesk.facts import credit_facts
from connectors.sevdesk.kinds import (
    CLOSED,
    CREDIT_NOTE,
    DRAFT_STATUSES,
    KNOWN_STATUSES,
    PARTLY_PAID,
    debtor_id,
)
from connectors.sevdesk.marks import digest
from connectors.sevdesk.records import EURO, Mapped, as_draft
from connectors.sevdesk.sums import sums_of
from connectors.sevdesk.values import amount, any_day, readable, ref, ref_kind
from core.domain.model import Address, ItemKind, ItemState
from core.domain.money import Money, total
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart
from core.errors import Problem


def reduces(row: Json) -> str:
    """The id of the invoice that a credit note lowers; "" when it names none."""
    source = ref(row, "refSrcInvoice") or text(row, "refSrcInvoice")
    return source or (ref(row, "origin") if ref_kind(row, "origin") == "Invoice" else "")


def credit_part(row: Json, code: str) -> PaymentPart | None:
    """A credit note as a movement on its invoice; None for drafts and what cannot be read."""
    if text(row, "status") in DRAFT_STATUSES or currency(row) != code:
        return None
    whole = amount(row, "sumGross", code)
    if whole is None or not whole.amount:
        return None
    own = Money(abs(whole.amount), code)
    return PaymentPart(readable(row, "creditNoteDate"), own, PaymentKind.CREDIT, "Gutschrift")


def counted(invoice: InvoiceRecord, notes: Sequence[Json]) -> bool:
    """Whether an invoice already counts its credit notes as paid: then they are among its movements,
    and no credits beside it.
    """
    code = invoice.total.currency
    own = [part.amount for part in invoice.payments if part.kind is PaymentKind.CREDIT]
    parts = [part for part in (credit_part(each, code) for each in notes) if part is not None]
    return bool(own) and total(own, code) == total((part.amount for part in parts), code)


def parse_credit_note(
    row: Json,
    before: InvoiceRecord | None = None,
    countries: Countries | None = None,
    *,
    is_counted: bool = False,
) -> Mapped:
    """The record of a row of /CreditNote; None for a draft that never was final.

    Args:
        row: as the list or the single read has it.
        before: the record that is stored, if any.
        countries: ISO codes by id of StaticCountry.
        is_counted: its invoice shows that it is counted there (see ``counted``).

    Raises:
        FieldError: a field that is needed is missing or unreadable.

    """
    external_id = f"{CREDIT_NOTE}{required(row, 'id')}"
    status = required(row, "status")
    if status in DRAFT_STATUSES:
        return Mapped(as_draft(before, status) if before is not None else None)
    record = _build(row, external_id, status, countries or {}, is_counted=is_counted)
    return Mapped(record, tuple(_doubts(row, record)))


def _build(
    row: Json, external_id: str, status: str, countries: Countries, *, is_counted: bool
) -> InvoiceRecord:
    sums = sums_of(row)
    whole = Money(-abs(sums.total.amount), sums.total.currency)
    outstanding = _outstanding(sums.paid, status, whole, is_counted=is_counted)
    on = any_day(row, "creditNoteDate")
    if on is None:
        raise FieldError("creditNoteDate", "fehlt")
    place = on_document(row, countries)
    address = place.address if place else None
    return InvoiceRecord(
        external_id=external_id,
        kind=ItemKind.CREDIT_NOTE,
        number=text(row, "creditNoteNumber"),
        debtor=debtor_id(ref(row, "contact")) or one_time_id(external_id, address or Address()),
        invoice_date=on,
        due_date=None,
        total=whole,
        outstanding=outstanding,
        state=_state(status, whole, outstanding, sure=sums.sure),
        source_state=status,
        mark=digest(row, (is_counted,), ()),
        settled_on=readable(row, "payDate") if not outstanding.amount else None,
        payments_read=True,
        address=address,
        facts=credit_facts(row, is_counted=is_counted),
    )


def _outstanding(paid: Money, status: str, whole: Money, *, is_counted: bool) -> Money:
    if status == CLOSED or is_counted:
        return Money.zero(whole.currency)
    # A booking with the wrong sign leaves it open with a negative paidAmount (§2.5): paid out is
    # what sevDesk calls partly paid, or what has the right sign.
    out = abs(paid.amount) if status == PARTLY_PAID else max(paid.amount, Decimal(0))
    return min(whole + Money(out, whole.currency), Money.zero(whole.currency))


def _state(status: str, whole: Money, outstanding: Money, *, sure: bool) -> ItemState:
    foreign = whole.currency != EURO or not sure
    if status not in KNOWN_STATUSES or (outstanding.amount and foreign):
        return ItemState.UNKNOWN
    if not outstanding.amount:
        return ItemState.SETTLED
    return ItemState.OPEN if outstanding == whole else ItemState.PARTLY_PAID


def _doubts(row: Json, record: InvoiceRecord) -> Iterator[Problem]:
    if record.source_state not in KNOWN_STATUSES:
        yield doubts.unknown_status(row)
    if record.open and record.total.currency != EURO:
        yield doubts.foreign_currency(row, record.total.currency)
