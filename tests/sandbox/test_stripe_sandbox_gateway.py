"""Keys, versions, accounts, rights, forms and limits of Stripe's stand-in (§1)."""

import base64
from datetime import date

import pytest
from stripe_api import VERSION, StripeApi

from sandbox.common.replies import Reply
from sandbox.stripe import StripeSandbox
from sandbox.stripe.forms import nested
from sandbox.stripe.gateway import masked, route
from sandbox.stripe.limits import REASON
from sandbox.stripe.replies import ApiError
from sandbox.stripe.versions import is_version

DAY = date(2026, 11, 20)
ENDPOINTS = "/v1/webhook_endpoints"
GOOD = {"url": "https://mahnwerk.example/hooks/1", "enabled_events[]": ["invoice.paid"]}


@pytest.fixture
def api(stripe):
    return StripeApi(stripe)


def basic(key):
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def test_a_key_goes_as_bearer_or_as_the_user_name_of_basic(stripe, api):
    for value in (f"Bearer {stripe.api_key}", basic(stripe.api_key)):
        answer = api("GET", "/v1/events", headers={"Authorization": value})
        assert answer.status_code == 200
    assert [each.status for each in stripe.requests] == [200, 200]


@pytest.mark.parametrize(
    "value", ["Bearer sk_test_mahnwerk_falsch", basic("falsch"), "Bearer", "sk_test_mahnwerk", None]
)
def test_a_wrong_key_is_401_in_the_envelope_and_never_quoted(api, value):
    answer = api("GET", "/v1/events", headers={"Authorization": value})
    assert api.error(answer) == (401, "invalid_request_error", None)
    assert "falsch" not in answer.text
    assert answer.json["error"]["request_log_url"].endswith(answer.headers["Request-Id"])


def test_a_key_is_shown_by_its_kind_and_its_end():
    assert masked("sk_test_mahnwerk0123456789") == "sk_test_********6789"
    assert masked("Hauptschluessel") == "********ssel"


def test_a_new_key_ends_the_old_one(stripe, api):
    old = f"Bearer {stripe.api_key}"
    stripe.new_key("rk_test_mahnwerk9876543210")
    assert api("GET", "/v1/events", headers={"Authorization": old}).status_code == 401
    assert api("GET", "/v1/events").status_code == 200


def test_every_answer_has_a_request_id_and_says_in_which_version_it_is(api):
    answers = [api("GET", "/v1/events"), api("GET", "/v1/nothing"), api("GET", "/v1/events")]
    ids = [each.headers["Request-Id"] for each in answers]
    assert len(set(ids)) == 3
    assert all(each.startswith("req_") for each in ids)
    assert {each.headers["Stripe-Version"] for each in answers} == {VERSION}


@pytest.mark.parametrize("version", ["2026-10-28", "2026-10-28.basil", "2027-01-28.endive", "new"])
def test_a_version_that_does_not_exist_is_400(api, version):
    answer = api("GET", "/v1/events", headers={"Stripe-Version": version})
    assert api.error(answer) == (400, "invalid_request_error", None)


@pytest.mark.parametrize(
    "version", [VERSION, "2026-09-30.endive", "2025-03-31.basil", "2024-09-30.acacia", "2020-08-27"]
)
def test_versions_of_all_times_exist(version):
    assert is_version(version)


def test_without_a_version_the_account_decides_and_may_be_ten_years_old(stripe, api):
    """§0.2: an invoice of the old default knows a charge, and nothing of what basil brought."""
    stripe.gateway.routes.append(
        route(
            "GET", "/v1/things/{id}", lambda *_: Reply(200, {"object": "invoice", "status": "paid"})
        )
    )
    answer = api("GET", "/v1/things/1", headers={"Stripe-Version": None})
    assert answer.headers["Stripe-Version"] == "2020-08-27"
    assert (answer.json["paid"], answer.json["charge"]) == (True, None)
    assert "paid" not in api.get("/v1/things/1")
    stripe.variant("account_version", "current")
    answer = api("GET", "/v1/things/1", headers={"Stripe-Version": None})
    assert answer.headers["Stripe-Version"] == VERSION
    assert "paid" not in answer.json


def test_before_basil_an_invoice_knew_its_charge_and_a_charge_its_invoice(stripe, api):
    """§0.4, §2: 119 euros by card, and 119 outside of Stripe, which no amount told of then."""
    kunde = stripe.add_customer()
    card, outside = (stripe.add_invoice(kunde, "119.00", on=DAY) for _ in range(2))
    stripe.pay(card)
    stripe.pay(outside, method="out_of_band")
    old = {"Stripe-Version": "2024-09-30.acacia"}
    shown = api.get(f"/v1/invoices/{card}", **old)
    (charge,) = api.ids("/v1/charges")
    assert (shown["charge"], shown["paid"], shown["amount_paid"]) == (charge, True, 11900)
    assert api.get(f"/v1/charges/{charge}", **old)["invoice"] == card
    assert api.get(f"/v1/payment_intents/{shown['payment_intent']}", **old)["invoice"] == card
    assert "invoice" not in api.get(f"/v1/charges/{charge}")
    shown = api.get(f"/v1/invoices/{outside}", **old)
    assert (shown["paid_out_of_band"], shown["amount_paid"], shown["charge"]) == (True, 0, None)
    assert api.get(f"/v1/invoices/{outside}")["amount_paid"] == 11900
    assert [each["paid"] for each in api.get("/v1/invoices", **old)["data"]] == [True, True]


