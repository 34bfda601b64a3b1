"""Bookkeeping vouchers: GET by id or number, POST, PUT (§2.9)."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal, InvalidOperation

from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import paging, wire
from sandbox.lexoffice.amounts import lines_for, totals
from sandbox.lexoffice.contacts import RESOURCE
from sandbox.lexoffice.model import BOOKED, Json, Line, Voucher
from sandbox.lexoffice.replies import ApiError, action, invalid, missing
from sandbox.lexoffice.world import World

INCOME = "8f8664a1-fd86-11e1-a21f-0800200c9a66"
_WRITABLE = frozenset({"open", "unchecked"})


def get_booked(world: World, _call: Call, id_: str) -> Reply:
    return Reply(200, shown(world, world.voucher(id_, "vouchers")))


def find_booked(world: World, call: Call) -> Reply:
    """Deprecated list by number; without one it is 400."""
    if not call.query.get("voucherNumber"):
        raise ApiError(400, "Required request parameter 'voucherNumber' is not present")
    page = paging.page_of(world, call)
    wanted = call.query["voucherNumber"]
    found = [
        each
        for each in world.vouchers.values()
        if each.kind in BOOKED and html.escape(each.number, quote=False) == wanted
    ]
    content = [shown(world, each) for each in page.of(found)]
    return Reply(200, paging.envelope(page, len(found), content, ("voucherDate", False)))


def shown(world: World, voucher: Voucher) -> Json:
    """A bookkeeping voucher; note ``taxRatePercent``, which sales vouchers name otherwise."""
    sums = totals(voucher.lines, voucher.tax_type)
    tax_type = "gross" if voucher.tax_type == "vatfree" else voucher.tax_type
    return {
        "id": voucher.id,
        "organizationId": world.organization_id,
        "type": voucher.kind,
        "voucherStatus": voucher.status,
        "voucherNumber": voucher.number,
        "voucherDate": wire.day_stamp(voucher.on),
        "shippingDate": voucher.shipping.get("shippingDate"),
        "dueDate": wire.day_stamp(voucher.due),
        "totalGrossAmount": voucher.gross,
        "totalTaxAmount": sums.tax,
        "taxType": tax_type,
        "useCollectiveContact": voucher.contact is None,
        "contactName": voucher.name if voucher.contact is None else None,
        "contactId": voucher.contact,
        "remark": voucher.remark or None,
        "voucherItems": [_item(each, voucher.tax_type) for each in voucher.lines],
        "files": list(voucher.files),
        "createdDate": wire.stamp(voucher.created),
        "updatedDate": wire.stamp(voucher.updated),
        "version": voucher.version,
    }


def _item(line: Line, tax_type: str) -> Json:
    sums = totals([line], tax_type)
    return {
        "amount": sums.gross if tax_type == "gross" else sums.net,
        "taxAmount": sums.tax,
        "taxRatePercent": line.rate,
        "categoryId": INCOME,
    }


def create_booked(world: World, call: Call) -> Reply:
    """Books a voucher; its sums must match its items."""
    at = world.clock.now()
    kind = call.body.get("type")
    if kind not in BOOKED:
        raise missing("type")
    voucher = Voucher(
        world.new_id(), kind, "", "open", world.clock.today(), None, None, "", Decimal(0), at, at
    )
    _take(world, voucher, call.body)
    world.add(voucher)
    return _reply(voucher)


def change_booked(world: World, call: Call, id_: str) -> Reply:
    """Replaces one that is open or unchecked.

    Raises:
        ApiError: 409 (or 406, a variant) for a stale version; 406 for other states.
    """
    voucher = world.voucher(id_, "vouchers")
    if call.body.get("version") != voucher.version:
        status = int(world.variants["stale_voucher"])
        raise ApiError(status, issue=("invalid_value", "version"))
    if voucher.status not in _WRITABLE:
        raise invalid("voucherStatus", "invalid_value", "")
    with world.changing(voucher, "changed"):
        _take(world, voucher, call.body)
    return _reply(voucher)


def _take(world: World, voucher: Voucher, body: Json) -> None:
    contact = world.contacts.get(body.get("contactId") or "")
    if body.get("contactId") and contact is None:
        raise invalid("contactId", "invalid_value", "")
    if contact is None and not body.get("useCollectiveContact"):
        raise missing("contactId")
    gross = _amount(body, "totalGrossAmount")
    items = body.get("voucherItems") or []
    if not items:
        raise missing("voucherItems")
    taxes = sum((_amount(each, "taxAmount") for each in items), Decimal(0))
    amounts = sum((_amount(each, "amount") for each in items), Decimal(0))
    net = body.get("taxType") == "net"
    if gross != amounts + (taxes if net else 0) or taxes != _amount(body, "totalTaxAmount"):
        raise invalid("totalGrossAmount", "invalid_value", "")
    rate = Decimal(str(items[0].get("taxRatePercent", 0)))
    lines, tax_type = lines_for(gross, rate, "Einnahme")
    voucher.number = body.get("voucherNumber") or voucher.number
    voucher.on = _day(body, "voucherDate") or voucher.on
    voucher.due = _day(body, "dueDate") or voucher.on
    voucher.contact = contact.id if contact else None
    voucher.name = contact.name if contact else body.get("contactName") or "Sammelkunde"
    voucher.gross, voucher.lines, voucher.tax_type = gross, lines, tax_type
    voucher.remark, voucher.files = body.get("remark") or "", list(body.get("files") or [])


def _amount(body: Json, name: str) -> Decimal:
    try:
        return Decimal(str(body.get(name)))
    except InvalidOperation as error:
        raise missing(name) from error


def _day(body: Json, name: str) -> date | None:
    text = body.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise invalid(name, "invalid_value", "") from error


def _reply(voucher: Voucher) -> Reply:
    uri = f"{RESOURCE}vouchers/{voucher.id}"
    created, updated = wire.stamp(voucher.created), wire.stamp(voucher.updated)
    return Reply(200, action(voucher.id, uri, created, updated, voucher.version))
