"""Idempotency keys: what a POST answered first is answered again (§1 Idempotency)."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.common.replies import Reply
from sandbox.stripe.replies import IDEMPOTENCY, ApiError, bad

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
LONGEST = 255
# "At least 24 hours" (§1): a connector must not count on more, so here it is not one hour more.
KEPT = timedelta(hours=24)


@dataclass(slots=True)
class _Run:
    request: Hashable  # method, path and parameters
    at: datetime
    reply: Reply | None = None  # None while it runs


class Replays:
    """The keys of one account, with what was answered to each."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._lock = threading.Lock()

    def begin(self, key: str, request: Hashable, now: datetime) -> Reply | None:
        """What was answered to this request before; None when it is the first, which then runs.

        Raises:
            ApiError: 400, a key that is too long or was used with other parameters; 409, the
                first request with it still runs.
        """
        if len(key) > LONGEST:
            raise bad(f"Idempotency keys are at most {LONGEST} characters")
        with self._lock:
            run = self._runs.get(key)
            if run is None or (run.reply is not None and now - run.at >= KEPT):
                self._runs[key] = _Run(request, now)
                return None
            if run.reply is None:
                raise ApiError(
                    409,
                    f"There is currently another in-progress request using this key: {key}",
                    kind=IDEMPOTENCY,
                    code="idempotency_key_in_use",
                )
            if run.request != request:
                raise ApiError(
                    400,
                    "Keys for idempotent requests can only be used with the same parameters "
                    f"they were first used with: {key}",
                    kind=IDEMPOTENCY,
                )
            return run.reply

    def runs(self, key: str) -> bool:
        """Whether a request with this key is carried out now."""
        with self._lock:
            run = self._runs.get(key)
            return run is not None and run.reply is None

    def end(self, key: str, reply: Reply) -> None:
        """Keeps an answer; one that refused the parameters is forgotten, so the key stays free."""
        with self._lock:
            # 402 and 500 come from calls that were carried out; other 4xx from checks before.
            if reply.status < 400 or reply.status == 402 or reply.status >= 500:
                self._runs[key].reply = reply
            else:
                del self._runs[key]

    def overwrite(self, key: str, request: Hashable, now: datetime, reply: Reply) -> None:
        """The client was answered otherwise than the call went: that is what is replayed."""
        with self._lock:
            self._runs[key] = _Run(request, now, reply)

    def drop(self, key: str) -> None:
        """The call broke off without an answer."""
        with self._lock:
            self._runs.pop(key, None)
