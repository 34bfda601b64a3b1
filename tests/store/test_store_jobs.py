"""Jobs of the fleet: deferred with what makes them necessary, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from waiting import until

from core.domain.model import ConnectionId, CreditorId, CreditorProfile
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.ports.fleet import FleetJob, FleetTask, QueueState
from core.store import jobs as jobs_module
from core.store.unit import SqlStore

ME, OTHER = CreditorId("muster"), CreditorId("kanzlei")
SHOP = ConnectionId(7)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def shop(postgres_url: str) -> Iterator[SqlStore]:
    store = SqlStore(postgres_url, busy_seconds=5)
    with store.write() as tx:
        for creditor in (ME, OTHER):
            tx.creditors.add(creditor, CreditorProfile(name="Muster GmbH"), NOON)
    yield store
    store.close()


@pytest.fixture
def looking(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection that sees what others see."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def event(key: str) -> ConnectorEvent:
    return ConnectorEvent("org", EventKind.PAYMENT, EventChange.CHANGED, "in_1", NOON, key)


def arrives(store: SqlStore, key: str) -> None:
    with store.write() as tx:
        tx.inbox.add(ME, SHOP, [event(key)], b"{}", NOON)
        tx.jobs.events_arrived(ME, SHOP)


def fetched(connection: psycopg.Connection) -> tuple[str, dict] | None:
    """What a free worker would begin now: task and arguments."""
    worker = connection.execute("SELECT procrastinate_register_worker_v1()").fetchone()[0]
    row = connection.execute(
        "SELECT task_name, args, id FROM procrastinate_fetch_job_v2(NULL, %s)", [worker]
    ).fetchone()
    return None if row[2] is None else (row[0], row[1])


def finish(connection: psycopg.Connection) -> None:
    connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing'")


def stored(store: SqlStore) -> list[str]:
    with store.read() as tx:
        return [each.event.key for each in tx.inbox.waiting(ME, SHOP, NOON, 10)]


def test_a_job_comes_with_its_event_and_goes_with_it(shop, looking):
    with suppress(RuntimeError), shop.write() as tx:
        tx.inbox.add(ME, SHOP, [event("evt_lost")], b"{}", NOON)
        tx.jobs.events_arrived(ME, SHOP)
        raise RuntimeError("power cut")
    assert (stored(shop), fetched(looking)) == ([], None)
    arrives(shop, "evt_1")
    assert stored(shop) == ["evt_1"]
    assert fetched(looking) == ("sync", {"creditor": "muster", "connection": 7})
    assert fetched(looking) is None


def test_a_second_event_while_its_job_is_queued_is_stored_and_found(shop, looking):
    """The clash with the waiting job must cost the savepoint only, not the event beside it."""
    arrives(shop, "evt_1")
    arrives(shop, "evt_2")
    assert stored(shop) == ["evt_1", "evt_2"]
    assert fetched(looking) is not None
    assert fetched(looking) is None, "one job does for both"
    arrives(shop, "evt_3")
    assert stored(shop) == ["evt_1", "evt_2", "evt_3"]
    assert fetched(looking) is None, "never two of one connection at once"
    finish(looking)
    assert fetched(looking) is not None, "the third came while the job had looked already"


def test_the_clash_itself_rolls_back_to_the_savepoint_only(shop, looking):
    """Two hooks at once: the second one's job meets the first one's, which it could not see."""
    with shop.write() as first:
        first.jobs.events_arrived(ME, SHOP)
        second = threading.Thread(target=arrives, args=(shop, "evt_2"))
        second.start()
        until(lambda: looking.execute(BLOCKED).fetchone()[0])
    second.join(10)
    assert not second.is_alive()
    assert stored(shop) == ["evt_2"]
    assert fetched(looking) is not None
    assert fetched(looking) is None


def test_an_error_while_deferring_loses_no_event(shop, looking, monkeypatch, caplog):
    looking.execute("ALTER FUNCTION procrastinate_defer_jobs_v1 RENAME TO gone")
    try:
        arrives(shop, "evt_1")
    finally:
        looking.execute("ALTER FUNCTION gone RENAME TO procrastinate_defer_jobs_v1")
    with monkeypatch.context() as patch:
        patch.setattr(jobs_module, "_job", lambda _job: 1 / 0)
        arrives(shop, "evt_2")
    assert stored(shop) == ["evt_1", "evt_2"]
    assert fetched(looking) is None
    assert [record.levelname for record in caplog.records].count("ERROR") == 2
    with shop.read() as tx:
        assert tx.inbox.due(NOON) == [(ME, SHOP)], "where the scheduler looks"


def test_a_job_is_not_begun_before_the_event_that_counts_on_it_is_there(shop, looking):
    """evt_2 is stored while the job of evt_1 waits: no worker may look into the inbox before
    evt_2 is committed, or nobody would come for it.
    """
    arrives(shop, "evt_1")
    with shop.write() as tx:
        tx.inbox.add(ME, SHOP, [event("evt_2")], b"{}", NOON)
        tx.jobs.events_arrived(ME, SHOP)
        assert fetched(looking) is None
    assert fetched(looking) is not None
    assert stored(shop) == ["evt_1", "evt_2"]


def test_a_job_that_was_just_begun_does_not_count_for_a_new_event(shop, looking, postgres_url):
    """The worker's fetch is under way: the event waits for its end, and then brings a job."""
    arrives(shop, "evt_1")
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as worker:
        assert fetched(worker) is not None  # not committed
        thread = threading.Thread(target=arrives, args=(shop, "evt_2"))
        thread.start()
        until(lambda: looking.execute(BLOCKED).fetchone()[0])
        worker.commit()
        thread.join(10)
        assert not thread.is_alive()
    finish(looking)
    assert fetched(looking) is not None


