"""Somebody at an address who takes events of a stand-in, for the tests of subscriptions."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Remembers body and headers."""

    def do_HEAD(self):
        self._answer(self.server.head)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((body, dict(self.headers)))
        self._answer(204)

    def _answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def receiving():
    """Its ``url``, what it ``got``, and the status that it answers to HEAD (``head``)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.got, server.head = [], 200
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}/hooks/9f3k2"
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
