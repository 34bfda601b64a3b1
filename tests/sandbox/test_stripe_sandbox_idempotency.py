"""Idempotency keys of Stripe's stand-in (§1 Idempotency)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from stripe_api import StripeApi
from waiting import until

from sandbox.stripe import StripeSandbox

ENDPOINTS = "/v1/webhook_endpoints"
GOOD = {"url": "https://mahnwerk.example/hooks/1", "enabled_events[]": ["invoice.paid"]}
OTHER = {**GOOD, "url": "https://mahnwerk.example/hooks/2"}
KEY = "mahnwerk-7-1"


class Hands:
    """A clock that is moved by hand."""

    def __init__(self):
        self.instant = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def __call__(self):
        return self.instant


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def stripe(hands):
    return StripeSandbox(now=hands)


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


def send(api, form, key=KEY):
    return api("POST", ENDPOINTS, form, headers={"Idempotency-Key": key})


def test_the_same_key_gives_the_first_answer_again_and_changes_nothing(stripe, api):
    first, second = send(api, GOOD), send(api, GOOD)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Idempotency-Key"] == KEY
    assert first.headers["Request-Id"] != second.headers["Request-Id"]
    assert len(stripe.endpoints) == 1


def test_a_replay_may_come_without_its_header(stripe, api):
    stripe.variant("replay_header", "absent")
    first, second = send(api, GOOD), send(api, GOOD)
    assert "Idempotent-Replayed" not in second.headers
    assert first.json == second.json


def test_other_parameters_under_the_same_key_are_refused(stripe, api):
    send(api, GOOD)
    assert api.error(send(api, OTHER)) == (400, "idempotency_error", None)
    elsewhere = api("POST", f"{ENDPOINTS}/we_1", GOOD, headers={"Idempotency-Key": KEY})
    assert api.error(elsewhere) == (400, "idempotency_error", None)
    assert len(stripe.endpoints) == 1


def test_the_order_of_parameters_is_no_difference(stripe, api):
    send(api, GOOD)
    assert send(api, dict(reversed(GOOD.items()))).status_code == 200
    assert len(stripe.endpoints) == 1


def test_what_failed_validation_leaves_the_key_free(stripe, api):
    bad = {**GOOD, "enabled_events[]": ["invoice.nothing"]}
    assert send(api, bad).status_code == 400
    assert send(api, GOOD).status_code == 200
    assert len(stripe.endpoints) == 1


def test_a_key_of_256_characters_is_too_long(stripe, api):
    assert send(api, GOOD, "k" * 255).status_code == 200
    assert send(api, OTHER, "k" * 256).status_code == 400


def test_a_key_counts_on_post_only(stripe, api):
    id_ = send(api, GOOD).json["id"]
    headers = {"Idempotency-Key": "read"}
    assert api("GET", f"{ENDPOINTS}/{id_}", headers=headers).status_code == 200
    assert api("DELETE", f"{ENDPOINTS}/{id_}", headers=headers).status_code == 200
    assert api("DELETE", f"{ENDPOINTS}/{id_}", headers=headers).status_code == 404


def test_an_answer_is_kept_for_a_day_and_then_carried_out_again(stripe, api, hands):
    first = send(api, GOOD).json["id"]
    hands.instant += timedelta(hours=23)
    assert send(api, GOOD).json["id"] == first
    hands.instant += timedelta(hours=1)
    assert send(api, GOOD).json["id"] != first


def test_while_the_first_runs_the_second_is_409_and_nothing_is_kept_of_it(stripe, api):
    answers = []
    with stripe.world.lock:
        other = threading.Thread(target=lambda: answers.append(send(api, GOOD)))
        other.start()
        until(lambda: stripe.requests)
        until(lambda: stripe.gateway.replays.runs(KEY))
        assert api.error(send(api, GOOD)) == (409, "idempotency_error", "idempotency_key_in_use")
    other.join()
    assert answers[0].status_code == 200
    assert send(api, GOOD).json == answers[0].json
    assert len(stripe.endpoints) == 1


def test_a_500_after_the_call_was_carried_out_is_what_the_key_replays(stripe, api):
    """§1: 500s included. Whoever retries with the same key never learns that it worked."""
    stripe.fault("late_success", method="POST")
    codes = [send(api, GOOD).status_code for _ in range(3)]
    assert codes == [500, 500, 500]
    assert len(stripe.endpoints) == 1
    assert send(api, GOOD, "another").status_code == 200
    assert len(stripe.endpoints) == 2


def test_without_a_key_a_late_success_is_carried_out_twice(stripe, api):
    stripe.fault("late_success", method="POST")
    assert api("POST", ENDPOINTS, GOOD).status_code == 500
    assert api("POST", ENDPOINTS, GOOD).status_code == 200
    assert len(stripe.endpoints) == 2


@pytest.mark.parametrize("kind", ["error500", "throttle", "conflict", "lock_timeout"])
def test_what_never_reached_the_endpoint_is_not_kept(stripe, api, kind):
    stripe.fault(kind)
    assert send(api, GOOD).status_code >= 400
    assert send(api, GOOD).status_code == 200
    assert len(stripe.endpoints) == 1


def test_a_refused_call_is_not_kept_as_late_success(stripe, api):
    stripe.fault("late_success", method="POST")
    assert send(api, {}).status_code == 400
    assert send(api, GOOD).status_code == 200
