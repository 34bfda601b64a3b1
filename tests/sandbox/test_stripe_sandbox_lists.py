"""Lists of Stripe's stand-in: order, cursors, filters, expand, and what it refuses (§1, §2, §3)."""

from datetime import date, timedelta

import pytest
from stripe_api import StripeApi

DAY = date(2026, 11, 20)
LIST = "/v1/invoices"


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


@pytest.fixture
def twelve(stripe, debtor):
    """One invoice a day from 1 to 12 October, 10 to 120 euros; oldest first."""
    return [
        stripe.add_invoice(debtor, 10 * n, on=date(2026, 10, n), due=date(2026, 10, 14 + n))
        for n in range(1, 13)
    ]


def walk(api, size, **query):
    """Every id of a list, page by page."""
    found, after = [], {}
    while True:
        page = api.get(LIST, {"limit": size, **query, **after})
        found += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            return found
        after = {"starting_after": found[-1]}


def test_ten_at_a_time_and_newest_first(api, twelve):
    page = api.get(LIST)
    assert [each["id"] for each in page["data"]] == twelve[:1:-1]
    assert (page["object"], page["url"], page["has_more"]) == ("list", LIST, True)


@pytest.mark.parametrize("size", [1, 5, 12, 100])
def test_a_walk_meets_each_once(api, twelve, size):
    assert walk(api, size) == twelve[::-1]


def test_backwards_from_a_cursor(api, twelve):
    page = api.get(LIST, {"ending_before": twelve[3], "limit": 3})
    assert [each["id"] for each in page["data"]] == [twelve[6], twelve[5], twelve[4]]
    assert page["has_more"] is True
    page = api.get(LIST, {"ending_before": twelve[10], "limit": 3})
    assert [each["id"] for each in page["data"]] == [twelve[11]]
    assert page["has_more"] is False


def test_of_one_second_the_later_made_comes_first(stripe, api, debtor):
    one, two = (stripe.add_invoice(debtor, "10", on=DAY) for _ in range(2))
    assert api.ids(LIST) == [two, one]


def test_a_cursor_that_left_the_filter_still_has_its_place(stripe, api, twelve):
    assert api.ids(LIST, {"status": "open", "limit": 3})[-1] == twelve[9]
    stripe.pay(twelve[9])
    rest = api.ids(LIST, {"status": "open", "limit": 3, "starting_after": twelve[9]})
    assert rest == [twelve[8], twelve[7], twelve[6]]


