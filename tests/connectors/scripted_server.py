"""A server on 127.0.0.1 that answers what a test tells it to, byte by byte where it wants.

Every script is called with the connection and the request; what it sends is all that is sent.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from waiting import pause


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Script = Callable[[socket.socket, Request], None]


def answer(
    status: int = 200,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    kind: str = "application/json",
) -> Script:
    """A well-formed answer; ``body`` is bytes, or becomes JSON."""
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )

    def send(to: socket.socket, _request: Request) -> None:
        to.sendall(
            head(status, {"Content-Length": str(len(content)), "Content-Type": kind}, headers)
        )
        to.sendall(content)

    return send


def head(status: int, *headers: dict[str, str] | None) -> bytes:
    lines = [f"HTTP/1.1 {status} X"]
    lines += [f"{name}: {value}" for each in headers for name, value in (each or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode()


def reset(to: socket.socket, _request: Request) -> None:
    """The connection is cut off without an answer (RST)."""
    to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    os.close(to.detach())


def ends(content: bytes) -> Script:
    """``content``, and then the connection is closed, whatever was promised."""

    def send(to: socket.socket, _request: Request) -> None:
        to.sendall(content)
        to.shutdown(socket.SHUT_WR)
        os.close(to.detach())

    return send


def silence(to: socket.socket, _request: Request) -> None:
    """No answer at all until the other side hangs up."""
    to.settimeout(20)
    try:
        while to.recv(1000):
            pass
    except OSError:
        pass


def drip(start: bytes) -> Script:
    """``start``, and then a byte every 20 ms until the other side hangs up."""

    def send(to: socket.socket, _request: Request) -> None:
        try:
            to.sendall(start)
            for _ in range(1000):
                to.sendall(b"a")
                pause(0.02)
        except OSError:
            pass

    return send


@dataclass
class ScriptedServer:
    """Plays ``scripts`` in order, then the last one again and again."""

    scripts: list[Script] = field(default_factory=lambda: [answer(200, {})])
    seen: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def base(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def play(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.seen.clear()

    @contextmanager
    def running(self) -> Iterator[ScriptedServer]:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        open_: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    to, _ = listener.accept()
                except OSError:
                    return
                self.connections += 1
                open_.append(to)
                thread = threading.Thread(target=self._serve, args=(to,), daemon=True)
                threads.append(thread)
                thread.start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield self
        finally:
            _hang_up(listener)
            for to in open_:
                _hang_up(to)
            for thread in (accepting, *threads):
                thread.join(10)

    def _serve(self, plain: socket.socket) -> None:
        to = plain
        try:
            if self.tls:
                to = self.tls.wrap_socket(plain, server_side=True)
            with to.makefile("rb") as stream:
                while (request := _read(stream)) is not None:
                    self.seen.append(request)
                    number = min(len(self.seen), len(self.scripts)) - 1
                    self.scripts[number](to, request)
                    if to.fileno() < 0:
                        return
        except OSError:
            pass
        finally:
            to.close()


def _read(stream: Any) -> Request | None:
    first = stream.readline().decode().split()
    if len(first) < 2:
        return None
    raw = b""
    while (line := stream.readline()) not in (b"\r\n", b""):
        raw += line
    headers = dict(BytesParser(policy=HTTP).parsebytes(raw, headersonly=True).items())
    body = stream.read(int(headers.get("Content-Length", 0)))
    return Request(first[0], first[1], headers, body)


def _hang_up(to: socket.socket) -> None:
    with suppress(OSError):
        to.shutdown(socket.SHUT_RDWR)
    to.close()
