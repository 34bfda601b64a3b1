"""Sales vouchers at their own endpoints: shape, creation, credit, files and the Accept trap."""

import base64
import io
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexoffice_body import body
from pypdf import PdfReader

from sandbox.lexoffice.amounts import lines_for, totals
from sandbox.lexoffice.model import Discount, Line

DAY = date(2026, 11, 20)
CENTS = st.decimals(min_value="0.01", max_value="1000000", places=2)


def test_an_invoice_has_the_documented_fields_and_no_nulls(sandbox, api, muster):
    id_ = sandbox.add_invoice(
        contact=muster, gross="1190.00", on=DAY, skonto=(Decimal(2), 7), shipping=date(2026, 11, 18)
    )
    found = api.json(f"/v1/invoices/{id_}")
    assert set(found) == {
        "id", "organizationId", "createdDate", "updatedDate", "version", "language", "archived",
        "voucherStatus", "voucherNumber", "voucherDate", "dueDate", "address", "lineItems",
        "electronicDocumentProfile", "totalPrice", "taxAmounts", "taxConditions",
        "paymentConditions", "shippingConditions", "closingInvoice", "relatedVouchers", "title",
    }  # fmt: skip
    assert found["address"] == {
        "contactId": muster, "name": "Muster GmbH", "street": "Hafenweg 3", "zip": "24103",
        "city": "Kiel", "countryCode": "DE",
    }  # fmt: skip
    assert found["dueDate"] == "2026-12-04T00:00:00.000+01:00"
    discount = found["paymentConditions"]["paymentDiscountConditions"]
    assert discount == {"discountPercentage": 2, "discountRange": 7}
    assert found["shippingConditions"]["shippingDate"] == "2026-11-18T00:00:00.000+01:00"
    assert found["totalPrice"]["totalNetAmount"] == 1000


def test_days_keep_their_offset_across_the_change_of_the_clocks(sandbox, api, muster):
    """25 October 2026 is the last day of summer time; UTC would show the day before."""
    id_ = sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 10, 24))
    found = api.json(f"/v1/invoices/{id_}")
    assert found["voucherDate"] == "2026-10-24T00:00:00.000+02:00"
    assert found["dueDate"] == "2026-11-07T00:00:00.000+01:00"
    assert datetime.fromisoformat(found["dueDate"]).date() == date(2026, 11, 7)


def test_a_deviating_address_wins_over_the_contacts(sandbox, api, muster):
    id_ = sandbox.add_invoice(
        contact=muster,
        gross="10.00",
        on=DAY,
        name="Muster GmbH, Filiale Nord",
        address={"street": "Werftstr. 1", "zip": "24143", "city": "Kiel"},
    )
    assert api.json(f"/v1/invoices/{id_}")["address"] == {
        "contactId": muster, "name": "Muster GmbH, Filiale Nord", "street": "Werftstr. 1",
        "zip": "24143", "city": "Kiel", "countryCode": "DE",
    }  # fmt: skip


def test_a_one_time_address_has_no_contact(sandbox, api):
    id_ = sandbox.add_invoice(
        contact=None, gross="10.00", on=DAY, name="Erika Beispiel", address={"city": "Kiel"}
    )
    address = api.json(f"/v1/invoices/{id_}")["address"]
    assert address == {"name": "Erika Beispiel", "city": "Kiel", "countryCode": "DE"}


def test_the_right_id_at_the_wrong_endpoint_is_404(sandbox, api, muster, invoice):
    booked = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, kind="salesinvoice")
    assert api.get(f"/v1/invoices/{booked}").status_code == 404
    assert api.get(f"/v1/vouchers/{invoice}").status_code == 404
    found = api.json(f"/v1/vouchers/{booked}")
    assert (found["type"], found["voucherStatus"], found["contactId"]) == (
        "salesinvoice", "open", muster,
    )  # fmt: skip
    assert found["dueDate"] == found["voucherDate"]
    assert found["voucherItems"][0]["taxRatePercent"] == 19


