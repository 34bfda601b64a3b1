"""Invoices of sevDesk -> invoice records, with the doubts about them (§2). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from connectors._debtors import one_time_id
from connectors._values import FieldError, Json, children, required, text
from connectors.sevdesk import doubts
from connectors.sevdesk.addresses import Place, on_document
from connectors.sevdesk.beside import LOGS, Beside
from connectors.sevdesk.credit_notes import credit_part
from connectors.sevdesk.facts import invoice_facts, most_skonto, skonto
from connectors.sevdesk.kinds import (
    CANCELLATION,
    CLAIMS,
    CLOSED,
    DOWN_PAYMENTS,
    DRAFT_STATUSES,
    FINAL,
    KNOWN_STATUSES,
    NO_CLAIMS,
    debtor_id,
)
from connectors.sevdesk.marks import digest
from connectors.sevdesk.payments import Claim, parse_logs, read_payments
from connectors.sevdesk.records import EURO, PAID, Mapped, as_draft
from connectors.sevdesk.sums import sums_of
from connectors.sevdesk.terms import Term, is_collected, term_of
from connectors.sevdesk.values import amount, any_day, readable, ref, ref_kind, says_yes
from core.domain.model import Address, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import InvoiceRecord, PaymentPart
from core.errors import Problem


def cancels(row: Json) -> str:
    """The id of the invoice that a cancellation (SR) cancels; "" when the row is none."""
    return ref(row, "origin") if text(row, "invoiceType") == CANCELLATION else ""


def replaced_by(row: Json) -> str:
    """What a final invoice replaces, for ``Beside.final``; "" when the row is no final invoice.

    That a final invoice names its order (or its partial invoice) as origin is UNVERIFIED.
    """
    return _origin_key(row) if text(row, "invoiceType") == FINAL else ""


def parse_invoice(row: Json, beside: Beside, before: InvoiceRecord | None, today: date) -> Mapped:
    """The record of a row of /Invoice; None for cancellations, templates, reminders and new drafts.

    Args:
        row: as the list or the single read has it.
        beside: what stands beside it.
        before: the record that is stored, if any.
        today: the day on which it is read, for payments without a day.

    Raises:
        FieldError: a field that is needed is missing or unreadable.

    """
    required(row, "id")
    kind = text(row, "invoiceType")
    if kind in NO_CLAIMS:
        return Mapped(None)
    if kind not in CLAIMS:
        return Mapped(None, (doubts.unknown_type(row),))
    status = required(row, "status")
    if status in DRAFT_STATUSES:
        return Mapped(as_draft(before, status) if before is not None else None)
    return _build(row, status, beside, before, today)


def with_logs(record: InvoiceRecord, rows: Sequence[Json], today: date) -> InvoiceRecord:
    """A settled record whose booking logs are known now; nothing else of it changed.

    Raises:
        FieldError: an amount cannot be read.

    """
    code = record.total.currency
    paid = amount(record.facts, PAID, code) or Money.zero(code)
    closed = record.state in (ItemState.SETTLED, ItemState.WRITTEN_OFF)
    most = most_skonto(record.facts.get("skonto", ""), record.total)
    claim = Claim(record.total, paid, closed, record.settled_on, most)
    # What no booking explains came before it was settled, not on the day on which we read of it.
    seen_on = record.settled_on or today
    parts = read_payments(claim, parse_logs(rows, code), (), record.payments, seen_on)
    return replace(record, payments=parts, payments_read=True)


class _Read(NamedTuple):
    """The amounts of a document, signed."""

    total: Money
    paid: Money
    outstanding: Money
    cancelled: bool
    sure: bool  # what is paid is known in the currency of the document


def _build(
    row: Json, status: str, beside: Beside, before: InvoiceRecord | None, today: date
) -> Mapped:
    read = _read(row, status, beside)
    on = any_day(row, "invoiceDate")
    if on is None:
        raise FieldError("invoiceDate", "fehlt")
    number = text(row, "invoiceNumber")
    if read.outstanding.amount and not number:
        raise FieldError("invoiceNumber", "fehlt")
    place = on_document(row, beside.countries)
    parts = _payments(row, status, read, beside, before, today)
    closed = status == CLOSED and not read.cancelled
    credit = read.total.amount < 0
    term = Term(None) if credit else term_of(row, on, beside.contact_days, beside.tenant_days)
    address = place.address if place else None
    record = InvoiceRecord(
        external_id=text(row, "id"),
        kind=ItemKind.CREDIT_NOTE if credit else ItemKind.INVOICE,
        number=number,
        debtor=debtor_id(ref(row, "contact")) or one_time_id(text(row, "id"), address or Address()),
        invoice_date=on,
        due_date=term.due,
        total=read.total,
        outstanding=read.outstanding,
        state=_state(row, status, read, beside),
        source_state=status,
        mark="",
        due_rule=term.rule,
        direct_debit=is_collected(row, beside.methods),
        delivered_on=readable(row, "deliveryDateUntil") or readable(row, "deliveryDate"),
        settled_on=_settled_on(row, parts) if closed else None,
        payments=parts,
        payments_read=not closed or _is_explained(row, read, beside, before),
        address=address,
        facts={**invoice_facts(row), PAID: read.paid.plain()},
    )
    record = replace(record, mark=_mark(row, record))
    return Mapped(record, tuple(_doubts(row, record, read, beside, place)))


def _mark(row: Json, record: InvoiceRecord) -> str:
    """The same for every way of reading. What stands beside the row counts by what came of it, for
    not every pass reads all of it.
    """
    came: tuple[object, ...] = (record.state, record.due_date, record.due_rule)
    came += (record.outstanding, record.debtor, record.direct_debit)
    embedded = children(row, LOGS) if isinstance(row.get(LOGS), list) else ()
    return digest(row, came, embedded)


def _read(row: Json, status: str, beside: Beside) -> _Read:
    total, paid, sure = sums_of(row)
    cancelled = status == CLOSED and (
        text(row, "id") in beside.cancelled
        or says_yes(row.get("cancled"))  # embed (§1.4)
        # There is no "cancelled" status (§2.6): closed, and nobody ever paid.
        or (not paid.amount and not text(row, "payDate"))
    )
    # A booking of the wrong sign (§2.5) makes nobody owe more than his invoice.
    came = max(paid, Money.zero(paid.currency)) if total.amount > 0 else paid
    outstanding = Money.zero(total.currency) if status == CLOSED else total - came
    return _Read(total, paid, outstanding, cancelled, sure)


def _state(row: Json, status: str, read: _Read, beside: Beside) -> ItemState:
    if status == CLOSED:
        if read.cancelled:
            return ItemState.CANCELLED
        return ItemState.SETTLED if read.paid.amount else ItemState.WRITTEN_OFF
    if status not in KNOWN_STATUSES or any(_disputes(row, read, beside)):
        return ItemState.UNKNOWN
    if not read.outstanding.amount:
        return ItemState.SETTLED
    return ItemState.PARTLY_PAID if read.paid.amount else ItemState.OPEN


def _disputes(row: Json, read: _Read, beside: Beside) -> Iterator[Problem]:
    """Why an open document is not dunned although sevDesk has it open."""
    if read.total.currency != EURO or not read.sure:
        yield doubts.foreign_currency(row, read.total.currency)
    if text(row, "id") in beside.cancelled or says_yes(row.get("cancled")):
        yield doubts.cancelled_but_open(row)
    if read.paid.amount < 0 < read.total.amount:
        yield doubts.paid_negative(row)
    if _is_replaced(row, beside):
        yield doubts.closed_by_final(row)
    if text(row, "invoiceType") == FINAL and read.outstanding.amount > 0:
        yield doubts.final_invoice(row)


def _is_replaced(row: Json, beside: Beside) -> bool:
    """A partial invoice whose final invoice is there (embed ``finalInvoiceId``, §1.4)."""
    if text(row, "invoiceType") not in DOWN_PAYMENTS:
        return False
    keys = {f"Invoice {text(row, 'id')}", _origin_key(row)}
    return says_yes(row.get("finalInvoiceId")) or not keys.isdisjoint(beside.final)


def _doubts(
    row: Json, record: InvoiceRecord, read: _Read, beside: Beside, place: Place | None
) -> Iterator[Problem]:
    if record.source_state not in KNOWN_STATUSES:
        yield doubts.unknown_status(row)
    if record.source_state == CLOSED:
        return
    yield from _disputes(row, read, beside)
    if record.due_date is None and record.outstanding.amount > 0:
        yield doubts.no_due_date(row)
    if place is not None and place.unknown_country:
        yield doubts.unknown_country(f"{doubts.where(row)} addressCountry", place.unknown_country)


def _payments(
    row: Json,
    status: str,
    read: _Read,
    beside: Beside,
    before: InvoiceRecord | None,
    today: date,
) -> tuple[PaymentPart, ...]:
    if read.total.amount <= 0 or read.cancelled or not read.sure:
        return ()
    code = read.total.currency
    claim = Claim(
        read.total,
        max(read.paid, Money.zero(code)),
        status == CLOSED,
        readable(row, "payDate"),
        most_skonto(skonto(row), read.total),
    )
    logs = beside.logs_of(row)
    notes = beside.credit_notes.get(text(row, "id"), ())
    return read_payments(
        claim,
        None if logs is None else parse_logs(logs, code),
        [part for part in (credit_part(each, code) for each in notes) if part is not None],
        before.payments if before is not None else (),
        today,
    )


def _is_explained(row: Json, read: _Read, beside: Beside, before: InvoiceRecord | None) -> bool:
    """Whether no better news of a closed invoice's payments is to be had. One that was closed
    before we first saw it may have bookings that were not read yet.
    """
    watched = before is not None and (before.open or before.payments_read)
    settled = not read.paid.amount or not read.sure
    return watched or settled or beside.logs_of(row) is not None


def _settled_on(row: Json, parts: Sequence[PaymentPart]) -> date | None:
    """The day of the last payment; never one of which only we know when we saw it."""
    on = readable(row, "payDate")
    return on or max((part.on for part in parts if part.on and not part.seen), default=None)


def _origin_key(row: Json) -> str:
    id_ = ref(row, "origin")
    return f"{ref_kind(row, 'origin')} {id_}" if id_ else ""
