"""Failures per address: wrong signatures, guessed tokens, bad logins.

Only failures count and only failures are answered 429: whoever signs rightly is never limited,
whatever else comes from his address.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_MINUTE = 30
_IPV6_PREFIX = 64  # one customer of a provider


class FailureLimit:
    """Counts failures in this process; safe for several threads."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, address: str) -> int:
        """Counts one more failure. Seconds to wait when there were too many; 0 otherwise."""
        key = _key(address)
        if self._window.hit(self._item, key):
            return 0
        reset = self._window.get_window_stats(self._item, key).reset_time
        return max(1, math.ceil(reset - time.time()))

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
