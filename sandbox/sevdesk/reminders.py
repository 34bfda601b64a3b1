"""Reminders (MA): each is an invoice with an origin, a level and a deadline (§3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.common.replies import Call, Reply
from sandbox.sevdesk.answers import action, referenced
from sandbox.sevdesk.model import DRAFT, DUE, OPEN, ZERO, Invoice
from sandbox.sevdesk.replies import ApiError, Json, bad_request, objects
from sandbox.sevdesk.shapes import invoice_row
from sandbox.sevdesk.wire import plain

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

_DEFAULT_DAYS = 7  # where the tenant has set none


def next_reminder(
    world: World, invoice: Invoice, on: date, level: int | None = None, id_: str = ""
) -> Invoice:
    """The next reminder as a draft: the level after the last one, and the principal as it is now."""
    last = max((each.level or 0 for each in world.family(invoice, "MA")), default=0)
    level = level or last + 1
    days = _DEFAULT_DAYS if world.reminder_days is None else world.reminder_days
    # No charge can live on a reminder of system 2.0 (§1.7); the first one never has one (§8).
    free = world.variants["bookkeeping"] == "2.0" or level == 1
    at: datetime = world.now()
    return Invoice(
        id_, "MA", None, DRAFT, invoice.contact, on, invoice.time_to_pay,
        invoice.net, invoice.tax, invoice.gross, at, at, currency=invoice.currency,
        era=world.variants["bookkeeping"], origin=(invoice.id, "Invoice"),
        header="Zahlungserinnerung" if level == 1 else f"{level - 1}. Mahnung",
        address=invoice.address, level=level, debit=invoice.left,
        charge=ZERO if free else world.reminder_charge, deadline=on + timedelta(days=days),
    )  # fmt: skip


def keep_reminder(world: World, made: Invoice) -> Invoice:
    """Adds it; the invoice knows the level or does not, and is touched or is not (variants)."""
    made.id = made.id or world.new_id("Invoice")
    world.keep(made)
    invoice = world.invoices[made.origin[0]] if made.origin else made
    if world.variants["invoice_dunning_level"] == "set":
        invoice.level = made.level
    if world.variants["reminder_bumps_update"] == "yes":
        world.touch(invoice)
    return made


def create_reminder(world: World, call: Call) -> Reply:
    """``POST /Invoice/Factory/createInvoiceReminder``: kept as a draft, or only shown."""
    id_ = call.query.get("invoice[id]") or referenced(call.body, "invoice", "Invoice")
    invoice = world.invoice(id_)
    if invoice.status not in DUE or invoice.kind in {"MA", "SR", "WKR"}:
        raise ApiError(422, "only open invoices can be reminded of")
    made = next_reminder(world, invoice, world.clock.today())
    if world.variants["reminder_created"] == "preview":
        return action(world, {**invoice_row(world, made, post=True), "id": None})
    keep_reminder(world, made)
    return action(world, invoice_row(world, made, post=True))


def reminder_of(world: World, body: Json) -> Invoice:
    """A reminder that saveInvoice is given: what createInvoiceReminder only showed.

    Raises:
        ApiError: without its invoice, or with a charge in system 2.0 (§1.7).
    """
    invoice = world.invoice(referenced(body, "origin", "Invoice"))
    charge = Decimal(str(body.get("reminderCharge") or "0"))
    if charge > ZERO and world.variants["bookkeeping"] == "2.0":
        raise ApiError(422, "reminderCharge is not possible with bookkeeping system 2.0")
    word = str(body.get("dunningLevel") or "")
    if word and not word.isdigit():
        raise bad_request("dunningLevel must be a number")
    made = next_reminder(world, invoice, world.clock.today(), int(word) if word else None)
    made.charge = charge
    return keep_reminder(world, made)


def last_dunning(world: World, _call: Call, id_: str) -> Reply:
    """``GET /Invoice/{id}/getLastDunning``: the last reminder, or a body without one."""
    made = world.family(world.invoice(id_), "MA")
    if made:
        return objects(invoice_row(world, made[-1]))
    return objects(None) if world.variants["last_dunning_none"] == "null" else Reply(200, {})


def open_debit(world: World, call: Call) -> Reply:
    """``GET /Invoice/Factory/getOpenInvoiceReminderDebit``: what is open, as a number."""
    invoice = world.invoice(call.query.get("invoice[id]", ""))
    left = invoice.left if invoice.status in {OPEN, *DUE} else ZERO
    return objects(Decimal(plain(left)))
