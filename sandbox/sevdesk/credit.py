"""Credit notes (§2.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.common.clock import midnight
from sandbox.common.replies import Call, Reply
from sandbox.sevdesk import embeds, lists, money, sending, wire
from sandbox.sevdesk.answers import action, pdf_answer, referenced
from sandbox.sevdesk.model import DRAFT, DUE, SEND_TYPES, CreditNote, Invoice
from sandbox.sevdesk.replies import ApiError, Json, bad_request, objects
from sandbox.sevdesk.shapes import credit_note_row, invoice_row
from sandbox.sevdesk.wire import seconds_of

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def list_credit_notes(world: World, call: Call) -> Reply:
    """``GET /CreditNote``; its list has no documented filter by change (§2.7)."""
    query = call.query
    honoured = world.variants["credit_note_update_after"] == "honoured"
    keep = lists.changed(query, update=honoured) if honoured else []
    status, number = query.get("status", ""), query.get("creditNoteNumber")
    if status.isdigit():
        keep.append(lambda each: each.status == int(status))
    if number is not None:
        keep.append(lambda each: each.number == number)
    contact = lists.nested(world, call, "contact", "Contact")
    if contact is not None:
        keep.append(lambda each: each.contact == contact)
    origin = lists.nested(world, call, "origin", "Invoice")
    if origin is not None and world.variants["origin_filter"] == "honoured":
        keep.append(lambda each: each.invoice == origin)
    start, end = seconds_of(query, "startDate"), seconds_of(query, "endDate")
    if start is not None:
        keep.append(lambda each: midnight(each.on).timestamp() >= start)
    if end is not None:
        keep.append(lambda each: midnight(each.on).timestamp() <= end)
    rows = lists.kept(world.credit_notes.values(), keep)
    embed = embeds.wanted(world, call)
    return lists.page(world, call, rows, lambda part: [_row(world, n, embed) for n in part])


def get_credit_note(world: World, call: Call, id_: str) -> Reply:
    """``GET /CreditNote/{id}``."""
    return objects([_row(world, world.credit_note(id_), embeds.wanted(world, call))])


def _row(world: World, note: CreditNote, embed: frozenset[str]) -> Json:
    row = credit_note_row(world, note)
    if "contact" in embed and isinstance(row.get("contact"), dict):
        row["contact"] = embeds.contact_of(world, row["contact"])
    if "origin" in embed and note.invoice in world.invoices:
        row["origin"] = invoice_row(world, world.invoices[note.invoice or ""])
    return row


def get_pdf(world: World, call: Call, id_: str) -> Reply:
    """``GET /CreditNote/{id}/getPdf``; sends a draft as that of an invoice does."""
    note = world.credit_note(id_)
    if call.query.get("preventSendBy") not in {"true", "1"} and note.status == DRAFT:
        open_note(world, note)
    total = f"{wire.plain(note.gross)} {note.currency}"
    lines = [world.company, "Gutschrift", note.number or "", f"vom {note.on:%d.%m.%Y}", total]
    return pdf_answer(world, note.number, lines)


def new_note(world: World, invoice: Invoice, gross: Decimal) -> CreditNote:
    """A draft that reduces the invoice, at its tax rate.

    Raises:
        ApiError: 422 with 455, more than the invoice.
    """
    taken = sum((each.gross for each in world.notes_of(invoice)), Decimal(0))
    if gross + taken > invoice.gross:
        raise ApiError(422, "credit note sum exceeds invoice", 455)
    share = gross / invoice.gross
    net, at = wire.cents(invoice.net * share), world.now()
    note = CreditNote(
        world.new_id("CreditNote"), None, DRAFT, invoice.contact, world.clock.today(),
        net, gross - net, gross, at, at, invoice=invoice.id, currency=invoice.currency,
    )  # fmt: skip
    world.credit_notes[note.id] = note
    return note


def from_invoice(world: World, call: Call) -> Reply:
    """``POST /CreditNote/Factory/createFromInvoice``: a draft over the whole invoice."""
    invoice = world.invoice(referenced(call.body, "invoice", "Invoice"))
    if invoice.status == DRAFT or invoice.kind in {"SR", "MA", "WKR"}:
        raise ApiError(422, "no credit note for this document")
    return action(world, credit_note_row(world, new_note(world, invoice, invoice.gross)), 201)


def send_note(world: World, call: Call, id_: str) -> Reply:
    """``PUT /CreditNote/{id}/sendBy``: open from now on."""
    note, send_type = world.credit_note(id_), call.body.get("sendType")
    if send_type not in SEND_TYPES:
        raise bad_request(f"sendType must be one of {', '.join(SEND_TYPES)}")
    open_note(world, note, send_type)
    return action(world, credit_note_row(world, note))


def open_note(world: World, note: CreditNote, send_type: str = "VPDF") -> None:
    """Makes it open; where the platform counts it, the invoice's paidAmount grows."""
    sending.send_credit_note(world, note, send_type)
    invoice = world.invoices.get(note.invoice or "")
    if invoice is not None and invoice.status in DUE:
        money.count_credit(world, invoice, note)
