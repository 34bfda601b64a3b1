"""POST of invoices, credit notes and quotations (§2.2, §2.5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sandbox.common.clock import berlin_day
from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.amounts import open_amount, totals
from sandbox.lexoffice.bodies import Body, checked
from sandbox.lexoffice.contacts import RESOURCE
from sandbox.lexoffice.documents import due_of
from sandbox.lexoffice.model import ENDPOINTS, ZERO, Paid, Related, Voucher
from sandbox.lexoffice.replies import ApiError, action, invalid
from sandbox.lexoffice.world import World


def create_invoice(world: World, call: Call) -> Reply:
    """A draft, or with ``finalize=true`` an open invoice; nothing is e-mailed."""
    return _created(world, call, "invoice", _finalize_invoice)


def create_quotation(world: World, call: Call) -> Reply:
    """A draft, or with ``finalize=true`` an open quotation."""
    return _created(world, call, "quotation", _finalize_plain)


def create_credit_note(world: World, call: Call) -> Reply:
    """A credit note; linked and final it lowers what is open on its invoice at once.

    Raises:
        ApiError: 404 for an unknown invoice; 406 for a draft, a closing invoice, one that has a
            credit note already, and for a broken body.
    """
    invoice = None
    if call.query.get("precedingSalesVoucherId"):
        invoice = world.voucher(call.query["precedingSalesVoucherId"], "invoices")
        check_creditable(world, invoice)
    body = checked(world, call.body, shipping=False)
    note = _voucher(world, body, "creditnote")
    world.add(note)
    if invoice is not None:
        link(world, note, invoice)
    if call.flag("finalize"):
        finalize_credit_note(world, note)
    return _reply(note)


def _created(
    world: World, call: Call, kind: str, finalize: Callable[[World, Voucher], None]
) -> Reply:
    body = checked(world, call.body, shipping=kind != "quotation")
    voucher = world.add(_voucher(world, body, kind))
    if call.flag("finalize"):
        finalize(world, voucher)
    return _reply(voucher)


def _voucher(world: World, body: Body, kind: str) -> Voucher:
    at = world.clock.now()
    contact = world.contacts.get(body.contact or "")
    terms = body.raw.get("paymentConditions") or {}
    discount = terms.get("paymentDiscountConditions") or {}
    own = {key: value for key, value in body.address.items() if key != "contactId"}
    return Voucher(
        world.new_id(),
        kind,
        world.next_number(kind),
        "draft",
        berlin_day(body.on),
        None,
        body.contact,
        contact.name if contact else str(body.address["name"]),
        totals(body.lines, body.tax_type, body.discount).gross,
        at,
        at,
        address=own or None,
        lines=body.lines,
        tax_type=body.tax_type,
        discount=body.discount,
        skonto=_skonto(discount.get("discountPercentage"), discount.get("discountRange")),
        term_days=int(terms.get("paymentTermDuration", 14)),
        shipping=body.shipping,
        language=body.language,
        title=body.texts["title"],
        introduction=body.texts["introduction"],
        remark=body.texts["remark"],
    )


def _skonto(percent: object, days: object) -> tuple[Decimal, int] | None:
    return (Decimal(str(percent)), int(str(days))) if percent and days else None


def _reply(voucher: Voucher) -> Reply:
    uri = f"{RESOURCE}{ENDPOINTS[voucher.kind]}/{voucher.id}"
    created, updated = wire.stamp(voucher.created), wire.stamp(voucher.updated)
    body = action(voucher.id, uri, created, updated, voucher.version)
    return Reply(201, body, {"Location": uri})


def finalize_voucher(world: World, voucher: Voucher) -> None:
    """Makes a draft final, by whatever rule its kind has."""
    if voucher.kind == "creditnote":
        finalize_credit_note(world, voucher)
    elif voucher.kind in {"invoice", "downpaymentinvoice"}:
        _finalize_invoice(world, voucher)
    else:
        _finalize_plain(world, voucher)


def _finalize_invoice(world: World, voucher: Voucher) -> None:
    if not voucher.lines:
        raise invalid("lineItems", "NOTEMPTY", "darf nicht leer sein")
    with world.changing(voucher):
        if voucher.due is None:
            due_of(voucher)
        voucher.status = "open"


def _finalize_plain(world: World, voucher: Voucher) -> None:
    with world.changing(voucher):
        voucher.status = "open"


def check_creditable(world: World, invoice: Voucher) -> None:
    """Raises ApiError 406: no linked credit note can be made for this invoice."""
    if invoice.status == "draft":
        raise ApiError(406, "Invalid pursue: preceding voucher is draft")
    if invoice.closing:
        raise ApiError(406, "Invalid pursue: closing invoices cannot be credited")
    if any(each.linked == invoice.id for each in world.vouchers.values()):
        raise ApiError(406, "Invalid pursue: there is a credit note already")


def link(world: World, note: Voucher, invoice: Voucher) -> None:
    """Ties a credit note to its invoice; both show each other."""
    note.linked = invoice.id
    note.related.append(Related(invoice.id, invoice.kind, invoice.number))
    with world.changing(invoice):
        invoice.related.append(Related(note.id, "creditnote", note.number))


def finalize_credit_note(world: World, note: Voucher) -> None:
    """Unlinked it stays open until a person assigns a payment; linked it is netted at once."""
    if not note.linked:
        _finalize_plain(world, note)
        return
    invoice = world.vouchers[note.linked]
    with world.changing(note):
        note.status = "paidoff"
    amount = min(note.gross, open_amount(invoice))
    clear(world, invoice, Paid("partPaymentCreditNote", note.on, amount))


def clear(world: World, voucher: Voucher, item: Paid) -> None:
    """Books a payment item; what is fully cleared becomes paid."""
    within = world.variants["dunning_costs"] == "within"
    bump = world.variants["payment_bumps_updated"] == "yes"
    with world.changing(voucher, "payment.changed", bump=bump):
        voucher.paid.append(item)
        if open_amount(voucher, costs_within=within) == ZERO:
            voucher.status = voucher.settled_as


def reopen(world: World, voucher: Voucher) -> None:
    """Takes the payment items away; what linked credit notes cleared stays cleared."""
    within = world.variants["dunning_costs"] == "within"
    with world.changing(voucher, "payment.changed"):
        voucher.paid = [each for each in voucher.paid if each.kind == "partPaymentCreditNote"]
        voucher.status = "open"
        if open_amount(voucher, costs_within=within) == ZERO:
            voucher.status = voucher.settled_as
