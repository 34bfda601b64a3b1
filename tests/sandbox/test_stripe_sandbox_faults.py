"""Every fault of Stripe's stand-in, as a client sees it, and what was executed nevertheless."""

import json
import threading
from datetime import date

import pytest
import requests
from stripe_api import StripeApi
from waiting import until

from sandbox.stripe.faults import KINDS, LASTING
from sandbox.stripe.limits import REASON

DAY = date(2026, 11, 20)
LEVEL = {"metadata[mahnwerk_level]": "2"}
JSON, PAGE = "application/json", "text/html; charset=utf-8"
# kind -> (status, type, a word of the body, executed)
SEEN = {
    "throttle": (429, JSON, "rate_limit", False),
    "throttle_endpoint": (429, JSON, "rate_limit", False),
    "throttle_concurrency": (429, JSON, "rate_limit", False),
    "throttle_endpoint_concurrency": (429, JSON, "rate_limit", False),
    "throttle_resource": (429, JSON, "rate_limit", False),
    "lock_timeout": (429, JSON, "lock_timeout", False),
    "old_rate_limit": (400, JSON, "rate_limit", False),
    "conflict": (409, JSON, "same time", False),
    "dependency": (424, JSON, "api_error", False),
    "error500": (500, JSON, "api_error", False),
    "error503": (503, JSON, "api_error", False),
    "should_retry": (400, JSON, "Try again", False),
    "no_retry": (500, JSON, "api_error", False),
    "bad_request": (400, JSON, "parameter_unknown", False),
    "unauthorized": (401, JSON, "Invalid API Key", False),
    "key_expired": (401, JSON, "Invalid API Key", False),
    "forbidden": (403, JSON, "does not have access", False),
    "echo": (403, JSON, "sk_test_mahnwerk0123456789", False),
    "html": (200, PAGE, "Wartungsarbeiten", False),
    "maintenance": (503, PAGE, "Wartungsarbeiten", False),
    "empty": (200, JSON, "", False),
    "late_success": (500, JSON, "api_error", True),
    "shape": (200, JSON, '"abc"', True),
}
# The ones below, which need a list or a socket.
ELSEWHERE = {"half_page", "timeout", "reset", "slow_drip", "truncated"}
REASONS = {
    "throttle": "global-rate",
    "throttle_endpoint": "endpoint-rate",
    "throttle_concurrency": "global-concurrency",
    "throttle_endpoint_concurrency": "endpoint-concurrency",
    "throttle_resource": "resource-specific",
}


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


@pytest.fixture
def late(stripe):
    """119 euros of Muster GmbH, a month late."""
    return stripe.add_invoice(stripe.add_customer(), "119.00", on=date(2026, 10, 5))


def level(api, invoice):
    return api.get(f"/v1/invoices/{invoice}")["metadata"].get("mahnwerk_level")


def test_every_fault_is_tried():
    assert SEEN.keys() | ELSEWHERE == set(KINDS)


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_is_seen_once_and_says_whether_it_executed(stripe, api, late, kind):
    status, type_, word, executed = SEEN[kind]
    path = f"/v1/invoices/{late}"
    stripe.fault(kind, method="POST", path="/invoices/")
    assert level(api, late) is None  # another method
    answer = api("POST", path, LEVEL)
    assert (answer.status_code, answer.content_type) == (status, type_)
    assert word in answer.text
    assert level(api, late) == ("2" if executed else None)
    assert (api("POST", path, LEVEL).status_code != 200) == (kind in LASTING)
    stripe.clear_faults()
    assert api("POST", path, LEVEL).status_code == 200
    assert [each.status for each in stripe.requests][:2] == [200, status]


@pytest.mark.parametrize("kind", REASONS)
def test_throttling_names_its_reason_and_no_time(stripe, api, kind):
    stripe.fault(kind)
    answer = api("GET", "/v1/invoices")
    assert answer.headers[REASON] == REASONS[kind]
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("kind", ["lock_timeout", "old_rate_limit"])
def test_a_lock_and_the_limit_of_old_accounts_name_no_reason(stripe, api, kind):
    stripe.fault(kind)
    answer = api("GET", "/v1/invoices")
    assert REASON not in answer.headers
    assert answer.json["error"]["code"] == (
        "lock_timeout" if kind == "lock_timeout" else "rate_limit"
    )


@pytest.mark.parametrize(("kind", "hint"), [("should_retry", "true"), ("no_retry", "false")])
def test_a_header_says_whether_to_try_again(stripe, api, kind, hint):
    stripe.fault(kind)
    assert api("GET", "/v1/invoices").headers["Stripe-Should-Retry"] == hint


def test_half_a_page_says_that_there_is_more(stripe, api, late):
    for _ in range(3):
        stripe.add_invoice(stripe.add_customer(), "10.00", on=DAY)
    stripe.fault("half_page")
    half = api.get("/v1/invoices", {"limit": 4})
    assert (len(half["data"]), half["has_more"]) == (2, True)
    rest = api.ids("/v1/invoices", {"starting_after": half["data"][-1]["id"]})
    whole = api.ids("/v1/invoices")
    assert [*(each["id"] for each in half["data"]), *rest] == whole


def test_rows_lose_an_id_and_an_amount(stripe, api, late):
    stripe.add_invoice(stripe.add_customer(), "10.00", on=DAY)
    stripe.fault("shape")
    first, second = api.rows("/v1/invoices")
    assert "id" not in first
    assert second["amount_remaining"] == "abc"
    stripe.fault("shape")
    assert api.get("/v1/account").keys() == {"unexpected"}


@pytest.fixture
def address(stripe):
    return stripe.start() + "/v1/invoices"


def ask(stripe, address, timeout=10):
    headers = {"Authorization": f"Bearer {stripe.api_key}"}
    with requests.Session() as session:
        session.trust_env = False
        return session.get(address, headers=headers, timeout=timeout)


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_the_connection_ends(stripe, late, address, kind):
    stripe.fault(kind)
    with pytest.raises(requests.RequestException):
        ask(stripe, address).json()
    assert len(ask(stripe, address).json()["data"]) == 1


def test_an_answer_comes_drop_by_drop(stripe, late, address):
    stripe.fault("slow_drip", seconds=0.0001)
    assert json.loads(ask(stripe, address).content)["data"][0]["id"] == late


def test_no_answer_until_the_faults_are_cleared(stripe, late, address):
    stripe.fault("timeout", seconds=60)
    failed = []

    def call():
        try:
            ask(stripe, address, timeout=60)
        except requests.ConnectionError as error:
            failed.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    until(lambda: stripe.requests)
    stripe.clear_faults()
    caller.join(10)
    assert len(failed) == 1
    assert stripe.requests[0].status == 0
