"""The stand-in as one object: start and stop it, and everything a person could do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from sandbox.common.clock import SandboxClock
from sandbox.common.limiter import Bucket
from sandbox.common.stand_in import StandIn
from sandbox.lexoffice import book as books
from sandbox.lexoffice import sample as samples
from sandbox.lexoffice import signing
from sandbox.lexoffice.adding import Adding
from sandbox.lexoffice.changing import Changing
from sandbox.lexoffice.gateway import Gateway
from sandbox.lexoffice.routes import routes
from sandbox.lexoffice.webhooks import Attempt, Webhooks
from sandbox.lexoffice.world import World

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


class LexofficeSandbox(Adding, Changing, StandIn[World]):
    """A stand-in of lexoffice on 127.0.0.1; stateful, and the same for the same seed.

    It shows what the reference says of the platform, and where that is silent one of the
    variants; nothing it does proves how the platform behaves.

    Args:
        seed: decides every id.
        api_key: what a Bearer must be.
        today: the day it starts on; else the machine's.
        now: a clock that rules instead, returning aware instants.
        limiter: whether the token bucket of the gateway is on.
        rate: tokens a second of it.
        burst: its size.
        time_factor: seconds here per second of the platform's webhook schedule; 0.001 makes two
            hours seven seconds.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        api_key: str = "sandbox-key-0001",
        today: date | None = None,
        now: Callable[[], datetime] | None = None,
        limiter: bool = True,
        rate: float = 2.0,
        burst: int = 5,
        time_factor: float = 1.0,
    ) -> None:
        super().__init__()
        self.seed = seed
        self.world = World(seed, SandboxClock(now, today))
        bucket = Bucket(rate, burst) if limiter else None
        self.gateway = Gateway(self.world, routes(), api_key, bucket)
        self.webhooks = Webhooks(self.world, time_factor)

    def stop(self) -> None:
        """Stops it with everything that is under way; the state stays."""
        super().stop()
        self.webhooks.stop()

    @property
    def organization_id(self) -> str:
        return self.world.organization_id

    @property
    def webhook_key(self) -> str:
        """The public key in PEM that verifies its webhooks."""
        return signing.public_key()

    @property
    def deliveries(self) -> list[Attempt]:
        """Every try to deliver a webhook so far."""
        return self.webhooks.attempts

    def revoke_key(self) -> None:
        """The key ends: token.revoked is sent, then its subscriptions are gone, calls are 401."""
        with self.world.lock:
            self.world.emit("token.revoked", self.world.connection_id)
            self.world.subscriptions.clear()
            self.gateway.api_key = ""

    def book(
        self,
        *,
        debtors: int,
        invoices: int,
        open: int,  # noqa: A002 - the word of the field
        partly_paid: int,
        dunned: int = 0,
        collective: int = 0,
    ) -> None:
        """Adds a deterministic book of that size; ``open`` includes the partly paid."""
        with self.world.lock:
            size = books.Size(debtors, invoices, open, partly_paid, dunned, collective)
            books.fill(self.world, size, self.seed)

    def sample(self) -> None:
        """Adds a small book in which every case stands once."""
        with self.world.lock:
            samples.fill(self)

    def _new_desk(self) -> WSGIApplication:
        from sandbox.lexoffice.desk import desk

        return desk(self)
