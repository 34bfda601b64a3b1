"""The objects of Stripe's stand-in: the fields of the published ones, and what they mean.

stripe_fields.json: names from github.com/stripe/openapi (MIT), openapi/fixtures3.json.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from stripe_api import StripeApi

from sandbox.stripe import StripeSandbox
from sandbox.stripe.currencies import exponent, to_major, to_minor

DAY = date(2026, 11, 20)
FIELDS = json.loads((Path(__file__).parent / "stripe_fields.json").read_text())
# Removed by basil (§0.4), of Connect only, of the other kind of line only; new in endive (§2).
GONE = {
    "invoice": {"subscription"},
    "balance": {"connect_reserved"},
    "credit_note_line_item": {"invoice_line_item"},
}
NEW = {"invoice": {"status_details"}}


@pytest.fixture(scope="module")
def sample():
    made = StripeSandbox(today=DAY)
    made.sample()
    return StripeApi(made)


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


PATHS = {
    "invoice": "/v1/invoices",
    "invoice_payment": "/v1/invoice_payments",
    "customer": "/v1/customers",
    "payment_intent": "/v1/payment_intents",
    "charge": "/v1/charges",
    "refund": "/v1/refunds",
    "dispute": "/v1/disputes",
    "credit_note": "/v1/credit_notes",
    "line_item": "/v1/invoices/in_1Mahn00000001/lines",
    "credit_note_line_item": "/v1/credit_notes/cn_1Mahn00000001/lines",
    "tax_id": "/v1/customers/cus_1Mahn00000001/tax_ids",
    "customer_balance_transaction": "/v1/customers/cus_1Mahn00000010/balance_transactions",
    "customer_cash_balance_transaction": (
        "/v1/customers/cus_1Mahn00000009/cash_balance_transactions"
    ),
}


@pytest.mark.parametrize("kind", sorted(PATHS))
def test_every_published_field_is_there_and_no_other(sample, kind):
    rows = sample.rows(PATHS.get(kind, ""), {"limit": 100})
    expected = set(FIELDS[kind]) - GONE.get(kind, set()) | NEW.get(kind, set())
    # What belongs to a state only: a refund that failed, what a bank transfer was used for.
    extra = {"failure_reason", "applied_to_payment", "funded"}
    assert rows
    for row in rows:
        assert row["object"] == kind
        assert set(row) - extra == expected - extra


@pytest.mark.parametrize("kind", ["account", "balance"])
def test_account_and_balance_have_the_published_fields(sample, kind):
    assert set(sample.get(f"/v1/{kind}")) == set(FIELDS[kind]) - GONE.get(kind, set())


def test_the_sample_holds_every_case_once(sample):
    rows = sample.rows("/v1/invoices", {"limit": 100})
    assert {each["status"] for each in rows} == {"draft", "open", "paid", "void", "uncollectible"}
    assert {each["currency"] for each in rows} == {"eur", "chf", "jpy", "tnd"}
    found = {
        "automatic": any(each["next_payment_attempt"] for each in rows),
        "negative": any(each["total"] < 0 for each in rows),
        "from balance": any(each["starting_balance"] < 0 < each["amount_due"] for each in rows),
        "overpaid": any(each["amount_overpaid"] for each in rows),
        "credited": any(each["pre_payment_credit_notes_amount"] for each in rows),
        "credited later": any(each["post_payment_credit_notes_amount"] for each in rows),
        "revised": any(each["latest_revision"] for each in rows),
        "written off": any(each["status_details"] for each in rows),
        "nameless": any(each["customer_name"] is None for each in rows),
    }
    assert found == dict.fromkeys(found, True)


def test_an_invoice_is_frozen_at_finalisation_and_a_draft_is_not(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=date(2026, 11, 2))
    draft = stripe.draft(debtor, "59.50", on=DAY)
    stripe.update_customer(debtor, name="Muster AG", email="neu@muster.example")
    frozen, mirrored = api.get(f"/v1/invoices/{invoice}"), api.get(f"/v1/invoices/{draft}")
    assert (frozen["customer_name"], frozen["customer_email"]) == (
        "Muster GmbH",
        "rechnung@muster.example",
    )
    assert (mirrored["customer_name"], mirrored["customer_email"]) == (
        "Muster AG",
        "neu@muster.example",
    )


def test_a_draft_has_no_number_no_link_no_invoice_date(stripe, api, debtor):
    draft = stripe.draft(debtor, "59.50", on=DAY)
    row = api.get(f"/v1/invoices/{draft}")
    names = ("number", "hosted_invoice_url", "invoice_pdf", "effective_at", "ending_balance")
    assert {row[name] for name in names} == {None}
    stripe.finalize(draft)
    row = api.get(f"/v1/invoices/{draft}")
    assert None not in {row[name] for name in names}
    assert row["number"] == "MUST0001-0001"


@pytest.mark.parametrize(
    ("variant", "local"),
    [("end_of_day", "23:59:59"), ("midnight", "00:00:00"), ("noon", "12:00:00")],
)
def test_a_due_day_is_an_instant_of_it_in_berlin(stripe, api, debtor, variant, local):
    stripe.variant("due_time", variant)
    invoice = stripe.add_invoice(debtor, "10.00", on=date(2026, 10, 1), due=date(2026, 10, 15))
    due = datetime.fromtimestamp(api.get(f"/v1/invoices/{invoice}")["due_date"], UTC)
    assert due.astimezone(ZoneInfo("Europe/Berlin")).isoformat()[:19] == f"2026-10-15T{local}"


def test_automatic_invoices_have_no_due_date(stripe, api, debtor):
    row = api.get(f"/v1/invoices/{stripe.add_invoice(debtor, '10', on=DAY, automatic=True)}")
    assert (row["due_date"], row["collection_method"]) == (None, "charge_automatically")
    assert row["auto_advance"] is True


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [("eur", "12.34", 1234), ("jpy", "98000", 98000), ("mga", "500", 500), ("tnd", "1.250", 1250)],
)
def test_amounts_are_whole_minor_units(stripe, api, debtor, currency, amount, minor):
    invoice = stripe.add_invoice(debtor, amount, on=DAY, currency=currency)
    assert api.get(f"/v1/invoices/{invoice}")["amount_due"] == minor
    assert to_major(minor, currency) == to_major(to_minor(amount, currency), currency)


@pytest.mark.parametrize(
    ("choice", "isk", "ugx"), [("as_listed", 2, 0), ("two", 2, 2), ("none", 0, 0)]
)
def test_isk_and_ugx_are_doubtful(choice, isk, ugx):
    assert (exponent("isk", choice), exponent("ugx", choice)) == (isk, ugx)


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.5", "jpy"), ("0.001", "eur"), ("zehn", "eur")]
)
def test_amounts_that_a_currency_has_not_are_refused(amount, currency):
    with pytest.raises(ValueError, match=r"amount|decimals"):
        to_minor(amount, currency)


def test_a_customer_changes_and_it_is_told_what_he_was(stripe, api, debtor):
    stripe.update_customer(
        debtor,
        email=None,
        locale="en",
        address={"city": "Kiel", "country": "DE"},
        tax_id=("eu_vat", "DE999999999"),
    )
    row = api.get(f"/v1/customers/{debtor}")
    assert (row["email"], row["preferred_locales"]) == (None, ["en"])
    assert row["address"]["city"] == "Kiel"
    updated, tax_id = stripe.events[-2:]
    assert updated["data"]["previous_attributes"]["email"] == "rechnung@muster.example"
    assert tax_id["type"] == "customer.tax_id.created"


def test_a_deleted_customer_leaves_a_stub_and_his_invoices(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=DAY)
    stripe.delete_customer(debtor)
    stub = {"id": debtor, "object": "customer", "deleted": True}
    assert set(stub) == set(FIELDS["deleted_customer"])
    assert api.get(f"/v1/customers/{debtor}") == stub
    assert api.rows("/v1/customers") == []
    row = api.get(f"/v1/invoices/{invoice}", {"expand[]": "customer.tax_ids"})
    assert (row["customer"], row["customer_name"]) == (stub, "Muster GmbH")
    stripe.variant("deleted_customer", "null")
    assert api.get(f"/v1/invoices/{invoice}")["customer"] is None


def test_a_pdf_needs_no_key_but_a_number(stripe, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=DAY)
    note = stripe.credit(invoice, "19.00")
    api = StripeApi(stripe)
    for id_ in (invoice, note):
        answer = api("GET", f"/pdf/{id_}", headers={"Authorization": None})
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert api("GET", f"/pdf/{stripe.draft(debtor, '1', on=DAY)}").status_code == 404
    assert api.get(f"/v1/invoices/{invoice}")["invoice_pdf"].endswith(f"/pdf/{invoice}?s=ap")


def test_links_change_and_in_a_variant_they_end(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=date(2026, 9, 1))
    first = api.get(f"/v1/invoices/{invoice}")["hosted_invoice_url"]
    stripe.new_link(invoice)
    second = api.get(f"/v1/invoices/{invoice}")["hosted_invoice_url"]
    assert first != second
    stripe.variant("links", "expire")  # due on 15 September, 30 days are long gone
    assert api.get(f"/v1/invoices/{invoice}")["hosted_invoice_url"] is None


def test_livemode_is_of_the_key_and_can_be_missing(debtor, stripe, api):
    assert api.get(f"/v1/customers/{debtor}")["livemode"] is False
    stripe.variant("livemode", "missing")
    assert "livemode" not in api.get(f"/v1/customers/{debtor}")
    live = StripeSandbox(today=DAY, livemode=True)
    customer = live.add_customer("Muster GmbH")
    assert StripeApi(live).get(f"/v1/customers/{customer}")["livemode"] is True


def test_altered_fields_are_shown_and_told_until_they_are_reset(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "119.00", on=DAY)
    stripe.alter(invoice, number=None, status="frozen", customer_email="absent")
    row = api.get(f"/v1/invoices/{invoice}")
    assert (row["number"], row["status"], "customer_email" in row) == (None, "frozen", False)
    assert stripe.events[-1]["type"] == "invoice.updated"
    stripe.alter(invoice)
    assert api.get(f"/v1/invoices/{invoice}")["status"] == "open"


def test_the_same_operations_give_the_same_ids():
    one, two = StripeSandbox(today=DAY), StripeSandbox(today=DAY)
    one.sample()
    two.sample()
    assert list(one.world.invoices) == list(two.world.invoices)
    assert list(one.world.payments) == list(two.world.payments)


@pytest.mark.parametrize(
    ("choice", "status"), [("answers", 200), ("refused", 403), ("missing", 404)]
)
def test_the_account_may_be_refused(stripe, api, choice, status):
    stripe.variant("account", choice)
    found = api.get("/v1/account", status=status)
    assert (found.get("id") == "acct_1Mahnwerk000001") is (status == 200)


def test_an_unknown_id_is_missing(api):
    assert api.error(api("GET", "/v1/invoices/in_none")) == (
        404,
        "invalid_request_error",
        "resource_missing",
    )
