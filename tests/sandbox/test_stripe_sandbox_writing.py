"""What can be written to Stripe's stand-in: metadata, due dates, calls of the state machine (§2)."""

from datetime import date, timedelta

import pytest
from stripe_api import StripeApi

DAY = date(2026, 11, 20)


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


@pytest.fixture
def invoice(stripe, debtor):
    return stripe.add_invoice(debtor, "119.00", on=date(2026, 10, 5), advance=True)


@pytest.fixture
def path(invoice):
    return f"/v1/invoices/{invoice}"


def test_metadata_changes_by_key_and_an_empty_text_unsets(stripe, api, path):
    api.post(path, {"metadata[mahnwerk_level]": "1", "metadata[debitor]": "10001"})
    row = api.post(path, {"metadata[mahnwerk_level]": "2"})
    assert row["metadata"] == {"mahnwerk_level": "2", "debitor": "10001"}
    assert stripe.events[-1]["data"]["previous_attributes"] == {
        "metadata": {"mahnwerk_level": "1", "debitor": "10001"}
    }
    assert api.post(path, {"metadata[debitor]": ""})["metadata"] == {"mahnwerk_level": "2"}
    assert api.post(path, {"metadata": ""})["metadata"] == {}


@pytest.mark.parametrize(
    "form",
    [
        {f"metadata[{'k' * 41}]": "x"},
        {"metadata[k]": "x" * 501},
        {f"metadata[k{n}]": "x" for n in range(51)},
        {"metadata": "x"},
    ],
    ids=["key", "value", "keys", "text"],
)
def test_metadata_has_limits_and_is_written_whole_or_not_at_all(api, path, form):
    assert api("POST", path, {"auto_advance": "false", **form}).status_code == 400
    row = api.get(path)
    assert (row["metadata"], row["auto_advance"]) == ({}, True)


def test_the_automation_can_be_switched_off(stripe, api, path, invoice):
    assert api.post(path, {"auto_advance": "false"})["auto_advance"] is False
    assert api("POST", path, {"auto_advance": "vielleicht"}).status_code == 400
    stripe.void(invoice)
    assert api("POST", path, {"auto_advance": "true"}).status_code == 400


def test_a_due_date_moves_into_the_future_only(stripe, api, path):
    later = stripe.world.at(DAY + timedelta(days=7))
    assert api.post(path, {"due_date": later})["due_date"] == later
    assert api("POST", path, {"due_date": stripe.world.at(DAY) - 1}).status_code == 400
    row = api.post(path, {"days_until_due": "60"})
    assert row["due_date"] == row["created"] + 60 * 86_400


def test_money_is_frozen_and_unknown_fields_are_refused(api, path):
    answer = api("POST", path, {"total": "1"})
    assert api.error(answer) == (400, "invalid_request_error", "parameter_unknown")


def test_an_automatic_invoice_takes_no_due_date(stripe, api, debtor):
    invoice = stripe.add_invoice(debtor, "10", on=DAY, automatic=True)
    form = {"due_date": stripe.world.at(DAY + timedelta(days=7))}
    assert api("POST", f"/v1/invoices/{invoice}", form).status_code == 400


def test_the_calls_lead_from_state_to_state(stripe, api, debtor):
    draft = stripe.draft(debtor, "10", on=DAY)
    path = f"/v1/invoices/{draft}"
    row = api.post(f"{path}/finalize", {"auto_advance": "true"})
    assert (row["status"], row["auto_advance"]) == ("open", True)
    assert api.post(f"{path}/send")["status"] == "open"
    row = api.post(f"{path}/mark_uncollectible")
    assert (row["status"], row["auto_advance"]) == ("uncollectible", False)
    row = api.post(f"{path}/pay", {"paid_out_of_band": "true", "expand[]": "payments"})
    assert row["status"] == "paid"
    assert row["payments"]["data"][0]["payment"]["type"] == "payment_record"
    for call in ("void", "pay", "finalize", "mark_uncollectible", "send"):
        assert api("POST", f"{path}/{call}").status_code == 400
    assert api("DELETE", path).status_code == 400


def test_a_draft_is_deleted_and_one_that_is_sent_is_finalised(stripe, api, debtor):
    one, two = (stripe.draft(debtor, "10", on=DAY) for _ in range(2))
    deleted = api("DELETE", f"/v1/invoices/{one}").json
    assert deleted == {"id": one, "object": "invoice", "deleted": True}
    assert api.post(f"/v1/invoices/{two}/send")["status"] == "open"


def test_void_by_call(api, path):
    assert api.post(f"{path}/void")["status"] == "void"


def test_a_customer_gets_an_account_to_pay_to(stripe, api, debtor):
    url = f"/v1/customers/{debtor}/funding_instructions"
    form = {
        "bank_transfer[type]": "eu_bank_transfer",
        "bank_transfer[eu_bank_transfer][country]": "DE",
        "currency": "eur",
        "funding_type": "bank_transfer",
    }
    found = api.post(url, form)
    iban = found["bank_transfer"]["financial_addresses"][0]["iban"]["iban"]
    moved = iban[4:] + "1314" + iban[2:4]
    assert int(moved) % 97 == 1
    assert found == api.post(url, form)
    assert api("POST", url, {**form, "currency": "jpy"}).status_code == 400
    for choice, status in (("refused", 400), ("missing", 404)):
        stripe.variant("funding_instructions", choice)
        assert api("POST", url, form).status_code == status
