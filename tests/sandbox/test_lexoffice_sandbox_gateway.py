"""What stands in front of every endpoint: key, paths, limit, headers, envelopes of errors."""

import time

import pytest
import requests

from sandbox.lexoffice import LexofficeSandbox


@pytest.mark.parametrize("header", [None, "Bearer wrong-key-0000", "Basic sandbox-key-0001"])
def test_a_wrong_key_is_401_with_the_gateways_body(sandbox, header):
    headers = {"Authorization": header} if header else {}
    answer = requests.get(f"{sandbox.base_url}/v1/profile", headers=headers, timeout=5)
    assert answer.status_code == 401
    assert answer.json() == {"message": "Unauthorized"}
    assert answer.headers["x-amzn-ErrorType"] == "UnauthorizedException"


@pytest.mark.parametrize("path", ["/v1/dunningruns", "/v2/profile", "/", "/v1", "/v1/"])
def test_an_unknown_path_is_403_and_echoes_the_token(api, path):
    answer = api.get(path)
    assert answer.status_code == 403
    assert "'sandbox-key-0001' not a valid key=value pair" in answer.json()["message"]


def test_an_unknown_path_without_a_key_has_nothing_to_echo(sandbox):
    answer = requests.get(f"{sandbox.base_url}/v1/nowhere", timeout=5)
    assert (answer.status_code, answer.json()["message"]) == (403, "Missing Authentication Token")


@pytest.mark.parametrize(
    "path", ["/v1/invoices", "/v1/dunnings", "/v1/invoices/x/actions/finalize", "/v1/credit-notes"]
)
def test_there_are_no_lists_and_no_actions(api, path):
    assert api.get(path).status_code == 404


@pytest.mark.parametrize("resource", ["invoices", "dunnings"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_sales_vouchers_cannot_be_changed_or_deleted(sandbox, api, invoice, resource, method):
    id_ = invoice
    if resource == "dunnings":
        id_ = sandbox.dun(invoice, title="Mahnung", on=sandbox.world.clock.today())
    path = f"/v1/{resource}/{id_}"
    assert api(method, path, json={}).status_code == 405
    sandbox.variant("method_error", "403")
    answer = api(method, path, json={})
    assert answer.status_code == 403
    assert "sandbox-key-0001" in answer.text
    assert api.get(path).status_code == 200


def test_six_quick_calls_are_throttled_without_a_hint_and_not_executed():
    with LexofficeSandbox() as sandbox, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {sandbox.api_key}"
        body = {"version": 0, "roles": {"customer": {}}, "company": {"name": "Muster GmbH"}}
        url = f"{sandbox.base_url}/v1/contacts"
        answers = [session.post(url, json=body, timeout=5) for _ in range(6)]
        assert [each.status_code for each in answers] == [200] * 5 + [429]
        assert answers[-1].json() == {"message": "Rate limit exceeded"}
        assert not {"retry-after", "x-ratelimit-limit", "x-ratelimit-remaining"} & {
            name.lower() for name in answers[-1].headers
        }
        assert len(sandbox.world.contacts) == 5


def test_two_tokens_a_second_flow_in():
    with LexofficeSandbox(rate=50, burst=1) as sandbox, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {sandbox.api_key}"
        url = f"{sandbox.base_url}/v1/profile"
        start, good = time.monotonic(), 0
        while good < 6:
            good += session.get(url, timeout=5).status_code == 200
        # One is there at once, five more need a fiftieth of a second each.
        assert time.monotonic() - start >= 5 / 50


def test_a_regular_error_has_all_the_fields_of_its_envelope(api):
    answer = api.get("/v1/invoices/unknown")
    body = answer.json()
    assert answer.status_code == body["status"] == 404
    assert (body["error"], body["path"]) == ("Not Found", "/v1/invoices/unknown")
    assert set(body) == {
        "timestamp", "status", "error", "path", "traceId", "requestId", "message",
    }  # fmt: skip
    assert answer.headers["x-amzn-RequestId"] == body["requestId"]
    assert "x-amz-apigw-id" in answer.headers
    assert "x-amzn-trace-id" in answer.headers


@pytest.mark.parametrize("resource", ["contacts", "vouchers", "files"])
def test_a_legacy_error_is_a_list_of_issues(api, resource):
    answer = api.get(f"/v1/{resource}/unknown")
    assert answer.status_code == 404
    (issue,) = answer.json()["IssueList"]
    assert set(issue) == {"i18nKey", "source", "type", "additionalData", "args"}
    assert issue["i18nKey"] == "missing_entity"
    assert answer.json()["requestId"] == answer.headers["x-amzn-RequestId"]


def test_a_body_without_its_content_type_is_415(api):
    answer = api("POST", "/v1/contacts", data=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert api("POST", "/v1/contacts", data=b"{}").status_code == 415


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_400(api, body):
    headers = {"Content-Type": "application/json"}
    assert api("POST", "/v1/dunnings", data=body, headers=headers).status_code == 400


def test_the_small_endpoints_have_the_shapes_of_the_docs(sandbox, api):
    profile = api.json("/v1/profile")
    assert profile["organizationId"] == sandbox.organization_id
    assert (profile["taxType"], profile["smallBusiness"]) == ("net", False)
    assert "distanceSalesPrinciple" not in profile  # absent when unset
    for path in ("payment-conditions", "print-layouts", "countries", "posting-categories"):
        assert isinstance(api.json(f"/v1/{path}"), list)
    kinds = {each["taxClassification"] for each in api.json("/v1/countries")}
    assert kinds == {"de", "intraCommunity", "thirdPartyCountry"}
    (standard,) = [c for c in api.json("/v1/payment-conditions") if c["organizationDefault"]]
    assert standard["paymentTermDuration"] == 14


def test_the_log_tells_method_path_query_and_status(sandbox, api):
    api.get("/v1/profile")
    api.get("/v1/contacts", page=0)
    api.get("/v1/nowhere")
    assert [tuple(each) for each in sandbox.requests] == [
        ("GET", "/v1/profile", "", 200),
        ("GET", "/v1/contacts", "page=0", 200),
        ("GET", "/v1/nowhere", "", 403),
    ]
    assert (sandbox.count(), sandbox.count("/v1/contacts"), sandbox.count("", "POST")) == (3, 1, 0)


def test_a_connection_is_kept_between_calls(sandbox):
    """A connector pays for one handshake, not for one per invoice."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {sandbox.api_key}"
        for _ in range(3):
            session.get(f"{sandbox.base_url}/v1/profile", timeout=5)
        (pool,) = session.get_adapter("http://").poolmanager.pools._container.values()
        assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_a_revoked_key_is_401_until_there_is_a_new_one(sandbox, api):
    sandbox.revoke_key()
    assert api.get("/v1/profile").status_code == 401
    sandbox.new_key("sandbox-key-0002")
    assert api.get("/v1/profile").status_code == 401
    api.session.headers["Authorization"] = "Bearer sandbox-key-0002"
    assert api.get("/v1/profile").status_code == 200


def test_the_stand_in_can_be_stopped_and_started_with_its_state(muster, sandbox, api):
    sandbox.stop()
    assert sandbox.base_url == ""
    sandbox.start()
    assert api.json(f"/v1/contacts/{muster}")["company"]["name"] == "Muster GmbH"


def test_two_stand_ins_share_nothing():
    with LexofficeSandbox(seed=1) as one, LexofficeSandbox(seed=2) as other:
        one.add_contact(company="Muster GmbH")
        one.fault("error500")
        assert not other.world.contacts
        assert one.organization_id != other.organization_id
        assert other.gateway.faults.active() == []
