"""What waits and who works: for the doctor and the figures; and events that were given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from creditor_desk import FRIDAY
from platform_desk import PlatformOffice

from core.domain.model import ConnectionId
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import UsageError
from core.ports import NO_CONNECTION, InboxState, WorkState
from core.services.approve import approve
from core.services.backlog import backlog
from core.services.booked import set_booked_until
from core.services.doctor_worker import examine_worker
from core.services.failed_events import failed_events, retry_events
from core.services.housekeeping import beat
from core.services.run import run
from core.services.sync import sync

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def office(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.invoice("i-1", "d-1", "119.00", date(2026, 10, 1))
    yield made
    made.close()


def event(key, kind=EventKind.INVOICE):
    return ConnectorEvent("org", kind, EventChange.CHANGED, "i-1", NOW, key)


def came_in(office, *keys, connection=1, at=NOW, **how):
    with office.app.store.write() as tx:
        for key in keys:
            tx.inbox.add(office.id, ConnectionId(connection), [event(key)], b"{}", at, **how)


def found(office):
    with office.app.store.read() as tx:
        creditor = tx.creditors.get(office.id)
    say = lambda de, _en: de  # noqa: E731
    return {
        name: (status, told) for name, status, told in examine_worker(office.app, creditor, say)
    }


def test_what_waits_and_since_when(office):
    came_in(office, "evt_1", at=NOW - timedelta(minutes=20))
    came_in(office, "evt_2")
    came_in(office, "evt_3", state=InboxState.FAILED, reason="unlesbar")
    came_in(office, "mail_1", connection=NO_CONNECTION)
    sync(office.app, office.id, on=FRIDAY)
    set_booked_until(office.app, office.id, FRIDAY, "laden", on=FRIDAY, by="erika")
    report = run(office.app, office.id, on=FRIDAY)
    approve(office.app, office.id, report.proposals, by="erika", on=FRIDAY)
    [account] = backlog(office.app).accounts
    laden, mails = account.connections
    assert (laden.name, laden.waiting, laden.failed, laden.live) == ("laden", 2, 1, True)
    assert laden.oldest == NOW - timedelta(minutes=20)
    assert laden.synced_at == NOW
    assert (mails.name, mails.waiting, mails.live) == ("", 1, False)
    assert (account.waiting_events, account.failed_events) == (3, 1)
    assert (account.approved, account.held, account.printed, account.unknown) == (1, 0, 0, 0)
    assert account.last_run == FRIDAY
    assert (
        timedelta(minutes=90) <= NOW - account.next_run + timedelta(hours=1) <= timedelta(hours=4)
    )
    assert backlog(office.app, "wer").accounts == ()


def test_the_doctor_asks_for_a_worker_only_where_something_waits(office):
    assert found(office)["worker"][0] == "ok"
    came_in(office, "evt_1")
    status, told = found(office)["worker"]
    assert status == "warn"
    assert "Ereignisse (1)" in told
    assert "mahnwerk work" in told
    beat(office.app, "anderswo/1/abc", "loop")
    assert found(office)["worker"] == ("ok", "Ein Worker arbeitet.")


def test_who_runs_and_sends_by_hand_is_not_asked_for_a_worker(office):
    sync(office.app, office.id, on=FRIDAY)
    set_booked_until(office.app, office.id, FRIDAY, "laden", on=FRIDAY, by="erika")
    approve(office.app, office.id, run(office.app, office.id, on=FRIDAY).proposals,
            by="erika", on=FRIDAY)  # fmt: skip
    assert found(office)["worker"][0] == "ok"
    with office.app.store.write() as tx:  # until one has worked here
        tx.work.save(office.id, WorkState(ran_on="2026-11-19", advanced_at=NOW.isoformat()))
    status, told = found(office)["worker"]
    assert status == "warn"
    assert "freigegebene Mahnungen (1), der Mahnlauf des Tages" in told


def test_the_doctor_tells_the_last_failure_and_what_helps(office):
    assert "work" not in found(office)
    state = WorkState(advanced_at=NOW.isoformat(), failures=3, error="Mailserver antwortet nicht.")
    with office.app.store.write() as tx:
        tx.work.save(office.id, state)
    status, told = found(office)["work"]
    assert status == "warn"
    assert "3-mal in Folge" in told
    assert "20.11.2026 10:00" in told
    assert "Mailserver antwortet nicht." in told
    with office.app.store.write() as tx:
        tx.work.save(office.id, replace(state, failures=0, error=""))
    assert "work" not in found(office)


def test_events_that_were_given_up_are_listed_and_tried_again(office):
    came_in(office, "evt_1", "evt_2", state=InboxState.FAILED, reason="unlesbar")
    came_in(office, "evt_3")
    listed = failed_events(office.app, office.id)
    assert [(each.connection, each.event.id, each.event.reason) for each in listed] == [
        ("laden", 2, "unlesbar"),
        ("laden", 1, "unlesbar"),
    ]
    assert found(office)["events"][0] == "warn"
    with pytest.raises(UsageError, match="Kein gescheitertes Ereignis: 3"):
        retry_events(office.app, office.id, [1, 3], by="erika")
    assert retry_events(office.app, office.id, [1], by="erika") == [1]
    assert retry_events(office.app, office.id, (), by="erika") == [2]
    assert retry_events(office.app, office.id, (), by="erika") == []
    with office.app.store.read() as tx:
        again = tx.inbox.waiting(office.id, ConnectionId(1), NOW, 10)
    assert [(each.id, each.tries) for each in again] == [(1, 0), (2, 0), (3, 0)]
    assert found(office)["events"] == ("ok", "Kein Ereignis ist gescheitert.")
