"""Stripe's limits (§1): per account and second, and for each endpoint; never a Retry-After."""

from __future__ import annotations

import threading

from sandbox.common.limiter import Bucket

REASON = "Stripe-Rate-Limited-Reason"
GLOBAL, ENDPOINT = "global-rate", "endpoint-rate"
LIVE_RATE, TEST_RATE = 100.0, 25.0  # requests a second of the whole account
SEARCH_RATE = 20.0


class Limits:
    """Who may still ask: one bucket for the account, one for each endpoint.

    Args:
        rate: requests a second of one endpoint.
        livemode: of an account in live mode, which may ask more often in all.
    """

    def __init__(self, rate: float, *, livemode: bool = False) -> None:
        whole = max(rate, LIVE_RATE if livemode else TEST_RATE)
        self._rate = rate
        self._account = _bucket(whole)
        self._endpoints: dict[str, Bucket] = {}
        self._lock = threading.Lock()

    def refused(self, endpoint: str) -> str | None:
        """Why this request is one too many; None when it may be answered.

        ``endpoint``: method and pattern of its path.
        """
        if not self._account.take():
            return GLOBAL
        with self._lock:
            bucket = self._endpoints.get(endpoint)
            if bucket is None:
                rate = (
                    min(self._rate, SEARCH_RATE)
                    if endpoint.removesuffix(r"\Z").endswith("/search")
                    else self._rate
                )
                bucket = self._endpoints[endpoint] = _bucket(rate)
        return None if bucket.take() else ENDPOINT


def _bucket(rate: float) -> Bucket:
    return Bucket(rate, max(1, int(rate)))
