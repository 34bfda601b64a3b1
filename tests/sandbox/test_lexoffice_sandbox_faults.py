"""Every fault, as a client sees it on the wire, and what was executed nevertheless."""

import threading
import time
from datetime import date

import pytest
import requests
from lexoffice_body import body
from waiting import until

from sandbox.lexoffice import FAULT_KINDS, LexofficeSandbox

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        ("throttle", 429, "Rate limit exceeded"),
        ("throttle500", 500, "Internal server error or rate limit exceeded"),
        ("error500", 500, "Internal Server Error"),
        ("error503", 503, None),
        ("unauthorized", 401, "Unauthorized"),
        ("payment_required", 402, "Payment required"),
    ],
)
def test_an_error_of_the_gateway_is_not_executed(
    sandbox, api, invoice, muster, kind, status, message
):
    sandbox.fault(kind)
    answer = api.post("/v1/dunnings", body(muster), precedingSalesVoucherId=invoice)
    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert not sandbox.world.dunnings
    assert api.get("/v1/profile").status_code == 200  # once only


def test_a_forbidden_call_echoes_the_token(sandbox, api):
    sandbox.fault("forbidden_token")
    answer = api.get("/v1/profile")
    assert answer.status_code == 403
    assert "'sandbox-key-0001' not a valid key=value pair" in answer.text


def test_a_late_success_was_executed(sandbox, api, invoice, muster):
    sandbox.fault("late_success", path="/v1/dunnings", method="POST")
    answer = api.post("/v1/dunnings", body(muster), precedingSalesVoucherId=invoice)
    assert (answer.status_code, answer.json()) == (504, {"message": "Endpoint request timed out"})
    assert len(sandbox.world.dunnings) == 1
    assert len(api.json(f"/v1/invoices/{invoice}")["relatedVouchers"]) == 1


def test_a_timeout_never_answers_and_does_not_execute(sandbox, api, invoice, muster):
    sandbox.fault("timeout")
    with pytest.raises(requests.ReadTimeout):
        api("POST", "/v1/dunnings", json=body(muster), timeout=0.1,
            params={"precedingSalesVoucherId": invoice})  # fmt: skip
    assert not sandbox.world.dunnings
    sandbox.clear_faults()
    assert api.get("/v1/profile").status_code == 200


def test_a_call_that_hangs_ends_when_faults_are_cleared(sandbox, api):
    sandbox.fault("timeout")
    threading.Timer(0.1, sandbox.clear_faults).start()
    start = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        api.get("/v1/profile")
    assert time.monotonic() - start < 5
    assert sandbox.requests[-1].status == 0


def test_a_slow_answer_is_whole_in_the_end(sandbox, api):
    sandbox.fault("slow_drip", seconds=0.01)
    start = time.monotonic()
    answer = api.get("/v1/profile")
    assert answer.json()["organizationId"] == sandbox.organization_id
    assert time.monotonic() - start > 0.1


def test_an_answer_may_be_a_page_for_people(sandbox, api):
    sandbox.fault("html")
    answer = api.get("/v1/profile")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.content.startswith(b"<!DOCTYPE html>")


def test_an_answer_may_end_in_the_middle(sandbox, api):
    sandbox.fault("truncated")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        api.get("/v1/profile")


def test_a_connection_may_be_reset(sandbox, api):
    sandbox.fault("reset")
    with pytest.raises(requests.ConnectionError, match="reset"):
        api.get("/v1/profile")
    assert sandbox.requests[-1].status == 0
    assert api.get("/v1/profile").status_code == 200


def test_an_answer_may_be_empty(sandbox, api):
    sandbox.fault("empty")
    answer = api.get("/v1/profile")
    assert (answer.status_code, answer.content) == (200, b"")


def test_valid_json_may_have_another_shape(sandbox, api, invoice, muster):
    sandbox.add_invoice(contact=muster, gross="10.00", on=date(2026, 1, 5))
    sandbox.fault("bad_json_shape", times=4)
    first, second = api.rows()
    assert "id" not in first
    assert second["openAmount"] == "abc"
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == "abc"
    assert api.json(f"/v1/invoices/{invoice}")["totalPrice"]["totalGrossAmount"] == "abc"
    assert "id" not in api.json(f"/v1/contacts/{muster}")


def test_every_kind_of_fault_can_be_switched_on_and_off(sandbox, api):
    for kind in FAULT_KINDS:
        sandbox.fault(kind, times=0)
        sandbox.clear_faults()
    assert api.get("/v1/profile").status_code == 200
    assert len(FAULT_KINDS) == 15
    with pytest.raises(ValueError, match="no fault"):
        sandbox.fault("earthquake")
    with pytest.raises(ValueError, match="negative"):
        sandbox.fault("reset", times=-1)


def test_a_fault_meets_only_its_path_and_method_and_counts_down(sandbox, api, invoice):
    sandbox.fault("error503", times=2, path="/payments/", method="GET")
    codes = [
        api.get(path).status_code
        for path in ("/v1/profile", *[f"/v1/payments/{invoice}"] * 3, "/v1/profile")
    ]
    assert codes == [200, 503, 503, 200, 200]


def test_faults_are_taken_in_their_order(sandbox, api):
    sandbox.fault("error500")
    sandbox.fault("error503")
    assert [api.get("/v1/profile").status_code for _ in range(3)] == [500, 503, 200]


def test_without_a_count_a_fault_lasts_until_it_is_cleared(sandbox, api):
    sandbox.fault("throttle", times=0)
    assert {api.get("/v1/profile").status_code for _ in range(7)} == {429}
    sandbox.clear_faults()
    assert api.get("/v1/profile").status_code == 200


def test_stopping_ends_calls_that_hang():
    sandbox = LexofficeSandbox(limiter=False)
    url = sandbox.start()
    sandbox.fault("timeout")
    failed = []

    def call():
        try:
            requests.get(f"{url}/v1/profile", timeout=20)
        except requests.ConnectionError as error:
            failed.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    until(lambda: not sandbox.gateway.faults.active())
    sandbox.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert len(failed) == 1


def test_many_threads_at_once_lose_no_write(sandbox, api, invoice):
    def pay():
        sandbox.pay(invoice, "1.00")
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {sandbox.api_key}"
            session.get(f"{sandbox.base_url}/v1/payments/{invoice}", timeout=10)

    threads = [threading.Thread(target=pay) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert api.json(f"/v1/payments/{invoice}")["openAmount"] == 1170
    assert sandbox.count("/v1/payments/") == 21
