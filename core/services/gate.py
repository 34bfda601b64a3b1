"""The request budget of one connection, kept in the store and shared by every process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.domain.model import ConnectionId, CreditorId
from core.errors import RateLimited
from core.ports import Clock, Lane, Place, Store

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class SharedGate:
    """Fulfils ``core.ports.Gate``. ``interval`` are the microseconds between two requests.

    ``patience``: seconds that ``wait`` takes at most; the lane of history waits for other lanes as
    long as they ask.
    """

    store: Store
    clock: Clock
    sleep: Callable[[float], None]
    creditor: CreditorId
    connection: ConnectionId
    lane: Lane
    interval: int
    burst: int = 1
    patience: float = 300.0

    def wait(self) -> None:
        """Returns when the next request may be made.

        Raises:
            RateLimited: that would be after our patience; ``retry_after`` says when.

        """
        left = int(self.patience * MICROSECONDS)
        while True:
            place = self._take()
            if not place.mine and place.wait > left and (place.refused or self._hurries):
                raise _too_long(place.wait)
            if place.wait:
                self.sleep(place.wait / MICROSECONDS)
            left -= place.wait
            # Who slept may have missed that another process was refused meanwhile.
            if place.mine and not (place.wait and self._blocked()):
                return

    def throttled(self, retry_after: float | None) -> float:
        with self.store.write() as tx:
            wait = tx.budgets.block(self.creditor, self.connection, self._now(), retry_after)
        return wait / MICROSECONDS

    def eased(self) -> None:
        """The platform answers again."""
        with self.store.write() as tx:
            tx.budgets.ease(self.creditor, self.connection)

    @property
    def _hurries(self) -> bool:
        return self.lane < Lane.HISTORY

    def _take(self) -> Place:
        with self.store.write() as tx:
            # The clock is read when it is our turn to write: not before others had theirs.
            return tx.budgets.take(
                self.creditor, self.connection, self.lane, self._now(), self.interval, self.burst
            )

    def _blocked(self) -> bool:
        with self.store.read() as tx:
            return tx.budgets.blocked(self.creditor, self.connection, self._now()) > 0

    def _now(self) -> int:
        return microseconds(self.clock.now())


class OpenGate:
    """No budget: for a few questions before there is a connection, and for cassettes.

    What the platform asks to wait is waited for, by this process alone.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._refusals = 0
        self._wait = 0.0

    def wait(self) -> None:
        if self._wait:
            self._sleep(self._wait)
        self._wait = 0.0

    def throttled(self, retry_after: float | None) -> float:
        self._wait = max(float(2**self._refusals), retry_after or 0.0)
        self._refusals = min(self._refusals + 1, 8)
        return self._wait

    def eased(self) -> None:
        self._refusals = 0


def microseconds(at: datetime) -> int:
    """Microseconds UTC since 1970."""
    return int(at.timestamp() * MICROSECONDS)


def _too_long(wait: int) -> RateLimited:
    seconds = -(-wait // MICROSECONDS)
    error = RateLimited(
        f"Die Plattform nimmt erst in {seconds} Sekunden wieder Anfragen an. Bitte dann noch einmal "
        "versuchen; es geht dort weiter, wo aufgehört wurde.",
        en=f"The platform takes requests again in {seconds} seconds only. Please try again then; it "
        "goes on where it stopped.",
    )
    error.retry_after = float(seconds)
    return error
