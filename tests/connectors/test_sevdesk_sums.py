"""What is open in another currency, and when a booking is a credit, a charge or a slip (§2.2, §2.5)."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sevdesk_desk import opened
from sevdesk_rows import TODAY, credit_note, euro, invoice, log, paid
from werkzeug.wrappers import Response

from connectors.sevdesk.beside import NOTHING, Beside
from connectors.sevdesk.credit_notes import counted, parse_credit_note
from connectors.sevdesk.invoices import parse_invoice
from core.domain.model import ItemState
from core.domain.money import Money
from core.domain.platform_records import InvoiceRecord


def read(
    row: dict[str, Any], beside: Beside = NOTHING, before: InvoiceRecord | None = None
) -> InvoiceRecord:
    record = parse_invoice(row, beside, before, TODAY).record
    assert record is not None
    return record


def shown(record: InvoiceRecord) -> list[tuple[date | None, str, str]]:
    return [(part.on, part.amount.plain(), part.kind.value) for part in record.payments]


def franken(paid_amount: str = "0", **changes: Any) -> dict[str, Any]:
    """820 francs, converted into 656 euros where sumGross is."""
    sums = {"sumGross": "656.00", "sumGrossForeignCurrency": "820.00", "currency": "CHF"}
    return invoice(paidAmount=Decimal(paid_amount), **{**sums, **changes})


@pytest.mark.parametrize(
    ("row", "left"),
    [
        pytest.param(franken(), "820.00", id="converted, with the sum in francs beside"),
        pytest.param(franken(sumGross="820.00"), "820.00", id="in francs, twice"),
        pytest.param(
            franken(sumGross="820", sumGrossForeignCurrency="0"), "820.00", id="in francs"
        ),
        # 164 euros are 205 francs; 164 francs are 164. The smaller rest is shown.
        pytest.param(franken("164"), "615.00", id="partly paid, nobody knows in which"),
        pytest.param(franken("700"), "120.00", id="more than the converted sum: in francs"),
    ],
)
def test_a_foreign_invoice_shows_what_is_open_in_its_currency(
    row: dict[str, Any], left: str
) -> None:
    record = read(row)
    assert record.outstanding == Money(Decimal(left), "CHF")
    assert record.total == Money(Decimal(820), "CHF")
    assert record.state is ItemState.UNKNOWN


def test_an_invoice_in_euros_of_a_tenant_in_francs_is_foreign_too() -> None:
    """656 euros, converted into 820 francs: nobody is asked for 820 euros."""
    found = parse_invoice(
        franken(currency="EUR", sumGross="820.00", sumGrossForeignCurrency="656.00"),
        NOTHING, None, TODAY,
    )  # fmt: skip
    assert found.record is not None
    assert (found.record.state, found.record.outstanding) == (ItemState.UNKNOWN, euro("656"))
    assert [each.code for each in found.problems] == ["invoice_currency_foreign"]
    same = read(invoice(sumGrossForeignCurrency="119.00"))
    assert (same.state, same.outstanding) == (ItemState.OPEN, euro("119"))


def test_an_amount_in_euros_is_no_mistake_of_an_invoice_in_yen() -> None:
    """Yen have no decimals: converted sums would hold the whole customer as unreadable."""
    row = franken("1.12", currency="JPY", sumGross="656.12", sumGrossForeignCurrency="108000")
    assert read(row).total == Money(Decimal(108_000), "JPY")


def test_a_settled_foreign_invoice_invents_no_write_off() -> None:
    record = read(franken("656", status="1000", payDate="2026-03-20T00:00:00+01:00"))
    assert (record.state, record.payments, record.payments_read) == (ItemState.SETTLED, (), True)


def test_a_foreign_credit_note_is_as_high_as_it_says() -> None:
    row = credit_note(currency="CHF", sumGross="16", sumGrossForeignCurrency="20")
    record = parse_credit_note(row).record
    assert record is not None
    assert (record.outstanding.plain(), record.state) == ("-20.00", ItemState.UNKNOWN)


def test_a_booking_with_the_wrong_sign_shows_no_more_than_the_invoice() -> None:
    assert read(invoice(paidAmount=Decimal("-12.00"))).outstanding == euro("119")


def test_what_came_late_is_what_came_for_the_charge() -> None:
    """62 euros without a booking, then 62 with one, of which 5 are for the reminder."""
    first = read(invoice(status="750", paidAmount=62))
    row = invoice(status="1000", paidAmount=124, payDate="2026-04-09T00:00:00+02:00")
    now = read(row, Beside(logs={"1002": [log("62", "2026-04-09")]}), before=first)
    late = date(2026, 4, 9)
    assert sorted(shown(now)) == [
        (TODAY, "62.00", "payment"), (late, "5.00", "charge"), (late, "57.00", "payment"),
    ]  # fmt: skip


def test_a_credit_note_is_never_what_came_for_the_charge() -> None:
    """119 owed, 20 credited, 104 paid: five euros were for the reminder, and the credit is used up."""
    beside = Beside(
        logs={"1002": [log("104", "2026-03-20")]}, credit_notes={"1002": [credit_note()]}
    )
    row = invoice(status="1000", paidAmount=124, payDate="2026-03-20T00:00:00+01:00")
    record = read(row, beside)
    amounts = {kind: amount for _, amount, kind in shown(record)}
    assert amounts == {"payment": "99.00", "charge": "5.00", "credit": "20.00"}
    assert counted(record, [credit_note()])


def test_money_without_a_booking_is_not_forgotten_when_the_next_is_booked() -> None:
    """Two euros that nobody booked are no Skonto, though the invoice allows one."""
    terms = {"discount": "3", "discountTime": "10"}
    logs = [log("50", "2026-03-25", "52")]
    first = read(invoice(status="750", paidAmount=52, **terms), Beside(logs={"1002": logs}))
    row = invoice(status="1000", paidAmount=119, payDate="2026-04-09T00:00:00+02:00", **terms)
    now = read(row, Beside(logs={"1002": [*logs, log("67", "2026-04-09", "53")]}), before=first)
    assert sorted(shown(now)) == [
        (date(2026, 3, 25), "50.00", "payment"),
        (TODAY, "2.00", "payment"),
        (date(2026, 4, 9), "67.00", "payment"),
    ]


def test_who_paid_before_a_credit_note_came_keeps_it() -> None:
    """Nobody booked what he paid, and the credit note is exactly as high: it is still his."""
    beside = Beside(
        logs={"9": []},
        credit_notes={"1002": [credit_note(sumGross="119", creditNoteDate="2026-04-20")]},
    )
    record = read(paid(), beside)
    assert [kind for _, _, kind in shown(record)] == ["payment"]
    watched = read(invoice(status="750", paidAmount=20))
    later = Beside(
        logs={"9": []},
        credit_notes={"1002": [credit_note(creditNoteDate="2026-04-20T00:00:00+02:00")]},
    )
    again = read(invoice(status="750", paidAmount=20), later, before=watched)
    assert [kind for _, _, kind in shown(again)] == ["payment"]


@pytest.mark.parametrize("embeds", ["shown", "absent"])
def test_who_waits_for_the_direct_debit_is_not_dunned(embeds: str) -> None:
    """Without a mandate on the invoice the payment method says so, embedded or listed apart (§2.2)."""
    with opened(embeds=embeds) as desk:
        method = {"id": "21919", "objectName": "PaymentMethod"}
        listed, asked = "/PaymentMethod", desk.sandbox.gateway.answer
        desk.sandbox.gateway.answer = lambda request: (
            Response(json.dumps({"objects": [method | {"name": "SEPA-Lastschrift"}]}))
            if request.path.endswith(listed)
            else asked(request)
        )
        name = {"name": "SEPA-Lastschrift"} if embeds == "shown" else {}
        collected, other = desk.invoice(), desk.invoice()
        desk.sandbox.alter(collected, paymentMethod=method | name)
        desk.sandbox.alter(other, paymentMethod=method | {"id": "3", "name": "Überweisung"})
        desk.sync()
        assert desk.record(collected).direct_debit
        assert not desk.record(other).direct_debit
        before = dict(desk.memory.records)
        desk.look(collected)
        assert desk.memory.records == before


def test_a_first_reading_that_was_interrupted_ends_with_what_is_true_now() -> None:
    """Stored in the morning, paid at noon, taken up again in the afternoon; one more was written."""
    with opened(limit=2) as desk:
        ids = [desk.invoice() for _ in range(6)]
        desk.read("invoices", stop_after=2)
        stored = next(iter(desk.memory.records))
        desk.sandbox.pay(stored)
        new = desk.invoice()
        desk.watch.minutes += 240
        desk.read("invoices")
        assert desk.state(stored) == (ItemState.SETTLED, "0.00")
        assert sorted(desk.memory.records) == sorted([*ids, new])
