"""What goes over the wire has the keys and types of the samples; values as texts, days in Berlin."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

# Keys and kinds of the wire samples that the reference on sevDesk comes with; "like" takes over.
SHAPES = json.loads(Path(__file__).with_name("sevdesk_shapes.json").read_text(encoding="utf-8"))
# sample -> list; the sample's first row is compared with the newest row of it.
LISTS = {
    "invoice_open": "/Invoice?invoiceNumber=RE-1001",
    "invoice_partially_paid": "/Invoice?status=750",
    "invoice_cancellation_SR": "/Invoice?invoiceType=SR",
    "reminder_MA_UNVERIFIED_values": "/Invoice?invoiceType=MA",
    "invoice_draft": "/Invoice?status=100",
    "contact_org": "/Contact",
    "contact_address": "/ContactAddress",
    "communication_way_email": "/CommunicationWay",
    "accounting_contact": "/AccountingContact",
    "check_account": "/CheckAccount",
    "check_account_transaction": "/CheckAccountTransaction",
    "check_account_transaction_log": "/CheckAccountTransactionLog",
}


def shape(value):
    """Keys, and the kinds of the values."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    kinds = {bool: "bool", str: "str", list: "list", type(None): "null"}
    return kinds.get(type(value), "number")


def sample(name):
    found = dict(SHAPES[name])
    return {**SHAPES[found.pop("like")], **found} if "like" in found else found


def same(mine, theirs):
    """Null may stand for any kind."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(same(mine[k], theirs[k]) for k in mine)
    return mine == theirs or "null" in {mine, theirs}


@pytest.mark.parametrize("name", LISTS)
def test_a_row_has_the_keys_and_types_of_its_sample(sevdesk, sev, name):
    sevdesk.sample()
    path, _, query = LISTS[name].partition("?")
    rows = sev.rows(path, **dict(pair.split("=") for pair in query.split("&") if pair))
    assert same(shape(rows[-1]), sample(name))


def test_actions_answer_in_the_shape_of_their_samples(sevdesk, sev, late):
    money = sevdesk.unassigned("119.00")
    body = {
        "amount": 119,
        "date": 1795000000,
        "type": "FULL_PAYMENT",
        "checkAccount": {"id": 31, "objectName": "CheckAccount"},
        "checkAccountTransaction": {"id": money, "objectName": "CheckAccountTransaction"},
    }
    status, log = sev.send("PUT", f"/Invoice/{late}/bookAmount", body)
    assert (status, shape(log["objects"])) == (200, sample("book_amount_answer"))
    assert shape(sev.rows(f"/Invoice/{late}/getPdf")) == sample("pdf_answer")
    assert same(shape(sev.get("/Invoice/99", 404)), sample("error_not_found_http404"))


def test_an_invoice_is_written_as_texts_with_days_of_berlin(sevdesk, sev, kunde):
    """In winter and in summer midnight of Berlin; only paidAmount is a number."""
    id_ = sevdesk.add_invoice(
        contact=kunde, gross="119.00", on=date(2026, 9, 1), due=date(2026, 11, 2)
    )
    sevdesk.pay(id_, "50.50", on=date(2026, 11, 3))
    row = sev.row(id_)
    assert (row["id"], row["sumGross"], row["sumNet"], row["timeToPay"]) == (
        id_,
        "119",
        "100",
        "62",
    )
    assert row["invoiceDate"] == "2026-09-01T00:00:00+02:00"
    assert row["update"] == "2026-11-20T10:00:00+01:00"
    assert (row["paidAmount"], row["status"], row["showNet"]) == (Decimal("50.5"), "750", "1")
    assert row["taxRule"] == {"id": "1", "objectName": "TaxRule"}
    assert "origin" not in row


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/Invoice", list), ("/Invoice/{id}", list), ("/Invoice/{id}/getIsPartiallyPaid", bool),
        ("/Invoice/{id}/getPdf", dict), ("/Tools/bookkeepingSystemVersion", dict),
    ],
)  # fmt: skip
def test_objects_is_of_many_kinds(sev, late, path, kind):
    assert isinstance(sev.rows(path.format(id=late)), kind)


def test_the_open_debit_is_a_number_and_deleting_answers_a_null(sevdesk, sev, kunde, late):
    query = {"invoice[id]": late, "invoice[objectName]": "Invoice"}
    assert sev.rows("/Invoice/Factory/getOpenInvoiceReminderDebit", **query) == 119
    draft = sevdesk.draft(contact=kunde, gross="10.00", on=date(2026, 11, 20))
    assert sev.row(draft)["invoiceNumber"] is None
    assert sev.send("DELETE", f"/Invoice/{draft}") == (200, {"objects": [None]})
    assert sev.get(f"/Invoice/{draft}", 404)["error"]["code"] == 151
    status, body = sev.send("DELETE", f"/Invoice/{late}")
    assert (status, body["error"]["code"], body["objects"]) == (409, 159, None)


def test_an_invoice_without_contact_has_no_key_for_it(sevdesk, sev):
    id_ = sevdesk.add_invoice(contact=None, gross="-10.00", on=date(2026, 10, 5), time_to_pay=None)
    row = sev.row(id_)
    assert "contact" not in row
    assert (row["sumGross"], row["timeToPay"]) == ("-10", None)


def test_what_is_put_on_the_wire_goes_over_it(sevdesk, sev, kunde, late):
    sevdesk.alter(late, sumGross="abc", contact="absent")
    sevdesk.alter_contact(kunde, name="")
    row = sev.row(late)
    assert row["sumGross"] == "abc"
    assert "contact" not in row
    assert sev.rows(f"/Contact/{kunde}")[0]["name"] == ""


def test_a_document_of_system_1_keeps_its_tax_type(sevdesk, sev, kunde):
    old = sevdesk.add_invoice(contact=kunde, gross="119.00", on=date(2024, 1, 5), era="1.0")
    row = sev.row(old)
    assert row["taxType"] == "default"
    assert "taxRule" not in row
