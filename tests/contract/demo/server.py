"""The HTTP of Demo Books on 127.0.0.1, with faults that can be switched on."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scenario import Fault, Request

from demo.demo_books import Books, Refused, dump

RETRY_AFTER = 7
_STATUS = {
    Fault.THROTTLE: 429,
    Fault.ERROR: 500,
    Fault.BAD_REQUEST: 400,
    Fault.UNAUTHORIZED: 401,
    Fault.ECHO: 403,
}

_CONTENT = {Fault.HTML: b"<html>Wartung</html>", Fault.EMPTY: b"", Fault.SHAPE: b"[7]"}


@dataclass
class Switched:
    """A fault that is on for the next ``times`` requests."""

    fault: Fault
    times: int
    method: str
    path: str


class DemoServer:
    """Started by ``start``, which returns its address; stopped by ``stop``."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.requests: list[Request] = []
        self.faults: list[Switched] = []
        self.released = threading.Event()  # ends every silence
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> str:
        owner = self

        class Handler(_Handler):
            server_of = owner

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self.released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def take(self, method: str, path: str) -> Fault | None:
        for each in self.faults:
            if each.times > 0 and each.method == method and each.path in path:
                each.times -= 1
                return each.fault
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True
    server_of: DemoServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the log of requests is ``DemoServer.requests``."""

    def _meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        fault = self.server_of.take(self.command, path)
        self._place = len(self.server_of.requests)
        self._request = Request(self.command, path, query, 0)
        self.server_of.requests.append(self._request)
        if fault:
            self._fail(fault, body)
        else:
            self._answer(body)

    do_GET = do_POST = do_DELETE = _meet  # noqa: N815

    def _answer(self, body: bytes, status: int | None = None) -> None:
        try:
            content = self.server_of.books.answer(
                self.command, self.path, self.headers.get("Authorization", ""), body
            )
        except Refused as error:
            self._send(error.status, dump({"message": str(error)}))
            return
        pdf = content.startswith(b"%PDF")
        self._send(status or 200, content, type_="application/pdf" if pdf else "")

    def _fail(self, fault: Fault, body: bytes) -> None:
        if fault in _STATUS:
            self._refuse(fault)
        elif fault is Fault.SILENCE:
            self.server_of.released.wait(2)
            self._hang_up()
        elif fault is Fault.RESET:
            linger = struct.pack("ii", 1, 0)  # RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._hang_up()
        elif fault is Fault.LATE_SUCCESS:
            self._answer(body, 504)
        elif fault is Fault.TRUNCATED:
            self._send(200, b'{"content": [{"id": "invo', length=4000)
            self._hang_up()
        else:
            self._send(200, _CONTENT[fault], type_="text/html" if fault is Fault.HTML else "")

    def _refuse(self, fault: Fault) -> None:
        echo = self.headers.get("Authorization", "") if fault is Fault.ECHO else str(fault)
        extra = {"Retry-After": str(RETRY_AFTER)} if fault is Fault.THROTTLE else {}
        self._send(_STATUS[fault], dump({"message": echo}), **extra)

    def _send(
        self,
        status: int,
        content: bytes,
        *,
        type_: str = "",
        length: int | None = None,
        **headers: str,
    ) -> None:
        self.server_of.requests[self._place] = self._request._replace(status=status)
        self.send_response(status)
        self.send_header("Content-Type", type_ or "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()
