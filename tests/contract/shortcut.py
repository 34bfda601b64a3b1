"""Stand-ins without sockets: what is asked of them is answered in the same thread.

For the many runs of the suite that try broken connectors and unverified points. Everything above
the sockets is as ever: the session of the connector, its headers, retries and logs. A connection
that is to break is a real one, at a server that is started for it.
"""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from scenario import Scenario
from urllib3.response import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from connectors import _deadline
from connectors._deadline import Deadline, WatchedAdapter

HOST = "stand-in.localhost"
_BY_WIRE = WatchedAdapter.send
# Faults of our stand-ins that happen to a connection, not in an answer.
_BREAKING = frozenset({"timeout", "reset", "truncated", "slow_drip"})


class Shortcut(Scenario):
    """Comes before the scenario that it makes shorter; ``shortcuts`` must be on."""

    path = ""  # of the API at its server
    _address = ""  # of a real server

    def start(self) -> None:
        self.base = f"http://{HOST}{self.path}"
        _running.append(self)

    def stop(self) -> None:
        _running.remove(self)
        super().stop()  # type: ignore[safe-super]

    def by_wire(self) -> str:
        if not self._address:
            super().start()  # type: ignore[safe-super]
            self._address, self.base = (
                self.base.removesuffix(self.path),
                f"http://{HOST}{self.path}",
            )
        return self._address

    @abstractmethod
    def answer(self, request: requests.PreparedRequest) -> HTTPResponse | None:
        """None: the connection is to break."""


class WsgiShortcut(Shortcut):
    """One of our stand-ins, ``self.sandbox``, asked as the WSGI application that it is."""

    sandbox: Any

    def answer(self, request: requests.PreparedRequest) -> HTTPResponse | None:
        parts, method = urlsplit(str(request.url)), str(request.method)
        for fault in self.sandbox.gateway.faults.active():
            if fault.kind in _BREAKING and fault.meets(method, parts.path):
                return None
        builder = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            method=method,
            headers=list(request.headers.items()),
            data=request.body or b"",
        )
        body, status, headers = run_wsgi_app(self.sandbox.application, builder.get_environ())
        return answered(int(status.split()[0]), b"".join(body), dict(headers))


def answered(status: int, content: bytes, headers: dict[str, str]) -> HTTPResponse:
    headers = {**headers, "Content-Length": str(len(content))}
    return HTTPResponse(io.BytesIO(content), headers, status, preload_content=False)


_running: list[Shortcut] = []


@contextmanager
def shortcuts() -> Iterator[None]:
    """Requests to a stand-in go to the scenario that was started last."""

    def send(adapter: WatchedAdapter, request: requests.PreparedRequest, **options: Any) -> Any:
        if urlsplit(str(request.url)).hostname != HOST:
            return _BY_WIRE(adapter, request, **options)
        scenario = _running[-1]
        found = scenario.answer(request)
        if found is not None:
            return adapter.build_response(request, found)
        _deadline._watching.deadline._timer.start()
        request.url = f"{scenario.by_wire()}{request.path_url}"
        return _BY_WIRE(adapter, request, **options)

    def enter(deadline: Deadline) -> Deadline:
        """The timer, a thread for each request, starts with the first socket."""
        _deadline._watching.deadline = deadline
        return deadline

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WatchedAdapter, "send", send)
        patch.setattr(Deadline, "__enter__", enter)
        yield
