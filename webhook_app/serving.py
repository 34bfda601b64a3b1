"""waitress, so that it ends well: what was begun is answered, and slow senders hold up nobody."""

from __future__ import annotations

import errno
import logging
import math
import os
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ThreadedTaskDispatcher

from config.web import WebSettings

GRACE_SECONDS = 10.0  # for requests under way, once it is told to end
_TICK = 0.1
# waitress reads a request whole before a thread gets it: who sends slowly holds a socket, no thread.
_CLEANUP_SECONDS = 5
_MOST_HEADERS = 32 * 1024
# Before all connections are taken, those that have waited longest with nothing said go.
_FULL, _ROOM = 0.9, 0.75
_MOST_UNFINISHED = 64 * 1024 * 1024  # bytes of bodies that are still coming in
_TOLD_SECONDS = 60  # between two warnings of it
_log = logging.getLogger(__name__)


def _unfinished(channel: HTTPChannel) -> int:
    """Bytes of the body that is still coming in."""
    return int(getattr(channel.request, "body_bytes_received", 0))


def _without_path(record: logging.LogRecord) -> bool:
    """Takes the path out of what waitress says of clients that went away: it may hold a token."""
    said, while_serving, _path = record.getMessage().partition(" while serving ")
    if while_serving:
        record.msg, record.args = f"{said}{while_serving}a request", ()
    return True


class Server:
    """Serves one application; listens from the start, answers while ``run`` runs.

    Raises:
        OSError: the address is taken or not ours.
    """

    def __init__(self, application: Flask, web: WebSettings) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a burst is no news
        logging.getLogger("waitress").addFilter(_without_path)
        self._sockets: dict[int, Any] = {}
        self._most, self._looked_at, self._told_at = web.connections, 0.0, -math.inf
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(web.threads)
        try:
            self._server: Any = create_server(
                application,
                map=self._sockets,
                _dispatcher=self._dispatcher,
                host=web.host,
                port=web.port,
                threads=web.threads,
                ident=None,
                clear_untrusted_proxy_headers=False,  # webhook_app.proxies decides
                connection_limit=web.connections,
                channel_timeout=web.idle_seconds,
                cleanup_interval=min(_CLEANUP_SECONDS, web.idle_seconds),
                max_request_body_size=web.max_body,
                max_request_header_size=_MOST_HEADERS,
                asyncore_use_poll=True,
            )
        except BaseException as error:
            self._dispatcher.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)
            if type(error) is ValueError:  # waitress: no machine has that name
                raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL)) from error
            raise

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens; a name such as localhost may stand for two."""
        several = getattr(self._server, "effective_listen", None)
        if several:
            return [(str(host), int(port)) for host, port in several]
        return [(str(self._server.effective_host), int(self._server.effective_port))]

    @property
    def url(self) -> str:
        host, port = self.addresses[0]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self, ended: Callable[[], bool]) -> None:
        """Answers until ``ended()``; then takes nothing new and answers what was begun."""
        try:
            while not ended():
                self._step()
                self._make_room()
            for _ in range(3):  # what has come in already: accepted, read, begun
                self._step(0)
            self._stop_listening()
            until = time.monotonic() + GRACE_SECONDS
            while self._close_idle() and time.monotonic() < until:
                self._step()
        finally:
            self._dispatcher.shutdown(timeout=1)
            wasyncore.close_all(self._sockets)

    def _step(self, seconds: float = _TICK) -> None:
        wasyncore.loop(timeout=seconds, map=self._sockets, use_poll=True, count=1)

    def _channels(self) -> list[HTTPChannel]:
        return [each for each in list(self._sockets.values()) if isinstance(each, HTTPChannel)]

    def _make_room(self) -> None:
        """Hangs up on who takes longest to ask, before nobody else gets through or memory ends.

        Byte after byte, a few hundred senders would otherwise hold all connections for ever.
        """
        now = time.monotonic()
        if now - self._looked_at < _TICK:
            return
        self._looked_at = now
        channels = self._channels()
        slow = [each for each in channels if not (each.requests or each.total_outbufs_len)]
        slow.sort(key=lambda each: float(each.creation_time))
        crowded = len(channels) >= self._most * _FULL
        many = len(channels) - int(self._most * _ROOM) if crowded else 0
        held, closed = sum(map(_unfinished, slow)), 0
        for number, each in enumerate(slow):
            size = _unfinished(each)
            if number < many or (size and held > _MOST_UNFINISHED):
                each.handle_close()
                held, closed = held - size, closed + 1
        if closed and now - self._told_at > _TOLD_SECONDS:
            self._told_at = now
            _log.warning("hung up on %d slow senders to make room for others", closed)

    def _stop_listening(self) -> None:
        for each in list(self._sockets.values()):
            if isinstance(each, BaseWSGIServer):
                each.accepting = False
                each.del_channel(self._sockets)
                if each.socket is not None:
                    each.socket.close()

    def _close_idle(self) -> int:
        """Closes what has nothing under way, and counts the rest."""
        busy = 0
        for each in self._channels():
            if each.requests or each.request is not None or each.total_outbufs_len:
                busy += 1
            else:
                each.handle_close()
        return busy
