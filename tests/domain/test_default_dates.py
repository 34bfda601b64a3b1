"""When default begins, as a table of cases with their sources (reference `default_dates.csv`)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from config.calendars import place_calendar
from core.domain.default import (
    DefaultFacts,
    DefaultReason,
    DefaultRule,
    Reminder,
    default_of,
)
from core.domain.model import DebtorType, Terms

CONSUMER, BUSINESS, UNKNOWN = DebtorType.CONSUMER, DebtorType.BUSINESS, DebtorType.UNKNOWN


class Case(NamedTuple):
    """A row: what is known, and the last day to pay and the first day of default."""

    name: str
    land: str
    facts: DefaultFacts
    last: date | None
    since: date | None
    rule: DefaultRule | None


def agreed(day: date) -> DefaultFacts:
    return DefaultFacts(day, CONSUMER, Terms.DATE)


CASES = [
    Case(
        "V01 Monday, no shift: § 286 II 1",
        "BE",
        agreed(date(2026, 8, 31)),
        date(2026, 8, 31),
        date(2026, 9, 1),
        DefaultRule.CALENDAR,
    ),
    Case(
        "V03 Saturday and German Unity: § 193",
        "BE",
        agreed(date(2026, 10, 3)),
        date(2026, 10, 5),
        date(2026, 10, 6),
        DefaultRule.CALENDAR,
    ),
    Case(
        "V05 Christmas Day, a Friday: § 193",
        "BE",
        agreed(date(2026, 12, 25)),
        date(2026, 12, 28),
        date(2026, 12, 29),
        DefaultRule.CALENDAR,
    ),
    Case(
        "V06 Epiphany at the place of performance",
        "BY",
        agreed(date(2026, 1, 6)),
        date(2026, 1, 7),
        date(2026, 1, 8),
        DefaultRule.CALENDAR,
    ),
    Case(
        "V07 no Epiphany in NRW",
        "NW",
        agreed(date(2026, 1, 6)),
        date(2026, 1, 6),
        date(2026, 1, 7),
        DefaultRule.CALENDAR,
    ),
    Case(
        "V11 30 days, business: § 286 III",
        "BE",
        DefaultFacts(date(2026, 6, 1), BUSINESS, invoice_received=date(2026, 6, 1)),
        date(2026, 7, 1),
        date(2026, 7, 2),
        DefaultRule.THIRTY_DAYS,
    ),
    Case(
        "V13 30 days, consumer with notice: § 286 III",
        "BE",
        DefaultFacts(
            date(2026, 6, 1), CONSUMER, invoice_received=date(2026, 6, 1), consumer_notice=True
        ),
        date(2026, 7, 1),
        date(2026, 7, 2),
        DefaultRule.THIRTY_DAYS,
    ),
    Case(
        "V14 consumer without notice, no Mahnung: BGH III ZR 91/07",
        "",
        DefaultFacts(date(2026, 7, 2), CONSUMER, invoice_received=date(2026, 7, 2)),
        None,
        None,
        None,
    ),
    Case(
        "V15 Mahnung received 10 August: § 286 I",
        "",
        DefaultFacts(
            date(2026, 7, 2),
            CONSUMER,
            invoice_received=date(2026, 7, 2),
            reminders=(Reminder(date(2026, 8, 10)),),
        ),
        None,
        date(2026, 8, 11),
        DefaultRule.REMINDER,
    ),
    Case(
        "V17 14 days after receipt of the invoice: § 286 II 2, § 187 I",
        "BE",
        DefaultFacts(
            None, CONSUMER, Terms.RECEIPT, period_days=14, invoice_received=date(2026, 6, 1)
        ),
        date(2026, 6, 15),
        date(2026, 6, 16),
        DefaultRule.EVENT,
    ),
    Case(
        "a Sunday; a public test wrongly expects 1 June: law §1.2",
        "BE",
        agreed(date(2026, 5, 31)),
        date(2026, 6, 1),
        date(2026, 6, 2),
        DefaultRule.CALENDAR,
    ),
    Case(
        "New Year 2027, a Friday before a weekend: § 193",
        "HH",
        agreed(date(2027, 1, 1)),
        date(2027, 1, 4),
        date(2027, 1, 5),
        DefaultRule.CALENDAR,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_default_begins_on_the_day_of_the_table(case: Case) -> None:
    state = default_of(case.facts, None, place_calendar("DE", case.land))
    assert (state.last_day_to_pay, state.since, state.rule) == (case.last, case.since, case.rule)


@pytest.mark.parametrize("case", [c for c in CASES if c.since], ids=lambda case: case.name)
def test_the_state_tells_on_every_day_whether_default_has_begun(case: Case) -> None:
    assert case.since is not None
    state = default_of(case.facts, case.since, place_calendar("DE", case.land))
    assert state.holds(case.since)
    assert not state.holds(date.fromordinal(case.since.toordinal() - 1))
    assert state.facts["since"] == case.since.isoformat()


def test_without_default_no_day_is_in_default() -> None:
    state = default_of(DefaultFacts(date(2026, 7, 2)), date(2036, 1, 1), place_calendar())
    assert state.reason is DefaultReason.CONSUMER_WITHOUT_NOTICE
    assert not state.holds(date.max)
