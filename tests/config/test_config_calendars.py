"""Feast days: those of the Land, and never a deadline that is too short."""

from datetime import UTC, date, datetime

import pytest

from config.calendars import calendar_for
from config.clock import SystemClock
from core.services.profile_check import LAENDER

CORPUS_CHRISTI = date(2026, 6, 4)
REFORMATION = date(2028, 10, 31)


@pytest.mark.parametrize("land", ["", *LAENDER])
def test_christmas_is_a_feast_day_everywhere_and_christmas_eve_nowhere(land):
    calendar = calendar_for(land)
    assert not calendar.is_working_day(date(2026, 12, 25))
    assert not calendar.is_working_day(date(2026, 10, 3))
    assert calendar.is_working_day(date(2026, 12, 24))


def test_corpus_christi_is_a_feast_day_in_the_west_and_south_only():
    free = {land for land in LAENDER if not calendar_for(land).is_working_day(CORPUS_CHRISTI)}
    # Saxony and Thuringia: in some municipalities; counted, so that no deadline is too short.
    assert free == {"BW", "BY", "HE", "NW", "RP", "SL", "SN", "TH"}


def test_reformation_day_is_a_feast_day_in_the_north_and_east_only():
    free = {land for land in LAENDER if not calendar_for(land).is_working_day(REFORMATION)}
    assert free == {"BB", "HB", "HH", "MV", "NI", "SN", "ST", "SH", "TH"}


def test_a_deadline_over_easter_moves_to_the_tuesday():
    assert calendar_for("BY").on_or_after(date(2026, 4, 3)) == date(2026, 4, 7)


def test_the_same_calendar_is_computed_once():
    assert calendar_for("HH") is calendar_for("HH")


def test_today_is_the_day_in_the_creditors_zone(monkeypatch):
    clock = SystemClock()
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(SystemClock, "now", lambda _self: late)
    assert clock.today("Europe/Berlin") == date(2026, 4, 1)
    assert clock.today("America/New_York") == date(2026, 3, 31)


def test_the_clock_answers_in_aware_utc():
    assert SystemClock().now().utcoffset().total_seconds() == 0
