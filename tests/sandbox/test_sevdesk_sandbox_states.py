"""A document's life: draft, sent, partly paid, paid, open again, cancelled, credited."""

from datetime import date
from decimal import Decimal

import pytest

from sandbox.sevdesk.replies import ApiError
from sandbox.sevdesk.writing import Position, sums

DAY = date(2026, 11, 20)
CASH = {"id": 32, "objectName": "CheckAccount"}
BANK = {"id": 31, "objectName": "CheckAccount"}
SECONDS = 1795000000  # 18 November 2026


def money(row):
    return row["status"], row["paidAmount"], row["payDate"] and row["payDate"][:10]


def code(answer):
    """Status and code of a refused call."""
    status, body = answer
    return status, body["error"]["code"]


def draft(customer, **fields):
    position = {"name": "Malerarbeiten", "quantity": 2, "price": 42.01, "taxRate": 19}
    invoice = {
        "objectName": "Invoice", "mapAll": True, "invoiceType": "RE", "status": 100,
        "contact": {"id": customer, "objectName": "Contact"}, "invoiceDate": "20.11.2026",
        "timeToPay": 14, "currency": "EUR", **fields,
    }  # fmt: skip
    return {"invoice": invoice, "invoicePosSave": [position]}


def test_a_saved_draft_is_sent_booked_and_paid(sev, kunde):
    """84.02 net, 15.96 tax: each position is rounded by itself."""
    status, body = sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde))
    made = body["objects"]["invoice"]
    assert (status, made["status"], made["sumGross"], made["sumTax"]) == (
        201,
        "100",
        "99.98",
        "15.96",
    )
    assert (made["invoiceNumber"], made["paidAmount"]) == (None, "0")
    assert made["sevClient"]["invoiceTimeToPay"] == "14"
    assert body["objects"]["invoicePos"][0]["priceGross"] == "49.9919"
    path = f"/Invoice/{made['id']}"
    _, sent = sev.send("PUT", f"{path}/sendBy", {"sendType": "VPDF", "sendDraft": False})
    assert (sent["objects"]["status"], sent["objects"]["invoiceNumber"]) == ("200", "RE-1001")
    assert sent["objects"]["enshrined"]
    book = {"amount": 40, "date": SECONDS, "type": "N", "checkAccount": CASH}
    _, log = sev.send("PUT", f"{path}/bookAmount", book)
    assert (log["objects"]["fromStatus"], log["objects"]["toStatus"]) == ("200", "750")
    assert sev.rows(f"{path}/getIsPartiallyPaid") is True
    over = sev.send("PUT", f"{path}/bookAmount", {**book, "amount": "60"})
    assert code(over) == (422, 750)
    sev.send("PUT", f"{path}/bookAmount", {**book, "amount": "59.98"})
    assert money(sev.row(made["id"])) == ("1000", Decimal("99.98"), "2026-11-18")
    assert code(sev.send("PUT", f"{path}/bookAmount", book)) == (422, 750)
    assert sev.rows(f"{path}/getIsPartiallyPaid") is False


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("20.11.2026", "2026-11-20"), ("2026-11-20", "2026-11-20"), (1795000000, "2026-11-18"),
        ("2026-11-20T23:30:00+00:00", "2026-11-21"),
    ],
)  # fmt: skip
def test_a_day_may_be_written_in_many_ways(sev, kunde, given, day):
    _, body = sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde, invoiceDate=given))
    assert body["objects"]["invoice"]["invoiceDate"][:10] == day


@pytest.mark.parametrize(
    "fields",
    [
        {"invoiceDate": "20.13.2026"}, {"invoiceDate": None}, {"invoiceType": "XX"},
        {"contact": {"id": "501"}}, {"timeToPay": "soon"},
    ],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
def test_a_malformed_draft_is_refused_and_not_kept(sevdesk, sev, kunde, fields):
    assert sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde, **fields))[0] == 400
    assert sevdesk.world.invoices == {}


def test_saving_again_changes_a_draft_and_nothing_else(sev, kunde, late):
    _, body = sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde))
    made = body["objects"]["invoice"]["id"]
    sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde, id=made, timeToPay=30))
    assert sev.row(made)["timeToPay"] == "30"
    assert code(sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde, id=late))) == (
        400,
        90400,
    )
    assert (
        code(sev.send("POST", "/Invoice/Factory/saveInvoice", draft(kunde, status=200)))[0] == 400
    )


