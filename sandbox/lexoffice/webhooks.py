"""Delivery of webhooks with the platform's schedule of retries, in compressed time (§3.5).

Reference: https://developers.lexware.io/docs/ (webhooks). What is not written there is chosen
here: a refused connection and a timeout are retried like 5xx, and one thread delivers, so that
what one subscriber does slowly is late for the others as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import requests

from sandbox.common.courier import NO_ANSWER, NO_SUCH_HOST, Courier, post
from sandbox.lexoffice import signing
from sandbox.lexoffice.model import Subscription
from sandbox.lexoffice.wire import stamp
from sandbox.lexoffice.world import World

FIRST_PHASE = (10, 20, 40, 80, 160)
PAUSE = 30 * 60
SECOND_PHASE = (PAUSE, *[2 * 60 * 60] * 19)  # 20 tries, the first after the pause
RETRY_AFTER = (*FIRST_PHASE, *SECOND_PHASE)  # seconds before each retry
_RETRIED = frozenset({401, 403, 404, 429})


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


class Webhooks(Courier[_Job]):
    """Signs events and delivers them until they are accepted, given up, or the thread stops."""

    def __init__(self, world: World, time_factor: float) -> None:
        super().__init__(self._take, time_factor)
        self._world = world
        self.attempts: list[Attempt] = []
        world.listeners.append(self.offer)

    def offer(self, event: str, resource: str, at: datetime) -> None:
        """Queues an event for everyone who subscribed to it."""
        wanted = [s for s in self._world.subscriptions.values() if s.event == event]
        if not wanted:
            return
        body = self.payload(event, resource, at)
        for each in wanted:
            self.push(0.0, _Job(each, body, event, resource))

    def payload(self, event: str, resource: str, at: datetime) -> bytes:
        """Exactly four fields, compact; a pointer, never the data."""
        fields = {
            "organizationId": self._world.organization_id,
            "eventType": event,
            "resourceId": resource,
            "eventDate": stamp(at),
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    def _take(self, session: requests.Session, job: _Job) -> None:
        known = job.subscription.id in self._world.subscriptions
        if not known and job.event != "token.revoked":  # the last word of a key that has ended
            return
        headers = {"Content-Type": "application/json", signing.HEADER: signing.sign(job.body)}
        # More redirects than are followed is a status of its own, and not retried.
        status = post(session, job.subscription.url, job.body, headers)
        self.attempts.append(
            Attempt(job.event, job.resource, job.subscription.url, job.tried, status)
        )
        if status == 410:
            self._forget(job)
        elif status in _RETRIED or status >= 500 or status <= NO_ANSWER:
            if job.tried < len(RETRY_AFTER):
                again = _Job(job.subscription, job.body, job.event, job.resource, job.tried + 1)
                self.push(RETRY_AFTER[job.tried], again)
            elif status in {404, NO_SUCH_HOST}:
                self._forget(job)

    def _forget(self, job: _Job) -> None:
        with self._world.lock:
            self._world.subscriptions.pop(job.subscription.id, None)
