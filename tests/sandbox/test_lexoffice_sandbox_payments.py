"""What is open and what came in, for every way in which money moves."""

from datetime import date
from decimal import Decimal

import pytest

from sandbox.lexoffice.model import PAYMENT_KINDS

DAY = date(2026, 11, 20)


def test_a_part_payment_leaves_the_rest_open(sandbox, api, invoice):
    sandbox.pay(invoice, "500.00", on=date(2026, 10, 22))
    assert api.json(f"/v1/payments/{invoice}") == {
        "openAmount": Decimal("690.00"),
        "currency": "EUR",
        "paymentStatus": "openRevenue",
        "voucherType": "invoice",
        "voucherStatus": "open",
        "paymentItems": [
            {
                "paymentItemType": "partPaymentFinancialTransaction",
                "postingDate": "2026-10-22T00:00:00.000+02:00",
                "amount": Decimal("500.00"),
                "currency": "EUR",
            }
        ],
    }


def test_the_rest_settles_it_and_only_then_there_is_a_paid_date(sandbox, api, invoice):
    sandbox.pay(invoice, "500.00", on=date(2026, 10, 22))
    sandbox.pay(invoice, on=date(2026, 11, 3), kind="manualPayment")
    found = api.json(f"/v1/payments/{invoice}")
    assert (found["openAmount"], found["paymentStatus"]) == (0, "balanced")
    assert (found["voucherStatus"], found["paidDate"]) == ("paid", "2026-11-03T00:00:00.000+01:00")
    assert [item["amount"] for item in found["paymentItems"]] == [500, 690]
    assert api.json(f"/v1/invoices/{invoice}")["voucherStatus"] == "paid"


@pytest.mark.parametrize("kind", [kind for kind in PAYMENT_KINDS if kind != "dunningCosts"])
def test_every_kind_of_item_lowers_the_claim(sandbox, api, invoice, kind):
    sandbox.pay(invoice, "190.00", kind=kind)
    found = api.json(f"/v1/payments/{invoice}")
    assert (found["openAmount"], found["paymentItems"][0]["paymentItemType"]) == (1000, kind)


def test_skonto_and_write_off_settle_an_invoice(sandbox, api, muster):
    with_skonto = sandbox.add_invoice(contact=muster, gross="100.00", on=DAY)
    sandbox.pay(with_skonto, "98.00")
    sandbox.pay(with_skonto, "2.00", kind="cashDiscount")
    lost = sandbox.add_invoice(contact=muster, gross="100.00", on=DAY)
    sandbox.pay(lost, kind="irrecoverableReceivable")
    for id_ in (with_skonto, lost):
        assert api.json(f"/v1/payments/{id_}")["voucherStatus"] == "paid"


def test_a_dunning_fee_that_came_in_does_not_lower_the_claim_unless_switched(sandbox, api, invoice):
    sandbox.pay(invoice, "5.00", kind="dunningCosts")
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 1190
    sandbox.variant("dunning_costs", "within")
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 1185
    assert api.rows()[0]["openAmount"] == 1185


@pytest.mark.parametrize("amount", ["1190.01", "0", "-1", "0.001"])
def test_a_person_cannot_book_what_is_not_there(sandbox, invoice, amount):
    with pytest.raises(ValueError, match=r"open|amount"):
        sandbox.pay(invoice, amount)
    with pytest.raises(TypeError):
        sandbox.pay(invoice, 1.5)
    sandbox.pay(invoice)
    with pytest.raises(ValueError, match="paid"):
        sandbox.pay(invoice)


def test_drafts_quotations_and_linked_credit_notes_have_no_payments(sandbox, api, muster, invoice):
    draft = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="draft")
    quotation = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, kind="quotation")
    note = sandbox.credit(invoice, "100.00")
    for id_ in (draft, quotation, note):
        answer = api.get(f"/v1/payments/{id_}")
        assert (answer.status_code, answer.json()["status"]) == (406, 406)
    assert api.get("/v1/payments/unknown").status_code == 404


def test_a_voided_invoice_is_balanced_with_nothing_open(sandbox, api, invoice):
    sandbox.void(invoice)
    found = api.json(f"/v1/payments/{invoice}")
    assert (found["openAmount"], found["paymentStatus"]) == (0, "balanced")
    assert found["voucherStatus"] == "voided"
    assert "paidDate" not in found


