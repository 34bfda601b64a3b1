"""One deadline for a whole exchange: the timeouts of requests hold from byte to byte only.

A server that sends a byte now and then never runs into them, neither in its head nor in its body.
So a timer shuts the socket down when the time of the exchange is over.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_watching = threading.local()


class Deadline:
    """``with Deadline(seconds) as deadline:`` around sending and reading in one thread."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._connection: Any = None
        self._response: Any = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _watching.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _watching.deadline = None
        # The timer refers to us and we to it: nobody else would let go of the connection.
        self._connection = self._response = None

    def connected(self, connection: Any) -> None:
        """The head is read from this connection's socket."""
        self._connection = connection

    def answered(self, response: requests.Response) -> None:
        """From here on the body is read, maybe from a socket the connection gave away."""
        self._response = response.raw

    def _shut(self) -> None:
        self.over = True
        # Whatever has ended meanwhile has no socket any more.
        with contextlib.suppress(Exception):
            self._response.shutdown()
        with contextlib.suppress(Exception):
            # Not the method of SSLSocket: that one takes the TLS state from under the reader.
            socket.socket.shutdown(self._connection.sock, socket.SHUT_RDWR)


def _watch(connection: Any) -> None:
    deadline: Deadline | None = getattr(_watching, "deadline", None)
    if deadline is not None:
        deadline.connected(connection)


class _HttpPool(HTTPConnectionPool):
    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)
        _watch(connection)
        return connection


class _HttpsPool(HTTPSConnectionPool):
    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)
        _watch(connection)
        return connection


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class WatchedAdapter(HTTPAdapter):
    """Tells the deadline of this thread which connection it has to shut."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def close(self) -> None:
        """Closes connections now. A failure leaves cycles of tracebacks that hold on to them."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated
                manager.pools[key].close()
        super().close()
