"""When a call to a platform is tried again, and when it is given up (tenacity).

Two limits: tries, for failures; and seconds of patience for the whole call. Being told to wait is no
failure, so a throttled call goes on while its patience allows the wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, retry_if_result
from tenacity.wait import wait_exponential_jitter

from core.errors import ConnectorError

LONGEST_PAUSE = 30.0  # seconds between two tries after a failure
_SHORTEST = 1.0  # seconds that a try gets at least, however little patience is left
# A gate that does not make us wait must not let us hammer: tries of a throttled call, in tries.
_THROTTLED = 2


@dataclass(frozen=True, slots=True)
class Failed:
    """What one try came to, when not to an answer that is wanted."""

    error: ConnectorError
    again: bool = False  # worth another try
    pause: float | None = None  # seconds before it; None = the usual ones
    gate: float | None = None  # seconds that the gate makes us wait: the platform said to slow down


class Patience:
    """Seconds for one call with all its tries, also by a clock that tests do not wait for."""

    def __init__(self, seconds: float) -> None:
        self._limit = seconds
        self._began: float | None = None
        self._planned = 0.0
        self.unsure = False  # a try ended without an answer: it may have been carried out

    def start(self, timeout: float) -> float:
        """The time limit of the next try. The first wait at the gate is nobody's failure, so
        patience begins after it.
        """
        if self._began is None:
            self._began = time.monotonic()
        return min(timeout, max(self._limit - self._spent, _SHORTEST))

    def allows(self, wait: float) -> bool:
        """Whether there is time for a wait and another try after it; plans that wait."""
        if self._spent + wait > self._limit:
            return False
        self._planned += wait
        return True

    @property
    def _spent(self) -> float:
        began = time.monotonic() if self._began is None else self._began
        return max(time.monotonic() - began, self._planned)


def retrying(attempts: int, patience: Patience, sleep: Callable[[float], None]) -> Retrying:
    """Repeats a function that returns ``Answer`` or ``Failed`` and never raises."""
    usual = wait_exponential_jitter(initial=1, max=LONGEST_PAUSE, jitter=1)

    def pause(state: RetryCallState) -> float:
        failed = _failed(state)
        if failed.gate is not None:
            return 0.0  # it is waited for at the gate, together with all other processes
        return usual(state) if failed.pause is None else failed.pause

    def enough(state: RetryCallState) -> bool:
        gate = _failed(state).gate
        tries = attempts if gate is None else attempts * _THROTTLED
        wait = state.upcoming_sleep if gate is None else gate
        return state.attempt_number >= tries or not patience.allows(wait)

    return Retrying(
        sleep=lambda seconds: sleep(seconds) if seconds else None,
        wait=pause,
        stop=enough,
        retry=retry_if_result(lambda result: isinstance(result, Failed) and result.again),
        retry_error_callback=_failed,
    )


def _failed(state: RetryCallState) -> Failed:
    result = state.outcome.result() if state.outcome else None
    assert isinstance(result, Failed)  # noqa: S101 - tenacity asks only about what is retried
    return result
