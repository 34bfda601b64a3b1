"""Bookings and what they make of a document: partly paid, paid, open again, cancelled (§2.5, §2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.sevdesk.model import (
    BOOKING_TYPES,
    DRAFT,
    DUE,
    OPEN,
    PAID,
    PARTLY,
    TX_BOOKED,
    TX_NEW,
    ZERO,
    CreditNote,
    Invoice,
    Log,
    Transaction,
)
from sandbox.sevdesk.replies import ApiError, bad_request

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

# Types that close a document though less, or something else, came in (§2.5).
_CLOSING = frozenset({"CB", "O", "MTC"})


@dataclass(frozen=True, slots=True)
class Booking:
    """What shall be booked; the amount carries the sign of the transaction."""

    amount: Decimal
    on: date
    type: str = "N"
    bump: str = "booking_bumps_update"  # the variant that says whether ``update`` moves
    old: bool = False  # as before release 4.181: a part payment leaves the status at 200
    logged: bool = True


def new_transaction(
    world: World,
    account: str,
    amount: Decimal,
    on: date,
    *,
    purpose: str = "",
    name: str = "",
    iban: str | None = None,
    entry: date | None = None,
) -> Transaction:
    """A line of an account, not assigned to anything."""
    at = world.now()
    made = Transaction(
        world.new_id("CheckAccountTransaction"),
        account,
        amount,
        on,
        entry or on,
        purpose,
        name,
        iban,
        TX_NEW,
        at,
        at,
    )
    world.transactions[made.id] = made
    return made


def book(world: World, invoice: Invoice, line: Transaction, booking: Booking) -> None:
    """Books a transaction on an invoice; the value date becomes the day of payment.

    Raises:
        ApiError: it is a draft, paid already, or the amount is more than what is due.
    """
    check(invoice, booking)
    invoice.paid += booking.amount
    complete = invoice.paid >= invoice.gross > ZERO or invoice.paid <= invoice.gross < ZERO
    if complete or booking.type in _CLOSING:
        settle(world, invoice, line.value)
        if booking.type == "CB" and world.variants["skonto_paid_amount"] == "gross":
            invoice.paid = invoice.gross
    elif invoice.paid > ZERO:
        mode = world.variants["partial_status"]
        invoice.status = OPEN if booking.old or mode == "200" else PARTLY
    else:
        invoice.status = OPEN  # the wrong sign books, and leaves it unpaid (§2.5)
    _log(world, line, (invoice.id, "Invoice"), booking)
    if world.variants[booking.bump] == "yes":
        world.touch(invoice)


def check(invoice: Invoice, booking: Booking) -> None:
    """Raises ApiError where ``book`` would."""
    if booking.type not in BOOKING_TYPES:
        raise bad_request(f"type must be one of {', '.join(BOOKING_TYPES)}")
    if invoice.status == DRAFT:
        raise ApiError(422, "a draft cannot be booked")
    if invoice.status not in DUE:
        raise ApiError(422, "invoice is already paid", 750)
    over = invoice.paid + booking.amount > invoice.gross > ZERO
    if over and booking.type != "OF":
        raise ApiError(422, "more than what is due", 750)


def _log(world: World, line: Transaction, document: tuple[str, str], booking: Booking) -> None:
    before, line.status = line.status, TX_BOOKED
    world.touch(line)
    if not booking.logged:
        return
    made = Log(
        world.new_id("CheckAccountTransactionLog"),
        line.id,
        document,
        booking.amount,
        line.value,
        before,
        TX_BOOKED,
        world.now(),
    )
    world.logs[made.id] = made
    world.logs_of[document].append(made.id)


def settle(world: World, invoice: Invoice, on: date | None) -> None:
    """Paid; its reminders are closed with it, or are not (§9.6)."""
    invoice.status, invoice.pay_date = PAID, on
    if world.variants["ma_closed_with_invoice"] == "yes":
        for each in world.family(invoice, "MA"):
            each.status = PAID
            world.touch(each)


def book_credit_note(world: World, note: CreditNote, line: Transaction) -> None:
    """Books money that went out, or an offset, on a credit note: its sign is negative (§2.5)."""
    note.paid -= line.amount
    if note.paid >= note.gross:
        note.status, note.pay_date = PAID, line.value
    elif note.paid > ZERO:
        note.status = PARTLY
    booking = Booking(line.amount, line.value)
    _log(world, line, (note.id, "CreditNote"), booking)
    world.touch(note)


def reopen(world: World, invoice: Invoice) -> None:
    """Takes every booking back: the transactions are unassigned again (§2.4).

    Raises:
        ApiError: a draft, cancelled, a template, enshrined (variant), or with a credit note.
    """
    if invoice.kind == "WKR" or invoice.status == DRAFT:
        raise ApiError(422, "only open or paid invoices can be reset")
    if invoice.cancelled or invoice.kind == "SR":
        raise ApiError(422, "already cancelled", 421)
    if world.notes_of(invoice):
        raise ApiError(422, "there is a credit note for this invoice", 170)
    refuse_enshrined(world, invoice)
    logs = world.logs_of[(invoice.id, "Invoice")]
    for id_ in logs:
        line = world.transactions[world.logs[id_].transaction]
        line.status = TX_NEW
        world.touch(line)
    if world.variants["logs_after_reset"] == "removed":
        for id_ in logs:
            del world.logs[id_]
        logs.clear()
    invoice.status, invoice.paid, invoice.pay_date = OPEN, ZERO, None
    world.touch(invoice)


def refuse_enshrined(world: World, invoice: Invoice) -> None:
    """Raises ApiError 422 for what is enshrined, when the variant says so."""
    if invoice.enshrined and world.variants["reset_enshrined"] == "refused":
        raise ApiError(422, "an enshrined document cannot be reset")


def cancel(world: World, invoice: Invoice) -> Invoice:
    """The original looks paid with nothing paid; a cancellation with negative sums stands beside.

    Raises:
        ApiError: cancelled already (421), with a credit note (170), or with money on it (390,
            which comes with HTTP 200).
    """
    if invoice.cancelled or invoice.kind in {"SR", "MA"}:
        raise ApiError(422, "already cancelled", 421)
    if invoice.status not in {*DUE, PAID}:
        raise ApiError(422, "a draft cannot be cancelled")
    if world.notes_of(invoice):
        raise ApiError(422, "there is a credit note for this invoice", 170)
    if invoice.paid:
        raise ApiError(200, "partly paid, cannot cancel", 390)
    at, number = world.now(), world.next_number("RE")
    made = Invoice(
        world.new_id("Invoice"), "SR", number, PAID, invoice.contact, world.clock.today(),
        invoice.time_to_pay, -invoice.net, -invoice.tax, -invoice.gross, at, at,
        currency=invoice.currency, era=invoice.era, origin=(invoice.id, "Invoice"),
        header=f"Stornorechnung Nr. {number} zur Rechnung Nr. {invoice.number}",
        note=invoice.note, sent=at, send_type="VPDF", enshrined=at, address=invoice.address,
    )  # fmt: skip
    world.keep(made)
    settle(world, invoice, None)
    invoice.cancelled = True
    world.touch(invoice)
    return made


def count_credit(world: World, invoice: Invoice, note: CreditNote) -> None:
    """An open credit note stands in paidAmount of its invoice, when the variant says so (§9.7)."""
    if note.counted or world.variants["credit_note_in_paid_amount"] == "no":
        return
    note.counted = True
    invoice.paid += note.gross
    invoice.credited += note.gross
    if invoice.paid >= invoice.gross:
        settle(world, invoice, note.on)
    elif world.variants["partial_status"] == "750":
        invoice.status = PARTLY
    world.touch(invoice)
