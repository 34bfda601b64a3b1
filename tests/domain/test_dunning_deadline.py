"""Deadlines: first working day not before assumed receipt + days; tables over feast days."""

from __future__ import annotations

from datetime import date

import pytest
from dunning_story import CALENDAR, account

from core.domain.business_days import Calendar
from core.domain.deadline import after_deadline, assumed_receipt, deadline_for, expected_channel

CHRISTMAS = Calendar(frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}))


@pytest.mark.parametrize(
    ("issued", "channel", "received"),
    [
        (date(2026, 3, 12), "email", date(2026, 3, 13)),  # Thu -> Fri
        (date(2026, 3, 13), "email", date(2026, 3, 16)),  # Fri -> Mon
        (date(2026, 3, 14), "email", date(2026, 3, 16)),  # Sat -> Mon
        (date(2026, 4, 2), "email", date(2026, 4, 7)),  # Maundy Thursday -> Tuesday
        (date(2026, 3, 12), "letter", date(2026, 3, 18)),
        (date(2026, 4, 2), "letter", date(2026, 4, 10)),
        (date(2026, 3, 12), "some other way", date(2026, 3, 18)),
    ],
)
def test_assumed_receipt(issued: date, channel: str, received: date) -> None:
    assert assumed_receipt(issued, channel, CALENDAR) == received


@pytest.mark.parametrize(
    ("issued", "days", "channel", "deadline"),
    [
        (date(2026, 3, 12), 10, "email", date(2026, 3, 23)),
        (date(2026, 3, 12), 10, "letter", date(2026, 3, 30)),  # Sat 28 -> Mon 30
        (date(2026, 3, 24), 9, "email", date(2026, 4, 7)),  # Good Friday -> Tuesday
        (date(2026, 4, 20), 10, "email", date(2026, 5, 4)),  # Labour Day -> Monday
        (date(2026, 3, 12), 0, "email", date(2026, 3, 13)),
    ],
)
def test_deadline_is_a_working_day(issued: date, days: int, channel: str, deadline: date) -> None:
    assert deadline_for(issued, days, channel, CALENDAR) == deadline


def test_deadline_over_christmas() -> None:
    """Tue 15 December + mail + 10 days = Sat 26: the next working day is Mon 28."""
    assert deadline_for(date(2026, 12, 15), 10, "email", CHRISTMAS) == date(2026, 12, 28)
    # Mon 28 December + 3 bank days (29, 30, 31) + 1 day: New Year's Day is a day to run on.
    assert after_deadline(date(2026, 12, 28), 3, CHRISTMAS) == date(2027, 1, 1)
    # Thu 24 December: Mon 28, Tue 29, Wed 30, + 1 day.
    assert after_deadline(date(2026, 12, 24), 3, CHRISTMAS) == date(2026, 12, 31)


def test_a_feast_day_of_one_land_is_a_working_day_in_another() -> None:
    issued = date(2026, 12, 28)
    epiphany = Calendar(frozenset({date(2027, 1, 1), date(2027, 1, 6)}))
    assert deadline_for(issued, 8, "email", epiphany) == date(2027, 1, 7)
    assert deadline_for(issued, 8, "email", Calendar()) == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("channels", "email", "expected"),
    [
        (("email", "letter"), "a@muster.example", "email"),
        (("email", "letter"), "", "letter"),
        (("letter", "email"), "a@muster.example", "letter"),
        (("letter",), "a@muster.example", "letter"),
        (("email",), "", "letter"),
    ],
)
def test_expected_channel(channels: tuple[str, ...], email: str, expected: str) -> None:
    assert expected_channel(channels, account(email=email).debtor) == expected
