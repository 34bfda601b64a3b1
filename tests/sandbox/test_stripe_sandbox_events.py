"""The events of Stripe's stand-in: what happened, as it was then, for 30 days (§3, §4)."""

from datetime import date, timedelta

import pytest
from stripe_api import VERSION, StripeApi

from sandbox.stripe.event_types import EVENT_TYPES

DAY = date(2026, 11, 20)
FEED = "/v1/events"


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


def emit(stripe, kind, id_="in_1", previous=None, **fields):
    """An event of an object of its kind; returns its id."""
    stripe.world.emit(kind, {"id": id_, "object": kind.split(".")[0], **fields}, previous)
    return stripe.events[-1]["id"]


def types(api, **query):
    return [each["type"] for each in api.rows(FEED, query)]


def test_an_event_holds_the_object_as_it_was(stripe, api):
    thing = {"id": "in_1", "object": "invoice", "status": "open", "metadata": {"a": "1"}}
    stripe.world.emit("invoice.updated", thing, {"due_date": 5})
    thing["status"] = "paid"
    thing["metadata"]["a"] = "2"
    (event,) = api.rows(FEED)
    assert event == api.get(f"{FEED}/{event['id']}") == stripe.events[-1]
    shown = event["data"]["object"]
    assert (shown["status"], shown["metadata"]) == ("open", {"a": "1"})
    assert event["data"]["previous_attributes"] == {"due_date": 5}
    assert set(event) == {
        "id", "object", "api_version", "created", "data", "livemode", "pending_webhooks",
        "request", "type",
    }  # fmt: skip
    assert event["request"] == {"id": None, "idempotency_key": None}
    emit(stripe, "invoice.paid")
    assert "previous_attributes" not in api.rows(FEED)[0]["data"]


def test_an_event_says_which_request_made_it(stripe, api):
    invoice = stripe.add_invoice(stripe.add_customer(), "119.00", on=DAY)
    api.post(f"/v1/invoices/{invoice}", {"metadata[mahnwerk_level]": "2"}, key="level-2")
    event = api.rows(FEED, {"type": "invoice.updated"})[0]
    assert event["data"]["object"]["metadata"] == {"mahnwerk_level": "2"}
    assert event["data"]["previous_attributes"]["metadata"] == {}
    assert event["request"]["idempotency_key"] == "level-2"
    assert event["request"]["id"].startswith("req_")
    stripe.pay(invoice)
    assert api.rows(FEED, {"type": "invoice.paid"})[0]["request"]["id"] is None


def test_a_day_at_a_merchant_is_told_from_beginning_to_end(stripe, api):
    """119 euros: sent, a part by card, the rest outside of Stripe, then given back in part."""
    invoice = stripe.add_invoice(stripe.add_customer(), "119.00", on=DAY)
    stripe.send(invoice)
    stripe.pay(invoice, "19.00")
    stripe.pay(invoice, method="out_of_band")
    stripe.refund(invoice, "5.00")
    told = [each["type"] for each in stripe.events]
    for earlier, later in (
        ("customer.created", "invoice.created"),
        ("invoice.created", "invoice.finalized"),
        ("invoice.finalized", "invoice.sent"),
        ("invoice.sent", "invoice_payment.paid"),
        ("invoice_payment.paid", "invoice.paid"),
        ("invoice.paid", "refund.created"),
    ):
        assert told.index(earlier) < told.index(later)
    assert told.count("invoice_payment.paid") == 2
    assert told.count("invoice.paid") == 1
    assert len({each["id"] for each in stripe.events}) == len(told)


def test_the_feed_goes_from_new_to_old_and_is_walked_by_cursors(stripe, api):
    made = [emit(stripe, "invoice.updated", f"in_{number}") for number in range(5)]
    first = api.get(FEED, {"limit": 2})
    assert [each["id"] for each in first["data"]] == [made[4], made[3]]
    assert first["has_more"]
    rest = api.get(FEED, {"limit": 3, "starting_after": made[3]})
    assert [each["id"] for each in rest["data"]] == [made[2], made[1], made[0]]
    assert not rest["has_more"]
    newer = api.get(FEED, {"ending_before": made[1], "limit": 2})
    assert [each["id"] for each in newer["data"]] == [made[3], made[2]]
    assert newer["has_more"]
    both = api("GET", FEED, query={"ending_before": made[1], "starting_after": made[3]})
    assert both.status_code == 400
    assert api("GET", FEED, query={"starting_after": "evt_none"}).status_code == 400
    unknown = api("GET", FEED, query={"status": "open"})
    assert api.error(unknown) == (400, "invalid_request_error", "parameter_unknown")


