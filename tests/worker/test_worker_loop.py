"""The loop: fair, patient with a store that is away, and never the same thing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from creditor_desk import LETTERHEAD
from delivery_desk import MONDAY
from fake_platform import FakePlatform
from waiting import pause, until
from worker_desk import WallClock, at, worked_office

from core.domain.model import ConnectionId, CreditorId, Role
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import Unavailable
from core.ports import InboxState
from core.services.creditors import init_creditor
from core.services.housekeeping import beat, living
from core.store.unit import SqlStore
from worker import loop as loop_module
from worker.loop import Loop
from worker.outcomes import Decided
from worker.plan import Job, Kind, Plan
from worker.tasks import decide_and_deliver

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOW = at(MONDAY, 10)


def approved(office, *accounts):
    for account in accounts:
        office.debtor(account, f"Beispiel {account} AG", email=f"k{account}@beispiel.example")
        office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
    notices = office.work(MONDAY, 9).run.proposals
    office.approve(*notices)
    return notices


@contextmanager
def looping(app, **options):
    """A loop in a thread; ended in good order."""
    made = Loop(app, **options)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def quick(monkeypatch):
    """Looks often, so that nobody waits."""
    for name in ("EVENTS_EVERY", "CHANGES_EVERY", "CLOCK_EVERY", "AGAIN_AFTER"):
        monkeypatch.setattr(loop_module, name, 0.02)
    monkeypatch.setattr(loop_module, "_BREATH", 0.005)
    # On a machine under load a look takes long, and the pause after it many times as long.
    monkeypatch.setattr(loop_module, "_SHARE", 1)


# --- what is next --------------------------------------------------------------------------------


def job(kind, creditor, connection=0):
    return Job(kind, CreditorId(creditor), ConnectionId(connection))


def test_events_go_first_and_then_who_was_not_served_for_longest():
    plan = Plan(app=None)
    a, b, c = (job(Kind.DECIDE, name) for name in "abc")
    read, event = job(Kind.READ, "a", 1), job(Kind.EVENTS, "a", 1)
    assert plan.in_order([a, b, read, event], {}) == [event, a, b, read]
    plan.begun(a)
    assert plan.in_order([a, b, c], {}) == [b, c, a]
    plan.begun(b)
    assert plan.in_order([a, b, c], {}) == [c, a, b]
    # One with five connections does not take all threads from one with a single one.
    others = [job(Kind.READ, "c", number) for number in range(5)]
    assert plan.in_order([*others, a], {others[0]: None})[0] == a
    assert others[0] not in plan.in_order(others, {others[0]: None})


# --- the loop in this process --------------------------------------------------------------------


def test_approved_by_somebody_else_it_leaves_in_a_moment(tmp_path, mailbox, quick):
    with worked_office(tmp_path, mailbox) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.go(MONDAY, 9)
        with looping(office.app):
            until(office.proposed)
            office.approve(*office.proposed())  # as `mahnwerk approve` does, in another process
            until(lambda: mailbox.count() == 1)
            [worker] = living(office.app)
            assert worker.kind == "loop"
        assert living(office.app) == []


def test_what_is_approved_while_its_creditor_is_worked_for_is_asked_for_until_it_begins(
    tmp_path, mailbox
):
    """The run of the morning is still under way, and the loop has looked twice meanwhile."""
    with worked_office(tmp_path, mailbox) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.go(MONDAY, 9)
        plan = Plan(office.app)
        [run] = plan.decisions()
        plan.begun(run)
        decide_and_deliver(office.app, run.creditor)
        office.approve(*office.proposed())
        assert plan.decisions() == plan.decisions() == [run]
        plan.begun(run)
        assert plan.decisions() == []


def test_one_crash_after_the_other_does_not_keep_the_others_from_being_worked_for(
    tmp_path, mailbox, quick, monkeypatch
):
    """Four creditors crash whenever they are worked for; the fifth is served all the same."""
    served = []

    def decide(app, creditor, *, stop):
        served.append(creditor)
        if creditor.startswith("kaputt"):
            raise ZeroDivisionError("Unfug")
        return Decided(creditor)

    monkeypatch.setattr("worker.tasks.decide_and_deliver", decide)
    with worked_office(tmp_path, mailbox) as office:
        for number in range(4):
            slug = f"kaputt-{number}"
            init_creditor(office.app, slug, LETTERHEAD, secrets={}, by="erika")
        office.go(MONDAY, 9)
        with looping(office.app, threads=2):
            until(lambda: served.count(office.id) >= 2 and len(set(served)) == 5)


def test_a_store_that_is_away_is_waited_for_and_told_once(
    tmp_path, mailbox, quick, monkeypatch, caplog
):
    with worked_office(tmp_path, mailbox) as office:
        notices = approved(office, "10001")
        office.go(MONDAY, 10)
        away, asked = threading.Event(), []
        away.set()

        class Store:
            def __getattr__(self, name):
                return getattr(office.app.store, name)

            @contextmanager
            def read(self):
                if away.is_set():
                    asked.append("read")
                    raise Unavailable("Die Datenbank antwortet nicht.")
                with office.app.store.read() as tx:
                    yield tx

        with looping(replace(office.app, store=Store())):
            until(lambda: len(asked) >= 3)
            assert mailbox.count() == 0
            away.clear()
            until(lambda: mailbox.count() == 1)
        told = [each for each in caplog.records if "cannot be asked" in each.message]
        assert len(told) == 1
        assert office.state(notices[0]) == "sent"


def test_a_long_reading_leaves_a_thread_for_events(tmp_path, mailbox, quick, monkeypatch):
    """Both platforms take their time; an event of the first is worked on meanwhile."""
    go_on, reading, events = threading.Event(), [], []

    def sync(app, creditor, connection, *, stop):
        with app.store.read() as tx:
            waits = tx.inbox.waiting(creditor, connection, app.clock.now(), 1)
        if waits:
            events.append(connection)
            with app.store.write() as tx:
                tx.inbox.finish(creditor, [waits[0].id], InboxState.DONE, app.clock.now())
            return
        reading.append(connection)
        until(lambda: go_on.is_set() or stop())

    monkeypatch.setattr("worker.tasks.sync", sync)
    with worked_office(tmp_path, mailbox) as office:
        platform = FakePlatform()
        app = replace(office.app, platforms=platform.platforms())
        with app.store.write() as tx:
            for name in ("laden", "lager", "büro"):
                tx.connections.add(office.id, "muster", name, Role.LEADING, "", MONDAY)
        office.go(MONDAY, 6)
        with looping(app, threads=2):
            until(lambda: reading)
            event = ConnectorEvent(
                "org", EventKind.INVOICE, EventChange.CHANGED, "i-1", NOW, "evt_1"
            )
            with app.store.write() as tx:
                tx.inbox.add(office.id, ConnectionId(2), [event], b"{}", app.clock.now())
            until(lambda: events == [2])
            assert len(reading) == 1
            go_on.set()


def test_raw_events_are_cleared_away_after_their_time(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        event = ConnectorEvent("org", EventKind.INVOICE, EventChange.CHANGED, "i-1", NOW, "evt_1")
        with office.app.store.write() as tx:
            tx.inbox.add(office.id, ConnectionId(1), [event], b"{}", NOW, state=InboxState.DONE)
        for days, left in ((6, b"{}"), (8, b"")):
            office.go(MONDAY + timedelta(days=days), 6)
            Loop(office.app, keep_events=timedelta(days=7)).once()
            with office.app.store.read() as tx:
                assert tx.inbox.raw(office.id, 1) == left


def test_workers_that_ended_without_a_word_are_forgotten(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        clock = WallClock(NOW)
        app = replace(office.app, clock=clock)
        beat(app, "anderswo/1/abc", "loop")
        assert [each.name for each in living(app)] == ["anderswo/1/abc"]
        clock.instant += timedelta(minutes=11)
        assert living(app) == []
        clock.instant += timedelta(days=1)
        beat(app, "anderswo/2/def", "fleet")
        with app.store.read() as tx:
            assert [each.name for each in tx.work.workers()] == ["anderswo/2/def"]


def test_who_is_called_by_cron_counts_as_a_worker_for_an_hour(tmp_path, mailbox):
    with worked_office(tmp_path, mailbox) as office:
        office.go(MONDAY, 6)
        for _ in range(3):
            Loop(office.app).once()
            [worker] = living(office.app)
            assert worker.kind == "once"
            office.clock.instant += timedelta(minutes=50)
        office.clock.instant += timedelta(minutes=20)
        assert living(office.app) == []


def test_once_a_creditor_who_crashes_keeps_nobody_from_being_worked_for(
    tmp_path, mailbox, monkeypatch
):
    with worked_office(tmp_path, mailbox) as office:
        init_creditor(office.app, "kaputt", LETTERHEAD, secrets={}, by="erika")
        real = loop_module.tasks.due_connections

        def due(app, creditor):
            if creditor == "kaputt":
                raise ZeroDivisionError("Unfug")
            return real(app, creditor)

        monkeypatch.setattr("worker.tasks.due_connections", due)
        office.go(MONDAY, 9)
        broken, well = Loop(office.app).once()
        assert "ZeroDivisionError" in broken.decided.error
        assert (broken.exit_code, well.exit_code) == (70, 0)
        assert well.decided.run is not None


# --- real processes ------------------------------------------------------------------------------


def started(folder):
    process = subprocess.Popen(
        [sys.executable, HERE / "loop_process.py", folder, MONDAY.isoformat()],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, HERE, ROOT / "tests" / "services", ROOT / "tests")))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n", process.stderr.read()
    return process


def test_two_processes_on_one_store_send_each_notice_once_and_end_on_sigterm(tmp_path, mailbox):
    accounts = [str(10001 + number) for number in range(4)]
    with worked_office(tmp_path, mailbox) as office:
        notices = approved(office, *accounts)
        workers = [started(tmp_path), started(tmp_path)]
        until(lambda: mailbox.count() >= 1)
        workers[0].send_signal(signal.SIGTERM)
        assert workers[0].wait(60) == 0
        until(lambda: mailbox.count() == len(accounts))
        until(lambda: set(office.states().values()) == {"sent"})
        workers[1].send_signal(signal.SIGTERM)
        assert workers[1].wait(60) == 0
        assert {office.state(notice) for notice in notices} == {"sent"}
        assert set(mailbox.message_ids().values()) == {1}
        assert living(office.app) == []
        for worker in workers:
            with closing(worker.stdout), closing(worker.stderr):
                assert worker.stdout.read() == "ended\n"


def test_a_second_signal_ends_it_at_once(tmp_path, mailbox):
    """A mail server that never answers would keep the first one waiting."""
    mailbox.stop()
    with worked_office(tmp_path, mailbox) as office, Silent() as silent:
        init_creditor(office.app, None, {"smtp_port": str(silent.port)}, secrets={}, by="erika")
        approved(office, "10001")
        worker = started(tmp_path)
        until(lambda: silent.called)
        worker.send_signal(signal.SIGTERM)
        pause(0.2)
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 128 + signal.SIGTERM
        worker.stdout.close()
        worker.stderr.close()


class Silent:
    """Takes connections and says nothing."""

    def __enter__(self):
        import socket

        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.called, self._open = self._socket.getsockname()[1], [], []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()
        return self

    def _take(self):
        try:
            taken, _ = self._socket.accept()
        except OSError:
            return
        self._open.append(taken)
        self.called.append(True)

    def __exit__(self, *_):
        self._socket.close()
        for each in self._open:
            each.close()
        self._thread.join(10)


def test_two_loops_on_postgresql_send_each_notice_once(tmp_path, mailbox, quick, postgres_url):
    accounts = [str(10001 + number) for number in range(4)]
    store = SqlStore(postgres_url, busy_seconds=5)
    with worked_office(tmp_path, mailbox, store=store) as office, closing(store):
        notices = approved(office, *accounts)
        office.go(MONDAY, 10)
        with looping(office.app, threads=2), looping(office.app, threads=2):
            until(lambda: mailbox.count() == len(accounts))
            until(lambda: set(office.states().values()) == {"sent"})
        assert {office.state(notice) for notice in notices} == {"sent"}
        assert set(mailbox.message_ids().values()) == {1}
