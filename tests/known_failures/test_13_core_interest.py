"""Known failure 13: interest formulas (metasfresh: flat percent of the amount; kivitendo: /360;
ERPNext: unrounded floats, lost after the principal was paid, #58220; nearly all: one rate over a
change of the base rate).

Guards: days of default count, each as 1/365 or 1/366 of its year (``interest._spans``), cut where
base rate (``interest._spans``) or principal (``interest._stretches``) change; one rounding half
up of the exact sum (``interest._settle``); only on the claim itself (``charges._owes``), from the
first day of default (``claim_law.LawView.interest``), and only as far as a base rate is known
(``interest._cut``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from core_account import after_due, credit, hold, money
from core_law import (
    INTEREST,
    LAW,
    billed,
    business,
    charges,
    charging,
    consumer,
    told,
    view,
)

from core.domain.interest_types import InterestSegment
from core.domain.model import Charge, HoldKind, ItemKind, NoticeId, PastNotice, Reduction, Showing

# 1,000 EUR due on 2 March 2026, a day for payment was agreed: in default since 3 March.
SINCE = date(2026, 3, 3)
ONLY_INTEREST = charging(fee="0", lump_sum=Showing.OFF)


def interest(day: date, **changes: object) -> Charge:
    of = business(billed(**changes))
    (found,) = charges(told(of, day, ONLY_INTEREST), INTEREST)
    return found


def lines(segments: tuple[InterestSegment, ...]) -> list[tuple[str, int, str, str, str]]:
    return [
        (str(s.start), s.days, str(s.rate), s.principal.plain(), s.amount.plain()) for s in segments
    ]


def test_it_grows_with_the_days_and_is_no_flat_percentage() -> None:
    """10.27 % of 1,000 EUR is 102.70 a year, not on the first letter: 0.28 a day."""
    assert interest(after_due(10)).amount == money("2.81")
    assert interest(after_due(40)).amount == money("11.25")
    assert interest(after_due(40)).segments[0].days == 40


def test_a_day_is_a_365th_of_its_year_and_not_a_360th() -> None:
    """120 days: 33.76 by 365; 34.23 by 360."""
    found = interest(after_due(120))
    assert [s.days for s in found.segments] == [120]
    assert found.amount == money("33.76")


def test_in_a_leap_year_a_day_is_a_366th() -> None:
    """1 to 29 February 2024 at 3.62 + 9 %: 29/366, not 29/365 (10.03)."""
    of = business(billed(due=date(2024, 1, 31), invoice_date=date(2024, 1, 10)))
    (item,) = of.items
    found = view(of, date(2024, 2, 29)).interest(item)
    assert found is not None
    assert found.total == money("10.00")


def test_each_half_year_has_its_own_base_rate() -> None:
    """1.27 until 30 June and 1.52 since 1 July 2026; one rate over both is 47.55 or 48.71."""
    found = interest(date(2026, 8, 18))
    assert lines(found.segments) == [
        ("2026-03-03", 120, "10.27", "1000.00", "33.77"),
        ("2026-07-01", 49, "10.52", "1000.00", "14.12"),
    ]
    assert found.amount == money("47.89")


def test_a_payment_lowers_the_principal_from_its_own_day_only() -> None:
    """600 of 1,000 EUR came on 1 April: 29 days on all of it, then on 400."""
    paid = (Reduction(date(2026, 4, 1), 60000),)
    found = interest(
        after_due(40), total=money("1000.00"), outstanding=money("400.00"), reductions=paid
    )
    assert lines(found.segments) == [
        ("2026-03-03", 29, "10.27", "1000.00", "8.16"),
        ("2026-04-01", 11, "10.27", "400.00", "1.24"),
    ]
    assert found.amount == money("9.40")


def test_a_credit_lowers_it_from_its_value_date() -> None:
    """Interest runs on the net: a credit note of 400 EUR of 1 April."""
    of = business(billed(), credit(2, "-400.00", invoice_date=date(2026, 4, 1)))
    (found,) = charges(told(of, after_due(40), ONLY_INTEREST), INTEREST)
    assert [s.principal.plain() for s in found.segments] == ["1000.00", "600.00"]


def test_it_is_rounded_once_and_its_lines_add_up() -> None:
    """99 EUR over three half-years: 5.6648… in all; each line rounded by itself makes 5.67."""
    of = business(billed(open_="99.00", due=date(2025, 6, 16), invoice_date=date(2025, 6, 1)))
    (found,) = charges(told(of, date(2026, 1, 4), ONLY_INTEREST), INTEREST)
    assert lines(found.segments) == [
        ("2025-06-17", 14, "11.27", "99.00", "0.43"),
        ("2025-07-01", 184, "10.27", "99.00", "5.12"),
        ("2026-01-01", 4, "10.27", "99.00", "0.11"),
    ]
    assert found.amount == money("5.66")


def test_it_runs_from_default_and_not_from_the_due_date() -> None:
    """Nothing agreed, no reminder, no delivery known: late for 40 days and not in default."""
    of = business(billed())
    assert charges(told(of, after_due(40), ONLY_INTEREST, LAW)) == []
    # Delivered on the due day: thirty days from then, to Wednesday 1 April.
    of = business(billed(delivered_on=date(2026, 3, 2)))
    (found,) = charges(told(of, after_due(40), ONLY_INTEREST, LAW), INTEREST)
    assert (found.since, found.segments[0].days) == (date(2026, 4, 2), 10)


def test_a_consumer_owes_five_points_and_a_business_nine() -> None:
    rates = {
        of.debtor.type.value: charges(told(of, after_due(40), ONLY_INTEREST))[0].segments[0].rate
        for of in (business(billed()), consumer(billed()))
    }
    assert rates == {"business": Decimal("10.27"), "consumer": Decimal("6.27")}


def test_interest_bears_no_interest() -> None:
    """§ 289 BGB: charges that were left when the principal was paid carry none themselves."""
    mahnung = PastNotice(NoticeId(1), 1, after_due(3), "letter", after_due(10), True)
    of = business(billed(kind=ItemKind.CHARGE_RESIDUAL, level=1))
    decision = told(replace(of, notices={of.items[0].id: (mahnung,)}), after_due(40), ONLY_INTEREST)
    assert decision.notices
    assert decision.notices[0].lines[0].default_since is not None
    assert charges(decision) == []


def test_days_of_a_deferral_bear_none() -> None:
    """In default for 63 days, ten of them deferred."""
    deferred = [hold(date(2026, 3, 10), date(2026, 3, 19), 1, HoldKind.DEFERRAL)]
    of = business(billed(), holds=deferred)
    (found,) = charges(told(of, date(2026, 5, 4), ONLY_INTEREST), INTEREST)
    assert sum(s.days for s in found.segments) == 63 - 10


def test_no_rate_is_guessed_beyond_the_last_that_is_known() -> None:
    """The table ends on 31 December 2026: up to that day, "zuzüglich weiterer Zinsen"."""
    found = interest(date(2027, 3, 1))
    assert (found.until, found.open_ended) == (date(2026, 12, 31), True)
    assert found.amount == interest(date(2026, 12, 31)).amount


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_it_is_rounded_to_the_minor_unit_of_its_currency(currency: str) -> None:
    of = business(billed(open_="12345", currency=currency))
    (found,) = charges(told(of, after_due(40), ONLY_INTEREST), INTEREST)
    # 12,345 x 10.27 % x 40/365 = 138.9404…
    assert found.amount.plain() == {"JPY": "139", "KWD": "138.940"}[currency]


def test_a_second_letter_names_the_whole_interest_and_not_a_second_one() -> None:
    of = business(billed(level=1, last_notice_on=after_due(10)), last_notice_on=after_due(10))
    (found,) = charges(told(of, after_due(40), ONLY_INTEREST), INTEREST)
    assert found.amount == money("11.25")
    assert (found.since, found.until, found.earlier) == (SINCE, after_due(40), None)
    assert (found.basis, found.number, found.demanded) == ("§ 288 Abs. 2 BGB", "RE-1", True)
