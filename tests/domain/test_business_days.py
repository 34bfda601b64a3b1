"""Working days: Monday to Friday without the feast days that are passed in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.business_days import Calendar

# Easter 2026: Good Friday 3 April, Easter Monday 6 April.
EASTER = Calendar(frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CALENDARS = st.frozensets(DAYS, max_size=20).map(Calendar)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 4, 2), date(2026, 4, 2)),  # Thursday
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday, weekend, Easter Monday
        (date(2026, 4, 4), date(2026, 4, 7)),
        (date(2026, 4, 6), date(2026, 4, 7)),
        (date(2026, 4, 11), date(2026, 4, 13)),  # an ordinary Saturday
    ],
)
def test_a_deadline_moves_to_the_next_working_day(day, expected):
    assert EASTER.on_or_after(day) == expected


def test_three_working_days_over_easter():
    assert EASTER.add(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert EASTER.add(date(2026, 4, 2), 3) == date(2026, 4, 9)
    assert EASTER.add(date(2026, 4, 4), 0) == date(2026, 4, 4)
    assert EASTER.working_days_between(date(2026, 4, 2), date(2026, 4, 9)) == 3


def test_a_place_whose_feast_days_the_other_has_too_adds_none():
    """Good Friday alone, and all of Easter: together they are Easter, whichever comes first."""
    friday = Calendar(frozenset({date(2026, 4, 3)}))
    assert EASTER.joined(friday) is EASTER
    assert friday.joined(EASTER) == EASTER
    assert EASTER.joined(EASTER) is EASTER


@given(CALENDARS, DAYS)
def test_the_moved_day_is_the_first_working_day_not_before(calendar, day):
    moved = calendar.on_or_after(day)
    assert moved >= day
    assert calendar.is_working_day(moved)
    between = [day + timedelta(n) for n in range((moved - day).days)]
    assert not any(calendar.is_working_day(other) for other in between)


@given(CALENDARS, DAYS, st.integers(0, 30))
def test_counting_back_gives_what_was_added(calendar, day, n):
    end = calendar.add(day, n)
    assert calendar.working_days_between(day, end) == n
    assert n == 0 or calendar.is_working_day(end)


@given(CALENDARS, DAYS, st.integers(-400, 0))
def test_nothing_lies_between_a_day_and_an_earlier_one(calendar, day, back):
    assert calendar.working_days_between(day, day + timedelta(back)) == 0


@given(CALENDARS, DAYS, st.integers(0, 60))
def test_feast_days_never_make_a_deadline_shorter(calendar, day, n):
    assert calendar.add(day, n) >= Calendar().add(day, n)
