"""Endpoints of Stripe's stand-in, and how events reach them: signed, late, twice, mixed (§4)."""

import hashlib
import hmac
import json
from datetime import date

import pytest
from stripe_api import VERSION, StripeApi

from sandbox.serve import LocalServer
from sandbox.stripe import StripeSandbox
from sandbox.stripe.event_types import EVENT_TYPES
from sandbox.stripe.webhooks import LIVE_RETRIES, TEST_RETRIES

DAY = date(2026, 11, 20)
ENDPOINTS = "/v1/webhook_endpoints"
GOOD = {
    "url": "https://mahnwerk.example/hooks/1",
    "enabled_events[]": ["invoice.paid", "invoice.voided"],
    "api_version": VERSION,
    "metadata[mahnwerk]": "1",
}


class Receiver:
    """Keeps what arrives, and answers what it is told: a list in turn, its last one for ever."""

    def __init__(self):
        self.codes, self.got, self.location = [200], [], ""

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        self.got.append((body, environ.get("HTTP_STRIPE_SIGNATURE", ""), environ["CONTENT_TYPE"]))
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        start_response(f"{code} x", [("Location", self.location)] if self.location else [])
        return [b""]

    @property
    def types(self):
        return [json.loads(body)["type"] for body, _, _ in self.got]


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def url(receiver):
    with LocalServer(receiver) as server:
        yield f"{server.url}/hooks/geheim"


@pytest.fixture
def stripe():
    sandbox = StripeSandbox(today=DAY, time_factor=1e-6)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


@pytest.fixture
def invoice(stripe):
    """1190 euros of Muster GmbH, a month late."""
    return stripe.add_invoice(stripe.add_customer(), "1190.00", on=date(2026, 10, 5))


def marks(header):
    """The second and the signatures of a header."""
    parts = [each.split("=", 1) for each in header.split(",")]
    (at,) = [value for name, value in parts if name == "t"]
    return int(at), [value for name, value in parts if name == "v1"]


def signed(secret, at, body):
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def test_an_endpoint_tells_its_secret_only_when_it_is_made(stripe, api):
    made = api.post(ENDPOINTS, GOOD)
    assert made["secret"].startswith("whsec_")
    assert (made["status"], made["livemode"], made["metadata"]) == (
        "enabled",
        False,
        {"mahnwerk": "1"},
    )
    shown = api.get(f"{ENDPOINTS}/{made['id']}")
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert api.rows(ENDPOINTS) == [shown]
    assert stripe.endpoints[0]["secret"] == made["secret"]


def test_an_endpoint_is_changed_and_taken_away(api):
    id_ = api.post(ENDPOINTS, GOOD)["id"]
    form = {
        "enabled_events[]": ["*"],
        "disabled": "true",
        "metadata[mahnwerk]": "",
        "description": "x",
    }
    changed = api.post(f"{ENDPOINTS}/{id_}", form)
    assert (changed["enabled_events"], changed["status"]) == (["*"], "disabled")
    assert (changed["metadata"], changed["description"]) == ({}, "x")
    assert (
        api.post(f"{ENDPOINTS}/{id_}", {"disabled": "false", "metadata": ""})["status"] == "enabled"
    )
    assert api("DELETE", f"{ENDPOINTS}/{id_}").json["deleted"] is True
    assert api("GET", f"{ENDPOINTS}/{id_}").status_code == 404
    assert api.rows(ENDPOINTS) == []


@pytest.mark.parametrize(
    ("field", "value", "param"),
    [
        ("url", "mahnwerk.example/hooks", "url"),
        ("url", "", "url"),
        ("enabled_events[]", ["invoice.nothing"], "enabled_events"),
        ("enabled_events[]", ["invoice.*"], "enabled_events"),
        ("enabled_events[]", [], "enabled_events"),
        ("api_version", "2030-01-01.zebra", "api_version"),
        ("colour", "red", "colour"),
    ],
    ids=str,
)
def test_what_an_endpoint_cannot_be_is_400_and_names_the_parameter(api, field, value, param):
    answer = api("POST", ENDPOINTS, {**GOOD, field: value})
    assert answer.status_code == 400
    assert answer.json["error"]["param"] == param


def test_an_account_has_sixteen_endpoints_at_most(stripe, api):
    for _ in range(16):
        stripe.add_endpoint("https://mahnwerk.example/hooks/1")
    assert api("POST", ENDPOINTS, GOOD).status_code == 400
    assert len(api.rows(ENDPOINTS, {"limit": 100})) == 16
    stripe.variant("endpoint_limit", "none")
    assert api("POST", ENDPOINTS, GOOD).status_code == 200


