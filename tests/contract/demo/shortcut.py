"""Demo Books without sockets: what is asked of it is answered in the same thread.

For the many runs of the suite that try broken connectors. Everything above the sockets is as
ever: the session of the connector, its headers, retries and logs. A connection that is to break
is a real one, at a server that is started for it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from urllib3.response import HTTPResponse

from connectors import _deadline
from connectors._deadline import Deadline, WatchedAdapter
from demo.demo_scenario import DemoScenario
from demo.server import DemoServer, Reply

HOST = "demo-books.localhost"
_BY_WIRE = WatchedAdapter.send


class Shortcut(DemoScenario):
    """``shortcuts`` must be on while it is used."""

    def start(self) -> None:
        self.base = f"http://{HOST}"
        _running.append(self)

    def stop(self) -> None:
        _running.remove(self)
        self.server.stop()

    def by_wire(self) -> str:
        """The address of a real server."""
        self._address = getattr(self, "_address", "") or self.server.start()
        return self._address


_running: list[Shortcut] = []


@contextmanager
def shortcuts() -> Iterator[None]:
    """Requests to Demo Books go to the scenario that was started last."""

    def send(adapter: WatchedAdapter, request: requests.PreparedRequest, **options: Any) -> Any:
        url = urlsplit(str(request.url))
        if url.hostname != HOST:
            return _BY_WIRE(adapter, request, **options)
        scenario = _running[-1]
        method = str(request.method)
        if scenario.server.breaks(method, url.path):
            _deadline._watching.deadline._timer.start()
            request.url = f"{scenario.by_wire()}{request.path_url}"
            return _BY_WIRE(adapter, request, **options)
        return _answered(adapter, request, scenario.server)

    def enter(deadline: Deadline) -> Deadline:
        """The timer, a thread for each request, starts with the first socket."""
        _deadline._watching.deadline = deadline
        return deadline

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WatchedAdapter, "send", send)
        patch.setattr(Deadline, "__enter__", enter)
        yield


def _answered(
    adapter: WatchedAdapter, request: requests.PreparedRequest, server: DemoServer
) -> requests.Response:
    body = request.body or b""
    met = server.meet(
        str(request.method),
        request.path_url,
        str(request.headers.get("Authorization", "")),
        body if isinstance(body, bytes) else str(body).encode(),
    )
    assert isinstance(met, Reply)
    headers = {"Content-Type": met.type, "Content-Length": str(len(met.content)), **met.headers}
    raw = HTTPResponse(
        io.BytesIO(met.content), headers=headers, status=met.status, preload_content=False
    )
    return adapter.build_response(request, raw)
