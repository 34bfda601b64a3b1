"""Instalment plans: days at month ends, and amounts that add up to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instalments import (
    MAX_INSTALMENTS,
    Every,
    add_months,
    by_amount,
    check_plan,
    due_days,
    in_parts,
    schedule,
)
from core.domain.model import Instalment
from core.domain.money import Money, total
from core.errors import UsageError

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


def euro(text: str) -> Money:
    return Money(Decimal(text), "EUR")


@pytest.mark.parametrize(
    ("first", "every", "expected"),
    [
        (date(2026, 1, 31), Every.MONTH, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (date(2027, 11, 30), Every.MONTH, ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]),
        (date(2026, 12, 1), Every.MONTH, ["2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"]),
        (date(2026, 2, 20), Every.WEEK, ["2026-02-20", "2026-02-27", "2026-03-06", "2026-03-13"]),
        (
            date(2026, 2, 20),
            Every.TWO_WEEKS,
            ["2026-02-20", "2026-03-06", "2026-03-20", "2026-04-03"],
        ),
    ],
)
def test_due_days(first: date, every: Every, expected: list[str]) -> None:
    assert [day.isoformat() for day in due_days(first, 4, every)] == expected


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_a_month_later_is_the_same_day_or_the_last_one(first: date, months: int) -> None:
    later = add_months(first, months)
    assert (later.year * 12 + later.month) - (first.year * 12 + first.month) == months
    assert later.day == first.day or (later + timedelta(days=1)).day == 1
    assert later.day <= first.day


def test_rounding_is_on_the_last() -> None:
    assert [str(part) for part in in_parts(euro("100.00"), 3)] == [
        "33.33 EUR",
        "33.33 EUR",
        "33.34 EUR",
    ]
    assert [str(part) for part in by_amount(euro("100.00"), euro("30.00"))] == [
        "30.00 EUR",
        "30.00 EUR",
        "30.00 EUR",
        "10.00 EUR",
    ]
    assert len(by_amount(euro("90.00"), euro("30.00"))) == 3


@given(st.integers(1, 10**9), st.integers(1, MAX_INSTALMENTS), CURRENCIES)
def test_equal_parts_add_up(minor: int, count: int, currency: str) -> None:
    owed = Money.from_minor(max(minor, count), currency)
    parts = in_parts(owed, count)
    assert len(parts) == count
    assert total(parts, currency) == owed
    assert all(part.minor > 0 for part in parts)
    assert len({part.minor for part in parts[:-1]}) <= 1
    assert 0 <= parts[-1].minor - parts[0].minor < count


@given(st.integers(1, 10**6), st.integers(1, 10**6), CURRENCIES)
def test_parts_of_an_amount_add_up(minor: int, each: int, currency: str) -> None:
    owed, part = Money.from_minor(minor, currency), Money.from_minor(each, currency)
    if -(-minor // each) > MAX_INSTALMENTS:
        with pytest.raises(UsageError):
            by_amount(owed, part)
        return
    parts = by_amount(owed, part)
    assert total(parts, currency) == owed
    assert all(found == part for found in parts[:-1])
    assert 0 < parts[-1].minor <= each


@given(
    st.integers(1, 10**7),
    st.integers(1, 60),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sampled_from(list(Every)),
)
def test_every_plan_that_is_made_is_a_plan(
    minor: int, count: int, first: date, every: Every
) -> None:
    owed = Money.from_minor(max(minor, count), "EUR")
    plan = schedule(due_days(first, count, every), in_parts(owed, count))
    check_plan(plan, owed)
    assert all(later.on > earlier.on for earlier, later in pairwise(plan))


@pytest.mark.parametrize(("owed", "count"), [("100.00", 0), ("100.00", 121), ("0.02", 3)])
def test_too_few_or_too_many_parts_are_refused(owed: str, count: int) -> None:
    with pytest.raises(UsageError, match="Raten"):
        in_parts(euro(owed), count)


@pytest.mark.parametrize(
    ("each", "count"),
    [
        (euro("0.00"), None),
        (Money(Decimal(30), "CHF"), None),
        (euro("30.00"), 3),
        (euro("0.50"), None),
    ],
)
def test_an_amount_that_does_not_fit_is_refused(each: Money, count: int | None) -> None:
    with pytest.raises(UsageError):
        by_amount(euro("100.00"), each, count)


FIRST, SECOND = date(2026, 3, 2), date(2026, 4, 2)


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ((), "1 bis 120"),
        ((Instalment(FIRST, euro("50.00")),), "ergeben 50,00 EUR, offen sind 1.100,00 EUR"),
        (
            (Instalment(SECOND, euro("50.00")), Instalment(FIRST, euro("1050.00"))),
            "02.03.2026 steht nicht nach",
        ),
        (
            (Instalment(FIRST, euro("0.00")), Instalment(SECOND, euro("1100.00"))),
            "Rate von 0,00 EUR",
        ),
        ((Instalment(FIRST, Money(Decimal(1100), "CHF")),), "CHF passt nicht"),
    ],
)
def test_what_is_no_plan_is_refused(plan: tuple[Instalment, ...], word: str) -> None:
    with pytest.raises(UsageError, match=word.replace(".", r"\.")):
        check_plan(plan, euro("1100.00"))
