"""The client of Stripe: what it sends, what it repeats, how lists end, what errors mean (§1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from scripted_server import Request, Script, ScriptedServer, answer

from connectors.stripe import client
from connectors.stripe.client import StripeClient, path_of
from connectors.stripe.meaning import CursorGone
from connectors.stripe.platform import API_VERSION
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    ConfigError,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)
from core.services.gate import OpenGate

KEY = "rk_test_mahnwerk0123456789"


class Desk:
    """A client at a server that answers what it is told."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.slept: list[float] = []
        self.clients: list[StripeClient] = []
        self.client = self.open()

    def open(self, path: str = "", **options: Any) -> StripeClient:
        fixed: dict[str, Any] = {"patience": 60, "sleep": self.slept.append}
        gate = OpenGate(lambda _: None)
        opened = StripeClient(f"{self.server.base}{path}", KEY, gate, **(fixed | options))
        self.clients.append(opened)
        return opened

    def play(self, *scripts: Script) -> None:
        self.server.play(*scripts)

    @property
    def last(self) -> Request:
        return self.server.seen[-1]

    def asked(self) -> tuple[str, list[tuple[str, str]]]:
        """Path and parameters of the last request."""
        parts = urlsplit(self.last.target)
        return parts.path, parse_qsl(parts.query)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().running() as running:
        yield running


@pytest.fixture
def desk(server: ScriptedServer) -> Iterator[Desk]:
    opened = Desk(server)
    yield opened
    for each in opened.clients:
        each.close()


def listed(*ids: str, more: bool = False) -> Script:
    rows = [{"id": each} for each in ids]
    return answer(200, {"object": "list", "url": "/v1/invoices", "has_more": more, "data": rows})


