"""When the unattended work is due: the day's run at its hour, feast days, summer time, clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.business_days import Calendar
from core.domain.procedure import DunningProcedure
from core.domain.schedule import (
    JITTER,
    BadSchedule,
    Schedule,
    is_run_day,
    jitter,
    leaves_now,
    local_instant,
    next_run,
    parse_days,
    parse_time,
    run_due,
    run_instant,
)

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Schedule(time(7, 30), frozenset(range(5)))
FEAST = date(2026, 5, 14)  # Ascension Day, a Thursday
CALENDAR = Calendar(frozenset({FEAST}))
MONDAY = date(2026, 3, 2)


def berlin(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def due(ran_on, now, schedule=WEEK):
    return run_due(schedule, "muster", ran_on, now, BERLIN, CALENDAR)


# --- what a user enters ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [("07:30", time(7, 30)), ("7:05", time(7, 5)), (" 23:59 ", time(23, 59)), ("0:00", time(0))],
)
def test_a_time_of_day(text, found):
    assert parse_time(text) == found


@pytest.mark.parametrize("text", ["", "7", "7.30", "24:00", "7:60", "07:3", "-1:00", "07:30:00"])
def test_no_time_of_day(text):
    with pytest.raises(BadSchedule):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Mon, wed ,FRI", {0, 2, 4}),
        ("sat", {5}),
        ("mon-tue,sun", {0, 1, 6}),
        ("thu-thu", {3}),
    ],
)
def test_weekdays(text, found):
    assert parse_days(text) == found


@pytest.mark.parametrize("text", ["", "montag", "fri-mon", "mon-", "-fri", "mon,,tue", "mon-x"])
def test_no_weekdays(text):
    with pytest.raises(BadSchedule):
        parse_days(text)


# --- the run of a day --------------------------------------------------------------------------


def test_the_run_is_due_from_its_hour_on_and_once():
    begin = run_instant(WEEK, "muster", MONDAY, BERLIN)
    assert berlin(MONDAY, 7, 30) <= begin <= berlin(MONDAY, 7, 45)
    assert due(None, begin - timedelta(seconds=1)) is None
    assert due(None, begin) == MONDAY
    assert due(MONDAY, begin + timedelta(hours=9)) is None


def test_after_a_week_without_a_worker_one_run_is_made_for_today():
    monday_after = MONDAY + timedelta(days=7)
    assert due(MONDAY - timedelta(days=3), berlin(monday_after, 15)) == monday_after
    assert due(monday_after, berlin(monday_after, 16)) is None


def test_weekends_and_feast_days_are_left_out():
    saturday = MONDAY + timedelta(days=5)
    assert due(None, berlin(saturday, 12)) is None
    assert due(None, berlin(FEAST, 12)) is None
    assert due(None, berlin(FEAST + timedelta(days=1), 12)) == FEAST + timedelta(days=1)
    every_day = Schedule(time(7, 30), frozenset(range(7)))
    assert due(None, berlin(saturday, 12), every_day) == saturday
    assert is_run_day(every_day, saturday, CALENDAR)
    assert not is_run_day(every_day, FEAST, CALENDAR)


def test_a_run_before_midnight_stays_on_its_day():
    late = Schedule(time(23, 55), frozenset(range(7)))
    for number in range(50):
        begin = run_instant(late, f"m{number}", MONDAY, BERLIN).astimezone(BERLIN)
        assert berlin(MONDAY, 23, 55) <= begin <= berlin(MONDAY, 23, 59)


def test_the_day_after_today_was_made_in_another_zone_and_is_not_made_again():
    """The creditor's zone changes from Auckland to Berlin on a Monday evening there."""
    tuesday = MONDAY + timedelta(days=1)
    evening = berlin(MONDAY, 21)
    assert due(tuesday, evening) is None
    assert due(tuesday, berlin(tuesday, 12)) is None
    wednesday = tuesday + timedelta(days=1)
    assert due(tuesday, berlin(wednesday, 12)) == wednesday


def test_a_clock_that_was_a_year_ahead_does_not_stop_the_runs_for_a_year():
    assert due(MONDAY + timedelta(days=365), berlin(MONDAY, 12)) == MONDAY


def test_a_clock_that_goes_back_an_hour_makes_no_second_run():
    assert due(MONDAY, berlin(MONDAY, 6)) is None
    assert due(MONDAY, berlin(MONDAY, 12)) is None


