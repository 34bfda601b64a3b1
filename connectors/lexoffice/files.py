"""The original of an invoice as PDF, as lexoffice keeps it.

https://developers.lexware.io/docs/#files-endpoint and "/file" of sales vouchers, read as a digest
on 2026-11-22 (§2.3, §2.9). Of an XRechnung the PDF is a preview for people, not the e-invoice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from connectors._files import MAX_BYTES, PDF, file_name, plain, safe_name
from connectors._http import Answer
from connectors.lexoffice.kinds import VOUCHER_TYPES
from connectors.lexoffice.refusal import refused
from core.domain.platform_records import Document
from core.errors import MalformedResponse, NotFound, Rejected

_DRAFT = (406, 409)  # /document and /file of a draft
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
    if not plain(answer.content).startswith(b"%PDF"):
        raise _without_pdf()  # a photograph, or the XML of an e-invoice
    return _document(answer, lambda: str(voucher.get("voucherNumber") or identity))


def _document(answer: Answer, number: Callable[[], str]) -> Document:
    content = plain(answer.content)
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
