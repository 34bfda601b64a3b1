"""Days and hours of sending, one clock or two, and the least amount that is worth a letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from dunning_story import (
    DUE,
    STANDARD,
    account,
    after_due,
    credit,
    daily,
    dunned,
    invoice,
    on,
    sent,
    verdict,
    with_level,
)

from core.domain.reasons import Reason, sentence
from core.domain.sending_days import sends_at

WORKING = replace(STANDARD, working_days_only=True)
MIDWEEK = replace(STANDARD, send_weekdays=(1, 2, 3))


def due_so_that_the_level_comes_on(day: date):
    return account(invoice(due=day - (after_due(10) - DUE)))


@pytest.mark.parametrize(
    ("reached", "leaves"),
    [
        (date(2026, 3, 12), date(2026, 3, 12)),  # a Thursday
        (date(2026, 3, 14), date(2026, 3, 16)),  # Saturday: Monday
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday: Tuesday after Easter
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension: Friday
    ],
)
def test_on_working_days_only(reached: date, leaves: date) -> None:
    of = due_so_that_the_level_comes_on(reached)
    assert daily(of, reached, 8, WORKING)[0].on == leaves
    assert daily(of, reached, 8)[0].on == reached
    found = verdict(on(reached, of, WORKING))
    if leaves != reached:
        assert (found.reason, found.next_on) == (Reason.NO_SENDING_DAY, leaves)
        assert found.facts == {"weekdays": "working_days", "next_on": leaves.isoformat()}


def test_on_some_weekdays() -> None:
    friday = date(2026, 3, 13)
    found = verdict(on(friday, due_so_that_the_level_comes_on(friday), MIDWEEK))
    assert (found.reason, found.next_on) == (Reason.NO_SENDING_DAY, date(2026, 3, 17))
    assert "(Versandtage: Di, Mi, Do)" in sentence(found.reason, found.facts)
    assert "(days of sending: Tue, Wed, Thu)" in sentence(found.reason, found.facts, "en")


def test_weekdays_and_working_days_hold_together() -> None:
    both = replace(MIDWEEK, working_days_only=True, send_weekdays=(3, 4))
    good_friday = date(2026, 4, 3)
    found = verdict(on(good_friday, due_so_that_the_level_comes_on(good_friday), both))
    assert found.next_on == date(2026, 4, 9)  # the Thursday after Easter
    assert found.facts["weekdays"] == "thu,fri,working_days"


def test_the_day_that_is_told_ahead_is_a_day_of_sending() -> None:
    """Reached on Saturday 14 March: told on the Monday before."""
    of = due_so_that_the_level_comes_on(date(2026, 3, 14))
    found = verdict(on(date(2026, 3, 9), of, WORKING))
    assert (found.reason, found.next_on) == (Reason.LEVEL_NOT_REACHED, date(2026, 3, 16))
    assert found.facts["next_on"] == "2026-03-16"


def test_what_is_not_reached_yet_says_so_on_any_day() -> None:
    saturday = date(2026, 3, 7)
    assert verdict(on(saturday, account(invoice()), WORKING)).reason is Reason.LEVEL_NOT_REACHED


def test_a_hand_over_is_work_in_the_office_and_comes_on_any_day() -> None:
    saturday = date(2026, 5, 16)
    of = account(invoice(level=4))
    assert dunned(on(saturday, of, WORKING)) == {1: 5}


@pytest.mark.parametrize(
    ("at", "open_"),
    [("07:59", False), ("08:00", True), ("17:59", True), ("18:00", False), ("23:00", False)],
)
def test_hours(at: str, open_: bool) -> None:
    hours = replace(STANDARD, send_from="08:00", send_until="18:00")
    assert sends_at(hours, time.fromisoformat(at)) is open_
    assert sends_at(STANDARD, time.fromisoformat(at))


def test_one_clock_counts_from_the_due_date_alone() -> None:
    """The reminder left late, on day 20; the Mahnung is nominally on day 24. Its deadline of one
    day ends on the 26th, three bank days later it may go on.
    """
    quick = with_level(STANDARD, 1, deadline_days=1)
    of = sent(account(invoice()), on(after_due(20), account(invoice()), quick))
    assert of.last_deadline == date(2026, 3, 24)
    two = verdict(on(after_due(27), of, quick))
    assert (two.reason, two.next_on) == (Reason.INTERVAL_RUNNING, after_due(34))
    one = replace(quick, interval_counts=False)
    assert verdict(on(after_due(25), of, one)).reason is Reason.DEADLINE_RUNNING
    assert dunned(on(date(2026, 3, 28), of, one)) == {1: 2}


@pytest.mark.parametrize(("gap", "days"), [(0, 1), (5, 5)])
def test_the_contact_gap_is_kept_with_one_clock_and_is_at_least_a_day(gap: int, days: int) -> None:
    one = replace(STANDARD, interval_counts=False, contact_gap_days=gap)
    of = account(invoice(level=1, due=after_due(-60)), last_notice_on=DUE)
    for day in range(days):
        found = verdict(on(after_due(day), of, one))
        assert (found.reason, found.next_on) == (Reason.INTERVAL_RUNNING, after_due(days))
        assert found.facts["interval_days"] == str(days)
    assert dunned(on(after_due(days), of, one)) == {1: 2}


def test_nothing_leaves_below_the_minimum_total() -> None:
    least = replace(STANDARD, minimum_total={"EUR": Decimal("150.00")})
    for of, net in [
        (account(invoice()), "119.00"),
        (account(invoice(), invoice(2, "50.00"), credit(3, "-19.01")), "149.99"),
    ]:
        found = verdict(on(after_due(10), of, least))
        assert found.reason is Reason.BELOW_TOTAL
        assert found.facts == {"net": f"{net} EUR", "minimum": "150.00 EUR"}
        assert found.next_on is None
    assert dunned(on(after_due(10), account(invoice(), invoice(2, "31.00")), least)) == {1: 1, 2: 1}
    francs = account(invoice(currency="CHF"))
    assert dunned(on(after_due(10), francs, least)) == {1: 1}


def test_each_invoice_of_its_own_letter_is_measured_by_itself() -> None:
    least = replace(STANDARD, minimum_total={"EUR": Decimal(100)}, consolidated=False)
    decision = on(after_due(10), account(invoice(), invoice(2, "50.00")), least)
    assert dunned(decision) == {1: 1}
    assert verdict(decision, 2).reason is Reason.BELOW_TOTAL


def test_a_small_hand_over_waits_too() -> None:
    least = replace(STANDARD, minimum_total={"EUR": Decimal(200)})
    assert verdict(on(after_due(70), account(invoice(level=4)), least)).reason is Reason.BELOW_TOTAL
