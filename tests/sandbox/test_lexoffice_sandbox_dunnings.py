"""Dunnings: the rules of creating one, what it shows, and what it leaves alone."""

import base64
from datetime import date

import pytest
from lexoffice_body import body

DAY = date(2026, 11, 20)


@pytest.fixture
def dun(api):
    def post(invoice, contact, **fields):
        return api.post("/v1/dunnings", body(contact, **fields), precedingSalesVoucherId=invoice)

    return post


def test_a_dunning_is_created_and_hangs_on_its_invoice(api, dun, invoice, muster):
    before = api.json(f"/v1/invoices/{invoice}")
    answer = dun(invoice, muster, title="1. Mahnung", remark="Kennung mw-17")
    assert answer.status_code == 201
    result = answer.json()
    assert answer.headers["Location"] == result["resourceUri"]
    assert result["version"] == 1
    after = api.json(f"/v1/invoices/{invoice}")
    assert after["relatedVouchers"] == [{"id": result["id"], "voucherType": "dunning"}]
    assert (after["version"], after["updatedDate"]) == (before["version"], before["updatedDate"])
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 1190


def test_a_dunning_is_a_draft_without_number_due_date_or_terms(api, dun, invoice, muster):
    id_ = dun(invoice, muster, title="1. Mahnung").json()["id"]
    found = api.json(f"/v1/dunnings/{id_}")
    assert found["voucherStatus"] == "draft"
    assert not {"voucherNumber", "dueDate", "paymentConditions", "introduction"} & set(found)
    assert found["voucherDate"] == "2026-11-20T00:00:00.000+01:00"
    assert found["relatedVouchers"] == [
        {"id": invoice, "voucherNumber": "RE0001", "voucherType": "invoice"}
    ]


def test_totals_are_computed_and_the_name_is_the_invoices(api, dun, invoice, muster):
    total = {"currency": "EUR", "totalGrossAmount": 1}
    address = {"contactId": muster, "name": "Ganz anderer Name", "countryCode": "DE"}
    id_ = dun(invoice, muster, totalPrice=total, address=address).json()["id"]
    found = api.json(f"/v1/dunnings/{id_}")
    assert found["totalPrice"]["totalGrossAmount"] == 119
    assert found["address"]["name"] == "Muster GmbH"


def test_without_a_predecessor_it_is_400(api, muster):
    assert api.post("/v1/dunnings", body(muster)).status_code == 400


def test_an_unknown_predecessor_is_404_or_406(sandbox, dun, muster):
    assert dun("unknown", muster).status_code == 404
    sandbox.variant("unknown_predecessor", "406")
    assert dun("unknown", muster).status_code == 406


def test_who_can_be_dunned(sandbox, dun, muster):
    def made(**fields):
        return sandbox.add_invoice(contact=muster, gross="119.00", on=DAY, **fields)

    assert dun(made(kind="downpaymentinvoice"), muster).status_code == 201
    for kind in ("salesinvoice", "creditnote", "quotation"):
        assert dun(made(kind=kind), muster).status_code == 406
    others = [made(status=status) for status in ("draft", "paid", "voided")]
    assert [dun(id_, muster).status_code for id_ in others] == [406, 406, 406]
    sandbox.variant("dunnable_states", "any")
    assert [dun(id_, muster).status_code for id_ in others] == [201, 201, 201]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"taxConditions": {"taxType": "vatfree"}, "lineItems": []}, "taxConditions"),
        ({"title": "Letzte außergerichtliche Mahnung"}, "title"),
        ({"remark": "x" * 2001}, "remark"),
        ({"shippingConditions": None}, "shippingConditions.shippingType"),
        ({"voucherDate": "2026-11-20T00:00:00Z"}, "voucherDate"),
        ({"voucherDate": "20.11.2026"}, "voucherDate"),
        ({"lineItems": [{"type": "text", "name": "x"}] * 301}, "lineItems"),
    ],
)
def test_what_breaks_a_rule_is_406_and_leaves_no_dunning(
    sandbox, dun, invoice, muster, fields, named
):
    answer = dun(invoice, muster, **fields)
    assert answer.status_code == 406
    assert answer.json()["details"][0]["field"] == named
    assert not sandbox.world.dunnings


