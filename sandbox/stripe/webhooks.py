"""Delivery of events to endpoints: signed, retried, and out of order if asked for (§4 Delivery).

The intervals between retries are not published; those here are chosen to end after three days in
live mode, and after the third within hours in test mode.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import requests

from sandbox.common.courier import Courier, post
from sandbox.stripe import signing
from sandbox.stripe.endpoints import Endpoint, Endpoints
from sandbox.stripe.events import DELIVERED, FAILED, PENDING, Event, Feed
from sandbox.stripe.versions import account_version
from sandbox.stripe.world import World

_HOUR = 3600
TEST_RETRIES = (300, 1800, 2 * _HOUR)  # seconds before each
LIVE_RETRIES = (300, 1800, 2 * _HOUR, 5 * _HOUR, *[10 * _HOUR] * 6)  # 67.6 hours in all


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try; ``status`` 0: no answer, -1: the host does not exist."""

    event: str
    type: str
    endpoint: str
    url: str
    number: int  # 0 is the first try
    status: int


@dataclass(frozen=True, slots=True)
class _Job:
    event: Event
    endpoint: Endpoint
    body: bytes
    signature: str = ""  # of the first try; "" before it
    tried: int = 0


class Webhooks(Courier[_Job]):
    """Sends each event to the endpoints that want it, until it is accepted or given up."""

    def __init__(self, world: World, feed: Feed, endpoints: Endpoints, time_factor: float) -> None:
        super().__init__(self._take, time_factor)
        self._world, self._feed, self._endpoints = world, feed, endpoints
        self._held: list[_Job] | None = None
        self.attempts: list[Attempt] = []
        feed.takers.append(self.offer)

    def offer(self, event: Event) -> None:
        """Queues an event for every endpoint that wants it."""
        jobs = self._endpoints.table.values()
        wanted = [each for each in jobs if each.wants(event.type)]
        for each in wanted:
            event.endpoints[each.id] = PENDING
        for each in wanted:
            self._queue_or_hold(_Job(event, each, self.body(event, each)))

    def again(self, event: Event) -> None:
        """Sends an event once more to everyone who wants it, as a person or a doubt of Stripe's."""
        for each in self._endpoints.table.values():
            if each.wants(event.type):
                self._queue_or_hold(_Job(event, each, self.body(event, each)))

    def hold(self) -> None:
        """Keeps what would be delivered from now on."""
        self._held = [] if self._held is None else self._held

    def release(self, *, shuffled: int | None = None, times: int = 1) -> None:
        """Delivers what was held: in its order, or mixed by a number; each so many times."""
        held, self._held = (self._held or []) * times, None
        if shuffled is not None:
            random.Random(shuffled).shuffle(held)  # noqa: S311 - repeatable on purpose
        for each in held:
            self.push(0.0, each)

    def body(self, event: Event, endpoint: Endpoint) -> bytes:
        """The bytes that are sent and signed; indented as Stripe's are, so that nobody re-writes."""
        if self._world.variants["event_payload"] == "thin":
            found = self._feed.thin(event)
        else:
            version = endpoint.api_version or account_version(self._world)
            found = self._feed.shown(event, version, connected=endpoint.connect)
        return json.dumps(found, ensure_ascii=False, indent=2).encode()

    def sign(self, body: bytes, secrets: Sequence[str], at: int | None = None) -> str:
        """The header for these bytes, now or at another second."""
        second = self._world.now() if at is None else at
        v0 = self._world.variants["v0_signature"] == "present"
        return signing.header(secrets, second, body, v0=v0)

    def _queue_or_hold(self, job: _Job) -> None:
        if self._held is None:
            self.push(0.0, job)
        else:
            self._held.append(job)

    def _take(self, session: requests.Session, job: _Job) -> None:
        endpoint = job.endpoint
        if endpoint.id not in self._endpoints.table or not endpoint.enabled:
            return  # a disabled or deleted endpoint stops retries
        anew = self._world.variants["retry_signature"] == "fresh" or not job.signature
        header = self.sign(job.body, endpoint.secrets(self._world.now())) if anew else job.signature
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            signing.HEADER: header,
        }
        follow = self._world.variants["redirects"] == "followed"
        status = post(session, endpoint.url, job.body, headers, redirects=follow)
        made = Attempt(job.event.id, job.event.type, endpoint.id, endpoint.url, job.tried, status)
        self.attempts.append(made)
        if 200 <= status < 300:
            job.event.endpoints[endpoint.id] = DELIVERED
        else:
            self._failed(replace(job, signature=header))

    def _failed(self, job: _Job) -> None:
        """Everything but 2xx is a failure, redirects included (§4)."""
        retries = LIVE_RETRIES if self._world.livemode else TEST_RETRIES
        if job.tried < len(retries):
            self.push(retries[job.tried], replace(job, tried=job.tried + 1))
            return
        if job.event.endpoints.get(job.endpoint.id) == PENDING:
            job.event.endpoints[job.endpoint.id] = FAILED
        if self._world.variants["failing_endpoint"] == "disabled":
            job.endpoint.enabled = False
