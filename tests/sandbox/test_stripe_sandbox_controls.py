"""What a person does at Stripe's stand-in: by JSON, by the page, from the command line."""

from datetime import date
from decimal import Decimal

import pytest
from command_checks import page_names_all, refuses, starts_and_says_how_to_connect
from stripe_api import StripeApi
from werkzeug.test import Client

from sandbox.stripe import StripeSandbox
from sandbox.stripe.desk import OPERATIONS
from sandbox.stripe.faults import KINDS
from sandbox.stripe.variants import VARIANTS

DAY = date(2026, 11, 20)


@pytest.fixture
def stripe():
    sandbox = StripeSandbox(today=DAY, time_factor=1e-6)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def page(stripe):
    return Client(stripe.application)


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


def test_the_control_surface_does_by_json_what_python_does(stripe, page, api):
    def control(operation, **arguments):
        answer = page.post(f"/_sandbox/{operation}", json=arguments)
        return answer.status_code, answer.json

    kunde = control(
        "add_customer", name="Muster GmbH", email="rechnung@muster.example",
        address={"line1": "Hafenweg 3", "city": "Kiel"}, tax_id=["eu_vat", "DE123456788"],
    )[1]["result"]  # fmt: skip
    late = control(
        "add_invoice", customer=kunde, gross="119.00", on="2026-10-01", due="2026-10-15"
    )[1]["result"]
    assert control("pay", invoice=late, amount="19.00", on="2026-10-20")[0] == 200
    shown = api.get(f"/v1/invoices/{late}")
    assert (shown["amount_remaining"], shown["status"]) == (10000, "open")
    assert control("restrict", resources=["events"])[0] == 200
    assert api("GET", "/v1/events").status_code == 403
    control("restrict")
    assert api("GET", "/v1/events").status_code == 200
    assert control("pay", invoice="in_none")[0] == 400
    assert control("pay", invoice=late, amount="1.005")[0] == 400
    assert control("fly")[0] == 404
    assert len(page.get("/_sandbox/requests").json) == 3
    foreign = page.post("/_sandbox/sample", headers={"Origin": "http://elsewhere.example"})
    assert foreign.status_code == 403


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_shows_the_sample_in_both_languages(stripe, page, language):
    stripe.sample()
    text = page.get("/_sandbox/", query_string={"lang": language}).text
    assert ("Geld, das noch nichts bezahlt" in text) == (language == "de")
    assert ("Nachbildung von Stripe" in text) == (language == "de")
    assert all(word in text for word in ("Muster Bau GmbH", "CHF", "JPY", *VARIANTS, *KINDS))


def test_the_forms_of_the_page_work_and_say_what_does_not(stripe, page, api):
    def form(operation, **fields):
        return page.post(f"/_sandbox/form/{operation}", data=fields).headers["Location"]

    form("add_customer", name="Beispiel AG", email="post@beispiel.example")
    (kunde,) = api.ids("/v1/customers")
    form("add_invoice", customer=kunde, gross="1.190,00", currency="CHF", on="2026-10-05")
    (late,) = api.ids("/v1/invoices")
    assert form("pay", invoice=late, amount="190,00", method="out_of_band") == "/_sandbox/?lang=de"
    assert stripe.outstanding(late) == Decimal("1000.00")
    form("cash", customer=kunde, amount="500,00", currency="EUR")
    text = page.get("/_sandbox/").text
    assert "500,00 €" in text
    assert "1000,00 CHF" in text
    assert "error=" in form("apply_cash", invoice=late, lang="en")
    form("pay", invoice=late)
    form("dispute", invoice=late)
    (dispute,) = api.rows("/v1/disputes")
    undecided = f'name="dispute" value="{dispute["id"]}"'
    assert undecided in page.get("/_sandbox/").text
    form("close_dispute", dispute=dispute["id"], status="lost")
    assert undecided not in page.get("/_sandbox/").text
    form("restrict", resources="disputes, refunds")
    assert stripe.world.restricted == {"disputes", "refunds"}
    form("fault", kind="throttle", times="2")
    form("variant", name="event_payload", value="thin")
    form("set_today", day="2026-12-24")
    assert stripe.world.clock.today() == date(2026, 12, 24)
    assert stripe.variants["event_payload"] == "thin"
    assert "throttle" in page.get("/_sandbox/").text


def test_webhooks_are_held_mixed_and_sent_again_from_the_page(stripe, page, api):
    def form(operation, **fields):
        return page.post(f"/_sandbox/form/{operation}", data=fields).headers["Location"]

    form("add_endpoint", url="http://127.0.0.1:9/hooks/1")
    form("hold_webhooks")
    stripe.add_customer()
    assert stripe.webhook_attempts == []
    form("release_webhooks", shuffled="3", copies="2")
    assert stripe.wait_webhooks()
    tried = len(stripe.webhook_attempts)
    assert tried == 2 * 4  # two copies, each with three retries: nobody listens
    event = stripe.events[-1]["id"]
    form("resend", event=event)
    assert stripe.wait_webhooks()
    assert len(stripe.webhook_attempts) > tried
    old = stripe.endpoints[0]["secret"]
    form("roll_secret", endpoint=stripe.endpoints[0]["id"])
    text = page.get("/_sandbox/").text
    assert stripe.endpoints[0]["secret"] in text
    assert old not in text
    assert "(+1)" in text
    assert "customer.created" in text


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("fault", {"kind": "rain"}, "no fault 'rain'"),
        ("variant", {"name": "replay_header", "value": "maybe"}, "replay_header"),
        ("resend", {"event": "evt_none"}, "no event"),
        ("add_endpoint", {"url": "mahnwerk.example"}, "Invalid URL"),
        ("remove_endpoint", {"endpoint": "we_none"}, "No such webhook endpoint"),
    ],
)
def test_bad_arguments_are_refused(stripe, page, operation, arguments, message):
    answer = page.post(f"/_sandbox/{operation}", json=arguments)
    assert answer.status_code == 400
    assert message in answer.json["error"]


def test_the_command_starts_it_and_says_how_to_connect(monkeypatch):
    starts_and_says_how_to_connect(monkeypatch, "stripe", "")


def test_the_command_refuses_a_seed():
    refuses("stripe", "--seed=2")


def test_the_page_of_the_docs_names_every_variant_fault_and_operation():
    page_names_all("Stripe", VARIANTS, {*KINDS, *OPERATIONS})
