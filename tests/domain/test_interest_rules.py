"""How interest is cut and rounded, told in days and euros."""

from decimal import Decimal

import pytest
from law_tables import DE, cents, day, days, euros, interest, rule, table, unrounded

from core.domain.interest import compute, interest_minor
from core.domain.law import RateRule

BUSINESS = rule("business")
FIVE = RateRule(None, Decimal(5), "Art. 104 Abs. 1 OR")


def lines(found):
    return [
        (str(s.start), str(s.end), s.days, s.principal.plain(), str(s.rate), s.amount.plain())
        for s in found.segments
    ]


def test_a_line_ends_at_each_half_year_and_each_payment():
    found = interest(
        "1000",
        "2025-12-01",
        "2026-07-10",
        BUSINESS,
        paid=[("2026-02-01", "400"), ("2026-07-01", "100")],
    )
    assert lines(found) == [
        ("2025-12-01", "2025-12-31", 31, "1000.00", "10.27", "8.72"),
        ("2026-01-01", "2026-01-31", 31, "1000.00", "10.27", "8.72"),
        ("2026-02-01", "2026-06-30", 150, "600.00", "10.27", "25.33"),
        ("2026-07-01", "2026-07-10", 10, "500.00", "10.52", "1.44"),
    ]
    assert euros(found) == "44.21"


def test_a_fixed_rate_is_cut_at_the_turn_of_the_year_only():
    found = interest("1000", "2023-11-01", "2025-01-31", FIVE, None)
    assert [(str(s.start), s.days, s.base_rate) for s in found.segments] == [
        ("2023-11-01", 61, None),
        ("2024-01-01", 366, None),
        ("2025-01-01", 31, None),
    ]
    # A whole leap year is a year: 366/366 of 5 %.
    assert found.segments[1].amount.plain() == "50.00"


def test_a_payment_on_the_first_day_or_before_lowers_all_days():
    on_it = interest("1000", "2026-08-01", "2026-08-31", BUSINESS, paid=[("2026-08-01", "400")])
    before = interest("1000", "2026-08-01", "2026-08-31", BUSINESS, paid=[("2026-07-01", "400")])
    plain = interest("600", "2026-08-01", "2026-08-31", BUSINESS)
    assert on_it == before == plain


def test_a_payment_on_the_last_day_lowers_that_day():
    found = interest("1000", "2026-08-01", "2026-08-31", BUSINESS, paid=[("2026-08-31", "400")])
    assert [(s.days, s.principal.plain()) for s in found.segments] == [
        (30, "1000.00"),
        (1, "600.00"),
    ]


def test_a_payment_after_the_last_day_changes_nothing():
    late = interest("1000", "2026-08-01", "2026-08-31", BUSINESS, paid=[("2026-09-01", "400")])
    assert late == interest("1000", "2026-08-01", "2026-08-31", BUSINESS)


def test_a_paid_claim_bears_none_and_a_returned_debit_bears_again():
    found = interest(
        "1000",
        "2026-08-01",
        "2026-08-31",
        BUSINESS,
        paid=[("2026-08-11", "1200"), ("2026-08-21", "-1200")],
    )
    assert [(str(s.start), str(s.end), s.principal.plain()) for s in found.segments] == [
        ("2026-08-01", "2026-08-10", "1000.00"),
        ("2026-08-21", "2026-08-31", "1000.00"),
    ]
    assert str(found.until) == "2026-08-31"


def test_payments_of_a_day_that_cancel_each_other_cut_nothing():
    found = interest(
        "1000",
        "2026-08-01",
        "2026-08-31",
        BUSINESS,
        paid=[("2026-08-11", "50"), ("2026-08-11", "-50")],
    )
    assert found == interest("1000", "2026-08-01", "2026-08-31", BUSINESS)


@pytest.mark.parametrize("principal", ["0", "-100"])
@pytest.mark.parametrize("paid", [[], [("2026-08-05", "10")]])
def test_no_principal_no_interest(principal, paid):
    found = interest(principal, "2026-08-01", "2026-08-31", BUSINESS, paid=paid)
    assert (euros(found), found.segments) == ("0.00", ())
    assert interest_minor(cents(principal), day("2026-08-01"), day("2026-08-31"), BUSINESS, DE) == 0


@pytest.mark.parametrize("more", [{}, {"paid": [("2026-08-05", "10")]}])
def test_a_period_that_ends_before_it_begins_has_no_days(more):
    found = interest("1000", "2026-08-31", "2026-08-01", BUSINESS, **more)
    assert (euros(found), found.segments, found.until) == ("0.00", (), None)
    assert not found.open_ended
    assert not found.open_start


def test_days_of_a_deferral_bear_no_interest():
    found = interest(
        "1000", "2026-08-01", "2026-08-31", BUSINESS, pauses=[("2026-08-10", "2026-08-19")]
    )
    assert [(str(s.start), str(s.end)) for s in found.segments] == [
        ("2026-08-01", "2026-08-09"),
        ("2026-08-20", "2026-08-31"),
    ]
    assert days(found) == 21


@pytest.mark.parametrize(
    ("pauses", "count"),
    [
        ([("2026-07-01", "2026-08-10")], 21),  # begins before
        ([("2026-08-22", "2026-12-31")], 21),  # ends after
        ([("2026-08-01", "2026-08-31")], 0),
        ([("2026-08-05", "2026-08-05")], 30),
        ([("2026-08-01", "2026-08-01")], 30),
        ([("2026-08-31", "2026-08-31")], 30),
        ([("2026-08-05", "2026-08-12"), ("2026-08-10", "2026-08-14")], 21),  # overlap
        ([("2026-08-05", "2026-08-04")], 31),  # no day at all
        ([("2026-09-01", "2026-09-02")], 31),
    ],
)
def test_pauses_may_overlap_and_reach_beyond_the_claim(pauses, count):
    found = interest("1000", "2026-08-01", "2026-08-31", BUSINESS, pauses=pauses)
    assert days(found) == count
    assert str(found.until) == "2026-08-31"
    if count == 31:
        assert len(found.segments) == 1


