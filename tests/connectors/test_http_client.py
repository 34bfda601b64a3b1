"""The one HTTP client: what it sends, what it repeats, and when it gives up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import requests
from http_desk import Desk, open_desk
from scripted_server import answer
from urllib3.exceptions import MaxRetryError, NameResolutionError

from connectors._failures import Broken
from connectors._session import checked_keys
from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    Rejected,
)

OK = answer(200, {"ok": True})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def test_a_read_asks_the_gate_and_brings_amounts_as_decimal(desk: Desk) -> None:
    desk.server.play(answer(200, b'{"openAmount": 690.10, "rows": 3, "old": 1e2}'))
    found = desk.client().get_json("/voucherlist", {"voucherStatus": "open,paid", "page": 0})
    assert found == {"openAmount": Decimal("690.10"), "rows": 3, "old": Decimal(100)}
    assert str(found["openAmount"]) == "690.10"
    (request,) = desk.server.seen
    assert request.target == "/v1/voucherlist?voucherStatus=open%2Cpaid&page=0"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"].startswith("mahnwerk")
    assert desk.gate.told == ["wait"]


def test_a_parameter_may_stand_twice(desk: Desk) -> None:
    desk.client().get_json("events", [("type", "a"), ("type", "b c")])
    assert desk.server.seen[0].target == "/v1/events?type=a&type=b+c"


def test_a_write_carries_amounts_digit_for_digit(desk: Desk) -> None:
    desk.server.play(answer(201, {"id": "d1"}))
    body = {"amount": Decimal("1000.10"), "tiny": Decimal("1E-7"), "text": 'Ä "quoted" 12.5'}
    assert desk.client().post_json("/dunnings", body, {"for": "i1"}) == {"id": "d1"}
    (request,) = desk.server.seen
    assert request.headers["Content-Type"] == "application/json"
    assert (
        request.body.decode() == '{"amount":1000.10,"tiny":0.0000001,"text":"Ä \\"quoted\\" 12.5"}'
    )


def test_an_amount_that_is_no_number_is_not_sent(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no number"):
        desk.client().post_json("/dunnings", {"amount": Decimal("NaN")})
    assert desk.server.seen == []


def test_a_write_may_answer_nothing(desk: Desk) -> None:
    desk.server.play(answer(204))
    assert desk.client().post_json("/x", {}) is None


def test_a_file_comes_as_it_is(desk: Desk) -> None:
    desk.server.play(answer(200, b"%PDF-1.7 \x00\xff", kind="application/pdf"))
    found = desk.client().get("/invoices/i1/file", accept="application/pdf")
    assert found.content == b"%PDF-1.7 \x00\xff"
    assert found.headers["content-type"] == "application/pdf"
    assert desk.server.seen[0].headers["Accept"] == "application/pdf"


@pytest.mark.parametrize(
    ("status", "error", "exit_code", "german"),
    [
        (400, Rejected, 70, "Bitte den Beleg dort prüfen"),
        (401, AuthFailed, 77, "Bitte einen neuen anlegen"),
        (403, AuthFailed, 77, "Schlüssel mit allen Rechten"),
        (404, NotFound, 70, "mahnwerk sync"),
        (406, Rejected, 70, "Bitte den Beleg dort prüfen"),
        (409, Rejected, 70, "Bitte den Beleg dort prüfen"),
        (501, NotSupported, 64, "api_base"),
    ],
)
def test_what_is_refused_is_refused_at_once(
    desk: Desk, status: int, error: type[ConnectorError], exit_code: int, german: str
) -> None:
    desk.server.play(answer(status, {"message": "nein"}, headers={"x-amzn-RequestId": "r-1"}), OK)
    client = desk.client()
    with pytest.raises(error) as caught:
        client.get_json("/x")
    assert type(caught.value) is error
    assert caught.value.exit_code == exit_code
    assert (caught.value.connector, caught.value.status) == ("lexoffice", status)
    assert caught.value.request_id == "r-1"
    assert german in str(caught.value)
    assert caught.value.en
    assert client.requests == len(desk.server.seen) == 1
    assert desk.slept == []


@pytest.mark.parametrize("body", [{"requestId": "r-2"}, {"requestId": 7}, ["x"], b"<html>"])
def test_the_request_id_also_stands_in_the_body(desk: Desk, body: object) -> None:
    desk.server.play(answer(406, body))
    with pytest.raises(Rejected) as caught:
        desk.client().get_json("/x")
    wanted = str(body["requestId"]) if isinstance(body, dict) else ""
    assert caught.value.request_id == wanted


def test_a_long_reason_is_quoted_shortly(desk: Desk) -> None:
    desk.server.play(answer(406, {"message": "Feld " + "unitPrice zu klein, " * 50}))
    with pytest.raises(Rejected) as caught:
        desk.client().get_json("/x")
    assert "(406): „Feld unitPrice zu klein" in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Wartung</body></html>",
        b'{"id": "1", "open',
        b"",
        b'{"a": NaN}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_said_so_and_not_repeated(desk: Desk, body: bytes) -> None:
    desk.server.play(answer(200, body, headers={"x-amzn-RequestId": "r-3"}), OK)
    client = desk.client()
    with pytest.raises(MalformedResponse, match="Unlesbares") as caught:
        client.get_json("/x")
    assert caught.value.request_id == "r-3"
    assert len(str(caught.value)) < 350
    assert client.requests == 1


def test_json_with_a_byte_order_mark_is_read(desk: Desk) -> None:
    desk.server.play(answer(200, b"\xef\xbb\xbf[1]"))
    assert desk.client().get_json("/x") == [1]


def test_what_has_no_form_in_json_is_not_sent(desk: Desk) -> None:
    with pytest.raises(TypeError, match="date"):
        desk.client().post_json("/dunnings", {"on": date(2026, 2, 3)})
    assert desk.server.seen == []


def test_a_name_that_cannot_be_resolved_was_certainly_not_asked() -> None:
    cause = NameResolutionError("api.muster.example", None, OSError())  # type: ignore[arg-type]
    broken = Broken.of(requests.ConnectionError(MaxRetryError(None, "/", cause)), over=False)  # type: ignore[arg-type]
    assert (broken.sent, broken.final) == (False, False)
    assert broken.why == ("der Name ist nicht aufzulösen", "its name cannot be resolved")


def test_only_keys_are_taken_for_keys() -> None:
    given = {"X-Org": "17", "Authorization": "Bearer geheim-0001"}
    assert checked_keys(given, "muster") == ["Bearer geheim-0001", "geheim-0001"]
