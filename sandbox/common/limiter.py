"""The gateway's limit: a token bucket over all endpoints together (§1.4)."""

from __future__ import annotations

import threading
import time


class Bucket:
    """``rate`` tokens a second flow in, at most ``burst`` are kept; time is never faked."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, float(burst)
        self._tokens, self._at = float(burst), time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Takes a token; False when there is none, and then nothing is taken."""
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
