"""What a document is about and what of it is paid, also in another currency (§2.2). Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from connectors._values import FieldError, Json, currency
from connectors.sevdesk.records import EURO
from connectors.sevdesk.values import amount
from core.domain.money import Money


class Sums(NamedTuple):
    """In the currency of the document. ``sure`` False: what is paid may be counted in euros."""

    total: Money
    paid: Money
    sure: bool = True


def sums_of(row: Json) -> Sums:
    """Total and paid amount of an invoice or credit note, signed as they come.

    Of another currency than the euro it is UNVERIFIED (§9.12) whether ``sumGross`` is in that
    currency or converted. Where ``sumGrossForeignCurrency`` stands beside it, that is the total, for
    it says of which currency it is; ``paidAmount`` may still be either, and the smaller rest is taken.

    Raises:
        FieldError: an amount is missing or unreadable.

    """
    code = currency(row)
    foreign = amount(row, "sumGrossForeignCurrency", code) if code != EURO else None
    if foreign is None or not foreign.amount:
        total = amount(row, "sumGross", code)
        if total is None:
            raise FieldError("sumGross", "fehlt")
        return Sums(total, amount(row, "paidAmount", code) or Money.zero(code))
    return Sums(foreign, _paid(row, foreign), sure=False)


def _paid(row: Json, total: Money) -> Money:
    """Converted by the rate of the document where that leaves less, yet something to pay."""
    found = (amount(row, "paidAmount", EURO) or Money.zero(EURO)).amount
    gross = (amount(row, "sumGross", EURO) or Money.zero(EURO)).amount
    plain = Money(found, total.currency).rounded()
    if not (found > 0 and gross > 0 and total.amount > 0):
        return plain
    converted = Money(total.amount * found / Decimal(gross), total.currency).rounded()
    return max((each for each in (plain, converted) if each < total), default=plain)
