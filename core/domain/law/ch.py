"""Switzerland: Art. 102-104 OR. Sources and doubts: docs/law.md."""

from __future__ import annotations

from decimal import Decimal

from core.domain.law.pack import LawPack
from core.domain.law.rates import RateRule
from core.domain.money import Money

# More only if agreed (Art. 104 Abs. 2 OR); there is no rate of its own for businesses.
FIVE = RateRule(None, Decimal("5.00"), "Art. 104 Abs. 1 OR")

PACK = LawPack(
    key="ch",
    country="CH",
    currency="CHF",
    consumer=FIVE,
    business=FIVE,
    business_other=FIVE,
    counting="act/act",
    # A reminder fee is owed only if it was agreed with its amount, so none is automatic.
    consumer_fee_cap=Money(Decimal("0.00"), "CHF"),
    fee_needs_agreement=True,
)
