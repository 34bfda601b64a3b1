"""The base-rate table: fifty half-years without a gap, negative from 2013 to 2022."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest

from config.base_rates import base_rates, known_until


def rate_on(day):
    return next(r.percent for r in base_rates() if r.valid_from <= day <= r.valid_to)


def test_half_years_follow_each_other_without_gap():
    rates = base_rates()
    for before, after in itertools.pairwise(rates):
        assert after.valid_from == before.valid_to + timedelta(days=1)
        assert (after.valid_from.month, after.valid_from.day) in {(1, 1), (7, 1)}
    assert rates[-1].valid_to == known_until()


# law.md §1.6 and the Bundesbank series; 2025-07 stands as 1.77 in a wrong table in circulation.
@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2013, 1, 1), "-0.13"),
        (date(2013, 7, 1), "-0.38"),
        (date(2016, 7, 1), "-0.88"),
        (date(2022, 12, 31), "-0.88"),
        (date(2023, 1, 1), "1.62"),
        (date(2023, 7, 1), "3.12"),
        (date(2024, 6, 30), "3.62"),
        (date(2024, 7, 1), "3.37"),
        (date(2025, 1, 1), "2.27"),
        (date(2025, 7, 1), "1.27"),
        (date(2026, 7, 1), "1.52"),
    ],
)
def test_known_values(day, percent):
    assert rate_on(day) == Decimal(percent)


def test_what_was_not_seen_at_the_bundesbank_says_so():
    assert {r.valid_from.year for r in base_rates() if not r.confirmed} == {2026}