def test_an_address_may_have_to_be_https(stripe, api, url):
    assert api("POST", ENDPOINTS, {**GOOD, "url": url}).status_code == 200
    stripe.variant("endpoint_url", "https")
    assert api("POST", ENDPOINTS, {**GOOD, "url": url}).status_code == 400
    assert api("POST", ENDPOINTS, GOOD).status_code == 200


def test_a_payment_is_delivered_as_a_snapshot_that_is_signed(stripe, url, receiver, invoice):
    secret = stripe.secret_of(stripe.add_endpoint(url, ["invoice.paid"], api_version=VERSION))
    stripe.pay(invoice)
    assert stripe.wait_webhooks()
    ((body, header, kind),) = receiver.got
    event = json.loads(body)
    assert (event["type"], event["object"], event["api_version"]) == (
        "invoice.paid",
        "event",
        VERSION,
    )
    assert event["data"]["object"]["id"] == invoice
    assert event["pending_webhooks"] == 1
    assert kind == "application/json; charset=utf-8"
    at, given = marks(header)
    assert 0 <= stripe.world.now() - at <= 5  # the stand-in's clock, not this machine's
    assert given == [signed(secret, at, body)]
    assert given != [signed(secret, at, body + b"\n")]
    assert event["id"] in {each["id"] for each in stripe.events}
    assert StripeApi(stripe).get(f"/v1/events/{event['id']}")["pending_webhooks"] == 0


def test_an_endpoint_gets_what_it_wants_in_its_own_version(stripe, url, receiver, invoice):
    """§0.3: without a version of its own it is the account's, which may be older than basil."""
    stripe.add_endpoint(url, ["invoice.paid"])
    stripe.add_endpoint(url, ["invoice.voided"], api_version=VERSION)
    stripe.pay(invoice)
    assert stripe.wait_webhooks()
    assert receiver.types == ["invoice.paid"]
    old = json.loads(receiver.got[0][0])
    assert (old["api_version"], old["data"]["object"]["paid"]) == ("2020-08-27", True)
    assert old["data"]["object"]["charge"].startswith(("ch_", "py_"))
    assert "status_details" not in old["data"]["object"]


def test_every_type_that_happens_can_be_subscribed_to(stripe):
    """So a test that runs on the sample cannot meet a type that no endpoint may name."""
    stripe.sample()
    assert {each["type"] for each in stripe.events} <= EVENT_TYPES


def test_a_connected_endpoint_names_the_account(stripe, url, receiver, invoice):
    stripe.add_endpoint(url, ["invoice.voided"], connect=True)
    stripe.void(invoice)
    assert stripe.wait_webhooks()
    assert json.loads(receiver.got[0][0])["account"] == stripe.world.account_id


def test_a_thin_event_only_points(stripe, url, receiver, invoice):
    stripe.variant("event_payload", "thin")
    secret = stripe.secret_of(stripe.add_endpoint(url, ["invoice.paid"]))
    stripe.pay(invoice)
    assert stripe.wait_webhooks()
    ((body, header, _),) = receiver.got
    event = json.loads(body)
    assert (event["object"], event["type"]) == ("v2.core.event", "v1.invoice.paid")
    assert event["created"].startswith("2026-11-20T09:00:")
    assert event["related_object"] == {
        "id": invoice, "type": "invoice", "url": f"/v1/invoices/{invoice}",
    }  # fmt: skip
    assert "data" not in event
    at, given = marks(header)
    assert given == [signed(secret, at, body)]


def test_while_a_secret_is_rolled_both_sign_for_a_day(stripe, url, receiver, invoice):
    endpoint = stripe.add_endpoint(url, ["invoice.sent"])
    old = stripe.secret_of(endpoint)
    new = stripe.roll_secret(endpoint)
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    body, header, _ = receiver.got[0]
    at, given = marks(header)
    assert given == [signed(new, at, body), signed(old, at, body)]
    stripe.set_today(date(2026, 11, 22))
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    body, header, _ = receiver.got[1]
    at, given = marks(header)
    assert given == [signed(new, at, body)]


def test_the_old_scheme_stands_beside_and_proves_nothing(stripe, url, receiver, invoice):
    stripe.variant("v0_signature", "present")
    stripe.add_endpoint(url, ["invoice.sent"])
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert ",v0=" in receiver.got[0][1]


