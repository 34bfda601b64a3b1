"""Failures per address: wrong signatures, guessed tokens, bad logins.

Only failures count and only failures are answered 429: whoever signs rightly is never limited,
whatever else comes from his address.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_MINUTE = 30
_IPV6_PREFIX = 64  # one customer of a provider
# Failures that are remembered. The library never forgets an address by itself, and whoever has many
# could fill our memory; that the count begins anew for everybody does no harm.
_MOST = 10_000


class FailureLimit:
    """Counts failures in this process; safe for several threads."""

    def __init__(self, per_minute: int = PER_MINUTE, most: int = _MOST) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._most, self._counted, self._lock = most, 0, threading.Lock()

    def count(self, address: str) -> int:
        """Counts one more failure. Seconds to wait when there were too many; 0 otherwise."""
        key, window = _key(address), self._window
        if window.hit(self._item, key):
            self._remembered_one_more()
            return 0
        reset = window.get_window_stats(self._item, key).reset_time
        return max(1, math.ceil(reset - time.time()))

    def _remembered_one_more(self) -> None:
        with self._lock:
            self._counted += 1
            if self._counted > self._most:
                self._window, self._counted = MovingWindowRateLimiter(MemoryStorage()), 0

    def exceeded(self, address: str) -> bool:
        """Whether one more failure would be too many; for what may refuse before it looks."""
        return not self._window.test(self._item, _key(address))


def _key(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)
