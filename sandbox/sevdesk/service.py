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
from sandbox.serve import LocalServer
from sandbox.sevdesk import book as books
from sandbox.sevdesk import sample as samples
from sandbox.sevdesk.adding import Adding
from sandbox.sevdesk.changing import Changing
from sandbox.sevdesk.faults import LASTING
from sandbox.sevdesk.gateway import Gateway
from sandbox.sevdesk.routes import BASE, routes
from sandbox.sevdesk.world import World

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

API_KEY = "0123456789abcdef0123456789abcdef"


class SevdeskSandbox(Adding, Changing):
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
        self.world = World(SandboxClock(now, today))
        bucket = Bucket(rate, burst) if limiter else None
        self.gateway = Gateway(self.world, routes(), api_key, bucket)
        self._server = LocalServer(self.application)
        self._desk: WSGIApplication | None = None
        self.bank("Geschäftskonto", "DE02120300000000202051")
        self.bank("Kasse", type="register")

    def start(self, port: int = 0) -> str:
        """Starts it; returns the base url of the API. Raises OSError when the port is taken."""
        return self._server.start(port) + BASE

    def stop(self) -> None:
        """Stops it with everything that is under way; the state stays."""
        self.gateway.faults.clear()
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """The address of the API, to be given as ``api_base``; "" while it does not run."""
        return self._server.url and self._server.url + BASE

    @property
    def control_url(self) -> str:
        return f"{self._server.url}{CONTROL}/"

    @property
    def api_key(self) -> str:
        return self.gateway.api_key

    @property
    def requests(self) -> list[Seen]:
        """Every request to the API so far: (method, path, query, status)."""
        return self.gateway.requests

    @property
    def variants(self) -> dict[str, str]:
        """What is chosen for each unverified point."""
        return self.world.variants.chosen

    def count(self, path_prefix: str = "", method: str = "") -> int:
        """Requests whose path after ``/api/v1`` begins so; faults included."""
        return sum(
            1
            for each in list(self.requests)
            if each.path.removeprefix(BASE).startswith(path_prefix) and method in {"", each.method}
        )

    def fault(
        self, kind: str, *, times: int = 1, path: str = "", method: str = "", seconds: float = 0.0
    ) -> None:
        """Switches a fault on for the next ``times`` calls (0: until cleared) that meet it.

        ``path`` is a part of the path; a token that is blocked or rotated stays so until it is
        cleared. Raises ValueError for a kind that there is not.
        """
        lasting = kind in LASTING
        self.gateway.faults.add(Fault(kind, 0 if lasting else times, path, method, seconds))

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

    def new_key(self, api_key: str) -> None:
        """The user makes the token anew: the old one is 401 from now on, without a notice."""
        with self.world.lock:
            self.gateway.api_key = api_key

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
            from sandbox.sevdesk.desk import desk

            self._desk = desk(self)
        return self._desk