def test_the_status_of_payments_knows_sepadebit_but_never_overdue(sandbox, api, muster, invoice):
    sepa = sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 1, 5), sepadebit=True)
    assert {row["voucherStatus"] for row in api.rows("overdue")} == {"overdue"}
    assert api.json(f"/v1/payments/{sepa}")["voucherStatus"] == "sepadebit"
    assert api.json(f"/v1/payments/{invoice}")["voucherStatus"] == "open"
    for id_ in (sepa, invoice):
        assert api.json(f"/v1/invoices/{id_}")["voucherStatus"] == "open"


def test_an_unlinked_credit_note_stays_open_as_revenue(sandbox, api, invoice):
    note = sandbox.credit(invoice, "190.00", linked=False)
    found = api.json(f"/v1/payments/{note}")
    assert (found["openAmount"], found["paymentStatus"]) == (190, "openRevenue")
    assert found["voucherType"] == "creditnote"
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 1190


def test_a_purchase_is_an_open_expense(sandbox, api):
    id_ = sandbox.add_invoice(
        contact=None, name="Lieferant", gross="10.00", on=DAY, kind="purchaseinvoice"
    )
    assert api.json(f"/v1/payments/{id_}")["paymentStatus"] == "openExpense"


def test_a_bookkeeping_voucher_has_payments_too(sandbox, api, muster):
    id_ = sandbox.add_invoice(contact=muster, gross="119.00", on=DAY, kind="salesinvoice")
    sandbox.pay(id_, "19.00", kind="partPaymentCashBox")
    assert api.json(f"/v1/payments/{id_}")["openAmount"] == 100


def test_open_amounts_may_be_strings(sandbox, api, invoice):
    sandbox.variant("open_amount", "string")
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == "1190.00"


def test_a_part_payment_bumps_updated_date_or_not(sandbox, api, invoice):
    before = api.json(f"/v1/invoices/{invoice}")
    sandbox.variant("payment_bumps_updated", "no")
    sandbox.pay(invoice, "500.00")
    after = api.json(f"/v1/invoices/{invoice}")
    assert (after["version"], after["updatedDate"]) == (before["version"], before["updatedDate"])
    sandbox.pay(invoice)  # the status changes, which always counts
    assert api.json(f"/v1/invoices/{invoice}")["version"] > before["version"]
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 0


def test_a_payment_that_is_taken_back_opens_it_again(sandbox, api, invoice):
    sandbox.pay(invoice)
    sandbox.unpay(invoice)
    found = api.json(f"/v1/payments/{invoice}")
    assert (found["openAmount"], found["paymentItems"]) == (1190, [])
    assert api.rows("open")[0]["id"] == invoice


def test_an_invoice_can_go_back_to_draft_and_become_final_again(sandbox, api, invoice):
    sandbox.reopen_as_draft(invoice)
    assert api.get(f"/v1/payments/{invoice}").status_code == 406
    sandbox.change(invoice, gross="990.00")
    sandbox.finalize(invoice)
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 990
    assert api.json(f"/v1/invoices/{invoice}")["dueDate"] == "2026-10-19T00:00:00.000+02:00"


def test_a_closing_invoice_owes_what_is_left_after_the_down_payments(sandbox, api, muster):
    part = sandbox.add_invoice(
        contact=muster, gross="1190.00", on=date(2026, 9, 1), kind="downpaymentinvoice"
    )
    sandbox.pay(part, "595.00")
    closing = sandbox.add_invoice(contact=muster, gross="5950.00", on=DAY, closing=[part])
    found = api.json(f"/v1/invoices/{closing}")
    assert (found["closingInvoice"], found["claimedGrossAmount"]) == (True, 5355)
    (deduction,) = found["downPaymentDeductions"]
    assert (deduction["receivedGrossAmount"], deduction["receivedNetAmount"]) == (595, 500)
    assert (deduction["receivedTaxAmount"], deduction["voucherType"]) == (95, "downpaymentinvoice")
    (row,) = [row for row in api.rows() if row["id"] == closing]
    assert (row["totalAmount"], row["openAmount"]) == (5950, 5355)
    assert api.json(f"/v1/down-payment-invoices/{part}")["closingInvoiceId"] == closing
    assert api.get(f"/v1/invoices/{part}").status_code == 404