@pytest.mark.parametrize(
    ("quantity", "price", "net_prices", "expected"),
    [
        ("2", "42.01", True, ("84.02", "15.96")),
        ("1", "0.50", True, ("0.50", "0.10")),
        ("3", "33.333", True, ("100.00", "19.00")),
        ("1", "119.00", False, ("100.00", "19.00")),
    ],
)
def test_positions_are_rounded_half_up(quantity, price, net_prices, expected):
    one = Position("", Decimal(quantity), Decimal(price), Decimal(19))
    assert sums([one], net_prices=net_prices) == tuple(map(Decimal, expected))


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"checkAccount": BANK}, 422, None),  # an online account needs a transaction
        ({"date": "2026-11-18"}, 400, None),  # a day must be Unix seconds
        ({"type": "cash"}, 400, None),
        ({"amount": "many"}, 400, None),
        ({"checkAccount": {"id": 32}}, 400, None),
        ({"amount": 200}, 422, 750),
    ],
)
def test_a_bad_booking_is_refused_and_books_nothing(sev, late, change, status, error):
    body = {"amount": 50, "date": SECONDS, "type": "N", "checkAccount": CASH, **change}
    assert code(sev.send("PUT", f"/Invoice/{late}/bookAmount", body)) == (status, error)
    assert money(sev.row(late)) == ("200", 0, None)


def test_the_wrong_sign_books_and_leaves_it_unpaid(sev, late):
    body = {"amount": -119, "date": SECONDS, "type": "N", "checkAccount": CASH}
    assert sev.send("PUT", f"/Invoice/{late}/bookAmount", body)[0] == 200
    assert money(sev.row(late)) == ("200", -119, None)


def test_reminder_charges_can_be_booked_on_top_and_skonto_closes_with_less(
    sevdesk, sev, kunde, late
):
    sevdesk.pay(late, "124.00", type="OF", on=DAY)
    assert money(sev.row(late)) == ("1000", 124, "2026-11-20")
    less = sevdesk.add_invoice(contact=kunde, gross="100.00", on=DAY, discount=2, discount_time=7)
    sevdesk.pay(less, "98.00", type="CB", on=DAY)
    assert money(sev.row(less)) == ("1000", 98, "2026-11-20")


def test_an_old_part_payment_stays_open(sevdesk, sev, late):
    sevdesk.pay(late, "50.00", on=DAY, via="old")
    assert money(sev.row(late)) == ("200", 50, None)
    assert sev.rows(f"/Invoice/{late}/getIsPartiallyPaid") is True


def test_money_is_assigned_taken_back_and_assigned_again(sevdesk, sev, late):
    line = sevdesk.unassigned("119.00", "Muster Bau GmbH", text="RE-1001", on=date(2026, 11, 12))
    sevdesk.assign(line, late)
    assert money(sev.row(late)) == ("1000", 119, "2026-11-12")
    assert sev.rows(f"/CheckAccountTransaction/{line}")[0]["status"] == "400"
    assert sev.send("PUT", f"/Invoice/{late}/resetToOpen")[0] == 200
    assert money(sev.row(late)) == ("200", 0, None)
    assert sev.rows(f"/CheckAccountTransaction/{line}")[0]["status"] == "100"
    sevdesk.assign(line, late, "19.00")
    assert money(sev.row(late)) == ("750", 19, None)
    with pytest.raises(ValueError, match="is 400, not 100"):
        sevdesk.mark_private(line)


def test_a_line_is_private_and_a_draft_takes_no_money(sevdesk, sev, kunde):
    line = sevdesk.unassigned("12.00")
    sevdesk.mark_private(line)
    assert sev.rows("/CheckAccountTransaction", status="300")[0]["id"] == line
    made = sevdesk.draft(contact=kunde, gross="12.00", on=DAY)
    with pytest.raises(ApiError, match="draft"):
        sevdesk.pay(made)
    sevdesk.finalize(made)
    assert sevdesk.pay(made, via="cash")
    assert sev.row(made)["status"] == "1000"


def test_a_cancelled_invoice_looks_paid(sevdesk, sev, late):
    """Status 1000 with nothing paid; the cancellation carries the next number (§2.6)."""
    status, body = sev.send("POST", f"/Invoice/{late}/cancelInvoice")
    made = body["objects"]
    assert (status, made["invoiceType"], made["sumGross"]) == (201, "SR", "-119")
    assert made["origin"] == {"id": late, "objectName": "Invoice"}
    assert made["header"] == "Stornorechnung Nr. RE-1002 zur Rechnung Nr. RE-1001"
    assert money(sev.row(late)) == ("1000", 0, None)
    assert code(sev.send("POST", f"/Invoice/{late}/cancelInvoice")) == (422, 421)
    assert code(sev.send("PUT", f"/Invoice/{late}/resetToOpen")) == (422, 421)


def test_cancelling_is_refused_with_money_with_a_credit_note_and_for_drafts(
    sevdesk, sev, kunde, late
):
    sevdesk.pay(late, "10.00")
    assert code(sev.send("POST", f"/Invoice/{late}/cancelInvoice")) == (200, 390)
    assert sev.row(late)["status"] == "750"
    other = sevdesk.add_invoice(contact=kunde, gross="50.00", on=DAY)
    sevdesk.credit(other, "20.00")
    assert code(sev.send("POST", f"/Invoice/{other}/cancelInvoice")) == (422, 170)
    assert code(sev.send("PUT", f"/Invoice/{other}/resetToOpen")) == (422, 170)
    made = sevdesk.draft(contact=kunde, gross="50.00", on=DAY)
    assert sev.send("POST", f"/Invoice/{made}/cancelInvoice")[0] == 422
    assert sev.send("PUT", f"/Invoice/{made}/resetToDraft")[0] == 422


