"""What makes a draft a document: number, day of sending, kind of sending (§2.4, §6.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.sevdesk.model import DRAFT, OPEN, CreditNote, Invoice

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

_HEADERS = {
    "RE": "Rechnung",
    "AR": "Abschlagsrechnung",
    "TR": "Teilrechnung",
    "ER": "Schlussrechnung",
}


def send(world: World, invoice: Invoice, send_type: str) -> None:
    """Marks it sent; a draft is open from now on, and gets its number."""
    at = world.now()
    if invoice.status == DRAFT:
        invoice.status = OPEN
    if invoice.number is None and invoice.kind != "WKR":
        invoice.number = world.next_number("MA" if invoice.kind == "MA" else "RE")
        if invoice.kind in _HEADERS:
            invoice.header = f"{_HEADERS[invoice.kind]} Nr. {invoice.number}"
    invoice.sent, invoice.send_type = at, send_type
    if send_type == "VPDF" or world.variants["email_enshrines"] == "yes":
        invoice.enshrined = invoice.enshrined or at
    world.touch(invoice)


def send_credit_note(world: World, note: CreditNote, send_type: str) -> None:
    """The same for a credit note."""
    if note.status == DRAFT:
        note.status = OPEN
    note.number = note.number or world.next_number("GU")
    note.sent, note.send_type = world.now(), send_type
    world.touch(note)
