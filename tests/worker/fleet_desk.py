"""A fleet whose jobs only tell what they were called with; the queue is real."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import psycopg
from waiting import until

from core.domain.model import ConnectionId, CreditorId, CreditorProfile
from core.services.schedule import DueWork
from core.store.unit import SqlStore
from worker import fleet as fleet_module
from worker import tasks
from worker.fleet import Fleet, Pulse

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
ME, OTHER = CreditorId("muster"), CreditorId("kanzlei")
QUICK = Pulse(look_out=1, clock=1, beat=0.2, dead_after=1.0, fetch=0.05)
PATIENT = Pulse(look_out=60, clock=60, beat=60.0, dead_after=600.0, fetch=0.05)


class Desk:
    """Two creditors, and what was done for them in the order in which it began."""

    def __init__(self, url, monkeypatch):
        self.address = url.replace("+psycopg", "")
        self.store = SqlStore(url, busy_seconds=5)
        self.clock = SimpleNamespace(now=lambda: NOON)
        with self.store.write() as tx:
            for creditor in (ME, OTHER):
                tx.creditors.add(creditor, CreditorProfile(name="Muster"), self.clock.now())
        self.app = SimpleNamespace(store=self.store, clock=self.clock)
        self.looking = psycopg.connect(self.address, autocommit=True)
        self.begun, self.running, self.most = [], set(), 0
        self.due = DueWork((), ())
        self.act = lambda *_: None
        self._turn = threading.Lock()
        monkeypatch.setattr(tasks, "sync", self._sync)
        monkeypatch.setattr(tasks, "decide_and_deliver", self._decide)
        monkeypatch.setattr(fleet_module, "due_work", lambda _app: self.due)

    def close(self):
        self.looking.close()
        self.store.close()

    def _sync(self, _app, creditor, connection, *, stop):
        self._called((creditor, connection), stop)

    def _decide(self, _app, creditor, *, stop):
        self._called((creditor, "decide"), stop)

    def _called(self, what, stop):
        with self._turn:
            assert what not in self.running, f"{what} twice at once"
            self.begun.append(what)
            self.running.add(what)
            self.most = max(self.most, len(self.running))
        try:
            self.act(what, stop)
        finally:
            with self._turn:
                self.running.discard(what)

    def arrives(self, creditor, connection):
        with self.store.write() as tx:
            tx.jobs.events_arrived(creditor, ConnectionId(connection))

    def fleet(self, pulse=PATIENT, **more):
        return Fleet(self.app, self.address, pulse=pulse, **more)

    def work(self, **more):
        """One worker until nothing is left."""
        self.fleet(**more).run(wait=False)

    @contextmanager
    def working(self, *fleets):
        """Workers that run while the block does."""
        threads = [threading.Thread(target=each.run) for each in fleets]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            for each in fleets:
                each.stop()
            for each in threads:
                each.join(30)
                assert not each.is_alive()

    def jobs(self):
        found = "SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'look_out'"
        return self.looking.execute(found).fetchone()[0]

    def workers(self):
        with self.store.read() as tx:
            return [each.kind for each in tx.work.workers()]

    def dead_worker_fetches(self):
        """As after kill -9: a job that is begun, of a worker whose heart stands still."""
        self.looking.execute(
            "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '5 minutes') RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM w)"
        )

    def until(self, count):
        until(lambda: len(self.begun) >= count, 30)
