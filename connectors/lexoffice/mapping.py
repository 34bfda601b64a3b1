"""Vouchers and payments of lexoffice -> invoice records, with the doubts about them. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from connectors._values import FieldError
from connectors.lexoffice.kinds import (
    DIRECT_DEBIT,
    DRAFT_STATUSES,
    OPEN_STATUSES,
    SETTLED_STATUSES,
    VOIDED,
    VOUCHER_TYPES,
    VoucherType,
    link,
)
from connectors.lexoffice.payments import Payments, difference
from connectors.lexoffice.problems import warning
from connectors.lexoffice.vouchers import Details, Voucher
from core.domain.model import ItemState
from core.domain.money import Money
from core.domain.platform_records import ALONE, ONE_TIME, InvoiceRecord
from core.errors import Problem

EURO = "EUR"
_DIFFERENCE = "payments_difference"  # fact: what the payments do not explain


class Mapped(NamedTuple):
    record: InvoiceRecord
    problems: tuple[Problem, ...] = ()


def where(voucher: Voucher) -> str:
    """How problems name a voucher."""
    return f"{voucher.number or 'Beleg'} ({voucher.id})"


def type_of(record: InvoiceRecord) -> VoucherType | None:
    """The kind that a stored record was read as."""
    return VOUCHER_TYPES.get(record.facts.get("voucher_type", ""))


def build_record(voucher: Voucher, debtor: str, paid: Payments | None = None) -> Mapped:
    """The record of a voucher; ``paid`` is newer than the voucher where both say the same.

    Raises:
        FieldError: it is open and has no number, or nothing says how much is open.

    """
    if paid is not None:
        voucher = replace(voucher, status=paid.status, open=paid.open)
    outstanding = _outstanding(voucher)
    parts = paid.parts if paid else ()
    problems = (*_doubts(voucher), *(paid.problems if paid else ()))
    if outstanding.amount and not voucher.number:
        raise FieldError("voucherNumber", "fehlt")
    details = voucher.details or Details()
    record = InvoiceRecord(
        external_id=voucher.id,
        kind=voucher.type.kind,
        number=voucher.number,
        debtor=debtor,
        invoice_date=voucher.on,
        due_date=None if voucher.type.credit else voucher.due,
        total=voucher.total,
        outstanding=outstanding,
        state=_state(voucher, outstanding, paid),
        source_state=voucher.status,
        mark=voucher.mark(outstanding),
        due_rule=_due_rule(voucher),
        direct_debit=voucher.status in DIRECT_DEBIT,
        delivered_on=details.delivered_on,
        settled_on=paid.paid_on if paid and not outstanding.amount else None,
        payments=parts,
        payments_read=paid is not None or voucher.status == VOIDED,  # of those nothing is left
        address=details.address,
        language=details.language,
        facts=_facts(voucher, outstanding, paid),
    )
    return Mapped(record, problems)


def settle(known: InvoiceRecord, voucher: Voucher, paid: Payments | None) -> Mapped:
    """A stored record that its row or its payments now say is settled or void.

    What only its document said is kept: it was read once and need not be read again.
    """
    fresh, problems = build_record(replace(voucher, details=None), known.debtor, paid)
    debtor = known.debtor
    if voucher.contact and not known.debtor.startswith((ONE_TIME, ALONE)):
        debtor = voucher.contact
    kept = {name: text for name, text in known.facts.items() if name != _DIFFERENCE}
    return Mapped(
        replace(
            fresh,
            debtor=debtor,
            due_date=fresh.due_date or known.due_date,
            # A row has the whole amount of a closing invoice, its document what it claims.
            total=known.total if "closing_invoice" in kept else fresh.total,
            due_rule=known.due_rule or fresh.due_rule,
            delivered_on=known.delivered_on,
            settled_on=fresh.settled_on or (None if known.open else known.settled_on),
            address=known.address,
            language=known.language,
            facts={**kept, **fresh.facts},
        ),
        problems,
    )


def with_payments(record: InvoiceRecord, paid: Payments) -> InvoiceRecord:
    """A settled record whose payments are known now; nothing else of it changed."""
    facts = {name: text for name, text in record.facts.items() if name != _DIFFERENCE}
    unexplained = _unexplained(record.total, record.outstanding, paid)
    return replace(
        record,
        state=_closed_state(record.source_state, paid),
        settled_on=paid.paid_on or record.settled_on,
        payments=paid.parts,
        payments_read=True,
        facts={**facts, **unexplained},
    )


def as_draft(known: InvoiceRecord, status: str) -> InvoiceRecord:
    """An invoice that was taken back to draft: not dunned, not lost, read anew once it is final.

    Its mark matches nothing, so that the next list which has it makes it be read.
    """
    return replace(
        known,
        outstanding=Money.zero(known.total.currency),
        state=ItemState.CANCELLED,
        source_state=status,
        mark=f"|0.00||{status}",
        direct_debit=False,
        settled_on=None,
        payments=(),
        payments_read=True,
    )


def is_draft(status: str) -> bool:
    return status in DRAFT_STATUSES


def row_mark(row: Voucher) -> str:
    """The mark that a record of this row has; "" when the row does not say what is open."""
    try:
        return row.mark(_outstanding(row))
    except FieldError:
        return ""


def _outstanding(voucher: Voucher) -> Money:
    if voucher.status in SETTLED_STATUSES:
        return Money.zero(voucher.total.currency)
    if voucher.open is not None:
        return voucher.open
    if voucher.status in OPEN_STATUSES:
        raise FieldError("openAmount", "fehlt")
    return voucher.total  # of a state nobody knows: shown in full, never dunned


def _state(voucher: Voucher, outstanding: Money, paid: Payments | None) -> ItemState:
    if voucher.status not in (*OPEN_STATUSES, *SETTLED_STATUSES):
        return ItemState.UNKNOWN
    if not outstanding.amount:
        return _closed_state(voucher.status, paid)
    if outstanding.currency != EURO or _is_closed(voucher):
        return ItemState.UNKNOWN
    whole = abs(outstanding.amount) >= abs(voucher.total.amount)
    return ItemState.OPEN if whole else ItemState.PARTLY_PAID


def _closed_state(status: str, paid: Payments | None) -> ItemState:
    if status == VOIDED:
        return ItemState.CANCELLED
    return ItemState.WRITTEN_OFF if paid and paid.written_off else ItemState.SETTLED


def _unexplained(whole: Money, outstanding: Money, paid: Payments) -> dict[str, str]:
    left = difference(whole, outstanding, paid.parts)
    return {_DIFFERENCE: str(left)} if left.amount else {}


def _is_closed(voucher: Voucher) -> bool:
    return bool(voucher.details and voucher.details.closed)


def _due_rule(voucher: Voucher) -> str:
    if voucher.type.credit or voucher.due is None:
        return ""
    if voucher.type.bookkeeping and voucher.due == voucher.on:
        # § 2.9: dueDate defaults to voucherDate; nobody can tell whether it was meant.
        return (
            "Belegdatum; lexoffice setzt es ein, wenn an einem Buchhaltungsbeleg keine "
            "Fälligkeit erfasst wurde"
        )
    days = voucher.details.term_days if voucher.details else ""
    return f"lexoffice: zahlbar in {days} Tagen" if days else "Fälligkeit aus lexoffice"


def _facts(voucher: Voucher, outstanding: Money, paid: Payments | None) -> dict[str, str]:
    facts = dict(voucher.details.facts) if voucher.details else {}
    facts["voucher_type"] = voucher.type.name
    facts["link"] = link(voucher.type, voucher.id)
    if voucher.archived:
        facts["archived"] = "ja"
    if paid and voucher.status != VOIDED:
        facts |= _unexplained(voucher.total, outstanding, paid)
    return facts


def _doubts(voucher: Voucher) -> tuple[Problem, ...]:
    found: list[Problem] = []
    status = voucher.status
    if status not in (*OPEN_STATUSES, *SETTLED_STATUSES):
        found.append(
            warning(
                "voucher_status_unknown",
                f"{where(voucher)} voucherStatus",
                f"Den Status „{status[:40]}“ kennt Mahnwerk nicht; der Beleg wird nicht gemahnt. "
                "Bitte den Beleg in lexoffice prüfen und Mahnwerk aktualisieren.",
            )
        )
    if voucher.total.currency != EURO:
        found.append(
            warning(
                "voucher_currency_foreign",
                f"{where(voucher)} currency",
                f"Der Beleg lautet auf {voucher.total.currency}, lexoffice führt nur EUR; er wird "
                "nicht gemahnt. Bitte den Beleg in lexoffice prüfen.",
            )
        )
    if status in OPEN_STATUSES:
        found += _doubts_of_open(voucher)
    return tuple(found)


def _doubts_of_open(voucher: Voucher) -> list[Problem]:
    found: list[Problem] = []
    if voucher.due is None and not voucher.type.credit:
        found.append(
            warning(
                "voucher_due_missing",
                f"{where(voucher)} dueDate",
                "Der Beleg ist offen und nennt keine Fälligkeit; sie wird nicht geraten. Bitte "
                "in lexoffice ein Zahlungsziel eintragen.",
            )
        )
    if _is_closed(voucher):
        found.append(
            warning(
                "down_payment_closed",
                f"{where(voucher)} closingInvoiceId",
                "Die Abschlagsrechnung ist offen, obwohl es ihre Schlussrechnung gibt, die den "
                "Betrag noch einmal fordert; sie wird nicht gemahnt. Bitte in lexoffice prüfen, "
                "welcher Beleg gilt.",
            )
        )
    return found