def error(
    status: int,
    type_: str = "invalid_request_error",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Script:
    """An error as Stripe says it; its message is a trap for whoever reads it."""
    body = {"error": {"type": type_, "message": "rate_limit resource_missing permission", **more}}
    return answer(status, body, headers=headers)


OK = answer(200, {"id": "in_1", "object": "invoice"})


# What is sent.


def test_key_and_version_go_with_every_request(desk: Desk) -> None:
    desk.play(OK)
    assert desk.client.get(path_of("invoices", "in_1")) == {"id": "in_1", "object": "invoice"}
    headers = desk.last.headers
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["Stripe-Version"] == API_VERSION == "2026-10-28.endive"
    assert "Stripe-Account" not in headers
    assert desk.client.requests == 1


def test_a_connected_account_is_named(desk: Desk) -> None:
    desk.play(OK)
    desk.open(account="acct_1Muster").get("account")
    assert desk.last.headers["Stripe-Account"] == "acct_1Muster"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/stripe/v1"])
def test_the_address_may_end_with_the_version_of_the_api(desk: Desk, path: str) -> None:
    desk.play(OK)
    desk.open(path).get("balance")
    assert desk.asked()[0] == f"{path.rstrip('/').removesuffix('/v1')}/v1/balance"


def test_a_key_is_not_sent_in_clear() -> None:
    with pytest.raises(ConfigError, match="https://"):
        StripeClient("http://api.stripe.example", KEY, OpenGate(lambda _: None))


def test_ids_in_a_path_stay_in_their_part(desk: Desk) -> None:
    desk.play(OK)
    desk.client.get(path_of("customers", "cus_1/../invoices?x", "tax_ids"))
    path = urlsplit(desk.last.target).path
    assert path == "/v1/customers/cus_1%2F..%2Finvoices%3Fx/tax_ids"
    assert unquote(path).count("tax_ids") == 1


def test_what_is_embedded_is_asked_for_in_brackets(desk: Desk) -> None:
    desk.play(OK)
    desk.client.get("invoices/in_1", ("customer", "payments.data.payment.payment_intent"))
    assert desk.asked()[1] == [
        ("expand[]", "customer"),
        ("expand[]", "payments.data.payment.payment_intent"),
    ]


def test_a_form_goes_with_its_idempotency_key(desk: Desk) -> None:
    desk.play(OK)
    fields = [("metadata[mahnwerk_level]", "2"), ("auto_advance", "false")]
    desk.client.post("invoices/in_1", fields, "mahnwerk-N7")
    assert parse_qsl(desk.last.body.decode()) == fields
    assert desk.last.headers["Idempotency-Key"] == "mahnwerk-N7"
    assert desk.last.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_something_is_deleted(desk: Desk) -> None:
    desk.play(answer(200, {"id": "we_1", "deleted": True}))
    desk.client.delete("webhook_endpoints/we_1")
    assert desk.last.method == "DELETE"


# Lists.


def test_a_page_by_filters_and_cursor(desk: Desk) -> None:
    desk.play(listed("in_2", "in_1"))
    params = [("status", "open"), ("created[gte]", "1772406000")]
    page = desk.client.page("invoices", params, limit=2, after="in_3")
    assert ([row["id"] for row in page.rows], page.more) == (["in_2", "in_1"], False)
    assert desk.asked() == (
        "/v1/invoices",
        [*params, ("limit", "2"), ("starting_after", "in_3")],
    )


def test_a_list_is_read_to_its_end_each_page_once(desk: Desk) -> None:
    desk.play(listed("in_5", "in_4", more=True), listed("in_3", more=True), listed("in_1"))
    pages = list(desk.client.every("invoices", [("status", "open")]))
    assert [row["id"] for page in pages for row in page.rows] == ["in_5", "in_4", "in_3", "in_1"]
    cursors = [dict(parse_qsl(urlsplit(each.target).query)) for each in desk.server.seen]
    assert [each.get("starting_after") for each in cursors] == [None, "in_4", "in_3"]
    assert {each["limit"] for each in cursors} == {"100"}


def test_a_list_goes_on_where_it_was_left(desk: Desk) -> None:
    desk.play(listed("in_1"))
    assert len(list(desk.client.every("invoices", after="in_2"))) == 1
    assert ("starting_after", "in_2") in desk.asked()[1]


def test_an_empty_list_is_one_page(desk: Desk) -> None:
    desk.play(listed())
    assert list(desk.client.every("invoices")) == [([], False)]


def test_a_server_without_cursors_is_noticed(desk: Desk) -> None:
    desk.play(listed("in_2", "in_1", more=True))  # again and again
    with pytest.raises(MalformedResponse):
        list(desk.client.every("invoices"))
    assert len(desk.server.seen) == 2


def test_a_list_that_goes_in_circles_is_noticed(desk: Desk) -> None:
    desk.play(listed("in_2", more=True), listed("in_1", more=True), listed("in_2", more=True))
    with pytest.raises(MalformedResponse):
        list(desk.client.every("invoices"))
    assert len(desk.server.seen) == 3


def test_a_list_without_an_end_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    desk.play(*(listed(f"in_{n}", more=True) for n in range(9)))
    with pytest.raises(MalformedResponse):
        list(desk.client.every("invoices"))
    assert len(desk.server.seen) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"object": "list", "has_more": False},
        {"data": [{"id": "in_1"}]},
        {"data": [], "has_more": True},
        {"data": ["in_1"], "has_more": False},
        {"data": [{"object": "invoice"}], "has_more": False},
        {"data": {"in_1": {}}, "has_more": False},
        [],
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(desk: Desk, body: Any) -> None:
    desk.play(answer(200, body))
    with pytest.raises(MalformedResponse, match="invoices") as caught:
        desk.client.page("invoices")
    assert caught.value.connector == "stripe"


def test_what_is_no_object_is_not_read(desk: Desk) -> None:
    desk.play(answer(200, []))
    with pytest.raises(MalformedResponse, match="customers"):
        desk.client.get("customers/cus_1")


# What is repeated.


@pytest.mark.parametrize("status", [409, 424, 500, 503])
def test_a_conflict_and_a_failure_pass(desk: Desk, status: int) -> None:
    desk.play(error(status), OK)
    assert desk.client.get("invoices/in_1")["id"] == "in_1"
    assert (desk.client.requests, len(desk.slept)) == (2, 1)