def test_a_payment_during_a_deferral_counts_after_it():
    found = interest(
        "1000",
        "2026-08-01",
        "2026-08-31",
        BUSINESS,
        paid=[("2026-08-15", "400")],
        pauses=[("2026-08-10", "2026-08-19")],
    )
    assert [s.principal.plain() for s in found.segments] == ["1000.00", "600.00"]


def test_after_the_last_known_half_year_interest_ends_and_says_so():
    found = interest("1000", "2026-12-01", "2027-01-31", BUSINESS)
    assert found.open_ended
    assert str(found.until) == "2026-12-31"
    assert euros(found) == euros(interest("1000", "2026-12-01", "2026-12-31", BUSINESS))
    assert not interest("1000", "2026-12-01", "2026-12-31", BUSINESS).open_ended


@pytest.mark.parametrize("bases", [DE, None])
@pytest.mark.parametrize("last", ["2027-02-01", "2027-02-28"])
def test_without_any_known_rate_nothing_is_guessed(bases, last):
    found = interest("1000", "2027-02-01", last, BUSINESS, bases)
    assert (euros(found), found.segments, found.until) == ("0.00", (), None)
    assert found.open_ended
    assert not found.open_start


def test_before_the_first_known_half_year_nothing_is_guessed():
    found = interest("1000", "2001-12-01", "2002-01-31", BUSINESS)
    assert found.open_start
    assert (str(found.segments[0].start), days(found)) == ("2002-01-01", 31)
    assert not interest("1000", "2002-01-01", "2002-01-31", BUSINESS).open_start


@pytest.mark.parametrize("end", ["2001-12-31", "2001-06-01"])
def test_a_claim_wholly_before_the_first_known_half_year_has_no_figure(end):
    found = interest("1000", "2001-06-01", end, BUSINESS)
    assert (found.segments, found.until, found.open_start, found.open_ended) == (
        (),
        None,
        True,
        False,
    )


@pytest.mark.parametrize("bases", [DE, None])
def test_a_fixed_rate_follows_no_table(bases):
    found = interest("1000", "2031-01-01", "2031-12-31", FIVE, bases)
    assert (euros(found), found.open_ended, found.open_start) == ("50.00", False, False)
    (line,) = interest("1000", "2025-01-01", "2025-12-31", FIVE, bases).segments
    assert line.base_rate is None


@pytest.mark.parametrize("paid", [[], [("9999-12-31", "500")]])
@pytest.mark.parametrize("pauses", [[], [("9999-12-30", "9999-12-31")]])
def test_the_last_day_of_the_calendar_is_a_day_like_any_other(paid, pauses):
    found = interest("1000", "9999-12-29", "9999-12-31", FIVE, None, paid=paid, pauses=pauses)
    assert days(found) == (1 if pauses else 3)


def test_a_negative_base_rate_lowers_the_rate_but_never_below_zero():
    low = table("2026-01-01", "-0.88", "-6")
    found = interest("1000", "2026-06-30", "2026-07-01", rule("consumer"), low)
    assert [str(s.rate) for s in found.segments] == ["4.12", "0.00"]
    assert [s.amount.plain() for s in found.segments] == ["0.11", "0.00"]


def test_of_two_equal_remainders_the_earlier_line_gets_the_cent():
    """Two whole years of 10.50 at 5 %: 0.525 each, together 1.05."""
    found = interest("10.50", "2025-01-01", "2026-12-31", FIVE, None)
    assert euros(found) == "1.05"
    assert [s.amount.plain() for s in found.segments] == ["0.53", "0.52"]


def test_half_a_cent_is_rounded_up():
    assert euros(interest("10.10", "2025-01-01", "2025-12-31", FIVE, None)) == "0.51"  # 0.505
    assert euros(interest("10.09", "2025-01-01", "2025-12-31", FIVE, None)) == "0.50"  # 0.5045


@pytest.mark.parametrize(
    ("currency", "minor", "expected"),
    [("EUR", 100_000, "50.00 EUR"), ("JPY", 100_001, "5000 JPY"), ("KWD", 100_001, "5.000 KWD")],
)
def test_each_currency_is_rounded_to_its_own_minor_unit(currency, minor, expected):
    found = compute(minor, currency, day("2026-01-01"), day("2026-12-31"), FIVE)
    assert str(found.total) == expected


def test_interest_bears_no_interest():
    """§ 289 BGB: two years are exactly twice one year of the same length and rate."""
    one = interest("1000", "2025-01-01", "2025-12-31", FIVE, None)
    two = interest("1000", "2025-01-01", "2026-12-31", FIVE, None)
    assert unrounded(two) == 2 * unrounded(one)


@pytest.mark.parametrize(
    ("points", "base", "rate", "expected"),
    [
        ("7.125", "1.52", "8.645", "4358.03"),  # 100,000 for 184 of 365 days
        ("9.00", "1.375", "10.375", "5230.14"),
        ("9", "1", "10", "5041.10"),
    ],
)
def test_decimals_of_rule_and_table_are_all_counted(points, base, rate, expected):
    odd = RateRule(Decimal(points), None, "Vertrag")
    bases = table("2026-01-01", "1.5", base)  # figures of one table may differ in decimals
    found = interest("100000", "2026-07-01", "2026-12-31", odd, bases)
    assert found.segments[0].rate == Decimal(rate)
    assert euros(found) == expected