def test_a_draft_made_by_the_api_has_a_number_but_no_due_date(api, muster):
    answer = api.post("/v1/invoices", body(muster))
    assert answer.status_code == 201
    result = answer.json()
    assert answer.headers["Location"] == result["resourceUri"]
    found = api.json(f"/v1/invoices/{result['id']}")
    assert (found["voucherStatus"], found["voucherNumber"]) == ("draft", "RE0001")
    assert "dueDate" not in found
    assert found["totalPrice"]["totalGrossAmount"] == 119


def test_finalize_makes_it_open_and_due(api):
    terms = {"paymentTermLabel": "", "paymentTermDuration": 30}
    answer = api.post("/v1/invoices", body(paymentConditions=terms), finalize="true")
    found = api.json(f"/v1/invoices/{answer.json()['id']}")
    assert (found["voucherStatus"], found["dueDate"]) == ("open", "2026-12-20T00:00:00.000+01:00")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"voucherDate": "2026-11-20"}, "voucherDate"),
        ({"voucherDate": "2026-11-20T00:00:00+01:00"}, "voucherDate"),
        ({"voucherDate": None}, "voucherDate"),
        ({"address": {"name": "Ohne Land"}}, "address.countryCode"),
        ({"address": {"contactId": "nobody"}}, "address.contactId"),
        ({"lineItems": None}, "lineItems"),
        ({"totalPrice": {}}, "totalPrice.currency"),
        ({"taxConditions": {"taxType": "tax"}}, "taxConditions.taxType"),
        ({"shippingConditions": None}, "shippingConditions.shippingType"),
        ({"shippingConditions": {"shippingType": "service"}}, "shippingConditions.shippingDate"),
        ({"title": "x" * 26}, "title"),
        ({"introduction": "x" * 2001}, "introduction"),
        ({"lineItems": [{"type": "text", "name": "x"}] * 301}, "lineItems"),
    ],
)
def test_a_body_that_breaks_a_rule_is_406_and_names_the_field(sandbox, api, fields, named):
    answer = api.post("/v1/invoices", body(**fields))
    assert answer.status_code == 406
    assert answer.json()["details"][0]["field"] == named
    assert not sandbox.world.vouchers


def test_an_empty_draft_is_fine_but_cannot_be_final(api):
    assert api.post("/v1/invoices", body(lineItems=[])).status_code == 201
    assert api.post("/v1/invoices", body(lineItems=[]), finalize="true").status_code == 406


def test_the_sums_of_the_official_sample():
    lines = [
        Line("A", Decimal("13.40"), Decimal(19), Decimal(2), Decimal(50)),
        Line("B", Decimal("8.32"), Decimal(7)),
        Line("C", Decimal("5.00")),
    ]
    found = totals(lines, "net")
    assert (found.net, found.tax, found.gross) == (
        Decimal("26.72"), Decimal("3.13"), Decimal("29.85"),
    )  # fmt: skip


@given(CENTS, st.sampled_from([0, 5, 7, 16, 19]))
def test_a_line_comes_to_exactly_the_gross_amount(gross, rate):
    lines, tax_type = lines_for(gross, Decimal(rate), "Leistung")
    found = totals(lines, tax_type)
    assert found.gross == gross
    assert found.net + found.tax == gross


