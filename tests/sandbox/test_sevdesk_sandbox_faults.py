"""Every fault, as a client sees it on the wire, and what was executed nevertheless."""

import threading

import pytest
import requests
from waiting import until

from sandbox.sevdesk import FAULT_KINDS

PATH = "/Invoice/Factory/createInvoiceReminder"
# kind -> (status, type, a word of the body, executed)
SEEN = {
    "throttle": (429, "application/json", "Too many", False),
    "error500": (500, "application/json", "Internal", False),
    "error503": (503, "application/json", "Unavailable", False),
    "unauthorized": (401, "application/json", "Authentication required", False),
    "token_rotated": (401, "application/json", "Authentication required", False),
    "forbidden": (403, "application/json", "not allowed", False),
    "blocked": (403, "application/json", "blocked", False),
    "payment_required": (402, "application/json", "plan", False),
    "error_in_200": (200, "application/json", '"error"', False),
    "html": (200, "text/html; charset=utf-8", "Wartungsarbeiten", False),
    "maintenance": (503, "text/html; charset=utf-8", "Wartungsarbeiten", False),
    "empty": (200, "application/json", "", False),
    "error500_after_write": (500, "application/json", "Internal", True),
    "error400_after_write": (400, "application/json", "Bad Request", True),
    "bad_json_shape": (200, "application/json", "unexpected", True),
}
# The ones below, which need a list or a socket.
ELSEWHERE = {"half_page", "timeout", "reset", "slow_drip", "truncated"}


def remind(sev, invoice):
    return sev("POST", PATH, {"invoice": {"id": invoice, "objectName": "Invoice"}})


def test_every_fault_is_tried():
    assert SEEN.keys() | ELSEWHERE == set(FAULT_KINDS)


@pytest.mark.parametrize("kind", SEEN)
def test_a_fault_is_seen_once_and_says_whether_it_executed(sevdesk, sev, late, kind):
    status, type_, word, executed = SEEN[kind]
    sevdesk.fault(kind, method="POST", path="createInvoiceReminder")
    assert sev("GET", "/Invoice").status_code == 200  # another path
    answer = remind(sev, late)
    assert (answer.status_code, answer.content_type) == (status, type_)
    assert word in answer.text
    assert len(sevdesk.reminders(late)) == int(executed)
    lasting = kind in {"blocked", "token_rotated"}
    assert (remind(sev, late).status_code != 200) == lasting
    sevdesk.clear_faults()
    assert remind(sev, late).status_code == 200
    assert [each.status for each in sevdesk.requests][:2] == [200, status]


def test_an_error_names_its_status_and_throttling_how_long(sevdesk, sev):
    sevdesk.fault("throttle", seconds=7)
    answer = sev("GET", "/Invoice")
    assert answer.headers["Retry-After"] == "7"
    assert answer.json["error"]["responseCode"] == 429
    assert answer.json["objects"] is None


def test_half_a_page_has_no_hint_but_the_total(sevdesk, sev, kunde, late):
    for _ in range(3):
        sevdesk.draft(contact=kunde, gross="10.00", on=sevdesk.world.clock.today())
    sevdesk.fault("half_page")
    assert sev.get("/Invoice", countAll="true")["total"] == "4"
    sevdesk.fault("half_page")
    assert len(sev.rows("/Invoice")) == 2
    assert len(sev.rows("/Invoice")) == 4


def test_rows_lose_an_id_and_an_amount(sevdesk, sev, kunde, late):
    sevdesk.add_invoice(contact=kunde, gross="10.00", on=sevdesk.world.clock.today())
    sevdesk.fault("bad_json_shape")
    first, second = sev.rows("/Invoice")
    assert "id" not in first
    assert (second["id"], second["sumGross"], second["paidAmount"]) == (late, "abc", "abc")


@pytest.mark.parametrize("wrong", ["", "Bearer {key}", "0" * 32, "{key} "])
def test_only_the_raw_token_opens(sevdesk, sev, wrong):
    header = {"Authorization": wrong.format(key=sevdesk.api_key)}
    if wrong.endswith(" "):
        header = {"Authorization": "x" + sevdesk.api_key}
    answer = sev("GET", "/Invoice", headers=header)
    assert answer.status_code == 401
    assert answer.json == {"status": 401, "message": "Authentication required"}


def test_a_token_made_anew_ends_the_old_one(sevdesk, sev):
    old = {"Authorization": sevdesk.api_key}
    sevdesk.new_key("f" * 32)
    assert sev("GET", "/Invoice", headers=old).status_code == 401
    assert sev("GET", "/Invoice").status_code == 200


@pytest.mark.parametrize(
    ("path", "version", "status"),
    [
        ("/Invoice", "default", 200), ("/Invoice", "2.0", 200), ("/Invoice", "9", 400),
        ("/Tools/bookkeepingSystemVersion", "default", 200),
        ("/Tools/bookkeepingSystemVersion", "2.0", 400),
    ],
)  # fmt: skip
def test_a_version_is_checked(sev, path, version, status):
    assert sev("GET", path, headers={"X-Version": version}).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/Nothing", 404, None), ("GET", "/Invoice/abc", 404, None),
        ("POST", "/Invoice/Factory/createInvoiceFromInvoice", 404, 157),
        ("GET", "/Contact/99", 404, 151), ("GET", "/CheckAccount/99", 404, 151),
        ("GET", "/StaticCountry/99", 404, 151), ("GET", "/ContactAddress/99", 404, 151),
        ("POST", "/Invoice/Factory/saveInvoice", 400, None), ("POST", PATH, 400, None),
    ],
)  # fmt: skip
def test_what_there_is_not_and_what_is_malformed(sev, method, path, status, code):
    answer = sev(method, path)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_bodies_that_are_no_json_are_refused(sevdesk):
    from werkzeug.test import Client

    client = Client(sevdesk.application)
    for data, kind in (
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"a=1", "text/plain"),
    ):
        answer = client.post(
            f"/api/v1{PATH}", data=data, content_type=kind,
            headers={"Authorization": sevdesk.api_key},
        )  # fmt: skip
        assert (answer.status_code, answer.json["error"]["errorCode"]) == (400, 23000)


@pytest.fixture(scope="module")
def running():
    """One server for the faults of the socket."""
    from datetime import date

    from sandbox.sevdesk import SevdeskSandbox

    with SevdeskSandbox(today=date(2026, 11, 20)) as sandbox:
        yield sandbox
        sandbox.clear_faults()


def get(running, timeout=10):
    key = {"Authorization": running.api_key}
    return requests.get(f"{running.base_url}/Invoice", headers=key, timeout=timeout)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_connection_ends(running, kind, error):
    running.fault(kind)
    with pytest.raises(error):
        get(running)
    assert get(running).json() == {"objects": []}


def test_an_answer_drips_and_is_whole(running):
    running.fault("slow_drip", seconds=0.001)
    assert get(running).json() == {"objects": []}


def test_a_timeout_never_answers_until_it_is_cleared(running):
    running.fault("timeout")
    before, failed = len(running.requests), []

    def call():
        try:
            get(running)
        except requests.ConnectionError as error:
            failed.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    until(lambda: len(running.requests) > before)
    assert not failed
    running.clear_faults()
    thread.join()
    assert len(failed) == 1
    assert running.requests[-1].status == 0


def test_a_limit_of_its_own_says_when_to_come_back():
    from sevdesk_api import SevdeskApi

    from sandbox.sevdesk import SevdeskSandbox

    sev = SevdeskApi(SevdeskSandbox(limiter=True, rate=0.001, burst=2))
    answers = [sev("GET", "/Invoice") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "1"
