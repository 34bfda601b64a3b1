"""Austria: §§ 455-460 UGB, §§ 1000, 1333 ABGB. Sources and doubts: docs/law.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.domain.law.pack import LawPack
from core.domain.law.rates import RateRule
from core.domain.money import Money

# 4 % a year, also for businesses where § 456 UGB does not apply.
CIVIL = RateRule(None, Decimal("4.00"), "§ 1333 Abs. 1, § 1000 Abs. 1 ABGB")
# § 456 UGB: 9.2 points above the base rate of the first day of the half-year.
BUSINESS = RateRule(Decimal("9.20"), None, "§ 456 UGB")
# Contracts from before 16 March 2013: 8 points.
FORMER = RateRule(Decimal("8.00"), None, "§ 352 UGB a. F.")

PACK = LawPack(
    key="at",
    country="AT",
    currency="EUR",
    consumer=CIVIL,
    business=BUSINESS,
    # The lower rate where § 456 UGB is not certain to apply: a choice, not a source.
    business_other=CIVIL,
    counting="act/act",
    former=FORMER,
    reformed_on=date(2013, 3, 16),
    lump=Money(Decimal("40.00"), "EUR"),
    lump_basis="§ 458 UGB",
    # OGH line, ZIK 2019/196: fixed fees in a consumer's terms without regard to the claim are
    # void; what § 1333 Abs. 2 ABGB allows, a person decides.
    consumer_fee_cap=Money(Decimal("0.00"), "EUR"),
    fee_basis="§ 1333 Abs. 2 ABGB",
)
