"""What was paid on an invoice of Stripe and when; parts and what is open always add up (§3)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe_rows import (
    GONE,
    at,
    attempt,
    beside,
    dispute,
    euro,
    invoice,
    minor,
    note,
    payment,
    refund,
    settled,
)

from connectors._values import FieldError
from connectors.stripe.invoices import parse_invoice
from core.domain.model import ItemState
from core.domain.money import Money, total
from core.domain.platform_records import InvoiceRecord, PaymentKind


def read(row: dict[str, Any], **around: Any) -> InvoiceRecord:
    record = parse_invoice(row, beside(**around)).record
    assert record is not None
    return record


def shown(record: InvoiceRecord) -> list[tuple[str, str, str]]:
    return [(part.amount.plain(), str(part.on), part.text) for part in record.payments]


def test_two_payments_by_their_days() -> None:
    """119 euros: 50 on 10 March, 69 on 20 March."""
    rows = [
        payment("69", "2026-03-20", id="inpay_2"),
        payment("50", "2026-03-10"),
        attempt("canceled", id="inpay_3"),
    ]
    record = read(settled(), payments=rows)
    assert shown(record) == [
        ("50.00", "2026-03-10", "Zahlung"),
        ("69.00", "2026-03-20", "Zahlung"),
    ]
    assert record.payments_read


def test_the_day_of_a_payment_is_berlins() -> None:
    moments = {"paid_at": at("2026-03-20", 0), "canceled_at": None}  # 19 March in UTC
    assert read(settled(), payments=[payment(status_transitions=moments)]).payments[0].on == date(
        2026, 3, 20
    )


def test_money_outside_of_stripe_by_its_record() -> None:
    carrier = {"type": "payment_record", "payment_record": "prec_1"}
    record = read(settled(), payments=[payment(payment=carrier)])
    assert shown(record) == [("119.00", "2026-03-20", "Zahlung außerhalb von Stripe")]


def test_money_outside_of_stripe_without_any_payment() -> None:
    """Marked as paid out of band; whether that leaves an InvoicePayment is UNVERIFIED."""
    record = read(settled(on="2026-03-22"))
    assert shown(record) == [("119.00", "2026-03-22", "Zahlung außerhalb von Stripe")]


def test_money_outside_that_nobody_entered_by_its_day_bears_no_interest_before() -> None:
    """It may be one payment or several; the invoice was settled with the last of them."""
    (part,) = read(settled(on="2026-03-22"), payments=[]).payments
    assert part.seen
    (entered,) = read(settled(on="2026-03-22"), payments=[payment("119", "2026-03-20")]).payments
    assert not entered.seen


def test_before_basil_the_invoice_did_not_count_it() -> None:
    carrier = {"type": "payment_record", "payment_record": "prec_1"}
    record = read(settled(amount_paid=0), payments=[payment(payment=carrier)])
    assert shown(record) == [("119.00", "2026-03-20", "Zahlung außerhalb von Stripe")]
    # Of 50 by card and 69 outside the 50 went back: they are open, though it counts 50 as paid.
    rows = [payment("50"), payment("69", id="inpay_2", payment=carrier)]
    half = read(settled(amount_paid=minor("50")), payments=rows, refunds={"pi_1": [refund("50")]})
    assert half.outstanding == euro("50")
    # Where Stripe opens it again by itself, they are so once.
    opened = read(invoice("119", "69"), payments=rows, refunds={"pi_1": [refund("50")]})
    assert opened.outstanding == euro("50")


def test_of_a_void_invoice_only_money_is_shown() -> None:
    row = invoice("119", "50", status="void", starting_balance=-minor("19"))
    record = read(row, payments=[payment("50")])
    assert (record.state, shown(record)) == (
        ItemState.CANCELLED,
        [("50.00", "2026-03-20", "Zahlung")],
    )


def test_a_part_of_it_came_outside_of_stripe() -> None:
    """Paid 50 by card on 10 March; of the 30 beside it nobody names the day."""
    record = read(invoice("119", "80"), payments=[payment("50", "2026-03-10")])
    assert shown(record) == [
        ("50.00", "2026-03-10", "Zahlung"),
        ("30.00", "None", "Zahlung außerhalb von Stripe"),
    ]


def test_without_invoice_payments_the_invoice_must_do() -> None:
    record = read(settled(), payments=None)
    assert shown(record) == [("119.00", "2026-03-20", "Zahlung")]
    assert not record.payments_read
    assert read(invoice(), payments=None).payments_read  # nothing came


def test_too_much_money_went_to_the_balance() -> None:
    """130 came for 119: the 11 are a credit of the customer, not of the invoice."""
    row = settled(amount_paid=minor("130"), amount_overpaid=minor("11"))
    record = read(row, payments=[payment("130")])
    assert shown(record) == [("119.00", "2026-03-20", "Zahlung")]
    assert (record.outstanding, record.facts["overpaid"]) == (euro("0"), "11.00 EUR")


def test_more_by_its_payments_than_the_invoice_counts() -> None:
    rows = [payment("80", "2026-03-10"), payment("60", "2026-03-20", id="inpay_2")]
    assert shown(read(settled(), payments=rows)) == [
        ("80.00", "2026-03-10", "Zahlung"),
        ("39.00", "2026-03-20", "Zahlung"),
    ]


def test_a_payment_without_a_day_is_none_of_today() -> None:
    record = read(settled(), payments=[payment(status_transitions=None)])
    assert [part.on for part in record.payments] == [None]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"amount_paid": None}, "payments.inpay_1.amount_paid"),
        ({"amount_paid": -1}, "payments.inpay_1.amount_paid"),
        ({"currency": "chf"}, "payments.inpay_1.currency"),
    ],
)
def test_a_payment_that_cannot_be_read_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(settled(), payments=[payment(**changes)])
    assert caught.value.path == path


def test_a_payment_without_a_currency_has_that_of_its_invoice() -> None:
    assert read(settled(), payments=[payment(currency=GONE)]).payments[0].amount == euro("119")


def test_an_invoice_that_says_nothing_of_its_payments() -> None:
    row = settled(amount_paid=GONE, amount_overpaid=GONE)
    assert shown(read(row, payments=[payment()])) == [("119.00", "2026-03-20", "Zahlung")]


# Credit notes before payment (§3).


def credited(**changes: Any) -> dict[str, Any]:
    """119 euros, 19 of which were credited before anything was paid."""
    fixed = {
        "amount_due": minor("100"),
        "amount_remaining": minor("100"),
        "pre_payment_credit_notes_amount": minor("19"),
    }
    return invoice(**(fixed | changes))


def test_a_credit_note_before_payment_lowers_the_claim() -> None:
    record = read(credited(), credit_notes=[note(before="19")])
    assert record.outstanding == euro("100")
    assert shown(record) == [("19.00", "2026-03-24", "Gutschrift GS-1")]
    assert record.facts["credited_before"] == "19.00 EUR"


def test_credit_notes_that_were_not_read_have_no_day() -> None:
    assert shown(read(credited())) == [("19.00", "None", "Gutschrift")]
    one = read(credited(), credit_notes=[note(before="12")])
    assert shown(one) == [
        ("12.00", "2026-03-24", "Gutschrift GS-1"),
        ("7.00", "None", "Gutschrift"),
    ]


def test_a_void_credit_note_lowers_nothing() -> None:
    rows = [note(before="19", status="void")]
    record = read(invoice(), credit_notes=rows)
    assert (record.outstanding, record.payments) == (euro("119"), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"pre_payment_amount": GONE},
        {"pre_payment_amount": GONE, "post_payment_amount": GONE, "type": "pre_payment"},
        {"post_payment_amount": GONE},
    ],
)
def test_older_credit_notes_say_it_in_other_fields(changes: dict[str, Any]) -> None:
    record = read(credited(), credit_notes=[note(before="19", **changes)])
    assert shown(record) == [("19.00", "2026-03-24", "Gutschrift GS-1")]


def test_a_credit_note_of_unknown_kind_lowers_what_the_invoice_says() -> None:
    bare = note(before="19", pre_payment_amount=GONE, post_payment_amount=GONE, type=None)
    assert shown(read(credited(), credit_notes=[bare])) == [("19.00", "None", "Gutschrift")]


def test_credited_in_full_before_payment_it_is_settled_without_money() -> None:
    row = settled(amount_due=0, amount_paid=0, pre_payment_credit_notes_amount=minor("119"))
    record = read(row, credit_notes=[note(before="119")])
    assert (record.state, record.outstanding) == (ItemState.SETTLED, euro("0"))
    assert [part.kind for part in record.payments] == [PaymentKind.CREDIT]


# Whatever comes: amounts add up.

CENTS = st.integers(0, 20_000)
STATUSES = st.sampled_from(["open", "paid", "void", "uncollectible", "of_2027"])


@st.composite
def stories(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """An invoice with payments, returns and credit notes that need not fit together."""
    whole, came = draw(st.integers(1, 20_000)), draw(CENTS)
    row = invoice(
        total=whole,
        status=draw(STATUSES),
        amount_paid=came,
        amount_due=draw(st.one_of(st.just(whole), CENTS)),
        amount_remaining=draw(st.one_of(st.just(max(whole - came, 0)), CENTS)),
        amount_overpaid=draw(st.one_of(st.just(0), CENTS)),
        starting_balance=draw(st.one_of(st.just(0), st.integers(-9_000, 9_000))),
        pre_payment_credit_notes_amount=draw(st.one_of(st.just(0), CENTS)),
        post_payment_credit_notes_amount=draw(st.one_of(st.just(0), CENTS)),
    )
    payments = [
        payment(
            id=f"inpay_{n}",
            amount_paid=draw(CENTS),
            status=draw(st.sampled_from(["paid", "paid", "open"])),
            payment={"type": "payment_intent", "payment_intent": f"pi_{draw(st.integers(1, 2))}"},
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    back = {
        f"pi_{n}": [refund("0", id=f"re_{n}") | {"amount": draw(CENTS)}]
        for n in (1, 2)
        if draw(st.booleans())
    }
    lost = {"pi_1": [dispute(amount="0") | {"amount": draw(CENTS)}]} if draw(st.booleans()) else {}
    notes = draw(
        st.one_of(st.none(), st.just([note("5", "7")]), st.just([note(after="90", number="GS-2")]))
    )
    read_them = draw(st.booleans())
    around = {"refunds": back, "disputes": lost, "credit_notes": notes}
    return row, around | {"payments": payments if read_them else None}


@given(stories())
def test_parts_and_what_is_open_add_up_to_the_claim(
    story: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    row, around = story
    record = read(row, **around)
    code = record.total.currency
    assert euro("0") <= record.outstanding <= record.total
    for part in record.payments:
        assert part.amount.amount > 0
    back = [part.amount for part in record.payments if part.kind is PaymentKind.RETURNED]
    came = [part.amount for part in record.payments if part.kind is not PaymentKind.RETURNED]
    if record.state is not ItemState.CANCELLED:
        assert record.total - record.outstanding == total(came, code) - total(back, code)
    assert not _floats(record)


def _floats(record: InvoiceRecord) -> list[str]:
    amounts = [getattr(record, each.name) for each in fields(record)]
    amounts += [part.amount for part in record.payments]
    kept = [each.amount for each in amounts if isinstance(each, Money)]
    return [repr(each) for each in kept if not isinstance(each, Decimal)]