def test_a_credit_note_reduces_nothing_by_itself_and_can_be_offset(sevdesk, sev, late):
    note = sevdesk.credit(late, "19.00")
    row = sev.rows(f"/CreditNote/{note}")[0]
    assert (row["status"], row["sumGross"], row["bookingCategory"]) == (
        "200",
        "19",
        "UNDERACHIEVEMENT",
    )
    assert row["refSrcInvoice"]["id"] == late
    assert sev.row(late)["paidAmount"] == 0
    closed = sevdesk.credit(late, "100.00", open=False)
    assert money(sev.rows(f"/CreditNote/{closed}")[0]) == ("1000", 100, "2026-11-20")
    assert money(sev.row(late)) == ("750", 100, None)
    with pytest.raises(ApiError, match="exceeds"):
        sevdesk.credit(late, "0.01")
    assert {each["id"] for each in sev.rows("/CreditNote")} == {note, closed}


def test_a_credit_note_from_an_invoice_is_a_draft_until_it_is_sent(sev, late):
    body = {"invoice": {"id": late, "objectName": "Invoice"}}
    status, made = sev.send("POST", "/CreditNote/Factory/createFromInvoice", body)
    assert (status, made["objects"]["status"], made["objects"]["sumGross"]) == (201, "100", "119")
    _, sent = sev.send("PUT", f"/CreditNote/{made['objects']['id']}/sendBy", {"sendType": "VPR"})
    assert (sent["objects"]["status"], sent["objects"]["creditNoteNumber"]) == ("200", "GU-1001")


def test_reading_a_pdf_sends_a_draft_unless_told_not_to(sevdesk, sev, kunde):
    made = sevdesk.draft(contact=kunde, gross="50.00", on=DAY)
    shown = sev.rows(f"/Invoice/{made}/getPdf", preventSendBy="true")
    assert (shown["filename"], sev.row(made)["status"]) == (".pdf", "100")
    assert sev.rows(f"/Invoice/{made}/getPdf")["filename"] == "RE-1001.pdf"
    row = sev.row(made)
    assert (row["status"], row["sendType"], row["invoiceNumber"]) == ("200", "VPDF", "RE-1001")


def test_so_does_that_of_a_credit_note(sev, late):
    body = {"invoice": {"id": late, "objectName": "Invoice"}}
    made = sev.send("POST", "/CreditNote/Factory/createFromInvoice", body)[1]["objects"]["id"]
    assert sev.rows(f"/CreditNote/{made}/getPdf", preventSendBy="true")["filename"] == ".pdf"
    assert sev.rows(f"/CreditNote/{made}/getPdf")["filename"] == "GU-1001.pdf"
    row = sev.rows(f"/CreditNote/{made}", embed="contact,origin")[0]
    assert (row["status"], row["contact"]["name"]) == ("200", "Muster Bau GmbH")
    assert row["origin"]["invoiceNumber"] == "RE-1001"


def test_mailing_marks_it_sent(sevdesk, sev, kunde):
    made = sevdesk.draft(contact=kunde, gross="50.00", on=DAY)
    mail = {"toEmail": "a@muster.example", "subject": "Rechnung", "text": "<p>Guten Tag</p>"}
    assert sev.send("POST", f"/Invoice/{made}/sendViaEmail", {"toEmail": "a"})[0] == 422
    status, body = sev.send("POST", f"/Invoice/{made}/sendViaEmail", mail)
    assert (status, body["objects"]["objectName"]) == (201, "Email")
    row = sev.row(made)
    assert (row["sendType"], row["status"], row["enshrined"]) == ("VM", "200", None)


def test_a_tag_is_put_on_once(sev, late):
    body = {"name": "Mahnsperre", "object": {"id": late, "objectName": "Invoice"}}
    for _ in range(2):
        status, made = sev.send("POST", "/Tag/Factory/create", body)
    assert (status, made["objects"]["objectName"]) == (201, "TagRelation")
    assert [tag["name"] for tag in sev.row(late, embed="tags")["tags"]] == ["Mahnsperre"]
    assert [tag["name"] for tag in sev.rows("/Tag")] == ["Mahnsperre"]


def test_everything_that_changes_an_invoice_bumps_its_update(sevdesk, sev, kunde, late):
    changes = [
        lambda: sevdesk.pay(late, "10.00"), lambda: sevdesk.unpay(late),
        lambda: sevdesk.change(late, due=date(2026, 12, 24)), lambda: sevdesk.dun(late),
        lambda: sevdesk.tag(late, "Muster"), lambda: sevdesk.alter(late, header="x"),
        lambda: sevdesk.cancel(late),
    ]  # fmt: skip
    days = []
    for n, change in enumerate(changes, 1):
        sevdesk.set_today(date(2026, 11, 20 + n))
        change()
        days.append(sev.row(late)["update"][8:10])
    assert days == [str(20 + n) for n in range(1, len(changes) + 1)]
    assert sev.row(late)["timeToPay"] == "80"
