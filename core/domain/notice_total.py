"""What a notice demands: its lines and the demanded charges, no information."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.model import Charge, ItemId, NoticeLine
from core.domain.money import Money, total


def demanded_total(lines: Iterable[NoticeLine], charges: Iterable[Charge], currency: str) -> Money:
    """Total of letter and GiroCode in ``currency``; charges that are only shown do not count."""
    amounts = [line.outstanding for line in lines]
    amounts += [charge.amount for charge in charges if charge.demanded]
    return total(amounts, currency)


def without_item(charges: Iterable[Charge], item: ItemId) -> tuple[Charge, ...]:
    """The charges of a notice when one of its items is taken off."""
    return tuple(charge for charge in charges if charge.item != item)
