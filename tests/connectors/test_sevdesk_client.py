"""The client of sevDesk: what it sends, how it reads the envelope, and when it stops asking (§1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scripted_server import Request, Script, ScriptedServer, answer

from connectors.sevdesk import envelope
from connectors.sevdesk.breaker import Stopped
from connectors.sevdesk.client import NoRecord, SevdeskClient
from connectors.sevdesk.meaning import is_certain
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)
from core.services.gate import OpenGate

TOKEN = "0123456789abcdef0123456789abcdef"


class Desk:
    """A client at a server that answers what it is told."""

    def __init__(self, server: ScriptedServer, client: SevdeskClient) -> None:
        self.server, self.client = server, client

    def play(self, *scripts: Script) -> None:
        self.server.play(*scripts)

    @property
    def seen(self) -> list[Request]:
        return self.server.seen

    def asked(self) -> tuple[str, dict[str, str]]:
        """Path and parameters of the last request."""
        parts = urlsplit(self.seen[-1].target)
        return parts.path, {name: found[0] for name, found in parse_qs(parts.query).items()}


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().running() as running:
        yield running


@pytest.fixture
def desk(server: ScriptedServer) -> Iterator[Desk]:
    client = SevdeskClient(
        f"{server.base}/api/v1", TOKEN, OpenGate(lambda _: None), patience=20, sleep=lambda _: None
    )
    server.play(answer())
    yield Desk(server, client)
    client.close()


def failed(
    code: int | None = None, status: int = 422, message: str = "no (sim)", data: Any = None
) -> Script:
    """An error as sevDesk writes it (§1.6)."""
    error = {
        "exceptionUUID": "00000000-0000-0000-0000-00000000000a",
        "message": message,
        "errorCode": 0,
        "code": code,
        "data": data if data is not None else [],
        "responseCode": status,
    }
    return answer(status, {"error": error, "objects": None})


def found(*rows: dict[str, Any], **beside: Any) -> Script:
    return answer(200, {"objects": list(rows), **beside})


# What is sent.


def test_the_token_goes_raw_with_the_headers_that_sevdesk_asks_for(desk: Desk) -> None:
    desk.play(found())
    desk.client.page("Invoice")
    headers = desk.seen[0].headers
    assert headers["Authorization"] == TOKEN
    assert headers["User-Agent"].startswith("mahnwerk/")
    assert "Mahnwerk" in headers["User-Agent"]
    assert headers["X-Version"] == "default"
    assert headers["Accept"] == "application/json"
    assert desk.client.requests == 1


def test_a_page_asks_for_the_largest_and_for_the_total(desk: Desk) -> None:
    desk.play(found({"id": "1"}, total="157"))
    page = desk.client.page("Invoice", 1000, showAll=True, **{"contact[id]": 7})
    assert page == ([{"id": "1"}], 157)
    assert desk.asked() == (
        "/api/v1/Invoice",
        {"limit": "1000", "offset": "1000", "countAll": "true", "showAll": "true", "contact[id]": "7"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda c: c.invoice("7", embed="contact"), "/api/v1/Invoice/7"),
        (lambda c: c.credit_note("7"), "/api/v1/CreditNote/7"),
        (lambda c: c.contact("7"), "/api/v1/Contact/7"),
        (lambda c: c.invoice("../8"), "/api/v1/Invoice/..%2F8"),
    ],
    ids=["invoice", "credit note", "contact", "id from outside"],
)
def test_a_record_is_a_list_of_one(
    desk: Desk, call: Callable[[SevdeskClient], Any], path: str
) -> None:
    desk.play(found({"id": "7"}))
    assert call(desk.client) == {"id": "7"}
    assert desk.asked()[0] == path


def test_pdf_is_never_asked_for_without_the_word_that_keeps_drafts(desk: Desk) -> None:
    desk.play(answer(200, b"%PDF-1.4", kind="application/pdf"))
    assert desk.client.pdf("7").content == b"%PDF-1.4"
    assert desk.asked() == ("/api/v1/Invoice/7/getPdf", {"preventSendBy": "true"})
    desk.client.pdf("7", "CreditNote")
    assert desk.asked() == ("/api/v1/CreditNote/7/getPdf", {"preventSendBy": "true"})


def test_an_error_instead_of_a_pdf_is_an_error(desk: Desk) -> None:
    desk.play(failed(830, 200, data={"missing information": ["document_addressCity"]}))
    with pytest.raises(Rejected, match="document_addressCity"):
        desk.client.pdf("7")


def test_the_bookkeeping_version(desk: Desk) -> None:
    desk.play(answer(200, {"objects": {"version": "2.0"}}), answer(200, {"version": "1.0"}))
    assert [desk.client.bookkeeping_version() for _ in range(2)] == ["2.0", "1.0"]


@pytest.mark.parametrize("body", [{}, {"objects": None}, {"objects": []}, {"objects": [None]}])
def test_no_dunning_yet_has_many_shapes(desk: Desk, body: Any) -> None:
    desk.play(answer(200, body), found({"id": "8"}), answer(200, {"objects": {"id": "9"}}))
    assert [desk.client.last_dunning("7") for _ in range(3)] == [None, {"id": "8"}, {"id": "9"}]


# Writing.


def test_a_reminder_is_asked_for_in_body_and_query(desk: Desk) -> None:
    desk.play(answer(201, {"objects": {"id": "8", "invoiceType": "MA"}}))
    assert desk.client.create_reminder("7")["id"] == "8"
    assert desk.seen[0].method == "POST"
    assert desk.seen[0].json() == {"invoice": {"id": 7, "objectName": "Invoice"}}
    assert desk.asked() == (
        "/api/v1/Invoice/Factory/createInvoiceReminder",
        {"invoice[id]": "7", "invoice[objectName]": "Invoice"},
    )


def test_a_saved_invoice_stands_beside_its_positions(desk: Desk) -> None:
    saved = {"invoice": {"id": "8"}, "invoicePos": []}
    desk.play(answer(201, {"objects": saved}), answer(201, {"id": "9"}), found({"id": "10"}))
    made = [desk.client.save_invoice({"invoice": {}})["id"] for _ in range(3)]
    assert made == ["8", "9", "10"]


def test_marking_as_sent_is_a_change_that_sends_nothing(desk: Desk) -> None:
    desk.play(answer(200, {"objects": {"id": "8", "status": "200"}}))
    assert desk.client.mark_sent("8")["status"] == "200"
    assert (desk.seen[0].method, desk.asked()[0]) == ("PUT", "/api/v1/Invoice/8/sendBy")
    assert desk.seen[0].json() == {"sendType": "VPR", "sendDraft": False}
    assert desk.seen[0].headers["Content-Type"] == "application/json"


def test_a_tag_is_put_on_a_document(desk: Desk) -> None:
    desk.play(answer(201, {"objects": {"id": "3"}}))
    assert desk.client.create_tag("Mahnwerk 17/42", "8") == {"id": "3"}
    body = {"name": "Mahnwerk 17/42", "object": {"id": 8, "objectName": "Invoice"}}
    assert desk.seen[0].json() == body


@pytest.mark.parametrize(
    "script",
    [
        failed(None, 500),
        failed(None, 400),  # both were seen with the write done (§1)
        failed(None, 200),
        answer(200, {"objects": None}),
        answer(200, {"objects": [None]}),
        answer(200, {"objects": True}),
        answer(200, b"<html>", kind="text/html"),
        answer(204),
    ],
    ids=["500", "400", "error in 200", "null", "deleted", "boolean", "html", "empty"],
)
def test_an_unclear_answer_to_a_write_is_looked_into_and_never_repeated(
    desk: Desk, script: Script
) -> None:
    desk.play(script)
    with pytest.raises(AnswerUnknown) as unknown:
        desk.client.create_reminder("7")
    assert unknown.value.connector == "sevdesk"
    assert len(desk.seen) == 1


def test_a_change_is_not_repeated_either(desk: Desk) -> None:
    desk.play(failed(None, 503))
    with pytest.raises(AnswerUnknown):
        desk.client.mark_sent("8")
    assert len(desk.seen) == 1


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (failed(390, 200, "partly paid"), Rejected),
        (failed(421, 422), Rejected),
        (failed(None, 422), Rejected),
        (failed(None, 400, "Invoice was not found"), NotFound),
        (failed(151, 404), NotFound),
        (failed(157, 404), NotSupported),
        (answer(401), AuthFailed),
        (answer(403), AuthFailed),
    ],
    ids=["390", "421", "422", "not found 400", "151", "157", "401", "403"],
)
def test_a_refused_write_was_not_done(
    desk: Desk, script: Script, error: type[ConnectorError]
) -> None:
    desk.play(script)
    with pytest.raises(error) as refused:
        desk.client.create_reminder("7")
    assert is_certain(refused.value)
    assert not isinstance(refused.value, AnswerUnknown)


def test_a_write_waits_where_the_limiter_says_so(desk: Desk) -> None:
    desk.play(answer(429, headers={"Retry-After": "3"}), answer(201, {"objects": {"id": "8"}}))
    assert desk.client.create_reminder("7") == {"id": "8"}


# What an error means (§1.6).


@pytest.mark.parametrize(
    ("script", "error", "word"),
    [
        (answer(401, {"status": 401, "message": "Authentication required"}), AuthFailed, "Token"),
        (answer(401, b"<html>", kind="text/html"), AuthFailed, "Token"),
        (answer(401), AuthFailed, "Token"),
        (answer(403), AuthFailed, "gesperrt"),
        (answer(402), AuthFailed, "Buchhaltung Pro"),
        (failed(151, 404), NotFound, "nicht (mehr)"),
        (failed(None, 400, "Object was not found"), NotFound, "nicht (mehr)"),
        (failed(None, 404), NotFound, "404"),
        (answer(404), NotFound, "404"),
        (answer(404, b"<html>nginx", kind="text/html"), MalformedResponse, "nicht sevDesk"),
        (failed(157, 404), NotSupported, "157"),
        (failed(159, 409), Rejected, "kein Entwurf"),
        (failed(170, 422), Rejected, "Gutschrift"),
        (failed(None, 422, "validation failed"), Rejected, "validation failed"),
        (failed(None, 422, ""), Rejected, "lehnt die Anfrage ab"),
        (failed(None, 409, "x"), Rejected, "„x“"),
        (answer(400, b"bad"), Rejected, "bad"),
        (failed(390, 200), Rejected, "teilweise bezahlt"),
        (failed(None, 200, "something"), Rejected, "something"),
        (answer(200, {"error": "broken"}), Rejected, "broken"),
        (answer(200, b"<html>Wartung</html>", kind="text/html"), MalformedResponse, "Internetseite"),
        (answer(200, b'{"objects": [{"id'), MalformedResponse, "JSON"),
        (answer(200, {"objects": None}), MalformedResponse, "nicht versteht"),
        (answer(200, {"objects": {"id": "1"}}), MalformedResponse, "nicht versteht"),
        (answer(200, {"objects": [None]}), MalformedResponse, "nicht versteht"),
        (answer(302, headers={"Location": "https://evil.example"}), Rejected, "andere Adresse"),
    ],
)  # fmt: skip
def test_what_an_answer_to_a_list_means(
    desk: Desk, script: Script, error: type[ConnectorError], word: str
) -> None:
    desk.play(script)
    with pytest.raises(error) as raised:
        desk.client.page("Invoice")
    assert type(raised.value) is error or error is Rejected
    assert word in str(raised.value)
    assert raised.value.en
    assert raised.value.connector == "sevdesk"
    assert TOKEN not in str(raised.value)
    assert len(desk.seen) == 1


def test_the_support_is_told_which_failure_it_was(desk: Desk) -> None:
    desk.play(failed(421, 422), failed(390, 200))
    for status in (422, 200):
        with pytest.raises(Rejected) as refused:
            desk.client.invoice("7")
        assert refused.value.request_id.endswith("0a")
        assert refused.value.status == status


def test_a_read_is_repeated_after_a_failure_and_a_limit(desk: Desk) -> None:
    desk.play(answer(503), answer(429), failed(None, 500), found({"id": "7"}))
    assert desk.client.invoice("7") == {"id": "7"}
    assert len(desk.seen) == 4


def test_down_is_said_after_some_tries(desk: Desk) -> None:
    desk.play(answer(503, b"<html>Wartung", kind="text/html"))
    with pytest.raises(Unreachable):
        desk.client.invoice("7")


def test_an_empty_answer_for_a_record_is_no_record(desk: Desk) -> None:
    desk.play(found())
    with pytest.raises(NoRecord) as empty:
        desk.client.invoice("7")
    assert empty.value.connector == "sevdesk"


def test_the_coming_end_of_an_endpoint_is_said_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ends = answer(200, {"objects": [{"id": "7"}]}, headers={"Deprecation": "@1798761600"})
    desk.play(ends)
    for _ in range(2):
        desk.client.invoice("7")
    desk.client.contact("7")
    said = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert said == [
        f"sevdesk: {name} is deprecated (@1798761600)" for name in ("Invoice", "Contact")
    ]


# A token that gets errors again and again is blocked (§1): stop, tell, do not hammer.


def test_after_three_refusals_nothing_more_is_sent(desk: Desk) -> None:
    desk.play(failed(None, 400), answer(403), failed(390, 200))
    for _ in range(3):
        with pytest.raises(ConnectorError):
            desk.client.page("Invoice")
    for _ in range(2):
        with pytest.raises(Stopped, match="fragt jetzt nicht weiter") as stopped:
            desk.client.page("Invoice")
        assert isinstance(stopped.value, AuthFailed)
        assert stopped.value.connector == "sevdesk"
    assert len(desk.seen) == 3


@pytest.mark.parametrize(
    "script",
    [answer(401), failed(151, 404), answer(200, b"<html>", kind="text/html"), failed(157, 400)],
    ids=["wrong token", "not found", "maintenance", "no method"],
)
def test_what_counts_as_a_refusal(desk: Desk, script: Script) -> None:
    """A wrong token ends the pass by itself, a missing record is an answer, maintenance passes."""
    desk.play(script)
    raised = []
    for _ in range(4):
        with pytest.raises(ConnectorError) as error:
            desk.client.invoice("7")
        raised.append(type(error.value))
    assert (raised[-1] is Stopped) == (raised[0] is NotSupported)


def test_an_answer_that_was_wanted_begins_the_count_anew(desk: Desk) -> None:
    bad = failed(None, 422)
    desk.play(bad, bad, found({"id": "7"}), bad, bad, found({"id": "7"}))
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(Rejected):
                desk.client.invoice("7")
        assert desk.client.invoice("7") == {"id": "7"}


def test_a_limit_that_goes_on_is_no_refusal(desk: Desk) -> None:
    desk.play(answer(429))
    for _ in range(4):
        with pytest.raises(RateLimited):
            desk.client.invoice("7")


# The envelope (§1.1).


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"objects": [1]}, [1]),
        ({"objects": True}, True),
        ({"objects": 119}, 119),
        ({"objects": "1001"}, "1001"),
        ({"objects": [None]}, [None]),
        ({"objects": None}, None),
        ({"id": "7"}, {"id": "7"}),
        ([1], [1]),
    ],
)
def test_what_is_in_the_envelope(body: Any, expected: Any) -> None:
    assert envelope.unwrap(body) == expected


@pytest.mark.parametrize(
    "body", [{"objects": ["x"]}, {"objects": [{}, {}]}, {"objects": 7}, {"objects": []}]
)
def test_several_or_something_else_is_no_single_record(body: Any) -> None:
    with pytest.raises(MalformedResponse):
        envelope.single(body, "Invoice")


@pytest.mark.parametrize(
    ("total", "expected"),
    [("157", 157), (157, 157), (None, None), ("viele", None), ("1" * 12, None)],
)
def test_the_total_comes_as_text_or_not_at_all(total: Any, expected: int | None) -> None:
    assert envelope.listed({"objects": [], "total": total}, "Invoice").total == expected


@pytest.mark.parametrize("body", [{}, {"error": None}, {"error": {}}, {"error": " "}, [], None])
def test_what_is_no_error(body: Any) -> None:
    assert envelope.said_error(body) is None
