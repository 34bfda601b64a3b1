"""The printed lines of an interest calculation; ``core.domain.interest`` computes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.domain.money import Money


# A NamedTuple, not a frozen dataclass: a run makes some for every item.
class InterestSegment(NamedTuple):
    """Days with one principal and one rate, both days inclusive.

    ``rate`` and ``base_rate`` are percent a year; ``base_rate`` is None for a fixed rate.
    ``amount`` is rounded so that the lines add up to the total (largest remainder).
    """

    start: date
    end: date
    days: int
    rate: Decimal
    base_rate: Decimal | None
    principal: Money
    amount: Money
