"""What holds for the interest on every claim, whatever its days, rates, payments and deferrals."""

import itertools
from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st
from law_tables import DE, TABLES, rule, unrounded

from core.domain.interest import compute, interest_minor
from core.domain.law import RateRule

BUSINESS = rule("business")
FIVE = RateRule(None, Decimal(5), "Art. 104 Abs. 1 OR")
FIRST, SPAN = date(2022, 1, 1), 1500
steady = settings(derandomize=True, deadline=None)
a_day = st.integers(0, SPAN).map(lambda n: FIRST + timedelta(n))
amounts = st.integers(1, 5_000_000)
rules = st.sampled_from(
    [
        (BUSINESS, DE),
        (rule("consumer"), DE),
        (rule("business", "at"), TABLES["at"]),
        (FIVE, None),
        (RateRule(Decimal("0.50"), None, "Vertrag"), DE),  # below zero while the base was -0.88
    ]
)
changes = st.lists(st.tuples(a_day, st.integers(-300_000, 2_000_000)), max_size=5)
pauses = st.lists(st.tuples(a_day, st.integers(0, 60)), max_size=3).map(
    lambda found: [(first, first + timedelta(length)) for first, length in found]
)
claims = st.fixed_dictionaries({"changes": changes, "pauses": pauses})


def day_by_day(principal, start, end, of, bases, *, changes, pauses):
    """The same sum told the slow way: every day on its own, in minor units."""
    owed, total = principal, Fraction(0)
    for when in (start + timedelta(n) for n in range((end - start).days + 1)):
        owed = principal - sum(minor for on, minor in changes if on <= when)
        known = bases is None or when <= bases.known_until
        if owed > 0 and known and not any(a <= when <= b for a, b in pauses):
            base = bases.rate_on(when) if bases else None
            rate = max(of.fixed if of.fixed is not None else base + of.points, Decimal(0))
            total += Fraction(owed) * Fraction(rate) / 100 / (366 if isleap(when.year) else 365)
    return total


@settings(steady, max_examples=60)
@given(amounts, a_day, st.integers(0, 500), rules, claims)
def test_it_is_the_sum_over_the_days(principal, start, length, of, claim):
    end = start + timedelta(length)
    found = compute(principal, "EUR", start, end, *of, **claim)
    expected = day_by_day(principal, start, end, *of, **claim)
    assert unrounded(found) * 100 == expected
    assert found.total.minor == int(expected + Fraction(1, 2))


@steady
@given(amounts, a_day, st.integers(1, 900), st.data(), rules, claims)
def test_it_adds_up_before_rounding_wherever_it_is_split(principal, start, length, data, of, claim):
    end = start + timedelta(length)
    split = start + timedelta(data.draw(st.integers(0, length - 1)))
    whole = compute(principal, "EUR", start, end, *of, **claim)
    first = compute(principal, "EUR", start, split, *of, **claim)
    second = compute(principal, "EUR", split + timedelta(1), end, *of, **claim)
    assert unrounded(whole) == unrounded(first) + unrounded(second)


@steady
@given(amounts, a_day, st.integers(0, 900), rules, claims)
@example(1, FIRST, 0, (FIVE, None), {"changes": [], "pauses": []})
def test_it_is_never_negative_and_never_less_on_a_later_day(principal, start, length, of, claim):
    end = start + timedelta(length)
    found = compute(principal, "EUR", start, end, *of, **claim)
    later = compute(principal, "EUR", start, end + timedelta(1), *of, **claim)
    assert 0 <= found.total.minor <= later.total.minor
    assert all(segment.amount.minor >= 0 for segment in found.segments)


@steady
@given(amounts, a_day, st.integers(0, 900), rules, claims, st.randoms(use_true_random=False))
def test_the_order_of_payments_and_pauses_does_not_matter(
    principal, start, length, of, claim, chance
):
    end = start + timedelta(length)
    mixed = {name: chance.sample(given, len(given)) for name, given in claim.items()}
    assert compute(principal, "EUR", start, end, *of, **mixed) == compute(
        principal, "EUR", start, end, *of, **claim
    )


@steady
@given(amounts, a_day, st.integers(0, 900), rules, claims)
def test_the_lines_add_up_follow_each_other_and_are_off_by_less_than_a_cent(
    principal, start, length, of, claim
):
    found = compute(principal, "EUR", start, start + timedelta(length), *of, **claim)
    assert sum(segment.amount.minor for segment in found.segments) == found.total.minor
    for before, after in itertools.pairwise(found.segments):
        assert before.end < after.start
        assert before.start.year == before.end.year
    for segment in found.segments:
        alone = Fraction(segment.principal.amount) * Fraction(segment.rate) / 100
        alone *= Fraction(segment.days, 366 if isleap(segment.start.year) else 365)
        assert abs(Fraction(segment.amount.amount) - alone) < Fraction(1, 100)
        assert segment.days == (segment.end - segment.start).days + 1


@steady
@given(amounts, a_day, st.integers(0, 900), rules)
def test_the_total_alone_is_the_total_with_its_lines(principal, start, length, of):
    end = start + timedelta(length)
    expected = compute(principal, "EUR", start, end, *of).total.minor
    assert interest_minor(principal, start, end, *of) == expected
