"""What every stand-in can: start and stop, be disturbed, and count what it was asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, Self, TypeVar

from werkzeug.wrappers import Request

from sandbox.common.clock import SandboxClock
from sandbox.common.desk import CONTROL
from sandbox.common.faults import Fault
from sandbox.common.gateway import FaultyGateway, Seen
from sandbox.common.variants import Variants
from sandbox.serve import LocalServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Stage(Protocol):
    """What is needed of the world behind a stand-in."""

    @property
    def lock(self) -> AbstractContextManager[object]: ...

    @property
    def variants(self) -> Variants: ...

    @property
    def clock(self) -> SandboxClock: ...


W = TypeVar("W", bound=Stage)


class StandIn(ABC, Generic[W]):
    """A stand-in on 127.0.0.1; a platform's own adds what a person could do there."""

    base: ClassVar[str] = ""  # path of the API
    lasting: ClassVar[frozenset[str]] = frozenset()  # faults that stay until they are cleared
    world: W
    gateway: FaultyGateway

    def __init__(self) -> None:
        self._server = LocalServer(self.application)
        self._desk: WSGIApplication | None = None

    @abstractmethod
    def _new_desk(self) -> WSGIApplication:
        """The control surface; made when it is asked for, for it needs a web framework."""

    @abstractmethod
    def sample(self) -> None:
        """Adds a small book in which every case stands once."""

    def start(self, port: int = 0) -> str:
        """Starts it; returns the base url of the API. Raises OSError when the port is taken."""
        return self._server.start(port) + self.base

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
        return self._server.url and self._server.url + self.base

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
        """Requests whose path after ``base`` begins so; limits and faults included."""
        return sum(
            each.path.removeprefix(self.base).startswith(path_prefix)
            and method in {"", each.method}
            for each in list(self.requests)
        )

    def fault(
        self, kind: str, *, times: int = 1, path: str = "", method: str = "", seconds: float = 0.0
    ) -> None:
        """Switches a fault on for the next ``times`` calls (0: until cleared) that meet it.

        ``path`` is a part of the path; those of ``lasting`` stay until they are cleared. Raises
        ValueError for a kind that there is not.
        """
        calls = 0 if kind in self.lasting else times
        self.gateway.faults.add(Fault(kind, calls, path, method, seconds))

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
        """The key is made anew: the old one is refused from now on."""
        with self.world.lock:
            self.gateway.api_key = api_key

    def application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The WSGI application: the control surface, and the platform below everything else."""
        with Request(environ) as request:
            if request.path == CONTROL or request.path.startswith(f"{CONTROL}/"):
                self._desk = self._desk or self._new_desk()
                return self._desk(environ, start_response)
            return self.gateway.answer(request)(environ, start_response)
