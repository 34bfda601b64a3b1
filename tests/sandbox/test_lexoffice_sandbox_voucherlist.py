"""The only list: which rows it gives for which filters, and what it refuses."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.common.clock import BERLIN
from sandbox.lexoffice import wire

DAY = date(2026, 11, 20)


def numbers(rows):
    return [row["voucherNumber"] for row in rows]


@pytest.fixture
def states(sandbox, muster):
    """One invoice of each state, their numbers are the state; all but future ones are past due."""
    for status in ("draft", "open", "paid", "voided", "transferred"):
        sandbox.add_invoice(
            contact=muster, gross="100.00", on=date(2026, 10, 1), status=status, number=status
        )
    past = {"contact": muster, "gross": "100.00", "on": date(2026, 10, 1)}
    sandbox.add_invoice(**past, sepadebit=True, number="sepa")
    sandbox.add_invoice(**past, due=DAY + timedelta(days=5), number="future")
    sandbox.add_invoice(**past, due=DAY + timedelta(days=5), sepadebit=True, number="sepa-future")


@pytest.mark.parametrize("query", [
    {},
    {"voucherType": "invoice"},
    {"voucherStatus": "open"},
    {"voucherType": "dunning", "voucherStatus": "any"},
    {"voucherType": "any", "voucherStatus": "late"},
    {"voucherType": "any", "voucherStatus": "open,overdue"},
    {"voucherType": "any", "voucherStatus": "any", "size": "251"},
    {"voucherType": "any", "voucherStatus": "any", "size": "0"},
    {"voucherType": "any", "voucherStatus": "any", "page": "x"},
    {"voucherType": "any", "voucherStatus": "any", "page": "40", "size": "250"},
    {"voucherType": "any", "voucherStatus": "any", "sort": "dueDate,ASC"},
    {"voucherType": "any", "voucherStatus": "any", "voucherDateFrom": "01.10.2026"},
    {"voucherType": ["invoice", "creditnote"], "voucherStatus": "any"},
])  # fmt: skip
def test_a_malformed_question_is_400(api, query):
    answer = api.get("/v1/voucherlist", **query)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_codes_that_nobody_knows_can_be_switched(sandbox, api):
    base = {"voucherType": "any", "voucherStatus": "any"}
    sandbox.variant("size_error", "406")
    sandbox.variant("window_error", "500")
    assert api.get("/v1/voucherlist", **base, size=251).status_code == 406
    assert api.get("/v1/voucherlist", **base, size=250, page=40).status_code == 500


@pytest.mark.usefixtures("states")
def test_open_and_sepadebit_also_return_rows_labelled_overdue(api):
    rows = {row["voucherNumber"]: row["voucherStatus"] for row in api.rows("open")}
    assert rows == {"open": "overdue", "future": "open"}
    rows = {row["voucherNumber"]: row["voucherStatus"] for row in api.rows("sepadebit")}
    assert rows == {"sepa": "overdue", "sepa-future": "sepadebit"}


@pytest.mark.usefixtures("states")
def test_overdue_alone_returns_both_origins(api):
    assert {row["voucherNumber"] for row in api.rows("overdue")} == {"open", "sepa"}


@pytest.mark.usefixtures("states")
def test_other_states_are_returned_by_their_name(api):
    for status in ("draft", "paid", "voided", "transferred"):
        assert numbers(api.rows(status)) == [status]
    assert {*numbers(api.rows("paid,voided"))} == {"paid", "voided"}


@pytest.mark.usefixtures("states")
def test_any_includes_overdue_or_not(sandbox, api):
    assert len(api.rows()) == 8
    sandbox.variant("any_includes_overdue", "no")
    assert {"open", "sepa"} & {*numbers(api.rows())} == set()
    assert len(api.rows()) == 6


def test_the_due_day_itself_is_not_late_unless_switched(sandbox, api, muster):
    sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 11, 1), due=DAY)
    assert api.rows()[0]["voucherStatus"] == "open"
    sandbox.variant("overdue_on_due_day", "yes")
    assert api.rows()[0]["voucherStatus"] == "overdue"


def test_becoming_overdue_changes_neither_version_nor_updated_date(sandbox, api, muster):
    sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 11, 1), due=DAY)
    before = api.rows()[0]
    sandbox.set_today(DAY + timedelta(days=1))
    after = api.rows()[0]
    assert (before["voucherStatus"], after["voucherStatus"]) == ("open", "overdue")
    assert before["updatedDate"] == after["updatedDate"]


def test_a_row_has_everything_for_ageing(sandbox, api, muster, invoice):
    sandbox.pay(invoice, "500.00")
    (row,) = api.rows("open", "invoice")
    assert row == {
        "id": invoice,
        "voucherType": "invoice",
        "voucherStatus": "overdue",
        "voucherNumber": "RE0001",
        "voucherDate": "2026-10-05T00:00:00.000+02:00",
        "createdDate": row["createdDate"],
        "updatedDate": row["updatedDate"],
        "dueDate": "2026-10-19T00:00:00.000+02:00",
        "contactId": muster,
        "contactName": "Muster GmbH",
        "totalAmount": Decimal("1190.00"),
        "openAmount": Decimal("690.00"),
        "currency": "EUR",
        "archived": False,
    }


def test_dates_of_rows_have_whole_seconds_where_resources_have_milliseconds(sandbox, api, muster):
    sandbox.world.clock._given = lambda: datetime(2026, 11, 20, 9, 14, 20, 123456, BERLIN)
    id_ = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY)
    (row,) = api.rows()
    assert row["createdDate"] == row["updatedDate"] == "2026-11-20T09:14:20.000+01:00"
    assert api.json(f"/v1/invoices/{id_}")["updatedDate"] == "2026-11-20T09:14:20.123+01:00"


def test_drafts_have_neither_due_date_nor_open_amount(sandbox, api, muster):
    sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="draft")
    (row,) = api.rows("draft")
    assert not {"dueDate", "openAmount"} & set(row)


def test_a_collective_customer_has_no_contact_id_and_people_are_surname_first(sandbox, api):
    person = sandbox.add_contact(person=("Erika", "Beispiel"))
    sandbox.add_invoice(contact=None, gross="10.00", on=DAY, name="Laufkundschaft Eins")
    sandbox.add_invoice(contact=person, gross="20.00", on=DAY - timedelta(days=1))
    one, other = api.rows()
    assert "contactId" not in one
    assert one["contactName"] == "Laufkundschaft Eins"
    assert (other["contactId"], other["contactName"]) == (person, "Beispiel, Erika")


def test_collective_customers_may_all_have_one_name(sandbox, api):
    for name in ("Laufkundschaft Eins", "Laufkundschaft Zwei"):
        sandbox.add_invoice(contact=None, gross="10.00", on=DAY, name=name)
    sandbox.variant("collective_name", "collective")
    rows = api.rows()
    assert [row["contactName"] for row in rows] == ["Sammelkunde", "Sammelkunde"]
    names = {api.json(f"/v1/invoices/{row['id']}")["address"]["name"] for row in rows}
    assert names == {"Laufkundschaft Eins", "Laufkundschaft Zwei"}


def test_the_default_order_is_the_voucher_date_newest_first(sandbox, api, muster):
    for days in (3, 1, 2):
        sandbox.add_invoice(
            contact=muster, gross="10.00", on=DAY - timedelta(days=days), number=str(days)
        )
    assert numbers(api.rows()) == ["1", "2", "3"]
    assert numbers(api.rows(sort="voucherDate,ASC")) == ["3", "2", "1"]
    assert numbers(api.rows(sort="voucherNumber,DESC")) == ["3", "2", "1"]
    answer = api.json("/v1/voucherlist", voucherType="any", voucherStatus="any")
    assert answer["sort"] == [
        {
            "property": "voucherdate", "direction": "DESC", "ignoreCase": False,
            "nullHandling": "NATIVE", "ascending": False,
        }
    ]  # fmt: skip


def test_filters_are_anded_and_unknown_ones_ignored(sandbox, api, muster):
    other = sandbox.add_contact(company="Beispiel AG")
    sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 10, 1), number="A")
    sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 10, 31), number="B")
    archived = sandbox.add_invoice(contact=other, gross="10.00", on=date(2026, 10, 31), number="C")
    sandbox.archive(archived)
    assert {*numbers(api.rows(voucherDateFrom="2026-10-31"))} == {"B", "C"}
    assert numbers(api.rows(voucherDateFrom="2026-10-31", contactId=muster)) == ["B"]
    assert numbers(api.rows(voucherDateTo="2026-10-30")) == ["A"]
    assert numbers(api.rows(archived="true")) == ["C"]
    assert {*numbers(api.rows(archived="false"))} == {"A", "B"}
    assert len(api.rows()) == len(api.rows(voucherDateSince="2030-01-01")) == 3  # a typo widens
    sandbox.variant("archived_default", "active")
    assert {*numbers(api.rows())} == {"A", "B"}


def test_created_and_updated_filters_are_whole_days_in_berlin(sandbox, api, muster):
    # 23:30 in London on the 14th is half past midnight on the 15th in Berlin.
    sandbox.world.clock._given = lambda: datetime.fromisoformat("2026-11-14T23:30:00+00:00")
    sandbox.add_invoice(contact=muster, gross="10.00", on=DAY)
    for name in ("created", "updated"):
        assert api.rows(**{f"{name}DateFrom": "2026-11-15", f"{name}DateTo": "2026-11-15"})
        assert not api.rows(**{f"{name}DateTo": "2026-11-14"})


def test_the_number_filter_wants_html_before_url_encoding(sandbox, api, muster):
    sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, number="A&B-17")
    assert not api.rows(voucherNumber="A&B-17")
    assert numbers(api.rows(voucherNumber="A&amp;B-17")) == ["A&B-17"]
    assert not api.rows(voucherNumber="B-17")
    sandbox.variant("number_filter", "substring")
    assert numbers(api.rows(voucherNumber="B-17")) == ["A&B-17"]


def test_all_kinds_of_vouchers_stand_in_one_list_but_never_a_dunning(sandbox, api, muster):
    kinds = ("invoice", "downpaymentinvoice", "creditnote", "salesinvoice", "salescreditnote")
    for kind in kinds:
        sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 10, 1), kind=kind)
    invoice = api.rows(kind="invoice")[0]["id"]
    sandbox.dun(invoice, title="Zahlungserinnerung", on=DAY)
    assert sorted(row["voucherType"] for row in api.rows()) == sorted(kinds)
    assert len(api.rows(kind="invoice,salesinvoice")) == 2


def test_pages_end_with_last_and_the_window_with_10000_rows(sandbox, api):
    sandbox.book(debtors=20, invoices=10_300, open=10, partly_paid=2)
    query = {"voucherType": "any", "voucherStatus": "any", "size": 250}
    first = api.json("/v1/voucherlist", **query)
    assert (first["totalElements"], first["totalPages"]) == (10_000, 40)
    assert (first["first"], first["last"], first["numberOfElements"]) == (True, False, 250)
    final = api.json("/v1/voucherlist", **query, page=39)
    assert (final["last"], final["number"], len(final["content"])) == (True, 39, 250)
    message = api.get("/v1/voucherlist", **query, page=40).json()["message"]
    assert message == "Maximum search window size exceeded"


def test_pages_neither_repeat_nor_miss_a_row(sandbox, api):
    sandbox.book(debtors=10, invoices=130, open=30, partly_paid=3)
    seen, page = [], 0
    while True:
        answer = api.json("/v1/voucherlist", voucherType="any", voucherStatus="any", page=page)
        seen += [row["id"] for row in answer["content"]]
        if answer["last"]:
            break
        page += 1
    assert page == 5  # 130 rows at 25
    assert sorted(seen) == sorted(sandbox.world.vouchers)


def test_an_empty_list_is_its_own_last_page(api):
    answer = api.json("/v1/voucherlist", voucherType="invoice", voucherStatus="open")
    assert (answer["content"], answer["last"], answer["totalElements"]) == ([], True, 0)


def test_a_write_may_show_later_in_the_list_than_in_the_resource(sandbox, api, invoice):
    sandbox.variant("lag", "300")
    sandbox.pay(invoice)
    assert api.json(f"/v1/invoices/{invoice}")["voucherStatus"] == "paid"
    assert api.rows()[0]["voucherStatus"] == "overdue"
    new = sandbox.add_invoice(contact=None, gross="5.00", on=DAY, name="Neu")
    assert new not in {row["id"] for row in api.rows()}
    sandbox.delete(invoice)
    assert api.get(f"/v1/invoices/{invoice}").status_code == 404
    assert [row["id"] for row in api.rows()] == [invoice]
    waited = sandbox.world.clock.monotonic() + 301
    sandbox.world.clock.monotonic = lambda: waited
    assert [row["id"] for row in api.rows()] == [new]


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_a_number_keeps_its_value_in_every_form(value):
    text = wire.number(value)
    assert Decimal(text) == value
    assert wire.dumps({"a": value}) == b'{"a":' + text.encode() + b"}"


def test_trailing_zeros_vary():
    assert wire.number(Decimal(0)) == "0"
    forms = {wire.number(Decimal(n)).partition(".")[2] for n in range(1, 7)}
    assert forms == {"", "0", "00"}
