"""A small threaded web server on 127.0.0.1 for the stand-ins.

werkzeug's own server closes every connection after its answer and waits 10 ms for stray bytes.
Clients of a platform keep their connection, and a stand-in must be able to answer badly on the
socket itself (cut short, reset); so this one speaks HTTP/1.1 with keep-alive and hands the socket
to the application as ``environ["sandbox.socket"]``.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import WSGIApplication

HOST = "127.0.0.1"
IDLE_SECONDS = 30.0  # a kept connection on which nothing comes is closed


class _Handler(BaseHTTPRequestHandler):
    """One connection; every request of it goes to the WSGI application of the server."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one piece
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Server

    def handle(self) -> None:
        self.server.sockets.add(self.connection)
        try:
            super().handle()
        except (ConnectionError, TimeoutError, ValueError, OSError):
            self.close_connection = True  # the client has gone, or a fault has cut it off
        finally:
            self.server.sockets.discard(self.connection)

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.rfile.close()

    def parse_request(self) -> bool:
        ready = super().parse_request()
        if ready:
            self._answer()
        # What the base class would do next is look for a method do_GET; all is done already.
        return False

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        environ = self._environ(self.rfile.read(length))
        head: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Any:
            del exc_info
            head[:] = [status, headers]
            return self.wfile.write

        body = self.server.application(environ, start_response)
        try:
            self._write(head[0], head[1], body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def _write(self, status: str, headers: list[tuple[str, str]], body: Iterable[bytes]) -> None:
        code, _, phrase = status.partition(" ")
        # The clock of this machine has no place in an answer: no Date, no Server.
        self.send_response_only(int(code), phrase)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and code != "204":
            body = [b"".join(body)]
            self.send_header("Content-Length", str(len(body[0])))
        self.end_headers()
        if self.command != "HEAD":
            for piece in body:
                self.wfile.write(piece)
                self.wfile.flush()
        self.wfile.flush()

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": _unquoted(path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "sandbox.socket": self.connection,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
                environ[f"HTTP_{key}"] = value
        return environ

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base
        """Says nothing: the stand-in keeps its own log."""


def _unquoted(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")  # PATH_INFO is bytes in Latin-1 by PEP 3333


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, application: WSGIApplication) -> None:
        self.application = application
        self.sockets: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; a mistake of the stand-in is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class LocalServer:
    """Serves one WSGI application on 127.0.0.1; a context manager, may be started again."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``; "" while it does not run."""
        return f"http://{HOST}:{self._server.server_port}" if self._server else ""

    def start(self, port: int = 0) -> str:
        """Starts; 0 lets the system choose the port. Returns the address.

        Raises:
            OSError: the port is taken.
        """
        if self._server is None:
            self._server = _Server(port, self._application)
            self._thread = threading.Thread(
                target=self._server.serve_forever, args=(0.02,), daemon=True
            )
            self._thread.start()
        return self.url

    def stop(self) -> None:
        """Stops, and ends the connections that are still open."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = self._thread = None
        server.shutdown()
        thread.join()
        server.server_close()
        for each in list(server.sockets):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was quicker

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
