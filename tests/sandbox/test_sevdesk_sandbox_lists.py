"""Pages, orders and filters: what narrows a list, and what is ignored without a word."""

from datetime import UTC, date, datetime

import pytest

from sandbox.sevdesk import SevdeskSandbox


def seconds(day):
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def contact(id_):
    return {"contact[id]": id_, "contact[objectName]": "Contact"}


def test_a_list_has_100_rows_unless_told_otherwise_newest_first(sevdesk, sev, kunde):
    made = [
        sevdesk.add_invoice(contact=kunde, gross="10.00", on=date(2026, 10, 5)) for _ in range(103)
    ]
    assert sev.ids() == made[:2:-1]
    assert sev.ids(limit=2, offset=1) == made[-2:-4:-1]
    assert sev.ids(limit=1000, offset=100) == made[2::-1]
    assert "total" not in sev.get("/Invoice")
    assert sev.get("/Invoice", countAll="true", limit=1)["total"] == "103"
    assert len(sev.ids(limit="many")) == 100


@pytest.fixture(scope="module")
def full():
    """The sample book, which the filters below only read."""
    sandbox = SevdeskSandbox(today=date(2026, 11, 20))
    sandbox.sample()
    return sandbox


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ({}, lambda i: i.kind not in {"MA", "WKR"}),
        ({"showAll": "true"}, lambda _: True),
        ({"showMa": "all"}, lambda i: i.kind != "WKR"),
        ({"showWkr": "all"}, lambda i: i.kind != "MA"),
        ({"invoiceType": "MA"}, lambda i: i.kind == "MA"),
        ({"invoiceType": "SR"}, lambda i: i.kind == "SR"),
        ({"status": "100"}, lambda i: i.status == 100),
        ({"status": "200"}, lambda i: i.status == 200 and i.kind != "MA"),
        ({"status": "750"}, lambda i: i.status == 750),
        ({"partiallyPaid": "true"}, lambda i: i.number in {"RE-1002", "RE-1003"}),
        ({"delinquent": "true", "showAll": "true"},
         lambda i: i.status in {200, 750} and i.due < date(2026, 11, 20)),
        ({"notdelinquent": "true"}, lambda i: i.number == "RE-1004"),
        ({"onlyDunned": "true"}, lambda i: i.number == "RE-1005"),
        ({"canceled": "true"}, lambda i: i.cancelled),
        ({"invoiceNumber": "RE-1002"}, lambda i: i.number == "RE-1002"),
        ({"headerOrNumber": "Storno"}, lambda i: i.kind == "SR"),
        (contact("502"), lambda i: i.contact == "502" and i.kind != "MA"),
        ({"startDate": str(seconds(date(2026, 10, 20)))},
         lambda i: i.on > date(2026, 10, 20) and i.kind not in {"MA", "WKR"}),
        ({"endDate": str(seconds(date(2024, 12, 31)))}, lambda i: i.on.year == 2024),
        ({"tags[0][id]": "91", "tags[0][objectName]": "Tag"}, lambda i: i.tags),
        # Nobody knows these: the whole list comes, with 200 (§1.5).
        ({"contactt": "1"}, lambda i: i.kind not in {"MA", "WKR"}),
        ({"customerIntenalNote": "x"}, lambda i: i.kind not in {"MA", "WKR"}),
        ({"contact[id]": "502"}, lambda i: i.kind not in {"MA", "WKR"}),
        ({"updateAfter": "yesterday"}, lambda i: i.kind not in {"MA", "WKR"}),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_it_says(full, query, keeps):
    from sevdesk_api import SevdeskApi

    expected = {each.id for each in full.world.invoices.values() if keeps(each)}
    assert expected
    assert set(SevdeskApi(full).ids(**query)) == expected


def test_update_after_is_inclusive_and_sees_both_sides_of_a_cancellation(sevdesk, sev, kunde, late):
    other = sevdesk.add_invoice(contact=kunde, gross="10.00", on=date(2026, 10, 5))
    sevdesk.set_today(date(2026, 11, 23))
    at = int(sevdesk.world.now().timestamp())
    made = sevdesk.cancel(late)
    assert set(sev.ids(updateAfter=at)) == {late, made}
    assert set(sev.ids(updateAfter=at + 3600)) == set()
    assert sev.ids(updateBefore=at - 3600) == [other]
    assert sev.ids(createAfter=at) == [made]


