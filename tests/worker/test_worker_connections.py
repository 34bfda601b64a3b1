"""What a worker does with connections: events first, readings when due, one failure alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from fake_platform import FakePlatform
from platform_desk import FRIDAY, PlatformOffice
from worker_desk import WallClock, at

from core.domain.model import ConnectionId, NoticeState
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import Unavailable, Unreachable
from core.ports import NO_CONNECTION, InboxState, Lane
from core.services.approve import approve
from core.services.booked import set_booked_until
from core.services.creditors import init_creditor
from worker import tasks
from worker.tasks import advance, sync

LADEN, LAGER = ConnectionId(1), ConnectionId(2)


class Worked(PlatformOffice):
    """The office of tests/services with a clock that knows hours, and two connections."""

    def __init__(self, folder):
        super().__init__(folder)
        self.other = FakePlatform()
        self.clock = WallClock(at(FRIDAY, 9))
        platforms = self.platform.platforms()
        both = {"laden": self.platform, "lager": self.other}

        def connect(creditor, connection, lane):
            chosen = both[connection.name].platforms()
            return chosen.connect(creditor, connection, lane)

        self.app = replace(
            self.app, clock=self.clock, platforms=replace(platforms, connect=connect)
        )

    def booked(self):
        for name in ("laden", "lager"):
            set_booked_until(self.app, self.id, self.clock.day, name, on=self.clock.day, by="erika")

    def event(self, key, external_id="i-1"):
        found = ConnectorEvent(
            "org-1", EventKind.INVOICE, EventChange.CHANGED, external_id, self.clock.now(), key
        )
        with self.app.store.write() as tx:
            tx.inbox.add(self.id, LADEN, [found], b"{}", self.clock.now())

    def waiting(self):
        with self.app.store.read() as tx:
            return sum(each[0] for each in tx.inbox.backlog(self.id).values())

    def state(self, notice):
        with self.app.store.read() as tx:
            return tx.notices.get(self.id, notice).state


class Slow(list):
    """Questions to a platform that grants two in a second."""

    def __init__(self, clock):
        self.clock = clock

    def append(self, question):
        super().append(question)
        self.clock.instant += timedelta(seconds=0.5)


@pytest.fixture
def office(tmp_path):
    made = Worked(tmp_path)
    made.add("lager")
    made.platform.invoice("i-1", "d-1", "119.00", date(2026, 10, 1))
    made.other.invoice("o-1", "e-1", "238.00", date(2026, 10, 1))
    yield made
    made.close()


def read_of(done):
    return {each.name: (each.report is not None and not each.error) for each in done.synced}


def test_readings_come_when_they_are_due_and_before_the_run(office):
    office.booked()
    done = advance(office.app, office.id)
    assert read_of(done) == {"laden": True, "lager": True}
    assert len(done.decided.run.proposals) == 2
    office.clock.instant += timedelta(minutes=5)
    assert advance(office.app, office.id).synced == ()
    office.clock.instant += timedelta(minutes=11)
    assert read_of(advance(office.app, office.id)) == {"laden": True, "lager": True}


def test_a_platform_that_is_away_keeps_neither_the_other_nor_the_run_from_being_worked_on(office):
    office.booked()
    office.platform.fault(*[Unreachable("weg")] * 50)
    done = advance(office.app, office.id)
    assert read_of(done) == {"laden": False, "lager": True}
    assert done.exit_code == 69
    assert len(done.decided.run.proposals) == 1
    assert done.decided.error == ""


def test_a_payment_that_an_event_tells_withdraws_the_notice_before_anything_is_sent(office):
    office.booked()
    [first, second] = advance(office.app, office.id).decided.run.proposals
    approve(office.app, office.id, [first, second], by="erika", on=FRIDAY)
    office.platform.pay("i-1", "119.00", FRIDAY)
    office.event("evt_1")
    sync(office.app, office.id, LADEN)
    assert office.state(first) is NoticeState.WITHDRAWN
    assert office.state(second) is NoticeState.APPROVED
    assert (Lane.EVENT, "i-1") in office.platform.asked
    with office.app.store.read() as tx:
        assert tx.inbox.due(office.clock.now()) == []


def test_one_thousand_times_the_same_event_is_one_question(office):
    office.booked()
    advance(office.app, office.id)
    office.platform.asked.clear()
    for number in range(1000):
        office.event(f"evt_{number}")
    sync(office.app, office.id, LADEN)
    assert office.platform.asked == [(Lane.EVENT, "i-1")]


def test_a_flood_of_changes_lets_others_have_their_turn(office):
    """Four of them would otherwise keep all hands of a worker, while a payment waits elsewhere."""
    for number in range(1, 61):
        office.platform.invoice(f"i-{number}", "d-1", "119.00", date(2026, 10, 1))
    sync(office.app, office.id, LADEN)
    for number in range(1, 61):
        office.event(f"k-{number}", f"i-{number}")
    office.platform.asked = Slow(office.clock)
    began = office.clock.now()
    sync(office.app, office.id, LADEN)
    assert timedelta(seconds=20) <= office.clock.now() - began < timedelta(seconds=25)
    assert 0 < office.waiting() < 60
    advance(office.app, office.id)
    assert office.waiting() == 0, "`work --once` goes on to the end"


def test_events_wait_for_a_platform_that_is_away_and_the_reading_goes_its_own_way(office):
    office.booked()
    advance(office.app, office.id)
    office.event("evt_1")
    office.platform.fault(Unreachable("weg"))
    done = sync(office.app, office.id, LADEN)
    assert "weg" in done.events
    with office.app.store.read() as tx:
        assert tx.inbox.due(office.clock.now()) == []
        [waiting] = tx.inbox.waiting(office.id, LADEN, office.clock.now() + timedelta(hours=2), 9)
    assert waiting.state is InboxState.NEW


def test_a_reading_that_is_told_to_stop_goes_on_later_and_is_no_failure(office):
    for number in range(2, 12):
        office.platform.invoice(f"i-{number}", "d-1", "10.00", date(2026, 10, 1))
    stops = iter([False, False, False, True])
    done = sync(office.app, office.id, LADEN, stop=lambda: next(stops, True))
    assert done.report is not None or done.error == ""
    known = len(office.items())
    assert known < 11
    office.clock.instant += timedelta(minutes=16)
    sync(office.app, office.id, LADEN)
    assert len(office.items()) == 11


def test_the_mailbox_is_read_every_five_minutes_and_later_each_time_it_fails(office, monkeypatch):
    read = []

    def read_mailbox(_app, _creditor, *, on):
        read.append(office.clock.now())
        if len(read) in (2, 3):
            raise Unavailable("Der Mailserver antwortet nicht.")

    monkeypatch.setattr(tasks, "read_mailbox", read_mailbox)
    advance(office.app, office.id)
    assert read == []  # there is no mailbox
    fields = {"imap_host": "imap.muster.example", "imap_user": "mahnung", "run_by_itself": "no"}
    init_creditor(office.app, None, fields, secrets={}, by="erika")
    begin = office.clock.now()
    told = []
    for minute in range(46):
        office.clock.instant = begin + timedelta(minutes=minute)
        told += [each.error for each in advance(office.app, office.id).synced if each.error]
    minutes = [(each - begin) // timedelta(minutes=1) for each in read]
    assert minutes == [0, 5, 15, 35, 40, 45]
    assert told == ["Der Mailserver antwortet nicht."] * 2
    with office.app.store.read() as tx:
        assert tx.work.state(office.id).failures == 0
    done = sync(office.app, office.id, NO_CONNECTION)
    assert done.error == ""
