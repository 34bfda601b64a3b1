"""What a notice demands: its lines and the demanded charges, no information."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.domain.model import Charge, ItemId, NoticeLine
from core.domain.money import Money
from core.errors import CurrencyMismatch

_NOTHING = Decimal(0)


def demanded_total(lines: Iterable[NoticeLine], charges: Iterable[Charge], currency: str) -> Money:
    """Total of letter and GiroCode in ``currency``; charges that are only shown do not count.

    Raises:
        CurrencyMismatch: an amount in another currency; nothing is converted.
    """
    amounts = [line.outstanding for line in lines]
    amounts += [charge.amount for charge in charges if charge.demanded]
    if any(money.currency != currency for money in amounts):
        raise CurrencyMismatch(f"a notice in {currency} cannot demand another currency")
    return Money(sum([money.amount for money in amounts], _NOTHING), currency)


def without_item(charges: Iterable[Charge], item: ItemId) -> tuple[Charge, ...]:
    """The charges of a notice when one of its items is taken off."""
    return tuple(charge for charge in charges if charge.item != item)
