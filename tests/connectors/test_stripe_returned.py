"""Money that went back after a payment: refunds, disputes and the credit notes that explain them.

Whether Stripe leaves the invoice paid then is UNVERIFIED (§0.7): both are tested.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stripe_rows import (
    GONE,
    attempt,
    automatic,
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
from core.domain.model import HoldKind, ItemState
from core.domain.platform_records import InvoiceRecord, PaymentKind

REFUNDED, WHOLE = {"pi_1": [refund("50")]}, {"pi_1": [refund("119")]}


def read(row: dict[str, Any], **around: Any) -> InvoiceRecord:
    record = parse_invoice(row, beside(**({"payments": [payment()]} | around))).record
    assert record is not None
    return record


def shown(record: InvoiceRecord) -> list[tuple[str, str, str]]:
    return [(part.kind, part.amount.plain(), part.text) for part in record.payments]


def questions(record: InvoiceRecord) -> list[tuple[HoldKind, str]]:
    return [(each.kind, each.key) for each in record.holds]


# Refunds.


def test_a_refund_makes_a_paid_invoice_a_claim_that_a_person_looks_at() -> None:
    """119 euros, paid on 20 March, 50 given back on 25 March without a credit note."""
    record = read(settled(), refunds=REFUNDED)
    assert (record.state, record.outstanding) == (ItemState.PARTLY_PAID, euro("50"))
    assert shown(record) == [
        ("payment", "119.00", "Zahlung"),
        ("returned", "50.00", "Rückerstattung re_1"),
    ]
    assert record.payments[1].on == date(2026, 3, 25)
    assert record.settled_on is None
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:5000")]
    assert "50,00 EUR zurück (Rückerstattung re_1 vom 25.03.2026)" in record.holds[0].reason
    assert record.facts["returned"] == "Rückerstattung re_1 50.00 EUR 2026-03-25"
    # Stripe's page asks for nothing.
    assert record.pay_link == ""


def test_refunded_in_full_all_of_it_is_open() -> None:
    record = read(settled(), refunds=WHOLE)
    assert (record.state, record.outstanding) == (ItemState.OPEN, euro("119"))


def test_a_larger_refund_is_another_question() -> None:
    more = {"pi_1": [refund("50"), refund("20", id="re_2")]}
    assert questions(read(settled(), refunds=more)) == [(HoldKind.MONEY_RETURNED, "returned:7000")]


@pytest.mark.parametrize("status", ["succeeded", "pending", "requires_action", "of_2027"])
def test_a_refund_under_way_counts(status: str) -> None:
    record = read(settled(), refunds={"pi_1": [refund("50", status=status)]})
    assert record.outstanding == euro("50")


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_failed_does_not(status: str) -> None:
    record = read(settled(), refunds={"pi_1": [refund("50", status=status)]})
    assert (record.state, record.outstanding) == (ItemState.SETTLED, euro("0"))
    assert not record.holds
    assert "returned" not in record.facts


def test_a_refund_is_found_by_its_charge_and_counted_once() -> None:
    row = payment(payment={"type": "charge", "charge": "ch_1"})
    by_charge = {"ch_1": [refund("50")]}
    assert read(settled(), payments=[row], refunds=by_charge).outstanding == euro("50")
    latest = {"id": "pi_1", "latest_charge": "ch_1", "status": "succeeded"}
    both = {"pi_1": [refund("50")], "ch_1": [refund("50")]}
    for shape in ({"payment_intent": latest}, {"payment_intent": "pi_1"}):
        expanded = payment(payment={"type": "payment_intent", **shape})
        record = read(settled(), payments=[expanded], refunds=both, intents={"pi_1": latest})
        assert record.outstanding == euro("50")


def test_no_more_goes_back_of_a_payment_than_came() -> None:
    """Card payment of 200 for this invoice and another: 119 of it belong here."""
    record = read(settled(), refunds={"pi_1": [refund("200")]})
    assert (record.outstanding, record.payments[1].amount) == (euro("119"), euro("119"))


def test_one_payment_intent_in_two_parts_gives_back_once() -> None:
    rows = [payment("60"), payment("59", "2026-03-21", id="inpay_2")]
    record = read(settled(), payments=rows, refunds={"pi_1": [refund("80")]})
    assert record.outstanding == euro("80")
    assert [part.amount for part in record.payments[2:]] == [euro("60"), euro("20")]


@pytest.mark.parametrize("said", ["130", "119"])
@pytest.mark.parametrize("counted", ["130", "119"])
def test_what_was_paid_too_much_and_given_back_is_not_owed(said: str, counted: str) -> None:
    """130 came for 119; whether its payment and the invoice say all of it is UNVERIFIED."""
    row = settled(amount_paid=minor(counted), amount_overpaid=minor("11"))
    for back, open_ in (("11", "0"), ("31", "20"), ("130", "119")):
        record = read(row, payments=[payment(said)], refunds={"pi_1": [refund(back)]})
        assert record.outstanding == euro(open_)
    old = read({**row, "payment_intent": "pi_1"}, payments=None, refunds={"pi_1": [refund("31")]})
    assert old.outstanding == euro("20")


def test_a_refund_of_a_partly_paid_invoice() -> None:
    """119 euros, 50 paid and given back: all 119 are open again, and nobody is dunned."""
    record = read(invoice("119", "50"), payments=[payment("50")], refunds=REFUNDED)
    assert (record.state, record.outstanding) == (ItemState.OPEN, euro("119"))
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:5000")]
    assert record.pay_link == ""  # it asks for 69


def test_a_refund_of_an_invoice_that_is_void_or_written_off_changes_nothing() -> None:
    void = read(invoice("119", "119", status="void"), refunds=WHOLE)
    assert (void.state, void.outstanding, void.holds) == (ItemState.CANCELLED, euro("0"), ())
    given_up = read(
        invoice("119", "50", status="uncollectible"), payments=[payment("50")], refunds=REFUNDED
    )
    assert (given_up.state, given_up.outstanding) == (ItemState.WRITTEN_OFF, euro("0"))
    assert shown(given_up)[-1] == ("write_off", "119.00", "in Stripe als uneinbringlich markiert")


def test_a_refund_of_another_payment_is_not_ours() -> None:
    record = read(settled(), refunds={"pi_2": [refund("50", payment_intent="pi_2")]})
    assert record.state is ItemState.SETTLED


def test_an_invoice_that_stripe_collects_stays_with_stripe() -> None:
    row = automatic(paid="119", status="paid")
    record = read(row, refunds=REFUNDED)
    assert (record.outstanding, record.direct_debit) == (euro("50"), True)


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"amount": None}, "re_1.amount"), ({"currency": "usd"}, "re_1.currency")],
)
def test_a_refund_that_cannot_be_read_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(settled(), refunds={"pi_1": [refund("50") | changes]})
    assert caught.value.path == path


def test_a_refund_without_a_day_and_without_a_currency() -> None:
    bare = refund("50", created=None, currency=GONE)
    record = read(settled(), refunds={"pi_1": [bare]})
    assert record.payments[1].on is None
    assert "(Rückerstattung re_1)" in record.holds[0].reason
    assert record.facts["returned"] == "Rückerstattung re_1 50.00 EUR"


# The other behaviour: Stripe opens the invoice by itself.


def test_where_stripe_opens_the_invoice_by_itself_it_counts_once() -> None:
    """119 paid, all of it given back, and the invoice is open again over 119."""
    record = read(invoice(), refunds=WHOLE)
    assert (record.state, record.outstanding) == (ItemState.OPEN, euro("119"))
    assert shown(record) == [
        ("payment", "119.00", "Zahlung"),
        ("returned", "119.00", "Rückerstattung re_1"),
    ]
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:11900")]
    assert record.pay_link  # asks for what is open


def test_opened_over_a_part_by_stripe() -> None:
    record = read(invoice("119", "69"), refunds=REFUNDED)
    assert (record.state, record.outstanding) == (ItemState.PARTLY_PAID, euro("50"))
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:5000")]


def test_paid_again_after_stripe_opened_it_nothing_is_asked() -> None:
    again = payment(
        on="2026-03-30", id="inpay_2", payment={"type": "payment_intent", "payment_intent": "pi_2"}
    )
    record = read(settled(), payments=[payment(), again], refunds=WHOLE)
    assert (record.state, record.outstanding, record.holds) == (
        ItemState.SETTLED,
        euro("0"),
        (),
    )
    assert [part.kind for part in record.payments] == [
        PaymentKind.PAYMENT,
        PaymentKind.PAYMENT,
        PaymentKind.RETURNED,
    ]


def test_where_stripe_takes_the_payment_itself_back_a_person_is_asked_all_the_same() -> None:
    record = read(invoice(), payments=[attempt("canceled")], refunds=WHOLE)
    assert (record.outstanding, record.payments) == (euro("119"), ())
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:11900")]


def test_without_invoice_payments_an_old_field_leads_to_the_refund() -> None:
    for link in ({"payment_intent": "pi_1"}, {"charge": {"id": "ch_1"}}):
        refunds = {"pi_1": [refund("50")], "ch_1": [refund("50")]}
        record = read(settled(**link), payments=None, refunds=refunds)
        assert (record.outstanding, record.payments_read) == (euro("50"), True)
    # Nothing leads there; that money came is all that is known.
    assert read(settled(), payments=None, refunds=REFUNDED).state is ItemState.SETTLED


# Credit notes after payment.


def test_a_credit_note_explains_its_refund() -> None:
    """119 paid, 50 credited and given back: nothing is owed."""
    row = settled(post_payment_credit_notes_amount=minor("50"))
    paid_out = note(after="50", refunds=[{"refund": "re_1", "amount_refunded": minor("50")}])
    record = read(row, refunds=REFUNDED, credit_notes=[paid_out])
    assert (record.state, record.outstanding, record.holds) == (
        ItemState.SETTLED,
        euro("0"),
        (),
    )
    assert shown(record) == [
        ("payment", "119.00", "Zahlung"),
        ("returned", "50.00", "Rückerstattung re_1"),
        ("credit", "50.00", "Gutschrift GS-1"),
    ]
    assert record.settled_on == date(2026, 3, 20)


def test_a_credit_note_explains_a_part_of_a_larger_refund() -> None:
    row = settled(post_payment_credit_notes_amount=minor("30"))
    paid_out = note(after="30", refunds=[{"refund": "re_1", "amount_refunded": minor("30")}])
    record = read(row, refunds=REFUNDED, credit_notes=[paid_out])
    assert record.outstanding == euro("20")
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:2000")]


def test_a_credit_note_to_the_balance_explains_no_refund() -> None:
    row = settled(post_payment_credit_notes_amount=minor("50"))
    kept = note(after="50", customer_balance_transaction="cbtxn_1")
    assert read(row, refunds=REFUNDED, credit_notes=[kept]).outstanding == euro("50")
    # And without a refund the invoice stays as it was.
    assert shown(read(row, credit_notes=[kept])) == [("payment", "119.00", "Zahlung")]


def test_a_credit_note_whose_refund_failed_explains_no_other() -> None:
    row = settled(post_payment_credit_notes_amount=minor("50"))
    failed = note(after="50", refunds=[{"refund": "re_1", "amount_refunded": minor("50")}])
    rows = [refund("50", status="failed"), refund("50", id="re_2")]
    record = read(row, refunds={"pi_1": rows}, credit_notes=[failed])
    assert record.outstanding == euro("50")


@pytest.mark.parametrize(
    "changes",
    [{}, {"out_of_band_amount": minor("50")}, {"refunds": GONE}, {"post_payment_amount": GONE}],
)
def test_a_credit_note_that_says_less_explains_in_favour_of_the_debtor(
    changes: dict[str, Any],
) -> None:
    row = settled(post_payment_credit_notes_amount=minor("50"))
    assert read(
        row, refunds=REFUNDED, credit_notes=[note(after="50", **changes)]
    ).outstanding == euro("0")


def test_credit_notes_that_were_not_read_explain_what_the_invoice_says() -> None:
    row = settled(post_payment_credit_notes_amount=minor("50"))
    assert read(row, refunds=REFUNDED).outstanding == euro("0")
    assert read(row, refunds=WHOLE).outstanding == euro("69")
    # They were read, and there is none.
    assert read(row, refunds=REFUNDED, credit_notes=[]).outstanding == euro("50")


def test_a_void_credit_note_explains_nothing() -> None:
    row = settled()
    rows = [note(after="50", status="void")]
    assert read(row, refunds=REFUNDED, credit_notes=rows).outstanding == euro("50")


# Disputes.


def test_a_sepa_return_after_success_is_a_lost_dispute() -> None:
    """The debit of 20 March comes back on 27 March, within its eight weeks."""
    record = read(settled(), disputes={"pi_1": [dispute()]})
    assert (record.state, record.outstanding) == (ItemState.OPEN, euro("119"))
    assert shown(record)[-1] == ("returned", "119.00", "Rückbuchung du_1")
    assert questions(record) == [(HoldKind.MONEY_RETURNED, "returned:11900")]


@pytest.mark.parametrize("status", ["won", "prevented", "warning_closed"])
def test_a_dispute_that_is_over_changes_nothing(status: str) -> None:
    record = read(settled(), disputes={"pi_1": [dispute(status)]})
    assert (record.state, record.holds) == (ItemState.SETTLED, ())
    part = read(
        invoice("119", "50"), payments=[payment("50")], disputes={"pi_1": [dispute(status)]}
    )
    assert not part.holds


UNDECIDED = ["needs_response", "under_review", "warning_needs_response", "appeal_filed", "of_2027"]


@pytest.mark.parametrize("status", UNDECIDED)
def test_an_undecided_dispute_stops_the_letter_of_what_is_open(status: str) -> None:
    record = read(
        invoice("119", "50"),
        payments=[payment("50")],
        disputes={"pi_1": [dispute(status, "50")]},
    )
    assert (record.outstanding, record.facts["disputed"]) == (euro("69"), "du_1")
    assert questions(record) == [(HoldKind.DISPUTE, "dispute:du_1")]
    paid = read(settled(), disputes={"pi_1": [dispute(status)]})
    assert (paid.state, paid.holds) == (ItemState.SETTLED, ())


def test_refund_and_lost_dispute_of_one_payment_give_back_once() -> None:
    record = read(settled(), refunds=WHOLE, disputes={"pi_1": [dispute()]})
    assert record.outstanding == euro("119")
    assert [part.amount for part in record.payments] == [euro("119"), euro("119")]


def test_a_dispute_that_was_won_after_all() -> None:
    """Lost on 27 March, and in April the bank gives the money back again."""
    lost = read(settled(), disputes={"pi_1": [dispute("lost")]})
    assert lost.outstanding == euro("119")
    assert read(settled(), disputes={"pi_1": [dispute("won")]}).outstanding == euro("0")