def test_an_account_that_is_named_must_be_the_keys_own(stripe, api):
    own = stripe.world.account_id
    answer = api("GET", "/v1/events", headers={"Stripe-Account": own})
    assert (answer.status_code, answer.headers["Stripe-Account"]) == (200, own)
    answer = api("GET", "/v1/events", headers={"Stripe-Account": "acct_fremd"})
    assert api.error(answer) == (403, "invalid_request_error", "account_invalid")


def test_a_path_that_there_is_not_is_404(api):
    for method, path in (("GET", "/v1/vouchers"), ("PUT", ENDPOINTS), ("GET", "/v2/events")):
        answer = api(method, path)
        assert api.error(answer) == (404, "invalid_request_error", None)
    assert "Unrecognized request URL" in answer.text


@pytest.mark.parametrize("status", [403, 401, 400])
def test_a_restricted_key_may_not_and_the_answer_names_what_is_missing(stripe, api, status):
    stripe.variant("permission_error", str(status))
    stripe.restrict("events")
    answer = api("GET", "/v1/events")
    assert api.error(answer) == (status, "invalid_request_error", None)
    assert "rak_event_read" in answer.text
    assert stripe.api_key not in answer.text
    assert api("GET", ENDPOINTS).status_code == 200
    stripe.restrict()
    assert api("GET", "/v1/events").status_code == 200


def test_a_key_that_only_reads_may_not_change(stripe, api):
    stripe.restrict("webhook_endpoints:write")
    assert api("GET", ENDPOINTS).status_code == 200
    answer = api("POST", ENDPOINTS, GOOD)
    assert answer.status_code == 403
    assert "rak_webhook_endpoint_write" in answer.text
    assert stripe.endpoints == []


def test_a_compatible_server_may_lack_whole_resources(stripe, api):
    stripe.lacks("events", "tax_ids")
    customer = stripe.add_customer()
    for path in ("/v1/events", f"/v1/customers/{customer}/tax_ids"):
        assert api.error(api("GET", path)) == (404, "invalid_request_error", None)
    assert api("GET", f"/v1/customers/{customer}").status_code == 200
    stripe.lacks()
    assert api("GET", "/v1/events").status_code == 200


@pytest.mark.parametrize("status", [400, 415])
def test_json_is_no_form(stripe, api, status):
    stripe.variant("json_body", str(status))
    answer = api("POST", ENDPOINTS, body=b'{"url": "x"}', kind="application/json")
    assert api.error(answer) == (status, "invalid_request_error", None)


def test_brackets_of_a_form_make_groups_and_lists():
    pairs = [
        ("metadata[mahnwerk_level]", "2"),
        ("metadata[leer]", ""),
        ("expand[]", "data.customer"),
        ("expand[1]", "data.payments"),
        ("created[gte]", "5"),
        ("payment[type]", "payment_intent"),
        ("limit", "3"),
        ("limit", "4"),
    ]
    assert nested(pairs) == {
        "metadata": {"mahnwerk_level": "2", "leer": ""},
        "expand": ["data.customer", "data.payments"],
        "created": {"gte": "5"},
        "payment": {"type": "payment_intent"},
        "limit": "4",
    }


@pytest.mark.parametrize(
    "names", [["a["], ["[a]"], ["a[][b]"], ["a", "a[b]"], ["a[b]", "a"], ["a[b]", "a[]"]], ids=str
)
def test_brackets_that_do_not_fit_are_400(api, names):
    with pytest.raises(ApiError):
        nested([(name, "1") for name in names])
    query = dict.fromkeys(names, "1")
    assert api("GET", "/v1/events", query=query).status_code == 400


def statuses(api, path, times):
    return [api("GET", path) for _ in range(times)]


def test_each_endpoint_has_its_own_limit_and_never_says_how_long_to_wait():
    sandbox = StripeSandbox(today=DAY, limiter=True, rate=3.0, livemode=True)
    api = StripeApi(sandbox)
    answers = statuses(api, "/v1/events", 5)
    assert [each.status_code for each in answers[:3]] == [200, 200, 200]
    refused = answers[-1]
    assert api.error(refused) == (429, "invalid_request_error", "rate_limit")
    assert refused.headers[REASON] == "endpoint-rate"
    assert "Retry-After" not in refused.headers
    assert api("GET", ENDPOINTS).status_code == 200  # another endpoint


def test_a_test_account_is_limited_as_a_whole_before_any_endpoint():
    sandbox = StripeSandbox(today=DAY, limiter=True)
    api = StripeApi(sandbox)
    for path in ("/v1/events", ENDPOINTS):
        answers = statuses(api, path, 20)
    refused = [each for each in answers if each.status_code == 429]
    assert {each.headers[REASON] for each in refused} == {"global-rate"}


def test_what_is_refused_by_the_limit_is_not_carried_out():
    sandbox = StripeSandbox(today=DAY, limiter=True, rate=1.0, livemode=True)
    api = StripeApi(sandbox)
    codes = [api("POST", ENDPOINTS, GOOD).status_code for _ in range(4)]
    assert codes.count(200) == len(sandbox.endpoints) < 4


def test_a_route_without_key_lies_outside_of_the_api(stripe, api):
    stripe.gateway.routes.append(
        route("GET", "/file/{id}", lambda *_: Reply(200, b"%PDF", type="application/pdf"))
    )
    answer = api("GET", "/file/1", headers={"Authorization": None, "Stripe-Version": None})
    assert (answer.status_code, answer.data) == (200, b"%PDF")
