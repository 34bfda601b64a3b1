"""POST /v1/dunnings, and dunnings that a person makes in the web app (§2.7)."""

from __future__ import annotations

from datetime import date

from sandbox.common.clock import midnight
from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.bodies import Body, checked
from sandbox.lexoffice.contacts import RESOURCE
from sandbox.lexoffice.documents import address_of
from sandbox.lexoffice.model import Dunning, Json, Related, Voucher
from sandbox.lexoffice.replies import ApiError, action, invalid
from sandbox.lexoffice.world import World

_CAN_BE_DUNNED = frozenset({"invoice", "downpaymentinvoice"})
_OPEN = frozenset({"open", "sepadebit"})


def create_dunning(world: World, call: Call) -> Reply:
    """Attaches a dunning to an invoice; its totals are computed, what was sent is ignored.

    Raises:
        ApiError: 400 without a predecessor; 404 or 406 for an unknown one; 406 for one that
            cannot be dunned, and for every rule that the body breaks.
    """
    wanted = call.query.get("precedingSalesVoucherId")
    if not wanted:
        raise ApiError(400, "Required request parameter 'precedingSalesVoucherId' is not present")
    invoice = _predecessor(world, wanted)
    body = checked(world, call.body, named=False)
    _same_as_invoice(invoice, body)
    at = world.clock.now()
    dunning = Dunning(
        world.new_id(),
        invoice.id,
        body.on,
        at,
        at,
        body.texts["title"],
        body.texts["introduction"],
        body.texts["remark"],
        # The name is the invoice's, whatever was sent.
        {**body.address, "name": address_of(world, invoice)["name"]},
        body.lines,
        body.tax_type,
        body.shipping,
        body.language,
        discount=body.discount,
    )
    attach(world, invoice, dunning)
    uri = f"{RESOURCE}dunnings/{dunning.id}"
    stamp = wire.stamp(at)
    return Reply(201, action(dunning.id, uri, stamp, stamp, 1), {"Location": uri})


def _predecessor(world: World, id_: str) -> Voucher:
    invoice = world.vouchers.get(id_)
    if invoice is None:
        status = int(world.variants["unknown_predecessor"])
        raise ApiError(status, "Preceding sales voucher not found")
    if invoice.kind not in _CAN_BE_DUNNED:
        raise ApiError(406, "Invalid pursue: the preceding voucher cannot be dunned")
    if invoice.status not in _OPEN and world.variants["dunnable_states"] == "open":
        raise ApiError(406, f"Invalid pursue: preceding voucher is {invoice.status}")
    return invoice


def _same_as_invoice(invoice: Voucher, body: Body) -> None:
    if (body.contact or None) != invoice.contact:
        raise invalid("address.contactId", "INVALID", "must equal the preceding voucher's contact")
    if body.tax_type != invoice.tax_type:
        raise invalid("taxConditions", "INVALID", "must equal the preceding voucher's")


def attach(world: World, invoice: Voucher, dunning: Dunning) -> None:
    """Keeps a dunning and lets its invoice know; the claim stays as it is."""
    world.dunnings[dunning.id] = dunning
    touches = world.variants["dunning_touches_invoice"] == "yes"
    events = ("changed",) if touches else ()
    with world.changing(invoice, *events, bump=touches):
        invoice.related.append(Related(dunning.id, "dunning", ui=dunning.ui))
    world.emit("dunning.created", dunning.id)


def by_hand(world: World, invoice: Voucher, title: str, on: date) -> Dunning:
    """What "Weitere Aktionen → Mahnen" makes of an invoice: a copy with another title."""
    at = world.clock.now()
    address: Json = dict(address_of(world, invoice))
    dunning = Dunning(
        world.new_id(),
        invoice.id,
        midnight(on),
        at,
        at,
        title,
        f"zu Rechnung {invoice.number} haben wir noch keinen Zahlungseingang.",
        "",
        address,
        list(invoice.lines),
        invoice.tax_type,
        dict(invoice.shipping),
        invoice.language,
        ui=True,
        discount=invoice.discount,
    )
    attach(world, invoice, dunning)
    return dunning


def remove_dunning(world: World, dunning: Dunning) -> None:
    """A person deletes it in the web app; there is no such call in the API."""
    del world.dunnings[dunning.id]
    invoice = world.vouchers.get(dunning.invoice)
    if invoice is not None:
        invoice.related = [each for each in invoice.related if each.id != dunning.id]
    world.emit("dunning.deleted", dunning.id)
