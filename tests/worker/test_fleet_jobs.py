"""A worker of the fleet takes jobs: in order, one per lock, after failures and after deaths."""

from __future__ import annotations

import threading

import psycopg
import pytest
from fleet_desk import ME, OTHER, QUICK, Desk
from waiting import until

from core.errors import Unavailable
from core.services.schedule import DueWork


@pytest.fixture
def desk(postgres_url, monkeypatch):
    opened = Desk(postgres_url, monkeypatch)
    yield opened
    opened.close()


def test_jobs_are_done_and_gone_what_came_by_a_hook_first(desk):
    desk.due = DueWork(((OTHER, 3),), (OTHER,))
    desk.fleet()._look_out(0)
    desk.arrives(ME, 1)
    with desk.store.write() as tx:
        tx.jobs.account_changed(ME)
    desk.work(at_once=1)
    assert sorted(desk.begun[:2], key=str) == [(ME, "decide"), (ME, 1)]
    assert sorted(desk.begun[2:], key=str) == [(OTHER, "decide"), (OTHER, 3)]
    assert desk.jobs() == 0


def test_two_jobs_of_one_connection_never_run_at_once_and_both_events_are_found(desk):
    """An event comes while the job that looked for it is under way: a second look follows."""
    hold, first = threading.Event(), threading.Event()

    def act(what, _stop):
        if not first.is_set():
            first.set()
            assert hold.wait(30)

    desk.act = act
    desk.arrives(ME, 1)
    with desk.working(desk.fleet(), desk.fleet()):
        assert first.wait(30)
        desk.arrives(ME, 1)
        desk.arrives(ME, 1)
        desk.arrives(ME, 2)
        desk.until(2)
        assert desk.begun == [(ME, 1), (ME, 2)], "the other connection does not wait"
        hold.set()
        desk.until(3)
        until(lambda: desk.jobs() == 0)
    assert desk.begun == [(ME, 1), (ME, 2), (ME, 1)], "one look for the two that came meanwhile"


def test_a_broken_creditor_does_not_keep_the_others_waiting(desk):
    """His job is dropped, its lock is free, and it comes again when it is due again."""

    def act(what, _stop):
        if what[0] == ME:
            raise Unavailable("Die Datenbank ist gesperrt.", en="The database is locked.")

    desk.act = act
    desk.due = DueWork(((ME, 1),), ())
    for number in range(2, 8):
        desk.arrives(OTHER, number)
    with desk.working(desk.fleet(at_once=2, pulse=QUICK)):
        until(lambda: desk.begun.count((ME, 1)) >= 2)
    assert {(OTHER, number) for number in range(2, 8)} <= set(desk.begun)


def test_the_job_of_a_dead_worker_is_taken_over(desk):
    desk.arrives(ME, 1)
    desk.dead_worker_fetches()
    desk.work()
    assert desk.begun == [], "its lock is taken"
    with desk.working(desk.fleet(pulse=QUICK)):
        desk.until(1)
        until(lambda: desk.jobs() == 0)
    assert desk.begun == [(ME, 1)]


def test_a_dead_scheduler_is_taken_over_too(desk):
    desk.due = DueWork(((ME, 1),), ())
    desk.looking.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status)"
        " VALUES ('default', 'look_out', 'look_out', 'look_out', 'doing')"
    )
    with desk.working(desk.fleet(pulse=QUICK)):
        desk.until(1)
    assert desk.begun[0] == (ME, 1)


def test_a_worker_that_comes_second_to_a_lock_goes_on(desk, postgres_url):
    """The due job is being fetched while the hook's job comes in: neither sees the other."""
    desk.due = DueWork(((ME, 1),), ())
    desk.fleet()._look_out(0)
    address = postgres_url.replace("+psycopg", "")
    # Of a worker that lives: its job is nobody's to take over.
    worker = "SELECT worker_id FROM procrastinate_register_worker_v1()"
    fetch = "SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)"
    with psycopg.connect(address) as other:
        assert other.execute(fetch, other.execute(worker).fetchone()).fetchone()[0] is not None
        desk.arrives(ME, 1)
        with desk.working(desk.fleet()):
            blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            until(lambda: desk.looking.execute(blocked).fetchone()[0])
            other.commit()
            other.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing'")
            other.commit()
            desk.until(1)
    assert desk.begun == [(ME, 1)]


def test_stopping_waits_for_what_is_under_way_and_tells_it(desk):
    told = []

    def act(_what, stop):
        until(stop)
        told.append(stop())

    desk.act = act
    desk.due = DueWork(((ME, 1), (ME, 2)), ())
    desk.fleet()._look_out(0)
    with desk.working(desk.fleet(at_once=1)):
        desk.until(1)
        until(lambda: desk.workers() == ["fleet"])
    assert (told, desk.begun, desk.jobs()) == ([True], [(ME, 1)], 1)
    assert desk.workers() == []
    desk.act, desk.due = (lambda *_: None), DueWork((), ())
    desk.work()
    assert desk.begun == [(ME, 1), (ME, 2)]


def test_long_readings_leave_a_hand_for_what_comes_by_a_hook(desk):
    payment = threading.Event()
    desk.act = lambda what, _stop: payment.set() if what[1] == 9 else payment.wait(30)
    desk.due = DueWork(tuple((ME, number) for number in range(1, 7)), ())
    desk.fleet()._look_out(0)
    with desk.working(desk.fleet(at_once=4)):
        desk.until(3)
        desk.arrives(OTHER, 9)
        assert payment.wait(30)
        assert desk.begun[3] == (OTHER, 9)


def test_no_more_at_once_than_it_has_hands(desk):
    desk.act = lambda *_: until(lambda: desk.most >= 3)
    for number in range(6):
        desk.arrives(ME, number)
    desk.work(at_once=3)
    assert (desk.most, len(desk.begun)) == (3, 6)


def test_a_database_that_is_away_is_waited_for(desk, monkeypatch, caplog):
    """The server ends all connections; the worker comes back by itself."""
    monkeypatch.setattr("worker.fleet._LONGEST_WAIT", 0.1)
    here = "SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database()"
    [others] = desk.looking.execute(here).fetchone()
    desk.arrives(ME, 1)
    with desk.working(desk.fleet(pulse=QUICK)):
        desk.until(1)
        desk.looking.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> ALL(%s)",
            [others],
        )
        arrived = False
        while not arrived:
            try:
                desk.arrives(ME, 2)
                arrived = True
            except Unavailable:
                continue
        until(lambda: (ME, 2) in desk.begun)


def test_a_worker_whose_starter_has_gone_ends(desk):
    fleet = desk.fleet(pulse=QUICK, deserted=lambda: True)
    fleet.run()
    assert desk.workers() == []
