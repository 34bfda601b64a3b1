"""The loop: one process that does everything that is due, for all creditors, until it is stopped.

Every second it looks for events, and every few seconds for what the clock or somebody at the
terminal made due; it hands both to a few threads. Two loops on one store share the work: what the
leases of ``worker.tasks`` give to one, the other leaves. A store that is away is waited for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from core.domain.model import CreditorId
from core.errors import STORE, MahnwerkError, Unavailable
from core.services.app import App
from core.services.housekeeping import KEEP_EVENTS, beat, forget_old_events, leave, seen_once
from core.services.owner import this_task
from worker import tasks
from worker.outcomes import Advanced, Decided
from worker.plan import Job, Kind, Plan

log = logging.getLogger(__name__)
THREADS = 4
# Seconds between two looks: for events, for what somebody has just done, for what the clock says.
EVENTS_EVERY, CHANGES_EVERY, CLOCK_EVERY = 1.0, 1.0, 15.0
# However many creditors there are, looking takes a small part of the time; but one look that took
# long, on a machine under load, must not put off the next for an hour.
_SHARE, _PAUSE_AT_MOST = 40, 120.0
AGAIN_AFTER = 0.5
BEAT_EVERY, TIDY_EVERY = 30.0, 6 * 3600.0
_LONGEST_WAIT = 60.0
# A flood of events must not keep the loop from everything else.
_BREATH = 0.05


class Loop:
    """Works until it is told to stop.

    Args:
        app: the composed application.
        threads: how many things are done at once; one of them is kept for events.
        only: the creditor to work for; None: all.
        keep_events: how long the raw bytes of events are kept after they were worked on.
    """

    def __init__(
        self,
        app: App,
        *,
        threads: int = THREADS,
        only: CreditorId | None = None,
        keep_events: timedelta = KEEP_EVENTS,
    ) -> None:
        self._app, self._threads, self._keep_events = app, threads, keep_events
        self._plan = Plan(app, only)
        self._running: dict[Job, Future[object]] = {}
        self._scheduled: list[Job] = []
        self._again: dict[Job, float] = {}  # not before; else what is left to others spins
        self._woken = threading.Event()
        self._changed = False
        self._ended = threading.Event()
        self._next: dict[str, float] = {}
        self._failures = 0
        self.name = ""

    def wake(self) -> None:
        """Something happened: an event came in, or somebody approved something."""
        self._changed = True
        self._woken.set()

    def stop(self) -> None:
        """Ends the work: what is under way is finished notice by notice, nothing new is begun."""
        self._ended.set()
        self._woken.set()

    def run(self, ended: threading.Event | None = None) -> None:
        """Works until ``stop``, or until ``ended`` is set and the loop woken."""
        self._ended = ended or self._ended
        self.name = this_task()
        log.info("worker %s begins", self.name)
        with ThreadPoolExecutor(self._threads, thread_name_prefix="work") as pool:
            while not self._ended.is_set():
                self._woken.clear()
                self._woken.wait(self._tick(pool))
                if not self._ended.is_set():
                    self._ended.wait(_BREATH)
        self._leave()
        log.info("worker %s ends", self.name)

    def once(self) -> list[Advanced]:
        """Does everything that is due for each creditor, and ends.

        Raises:
            Unavailable: the store is away.
        """
        seen_once(self._app)
        with ThreadPoolExecutor(self._threads, thread_name_prefix="work") as pool:
            done = list(pool.map(self._advance, self._plan.creditors()))
        self._tidy()
        return done

    def _advance(self, creditor: CreditorId) -> Advanced:
        """What goes wrong with one creditor stands in his answer."""
        try:
            return tasks.advance(self._app, creditor, stop=self._ended.is_set)
        except Exception as error:  # noqa: BLE001 — the others are worked for
            sentence, code = tasks.failed(self._app, creditor, error)
            return Advanced(creditor, (), Decided(creditor, error=sentence, exit_code=code))

    def _tick(self, pool: ThreadPoolExecutor) -> float:
        """Looks once and begins what is due; the seconds until the next look."""
        try:
            self._look(pool)
        except Exception as error:  # noqa: BLE001 — whatever it is, tomorrow's work is still to do
            return self._away(error)
        if self._failures:
            log.warning("the store is back after %d looks", self._failures)
            self._failures = 0
        return EVENTS_EVERY

    def _away(self, error: Exception) -> float:
        """The store cannot be asked: told once, asked again later each time."""
        if not self._failures:
            known = isinstance(error, MahnwerkError)
            what = "the store cannot be asked, the work waits for it: %s"
            log.error(what, error, exc_info=None if known else error)
        self._failures += 1
        return min(_LONGEST_WAIT, EVENTS_EVERY * (1 << min(self._failures, 12)))

    def _look(self, pool: ThreadPoolExecutor) -> None:
        self._collect()
        self._now_and_then("beat", BEAT_EVERY, lambda: beat(self._app, self.name, "loop"))
        self._now_and_then("tidy", TIDY_EVERY, self._tidy)
        if self._changed:
            self._now_and_then("changes", CHANGES_EVERY, self._look_for_changes)
        self._now_and_then("decisions", CLOCK_EVERY, self._look_for_decisions)
        self._now_and_then("readings", CLOCK_EVERY, self._look_for_readings)
        self._begin(pool)

    def _begin(self, pool: ThreadPoolExecutor) -> None:
        """Hands out what is due, as far as there are threads for it."""
        jobs = self._plan.in_order([*self._plan.events(), *self._scheduled], self._running)
        for job in jobs:
            if time.monotonic() < self._again.get(job, 0.0):
                continue
            busy = len(self._running)
            if busy >= self._threads:
                break
            # Long readings and sends never take the last thread: a payment comes in seconds.
            if job.kind is not Kind.EVENTS and busy >= max(1, self._threads - 1):
                break
            self._plan.begun(job)
            if job in self._scheduled:
                self._scheduled.remove(job)
            done = self._running[job] = pool.submit(self._do, job)
            done.add_done_callback(self._one_done)

    def _one_done(self, _done: Future[object]) -> None:
        self._woken.set()

    def _do(self, job: Job) -> object:
        if self._ended.is_set():
            return None
        stop = self._ended.is_set
        if job.kind is Kind.DECIDE:
            return tasks.decide_and_deliver(self._app, job.creditor, stop=stop)
        return tasks.sync(self._app, job.creditor, job.connection, stop=stop)

    def _collect(self) -> None:
        """Takes back what is done. Work of which nothing is known is told; the loop goes on.

        Raises:
            Unavailable: the store was away while something was done.
        """
        away: Unavailable | None = None
        for job, future in list(self._running.items()):
            if not future.done():
                continue
            del self._running[job]
            self._again[job] = time.monotonic() + AGAIN_AFTER
            error = future.exception()
            if isinstance(error, Unavailable) and error.connector == STORE:
                away = error
            elif error is not None:
                log.error("%s for %s failed", job.kind.name, job.creditor, exc_info=error)
            else:
                self._plan.ended(job, future.result())
        if away is not None:
            raise away

    def _now_and_then(self, what: str, every: float, do: Callable[[], None]) -> bool:
        """Does something when it is time for it; the longer it takes, the less often."""
        began = time.monotonic()
        if began < self._next.get(what, 0.0):
            return False
        do()
        ended = time.monotonic()
        self._next[what] = ended + max(every, min(_PAUSE_AT_MOST, _SHARE * (ended - began)))
        return True

    def _look_for_changes(self) -> None:
        self._changed = False
        self._look_for_decisions()

    def _look_for_decisions(self) -> None:
        self._scheduled = [job for job in self._scheduled if job.kind is not Kind.DECIDE]
        self._scheduled += self._plan.decisions()

    def _look_for_readings(self) -> None:
        self._scheduled = [job for job in self._scheduled if job.kind is not Kind.READ]
        self._scheduled += self._plan.readings()

    def _tidy(self) -> None:
        for creditor in self._plan.creditors():
            forget_old_events(self._app, creditor, self._keep_events)

    def _leave(self) -> None:
        try:
            leave(self._app, self.name)
        except MahnwerkError as error:
            log.warning("worker %s could not say that it ends: %s", self.name, error)


__all__ = ["THREADS", "Loop"]