def test_summer_time_leaves_out_an_hour_and_winter_time_has_one_twice():
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)  # Sundays
    assert local_instant(spring, time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local_instant(autumn, time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    nightly = Schedule(time(2, 30), frozenset(range(7)))
    for day in (spring, autumn):
        begin = run_instant(nightly, "muster", day, BERLIN)
        assert due(None, begin, nightly) == day
        # The same wall clock again, an hour later: made already.
        assert due(day, begin + timedelta(hours=1), nightly) is None


def test_the_next_run_for_whoever_looks():
    def after(ran_on, now, schedule=WEEK):
        return next_run(schedule, "muster", ran_on, now, BERLIN, CALENDAR)

    friday = MONDAY + timedelta(days=4)
    assert after(None, berlin(MONDAY, 6)) == run_instant(WEEK, "muster", MONDAY, BERLIN)
    next_monday = MONDAY + timedelta(days=7)
    assert after(friday, berlin(friday, 9)) == run_instant(WEEK, "muster", next_monday, BERLIN)
    wednesday = FEAST - timedelta(days=1)
    friday = FEAST + timedelta(days=1)
    assert after(wednesday, berlin(wednesday, 9)) == run_instant(WEEK, "muster", friday, BERLIN)
    overdue = after(friday - timedelta(days=9), berlin(friday, 15))
    assert overdue == run_instant(WEEK, "muster", friday, BERLIN)
    never = Schedule(time(7), frozenset())
    assert after(None, berlin(MONDAY, 9), never) is None


@given(
    st.lists(st.integers(min_value=1, max_value=60 * 30), min_size=1, max_size=60),
    st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "America/St_Johns"]),
)
def test_each_day_is_run_at_most_once_however_often_somebody_asks(steps, zone):
    now, ran, made = datetime(2026, 3, 20, tzinfo=UTC), None, []
    for minutes in steps:
        now += timedelta(minutes=minutes)
        day = run_due(WEEK, "muster", ran, now, ZoneInfo(zone), CALENDAR)
        if day is not None:
            made.append(day)
            ran = day
    assert made == sorted(set(made))
    assert all(day.weekday() < 5 and day != FEAST for day in made)


# --- not all at once ---------------------------------------------------------------------------


def test_creditors_begin_spread_over_a_quarter_of_an_hour():
    waits = [jitter(f"kanzlei-{number}", MONDAY) for number in range(200)]
    assert max(waits) <= JITTER
    assert len({wait // timedelta(minutes=1) for wait in waits}) == 15
    assert jitter("kanzlei-1", MONDAY) == waits[1]
    assert jitter("kanzlei-1", MONDAY + timedelta(days=1)) != waits[1]


# --- when notices are tried --------------------------------------------------------------------

OFFICE_HOURS = DunningProcedure(
    "b2b", "v", "B2B", (), send_from="08:00", send_until="18:00", working_days_only=True
)


def tried(now, procedure=OFFICE_HOURS, channels=("email", "letter")):
    return leaves_now(procedure, "muster", channels, now, BERLIN, CALENDAR)


def test_mails_begin_a_little_after_the_window_opens_and_end_with_it():
    begin = berlin(MONDAY, 8) + jitter("muster", MONDAY)
    assert not tried(begin - timedelta(seconds=1))
    assert tried(begin)
    assert tried(berlin(MONDAY, 17, 59))
    assert not tried(berlin(MONDAY, 18))


def test_letters_are_printed_at_any_hour_of_a_sending_day():
    assert tried(berlin(MONDAY, 5), channels=("letter",))
    assert tried(berlin(MONDAY, 5), channels=())
    assert not tried(berlin(MONDAY + timedelta(days=5), 12), channels=("letter",))
    assert not tried(berlin(FEAST, 12), channels=("letter",))


def test_without_hours_nothing_is_waited_for():
    assert tried(berlin(MONDAY, 3), DunningProcedure("standard", "v", "Standard", ()))


def test_of_a_short_window_at_most_half_is_waited_for():
    short = DunningProcedure("kurz", "v", "Kurz", (), send_from="08:00", send_until="08:02")
    for number in range(50):
        assert leaves_now(short, f"m{number}", ("email",), berlin(MONDAY, 8, 1), BERLIN, CALENDAR)
