"""Events that cannot be worked on: a platform away, a key refused, one bad object, a killed worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from delivery_desk import MONDAY
from fake_platform import Killed
from inbox_desk import three_invoices_in

from core.domain.model import NoticeState
from core.domain.platform_records import EventKind
from core.errors import (
    STORE,
    AuthFailed,
    MalformedResponse,
    RateLimited,
    Unavailable,
    Unreachable,
)
from core.services.proposals import reject


@pytest.fixture
def office(tmp_path, mailbox):
    with three_invoices_in(tmp_path, mailbox) as made:
        yield made


def test_a_platform_that_is_away_is_asked_once_and_not_for_every_event(office):
    office.reports("1", "2", "3")
    office.platform.fault(Unreachable("Netz weg"))
    report = office.works()
    assert (report.done, report.later, len(office.platform.asked)) == (0, 3, 1)
    assert "Netz weg" in report.error
    assert not office.is_due()
    office.reports("3")  # comes while everybody waits
    assert office.works().later == 4
    assert len(office.platform.asked) == 1
    office.later(timedelta(seconds=15))
    assert office.works().done == 4


def test_the_wait_doubles_and_ends_with_the_first_answer(office):
    office.reports("1")
    for wait in (15, 30, 60):
        office.platform.fault(Unreachable("Netz weg"))
        office.works()
        office.later(timedelta(seconds=wait - 1))
        assert not office.is_due()
        office.later(timedelta(seconds=1))
        assert office.is_due()
    assert office.works().done == 1
    office.reports("2")
    office.platform.fault(Unreachable("Netz weg"))
    office.works()
    office.later(timedelta(seconds=15))
    assert office.works().done == 1


def test_a_platform_that_asks_to_slow_down_says_for_how_long(office):
    office.reports("1")
    busy = RateLimited("zu viele Anfragen")
    busy.retry_after = 120.0
    office.platform.fault(busy)
    office.works()
    office.later(timedelta(seconds=119))
    assert not office.is_due()
    office.later(timedelta(seconds=1))
    assert office.works().done == 1


def test_a_refused_key_is_left_alone_until_there_is_another(office):
    """A platform blocks a key that goes on producing errors."""
    office.reports("1")
    office.platform.fault(AuthFailed("Schlüssel ungültig"))
    office.works()
    office.later(timedelta(minutes=14))
    office.reports("2")
    office.works()
    assert len(office.platform.asked) == 1
    office.new_key()
    office.later(timedelta(seconds=1))
    assert office.works().done == 2


def test_a_revoked_key_is_asked_whether_it_is_ours(office):
    """Whoever changes keys revokes the old one."""
    office.reports("conn-1", kind=EventKind.KEY_REVOKED)
    assert office.works().done == 1
    assert office.events("key_revoked") == []


def test_a_revoked_key_that_is_ours_is_told_and_not_used_again(office, monkeypatch):
    def refuse(_connector):
        raise AuthFailed("Schlüssel widerrufen")

    monkeypatch.setattr("fake_platform.FakeConnector.check", refuse)
    office.reports("conn-1", kind=EventKind.KEY_REVOKED)
    report = office.works()
    assert (report.done, report.error) == (1, "Schlüssel widerrufen")
    assert office.events("key_revoked") == [{}]
    office.reports("1")
    office.works()
    assert (office.platform.asked, office.waiting()) == ([], 1)


def test_an_object_that_cannot_be_read_waits_alone_and_is_given_up(office):
    """Its neighbours are read at once; the next sync reads it anyway."""
    office.reports("1", "2")
    office.platform.fault(MalformedResponse("HTML statt JSON"))
    report = office.works()
    assert (report.done, report.later, report.error) == (1, 1, "")
    for _ in range(7):
        office.later(timedelta(hours=1))
        office.platform.fault(MalformedResponse("HTML statt JSON"))
        report = office.works()
    assert report.failed == 1
    [failed] = office.given_up()
    assert (failed.event.external_id, failed.tries) == ("1", 8)
    assert "HTML statt JSON" in failed.reason


def test_a_fault_of_ours_with_one_event_keeps_no_other_from_its_effect(office, monkeypatch, caplog):
    [paid, _] = office.propose_and_approve()
    real = office.platform.invoices["3"]
    office.platform.invoices["3"] = object()  # not what a connector may return
    office.reports("3")
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    report = office.works()
    assert (report.done, report.later) == (1, 1)
    assert office.state(paid) is NoticeState.WITHDRAWN
    assert "could not be worked on" in caplog.text
    office.platform.invoices["3"] = real
    office.later(timedelta(minutes=1))
    assert office.works().done == 1


def test_a_connection_that_is_not_there_gives_its_events_up(office):
    office.reports("1", connection=77)
    assert office.works(connection=77).failed == 1
    [failed] = office.given_up()
    assert "Anbindung gibt es nicht" in failed.reason


@pytest.mark.parametrize("step", ["read", "stored", "judged", "finished"])
def test_killed_at_any_line_the_next_worker_ends_the_same(office, monkeypatch, step):
    [notice, _] = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    where = {
        "read": "core.services.inbox_reading.store_batch",
        "stored": "core.services.inbox.recheck_notices",
        "judged": "core.services.inbox._Work._finish",
        "finished": "core.services.inbox._Work._spoken",
    }[step]

    def dies(*_args, **_options):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(where, dies)
        with pytest.raises(Killed):
            office.works()
    office.works()
    assert (office.state(notice), office.waiting()) == (NoticeState.WITHDRAWN, 0)
    assert len(office.events("recheck")) == 1
    assert office.audit_is_fine()


def test_a_person_who_rejected_it_meanwhile_has_the_last_word(office):
    [notice, _] = office.propose_and_approve()
    reject(office.app, office.id, [notice], reason="Kulanz", until=None, by="erika", on=MONDAY)
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    assert office.works().notices == []
    assert office.notice(notice).reason == "Kulanz"


def test_a_store_that_is_away_is_no_silence_of_the_platform(office, monkeypatch):
    """Nothing can be noted in it; the worker waits for the store instead."""
    away = Unavailable("Die Datenbank ist gesperrt")
    away.connector = STORE

    def locked(*_args, **_options):
        raise away

    office.reports("1")
    with monkeypatch.context() as patched:
        patched.setattr("core.services.inbox_reading.store_batch", locked)
        with pytest.raises(Unavailable):
            office.works()
    assert office.is_due()
    assert office.works().done == 1