@pytest.mark.parametrize(("choice", "status"), [("400", 400), ("404", 404)])
def test_a_cursor_that_is_gone_is_an_error(stripe, api, debtor, choice, status):
    stripe.variant("lost_cursor", choice)
    draft = stripe.draft(debtor, "10", on=DAY)
    stripe.delete(draft)
    answer = api("GET", LIST, query={"starting_after": draft})
    assert api.error(answer) == (status, "invalid_request_error", "resource_missing")


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "viele"}, "limit"),
        ({"starting_after": "in_1", "ending_before": "in_2"}, "starting_after"),
        ({"status": "overdue"}, "status"),
        ({"collection_method": "post"}, "collection_method"),
        ({"created": "gestern"}, "created"),
        ({"created[since]": "1"}, "created[since]"),
        ({"due_date[gte]": "x"}, "due_date[gte]"),
        ({"paid": "true"}, "paid"),
        ({"updated[gte]": "1"}, "updated"),
        ({"expand": "data.customer"}, "expand"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_it_does_not_take_is_400_and_named(api, twelve, query, param):
    answer = api("GET", LIST, query=query)
    assert answer.status_code == 400
    assert answer.json["error"]["param"] == param


def test_unknown_parameters_say_so(api):
    answer = api("GET", LIST, query={"updated_since": "1"})
    assert api.error(answer) == (400, "invalid_request_error", "parameter_unknown")


def test_filters_of_invoices(stripe, api, debtor, twelve):
    other = stripe.add_customer("Probe AG")
    theirs = stripe.add_invoice(other, "10", on=DAY, automatic=True)
    stripe.pay(twelve[0])
    assert api.ids(LIST, {"customer": other}) == [theirs]
    assert api.ids(LIST, {"status": "paid"}) == [twelve[0]]
    assert api.ids(LIST, {"collection_method": "charge_automatically"}) == [theirs]
    assert api.ids(LIST, {"subscription": "sub_1"}) == []
    since = stripe.world.at(date(2026, 10, 11))
    assert api.ids(LIST, {"created[gte]": since}) == [theirs, twelve[11], twelve[10]]
    assert api.ids(LIST, {"created[gt]": since}) == [theirs, twelve[11]]
    assert api.ids(LIST, {"created": since}) == [twelve[10]]
    due = api.get(f"{LIST}/{twelve[1]}")["due_date"]
    assert api.ids(LIST, {"due_date[lte]": due}) == [twelve[1], twelve[0]]
    assert api.ids(LIST, {"due_date[lt]": due}) == [twelve[0]]


def test_filters_of_payments(stripe, api, twelve):
    paid = stripe.pay(twelve[0])
    path = "/v1/invoice_payments"
    (row,) = api.rows(path, {"invoice": twelve[0]})
    assert row["id"] == paid
    assert api.ids(path, {"status": "paid"}) == [paid]
    intent = row["payment"]["payment_intent"]
    named = {"payment[type]": "payment_intent", "payment[payment_intent]": intent}
    assert api.ids(path, named) == [paid]
    assert api("GET", path, query={"payment[payment_intent]": intent}).status_code == 400
    (charge,) = api.rows("/v1/charges", {"payment_intent": intent})
    refund, dispute = stripe.refund(twelve[0], "5"), stripe.dispute(twelve[0], "5")
    for name, value in (("charge", charge["id"]), ("payment_intent", intent)):
        assert api.ids("/v1/refunds", {name: value}) == [refund]
        assert api.ids("/v1/disputes", {name: value}) == [dispute]
        assert api.ids("/v1/refunds", {name: "xy_1"}) == []
    assert api.ids(f"/v1/charges/{charge['id']}/refunds") == [refund]


def test_filters_of_customers_and_notes(stripe, api, debtor, twelve):
    stripe.add_customer("Probe AG", "Rechnung@Muster.example")
    assert api.ids("/v1/customers", {"email": "rechnung@muster.example"}) == [debtor]
    note = stripe.credit(twelve[0], "5")
    assert api.ids("/v1/credit_notes", {"invoice": twelve[0]}) == [note]
    assert api.ids("/v1/credit_notes", {"invoice": twelve[1]}) == []
    assert api.ids("/v1/credit_notes", {"customer": debtor}) == [note]


def test_expand_turns_ids_into_objects(stripe, api, debtor, twelve):
    stripe.add_tax_id(debtor, "eu_vat", "DE999999999")
    stripe.cash(debtor, "12.00")
    stripe.pay(twelve[11], "20.00")
    paths = [
        "data.customer",
        "data.customer.tax_ids",
        "data.customer.cash_balance",
        "data.payments",
    ]
    row = api.rows(LIST, {"expand[]": paths})[0]
    assert row["customer"]["email"] == "rechnung@muster.example"
    assert row["customer"]["tax_ids"]["data"][0]["value"] == "DE999999999"
    assert row["customer"]["cash_balance"]["available"] == {"eur": 1200}
    assert [each["status"] for each in row["payments"]["data"]] == ["paid", "open"]
    plain = api.rows(LIST)[0]
    assert plain["customer"] == debtor
    assert "payments" not in plain


def test_expand_goes_four_levels_deep_and_no_further(stripe, api, twelve):
    stripe.pay(twelve[0])
    path = f"{LIST}/{twelve[0]}"
    row = api.get(path, {"expand[]": "payments.data.payment.payment_intent"})
    intent = row["payments"]["data"][0]["payment"]["payment_intent"]
    assert (intent["object"], intent["status"]) == ("payment_intent", "succeeded")
    assert isinstance(intent["latest_charge"], str)
    deeper = "payments.data.payment.payment_intent.latest_charge"
    answer = api("GET", path, query={"expand[]": deeper})
    assert answer.status_code == 400
    assert "4 levels" in answer.json["error"]["message"]


@pytest.mark.parametrize("path", ["number", "charge", "customer.email", "data.customer", "lines"])
def test_what_cannot_be_expanded_is_400(api, twelve, path):
    answer = api("GET", f"{LIST}/{twelve[0]}", query={"expand[]": path})
    assert answer.status_code == 400
    assert "cannot be expanded" in answer.json["error"]["message"]


def test_expand_of_other_objects(stripe, api, twelve):
    stripe.pay(twelve[0])
    refund = stripe.refund(twelve[0], "5")
    note = stripe.credit(twelve[0], "5", refund=refund)
    found = api.get(f"/v1/refunds/{refund}", {"expand[]": "charge.payment_intent"})
    assert found["charge"]["payment_intent"]["object"] == "payment_intent"
    found = api.get(f"/v1/credit_notes/{note}", {"expand[]": ["refunds.refund", "invoice"]})
    assert found["refunds"][0]["refund"]["id"] == refund
    assert found["invoice"]["id"] == twelve[0]
    new = stripe.revise(twelve[1], "5")
    found = api.get(f"{LIST}/{new}", {"expand[]": "from_invoice.invoice.latest_revision"})
    assert found["from_invoice"]["invoice"]["latest_revision"]["id"] == new


@pytest.mark.parametrize(
    ("variant", "customer", "payments", "cash"),
    [
        ("expand", False, False, False),
        ("expand_customer", False, True, False),
        ("expand_payments", True, False, True),
        ("cash_balance_in_lists", True, True, False),
    ],
)
def test_expand_may_be_ignored(stripe, api, debtor, twelve, variant, customer, payments, cash):
    stripe.variant(variant, "ignored")
    wanted = ["data.customer", "data.payments"]
    if variant != "expand_customer":
        wanted.append("data.customer.cash_balance")
    row = api.rows(LIST, {"expand[]": wanted})[0]
    assert isinstance(row["customer"], dict) is customer
    assert ("payments" in row) is payments
    assert (customer and "cash_balance" in row["customer"]) is cash


def test_a_customer_that_is_not_expanded_ends_the_path_behind_him(stripe, api, twelve):
    stripe.variant("expand_customer", "ignored")
    row = api.rows(LIST, {"expand[]": ["data.customer.tax_ids", "data.customer.cash_balance"]})[0]
    assert isinstance(row["customer"], str)


def test_an_id_that_there_is_not_stays_one(stripe, api, twelve):
    stripe.alter(twelve[11], customer="cus_gone", latest_revision=None)
    row = api.rows(LIST, {"expand[]": ["data.customer.tax_ids", "data.latest_revision"]})[0]
    assert (row["customer"], row["latest_revision"]) == ("cus_gone", None)


def test_a_key_without_the_right_cannot_expand(stripe, api, debtor, twelve):
    stripe.restrict("customers")
    query = {"expand[]": "data.customer"}
    assert api("GET", LIST, query=query).status_code == 403
    stripe.variant("expand_denied", "id")
    assert api.rows(LIST, query)[0]["customer"] == debtor
    stripe.restrict()
    assert api.get(f"/v1/customers/{debtor}")["id"] == debtor


def test_lists_in_objects_are_cut_at_ten(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=DAY, lines=12)
    lines = api.get(f"{LIST}/{invoice}")["lines"]
    assert (len(lines["data"]), lines["has_more"]) == (10, True)
    rest = api.rows(lines["url"], {"starting_after": lines["data"][-1]["id"]})
    amounts = [each["amount"] for each in lines["data"] + rest]
    assert (len(amounts), sum(amounts)) == (12, 11900)
    for _ in range(11):
        stripe.pay(invoice, "1.00")
    payments = api.get(f"{LIST}/{invoice}", {"expand[]": "payments"})["payments"]
    assert (len(payments["data"]), payments["has_more"]) == (10, True)
    whole = api.rows("/v1/invoice_payments", {"invoice": invoice, "limit": 100})
    assert len(whole) == 12
    stripe.variant("sub_lists", "whole")
    assert len(api.get(f"{LIST}/{invoice}")["lines"]["data"]) == 12


def test_search_is_behind_the_lists(stripe, api, debtor, twelve):
    young = stripe.add_invoice(debtor, "10", on=DAY + timedelta(days=1))
    found = api.get(f"{LIST}/search", {"query": "status:'open'"})
    assert found["object"] == "search_result"
    assert young not in [each["id"] for each in found["data"]]
    assert api("GET", f"{LIST}/search").status_code == 400


def test_below_a_customer(stripe, api, debtor, twelve):
    tax_id = stripe.add_tax_id(debtor, "eu_vat", "DE999999999", "verified")
    path = f"/v1/customers/{debtor}"
    assert api.ids(f"{path}/tax_ids") == [tax_id]
    row = api.get(f"{path}/tax_ids/{tax_id}")
    assert (row["country"], row["verification"]["status"]) == ("DE", "verified")
    other = stripe.add_customer("Probe AG")
    api.get(f"/v1/customers/{other}/tax_ids/{tax_id}", status=404)
    stripe.delete_customer(debtor)
    api.get(f"{path}/tax_ids", status=404)
