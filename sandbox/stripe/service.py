"""The stand-in as one object: start and stop it, and everything a person could do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sandbox.common.clock import SandboxClock
from sandbox.common.stand_in import StandIn
from sandbox.stripe import book as books
from sandbox.stripe import sample as samples
from sandbox.stripe.changing import Changing
from sandbox.stripe.faults import LASTING
from sandbox.stripe.gateway import Gateway
from sandbox.stripe.limits import Limits
from sandbox.stripe.reporting import Reporting
from sandbox.stripe.routes import routes
from sandbox.stripe.world import World

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

API_KEY = "sk_test_mahnwerk0123456789"


class StripeSandbox(Changing, Reporting, StandIn[World]):
    """A stand-in of Stripe on 127.0.0.1; stateful, the same operations give the same ids.

    It shows what the reference says of the platform, and where that is silent one of the
    variants; nothing it does proves how the platform behaves.

    Args:
        api_key: what the header Authorization must carry.
        today: the day it starts on; else the machine's.
        now: a clock that rules instead, returning aware instants.
        limiter: whether it limits requests.
        rate: requests a second of one endpoint.
        livemode: whether its objects are live ones.
        time_factor: of the waits between attempts of a webhook.
    """

    lasting = LASTING

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        today: date | None = None,
        now: Callable[[], datetime] | None = None,
        limiter: bool = False,
        rate: float = 25.0,
        livemode: bool = False,
        time_factor: float = 1.0,
    ) -> None:
        super().__init__()
        self.world = World(SandboxClock(now, today), livemode=livemode)
        limits = Limits(rate, livemode=livemode) if limiter else None
        self.gateway = gateway = Gateway(self.world, routes(), api_key, limits)
        self._report(gateway, time_factor)

    def start(self, port: int = 0) -> str:
        url = super().start(port)
        self.world.origin = url
        return url

    def stop(self) -> None:
        """Stops it with everything that is under way; the state stays."""
        super().stop()
        self.webhooks.stop()

    def restrict(self, *resources: str) -> None:
        """The key has no right to these any more; ``invoices:write``: to read only. None: to all."""
        with self.world.lock:
            self.world.restricted = set(resources)

    def book(
        self,
        *,
        debtors: int,
        invoices: int,
        open: int,  # noqa: A002 - the word of the field
        seed: int = 1,
        **parts: int,
    ) -> None:
        """Adds a deterministic book of that size, and no events of it.

        ``parts`` are those of :class:`books.Size`.
        """
        with self.world.lock:
            self.world.quiet = True
            try:
                books.fill(self, books.Size(debtors, invoices, open, **parts), seed)
            finally:
                self.world.quiet = False

    def sample(self) -> None:
        """Adds a small book in which every case stands once."""
        with self.world.lock:
            samples.fill(self)

    def _new_desk(self) -> WSGIApplication:
        from sandbox.stripe.desk import desk

        return desk(self)
