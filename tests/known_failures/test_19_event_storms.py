"""Known failure 19: event storms; the same thing is reported all the time, and done all the time.

Guards: an event is stored once by its key, however often it is delivered; all events of one object
that wait are one question to its platform; what changes nothing writes nothing (``inbox``,
``inbox_objects``, ``recheck``).
"""

from __future__ import annotations

from datetime import date

import pytest
from delivery_desk import MONDAY
from inbox_desk import reporting_office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119,00 EUR, 34 days old; its reminder is approved."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        reporting_office_in(tmp_path, mailbox) as made,
    ):
        made.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        made.onboard()
        made.notice_of_1 = made.propose_and_approve()[0]
        yield made


def test_the_same_event_a_thousand_times_has_one_effect(office):
    office.platform.pay("1", "119.00", MONDAY)
    stored = sum(office.reports(*["1"] * 100, key="evt_paid") for _ in range(10))
    assert (stored, office.works().done) == (1, 1)
    assert office.reports("1", key="evt_paid") == 0
    assert office.works().done == 0
    assert len(office.platform.asked) == 1
    assert len(office.events("recheck")) == 1
    assert office.state(office.notice_of_1) is NoticeState.WITHDRAWN


def test_a_hundred_events_of_one_invoice_are_one_question(office):
    office.reports(*["1"] * 100)
    assert office.works().done == 100
    assert len(office.platform.asked) == 1


def test_a_storm_that_changes_nothing_writes_nothing(office):
    before = office.notice(office.notice_of_1)
    for _ in range(3):
        office.reports(*["1"] * 10)
        office.works()
    assert office.notice(office.notice_of_1) == before
    assert office.events("recheck") == []
