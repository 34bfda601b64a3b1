"""What a document is about and what of it is paid, also in another currency (§2.2). Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from connectors._values import FieldError, Json, currency
from connectors.sevdesk.records import EURO
from connectors.sevdesk.values import amount
from core.domain.money import Money


class Sums(NamedTuple):
    """In the currency of the document. ``sure`` False: some of it may be in that of the tenant."""

    total: Money
    paid: Money
    sure: bool = True


def sums_of(row: Json) -> Sums:
    """Total and paid amount of an invoice or credit note, signed as they come.

    Of another currency than the tenant's it is UNVERIFIED (§9.12) whether ``sumGross`` is in that
    currency or converted. Where ``sumGrossForeignCurrency`` says something else, that is the total,
    for it says of which currency it is; ``paidAmount`` may still be either, and the smaller rest is
    taken. So an invoice in euros of a tenant who keeps his books in francs is met, too.

    Raises:
        FieldError: an amount is missing or unreadable.

    """
    code = currency(row)
    foreign = _foreign(row, code)
    if foreign is not None:
        return Sums(foreign, _paid(row, foreign), sure=False)
    total = amount(row, "sumGross", code)
    if total is None:
        raise FieldError("sumGross", "fehlt")
    return Sums(total, amount(row, "paidAmount", code) or Money.zero(code))


def _foreign(row: Json, code: str) -> Money | None:
    """None: there is none ("0" on most documents), or it is what ``sumGross`` says as well."""
    try:
        found = amount(row, "sumGrossForeignCurrency", code)
        gross = amount(row, "sumGross", EURO)
    except FieldError:
        return None
    if found is None or not found.amount:
        return None
    return None if gross is not None and gross.amount == found.amount else found


def _paid(row: Json, total: Money) -> Money:
    """Converted by the rate of the document where that leaves less, yet something to pay."""
    found = (amount(row, "paidAmount", EURO) or Money.zero(EURO)).amount
    gross = (amount(row, "sumGross", EURO) or Money.zero(EURO)).amount
    plain = Money(found, total.currency).rounded()
    if not (found > 0 and gross > 0 and total.amount > 0):
        return plain
    converted = Money(total.amount * found / Decimal(gross), total.currency).rounded()
    return max((each for each in (plain, converted) if each < total), default=plain)
