"""Many accounts at one platform: a stand-in of lexoffice per key behind one address, all counted."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict

from werkzeug.wrappers import Request, Response

from sandbox.lexoffice import LexofficeSandbox
from sandbox.serve import LocalServer

PER_SECOND, BURST = 2.0, 5  # what the platform grants one key


class ManyAccounts:
    """``accounts`` by key; ``asked``: when each key asked for something, in seconds."""

    def __init__(self, now):
        self._now = now
        self.accounts: dict[str, LexofficeSandbox] = {}
        self.asked = defaultdict(list)
        self.answered = Counter()  # by status
        self._lock = threading.Lock()
        self._server = LocalServer(self._answer)

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    @property
    def url(self):
        return self._server.url

    def open(self, key):
        """A new account whose key this is."""
        box = LexofficeSandbox(
            seed=len(self.accounts) + 1, api_key=key, now=self._now, rate=PER_SECOND, burst=BURST
        )
        self.accounts[key] = box
        return box

    def _answer(self, environ, start_response):
        request = Request(environ)
        key = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        box = self.accounts.get(key)
        with self._lock:
            self.asked[key].append(time.monotonic())
        response = box.gateway.answer(request) if box else Response("{}", 401)
        with self._lock:
            self.answered[response.status_code] += 1
        return response(environ, start_response)

    def fastest(self):
        """The most requests that one key made in any window, beyond what flows in meanwhile."""
        return max((_burst(sorted(times)) for times in self.asked.values()), default=0)


def _burst(times):
    """The tokens that a bucket of this rate must have held for these requests."""
    needed, level, last = 0.0, 0.0, times[0]
    for at in times:
        level = max(0.0, level - (at - last) * PER_SECOND) + 1
        needed, last = max(needed, level), at
    return needed
