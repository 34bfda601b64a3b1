"""What the API can write on invoices: drafts, sending, bookings, cancelling, deleting (§2.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.replies import Call, Reply
from sandbox.sevdesk import money, sending, wire
from sandbox.sevdesk.answers import action, referenced
from sandbox.sevdesk.model import (
    DRAFT,
    INVOICE_TYPES,
    OPEN,
    SEND_TYPES,
    ZERO,
    Invoice,
    Position,
)
from sandbox.sevdesk.reminders import reminder_of
from sandbox.sevdesk.replies import ApiError, Json, bad_request, objects
from sandbox.sevdesk.shapes import head, invoice_row
from sandbox.sevdesk.wire import amount_in, day_in, reference, stamp, text

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def save_invoice(world: World, call: Call) -> Reply:
    """``POST /Invoice/Factory/saveInvoice``: makes or changes a draft."""
    body = call.body.get("invoice")
    if not isinstance(body, dict):
        raise bad_request("expected array with id and objectName for invoice")
    if body.get("invoiceType") == "MA":
        made = reminder_of(world, body)
    else:
        positions = [_position(each) for each in call.body.get("invoicePosSave") or ()]
        made = _saved(world, body, positions)
    shown = {**invoice_row(world, made, post=True), "sevClient": client_row(world)}
    rows = [_position_row(world, made, each, n) for n, each in enumerate(made.positions, 1)]
    return objects({"invoice": shown, "invoicePos": rows, "filename": ".pdf"}, 201)


def _saved(world: World, body: Json, positions: list[Position]) -> Invoice:
    status = str(body.get("status", ""))
    if status != str(DRAFT):  # in system 2.0 documents are made as drafts only (§1.7)
        raise ApiError(400, "status must be 100", 90400)
    kind = str(body.get("invoiceType", "RE"))
    on = day_in(body.get("invoiceDate"), "invoiceDate")
    if on is None or kind not in INVOICE_TYPES:
        raise bad_request()
    net_prices = str(body.get("showNet", "1")) in {"1", "True", "true"}
    net, tax = sums(positions, net_prices=net_prices)
    days = body.get("timeToPay")
    time_to_pay = None if days is None else int(amount_in(days, "timeToPay"))
    delivery = day_in(body.get("deliveryDate"), "deliveryDate")
    contact = referenced(body, "contact", "Contact") if body.get("contact") else None
    if contact:
        world.contact(contact)
    # Kept only now, when nothing of it can be refused any more.
    made = _draft(world, body, kind, on)
    made.contact, made.on, made.net_prices = contact, on, net_prices
    made.net, made.tax, made.gross, made.positions = net, tax, net + tax, positions
    made.time_to_pay, made.delivery = time_to_pay, delivery
    made.currency = str(body.get("currency") or "EUR")
    made.note, made.era = body.get("customerInternalNote"), world.variants["bookkeeping"]
    made.number = body.get("invoiceNumber") or made.number
    return made


def _draft(world: World, body: Json, kind: str, on: date) -> Invoice:
    """The draft that is changed, or a new one."""
    if body.get("id"):
        made = world.invoice(str(body["id"]))
        if made.status != DRAFT:
            raise ApiError(400, "not a draft any more", 90400)
        world.touch(made)
        return made
    at = world.now()
    return world.keep(
        Invoice(
            world.new_id("Invoice"), kind, None, DRAFT, None, on, None, ZERO, ZERO, ZERO, at, at
        )
    )


def _position(given: Any) -> Position:
    if not isinstance(given, dict):
        raise bad_request("expected array with id and objectName for invoicePos")
    return Position(
        str(given.get("name", "")),
        amount_in(given.get("quantity"), "quantity"),
        amount_in(given.get("price"), "price"),
        amount_in(given.get("taxRate"), "taxRate"),
    )


def sums(positions: list[Position], *, net_prices: bool) -> tuple[Decimal, Decimal]:
    """Net and tax: each position is rounded to cents, half up, and then added (§6.13)."""
    net = tax = ZERO
    for each in positions:
        total = wire.cents(each.quantity * each.price)
        if net_prices:
            net += total
            tax += wire.cents(total * each.rate / 100)
        else:
            without = wire.cents(total / (1 + each.rate / 100))
            net += without
            tax += total - without
    return net, tax


def _position_row(world: World, made: Invoice, each: Position, number: int) -> Json:
    factor = 1 + each.rate / 100
    gross = each.price * factor if made.net_prices else each.price
    return {
        **head(world.new_id("InvoicePos"), "InvoicePos"),
        "invoice": reference("Invoice", made.id),
        "name": each.name,
        "quantity": text(each.quantity),
        "price": text(each.price),
        "priceGross": f"{gross:.4f}",
        "priceTax": f"{gross - gross / factor:.4f}",
        "taxRate": text(each.rate),
        "positionNumber": str(number),
    }


def client_row(world: World) -> Json:
    """The tenant with its settings, as create answers show it (§4)."""
    charge = world.reminder_charge
    return {
        **head("9", "SevClient"),
        "name": world.company,
        "defaultCurrency": world.currency,
        "invoiceTimeToPay": text(world.time_to_pay),
        "invoiceReminderDuration": text(world.reminder_days),
        "invoiceReminderCharge": text(charge) if charge else None,
        "createInvoiceReminder": "1",
    }


def send_by(world: World, call: Call, id_: str) -> Reply:
    """``PUT /Invoice/{id}/sendBy``: no mail is sent."""
    invoice, send_type = world.invoice(id_), call.body.get("sendType")
    if send_type not in SEND_TYPES:
        raise bad_request(f"sendType must be one of {', '.join(SEND_TYPES)}")
    sending.send(world, invoice, send_type)
    return action(world, invoice_row(world, invoice, post=True))


def send_via_email(world: World, call: Call, id_: str) -> Reply:
    """``POST /Invoice/{id}/sendViaEmail``: here nothing is mailed either; it is marked sent."""
    invoice = world.invoice(id_)
    missing = [name for name in ("toEmail", "subject", "text") if not call.body.get(name)]
    if missing:
        raise ApiError(422, f"missing: {', '.join(missing)}")
    sending.send(world, invoice, "VM")
    email = {
        **head(world.new_id("Email"), "Email"),
        "object": reference("Invoice", invoice.id),
        "to": call.body["toEmail"],
        "subject": call.body["subject"],
        "text": call.body["text"],
        "create": stamp(world.now()),
    }
    return action(world, email, 201)


def book_amount(world: World, call: Call, id_: str) -> Reply:
    """``PUT /Invoice/{id}/bookAmount``; online accounts need a transaction that exists (§2.5)."""
    invoice, body, before = world.invoice(id_), call.body, str(world.invoice(id_).status)
    account = world.account(referenced(body, "checkAccount", "CheckAccount"))
    amount, seconds = amount_in(body.get("amount"), "amount"), body.get("date")
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise bad_request("date must be Unix seconds")
    on = day_in(seconds, "date")
    if body.get("checkAccountTransaction"):
        line_id = referenced(body, "checkAccountTransaction", "CheckAccountTransaction")
        line = world.transaction(line_id)
    elif account.type == "online" or account.import_type:
        raise ApiError(422, "online accounts need a transaction")
    else:
        assert on is not None  # noqa: S101 - day_in of a number is a day
        line = money.new_transaction(world, account.id, amount, on)
    money.book(world, invoice, line, money.Booking(amount, line.value, str(body.get("type"))))
    log = {
        **head(world.new_id("InvoiceLog"), "InvoiceLog"),
        "create": stamp(world.now()),
        "invoice": reference("Invoice", invoice.id),
        "fromStatus": before,
        "toStatus": str(invoice.status),
        "ammountPayed": wire.plain(amount),
        "bookingDate": wire.day_stamp(line.value),
        "sevClient": reference("SevClient", "9"),
    }
    return action(world, log)


def reset_to_open(world: World, _call: Call, id_: str) -> Reply:
    """``PUT /Invoice/{id}/resetToOpen``."""
    invoice = world.invoice(id_)
    money.reopen(world, invoice)
    return action(world, invoice_row(world, invoice, post=True))


def reset_to_draft(world: World, _call: Call, id_: str) -> Reply:
    """``PUT /Invoice/{id}/resetToDraft``: only from open."""
    invoice = world.invoice(id_)
    if invoice.status != OPEN or invoice.kind == "WKR" or invoice.paid:
        raise ApiError(422, "only open invoices can be drafts again")
    money.refuse_enshrined(world, invoice)
    invoice.status = DRAFT
    world.touch(invoice)
    return action(world, invoice_row(world, invoice, post=True))


def cancel_invoice(world: World, _call: Call, id_: str) -> Reply:
    """``POST /Invoice/{id}/cancelInvoice`` → 201, the cancellation."""
    made = money.cancel(world, world.invoice(id_))
    return action(world, invoice_row(world, made, post=True), 201)


def delete_invoice(world: World, _call: Call, id_: str) -> Reply:
    """``DELETE /Invoice/{id}``: drafts only."""
    invoice = world.invoice(id_)
    if invoice.status != DRAFT:
        raise ApiError(409, "not a draft any more", 159)
    world.drop(invoice)
    return objects([None])