def test_persons_are_left_out_without_depth(sevdesk, sev, kunde):
    erika = sevdesk.add_contact(first="Erika", last="Beispiel", email="erika@kunde.example")
    assert [each["id"] for each in sev.rows("/Contact")] == [kunde]
    rows = sev.rows("/Contact", depth=1)
    assert [each["id"] for each in rows] == [erika, kunde]
    names = [rows[0][field] for field in ("name", "surename", "familyname")]
    assert names == [None, "Erika", "Beispiel"]
    assert sev.rows(f"/Contact/{erika}")[0]["id"] == erika


def test_contacts_are_found_and_shown_with_what_hangs_on_them(sevdesk, sev, kunde):
    sevdesk.add_way(kunde, "+49 40 1", type="PHONE", key=2)
    other = sevdesk.add_contact(
        company="Probe AG", city="Bremen", zip="28195", parent=kunde, debitor_number="10001"
    )
    ids = {name: [r["id"] for r in sev.rows("/Contact", **{name: value})]
           for name, value in (("city", "Bremen"), ("name", "Muster"), ("customerNumber", "1001"))}  # fmt: skip
    assert ids == {"city": [other], "name": [kunde], "customerNumber": [kunde]}
    row = sev.rows(f"/Contact/{kunde}", embed="addresses,communicationWays,mainAddress")[0]
    assert [way["type"] for way in row["communicationWays"]] == ["EMAIL", "PHONE"]
    assert row["mainAddress"] == row["addresses"][0]
    assert sev.rows(f"/Contact/{other}", embed="parent")[0]["parent"]["name"] == "Muster Bau GmbH"
    ways = sev.rows("/CommunicationWay", **contact(kunde), type="EMAIL", main="1")
    assert [(way["value"], way["key"]["id"]) for way in ways] == [("rechnung@muster.example", "8")]
    assert sev.rows("/ContactAddress", **contact(other))[0]["zip"] == "28195"
    assert [r["debitorNumber"] for r in sev.rows("/AccountingContact")] == ["10001"]


def test_bank_lines_are_cut_by_the_day_of_entry(sevdesk, sev):
    made = sevdesk.unassigned("50.00", "Muster", text="Rechnung 7", on=date(2026, 11, 10),
                              entry=date(2026, 11, 12))  # fmt: skip
    out = sevdesk.unassigned("-20.00", "Lieferant", on=date(2026, 11, 11))
    assert sev.get("/CheckAccountTransaction", countAll="true")["total"] == "2"

    def found(**query):
        return [each["id"] for each in sev.rows("/CheckAccountTransaction", **query)]

    assert found(status=100, onlyCredit="true") == [made]
    assert found(onlyDebit="true") == [out]
    assert found(startDate=seconds(date(2026, 11, 11))) == [made]
    assert found(paymtPurpose="nung", payeePayerName="Mus") == [made]
    assert found(isBooked="false") == [out, made]  # only true works (§2.5)
    assert found(isBooked="true") == []
    assert found(**{"checkAccount[id]": "32", "checkAccount[objectName]": "CheckAccount"}) == []
    sevdesk.drop_transaction(made)
    assert found() == [out]
    assert sev.rows(f"/CheckAccountTransaction/{made}")[0]["deletedAt"]


def test_embeds_say_more_than_the_row(sevdesk, sev, late):
    sevdesk.pay(late, "19.00", on=date(2026, 11, 2))
    ma = sevdesk.dun(late, on=date(2026, 11, 10))
    row = sev.row(
        late,
        embed="contact,debit,delinquent,isPartiallyPaid,lastDunningDate,dunningLevel,cancled,"
        "checkAccountTransactionLogs.checkAccountTransaction.checkAccount",
    )
    assert row["contact"]["name"] == "Muster Bau GmbH"
    assert (row["debit"], row["delinquent"], row["isPartiallyPaid"]) == (100, True, True)
    assert (row["lastDunningDate"][:10], row["dunningLevel"]) == ("2026-11-10", 1)
    assert row["cancled"] is False
    (log,) = row["checkAccountTransactionLogs"]
    assert (log["amountPaid"], log["bookingDate"][:10]) == (19, "2026-11-02")
    assert log["checkAccountTransaction"]["checkAccount"]["name"] == "Geschäftskonto"
    assert sev.row(ma, embed="origin")["origin"]["invoiceNumber"] == "RE-1001"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"status": "100"}, 1), ({"status": "200"}, 2), ({"creditNoteNumber": "GU-1001"}, 1),
        (contact("501"), 3), (contact("502"), 0), ({"startDate": seconds(date(2026, 11, 21))}, 0),
        ({"endDate": seconds(date(2026, 11, 21))}, 3), ({"updateAfter": 2000000000}, 3),
        ({"origin[id]": "1001", "origin[objectName]": "Invoice"}, 3),
    ],
)  # fmt: skip
def test_credit_notes_are_filtered(sevdesk, sev, late, query, kept):
    for amount in ("10.00", "20.00"):
        sevdesk.credit(late, amount)
    sevdesk.credit(late, "5.00")
    sevdesk.world.credit_notes["3003"].status = 100
    assert len(sev.rows("/CreditNote", **query)) == kept


