"""The original of an invoice as PDF, as lexoffice keeps it.

https://developers.lexware.io/docs/#files-endpoint and "/file" of sales vouchers, read as a digest
on 2026-11-22 (§2.3, §2.9). Of an XRechnung the PDF is a preview for people, not the e-invoice.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from email.message import Message
from functools import partial
from typing import Any, Protocol
from urllib.parse import unquote

from connectors._http import Answer
from connectors.lexoffice.kinds import VOUCHER_TYPES
from connectors.lexoffice.refusal import refused
from core.domain.platform_records import Document
from core.errors import MalformedResponse, NotFound, Rejected

MAX_BYTES = 10 * 1024 * 1024  # a mail must still be able to carry it
PDF = "application/pdf"
_MAX_NAME = 100
_DRAFT = (406, 409)  # /document and /file of a draft
_BASE64_PDF = b"JVBERi0"  # "%PDF-" of base64
# voucher type of the list -> path of its documents, the likeliest first
RESOURCES: Mapping[str, str] = {
    each.name: each.resource for each in VOUCHER_TYPES.values() if not each.bookkeeping
}


class Client(Protocol):
    """What is needed of ``LexofficeClient``."""

    def invoice(self, invoice_id: str) -> dict[str, Any]: ...
    def down_payment_invoice(self, invoice_id: str) -> dict[str, Any]: ...
    def credit_note(self, credit_note_id: str) -> dict[str, Any]: ...
    def voucher(self, voucher_id: str) -> dict[str, Any]: ...
    def file(self, resource: str, voucher_id: str, *, accept: str = ...) -> Answer: ...
    def document_file_id(self, resource: str, voucher_id: str) -> dict[str, Any]: ...
    def stored_file(self, file_id: str, *, accept: str = ...) -> Answer: ...


def fetch(client: Client, invoice_id: str, voucher_type: str = "") -> Document:
    """The PDF of an invoice, credit note or bookkeeping voucher.

    ``voucher_type`` as the list names it saves looking for the right place; "" = not known.

    Raises:
        Rejected: a draft, gone, without a PDF, or larger than ``MAX_BYTES``.
        MalformedResponse: what came is no PDF.
    """
    known = VOUCHER_TYPES.get(voucher_type)
    if known is not None and known.bookkeeping:
        return _of_voucher(client, invoice_id, client.voucher(invoice_id))
    resources = (known.resource,) if known else tuple(RESOURCES.values())
    for resource in resources:
        try:
            return _of_document(client, resource, invoice_id)
        except NotFound:
            continue  # also the answer to a right id at the wrong place (§1.8)
    if known is None:
        try:
            return _of_voucher(client, invoice_id, client.voucher(invoice_id))
        except NotFound:
            pass
    return _by_older_way(client, resources, invoice_id)


def _of_document(client: Client, resource: str, identity: str) -> Document:
    try:
        answer = client.file(resource, identity, accept=PDF)
    except NotFound:
        raise
    except Rejected as error:
        if error.status != 406:
            raise _understood(error) from None
        # Perhaps only this form is refused; the older way tells a draft from that.
        return _by_older_way(client, (resource,), identity)
    return _document(answer, partial(_number, client, resource, identity))


def _by_older_way(client: Client, resources: Sequence[str], identity: str) -> Document:
    """/document and /files: deprecated, and all there was before August 2025."""
    for resource in resources:
        try:
            file_id = client.document_file_id(resource, identity).get("documentFileId")
            answer = client.stored_file(str(file_id or ""), accept=PDF) if file_id else None
        except NotFound:
            continue
        except Rejected as error:
            raise _understood(error) from None
        if answer is not None:
            return _document(answer, partial(_number, client, resource, identity))
    raise _without_pdf()


def _of_voucher(client: Client, identity: str, voucher: Mapping[str, Any]) -> Document:
    """The first file of a bookkeeping voucher: what was scanned or uploaded."""
    attached = voucher.get("files") or []
    if not attached:
        raise _without_pdf()
    answer = client.stored_file(str(attached[0]), accept=PDF)
    if not _plain(answer.content).startswith(b"%PDF"):
        raise _without_pdf()  # a photograph, or the XML of an e-invoice
    return _document(answer, lambda: str(voucher.get("voucherNumber") or identity))


def _document(answer: Answer, number: Callable[[], str]) -> Document:
    content = _plain(answer.content)
    if len(content) > MAX_BYTES:
        raise refused(
            Rejected(
                "Die Rechnung ist als PDF größer als 10 MB und geht nicht mit. Von Hand senden.",
                en="As a PDF the invoice is larger than 10 MB and is left out. Send it by hand.",
            )
        )
    if not content.startswith(b"%PDF"):
        raise refused(
            MalformedResponse(
                "lexoffice hat statt der Rechnung etwas anderes als ein PDF geschickt. "
                "Die Rechnung in lexoffice öffnen und prüfen.",
                en="lexoffice sent something other than a PDF for the invoice. "
                "Open the invoice in lexoffice and check it.",
            )
        )
    name = file_name(answer.headers) or safe_name(f"Rechnung-{number()}")
    return Document(name, PDF, content)


def _plain(content: bytes) -> bytes:
    """The bytes themselves: some gateways answer with base64 text whatever was asked (§2.3)."""
    if not content.lstrip().startswith(_BASE64_PDF):
        return content
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        return content


def file_name(headers: Mapping[str, str]) -> str:
    """The name in Content-Disposition, made safe; "" without one.

    Seen: ``inline; filename=Rechnung_RE0009.pdf;``. Quoted and ``filename*`` (RFC 6266) as well.
    """
    text = next((v for k, v in headers.items() if k.lower() == "content-disposition"), "")
    extended = re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)", text, re.ASCII)
    if extended:
        try:
            return safe_name(unquote(extended[2], encoding=extended[1], errors="strict"))
        except (LookupError, UnicodeDecodeError):
            pass
    message = Message()
    message["Content-Disposition"] = " ".join(text.split())
    plain = message.get_filename() or ""
    with suppress(UnicodeError):  # headers arrive read as Latin-1
        plain = plain.encode("latin-1").decode("utf-8")
    return safe_name(plain)


def safe_name(name: str) -> str:
    """A name that no folder and no mail stumbles over, ending in .pdf; "" when nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(sign if sign.isalnum() or sign in "-_.() " else "_" for sign in last)
    stem = re.sub(r"\.pdf$", "", kept.strip(" ._"), flags=re.IGNORECASE).strip(" ._")
    return f"{stem[:_MAX_NAME].rstrip(' ._')}.pdf" if stem else ""


def _number(client: Client, resource: str, identity: str) -> str:
    """The number of a document whose file came without a name."""
    read = {
        "invoices": client.invoice,
        "down-payment-invoices": client.down_payment_invoice,
        "credit-notes": client.credit_note,
    }[resource]
    return str(read(identity).get("voucherNumber") or identity)


def _understood(error: Rejected) -> Rejected:
    if error.status not in _DRAFT:
        return error
    return refused(
        Rejected(
            "Von einem Entwurf gibt es in lexoffice kein PDF. Die Rechnung dort fertigstellen.",
            en="lexoffice has no PDF of a draft. Finish the invoice there.",
        ),
        error,
    )


def _without_pdf() -> Rejected:
    return refused(
        Rejected(
            "Zu diesem Beleg gibt es in lexoffice kein PDF. Den Beleg dort hochladen oder die "
            "Rechnung von Hand mitschicken.",
            en="lexoffice has no PDF of this document. Upload it there, or send the invoice along "
            "by hand.",
        )
    )