@pytest.mark.parametrize("code", [301, 400, 404, 410, 500])
def test_everything_but_success_is_sent_again_and_signed_anew(stripe, url, receiver, invoice, code):
    endpoint = stripe.add_endpoint(url, ["invoice.sent"])
    receiver.codes, receiver.location = [code, code, 204], url
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert [each.status for each in stripe.webhook_attempts] == [code, code, 204]
    assert [each.number for each in stripe.webhook_attempts] == [0, 1, 2]
    assert len({body for body, _, _ in receiver.got}) == 1
    secret = stripe.secret_of(endpoint)
    for body, header, _ in receiver.got:
        at, given = marks(header)
        assert given == [signed(secret, at, body)]


def test_a_retry_may_keep_the_signature_of_the_first_try(stripe, url, receiver, invoice):
    stripe.variant("retry_signature", "same")
    endpoint = stripe.add_endpoint(url, ["invoice.sent"])
    stripe.roll_secret(endpoint)
    receiver.codes = [500, 200]
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert len({header for _, header, _ in receiver.got}) == 1


def test_redirects_may_be_followed(stripe, url, receiver, invoice):
    stripe.variant("redirects", "followed")
    stripe.add_endpoint(url, ["invoice.sent"])
    receiver.codes, receiver.location = [307, 200], url
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert [each.status for each in stripe.webhook_attempts] == [200]


def test_in_test_mode_it_gives_up_after_the_third_retry(stripe, url, receiver, invoice):
    endpoint = stripe.add_endpoint(url, ["invoice.sent"])
    receiver.codes = [503]
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert len(receiver.got) == 4
    assert stripe.events[-1]["pending_webhooks"] == 1
    assert (
        StripeApi(stripe).rows("/v1/events", {"delivery_success": "false"})[0]["type"]
        == "invoice.sent"
    )
    assert stripe.endpoints[0]["status"] == "enabled"
    stripe.variant("failing_endpoint", "disabled")
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert stripe.endpoints[0]["status"] == "disabled"
    stripe.send(invoice)
    assert len(receiver.got) == 8
    stripe.enable_endpoint(endpoint)
    receiver.codes = [200]
    stripe.send(invoice)
    assert stripe.wait_webhooks()
    assert len(receiver.got) == 9


def test_live_retries_end_after_three_days():
    assert sum(TEST_RETRIES) < 6 * 3600
    assert len(TEST_RETRIES) == 3
    assert 2.5 * 86400 < sum(LIVE_RETRIES) <= 3 * 86400
    assert list(LIVE_RETRIES) == sorted(LIVE_RETRIES)


def test_a_deleted_endpoint_ends_what_is_under_way(stripe, url, receiver, invoice):
    endpoint = stripe.add_endpoint(url, ["invoice.sent"])
    stripe.hold_webhooks()
    stripe.send(invoice)
    stripe.remove_endpoint(endpoint)
    stripe.release_webhooks()
    assert stripe.wait_webhooks()
    assert receiver.got == []


def test_events_can_come_twice_and_mixed_and_again(stripe, url, receiver, invoice):
    stripe.add_endpoint(url, ["invoice.sent", "invoice.paid", "invoice_payment.paid"])
    stripe.hold_webhooks()
    stripe.send(invoice)
    stripe.pay(invoice)
    stripe.release_webhooks(shuffled=7, times=2)
    assert stripe.wait_webhooks()
    assert sorted(receiver.types) == [
        "invoice.paid", "invoice.paid", "invoice.sent", "invoice.sent",
        "invoice_payment.paid", "invoice_payment.paid",
    ]  # fmt: skip
    ids = [json.loads(body)["id"] for body, _, _ in receiver.got]
    happened = [each["id"] for each in stripe.events if each["id"] in ids]
    assert len(happened) == 3
    assert ids != happened * 2
    receiver.got.clear()
    stripe.resend(ids[0])
    assert stripe.wait_webhooks()
    assert [json.loads(body)["id"] for body, _, _ in receiver.got] == [ids[0]]


def test_a_report_can_be_had_without_sending_it(stripe, invoice):
    stripe.pay(invoice)
    body, headers = stripe.report(secret="whsec_mahnwerk_probe", at=1_700_000_000)
    at, given = marks(headers["Stripe-Signature"])
    assert (at, given) == (1_700_000_000, [signed("whsec_mahnwerk_probe", at, body)])
    paid = next(each["id"] for each in stripe.events if each["type"] == "invoice.paid")
    body, _ = stripe.report(paid, secret="whsec_mahnwerk_probe", api_version=VERSION)
    assert json.loads(body)["id"] == paid
    with pytest.raises(ValueError, match="no event 'evt_none'"):
        stripe.report("evt_none", secret="whsec_mahnwerk_probe")
