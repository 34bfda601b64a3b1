"""Known failure 2: payment event and dunning cross, and the later one wins with what it knew before.

Guards: an object is read again whatever its event says, so that a late "failed" finds it paid; a
notice that an event ended while its mail was rendered is not handed over; two workers, threads of
one process too, never work on the events of one connection at once.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from delivery_desk import MONDAY
from inbox_desk import approved_reminder_in

from core.domain.model import ItemState, NoticeState
from core.domain.platform_records import EventKind
from core.ports import Lane
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119,00 EUR, 34 days old; its reminder is approved."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        approved_reminder_in(tmp_path, mailbox) as made,
    ):
        yield made


def test_a_late_failed_changes_nothing_of_what_is_paid(office):
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    office.works()
    office.reports("1", kind=EventKind.INVOICE)
    office.works()
    assert office.item("RE-1").state is ItemState.SETTLED
    assert office.state(office.notice_of_1) is NoticeState.WITHDRAWN


def test_an_event_while_the_mail_is_rendered_ends_the_notice_and_says_so(office):
    real = office.app.mail

    class EventMeanwhile:
        def send(self, creditor, message, before_data):
            office.platform.pay("1", "119.00", MONDAY)
            office.reports("1")
            office.works()
            return real.send(creditor, message, before_data)

    [outcome] = office.send(replace(office.app, mail=EventMeanwhile())).outcomes
    assert outcome.outcome == "withdrawn"
    assert "gemeldet von online" in outcome.reason
    assert office.mailbox.count() == 0


def test_two_threads_do_not_work_on_the_same_events(office, monkeypatch):
    from fake_platform import FakeConnector

    office.reports("1")
    found, real = [], FakeConnector.fetch_named

    def slow(self, *args):
        patched.undo()  # the other one finds it quick
        other = threading.Thread(target=lambda: found.append(office.works()))
        other.start()
        other.join()
        return real(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(FakeConnector, "fetch_named", slow)
        assert office.works().done == 1
    assert [(each.busy, each.done) for each in found] == [(True, 0)]
    assert office.platform.asked == [(Lane.EVENT, "1")]
