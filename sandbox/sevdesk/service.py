"""The stand-in as one object: start and stop it, and everything a person could do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sandbox.common.clock import SandboxClock
from sandbox.common.limiter import Bucket
from sandbox.common.stand_in import StandIn
from sandbox.sevdesk import book as books
from sandbox.sevdesk import sample as samples
from sandbox.sevdesk.adding import Adding
from sandbox.sevdesk.changing import Changing
from sandbox.sevdesk.faults import LASTING
from sandbox.sevdesk.gateway import Gateway
from sandbox.sevdesk.routes import BASE, routes
from sandbox.sevdesk.world import World

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

API_KEY = "0123456789abcdef0123456789abcdef"


class SevdeskSandbox(Adding, Changing, StandIn[World]):
    """A stand-in of sevDesk on 127.0.0.1; stateful, the same operations give the same ids.

    It shows what the reference says of the platform, and where that is silent one of the
    variants; nothing it does proves how the platform behaves. It starts with one online bank
    account and one cash register.

    Args:
        api_key: what the header Authorization must be, raw.
        today: the day it starts on; else the machine's.
        now: a clock that rules instead, returning aware instants.
        limiter: whether it limits requests; the platform publishes no limit (§1).
        rate: requests a second of it.
        burst: how many at once.
    """

    base = BASE
    lasting = LASTING

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        today: date | None = None,
        now: Callable[[], datetime] | None = None,
        limiter: bool = False,
        rate: float = 4.0,
        burst: int = 8,
    ) -> None:
        super().__init__()
        self.world = World(SandboxClock(now, today))
        bucket = Bucket(rate, burst) if limiter else None
        self.gateway = Gateway(self.world, routes(), api_key, bucket)
        self.bank("Geschäftskonto", "DE02120300000000202051")
        self.bank("Kasse", type="register")

    def book(
        self,
        *,
        debtors: int,
        invoices: int,
        open: int,  # noqa: A002 - the word of the field
        seed: int = 1,
        **parts: int,
    ) -> None:
        """Adds a deterministic book of that size; ``parts`` are those of :class:`books.Size`."""
        with self.world.lock:
            books.fill(self, books.Size(debtors, invoices, open, **parts), seed)

    def sample(self) -> None:
        """Adds a small book in which every case stands once."""
        with self.world.lock:
            samples.fill(self)

    def _new_desk(self) -> WSGIApplication:
        from sandbox.sevdesk.desk import desk

        return desk(self)
