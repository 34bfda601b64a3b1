"""Default told day by day: what the state says each morning, and where a feast day moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

import pytest

from config.calendars import calendar_for, place_calendar
from core.domain.business_days import Calendar
from core.domain.deadline import assumed_receipt, deadline_for
from core.domain.default import DefaultFacts, DefaultReason, Reminder, default_of
from core.domain.model import DebtorType, NoticeId, Terms

CONSUMER, BUSINESS = DebtorType.CONSUMER, DebtorType.BUSINESS


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(number)


def diary(
    facts: DefaultFacts, calendar: Calendar, first: date, last: date
) -> list[tuple[date, DefaultReason]]:
    """The days on which the answer changes, with the new answer."""
    told = [(day, default_of(facts, day, calendar).reason) for day in days(first, last)]
    return [next(group) for _, group in groupby(told, key=lambda each: each[1])]


def test_an_agreed_day_that_is_a_saturday_and_german_unity() -> None:
    facts = DefaultFacts(date(2026, 10, 3), CONSUMER, Terms.DATE)
    told = diary(facts, calendar_for("NW"), date(2026, 9, 28), date(2026, 10, 31))
    assert told == [
        (date(2026, 9, 28), DefaultReason.NOT_DUE),
        (date(2026, 10, 4), DefaultReason.PERIOD_RUNNING),  # Sunday; Monday is still in time
        (date(2026, 10, 6), DefaultReason.CALENDAR),
    ]


def test_epiphany_moves_the_day_in_bavaria_and_not_in_north_rhine_westphalia() -> None:
    facts = DefaultFacts(date(2026, 1, 6), CONSUMER, Terms.DATE)
    ends = (date(2026, 1, 5), date(2026, 1, 12))
    in_bavaria = diary(facts, calendar_for("BY"), *ends)
    assert in_bavaria[-1] == (date(2026, 1, 8), DefaultReason.CALENDAR)
    in_nrw = diary(facts, calendar_for("NW"), *ends)
    assert in_nrw[-1] == (date(2026, 1, 7), DefaultReason.CALENDAR)
    # A debtor whose place is not known may be in Bavaria: the later day.
    assert diary(facts, place_calendar(), *ends) == in_bavaria


def test_thirty_days_that_end_at_new_year() -> None:
    # 2 December 2026 + 30 days = 1 January 2027, a Friday; the next working day is Monday.
    facts = DefaultFacts(date(2026, 12, 2), BUSINESS, invoice_received=date(2026, 11, 20))
    told = diary(facts, calendar_for("BE"), date(2026, 12, 1), date(2027, 1, 31))
    assert told == [
        (date(2026, 12, 1), DefaultReason.NOT_DUE),
        (date(2026, 12, 3), DefaultReason.PERIOD_RUNNING),
        (date(2027, 1, 5), DefaultReason.THIRTY_DAYS),
    ]


def test_an_agreed_period_from_receipt_over_easter() -> None:
    # Received 20 March 2026, 14 days: Good Friday 3 April; Tuesday 7 April is the last day.
    facts = DefaultFacts(date(2026, 3, 31), CONSUMER, Terms.RECEIPT, 14, date(2026, 3, 20))
    told = diary(facts, calendar_for("SN"), date(2026, 3, 30), date(2026, 4, 20))
    assert told == [
        (date(2026, 3, 30), DefaultReason.NOT_DUE),
        (date(2026, 4, 1), DefaultReason.PERIOD_RUNNING),
        (date(2026, 4, 8), DefaultReason.EVENT),
    ]


@pytest.mark.parametrize(
    ("channel", "received", "deadline", "default"),
    [
        ("email", date(2026, 5, 19), date(2026, 5, 29), date(2026, 5, 30)),
        # Ascension Day is 14 May; the letter of Monday 18 May is there on Friday 22 May.
        ("letter", date(2026, 5, 22), date(2026, 6, 1), date(2026, 6, 2)),
    ],
)
def test_a_consumer_is_in_default_after_the_first_reminder(
    channel, received, deadline, default
) -> None:
    calendar = calendar_for("NI")
    sent = date(2026, 5, 18)
    reminder = Reminder(
        assumed_receipt(sent, channel, calendar),
        deadline_for(sent, 10, channel, calendar),
        NoticeId(3),
        channel,
    )
    assert (reminder.received_on, reminder.deadline) == (received, deadline)
    before = DefaultFacts(date(2026, 5, 4), CONSUMER)
    told = diary(before, calendar, date(2026, 5, 1), sent)
    assert told[-1] == (date(2026, 5, 5), DefaultReason.CONSUMER_WITHOUT_NOTICE)

    reminded = DefaultFacts(date(2026, 5, 4), CONSUMER, reminders=(reminder,))
    told = diary(reminded, calendar, sent, date(2026, 6, 30))
    assert told == [
        (sent, DefaultReason.REMINDER_NOT_YET_EFFECTIVE),
        (default, DefaultReason.REMINDER),
    ]
    # Interest from that day is "angenommen": nobody has proof of receipt.
    assert default_of(reminded, default, calendar).assumed


def test_a_claim_that_is_served_and_a_final_refusal() -> None:
    calendar = calendar_for("HE")
    served = DefaultFacts(date(2026, 2, 2), CONSUMER, served_on=date(2026, 4, 10))
    # The service is entered once it happened; asked for an earlier day it has not begun.
    assert diary(served, calendar, date(2026, 4, 9), date(2026, 4, 20)) == [
        (date(2026, 4, 9), DefaultReason.PERIOD_RUNNING),
        (date(2026, 4, 11), DefaultReason.SERVED),
    ]
    refused = DefaultFacts(date(2026, 2, 2), CONSUMER, refused_on=date(2026, 2, 20))
    assert diary(refused, calendar, date(2026, 2, 20), date(2026, 3, 1)) == [
        (date(2026, 2, 20), DefaultReason.PERIOD_RUNNING),
        (date(2026, 2, 21), DefaultReason.REFUSED),
    ]


def test_the_thirty_day_rule_overtakes_a_slow_reminder() -> None:
    # Business, invoice of 1 April received on the 2nd, due 15 April: 15 May is day 30.
    calendar = calendar_for("HH")
    slow = Reminder(date(2026, 5, 12), date(2026, 5, 26))
    facts = DefaultFacts(
        date(2026, 4, 15), BUSINESS, invoice_received=date(2026, 4, 2), reminders=(slow,)
    )
    state = default_of(facts, date(2026, 5, 20), calendar)
    assert (state.reason, state.since) == (DefaultReason.THIRTY_DAYS, date(2026, 5, 16))
    assert not state.assumed
