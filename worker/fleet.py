"""One worker of a fleet: the functions of ``worker.tasks`` as Procrastinate's jobs on PostgreSQL.

A job says only where to look; what is to be done stands in our own tables. So a job that fails is
not kept and tried again, which would keep its lock waiting: it is dropped, and when the time for
the next try has come (of an event, a connection or a creditor, each with its own growing wait) the
scheduler defers a new one. The scheduler is a job too, so that one worker at a time does it,
whichever has a hand free.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from core.domain.model import ConnectionId, CreditorId
from core.errors import MahnwerkError
from core.ports.fleet import HOOKS, FleetJob, FleetTask
from core.services.app import App
from core.services.housekeeping import KEEP_EVENTS, beat, forget_old_events, leave
from core.services.owner import this_task
from core.services.schedule import due_work
from worker import tasks

if TYPE_CHECKING:
    from procrastinate import App as Queue
    from procrastinate.worker import Worker

log = logging.getLogger(__name__)
AT_ONCE = 4  # jobs of one worker at the same time; most of a job is waiting for a platform
KIND = "fleet"  # of a worker that was seen
LOOK_OUT = "look_out"
_LONGEST_WAIT = 30.0  # seconds between two tries to reach a database that is away
_TIDY_EVERY = 6 * 3600.0
_ABOVE_ALL = 100  # priority of the scheduler, or a long queue would hide what is urgent


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds: between two looks at events that wait (they divide a minute), between two signs of
    life, and without any after which a worker counts as dead and its jobs are taken over.
    """

    look_out: int = 5
    clock: int = 15  # between two looks at what the clock makes due, which cost more
    beat: float = 10.0
    dead_after: float = 30.0
    fetch: float = 1.0  # a free hand looks by itself, should a notification have passed it by