def test_stripes_own_word_wins_over_the_status(desk: Desk) -> None:
    desk.play(error(500, "api_error", {"stripe-should-retry": "false"}), OK)
    with pytest.raises(Unreachable):
        desk.client.get("invoices/in_1")
    desk.play(error(400, headers={"stripe-should-retry": "true"}), OK)
    assert desk.client.get("invoices/in_1")["id"] == "in_1"


def test_its_word_may_also_end_a_throttled_call(desk: Desk) -> None:
    desk.play(error(429, headers={"stripe-should-retry": "false"}), OK)
    with pytest.raises(RateLimited):
        desk.client.get("invoices/in_1")
    assert len(desk.server.seen) == 1


def test_a_write_with_a_key_is_repeated_until_its_answer_is_known(desk: Desk) -> None:
    desk.play(error(500, "api_error"), error(409), OK)
    assert desk.client.post("invoices/in_1", [("a", "b")], "mahnwerk-N7")["id"] == "in_1"
    assert {each.headers["Idempotency-Key"] for each in desk.server.seen} == {"mahnwerk-N7"}
    assert len(desk.server.seen) == 3


def test_a_write_without_a_key_is_not(desk: Desk) -> None:
    desk.play(error(500, "api_error", {"stripe-should-retry": "true"}), OK)
    with pytest.raises(AnswerUnknown):
        desk.client.post("customers/cus_1/funding_instructions", [])
    desk.play(error(400, headers={"stripe-should-retry": "true"}), OK)
    with pytest.raises(Rejected):
        desk.client.post("customers/cus_1/funding_instructions", [])
    assert len(desk.server.seen) == 1


def test_a_write_that_answers_nonsense_may_have_happened(desk: Desk) -> None:
    desk.play(answer(200, b"<html>", kind="text/html"))
    with pytest.raises(AnswerUnknown):
        desk.client.post("invoices/in_1", [], "mahnwerk-N7")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("endpoint-rate", "Anfragen derselben Art in einer Sekunde"),
        ("global-concurrency", "Anfragen des Kontos zugleich"),
        ("of-2027", "of-2027"),
        ("", "Stripe bremst. Bitte"),
    ],
)
def test_who_is_throttled_says_why(desk: Desk, reason: str, told: str) -> None:
    headers = {"Stripe-Rate-Limited-Reason": reason} if reason else {}
    desk.play(error(429, headers=headers))
    with pytest.raises(RateLimited, match=told) as caught:
        desk.open(patience=0.5).get("invoices/in_1")
    assert "asks to slow down" in caught.value.en


def test_throttling_is_waited_for_at_the_gate(desk: Desk) -> None:
    desk.play(
        error(429), error(400, code="rate_limit"), answer(429, b"slow", kind="text/plain"), OK
    )
    assert desk.client.get("invoices/in_1")["id"] == "in_1"
    assert desk.slept == []


def test_a_lock_is_tried_again_soon_and_slows_nobody_down(desk: Desk) -> None:
    desk.play(error(429, code="lock_timeout"), OK)
    assert desk.client.get("invoices/in_1")["id"] == "in_1"
    assert len(desk.slept) == 1
    assert desk.slept[0] <= 2


# What errors mean.


def failed(desk: Desk, script: Script, path: str = "invoices/in_1") -> ConnectorError:
    desk.play(script)
    with pytest.raises(ConnectorError) as caught:
        desk.open(patience=0.5).get(path)
    assert KEY not in f"{caught.value} {caught.value.en}"
    assert caught.value.en
    return caught.value


@pytest.mark.parametrize("status", [400, 404])
def test_an_object_that_is_gone(desk: Desk, status: int) -> None:
    found = failed(desk, error(status, code="resource_missing", param="id"))
    assert isinstance(found, NotFound)
    assert len(desk.server.seen) == 1


def test_an_object_that_another_server_does_not_have(desk: Desk) -> None:
    assert isinstance(failed(desk, error(404)), NotFound)


@pytest.mark.parametrize("path", ["invoice_payments", "customers/cus_1/funding_instructions"])
def test_a_call_that_another_server_does_not_know(desk: Desk, path: str) -> None:
    found = failed(desk, error(404), path)
    assert isinstance(found, NotSupported)
    assert "api_base" in str(found)


