"""What stands below an object, the account and its balance, and the PDFs, which need no key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sandbox.common import pdf as pdfs
from sandbox.common.replies import Call, Reply
from sandbox.stripe import customer_shape, invoice_shape, note_shape, payment_shape
from sandbox.stripe.expand import expand
from sandbox.stripe.model import Customer
from sandbox.stripe.paging import CURSORS, Thing, known, page, ranks
from sandbox.stripe.replies import ApiError, Json, missing

if TYPE_CHECKING:
    from sandbox.stripe.world import World

PDF = "application/pdf"


def account(world: World, call: Call) -> Reply:
    """``GET /v1/account``: whether a restricted key may read it is UNVERIFIED (§1)."""
    known(call.body)
    choice = world.variants["account"]
    if choice == "refused":
        raise ApiError(
            int(world.variants["permission_error"]),
            "The provided key does not have the required permissions for this endpoint.",
        )
    if choice == "missing":
        raise ApiError(404, "Unrecognized request URL (GET: /v1/account).")
    return Reply(200, note_shape.account(world))


def balance(world: World, call: Call) -> Reply:
    known(call.body)
    return Reply(200, note_shape.balance(world))


def _whole(
    world: World,
    call: Call,
    rows: Sequence[Thing],
    shown: Callable[[Thing], Json],
    kind: str,
) -> Reply:
    known(call.body, *CURSORS)
    rank = ranks(rows).get
    found = page(world, call.body, rows, rank, shown, url=call.path, kind=kind)
    return Reply(200, expand(world, found, call.body))


class _Line:
    """A line as lists see it."""

    def __init__(self, id_: str, shown: Json) -> None:
        self.id, self.created, self.shown = id_, 0, shown


def lines(world: World, call: Call, id_: str) -> Reply:
    invoice = world.invoices.one(id_)
    rows = [_Line(one.id, invoice_shape.line(world, invoice, one)) for one in invoice.lines]
    return _whole(world, call, rows, lambda each: each.shown, "line_item")


def note_lines(world: World, call: Call, id_: str) -> Reply:
    line = note_shape.note_line(world, world.credit_notes.one(id_))
    return _whole(
        world, call, [_Line(line["id"], line)], lambda each: each.shown, "credit_note_line_item"
    )


def refunds(world: World, call: Call, id_: str) -> Reply:
    rows = world.refunds_of(world.charges.one(id_).id)[::-1]
    return _whole(world, call, rows, lambda each: payment_shape.refund(world, each), "refund")


def _customer(world: World, id_: str) -> Customer:
    found = world.customers.one(id_)
    if found.deleted:
        raise missing("customer", id_)
    return found


def tax_ids(world: World, call: Call, id_: str) -> Reply:
    rows = world.tax_ids_of(_customer(world, id_).id)[::-1]
    return _whole(world, call, rows, lambda each: customer_shape.tax_id(world, each), "tax_id")


def tax_id(world: World, call: Call, id_: str, one: str) -> Reply:
    known(call.body)
    found = world.tax_ids.one(one)
    if found.customer != _customer(world, id_).id:
        raise missing("tax_id", one)
    return Reply(200, customer_shape.tax_id(world, found))


def cash_balance(world: World, call: Call, id_: str) -> Reply:
    """``GET /v1/customers/{id}/cash_balance``; from general memory, UNVERIFIED."""
    known(call.body)
    return Reply(200, customer_shape.cash_balance(world, _customer(world, id_)))


def balance_transactions(world: World, call: Call, id_: str) -> Reply:
    _customer(world, id_)
    rows = [each for each in world.balance_transactions.newest() if each.customer == id_]
    shown = partial(customer_shape.balance_transaction, world)
    return _whole(world, call, rows, shown, "customer_balance_transaction")


def cash_transactions(world: World, call: Call, id_: str) -> Reply:
    _customer(world, id_)
    rows = [each for each in world.cash_transactions.newest() if each.customer == id_]
    shown = partial(customer_shape.cash_transaction, world)
    return _whole(world, call, rows, shown, "customer_cash_balance_transaction")


def pdf(world: World, _call: Call, id_: str) -> Reply:
    """The document of an invoice or credit note; its address is all that one needs."""
    note = world.credit_notes.get(id_)
    invoice = world.invoices.get(note.invoice if note else id_)
    if invoice is None or invoice.number is None:
        return Reply(404, b"not found", type="text/plain")
    amount, title = (note.amount, "Storno") if note else (invoice.total, "Rechnung")
    name = (invoice.frozen or {}).get("customer_name") or ""
    number = note.number if note else invoice.number
    total = f"{world.major(amount, invoice.currency):f} {invoice.currency.upper()}"
    content = pdfs.document([world.company, f"{title} {number}", name, total])
    kept = {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
    return Reply(200, content, kept, PDF)