class Fleet:
    """A worker that takes jobs until it is told to stop.

    Args:
        app: the composed application, its store on PostgreSQL.
        address: of the same database for PostgreSQL's own driver; it may hold a password.
        at_once: jobs at the same time, at least two: one hand is kept for what came by a hook.
        keep_events: how long the raw bytes of events are kept after they were worked on.
        pulse: how often it does what.
        deserted: says that whoever started this process has gone, so that it should end.

    """

    def __init__(
        self,
        app: App,
        address: str,
        *,
        at_once: int = AT_ONCE,
        keep_events: timedelta = KEEP_EVENTS,
        pulse: Pulse | None = None,
        deserted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._app, self._address, self._keep_events = app, address, keep_events
        self._at_once, self._pulse, self._deserted = at_once, pulse or Pulse(), deserted
        self._looked = False
        self._tidied: float | None = None
        self._stopping = threading.Event()
        self.name = ""
        self._wake: Callable[[], object] = lambda: None

    def run(self, *, wait: bool = True) -> None:
        """Works until ``stop``; with ``wait=False`` until no job is left.

        A database that is away is waited for, longer each time.
        """
        self.name = this_task()
        failures = 0
        while not self._stopping.is_set():
            begun = monotonic()
            try:
                asyncio.run(self._work(wait=wait))
            except Exception as error:  # noqa: BLE001 - whatever it is, others need this worker
                _tell(error, first=failures == 0)
            else:
                # It also ends when a side task of it failed, such as its heartbeat.
                if not wait:
                    return
            failures = 1 if monotonic() - begun > _LONGEST_WAIT else failures + 1
            self._stopping.wait(min(_LONGEST_WAIT, 2.0 ** (failures - 1)))

    def stop(self) -> None:
        """Ends ``run`` when the jobs under way have ended; they are told to be quick about it."""
        self._stopping.set()
        self._wake()

    async def _work(self, *, wait: bool) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._at_once + 2, "mahnwerk"))
        async with self._queue().open_async() as queue:
            # Long readings never take the last hand: a payment comes in seconds.
            hands = (
                self._hands(queue, max(1, self._at_once - 1), wait=wait),
                self._hands(queue, 1, wait=wait, queues=[HOOKS]),
            )
            self._wake = lambda: [each.stop() for each in hands]  # type: ignore[no-untyped-call]
            with _Signals(loop, self.stop):
                over = asyncio.Event()
                life = asyncio.create_task(self._live(over))
                try:
                    if not self._stopping.is_set():
                        await self._run(hands, wait=wait)
                finally:
                    self._wake = lambda: None
                    over.set()
                    await life  # not cancelled: a sign of life after the leave would stay behind
                    await asyncio.to_thread(self._leave)

    async def _run(self, hands: Sequence[Worker], *, wait: bool) -> None:
        """Until all have ended; where one ends by itself, which only a failure makes it do, so do
        the others.
        """
        runs = [asyncio.create_task(each.run()) for each in hands]  # type: ignore[no-untyped-call]
        if wait:
            await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
            self._wake()
        ended = await asyncio.gather(*runs, return_exceptions=True)
        for each in ended:
            if isinstance(each, BaseException):
                raise each

    def _hands(
        self, queue: Queue, number: int, *, wait: bool, queues: list[str] | None = None
    ) -> Worker:
        from procrastinate.worker import Worker

        return Worker(
            queue,
            queues=queues,
            name=self.name,
            concurrency=number,
            wait=wait,
            fetch_job_polling_interval=self._pulse.fetch,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=self._pulse.beat,
            stalled_worker_timeout=self._pulse.dead_after,
        )

    def _queue(self) -> Queue:
        from procrastinate import App as Queue
        from procrastinate import PsycopgConnector

        from worker.fleet_queue import OneFetch

        connector = PsycopgConnector(
            conninfo=self._address, min_size=1, max_size=4, timeout=10.0, name="mahnwerk-fleet"
        )
        queue = Queue(connector=connector)
        queue.job_manager = OneFetch(connector)
        queue.task(name=FleetTask.SYNC.value)(self._sync)
        queue.task(name=FleetTask.DECIDE_AND_DELIVER.value)(self._decide_and_deliver)
        one = queue.task(name=LOOK_OUT, lock=LOOK_OUT, queueing_lock=LOOK_OUT, priority=_ABOVE_ALL)
        queue.periodic(cron=f"* * * * * */{self._pulse.look_out}")(one(self._look_out))
        return queue

    def _sync(self, creditor: str, connection: int) -> None:
        tasks.sync(
            self._app, CreditorId(creditor), ConnectionId(connection), stop=self._stopping.is_set
        )

    def _decide_and_deliver(self, creditor: str) -> None:
        tasks.decide_and_deliver(self._app, CreditorId(creditor), stop=self._stopping.is_set)

    def _look_out(self, timestamp: int) -> None:
        """Puts into the queue what nobody came for by a hook; ``timestamp``: of the tick, in
        seconds, the same for all workers.
        """
        jobs: list[FleetJob]
        first, self._looked = not self._looked, True
        if first or timestamp % self._pulse.clock < self._pulse.look_out:
            found = due_work(self._app)
            jobs = [FleetJob(FleetTask.SYNC, *each) for each in found.connections]
            jobs += [FleetJob(FleetTask.DECIDE_AND_DELIVER, each) for each in found.creditors]
        else:
            with self._app.store.read() as tx:
                events = tx.inbox.due(self._app.clock.now())
            jobs = [FleetJob(FleetTask.SYNC, *each) for each in events]
        with self._app.store.write() as tx:
            tx.jobs.schedule(jobs)
        if self._tidied is None or monotonic() - self._tidied > _TIDY_EVERY:
            self._tidied = monotonic()
            self._tidy()

    def _tidy(self) -> None:
        with self._app.store.read() as tx:
            creditors = [each.id for each in tx.creditors.all()]
        for creditor in creditors:
            forget_old_events(self._app, creditor, self._keep_events)

    async def _live(self, over: asyncio.Event) -> None:
        """Signs of life, and an end when whoever started this process is gone."""
        while not over.is_set():
            await asyncio.to_thread(self._beat)
            for _ in range(max(1, round(self._pulse.beat))):
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), min(1.0, self._pulse.beat))
                if over.is_set():
                    break
                # Once more: a worker that only just begins forgets what it was told before.
                if self._stopping.is_set() or self._deserted():
                    self.stop()

    def _beat(self) -> None:
        """Says that this worker lives, and takes over from those that do not. Every worker does:
        the scheduler's own job may be what a dead one left behind.
        """
        try:
            beat(self._app, self.name, KIND)
            with self._app.store.write() as tx:
                taken = tx.jobs.take_over(timedelta(seconds=self._pulse.dead_after))
        except MahnwerkError as error:
            log.warning("the sign of life could not be stored: %s", error)
            return
        if taken:
            log.warning("%d jobs of workers that died were taken over", taken)

    def _leave(self) -> None:
        try:
            leave(self._app, self.name)
        except MahnwerkError as error:
            log.warning("the worker could not be signed off: %s", error)


class _Signals:
    """SIGTERM and SIGINT: the first one stops in order, the second one at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
        self._loop, self._stop, self._asked = loop, stop, False
        # Elsewhere than in a main thread of Unix, whoever started us stops us.
        self._mine = os.name != "nt" and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> None:
        for each in (signal.SIGTERM, signal.SIGINT) if self._mine else ():
            self._loop.add_signal_handler(each, self._received)

    def __exit__(self, *_: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT) if self._mine else ():
            self._loop.remove_signal_handler(each)

    def _received(self) -> None:
        if self._asked:
            os._exit(os.EX_TEMPFAIL)  # as if killed: what is under way is found by the next one
        self._asked = True
        self._stop()


def _tell(error: Exception, *, first: bool) -> None:
    """Once per outage what it is, then only that it goes on."""
    if first:
        log.error("the worker could not go on and tries again: %s", error, exc_info=error)
    else:
        log.info("the worker still cannot go on: %s", error)
