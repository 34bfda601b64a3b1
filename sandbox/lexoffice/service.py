"""The stand-in as one object: start and stop it, and everything a person could do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from werkzeug.wrappers import Request

from sandbox.common.clock import SandboxClock
from sandbox.common.desk import CONTROL
from sandbox.common.faults import Fault
from sandbox.common.gateway import Seen
from sandbox.common.limiter import Bucket
from sandbox.lexoffice import book as books
from sandbox.lexoffice import sample as samples
from sandbox.lexoffice import signing
from sandbox.lexoffice.adding import Adding
from sandbox.lexoffice.changing import Changing
from sandbox.lexoffice.gateway import Gateway
from sandbox.lexoffice.routes import routes
from sandbox.lexoffice.webhooks import Attempt, Webhooks
from sandbox.lexoffice.world import World
from sandbox.serve import LocalServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class LexofficeSandbox(Adding, Changing):
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
        self.seed = seed
        self.world = World(seed, SandboxClock(now, today))
        bucket = Bucket(rate, burst) if limiter else None
        self.gateway = Gateway(self.world, routes(), api_key, bucket)
        self.webhooks = Webhooks(self.world, time_factor)
        self._server = LocalServer(self.application)
        self._desk: WSGIApplication | None = None

    def start(self, port: int = 0) -> str:
        """Starts it; returns the base url. Raises OSError when the port is taken."""
        return self._server.start(port)

    def stop(self) -> None:
        """Stops it with everything that is under way; the state stays."""
        self.gateway.faults.clear()
        self._server.stop()
        self.webhooks.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        return self._server.url

    @property
    def control_url(self) -> str:
        return f"{self._server.url}{CONTROL}/"

    @property
    def api_key(self) -> str:
        return self.gateway.api_key

    @property
    def organization_id(self) -> str:
        return self.world.organization_id

    @property
    def webhook_key(self) -> str:
        """The public key in PEM that verifies its webhooks."""
        return signing.public_key()

    @property
    def requests(self) -> list[Seen]:
        """Every request to the API so far: (method, path, query, status)."""
        return self.gateway.requests

    @property
    def deliveries(self) -> list[Attempt]:
        """Every try to deliver a webhook so far."""
        return self.webhooks.attempts

    def count(self, path_prefix: str = "", method: str = "") -> int:
        """Requests whose path begins so; 429 and faults included."""
        return sum(
            1
            for each in list(self.requests)
            if each.path.startswith(path_prefix) and method in {"", each.method}
        )

    def fault(
        self, kind: str, *, times: int = 1, path: str = "", method: str = "", seconds: float = 0.0
    ) -> None:
        """Switches a fault on for the next ``times`` calls (0: until cleared) that meet it.

        ``path`` is a part of the path. Raises ValueError for a kind that there is not.
        """
        self.gateway.faults.add(Fault(kind, times, path, method, seconds))

    def clear_faults(self) -> None:
        self.gateway.faults.clear()

    def variant(self, name: str, value: str) -> None:
        """Chooses how an unverified point behaves. Raises ValueError for an unknown one."""
        with self.world.lock:
            self.world.variants.choose(name, value)

    def set_today(self, day: date) -> None:
        """Moves the clock to ten in the morning of a day in Berlin."""
        with self.world.lock:
            self.world.clock.set_today(day)

    def revoke_key(self) -> None:
        """The key ends: token.revoked is sent, then its subscriptions are gone, calls are 401."""
        with self.world.lock:
            self.world.emit("token.revoked", self.world.connection_id)
            self.world.subscriptions.clear()
            self.gateway.api_key = ""

    def new_key(self, api_key: str) -> None:
        """A new key; subscriptions are made anew."""
        with self.world.lock:
            self.gateway.api_key = api_key

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

    def application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The WSGI application: the control surface, and the platform below everything else."""
        with Request(environ) as request:
            if request.path == CONTROL or request.path.startswith(f"{CONTROL}/"):
                return self._control()(environ, start_response)
            return self.gateway.answer(request)(environ, start_response)

    def _control(self) -> WSGIApplication:
        if self._desk is None:
            from sandbox.lexoffice.desk import desk

            self._desk = desk(self)
        return self._desk
