"""An approved notice waits for the days and hours of its procedure, and stays approved.

The procedure `b2b`: working days only, mails from 7 to 18 o'clock; `saas`: a note before due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from creditor_desk import FixedClock
from delivery_desk import FRIDAY, MONDAY, TUESDAY, office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox

SATURDAY, NEXT_MONDAY = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)


class ClockAt(FixedClock):
    """Stands on a day at an hour in UTC; Berlin is one hour ahead in March."""

    hour, minute = 9, 0

    def now(self):
        return datetime(
            self.day.year, self.day.month, self.day.day, self.hour, self.minute, tzinfo=UTC
        )


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    with office_in(tmp_path, mailbox, procedure="b2b") as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        yield made


def at(office, hour, minute=0):
    clock = ClockAt(office.clock.day)
    clock.hour, clock.minute = hour, minute
    office.app = replace(office.app, clock=clock)
    office.clock = clock


def test_a_mail_waits_for_its_hours_and_leaves_by_itself(office, mailbox):
    [notice] = office.propose_and_approve()
    at(office, 17, 0)  # 18:00 in Nürnberg
    [outcome] = office.send().outcomes
    assert (outcome.outcome, outcome.channel) == ("held", "email")
    assert "07:00-18:00" in outcome.reason
    assert office.state(notice) is NoticeState.APPROVED
    assert office.deliveries(notice) == []
    at(office, 16, 59)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "sent"
    assert mailbox.count() == 1


def test_a_letter_is_printed_at_any_hour(office):
    office.debtor("10001", email="")
    office.propose_and_approve()
    at(office, 22)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "printed"


def test_what_was_approved_on_friday_leaves_on_monday(office, mailbox):
    office.day(FRIDAY)
    [notice] = office.propose_and_approve()
    office.day(SATURDAY)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "held"
    assert "kein Versandtag (nur Werktage)" in outcome.reason
    assert office.state(notice) is NoticeState.APPROVED
    office.day(NEXT_MONDAY)
    assert [o.outcome for o in office.send().outcomes] == ["sent"]
    assert mailbox.count() == 1


def test_a_payment_on_saturday_still_stops_it(office, mailbox):
    office.day(FRIDAY)
    [notice] = office.propose_and_approve()
    office.day(SATURDAY)
    office.paid("10001", "RE-1")
    assert [o.outcome for o in office.send().outcomes] == ["withdrawn"]
    assert office.state(notice) is NoticeState.WITHDRAWN
    assert mailbox.count() == 0


def test_a_run_on_saturday_proposes_nothing_and_says_when(office):
    office.day(SATURDAY)
    report = office.run()
    assert report.proposals == []
    [verdict] = report.verdicts
    assert verdict.verdict.reason == "no_sending_day"
    assert verdict.verdict.next_on == NEXT_MONDAY


@pytest.fixture
def subscriptions(tmp_path, mailbox):
    """An invoice over 49,00 EUR that is due on Friday, 6 March."""
    with office_in(tmp_path, mailbox, procedure="saas") as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "49.00", FRIDAY)
        yield made


def test_a_note_before_due_is_sent_once_and_raises_the_level(subscriptions, mailbox):
    [notice] = subscriptions.propose_and_approve()
    proposed = subscriptions.notice(notice)
    assert (proposed.level, proposed.deadline, proposed.total.plain()) == (1, None, "49.00")
    assert [o.outcome for o in subscriptions.send().outcomes] == ["sent"]
    assert mailbox.count() == 1
    assert subscriptions.item("RE-1").level == 1
    for day in (MONDAY, TUESDAY, FRIDAY):
        subscriptions.day(day)
        assert subscriptions.run().proposals == []
    # The reminder comes four days after the due date, on Tuesday the 10th.
    subscriptions.day(FRIDAY + timedelta(days=4))
    [reminder] = subscriptions.run().proposals
    assert subscriptions.notice(reminder).level == 2


def test_a_note_that_was_not_sent_in_time_is_withdrawn(subscriptions, mailbox):
    [notice] = subscriptions.propose_and_approve()
    subscriptions.day(FRIDAY)
    [outcome] = subscriptions.send().outcomes
    assert outcome.outcome == "withdrawn"
    assert subscriptions.state(notice) is NoticeState.WITHDRAWN
    assert mailbox.count() == 0
