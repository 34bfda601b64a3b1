"""What the platform computes of a voucher: lines, taxes, totals, what is open (§4.1, §2.6).

Reference: https://developers.lexware.io/docs/. Rounding half up and per tax rate fit every
official sample; both are UNVERIFIED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.lexoffice.model import NO_DISCOUNT, ZERO, Discount, Json, Line, Voucher
from sandbox.lexoffice.wire import cents

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a voucher in euros, with ``taxes`` as (rate in percent, net, tax)."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: list[tuple[Decimal, Decimal, Decimal]]


def line_amount(line: Line) -> Decimal:
    """Quantity × price less discount, net or gross as the price is."""
    if line.unit_price is None:
        return ZERO
    return cents(line.quantity * line.unit_price * (1 - line.discount / HUNDRED))


def totals(lines: Iterable[Line], tax_type: str, discount: Discount = NO_DISCOUNT) -> Totals:
    """Taxes are computed on the sum of each rate, not line by line.

    A discount on the whole lowers each of these sums before tax (UNVERIFIED, §4.1).
    """
    sums: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if line.unit_price is not None:
            sums[line.rate] += line_amount(line)
    taxes = []
    for rate, amount in sorted(_lowered(sums, discount).items()):
        share = rate / HUNDRED
        net = cents(amount / (1 + share)) if tax_type == "gross" else amount
        taxes.append((rate, net, amount - net if tax_type == "gross" else cents(net * share)))
    net = sum((each[1] for each in taxes), ZERO)
    tax = sum((each[2] for each in taxes), ZERO)
    return Totals(net, tax, net + tax, taxes)


def _lowered(sums: Mapping[Decimal, Decimal], discount: Discount) -> dict[Decimal, Decimal]:
    """The sums less the discount: euros are shared out by size, the last rate takes the rest."""
    whole = sum(sums.values(), ZERO)
    off = discount.absolute or whole * discount.percent / HUNDRED
    off = min(cents(off), whole)
    lowered, left = {}, off
    for place, rate in enumerate(sorted(sums), 1):
        share = cents(off * sums[rate] / whole) if off and place < len(sums) else left
        lowered[rate], left = sums[rate] - share, left - share
    return lowered


def lines_for(gross: Decimal, rate: Decimal, name: str) -> tuple[list[Line], str]:
    """One line that comes to exactly ``gross``, and the tax type it needs.

    Not every gross amount is the rounded sum of a net one and its tax; those become gross.
    """
    if not rate:
        return [Line(name, gross)], "vatfree"
    net = cents(gross / (1 + rate / HUNDRED))
    if net + cents(net * rate / HUNDRED) == gross:
        return [Line(name, net, rate)], "net"
    return [Line(name, gross, rate)], "gross"


def open_amount(voucher: Voucher, *, costs_within: bool = False) -> Decimal:
    """What is still owed; of a draft, a voided or a settled voucher nothing.

    Args:
        voucher: any voucher.
        costs_within: whether ``dunningCosts`` lower the claim (variant ``dunning_costs``).
    """
    if voucher.status in {"draft", "voided", "paid", "paidoff"}:
        return ZERO
    claim = voucher.gross if voucher.claimed is None else voucher.claimed
    cleared = sum(
        (p.amount for p in voucher.paid if costs_within or p.kind != "dunningCosts"), ZERO
    )
    return max(claim - cleared, ZERO)


def total_price(found: Totals, discount: Discount) -> Json:
    """``totalPrice`` of an answer."""
    return {
        "currency": "EUR",
        "totalNetAmount": found.net,
        "totalGrossAmount": found.gross,
        "totalTaxAmount": found.tax,
        "totalDiscountPercentage": discount.percent or None,
        "totalDiscountAbsolute": discount.absolute or None,
    }


def tax_rows(found: Totals) -> list[Json]:
    """``taxAmounts`` of an answer."""
    return [
        {"taxRatePercentage": rate, "taxAmount": tax, "netAmount": net}
        for rate, net, tax in found.taxes
    ]
