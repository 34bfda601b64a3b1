"""The original of an invoice or credit note as PDF, as sevDesk draws it.

https://api.sevdesk.de/, getPdf, read as a digest on 2026-11-22 (§2.4). Asking for the PDF of a draft
without ``preventSendBy`` would mark it as sent and give it its number: the client never leaves that
out, and a draft is refused here before anything is asked for.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from connectors._files import MAX_BYTES, PDF, file_name, plain, safe_name
from connectors._http import Answer
from connectors._values import Json, text
from connectors.sevdesk.client import SevdeskClient
from connectors.sevdesk.envelope import unwrap
from connectors.sevdesk.kinds import credit_note_id
from connectors.sevdesk.meaning import named
from connectors.sevdesk.records import is_draft
from core.domain.platform_records import Document
from core.errors import MalformedResponse, Rejected

_CONTENT = ("content", "base64", "file")  # the description and live answers differ (§2.4)
_NAMES = ("filename", "fileName", "name")


class _File(NamedTuple):
    name: str
    content: bytes


def fetch(client: SevdeskClient, external_id: str) -> Document:
    """The PDF: two requests, the first of which only asks whether it is a draft.

    Raises:
        Rejected: a draft, gone, or larger than ``MAX_BYTES``.
        MalformedResponse: what came is no PDF.

    """
    note = credit_note_id(external_id)
    row = client.credit_note(note) if note else client.invoice(external_id)
    if is_draft(row):
        raise named(
            Rejected(
                "Die Rechnung ist in sevDesk ein Entwurf; von Entwürfen holt Mahnwerk kein PDF. Bitte "
                "die Rechnung dort fertigstellen.",
                en="The invoice is a draft at sevDesk; Mahnwerk asks for no PDF of a draft. Please "
                "finish the invoice there.",
            )
        )
    answer = client.pdf(note, "CreditNote") if note else client.pdf(external_id)
    return _document(_file(answer), row)


def _document(file: _File, row: Json) -> Document:
    if len(file.content) > MAX_BYTES:
        raise named(
            Rejected(
                "Die Rechnung ist als PDF größer als 10 MB und geht nicht mit. Von Hand senden.",
                en="As a PDF the invoice is larger than 10 MB and is left out. Send it by hand.",
            )
        )
    if not file.content.startswith(b"%PDF"):
        raise named(
            MalformedResponse(
                "sevDesk hat statt der Rechnung etwas anderes als ein PDF geschickt. Die Rechnung in "
                "sevDesk öffnen und prüfen.",
                en="sevDesk sent something other than a PDF for the invoice. Open the invoice in "
                "sevDesk and check it.",
            )
        )
    number = text(row, "invoiceNumber") or text(row, "creditNoteNumber") or text(row, "id")
    own = safe_name(f"Rechnung-{number}".replace("/", "_"))
    return Document(file.name or own, PDF, file.content)


def _file(answer: Answer) -> _File:
    """Some tenants get the file itself, others an object with the file in base64 (§2.4)."""
    found = answer.problem
    if not found:
        return _File(file_name(answer.headers), plain(answer.content))
    inside: Any = unwrap(found)
    if isinstance(inside, list) and len(inside) == 1:
        inside = inside[0]
    if isinstance(inside, str):
        return _File("", _decoded(inside))
    if not isinstance(inside, Mapping):
        return _File("", b"")
    written = {str(name).lower(): value for name, value in inside.items()}
    content = next((written[each] for each in _CONTENT if each in written), "")
    name = next((str(written[e.lower()]) for e in _NAMES if written.get(e.lower())), "")
    # The name of a draft is ".pdf" (§2.4); then the number stands in.
    name = "" if name.strip().lower() == ".pdf" else safe_name(name)
    return _File(name, _decoded(str(content or "")))


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return content.encode("utf-8", "replace")
