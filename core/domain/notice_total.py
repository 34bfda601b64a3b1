"""What a notice demands: its lines and the demanded charges, no information."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.domain.model import Charge, NoticeLine
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


def charges_left(
    charges: Iterable[Charge], lines: Sequence[NoticeLine], level: int
) -> tuple[Charge, ...]:
    """The charges of a notice of ``level`` when only ``lines`` of it are left.

    A new fee goes with the level that asked for it, and with the last item in default: without one
    the notice may be what brings default about.
    """
    claims = [line for line in lines if line.level > 0]
    named = {line.item for line in claims}
    late = any(line.default_since for line in claims)
    fee = late and max((line.level for line in claims), default=0) == level
    return tuple(
        charge
        for charge in charges
        if charge.item in named or (charge.item is None and (fee or charge.earlier is not None))
    )