@given(
    st.lists(st.tuples(st.sampled_from([0, 7, 19]), CENTS), min_size=1, max_size=5),
    st.decimals(min_value=0, max_value=100, places=1),
    st.sampled_from(["net", "gross"]),
)
def test_a_discount_on_the_whole_is_shared_out_to_the_cent(amounts, percent, tax_type):
    lines = [Line("A", amount, Decimal(rate)) for rate, amount in amounts]
    whole = sum(amount for _, amount in amounts)
    found = totals(lines, tax_type, Discount(percent))
    off = (whole * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (found.net if tax_type == "net" else found.gross) == whole - off
    assert found == totals(lines, tax_type, Discount(absolute=off))
    assert all(net >= 0 for _, net, _ in found.taxes)


def test_a_discounted_invoice_shows_discount_and_lower_total(sandbox, api, muster):
    id_ = sandbox.add_invoice(contact=muster, gross="1190.00", on=DAY, discount=10)
    found = api.json(f"/v1/invoices/{id_}")
    assert found["totalPrice"] == {
        "currency": "EUR", "totalNetAmount": 900, "totalGrossAmount": 1071, "totalTaxAmount": 171,
        "totalDiscountPercentage": 10,
    }  # fmt: skip
    assert found["lineItems"][0]["lineItemAmount"] == 1000
    assert api.rows()[0]["openAmount"] == 1071
    price = {"currency": "EUR", "totalDiscountAbsolute": 50}
    made = api.post("/v1/invoices", body(muster, totalPrice=price)).json()["id"]
    assert api.json(f"/v1/invoices/{made}")["totalPrice"]["totalGrossAmount"] == Decimal("59.50")


def test_a_document_may_carry_a_time_of_day(sandbox, api, invoice):
    sandbox.variant("voucher_time", "time_of_day")
    stamp = "2026-10-05T00:30:00.000+02:00"
    assert api.json(f"/v1/invoices/{invoice}")["voucherDate"] == stamp
    assert api.rows()[0]["voucherDate"] == stamp
    assert api.rows(voucherDateFrom="2026-10-05", voucherDateTo="2026-10-05")


def test_no_invoice_is_transferred_at_its_own_endpoint(sandbox, api, muster):
    id_ = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="transferred")
    assert api.rows()[0]["voucherStatus"] == "transferred"
    assert api.json(f"/v1/payments/{id_}")["voucherStatus"] == "transferred"
    assert api.json(f"/v1/invoices/{id_}")["voucherStatus"] == "open"


def test_a_linked_credit_note_is_paid_off_and_lowers_the_invoice(api, invoice):
    note = api.post(
        "/v1/credit-notes", body(), finalize="true", precedingSalesVoucherId=invoice
    ).json()["id"]
    assert api.json(f"/v1/credit-notes/{note}")["voucherStatus"] == "paidoff"
    payments = api.json(f"/v1/payments/{invoice}")
    assert payments["openAmount"] == 1071
    assert payments["paymentItems"][0]["paymentItemType"] == "partPaymentCreditNote"
    related = api.json(f"/v1/invoices/{invoice}")["relatedVouchers"]
    assert [(each["id"], each["voucherType"]) for each in related] == [(note, "creditnote")]


def test_a_credit_note_has_neither_due_date_nor_terms(sandbox, api, invoice):
    found = api.json(f"/v1/credit-notes/{sandbox.credit(invoice, '10.00')}")
    assert not {"dueDate", "paymentConditions", "shippingConditions"} & set(found)


def test_an_unlinked_credit_note_stays_open(api):
    note = api.post("/v1/credit-notes", body(), finalize="true").json()["id"]
    assert api.json(f"/v1/credit-notes/{note}")["voucherStatus"] == "open"


def test_who_cannot_be_credited(sandbox, api, muster, invoice):
    draft = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="draft")
    part = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, kind="downpaymentinvoice")
    sandbox.pay(part, "5.00")
    closing = sandbox.add_invoice(contact=muster, gross="100.00", on=DAY, closing=[part])
    sandbox.credit(invoice, "10.00")
    for id_ in (draft, closing, invoice):
        answer = api.post("/v1/credit-notes", body(), precedingSalesVoucherId=id_)
        assert answer.status_code == 406, id_
    unknown = api.post("/v1/credit-notes", body(), precedingSalesVoucherId="x")
    assert unknown.status_code == 404


