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
    from conftest import SevdeskApi

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
