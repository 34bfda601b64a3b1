"""What stands in front of the API of every stand-in: the log of requests, and the faults."""

from __future__ import annotations

import itertools
import re
import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from werkzeug.wrappers import Request, Response

from sandbox.common import faults
from sandbox.common.faults import Fault, Faults
from sandbox.common.limiter import Bucket
from sandbox.common.replies import Reply

Handler = Callable[..., Reply]


class Seen(NamedTuple):
    """One logged request; ``status`` 0: not answered yet, or cut off without an answer."""

    method: str
    path: str
    query: str
    status: int


@dataclass(frozen=True, slots=True)
class Route:
    """A path of the API; ``unlocked`` handlers talk to the outside and lock by themselves."""

    method: str
    resource: str
    pattern: re.Pattern[str]
    handler: Handler
    unlocked: bool = False


class FaultyGateway(ABC):
    """Answers requests, logs them, and plays the faults that are switched on."""

    def __init__(
        self, kinds: Sequence[str], routes: list[Route], api_key: str, bucket: Bucket | None
    ) -> None:
        self.faults = Faults(kinds)
        self.routes, self.api_key, self.bucket = routes, api_key, bucket
        self.requests: list[Seen] = []
        self._log = threading.Lock()
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> Response:
        """The answer to one request; logs it.

        Raises:
            ConnectionError: a fault ended the connection.
        """
        fault = self.faults.take(request.method, request.path)
        request.environ["sandbox.request"] = next(self._numbers)
        seen = Seen(request.method, request.path, request.query_string.decode("latin-1"), 0)
        with self._log:
            at = len(self.requests)
            self.requests.append(seen)
        reply = self._reply(request, fault)
        self.requests[at] = seen._replace(status=reply.status)
        return self._respond(request, reply, fault)

    def _reply(self, request: Request, fault: Fault | None) -> Reply:
        if fault is None:
            return self._execute(request)
        if fault.kind == "timeout":
            self.faults.hang(fault)
            raise ConnectionAbortedError("fault: timeout")
        if fault.kind == "reset":
            faults.reset(request.environ["sandbox.socket"])
        planted = self._instead(request, fault)
        return self._after(self._execute(request), fault) if planted is None else planted

    def _respond(self, request: Request, reply: Reply, fault: Fault | None) -> Response:
        body, kind = self._body(request, reply)
        response = Response(body, reply.status, content_type=kind)
        response.headers.update({**self._headers(request), **reply.headers})
        connection: socket.socket | None = request.environ.get("sandbox.socket")
        if fault is None or connection is None:
            return response
        response.content_length = len(body)
        if fault.kind == "slow_drip":
            response.response = faults.dripping(body, fault, self.faults.released)
        elif fault.kind == "truncated":
            response.response = faults.cut_short(body, connection)
        return response

    @abstractmethod
    def _execute(self, request: Request) -> Reply:
        """What the platform answers on a good day."""

    @abstractmethod
    def _instead(self, request: Request, fault: Fault) -> Reply | None:
        """What a fault answers in place of executing the call; None when it does not."""

    @abstractmethod
    def _after(self, reply: Reply, fault: Fault) -> Reply:
        """What a fault makes of the answer to a call that was executed."""

    @abstractmethod
    def _headers(self, request: Request) -> Mapping[str, str]:
        """What every answer carries."""

    @abstractmethod
    def _body(self, request: Request, reply: Reply) -> tuple[bytes, str]:
        """The bytes of an answer, and their type."""