def test_404_of_somebody_else_takes_no_claim_out_of_the_books(desk: Desk) -> None:
    for script in (answer(404, b"<html>", kind="text/html"), answer(404, {"message": "no route"})):
        found = failed(desk, script)
        assert isinstance(found, MalformedResponse)
        assert "api_base" in str(found)


@pytest.mark.parametrize("param", ["starting_after", "ending_before"])
def test_a_lost_cursor_is_no_lost_object(desk: Desk, param: str) -> None:
    found = failed(desk, error(400, code="resource_missing", param=param), "invoices")
    assert isinstance(found, CursorGone)
    assert not isinstance(found, NotFound)


@pytest.mark.parametrize(
    "script",
    [error(401), error(400, code="api_key_expired"), answer(401, b"", kind="text/plain")],
)
def test_a_refused_key_says_where_to_make_another(desk: Desk, script: Script) -> None:
    found = failed(desk, script)
    assert isinstance(found, AuthFailed)
    assert "Entwickler → API-Schlüssel" in str(found)
    assert "mahnwerk connect stripe --set api_key=-" in str(found)


@pytest.mark.parametrize(
    ("path", "right", "right_en"),
    [
        ("invoices", "Leserecht auf „Rechnungen“", "read on “Invoices”"),
        ("invoice_payments", "Leserecht auf „Rechnungen“", "read on “Invoices”"),
        ("events", "Leserecht auf „Ereignisse“", "read on “Events”"),
        ("disputes", "Leserecht auf „Streitfälle (Disputes)“", "read on “Disputes”"),
        ("customers/cus_1", "Leserecht auf „Kunden“", "read on “Customers”"),
        ("webhook_endpoints", "Schreibrecht auf „Webhook-Endpunkte“", "write on “Webhook"),
        ("of_2027", "Leserecht geben", "right to read"),
    ],
)
def test_a_missing_right_is_named(desk: Desk, path: str, right: str, right_en: str) -> None:
    found = failed(desk, error(403), path)
    assert isinstance(found, AuthFailed)
    assert right in str(found)
    assert right_en in found.en


def test_a_missing_right_by_its_code_or_without_any_body(desk: Desk) -> None:
    by_code = error(400, code="more_permissions_required")
    for script in (by_code, answer(403, b"", kind="text/plain")):
        found = failed(desk, script)
        assert isinstance(found, AuthFailed)
        assert "Rechnungen" in str(found)


def test_a_connected_account_that_is_not_ours(desk: Desk) -> None:
    found = failed(desk, error(403, code="account_invalid"))
    assert isinstance(found, AuthFailed)
    assert "--set account=" in str(found)


def test_the_same_key_for_another_entry(desk: Desk) -> None:
    desk.play(error(400, "idempotency_error"))
    with pytest.raises(Rejected, match="anderem Inhalt"):
        desk.client.post("invoices/in_1", [("a", "c")], "mahnwerk-N7")


def test_other_refusals_quote_what_stripe_says_and_read_none_of_it(desk: Desk) -> None:
    found = failed(desk, error(402, "card_error", code="card_declined", param="source"))
    assert type(found) is Rejected
    assert "402 (card_declined, source): „rate_limit resource_missing permission“" in str(found)
    assert API_VERSION not in str(found)


def test_a_refusal_without_a_reason_names_the_version_that_was_asked(desk: Desk) -> None:
    bare = answer(400, {"error": {"type": "invalid_request_error"}})
    found = failed(desk, bare)
    assert type(found) is Rejected
    assert API_VERSION in str(found)
    assert API_VERSION in found.en


def test_the_request_id_is_kept_for_stripes_support(desk: Desk) -> None:
    found = failed(desk, error(402, headers={"Request-Id": "req_mahnwerk1"}))
    assert found.request_id == "req_mahnwerk1"


def test_a_failure_of_stripe_and_of_somebody_else(desk: Desk) -> None:
    for script in (error(500, "api_error"), answer(502, b"<html>", kind="text/html")):
        assert isinstance(failed(desk, script), Unreachable)