def test_a_title_of_25_characters_fits(dun, invoice, muster):
    assert dun(invoice, muster, title="x" * 25).status_code == 201


def test_the_contact_must_be_the_invoices(sandbox, dun, invoice, muster):
    other = sandbox.add_contact(company="Beispiel AG")
    answer = dun(invoice, other)
    assert answer.status_code == 406
    assert answer.json()["details"][0]["field"] == "address.contactId"
    assert dun(invoice, None).status_code == 406
    assert dun(invoice, muster).status_code == 201


def test_a_collective_customer_is_dunned_without_a_contact(sandbox, api, dun, muster):
    id_ = sandbox.add_invoice(contact=None, gross="119.00", on=DAY, name="Erika Beispiel")
    assert dun(id_, muster).status_code == 406
    answer = dun(id_, None)
    assert answer.status_code == 201
    assert api.json(f"/v1/dunnings/{answer.json()['id']}")["address"]["name"] == "Erika Beispiel"


def test_an_invoice_may_have_several_dunnings(api, dun, invoice, muster):
    dun(invoice, muster, title="Zahlungserinnerung")
    dun(invoice, muster, title="1. Mahnung")
    assert len(api.json(f"/v1/invoices/{invoice}")["relatedVouchers"]) == 2


def test_dunnings_of_people_stand_beside_ours_or_not(sandbox, api, invoice):
    id_ = sandbox.dun(invoice, title="Zahlungserinnerung", on=date(2026, 11, 2))
    found = api.json(f"/v1/dunnings/{id_}")
    assert (found["title"], found["voucherDate"]) == (
        "Zahlungserinnerung", "2026-11-02T00:00:00.000+01:00",
    )  # fmt: skip
    assert found["totalPrice"]["totalGrossAmount"] == 1190

    def related():
        return api.json(f"/v1/invoices/{invoice}")["relatedVouchers"]

    assert [each["voucherType"] for each in related()] == ["dunning"]
    sandbox.variant("dunning_related_type", "Dunning")
    assert [each["voucherType"] for each in related()] == ["Dunning"]
    sandbox.variant("ui_dunnings_related", "no")
    assert related() == []


def test_a_dunning_may_touch_its_invoice(sandbox, api, invoice):
    before = api.json(f"/v1/invoices/{invoice}")["version"]
    sandbox.variant("dunning_touches_invoice", "yes")
    sandbox.dun(invoice, title="Mahnung", on=DAY)
    assert api.json(f"/v1/invoices/{invoice}")["version"] == before + 1


def test_only_a_person_can_delete_a_dunning(sandbox, api, invoice):
    id_ = sandbox.dun(invoice, title="Mahnung", on=DAY)
    assert api("DELETE", f"/v1/dunnings/{id_}").status_code == 405
    sandbox.delete(id_)
    assert api.get(f"/v1/dunnings/{id_}").status_code == 404
    assert api.json(f"/v1/invoices/{invoice}")["relatedVouchers"] == []


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/pdf", 200), ("*/*", 200), ("application/xml", 406)],
)
def test_the_file_of_a_dunning_is_pdf_only_though_it_is_a_draft(
    sandbox, api, invoice, accept, status
):
    id_ = sandbox.dun(invoice, title="Mahnung", on=DAY)
    answer = api("GET", f"/v1/dunnings/{id_}/file", headers={"Accept": accept})
    assert answer.status_code == status
    assert status != 200 or answer.content.startswith(b"%PDF-")
    trapped = api("GET", f"/v1/dunnings/{id_}/file", headers={"Accept": "application/json"})
    assert base64.b64decode(trapped.content).startswith(b"%PDF-")
    old = api.json(f"/v1/dunnings/{id_}/document")["documentFileId"]
    assert api("GET", f"/v1/files/{old}", headers={"Accept": "*/*"}).content.startswith(b"%PDF-")
