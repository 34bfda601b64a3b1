"""Germany: §§ 286-291 BGB. Sources and doubts: docs/law.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.domain.law.pack import LawPack
from core.domain.law.rates import RateRule
from core.domain.money import Money

# § 288 Abs. 1 Satz 2 BGB: five points, also for every claim of a consumer.
CONSUMER = RateRule(Decimal("5.00"), None, "§ 288 Abs. 1 BGB")
# § 288 Abs. 2 BGB: nine points, no consumer involved, claim to payment for goods or services.
BUSINESS = RateRule(Decimal("9.00"), None, "§ 288 Abs. 2 BGB")
# The nine points hold for obligations that arose after 28 July 2014; eight before.
FORMER = RateRule(Decimal("8.00"), None, "§ 288 Abs. 2 BGB a. F., Art. 229 § 34 EGBGB")

PACK = LawPack(
    key="de",
    country="DE",
    currency="EUR",
    consumer=CONSUMER,
    business=BUSINESS,
    # OLG Nürnberg 26.07.2017, 2 U 17/17: a refund after rescission is no Entgeltforderung.
    business_other=CONSUMER,
    # No statute fixes the day count. LG Darmstadt 6 S 388/96 took 30/360, which can exceed the
    # days' share of a year; actual days never do. The day of payment is not counted: only so does
    # the sum of BGH III ZR 91/07 (45.42 EUR) come out.
    counting="§ 187 Abs. 1 BGB; act/act",
    former=FORMER,
    reformed_on=date(2014, 7, 29),
    lump=Money(Decimal("40.00"), "EUR"),
    lump_basis="§ 288 Abs. 5 BGB",
    # AG Brandenburg 25.01.2007, 31 C 190/06: at most 2.50 EUR; higher courts accept less.
    consumer_fee_cap=Money(Decimal("2.50"), "EUR"),
    fee_basis="§ 280 Abs. 1, 2, § 286 BGB",
)
