"""Demo Books -> our records: pure functions, their words end here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.model import Address, HoldKind, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import (
    BankLine,
    InvoiceRecord,
    PaymentKind,
    PaymentPart,
    PlatformNotice,
    RecordHold,
)
from core.domain.records import DebtorRecord
from core.errors import Problem, Severity

Json = Mapping[str, Any]

# theirs -> ours; "open" becomes PARTLY_PAID when something was paid
STATE_MAP = {
    "open": ItemState.OPEN,
    "paid": ItemState.SETTLED,
    "void": ItemState.CANCELLED,
}
PAYMENT_MAP = {
    "money": PaymentKind.PAYMENT,
    "credit": PaymentKind.CREDIT,
    "back": PaymentKind.RETURNED,
}
MARKER = "Ref: "


class Unreadable(ValueError):
    """A required field is missing or makes no sense; the text names it."""


def parse_debtor(raw: Json) -> DebtorRecord:
    name = str(raw["name"])
    return DebtorRecord(str(raw["id"]), str(raw["id"]), name, Address(name), email=raw["email"])


def parse_invoice(raw: Json) -> InvoiceRecord:
    """Raises Unreadable."""
    if raw["test"]:
        raise Unreadable("test")
    total, rest = _money(raw, "total"), _money(raw, "open")
    payments = tuple(_payment(each) for each in raw.get("payments", ()))
    return InvoiceRecord(
        external_id=_text(raw, "id"),
        kind=ItemKind.INVOICE,
        number=_text(raw, "number"),
        debtor=_text(raw, "customer"),
        invoice_date=_day(raw, "date"),
        due_date=_day(raw, "due"),
        total=total,
        outstanding=rest,
        state=_state(str(raw["status"]), total, rest),
        source_state=str(raw["status"]),
        mark=f"{raw['changed_at']} {rest.plain()} {raw['status']}",
        payments=payments,
        payments_read="payments" in raw,
        holds=tuple(_holds(raw)),
        pay_link=_text(raw, "pay_link"),
    )


def _holds(raw: Json) -> Iterator[RecordHold]:
    """What keeps an invoice from being dunned, though it is open."""
    if raw["under_way"]:
        yield RecordHold("under_way", HoldKind.DIRECT_DEBIT_PENDING, "Die Zahlung ist unterwegs.")
    for each in raw.get("payments", ()):
        if each["kind"] == "back":
            said = f"Am {each['date']} ging Geld zurück; ob es geschuldet ist, sagt ein Mensch."
            yield RecordHold(f"back:{each['date']}", HoldKind.MONEY_RETURNED, said)


def doubts(raw: Json) -> list[Problem]:
    """What was read, but not understood."""
    status = str(raw["status"])
    if status in STATE_MAP:
        return []
    return [
        Problem(
            "demo_status",
            Severity.WARNING,
            f"invoices/{raw['id']} status",
            f"Den Status „{status}“ kennt Mahnwerk nicht; die Rechnung wird nicht gemahnt. "
            "Mahnwerk aktualisieren.",
        )
    ]


def unreadable(raw: Json, error: Unreadable) -> Problem:
    return Problem(
        "demo_record",
        Severity.ERROR,
        f"invoices/{raw.get('id')} {error}",
        "Die Rechnung ist nicht lesbar. In Demo Books berichtigen.",
    )


def parse_reminder(invoice: str, raw: Json) -> PlatformNotice:
    on = date.fromisoformat(raw["date"])
    _, _, marker = str(raw["text"]).partition(MARKER)
    return PlatformNotice(str(raw["id"]), invoice, on, str(raw["title"]), marker)


def _state(status: str, total: Money, rest: Money) -> ItemState:
    state = STATE_MAP.get(status, ItemState.UNKNOWN)
    return ItemState.PARTLY_PAID if state is ItemState.OPEN and rest < total else state


def _payment(raw: Json) -> PaymentPart:
    kind = PAYMENT_MAP.get(str(raw["kind"]), PaymentKind.OTHER)
    return PaymentPart(date.fromisoformat(raw["date"]), _money(raw, "amount"), kind)


def _money(raw: Json, field: str) -> Money:
    value = raw.get(field)
    if not isinstance(value, Decimal | int):
        raise Unreadable(field)
    return Money(Decimal(value), "EUR")


def _text(raw: Json, field: str) -> str:
    if not raw.get(field):
        raise Unreadable(field)
    return str(raw[field])


def _day(raw: Json, field: str) -> date:
    try:
        return date.fromisoformat(str(raw.get(field)))
    except ValueError:
        raise Unreadable(field) from None


def parse_bank(raw: Json) -> tuple[tuple[BankLine, ...], date | None]:
    """Money that came in and belongs to no invoice, and up to which day the bank was read."""
    lines = (
        BankLine(
            str(each["id"]),
            _day(each, "date"),
            _money(each, "amount"),
            each["payer"],
            "",
            each["text"],
        )
        for each in raw["lines"]
    )
    until = _day(raw, "read_until") if raw["read_until"] else None
    return tuple(line for line in lines if line.amount.amount > 0), until


def parse_balances(raw: Json) -> list[BankLine]:
    """Money that customers have at Demo Books, and that pays no invoice yet."""
    return [
        BankLine(
            f"balance:{each['customer']}", None, _money(each, "amount"), debtor=each["customer"]
        )
        for each in raw["balances"]
    ]