def test_what_came_by_a_hook_goes_before_what_is_only_due(shop, looking):
    due = [FleetJob(FleetTask.SYNC, OTHER, ConnectionId(n)) for n in (1, 2)]
    with shop.write() as tx:
        assert tx.jobs.schedule([*due, FleetJob(FleetTask.SYNC, ME, SHOP)]) == 3
    arrives(shop, "evt_1")
    with shop.write() as tx:
        tx.jobs.account_changed(ME)
        tx.jobs.account_changed(ME)
    assert fetched(looking) == ("sync", {"creditor": "muster", "connection": 7})
    assert fetched(looking) == ("decide_and_deliver", {"creditor": "muster"})
    assert fetched(looking) == ("sync", {"creditor": "kanzlei", "connection": 1})
    finish(looking)
    # The due job of the shop stood behind its hook's in the same lock all the while.
    rest = [fetched(looking), fetched(looking), fetched(looking)]
    assert sorted(each[1]["connection"] for each in rest if each) == [2, 7]


def test_what_is_due_waits_once_and_behind_what_runs(shop, looking):
    job = FleetJob(FleetTask.DECIDE_AND_DELIVER, ME)
    with shop.write() as tx:
        assert tx.jobs.schedule([job]) == 1
    with shop.write() as tx:
        assert tx.jobs.schedule([job]) == 0
        assert tx.jobs.queue()[:2] == (1, 0)
    fetched(looking)
    with shop.write() as tx:
        assert tx.jobs.schedule([job]) == 0, "it runs"
        state = tx.jobs.queue()
    assert (state.waiting, state.running, state.oldest) == (0, 1, "")
    finish(looking)
    with shop.write() as tx:
        assert tx.jobs.schedule([job]) == 1
        assert datetime.fromisoformat(tx.jobs.queue().oldest).tzinfo is not None


def test_one_scheduler_at_a_time(shop):
    job = FleetJob(FleetTask.DECIDE_AND_DELIVER, ME)
    with shop.write() as one, shop.write() as two:
        assert one.jobs.schedule([job]) == 1
        assert two.jobs.schedule([job]) == 0
        assert two.jobs.take_over(timedelta()) == 0
    with shop.write() as tx:
        assert tx.jobs.queue().waiting == 1


def test_the_job_of_a_dead_worker_is_put_back(shop, looking):
    arrives(shop, "evt_1")
    fetched(looking)
    with shop.write() as tx:
        assert tx.jobs.take_over(HALF_A_MINUTE) == 0, "its heart beat just now"
    looking.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")
    with shop.write() as tx:
        assert tx.jobs.take_over(HALF_A_MINUTE) == 1
        assert tx.jobs.queue()[:2] == (1, 0)
        assert tx.jobs.queue().attempts == 1
    assert fetched(looking) is not None


def test_the_job_of_a_dead_worker_makes_way_for_its_successor(shop, looking):
    arrives(shop, "evt_1")
    fetched(looking)
    arrives(shop, "evt_2")
    looking.execute("DELETE FROM procrastinate_workers")
    with shop.write() as tx:
        assert tx.jobs.take_over(HALF_A_MINUTE) == 0
        assert tx.jobs.queue()[:2] == (1, 0)
    assert fetched(looking) is not None
    assert fetched(looking) is None


def test_on_sqlite_nothing_is_queued():
    store = SqlStore("sqlite://")
    store.migrate()
    with store.write() as tx:
        tx.creditors.add(ME, CreditorProfile(name="Muster GmbH"), NOON)
        tx.jobs.events_arrived(ME, SHOP)
        tx.jobs.account_changed(ME)
        assert tx.jobs.schedule([FleetJob(FleetTask.SYNC, ME, SHOP)]) == 0
        assert tx.jobs.take_over(HALF_A_MINUTE) == 0
        assert tx.jobs.queue() is None
    store.close()
    assert QueueState() == (0, 0, "", 0)