def test_a_credit_note_that_is_deleted_is_gone(sevdesk, sev, late):
    note = sevdesk.credit(late, "10.00")
    sevdesk.delete(note)
    assert sev.get(f"/CreditNote/{note}", 404)["error"]["code"] == 151
    assert sev.rows("/CreditNote") == []


def test_an_invoice_shows_its_transactions_country_and_origin(sevdesk, sev, kunde, late):
    sevdesk.pay(late, "10.00")
    final = sevdesk.add_invoice(contact=kunde, gross="50.00", on=date(2026, 10, 6), origin=late)
    embed = "checkAccountTransactions.checkAccount,addressCountry,origin"
    row = sev.row(late, embed=embed)
    (line,) = row["checkAccountTransactions"]
    assert (line["amount"], line["checkAccount"]["type"]) == ("10", "online")
    assert row["addressCountry"]["code"] == "de"
    assert sev.row(final, embed=embed)["origin"]["id"] == late
    assert [each["code"] for each in sev.rows("/StaticCountry/2")] == ["at"]
    assert len(sev.rows("/StaticCountry")) == 7


def test_a_person_has_the_company_that_it_belongs_to(sevdesk, sev, kunde):
    ada = sevdesk.add_contact(first="Ada", last="Beispiel", parent=kunde, street="")
    made = sevdesk.add_invoice(contact=ada, gross="50.00", on=date(2026, 10, 6))
    row = sev.row(made, embed="contact.parent")
    assert row["contact"]["parent"]["name"] == "Muster Bau GmbH"
    assert (row["address"], row["addressStreet"]) == ("Ada Beispiel", None)


def test_lists_sort_by_number_when_asked(sevdesk, sev, kunde, late):
    sevdesk.add_invoice(contact=kunde, gross="5.00", on=date(2026, 10, 6), number="A-1")
    assert sev.ids(orderByInvoiceNumber="ASC") == ["1002", "1001"]
    assert sev.ids(orderByInvoiceNumber="DESC") == ["1001", "1002"]


def test_logs_are_not_found_by_document(sevdesk, sev, kunde, late):
    other = sevdesk.add_invoice(contact=kunde, gross="20.00", on=date(2026, 10, 6))
    first, _ = sevdesk.pay(late), sevdesk.pay(other)
    path = "/CheckAccountTransactionLog"
    assert len(sev.rows(path, **{"object[id]": late, "object[objectName]": "Invoice"})) == 2
    query = {"checkAccountTransaction[id]": first,
             "checkAccountTransaction[objectName]": "CheckAccountTransaction"}  # fmt: skip
    (log,) = sev.rows(path, **query)
    assert log["object"] == {"id": late, "objectName": "Invoice"}
    assert sev.rows(path, limit=1, offset=1)[0]["object"]["id"] == late


def test_a_contact_is_renamed_moved_and_gone_while_its_documents_stay(sevdesk, sev, kunde, late):
    sevdesk.rename_contact(kunde, first="Ada", last="Beispiel")
    sevdesk.change_contact(kunde, vat_id="DE123", city="Bremen", email="neu@muster.example", key=2)
    row = sev.rows(f"/Contact/{kunde}", embed="mainAddress,communicationWays")[0]
    assert (row["surename"], row["name"], row["vatNumber"]) == ("Ada", None, "DE123")
    assert row["mainAddress"]["city"] == "Bremen"
    assert row["communicationWays"][0]["value"] == "neu@muster.example"
    assert sev.row(late)["addressName"] == "Muster Bau GmbH"
    sevdesk.delete_contact(kunde)
    assert sev.get(f"/Contact/{kunde}", 404)["error"]["code"] == 151
    assert sev.rows("/CommunicationWay") == sev.rows("/ContactAddress") == []
    assert sev.row(late, embed="contact")["contact"] == {"id": kunde, "objectName": "Contact"}
