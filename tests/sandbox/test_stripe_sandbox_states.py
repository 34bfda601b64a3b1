"""What becomes of an invoice at Stripe's stand-in, told in days and euros (§2, §3, §0.7, §0.9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from stripe_api import StripeApi

from sandbox.stripe.replies import ApiError

DAY = date(2026, 11, 20)
OCTOBER = date(2026, 10, 5)


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


@pytest.fixture
def invoice(stripe, debtor):
    """1,190 euros of 5 October, due on the 19th."""
    return stripe.add_invoice(debtor, "1190.00", on=OCTOBER)


def sums(api, invoice):
    """Status, due, paid and remaining, in cents."""
    row = api.get(f"/v1/invoices/{invoice}")
    return row["status"], row["amount_due"], row["amount_paid"], row["amount_remaining"]


def payments(api, invoice):
    """(status, requested, paid, default) of its payments, oldest first."""
    rows = api.rows("/v1/invoice_payments", {"invoice": invoice})
    return [
        (each["status"], each["amount_requested"], each["amount_paid"], each["is_default"])
        for each in reversed(rows)
    ]


def told(stripe, since=0):
    return [each["type"] for each in stripe.events[since:]]


def day_of(seconds):
    return datetime.fromtimestamp(seconds, UTC).date()


def test_finalised_it_is_open_and_waits_for_its_default_payment(api, invoice):
    assert sums(api, invoice) == ("open", 119000, 0, 119000)
    assert payments(api, invoice) == [("open", 119000, None, True)]
    (intent,) = api.rows("/v1/payment_intents")
    assert (intent["status"], intent["amount"]) == ("requires_payment_method", 119000)


def test_a_part_leaves_it_open_and_the_rest_closes_it(stripe, api, invoice):
    stripe.pay(invoice, "400.00", on=date(2026, 11, 2))
    assert sums(api, invoice) == ("open", 119000, 40000, 79000)
    assert payments(api, invoice) == [("open", 79000, None, True), ("paid", 40000, 40000, False)]
    before = len(stripe.events)
    stripe.pay(invoice, on=date(2026, 11, 9))
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert payments(api, invoice) == [("paid", 79000, 79000, True), ("paid", 40000, 40000, False)]
    row = api.get(f"/v1/invoices/{invoice}")
    assert day_of(row["status_transitions"]["paid_at"]) == date(2026, 11, 9)
    kinds = ["invoice_payment.paid", "invoice.updated", "invoice.paid", "invoice.payment_succeeded"]
    assert set(kinds) <= set(told(stripe, before))


def test_paid_outside_there_is_no_charge_and_the_default_payment_ends(stripe, api, invoice):
    stripe.pay(invoice, method="out_of_band")
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert payments(api, invoice) == [
        ("canceled", 119000, None, True),
        ("paid", 119000, 119000, False),
    ]
    assert api.rows("/v1/charges") == []
    assert api.rows("/v1/payment_intents")[0]["status"] == "canceled"
    assert "invoice.payment_succeeded" not in told(stripe)
    shown = api.get(f"/v1/invoices/{invoice}", {"expand[]": "amount_paid_off_stripe"})
    assert shown["amount_paid_off_stripe"] == 119000


def test_paid_outside_may_leave_no_payment_at_all(stripe, api, invoice):
    stripe.variant("out_of_band_payment", "none")
    stripe.pay(invoice, method="out_of_band")
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert payments(api, invoice) == [("canceled", 119000, None, True)]


def test_too_much_is_the_customers_credit(stripe, api, debtor, invoice):
    stripe.pay(invoice, "1200.00")
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert api.get(f"/v1/invoices/{invoice}")["amount_overpaid"] == 1000
    row = api.get(f"/v1/customers/{debtor}", {"expand[]": "invoice_credit_balance"})
    assert (row["balance"], row["invoice_credit_balance"]) == (-1000, {"eur": 1000})
    assert "invoice.overpaid" in told(stripe)


def test_in_a_variant_the_payment_says_only_what_was_due(stripe, api, invoice):
    stripe.variant("overpaid_payment", "capped")
    stripe.pay(invoice, "1200.00")
    assert payments(api, invoice) == [("paid", 119000, 119000, True)]
    assert api.get(f"/v1/invoices/{invoice}")["amount_overpaid"] == 1000


@pytest.mark.parametrize(("choice", "shown"), [("null", None), ("empty", {}), ("zero", {"eur": 0})])
def test_a_cash_balance_without_money(stripe, api, debtor, choice, shown):
    stripe.variant("empty_cash", choice)
    assert api.get(f"/v1/customers/{debtor}/cash_balance")["available"] == shown


def test_credit_of_the_customer_lowers_his_next_invoice(stripe, api, debtor):
    stripe.balance(debtor, "-50.00")
    row = api.get(f"/v1/invoices/{stripe.add_invoice(debtor, '80.00', on=DAY)}")
    assert (row["total"], row["amount_due"]) == (8000, 3000)
    assert (row["starting_balance"], row["ending_balance"]) == (-5000, 0)
    assert api.get(f"/v1/customers/{debtor}")["balance"] == 0


def test_what_he_owes_in_addition_raises_it(stripe, api, debtor):
    stripe.balance(debtor, "7.50")
    row = api.get(f"/v1/invoices/{stripe.add_invoice(debtor, '80.00', on=DAY)}")
    assert (row["total"], row["amount_due"], row["ending_balance"]) == (8000, 8750, 0)


def test_a_negative_invoice_is_paid_at_once_and_gives_credit(stripe, api, debtor):
    row = api.get(f"/v1/invoices/{stripe.add_invoice(debtor, '-50.00', on=DAY)}")
    assert (row["status"], row["total"], row["amount_due"]) == ("paid", -5000, 0)
    assert row["ending_balance"] == api.get(f"/v1/customers/{debtor}")["balance"] == -5000


def test_less_than_the_smallest_charge_may_be_carried_over(stripe, api, debtor):
    stripe.variant("small_amounts", "carried")
    row = api.get(f"/v1/invoices/{stripe.add_invoice(debtor, '0.30', on=DAY)}")
    assert (row["status"], row["amount_due"], row["ending_balance"]) == ("paid", 0, 30)


def test_void_is_final_and_keeps_its_amounts(stripe, api, invoice):
    stripe.void(invoice)
    assert sums(api, invoice) == ("void", 119000, 0, 119000)
    assert payments(api, invoice) == [("canceled", 119000, None, True)]
    with pytest.raises(ApiError, match="void"):
        stripe.pay(invoice)
    stripe.variant("void_amounts", "zero")
    assert sums(api, invoice) == ("void", 0, 0, 0)


def test_void_gives_the_credit_back_that_it_took(stripe, api, debtor):
    stripe.balance(debtor, "-50.00")
    stripe.void(stripe.add_invoice(debtor, "80.00", on=DAY))
    assert api.get(f"/v1/customers/{debtor}")["balance"] == -5000


def test_written_off_it_can_still_be_paid_or_voided(stripe, api, debtor, invoice):
    stripe.uncollectible(invoice, "payment_not_received")
    row = api.get(f"/v1/invoices/{invoice}")
    assert row["status_details"] == {"uncollectible": {"reason": "payment_not_received"}}
    stripe.pay(invoice, "190.00")
    assert sums(api, invoice) == ("uncollectible", 119000, 19000, 100000)
    stripe.pay(invoice)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    other = stripe.add_invoice(debtor, "10.00", on=DAY)
    stripe.uncollectible(other)
    stripe.void(other)
    assert sums(api, other)[0] == "void"


def test_a_direct_debit_is_under_way_for_days(stripe, api, invoice):
    intent = stripe.start_sepa(invoice, on=date(2026, 11, 16))
    assert sums(api, invoice) == ("open", 119000, 0, 119000)
    assert api.get(f"/v1/payment_intents/{intent}")["status"] == "processing"
    (charge,) = api.rows("/v1/charges", {"payment_intent": intent})
    assert (charge["id"][:3], charge["status"]) == ("py_", "pending")
    stripe.settle_sepa(intent)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    with pytest.raises(ApiError):
        stripe.settle_sepa(intent)


def test_a_direct_debit_that_fails_leaves_it_open(stripe, api, invoice):
    intent = stripe.start_sepa(invoice)
    stripe.fail_sepa(intent)
    assert sums(api, invoice) == ("open", 119000, 0, 119000)
    row = api.get(f"/v1/payment_intents/{intent}", {"expand[]": "latest_charge"})
    assert row["status"] == "requires_payment_method"
    assert row["latest_charge"]["failure_code"] == "insufficient_funds"
    assert {"charge.failed", "invoice.payment_failed"} <= set(told(stripe))
    stripe.pay(invoice)
    assert sums(api, invoice)[0] == "paid"


def test_paid_elsewhere_while_a_debit_is_under_way_both_arrive(stripe, api, debtor, invoice):
    intent = stripe.start_sepa(invoice)
    stripe.pay(invoice, method="out_of_band")
    assert payments(api, invoice)[0] == ("open", 119000, None, True)  # cannot be called back
    stripe.settle_sepa(intent)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert api.get(f"/v1/invoices/{invoice}")["amount_overpaid"] == 119000
    assert api.get(f"/v1/customers/{debtor}")["balance"] == -119000


def test_an_automatic_invoice_is_tried_again_and_given_up(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "29.00", on=DAY - timedelta(days=5), automatic=True)
    stripe.attempt_failed(invoice, DAY + timedelta(days=3))
    row = api.get(f"/v1/invoices/{invoice}")
    assert (row["attempted"], row["attempt_count"]) == (True, 1)
    assert day_of(row["next_payment_attempt"]) == DAY + timedelta(days=3)
    assert api.get(f"/v1/customers/{debtor}")["delinquent"] is True
    stripe.attempt_failed(invoice)
    row = api.get(f"/v1/invoices/{invoice}")
    assert (row["attempt_count"], row["next_payment_attempt"]) == (2, None)


def test_a_bank_transfer_does_not_part_fund(stripe, api, debtor, invoice):
    with pytest.raises(ValueError, match="part-fund"):
        stripe.pay(invoice, "1000.00", method="customer_balance")
    stripe.cash(debtor, "1000.00")
    with pytest.raises(ApiError, match="does not cover"):
        stripe.apply_cash(invoice)
    assert sums(api, invoice) == ("open", 119000, 0, 119000)
    cash = api.get(f"/v1/customers/{debtor}/cash_balance")
    assert cash["available"] == {"eur": 100000}
    assert "cash_balance.funds_available" in told(stripe)
    stripe.cash(debtor, "200.00")
    stripe.apply_cash(invoice)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert api.get(f"/v1/customers/{debtor}/cash_balance")["available"] == {"eur": 1000}
    rows = api.rows(f"/v1/customers/{debtor}/cash_balance_transactions")
    assert [each["net_amount"] for each in rows] == [-119000, 20000, 100000]


def test_a_refund_does_not_reopen_it(stripe, api, invoice):
    stripe.pay(invoice, on=date(2026, 11, 2))
    refund = stripe.refund(invoice, "190.00")
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    (charge,) = api.rows("/v1/charges")
    assert (charge["amount_refunded"], charge["refunded"]) == (19000, False)
    stripe.refund(invoice)
    (charge,) = api.rows("/v1/charges")
    assert (charge["amount_refunded"], charge["refunded"]) == (119000, True)
    assert [each["amount"] for each in charge["refunds"]["data"]] == [19000, 100000]
    stripe.fail_refund(refund)
    assert api.rows("/v1/charges")[0]["amount_refunded"] == 100000
    assert api.get(f"/v1/refunds/{refund}")["status"] == "failed"
    assert {"charge.refunded", "refund.created", "refund.updated", "refund.failed"} <= set(
        told(stripe)
    )


def test_a_refund_under_way_may_still_arrive(stripe, api, invoice):
    stripe.pay(invoice)
    refund = stripe.refund(invoice, "10.00", "pending")
    stripe.settle_refund(refund)
    assert api.get(f"/v1/refunds/{refund}")["status"] == "succeeded"
    with pytest.raises(ApiError):
        stripe.settle_refund(refund)
    with pytest.raises(ApiError, match="greater"):
        stripe.refund(invoice, "1185.00")


def test_in_a_variant_a_refund_reopens_it_until_it_fails(stripe, api, invoice):
    stripe.variant("refund_leaves", "reopened")
    stripe.pay(invoice)
    refund = stripe.refund(invoice, "190.00")
    assert sums(api, invoice) == ("open", 119000, 100000, 19000)
    stripe.fail_refund(refund)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)


def test_even_there_a_refund_with_a_note_leaves_it_paid(stripe, api, invoice):
    stripe.variant("refund_leaves", "reopened")
    stripe.pay(invoice)
    stripe.credit(invoice, "190.00", refund="new")
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    stripe.fail_refund(api.ids("/v1/refunds")[0])
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)


def test_nothing_can_be_given_back_of_what_was_paid_elsewhere(stripe, invoice):
    stripe.pay(invoice, method="out_of_band")
    with pytest.raises(ApiError, match="charge"):
        stripe.refund(invoice)


def test_a_dispute_is_opened_and_decided(stripe, api, invoice):
    stripe.pay(invoice)
    dispute = stripe.dispute(invoice)
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)
    assert api.rows("/v1/charges")[0]["disputed"] is True
    stripe.close_dispute(dispute, "under_review")
    assert "charge.dispute.closed" not in told(stripe)
    stripe.close_dispute(dispute, "won")
    row = api.get(f"/v1/disputes/{dispute}")
    assert (row["status"], row["amount"]) == ("won", 119000)
    assert told(stripe)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


@pytest.mark.parametrize("variant", ["dispute_lost", "dispute_needs_response"])
def test_a_return_after_success_is_a_dispute(stripe, api, invoice, variant):
    stripe.variant("sepa_return", variant)
    stripe.pay(invoice, method="sepa_debit")
    row = api.get(f"/v1/disputes/{stripe.sepa_return(invoice)}")
    assert f"dispute_{row['status']}" == variant
    assert row["payment_method_details"]["type"] == "sepa_debit"
    assert ("charge.dispute.closed" in told(stripe)) is (variant == "dispute_lost")


def test_a_credit_note_before_payment_lowers_what_is_due(stripe, api, invoice):
    stripe.pay(invoice, "500.00")
    note = api.get(f"/v1/credit_notes/{stripe.credit(invoice, '190.00')}")
    assert (note["type"], note["pre_payment_amount"], note["post_payment_amount"]) == (
        "pre_payment",
        19000,
        0,
    )
    assert sums(api, invoice) == ("open", 100000, 50000, 50000)
    stripe.void_credit(note["id"])
    assert sums(api, invoice) == ("open", 119000, 50000, 69000)
    assert api.get(f"/v1/credit_notes/{note['id']}")["status"] == "void"


def test_a_credit_note_over_the_rest_closes_it(stripe, api, invoice):
    note = stripe.credit(invoice, "1190.00")
    assert sums(api, invoice) == ("paid", 0, 0, 0)
    assert payments(api, invoice) == [("canceled", 119000, None, True)]
    with pytest.raises(ApiError):
        stripe.void_credit(note)


def test_a_mixed_note_credits_the_rest_to_the_customer(stripe, api, debtor, invoice):
    stripe.pay(invoice, "1000.00")
    note = api.get(f"/v1/credit_notes/{stripe.credit(invoice, '240.00')}")
    assert (note["type"], note["pre_payment_amount"], note["post_payment_amount"]) == (
        "mixed",
        19000,
        5000,
    )
    assert sums(api, invoice) == ("paid", 100000, 100000, 0)
    assert api.get(f"/v1/customers/{debtor}")["balance"] == -5000
    (moved,) = api.rows(f"/v1/customers/{debtor}/balance_transactions")
    assert (moved["type"], moved["credit_note"]) == ("credit_note", note["id"])


def test_a_note_over_what_the_balance_paid_gives_it_back(stripe, api, debtor):
    stripe.balance(debtor, "-50.00")
    invoice = stripe.add_invoice(debtor, "80.00", on=DAY)
    note = api.get(f"/v1/credit_notes/{stripe.credit(invoice, '80.00')}")
    assert (note["pre_payment_amount"], note["post_payment_amount"]) == (3000, 5000)
    assert sums(api, invoice) == ("paid", 0, 0, 0)
    assert api.get(f"/v1/customers/{debtor}")["balance"] == -5000


@pytest.mark.parametrize("to", ["new", "out_of_band", "existing"])
def test_a_note_after_payment_says_where_the_money_went(stripe, api, invoice, to):
    stripe.pay(invoice)
    refund = stripe.refund(invoice, "50.00") if to == "existing" else to
    note = api.get(f"/v1/credit_notes/{stripe.credit(invoice, '50.00', refund=refund)}")
    given = [each["amount_refunded"] for each in note["refunds"]]
    assert (given, note["out_of_band_amount"]) == (
        ([], 5000) if to == "out_of_band" else ([5000], None)
    )
    row = api.get(f"/v1/invoices/{invoice}")
    assert row["post_payment_credit_notes_amount"] == 5000
    assert sums(api, invoice) == ("paid", 119000, 119000, 0)


def test_more_than_the_invoice_cannot_be_credited(stripe, invoice):
    stripe.credit(invoice, "1000.00")
    with pytest.raises(ApiError, match="exceed"):
        stripe.credit(invoice, "200.00")


def test_a_revision_voids_what_it_replaces(stripe, api, invoice):
    new = stripe.revise(invoice, "990.00")
    old_row, new_row = api.get(f"/v1/invoices/{invoice}"), api.get(f"/v1/invoices/{new}")
    assert (old_row["status"], old_row["latest_revision"]) == ("void", new)
    assert new_row["from_invoice"] == {"action": "revision", "invoice": invoice}
    assert sums(api, new) == ("open", 99000, 0, 99000)


def test_drafts_are_deleted_and_others_are_not(stripe, api, debtor, invoice):
    draft = stripe.draft(debtor, "10.00", on=DAY)
    stripe.delete(draft)
    api.get(f"/v1/invoices/{draft}", status=404)
    assert told(stripe)[-1] == "invoice.deleted"
    with pytest.raises(ApiError, match="draft"):
        stripe.delete(invoice)


def test_a_change_of_the_due_day_is_told_with_what_it_was(stripe, api, invoice):
    before = api.get(f"/v1/invoices/{invoice}")["due_date"]
    stripe.change_due(invoice, date(2026, 12, 1))
    event = stripe.events[-1]
    assert event["type"] == "invoice.updated"
    assert event["data"]["previous_attributes"]["due_date"] == before
    assert day_of(api.get(f"/v1/invoices/{invoice}")["due_date"]) == date(2026, 12, 1)


def test_sent_again_only_what_the_customer_pays_himself(stripe, api, debtor, invoice):
    stripe.send(invoice)
    assert told(stripe)[-1] == "invoice.sent"
    automatic = stripe.add_invoice(debtor, "10.00", on=DAY, automatic=True)
    assert api("POST", f"/v1/invoices/{automatic}/send").status_code == 400


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda s, i: s.pay(i, "0"), "more than nothing"),
        (lambda s, i: s.pay(i, method="cheque"), "no method"),
        (lambda s, i: s.refund(i, status="lost"), "no status"),
        (lambda s, i: s.update_customer("cus_1Mahn00000001", iban="x"), "no field"),
        (lambda s, i: s.book(debtors=1, invoices=1, open=2), "do not fit"),
    ],
    ids=["nothing", "method", "status", "field", "book"],
)
def test_operations_that_make_no_sense_are_refused(stripe, invoice, call, problem):
    with pytest.raises(ValueError, match=problem):
        call(stripe, invoice)


def test_a_book_is_as_large_as_asked_and_tells_nothing(stripe, api):
    parts = {"void": 1, "uncollectible": 1, "refunded": 1, "disputed": 1}
    stripe.book(
        debtors=5, invoices=30, open=10, partly_paid=2, automatic=2, sepa=2, cash=1, **parts
    )
    rows = api.rows("/v1/invoices", {"limit": 100})
    states = [each["status"] for each in rows]
    assert {each: states.count(each) for each in set(states)} == {
        "open": 10,
        "paid": 18,
        "void": 1,
        "uncollectible": 1,
    }
    assert sum(0 < each["amount_paid"] < each["amount_due"] for each in rows) == 2
    assert sum(each["next_payment_attempt"] is not None for each in rows) == 2
    intents = api.rows("/v1/payment_intents", {"limit": 100})
    assert sum(each["status"] == "processing" for each in intents) == 2
    assert len(api.rows("/v1/refunds")) == len(api.rows("/v1/disputes")) == 1
    assert stripe.events == []
