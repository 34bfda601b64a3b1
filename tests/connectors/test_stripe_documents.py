"""Originals from Stripe: a PDF from another host, that never sees the key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_server import Script, ScriptedServer, answer
from stripe_desk import KEY, Desk, opened

from connectors._files import MAX_BYTES
from connectors.stripe.documents import Download
from core.errors import ConnectorError, MalformedResponse, NotFound, Rejected, Unreachable
from core.services.gate import OpenGate

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


@pytest.fixture
def host() -> Iterator[ScriptedServer]:
    with ScriptedServer().running() as server:
        yield server


def moved(to: str) -> Script:
    return answer(302, headers={"Location": to})


def put(desk: Desk, url: str, number: str = "RE-2026-0007") -> str:
    """An invoice whose original lies at ``url``."""
    invoice = desk.invoice(number=number)
    desk.sandbox.alter(invoice, invoice_pdf=url)
    return invoice


def test_the_original_comes_under_its_number(desk: Desk) -> None:
    found = desk.connector.fetch_document(desk.invoice(number="RE-2026-0007"))
    assert (found.name, found.media_type) == ("RE-2026-0007.pdf", "application/pdf")
    assert found.content.startswith(b"%PDF-")


def test_the_key_stays_with_the_api(desk: Desk, host: ScriptedServer) -> None:
    host.play(answer(200, PDF, kind="application/pdf"))
    desk.connector.fetch_document(put(desk, f"{host.base}/pdf/in_1?s=ap"))
    (seen,) = host.seen
    assert seen.target == "/pdf/in_1?s=ap"
    sent = " ".join(f"{name}: {value}" for name, value in seen.headers.items())
    assert KEY not in sent
    assert "authorization" not in sent.lower()
    assert "stripe-version" not in sent.lower()


def test_without_a_name_the_number_is_one(desk: Desk, host: ScriptedServer) -> None:
    host.play(answer(200, PDF, kind="application/pdf"))
    found = desk.connector.fetch_document(put(desk, f"{host.base}/pdf", "RE/2026: 7"))
    assert found.name == "Rechnung-RE_2026_ 7.pdf"


def test_three_redirections_are_followed(desk: Desk, host: ScriptedServer) -> None:
    pdf = answer(200, PDF, kind="application/pdf")
    host.play(moved("/a"), moved("b?x=1"), moved(f"{host.base}/c"), pdf)
    assert desk.connector.fetch_document(put(desk, f"{host.base}/pdf")).content == PDF
    assert [each.target for each in host.seen] == ["/pdf", "/a", "/b?x=1", "/c"]


def test_the_fourth_is_not(desk: Desk, host: ScriptedServer) -> None:
    host.play(moved("/again"))
    with pytest.raises(Rejected) as caught:
        desk.connector.fetch_document(put(desk, f"{host.base}/pdf"))
    assert "von Hand" in str(caught.value)
    assert "by hand" in caught.value.en
    assert len(host.seen) == 4


@pytest.mark.parametrize(
    "url",
    [
        "http://files.stripe.example/pdf",
        "ftp://files.stripe.example/pdf",
        "file:///etc/passwd",
        "https://user:word@files.stripe.example/pdf",
        "https://[::1",
        "pdf",
    ],
)
def test_other_addresses_are_not_asked(desk: Desk, url: str) -> None:
    with pytest.raises(Rejected) as caught:
        desk.connector.fetch_document(put(desk, url))
    assert "https" in str(caught.value)


def test_a_redirection_to_an_unsafe_address_is_not_followed(
    desk: Desk, host: ScriptedServer
) -> None:
    host.play(moved("http://files.stripe.example/pdf"))
    with pytest.raises(Rejected):
        desk.connector.fetch_document(put(desk, f"{host.base}/pdf"))
    assert len(host.seen) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_far_api_leads_nobody_into_this_machine(host: ScriptedServer, scheme: str) -> None:
    """An answer from the internet must not make Mahnwerk ask services of its own host."""
    download = Download(OpenGate(lambda _: None), local=False)
    with pytest.raises(Rejected):
        download.get(f"{scheme}://127.0.0.1:{host.base.rpartition(':')[2]}/pdf")
    assert host.seen == []


def test_a_draft_has_no_original(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=desk.watch.on)
    with pytest.raises(Rejected) as caught:
        desk.connector.fetch_document(draft)
    assert "Entwurf" in str(caught.value)
    assert "draft" in caught.value.en


def test_an_invoice_without_an_address_has_none(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.alter(invoice, invoice_pdf=None)
    with pytest.raises(Rejected) as caught:
        desk.connector.fetch_document(invoice)
    assert "kein PDF" in str(caught.value)


def test_no_original_of_what_is_gone(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=desk.watch.on)
    desk.sandbox.delete(draft)
    with pytest.raises(NotFound):
        desk.connector.fetch_document(draft)


@pytest.mark.parametrize(
    ("script", "error", "word"),
    [
        (answer(404), NotFound, "abgelaufen"),
        (answer(410), NotFound, "abgelaufen"),
        (answer(403), Rejected, "403"),
        (answer(304), Rejected, "304"),
        (answer(200, b"<html>Bitte anmelden</html>", kind="text/html"), MalformedResponse, "PDF"),
        (answer(200, PDF + b"0" * MAX_BYTES, kind="application/pdf"), Rejected, "10 MB"),
        (answer(500), Unreachable, ""),
    ],
    ids=["404", "410", "403", "304", "html", "large", "500"],
)
def test_what_is_no_original_says_why(
    desk: Desk, host: ScriptedServer, script: Script, error: type[ConnectorError], word: str
) -> None:
    host.play(script)
    with pytest.raises(error) as caught:
        desk.connector.fetch_document(put(desk, f"{host.base}/secret-of-the-link"))
    assert word in str(caught.value)
    assert "secret-of-the-link" not in f"{caught.value} {caught.value.en}"
    assert caught.value.connector == "stripe"
