"""Originals from sevDesk: a PDF under a safe name, and never a draft that is sent by asking."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sevdesk_desk import JANUARY, Desk, opened

from connectors._http import Answer
from connectors.sevdesk import documents
from core.errors import MalformedResponse, NotFound, Rejected

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WRITTEN = base64.b64encode(PDF).decode()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


@pytest.mark.parametrize("pdf", ["wrapped", "raw"])
def test_the_original_comes_in_both_forms(pdf: str) -> None:
    with opened(pdf=pdf) as desk:
        invoice = desk.invoice()
        found = desk.connector.fetch_document(invoice)
        assert (found.name, found.media_type) == ("RE-1001.pdf", "application/pdf")
        assert found.content.startswith(b"%PDF-")
        assert desk.asked("preventSendBy=true") == 1


def test_a_draft_is_refused_and_stays_one(desk: Desk) -> None:
    """Asking sevDesk for its PDF would mark it as sent, and give it a number."""
    draft = desk.sandbox.draft(contact=desk.customer(), gross="50.00", on=JANUARY)
    with pytest.raises(Rejected) as caught:
        desk.connector.fetch_document(draft)
    assert "Entwurf" in str(caught.value)
    assert "draft" in caught.value.en
    assert desk.asked("getPdf") == 0
    assert desk.sandbox.world.invoices[draft].status == 100


def test_no_original_of_what_is_gone(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.delete(invoice)
    with pytest.raises(NotFound):
        desk.connector.fetch_document(invoice)


class Shelf:
    """A client that has one document, whatever is asked for."""

    def __init__(self, content: object, headers: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.answer = Answer(200, headers or {}, body, "https://sevdesk.example/getPdf")
        self.asked: list[tuple[str, str]] = []

    def invoice(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "status": "200", "invoiceNumber": "RE/1001"}

    def credit_note(self, id_: str) -> dict[str, Any]:
        return {"id": id_, "status": "200", "creditNoteNumber": "GU-1"}

    def pdf(self, id_: str, resource: str = "Invoice") -> Answer:
        self.asked.append((resource, id_))
        return self.answer


def fetched(content: object, id_: str = "1001", **headers: str) -> documents.Document:
    return documents.fetch(Shelf(content, headers), id_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"objects": {"filename": "RE 1.pdf", "content": WRITTEN}}, "RE 1.pdf"),
        ({"fileName": "../etc/RE:2.pdf", "Content": WRITTEN, "mimeType": "x"}, "RE_2.pdf"),
        ({"objects": [{"filename": ".pdf", "content": WRITTEN}]}, "Rechnung-RE_1001.pdf"),
        ({"objects": {"content": WRITTEN}}, "Rechnung-RE_1001.pdf"),
        ({"objects": WRITTEN}, "Rechnung-RE_1001.pdf"),
        (PDF, "Rechnung-RE_1001.pdf"),
        (WRITTEN.encode(), "Rechnung-RE_1001.pdf"),
    ],
    ids=["wrapped", "bare", "name of a draft", "no name", "text", "raw", "base64"],
)
def test_every_shape_that_was_seen_is_understood(content: object, name: str) -> None:
    """§2.4: wrapped and bare, in two spellings; some tenants get the file itself."""
    found = fetched(content)
    assert (found.name, found.content) == (name, PDF)


def test_a_credit_note_has_a_document_of_its_own() -> None:
    shelf = Shelf(PDF)
    found = documents.fetch(shelf, "CreditNote:3001")  # type: ignore[arg-type]
    assert (found.name, shelf.asked) == ("Rechnung-GU-1.pdf", [("CreditNote", "3001")])


@pytest.mark.parametrize(
    "content",
    [{"objects": {"content": "kein Base64"}}, {"objects": None}, {"objects": {}}, b"<html>", b""],
    ids=["no base64", "nothing", "empty", "page", "no bytes"],
)
def test_what_is_no_pdf_is_never_attached(content: object) -> None:
    with pytest.raises(MalformedResponse) as caught:
        fetched(content)
    assert caught.value.connector == "sevdesk"


def test_what_no_mail_can_carry_is_left_out() -> None:
    with pytest.raises(Rejected) as caught:
        fetched(PDF + b"\x00" * documents.MAX_BYTES)
    assert "10 MB" in str(caught.value)
