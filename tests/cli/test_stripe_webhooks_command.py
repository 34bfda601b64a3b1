"""`mahnwerk webhooks` where a platform shares a secret: against the stand-in of Stripe."""

import time
from datetime import timedelta

import pytest
from cli_desk import StandingClock

import config.bootstrap
from connectors.stripe.event_body import EVENTS
from sandbox.stripe import StripeSandbox

URL = "https://mahnwerk.example/hooks/stripe/9f3k2"
BY_HAND = "whsec_mahnwerkVonHand0123"


class GoingClock(StandingClock):
    """The request budget waits by it: a clock that stands still would never let anybody in."""

    def now(self):
        return super().now() + timedelta(seconds=time.monotonic())


@pytest.fixture
def stripe():
    with StripeSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def desk(terminal, stripe, monkeypatch):
    """A creditor with a connection to the stand-in, which is asked as fast as can be."""
    monkeypatch.setattr(config.bootstrap, "SystemClock", GoingClock)
    terminal.init()
    terminal(
        "connect", "stripe", "--set", f"api_base={stripe.base_url}",
        "--set", f"api_key={stripe.api_key}", "--set", "rate=999",
    )  # fmt: skip
    return terminal


def doctor(desk):
    checks = desk.json("doctor")["checks"]
    return next(each["message"] for each in checks if each["check"] == "webhook_key")


def test_events_are_registered_without_a_secret_ever_being_shown(desk, stripe):
    answer = desk("webhooks", "register", "--url", URL)
    (endpoint,) = stripe.endpoints
    assert f"{len(EVENTS)} neu abonniert." in answer.out
    (row,) = [each for each in answer.out.splitlines() if endpoint["id"] in each]
    assert f"{len(EVENTS)} Meldungen" in row  # one address, one line
    assert "verschlüsselt gespeichert" in answer.out
    shown = answer.out + answer.err
    shown += str(desk.json("webhooks", "list")) + str(
        desk.json("webhooks", "register", "--url", URL)
    )
    shown += desk("doctor").out
    assert "whsec" not in shown
    assert endpoint["secret"] not in shown
    for file in desk.folder.rglob("*"):
        if file.is_file():
            assert endpoint["secret"].encode() not in file.read_bytes(), file.name


def test_json_of_a_registration_is_that_of_every_platform(desk):
    document = desk.json("webhooks", "register", "--url", URL, "stripe")
    assert set(document) == {"connection", "webhooks"}
    assert {each["event"] for each in document["webhooks"]} == set(EVENTS)
    assert {tuple(each) for each in document["webhooks"]} == {
        ("id", "event", "url", "created", "new")
    }
    again = desk("webhooks", "register", "--url", URL)
    assert "0 neu abonniert." in again.out
    assert "gespeichert" not in again.out


def test_one_id_ends_the_whole_endpoint(desk, stripe):
    (id_,) = {e["id"] for e in desk.json("webhooks", "register", "--url", URL)["webhooks"]}
    assert "angemeldet" in doctor(desk)
    assert f"{len(EVENTS)} beendet." in desk("webhooks", "remove", id_).out
    assert stripe.endpoints == []
    assert "keine Meldungen angemeldet" in doctor(desk)


def test_there_is_no_key_to_compare(desk):
    answer = desk("webhooks", "key", code=64)
    assert "nichts zu vergleichen" in answer.err
    assert "mahnwerk webhooks register" in answer.err


def test_an_endpoint_of_the_dashboard_needs_its_secret_entered(desk, stripe):
    stripe.add_endpoint(URL)
    answer = desk("webhooks", "register", "--url", URL, code=64)
    assert "--set webhook_secret=-" in answer.err
    shown = desk("connect", "stripe", "--set", f"webhook_secret={BY_HAND}")
    assert BY_HAND not in shown.out + shown.err
    assert "0 neu abonniert." in desk("webhooks", "register", "--url", URL).out
    assert "in der Plattform selbst" in doctor(desk)


def test_a_key_that_may_only_read_exits_77_and_says_the_right(desk, stripe):
    stripe.restrict("webhook_endpoints:write")
    answer = desk("webhooks", "register", "--url", URL, code=77)
    assert "Webhook-Endpunkte: Schreiben" in answer.err
    assert stripe.endpoints == []