@pytest.mark.parametrize("accept", ["*/*", "application/pdf"])
def test_the_file_of_an_invoice_is_a_pdf_that_names_it(sandbox, api, invoice, accept):
    answer = api("GET", f"/v1/invoices/{invoice}/file", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=Rechnung_RE0001.pdf;"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert "RE0001" in page.extract_text()
    assert "1190,00 EUR" in page.extract_text()


def test_the_accept_trap_gives_base64_under_the_type_of_the_file(api, invoice):
    path = f"/v1/invoices/{invoice}/file"
    trapped = api("GET", path, headers={"Accept": "application/json"})
    assert trapped.headers["Content-Type"] == "application/pdf"
    assert trapped.content.startswith(b"JVBERi0")
    plain = api("GET", path, headers={"Accept": "application/pdf"})
    assert base64.b64decode(trapped.content) == plain.content


@pytest.mark.parametrize(
    ("profile", "accept", "status", "kind"),
    [
        ("NONE", "application/xml", 404, None),
        ("EN16931", "application/xml", 404, None),
        ("EN16931", "*/*", 200, "application/pdf"),
        ("XRechnung", "*/*", 200, "application/xml"),
        ("XRechnung", "application/xml", 200, "application/xml"),
        ("XRechnung", "application/pdf", 200, "application/pdf"),
    ],
)
def test_the_profile_decides_between_pdf_and_xml(
    sandbox, api, muster, profile, accept, status, kind
):
    id_ = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, profile=profile)
    answer = api("GET", f"/v1/invoices/{id_}/file", headers={"Accept": accept})
    assert answer.status_code == status
    if kind:
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.content.startswith(b"%PDF" if kind.endswith("pdf") else b"<?xml")


def test_a_draft_has_no_file_and_the_old_route_says_it_in_another_way(sandbox, api, muster):
    id_ = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="draft")
    assert api.get(f"/v1/invoices/{id_}/file").status_code == 409
    old = api.get(f"/v1/invoices/{id_}/document")
    assert old.status_code == 406
    assert "state draft" in old.json()["message"]
    assert api.get("/v1/invoices/unknown/file").status_code == 404


def test_the_deprecated_way_leads_to_the_same_document(api, invoice):
    id_ = api.json(f"/v1/invoices/{invoice}/document")["documentFileId"]
    assert id_ == api.json(f"/v1/invoices/{invoice}/document")["documentFileId"]
    accept = {"Accept": "*/*"}
    new = api("GET", f"/v1/invoices/{invoice}/file", headers=accept).content
    assert api("GET", f"/v1/files/{id_}", headers=accept).content == new


def test_bookkeeping_vouchers_are_booked_changed_and_found_by_number(api, muster):
    item = {"amount": 119, "taxAmount": 19, "taxRatePercent": 19, "categoryId": "x"}
    new = {
        "type": "salesinvoice",
        "voucherNumber": "EX-1",
        "voucherDate": "2026-11-02",
        "totalGrossAmount": 119,
        "totalTaxAmount": 19,
        "taxType": "gross",
        "contactId": muster,
        "voucherItems": [item],
    }
    id_ = api.post("/v1/vouchers", new).json()["id"]
    (found,) = api.json("/v1/vouchers", voucherNumber="EX-1")["content"]
    assert (found["id"], found["totalGrossAmount"]) == (id_, 119)
    assert api.get("/v1/vouchers").status_code == 400
    assert api.post("/v1/vouchers", {**new, "totalGrossAmount": 120}).status_code == 406
    changed = {**new, "version": found["version"], "remark": "neu"}
    assert api("PUT", f"/v1/vouchers/{id_}", json=changed).status_code == 200
    assert api("PUT", f"/v1/vouchers/{id_}", json=changed).status_code == 409
    assert api.json(f"/v1/vouchers/{id_}")["remark"] == "neu"


def test_uploads_are_accepted_with_202_and_refused_by_their_kind(api):
    pdf = {"file": ("beleg.pdf", b"%PDF-1.4", "application/pdf")}
    answer = api("POST", "/v1/files", files=pdf, data={"type": "voucher"})
    assert answer.status_code == 202
    accept = {"Accept": "*/*"}
    assert api("GET", f"/v1/files/{answer.json()['id']}", headers=accept).content == b"%PDF-1.4"
    assert api("POST", "/v1/files", files=pdf).status_code == 400
    text = {"file": ("beleg.txt", b"x", "text/plain")}
    refused = api("POST", "/v1/files", files=text, data={"type": "voucher"})
    assert refused.status_code == 406
    assert refused.json()["IssueList"][0]["i18nKey"] == "inacceptable_file_extension"
