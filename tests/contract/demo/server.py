"""The HTTP of Demo Books on 127.0.0.1, with faults that can be switched on."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass, field, replace
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

_CONTENT = {
    Fault.HTML: b"<html>Wartung</html>",
    Fault.EMPTY: b"",
    Fault.SHAPE: b"[7]",
    Fault.REFUSED: b'{"error": "the ledger is locked"}',
}
# These happen to a connection, not in an answer.
BREAKING = frozenset({Fault.SILENCE, Fault.RESET, Fault.TRUNCATED})


@dataclass
class Reply:
    """An answer as HTTP has it."""

    status: int
    content: bytes
    type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


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

    def breaks(self, method: str, path: str) -> bool:
        """Whether the next such request ends with its connection."""
        switched = self._switched(method, path)
        return switched is not None and switched.fault in BREAKING

    def meet(self, method: str, target: str, key: str, body: bytes) -> Reply | Fault:
        """What a request gets, noted in the log: an answer, or its connection breaks."""
        path, _, query = target.partition("?")
        asked, place = Request(method, path, query, 0), len(self.requests)
        self.requests.append(asked)
        switched = self._switched(method, path)
        if switched is None:
            reply = self._reply(method, target, key, body)
        else:
            switched.times -= 1
            if switched.fault in BREAKING:
                return switched.fault
            reply = self._failing(switched.fault, method, target, key, body)
        self.requests[place] = asked._replace(status=reply.status)
        return reply

    def _switched(self, method: str, path: str) -> Switched | None:
        fitting = (e for e in self.faults if e.times and e.method == method and e.path in path)
        return next(fitting, None)

    def _failing(self, fault: Fault, method: str, target: str, key: str, body: bytes) -> Reply:
        if fault is Fault.LATE_SUCCESS:
            done = self._reply(method, target, key, body)
            return replace(done, status=504)
        if fault in _CONTENT:
            type_ = "text/html" if fault is Fault.HTML else "application/json"
            return Reply(200, _CONTENT[fault], type_)
        told = dump({"message": key if fault is Fault.ECHO else str(fault)})
        after = {"Retry-After": str(RETRY_AFTER)} if fault is Fault.THROTTLE else {}
        return Reply(_STATUS[fault], told, headers=after)

    def _reply(self, method: str, target: str, key: str, body: bytes) -> Reply:
        try:
            content = self.books.answer(method, target, key, body)
        except Refused as error:
            return Reply(error.status, dump({"message": str(error)}))
        if content.startswith(b"%PDF"):
            return Reply(200, content, "application/pdf")
        return Reply(200, content)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True
    server_of: DemoServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the log of requests is ``DemoServer.requests``."""

    def _meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        key = self.headers.get("Authorization", "")
        met = self.server_of.meet(self.command, self.path, key, body)
        if isinstance(met, Reply):
            self._send(met)
        else:
            self._break(met)

    do_GET = do_POST = do_DELETE = _meet  # noqa: N815

    def _break(self, fault: Fault) -> None:
        if fault is Fault.SILENCE:
            self.server_of.released.wait(2)
        elif fault is Fault.RESET:
            linger = struct.pack("ii", 1, 0)  # RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        else:
            self._send(Reply(200, b'{"content": [{"id": "invo'), length=4000)
        self._hang_up()

    def _send(self, reply: Reply, length: int | None = None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(length or len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content)
        self.wfile.flush()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()
