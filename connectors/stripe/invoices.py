"""Invoices of Stripe -> invoice records, with the doubts about them (§2). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from connectors._debtors import one_time_id
from connectors._values import FieldError, Json, child, required, text
from connectors.stripe import doubts
from connectors.stripe.addresses import frozen_address
from connectors.stripe.beside import Beside
from connectors.stripe.course import Course, course_of
from connectors.stripe.facts import invoice_facts
from connectors.stripe.kinds import DRAFT, OPEN, PAID, STATUSES, UNCOLLECTIBLE, VOID
from connectors.stripe.marks import digest
from connectors.stripe.payments import under_way, unknown_states
from connectors.stripe.states import holds_of, is_automatic, is_closed, state_of
from connectors.stripe.sums import Sums, sums_of
from connectors.stripe.values import currency, day, doubtful, readable_day, ref
from core.domain.model import Address, ItemKind, ItemState
from core.domain.money import Money
from core.domain.pay_ways import is_pay_link
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart
from core.errors import Problem

_CLOSED_AT = {PAID: "paid_at", VOID: "voided_at", UNCOLLECTIBLE: "marked_uncollectible_at"}
_MONEY = (PaymentKind.PAYMENT, PaymentKind.RETURNED)
_DUE = "Stripe: Fälligkeit der Rechnung"
_DUE_AT_ONCE = "Stripe: Einzug durch Stripe, fällig mit der Rechnung"
WRITTEN_OFF = "in Stripe als uneinbringlich markiert"


class Parsed(NamedTuple):
    """``record`` None: a draft, which is no claim (any more)."""

    record: InvoiceRecord | None
    problems: tuple[Problem, ...] = ()


def is_draft(row: Json) -> bool:
    """Whether an invoice is not finalised: nobody owes it yet."""
    return text(row, "status") == DRAFT


def parse_invoice(row: Json, beside: Beside) -> Parsed:
    """The record of an invoice as lists and single reads have it.

    Raises:
        FieldError: a field that is needed is missing or unreadable.

    """
    required(row, "id")
    if is_draft(row):
        return Parsed(None)
    status = required(row, "status")
    code = currency(row)
    sums = sums_of(row, status, code)
    on = _invoice_date(row, beside)
    course = course_of(row, sums, beside, on) if sums.whole.amount > 0 else None
    outstanding = _outstanding(status, sums, course)
    record = _record(row, sums, course, outstanding, on, beside)
    record = _judged(row, record, beside)
    return Parsed(record, tuple(_doubts(row, record, beside)))


def _record(
    row: Json, sums: Sums, course: Course | None, left: Money, on: date, beside: Beside
) -> InvoiceRecord:
    status = text(row, "status")
    owed = course if left.amount > 0 else None  # only a claim has one
    address = frozen_address(row)
    due, rule = _due(row, on, beside)
    closed_on = _closed_on(row, status, beside)
    return InvoiceRecord(
        external_id=text(row, "id"),
        kind=ItemKind.CREDIT_NOTE if sums.whole.amount < 0 else ItemKind.INVOICE,
        # Null until it is finalised (§2); what is open without one is not dunned.
        number=text(row, "number") or text(row, "id"),
        debtor=ref(row, "customer") or one_time_id(text(row, "id"), address or Address()),
        invoice_date=on,
        due_date=due,
        total=sums.whole,
        outstanding=left,
        state=state_of(status, left, sums.whole),
        source_state=status,
        mark="",
        due_rule=rule,
        direct_debit=is_automatic(row) and not beside.dun_automatic,
        settled_on=None if left.amount else closed_on,
        payments=_parts(status, sums, course, closed_on),
        payments_read=course is None or course.read,
        address=address,
        facts=invoice_facts(row, sums, course, beside),
        holds=tuple(holds_of(row, owed, under_way(row, beside), beside)) if owed else (),
        pay_link=_pay_link(row, status, owed) if owed else "",
    )


def _judged(row: Json, record: InvoiceRecord, beside: Beside) -> InvoiceRecord:
    """What nobody can be sure of is not dunned; and the mark of what came of it all."""
    sure = not (record.open and (doubtful(record.total.currency) or not text(row, "number")))
    if _is_mixed(row, beside) or not sure:
        record = replace(record, state=ItemState.UNKNOWN)
    # The payments count by what came of them, for not every pass reads them; the link changes.
    came: list[object] = [record.state, record.due_date, record.due_rule, record.outstanding]
    came += [record.debtor, record.direct_debit, *(each.key for each in record.holds)]
    return replace(record, mark=digest(row, came))


def _outstanding(status: str, sums: Sums, course: Course | None) -> Money:
    if is_closed(status):
        return Money.zero(sums.whole.currency)
    return sums.remaining if course is None else sums.remaining + course.reopened


def _parts(
    status: str, sums: Sums, course: Course | None, closed_on: date | None
) -> tuple[PaymentPart, ...]:
    if course is None:
        return ()
    if status == VOID:
        # Nothing was settled but what was paid; a balance that was applied is given back.
        return tuple(part for part in course.parts if part.kind in _MONEY)
    rest = sums.remaining + course.reopened
    if status != UNCOLLECTIBLE or not rest.amount:
        return course.parts
    return (*course.parts, PaymentPart(closed_on, rest, PaymentKind.WRITE_OFF, WRITTEN_OFF))


def _invoice_date(row: Json, beside: Beside) -> date:
    """``effective_at`` is what stands on the invoice (§2); it is when it was finalised, by default."""
    found = day(row, "effective_at", beside.zone)
    found = found or readable_day(child(row, "status_transitions"), "finalized_at", beside.zone)
    found = found or day(row, "created", beside.zone)
    if found is None:
        raise FieldError("effective_at", "fehlt, ebenso created")
    return found


def _due(row: Json, on: date, beside: Beside) -> tuple[date | None, str]:
    """The day on which it falls due, and why; None where nothing says it: it is not guessed."""
    due = day(row, "due_date", beside.zone)
    if due is not None:
        return due, _DUE
    # Null for what Stripe collects (§0.6).
    return (on, _DUE_AT_ONCE) if is_automatic(row) and beside.dun_automatic else (None, "")


def _closed_on(row: Json, status: str, beside: Beside) -> date | None:
    name = _CLOSED_AT.get(status, "")
    return readable_day(child(row, "status_transitions"), name, beside.zone)


def _pay_link(row: Json, status: str, course: Course) -> str:
    """The page that asks for what is open; none where it would ask for another amount."""
    found = text(row, "hosted_invoice_url")
    asks_all = status == OPEN and not course.reopened.amount
    return found if asks_all and is_pay_link(found) else ""


def _is_mixed(row: Json, beside: Beside) -> bool:
    """Live and test data apart (§1): a compatible server may not say which it is."""
    found = row.get("livemode")
    return isinstance(found, bool) and beside.livemode is not None and found != beside.livemode


def _doubts(row: Json, record: InvoiceRecord, beside: Beside) -> Iterator[Problem]:
    if _is_mixed(row, beside):
        yield doubts.mixed(row)
    if record.source_state not in STATUSES:
        yield doubts.unknown_status(row)
    if not record.open:
        return
    if not text(row, "number"):
        yield doubts.no_number(row)
    if doubtful(record.total.currency):
        yield doubts.unknown_decimals(row, record.total)
    if record.outstanding.amount > 0 and record.due_date is None and not record.direct_debit:
        yield doubts.no_due_date(row)
    for status in unknown_states(beside):
        yield doubts.unknown_payment(row, status)