def test_types_are_up_to_twenty_exact_names_and_type_may_end_in_a_star(stripe, api):
    for kind in ("invoice.paid", "invoice_payment.paid", "credit_note.created"):
        emit(stripe, kind)
    assert types(api, type="invoice.*") == ["invoice.paid"]
    assert types(api, type="invoice.paid") == ["invoice.paid"]
    wanted = {"types[]": ["invoice.paid", "credit_note.created", "nothing.known"]}
    assert types(api, **wanted) == ["credit_note.created", "invoice.paid"]
    names = sorted(EVENT_TYPES)
    assert len(types(api, **{"types[]": names[:20]})) <= 3
    for query in (
        {"types[]": names[:21]},
        {"types[]": ["invoice.*"]},
        {"types[]": ["invoice.paid"], "type": "invoice.paid"},
        {"types": "invoice.paid"},
    ):
        assert api("GET", FEED, query=query).status_code == 400


def test_only_the_last_thirty_days_can_be_read(stripe, api):
    old = emit(stripe, "invoice.finalized")
    stripe.set_today(DAY + timedelta(days=29))
    new = emit(stripe, "invoice.paid")
    assert api.ids(FEED) == [new, old]
    stripe.set_today(DAY + timedelta(days=31))
    assert api.ids(FEED) == [new]
    assert api("GET", f"{FEED}/{old}").status_code == 404
    assert api("GET", FEED, query={"ending_before": old}).status_code == 400
    assert [each["id"] for each in stripe.events] == [old, new]  # a person still sees both


def test_created_filters_by_seconds_that_several_events_share(stripe, api):
    noon = stripe.world.at(DAY, 12)
    stripe.set_today(DAY)
    emit(stripe, "invoice.paid")
    emit(stripe, "invoice_payment.paid")
    created = [each["created"] for each in api.rows(FEED)]
    assert max(created) - min(created) <= 1
    assert len(types(api, **{"created[gte]": created[0] - 60})) == 2
    assert types(api, **{"created[gte]": noon}) == []
    assert types(api, **{"created[lt]": min(created)}) == []


def test_delivery_success_is_false_while_an_endpoint_has_not_accepted(stripe, api):
    emit(stripe, "invoice.sent")
    stripe.add_endpoint("https://mahnwerk.example/hooks/1", ["invoice.paid"])
    stripe.hold_webhooks()
    emit(stripe, "invoice.paid")
    assert types(api, delivery_success="false") == ["invoice.paid"]
    assert types(api, delivery_success="true") == ["invoice.sent"]
    assert [each["pending_webhooks"] for each in api.rows(FEED)] == [1, 0]
    assert api("GET", FEED, query={"delivery_success": "yes"}).status_code == 400


def test_events_are_rendered_once_in_the_version_of_the_account(stripe, api):
    """§0.3: the header of the reader changes nothing; before basil an invoice knew its charge."""
    emit(stripe, "invoice.paid", status="paid", amount_paid=11900)
    stripe.variant("account_version", "current")
    emit(stripe, "invoice.paid", status="paid", amount_paid=11900)
    (new, old) = api.rows(FEED)
    assert new["api_version"] == VERSION
    assert "charge" not in new["data"]["object"]
    stripe.variant("account_version", "basil_before")
    old = api.rows(FEED)[1]
    assert old["api_version"] == "2020-08-27"
    assert (old["data"]["object"]["paid"], old["data"]["object"]["amount_paid"]) == (True, 11900)
    assert api.rows(FEED, {})[1] == api.get(FEED, **{"Stripe-Version": None})["data"][1]


def test_events_of_a_connected_account_name_it(stripe, api):
    emit(stripe, "invoice.paid")
    assert "account" not in api.rows(FEED)[0]
    stripe.variant("connect_events", "present")
    assert api.rows(FEED)[0]["account"] == stripe.world.account_id
