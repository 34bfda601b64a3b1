"""GET /v1/payments/{voucherId}: what is open, and what came in (§2.6)."""

from __future__ import annotations

from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import wire
from sandbox.lexoffice.amounts import open_amount
from sandbox.lexoffice.model import NO_MONEY, ZERO, Json, Voucher
from sandbox.lexoffice.replies import ApiError
from sandbox.lexoffice.world import World

_SETTLED = frozenset({"paid", "paidoff"})


def get_payments(world: World, _call: Call, id_: str) -> Reply:
    """Payments of one voucher.

    Raises:
        ApiError: 404; 406 for drafts, kinds without money and credit notes that are netted with
            an invoice. A 406 here is no fault of the caller.
    """
    voucher = world.voucher(id_)
    if voucher.status == "draft" or voucher.kind in NO_MONEY or voucher.linked:
        raise ApiError(406, "Payments are not available for this voucher")
    within = world.variants["dunning_costs"] == "within"
    left = open_amount(voucher, costs_within=within)
    text = world.variants["open_amount"] == "string"
    return Reply(
        200,
        {
            "openAmount": f"{left:.2f}" if text else left,
            "currency": "EUR",
            "paymentStatus": _status(voucher),
            "voucherType": voucher.kind,
            "voucherStatus": voucher.status,
            "paidDate": _paid_on(voucher),
            "paymentItems": _items(voucher),
        },
    )


def _status(voucher: Voucher) -> str:
    if voucher.status in _SETTLED or voucher.status == "voided":
        return "balanced"
    # Named after the type of the voucher: an open credit note to a customer is openRevenue too.
    return "openExpense" if voucher.kind.startswith("purchase") else "openRevenue"


def _paid_on(voucher: Voucher) -> str | None:
    if voucher.status not in _SETTLED:
        return None
    return wire.day_stamp(max((each.on for each in voucher.paid), default=voucher.on))


def _items(voucher: Voucher) -> list[Json]:
    return [
        {
            "paymentItemType": each.kind,
            "postingDate": wire.day_stamp(each.on),
            "amount": each.amount,
            "currency": "EUR",
        }
        for each in voucher.paid
        if each.amount > ZERO
    ]
