"""Interest against published figures: each row is a fact with its source, not our own result.

The rows are those of the project's collection of worked examples (ids kept). What another day
count makes of the same claim stands below as a documented difference, with our figure.
"""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from law_tables import AT, DE, days, euros, interest, rule, unrounded

from core.domain.interest import exact
from core.domain.law import RateRule

# id, source, principal, claim, first day, last day, days, interest
EXACT = [
    (
        "S01", "digineo, a published library: act/act, both days inclusive",
        "1500", rule("business", claim="2009-08-01"), "2009-09-15", "2012-02-17", 886, "297.50",
    ),
    (
        "S09", "a public project's example: 10.52 %",
        "1000", rule("business"), "2026-07-20", "2026-08-20", 32, "9.22",
    ),
    (
        "S11", "a public project's example: leap year, act/365 would give 6.85",
        "1000", rule("consumer"), "2024-02-01", "2024-02-29", 29, "6.83",
    ),
    (
        "S12", "a public project's example: over the turn of the year, 6.27 %",
        "1000", rule("consumer"), "2025-12-31", "2026-01-01", 2, "0.34",
    ),
    (
        "S16", "a public project's example: 10.52 % as a fixed rate",
        "1000", RateRule(None, Decimal("10.52"), "Vertrag"), "2026-08-01", "2026-08-30", 30, "8.65",
    ),
    (
        "S16b", "the same days by § 288 Abs. 2 BGB",
        "1000", rule("business"), "2026-08-01", "2026-08-30", 30, "8.65",
    ),
    (
        "R01", "BGH 25.10.2007, III ZR 91/07: the sum claimed; the payment day 2006-03-10 not counted",
        "543", rule("consumer"), "2004-11-03", "2006-03-09", 492, "45.42",
    ),
    (
        "A02", "Austria, consumer, 4 %: § 1333, § 1000 ABGB",
        "1000", rule("consumer", "at"), "2026-01-01", "2026-01-30", 30, "3.29",
    ),
    (
        "D02", "derived: over a year, into a leap year, 3.12 % -> 3.62 %",
        "5000", rule("business"), "2023-12-01", "2024-03-31", 122, "208.36",
    ),
    (
        "D03", "derived: negative base rate, 4.17 % then 4.12 %",
        "5000", rule("consumer"), "2016-06-15", "2016-07-15", 31, "17.56",
    ),
    (
        "L17", "law.md §1.7: 131.55 as a sum; rounded line by line it would be 131.56",
        "10000", rule("business"), "2026-06-16", "2026-07-31", 46, "131.55",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "of", "first", "last", "count", "expected"),
    [row[2:] for row in EXACT],
    ids=[row[0] for row in EXACT],
)
def test_published_examples_come_out_exactly(principal, of, first, last, count, expected):
    found = interest(principal, first, last, of)
    assert (euros(found), days(found)) == (expected, count)
    assert str(found.until) == last
    assert not found.open_ended


def test_s01_has_the_six_unrounded_segments_of_its_source():
    found = interest("1500", "2009-09-15", "2012-02-17", rule("business", claim="2009-08-01"))
    shown = [
        Decimal(exact(segment).numerator) / exact(segment).denominator for segment in found.segments
    ]
    four = [figure.quantize(Decimal("0.0001"), ROUND_HALF_UP) for figure in shown]
    assert four == [
        Decimal(figure)
        for figure in ("36.0395", "60.3995", "61.4005", "60.3995", "63.2910", "15.9738")
    ]
    assert [segment.rate for segment in found.segments] == [
        Decimal(figure) for figure in ("8.12", "8.12", "8.12", "8.12", "8.37", "8.12")
    ]


def test_d06_a_credit_of_400_is_off_the_principal_from_its_day():
    found = interest(
        "1000", "2026-06-21", "2026-07-10", rule("business"), paid=[("2026-07-01", "400")]
    )
    assert euros(found) == "4.54"
    assert [segment.principal.plain() for segment in found.segments] == ["1000.00", "600.00"]


def test_the_lines_of_131_55_add_up_to_it():
    found = interest("10000", "2026-06-16", "2026-07-31", rule("business"))
    # Unrounded 42.2055 + 89.3479; line by line 42.21 + 89.35 = 131.56.
    assert [line.amount.plain() for line in found.segments] == ["42.20", "89.35"]


# Documented differences -------------------------------------------------------------------


def test_m02_stands_as_a_difference_30_360_is_more_than_the_days_of_the_year():
    """The source counts 30/360 (105.17); LG Darmstadt 6 S 388/96. Ours is act/act: 103.44."""
    found = interest("10000", "2024-03-01", "2024-03-30", rule("business"))
    assert (euros(found), days(found)) == ("103.44", 30)


@pytest.mark.parametrize(
    ("paid_on", "expected", "lengths"),
    [
        # The source's "60 days on 1000, the rest on 500": the 500 are off from the 61st day.
        ("2023-04-03", "26.19", [60, 60]),
        # By our rule the day of payment bears no interest on what was paid.
        ("2023-04-02", "26.04", [59, 61]),
    ],
)
def test_n02_depends_on_whether_the_day_of_payment_is_counted(paid_on, expected, lengths):
    """Its text: "500 paid 2023-04-02 (60 d on 1000, rest on 500)", correct 26.19.

    Sixty days on 1000 count the day of payment. We do not count it (law.md §1.2; only so does the
    sum of BGH III ZR 91/07 come out), which is one day on 500 less: 0.15 in the debtor's favour.
    No day is lost: 120 days in both.
    """
    found = interest("1000", "2023-02-02", "2023-06-01", rule("business"), paid=[(paid_on, "500")])
    assert euros(found) == expected
    assert [segment.days for segment in found.segments] == lengths


# Austria and Switzerland ------------------------------------------------------------------


def test_austrian_business_carries_the_rate_of_the_first_day_of_the_half_year():
    """§ 456 UGB, OeNB: 13.08 % in 2024-01, 11.73 % in 2025-01, 10.73 % in 2026-07."""
    for first, rate in (("2024-01-01", "13.08"), ("2025-01-01", "11.73"), ("2026-07-01", "10.73")):
        found = interest("1000", first, first, rule("business", "at"), AT)
        assert found.segments[0].rate == Decimal(rate)
    # 1000 at 10.73 % for 30 of 365 days
    assert euros(interest("1000", "2026-08-01", "2026-08-30", rule("business", "at"), AT)) == "8.82"


def test_austrian_contract_from_before_16_march_2013_carries_8_points():
    found = interest(
        "1000", "2013-05-01", "2013-05-31", rule("business", "at", claim="2013-03-15"), AT
    )
    assert found.segments[0].rate == Decimal("8.38")
    later = interest(
        "1000", "2013-05-01", "2013-05-31", rule("business", "at", claim="2013-03-16"), AT
    )
    assert later.segments[0].rate == Decimal("9.58")


def test_swiss_interest_is_5_percent_and_1_to_20_january_are_19_days():
    """verzugszins.ch leaves one end of 1 to 20 January out: our 2nd to 20th, both counted."""
    found = interest(
        "1000", "2026-01-02", "2026-01-20", rule("consumer", "ch"), None, currency="CHF"
    )
    assert (days(found), str(found.total)) == (19, "2.60 CHF")
    assert found.segments[0].base_rate is None


def test_the_unrounded_sum_is_what_is_rounded():
    found = interest("10000", "2026-06-16", "2026-07-31", rule("business"), DE)
    assert (
        Decimal("131.5534")
        < Decimal(unrounded(found).numerator) / unrounded(found).denominator
        < Decimal("131.5535")
    )
