"""Work for the fleet; on SQLite, where no fleet runs, the loop finds the work by itself.

A job says only where to look: the events, and what is due, stand in our own tables. So nothing is
lost with a job, and one too many does no harm. What must not happen is that an event waits and no
job will come for it:

* A clash with a waiting job rolls back to a savepoint only, never the event beside it.
* A waiting job counts only while its row is held until the event is committed. Otherwise a worker
  could fetch it and look into the inbox just before the event is there to be seen.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.ports.fleet import FleetJob, FleetTask, QueueState
from core.store.base import Repo

if TYPE_CHECKING:
    import psycopg
    from procrastinate import App
    from procrastinate.jobs import Job
    from procrastinate.types import JSONValue

_LOG = logging.getLogger(__name__)
_URGENT, _DUE = 10, 0  # priorities: what came by a hook goes before what is only due
_TRIES = 3  # a clash is looked at again; more in a row than that do not happen by chance
_LEADER = 7_246_247  # any number, the same for all: one scheduler at a time

# FOR KEY SHARE: workers skip the row (they fetch FOR UPDATE SKIP LOCKED) until this transaction
# ends, and transactions that store other events are not hindered.
_WAITS = (
    "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR KEY SHARE"
)
_LOCKS = sa.text("SELECT DISTINCT lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
_LEADS = sa.select(sa.func.pg_try_advisory_xact_lock(_LEADER))
_ORPHANS = sa.text(
    "SELECT job.id, EXISTS (SELECT 1 FROM procrastinate_jobs AS next"
    " WHERE next.queueing_lock = job.queueing_lock AND next.status = 'todo')"
    " FROM procrastinate_jobs AS job"
    " LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing' AND (worker.id IS NULL"
    " OR worker.last_heartbeat < now() - make_interval(secs => :seconds))"
    " ORDER BY job.id FOR UPDATE OF job SKIP LOCKED"
)
_PUT_BACK = sa.text("SELECT procrastinate_retry_job_v2(:id, NULL, NULL, NULL, NULL)")
_DROP = sa.text("SELECT procrastinate_finish_job_v1(:id, 'failed', true)")
_QUEUE = sa.text(
    "SELECT count(*) FILTER (WHERE job.status = 'todo'),"
    " count(*) FILTER (WHERE job.status = 'doing'),"
    " to_char(min(event.at) FILTER (WHERE job.status = 'todo') AT TIME ZONE 'UTC',"
    """ 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),"""
    " coalesce(max(job.attempts), 0)"
    " FROM procrastinate_jobs AS job LEFT JOIN procrastinate_events AS event"
    " ON event.job_id = job.id AND event.type = 'deferred'"
    " WHERE job.status IN ('todo', 'doing')"
)


@lru_cache(maxsize=1)
def _deferring() -> App:
    """Procrastinate for putting jobs into the queue; never opened: it gets our connections."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


def _job(job: FleetJob) -> Job:
    from procrastinate.jobs import Job

    return Job(
        queue=job.queue,
        priority=_URGENT if job.urgent else _DUE,
        lock=job.lock,
        queueing_lock=job.queueing_lock,
        task_name=job.task.value,
        task_kwargs=_arguments(job),
    )


def _arguments(job: FleetJob) -> dict[str, JSONValue]:
    if job.task is FleetTask.SYNC:
        return {"creditor": job.creditor, "connection": job.connection}
    return {"creditor": job.creditor}


class Jobs(Repo):
    def events_arrived(self, creditor: CreditorId, connection: ConnectionId) -> None:
        """The inbox of this connection has something new."""
        self._defer(FleetJob(FleetTask.SYNC, creditor, connection, urgent=True))

    def account_changed(self, creditor: CreditorId) -> None:
        """Something was approved, or a decision is wanted, for this creditor."""
        self._defer(FleetJob(FleetTask.DECIDE_AND_DELIVER, creditor, urgent=True))

    def _defer(self, job: FleetJob) -> None:
        """In the caller's transaction. Whatever goes wrong with a new job never takes that along:
        what it would have looked at is found by the scheduler too, a few seconds later.
        """
        if self._sqlite:
            return
        from procrastinate.exceptions import AlreadyEnqueued

        driver = self._driver()
        for _ in range(_TRIES):
            # Nearly always all there is to do, so by the shortest way: a hook waits for it.
            if driver.execute(_WAITS, (job.queueing_lock,)).fetchone():
                return
            try:
                with self._db.begin_nested():
                    self._put(job)
            except AlreadyEnqueued:
                continue  # it came in since we looked: look again, to hold that one
            except Exception:  # noqa: BLE001 - whatever it is, the event beside it is worth more
                _LOG.exception("no job for the fleet; the scheduler will find the work")
            return

    def _put(self, job: FleetJob) -> None:
        made = _job(job)
        _deferring().configure_task(
            made.task_name,
            queue=made.queue,
            lock=made.lock,
            queueing_lock=made.queueing_lock,
            priority=made.priority,
            connection=self._driver(),
        ).defer(**made.task_kwargs)

    def _driver(self) -> psycopg.Connection[tuple[object, ...]]:
        """The driver's connection under this transaction."""
        import psycopg

        raw = self._db.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)  # noqa: S101 - the only other driver
        return raw

    def schedule(self, jobs: Sequence[FleetJob]) -> int:
        """Defers those whose lock is neither taken nor waited for; returns how many that were."""
        if self._sqlite or not jobs or not self._db.execute(_LEADS).scalar():
            return 0
        known = set(self._db.execute(_LOCKS).scalars())
        new = {job.lock: job for job in jobs if job.lock not in known}
        if not new:
            return 0
        # In one order, so that two transactions that put several never wait for each other.
        made = [_job(new[lock]) for lock in sorted(new)]
        manager = _deferring().job_manager
        return len(manager.batch_defer_jobs(jobs=made, connection=self._driver()))

    def take_over(self, dead_after: timedelta) -> int:
        """Puts back jobs whose worker has said nothing for so long; returns how many."""
        if self._sqlite or not self._db.execute(_LEADS).scalar():
            return 0
        orphans = self._db.execute(_ORPHANS, {"seconds": dead_after.total_seconds()}).all()
        for id_, succeeded in orphans:
            self._db.execute(_DROP if succeeded else _PUT_BACK, {"id": id_})
        return sum(not succeeded for _, succeeded in orphans)

    def queue(self) -> QueueState | None:
        """None where there is no queue."""
        if self._sqlite:
            return None
        waiting, running, oldest, attempts = self._db.execute(_QUEUE).one()
        return QueueState(waiting, running, oldest or "", attempts)
