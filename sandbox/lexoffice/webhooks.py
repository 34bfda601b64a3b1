"""Delivery of webhooks with the platform's schedule of retries, in compressed time (§3.5).

Reference: https://developers.lexware.io/docs/ (webhooks). What is not written there is chosen
here: a refused connection and a timeout are retried like 5xx, and one thread delivers, so that
what one subscriber does slowly is late for the others as well.
"""

from __future__ import annotations

import heapq
import itertools
import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime

import requests

from sandbox.lexoffice import signing
from sandbox.lexoffice.model import Subscription
from sandbox.lexoffice.wire import stamp
from sandbox.lexoffice.world import World

FIRST_PHASE = (10, 20, 40, 80, 160)
PAUSE = 30 * 60
SECOND_PHASE = (PAUSE, *[2 * 60 * 60] * 19)  # 20 tries, the first after the pause
RETRY_AFTER = (*FIRST_PHASE, *SECOND_PHASE)  # seconds before each retry
_RETRIED = frozenset({401, 403, 404, 429})
_TIMEOUT_SECONDS = 5.0
_NO_SUCH_HOST = -1
_NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try; ``status`` 0: no answer, -1: the host does not exist."""

    event: str
    resource: str
    url: str
    number: int  # 0 is the first try
    status: int


@dataclass(frozen=True, slots=True)
class _Job:
    subscription: Subscription
    body: bytes
    event: str
    resource: str
    tried: int = 0


class Webhooks:
    """Signs events and delivers them until they are accepted, given up, or the thread stops."""

    def __init__(self, world: World, time_factor: float) -> None:
        self._world, self._factor = world, time_factor
        self._queue: list[tuple[float, int, _Job]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._busy = self._ended = False
        self._thread: threading.Thread | None = None
        self.attempts: list[Attempt] = []
        world.listeners.append(self.offer)

    def offer(self, event: str, resource: str, at: datetime) -> None:
        """Queues an event for everyone who subscribed to it."""
        wanted = [s for s in self._world.subscriptions.values() if s.event == event]
        if not wanted:
            return
        body = self.payload(event, resource, at)
        for each in wanted:
            self._push(0.0, _Job(each, body, event, resource))

    def payload(self, event: str, resource: str, at: datetime) -> bytes:
        """Exactly four fields, compact; a pointer, never the data."""
        fields = {
            "organizationId": self._world.organization_id,
            "eventType": event,
            "resourceId": resource,
            "eventDate": stamp(at),
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    def stop(self) -> None:
        with self._wake:
            self._ended = True
            self._queue.clear()
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(_TIMEOUT_SECONDS + 1)
            self._thread = None

    def wait(self, timeout: float = 10.0) -> bool:
        """Waits until nothing is left to deliver; False when that takes longer."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._queue and not self._busy, timeout)

    def pending(self) -> int:
        with self._wake:
            return len(self._queue) + self._busy

    def _push(self, after: float, job: _Job) -> None:
        with self._wake:
            due = time.monotonic() + after * self._factor
            heapq.heappush(self._queue, (due, next(self._order), job))
            if self._thread is None:
                self._ended = False
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _run(self) -> None:
        with requests.Session() as session:
            session.max_redirects = 3
            session.trust_env = False  # no proxy between two programs of one machine
            while True:
                job = self._next()
                if job is None:
                    return
                try:
                    self._deliver(session, job)
                finally:
                    with self._wake:
                        self._busy = False
                        self._wake.notify_all()

    def _next(self) -> _Job | None:
        with self._wake:
            while not self._ended:
                if self._queue:
                    left = self._queue[0][0] - time.monotonic()
                    if left <= 0:
                        self._busy = True
                        return heapq.heappop(self._queue)[2]
                    self._wake.wait(left)
                else:
                    self._wake.wait()
        return None

    def _deliver(self, session: requests.Session, job: _Job) -> None:
        known = job.subscription.id in self._world.subscriptions
        if not known and job.event != "token.revoked":  # the last word of a key that has ended
            return
        status = _post(session, job)
        self.attempts.append(
            Attempt(job.event, job.resource, job.subscription.url, job.tried, status)
        )
        if status == 410:
            self._forget(job)
        elif status in _RETRIED or status >= 500 or status <= _NO_ANSWER:
            if job.tried < len(RETRY_AFTER):
                again = _Job(job.subscription, job.body, job.event, job.resource, job.tried + 1)
                self._push(RETRY_AFTER[job.tried], again)
            elif status in {404, _NO_SUCH_HOST}:
                self._forget(job)

    def _forget(self, job: _Job) -> None:
        with self._world.lock:
            self._world.subscriptions.pop(job.subscription.id, None)


def _post(session: requests.Session, job: _Job) -> int:
    headers = {"Content-Type": "application/json", signing.HEADER: signing.sign(job.body)}
    try:
        with session.post(
            job.subscription.url, data=job.body, headers=headers, timeout=_TIMEOUT_SECONDS
        ) as answer:
            return answer.status_code
    except requests.TooManyRedirects:
        return 310  # not retried
    except requests.ConnectionError as error:
        unknown = "NameResolution" in repr(error) or "getaddrinfo" in repr(error)
        return _NO_SUCH_HOST if unknown else _NO_ANSWER
    except requests.RequestException:
        return _NO_ANSWER
