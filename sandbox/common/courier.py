"""A thread that takes webhooks to their receivers, later ones later, until it is told to stop."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import requests

TIMEOUT_SECONDS = 5.0
NO_SUCH_HOST = -1
NO_ANSWER = 0
REDIRECTED = 310  # more often than is followed

J = TypeVar("J")


class Courier(Generic[J]):
    """Hands jobs to ``deliver`` one after the other, each when it is due.

    One thread delivers, so what one receiver does slowly is late for the others as well.

    Args:
        deliver: takes one job to its receiver; may push it again.
        factor: seconds here per second of the platform's schedule.
    """

    def __init__(self, deliver: Callable[[requests.Session, J], None], factor: float) -> None:
        self._deliver, self._factor = deliver, factor
        self._queue: list[tuple[float, int, J]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._busy = self._ended = False
        self._thread: threading.Thread | None = None

    def push(self, after: float, job: J) -> None:
        """Queues a job that is due in ``after`` seconds of the platform."""
        with self._wake:
            due = time.monotonic() + after * self._factor
            heapq.heappush(self._queue, (due, next(self._order), job))
            if self._thread is None:
                self._ended = False
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def stop(self) -> None:
        with self._wake:
            self._ended = True
            self._queue.clear()
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(TIMEOUT_SECONDS + 1)
            self._thread = None

    def wait(self, timeout: float = 10.0) -> bool:
        """Waits until nothing is left to deliver; False when that takes longer."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._queue and not self._busy, timeout)

    def pending(self) -> int:
        with self._wake:
            return len(self._queue) + self._busy

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

    def _next(self) -> J | None:
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


def post(
    session: requests.Session,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    redirects: bool = True,
) -> int:
    """The status of the receiver's answer, or one of the numbers above."""
    try:
        with session.post(
            url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=redirects
        ) as answer:
            return answer.status_code
    except requests.TooManyRedirects:
        return REDIRECTED
    except requests.ConnectionError as error:
        unknown = "NameResolution" in repr(error) or "getaddrinfo" in repr(error)
        return NO_SUCH_HOST if unknown else NO_ANSWER
    except requests.RequestException:
        return NO_ANSWER
