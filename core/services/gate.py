"""The request budget of one connection, kept in the store and shared by every process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.domain.model import ConnectionId, CreditorId
from core.ports import Clock, Lane, Store

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class SharedGate:
    """Fulfils ``core.ports.Gate``. ``interval`` are the microseconds between two requests."""

    store: Store
    clock: Clock
    sleep: Callable[[float], None]
    creditor: CreditorId
    connection: ConnectionId
    lane: Lane
    interval: int
    burst: int = 1

    def wait(self) -> None:
        with self.store.write() as tx:
            place = tx.budgets.take(
                self.creditor, self.connection, self.lane, self._now(), self.interval, self.burst
            )
        if place:
            self.sleep(place / MICROSECONDS)

    def throttled(self, retry_after: float | None) -> float:
        with self.store.write() as tx:
            wait = tx.budgets.block(self.creditor, self.connection, self._now(), retry_after)
        return wait / MICROSECONDS

    def eased(self) -> None:
        """The platform answers again."""
        with self.store.write() as tx:
            tx.budgets.ease(self.creditor, self.connection)

    def _now(self) -> int:
        return microseconds(self.clock.now())


@dataclass(frozen=True, slots=True)
class OpenGate:
    """No budget: for a single question before there is a connection, and for cassettes."""

    def wait(self) -> None:
        return

    def throttled(self, retry_after: float | None) -> float:
        return retry_after or 1.0

    def eased(self) -> None:
        return


def microseconds(at: datetime) -> int:
    """Microseconds UTC since 1970."""
    return int(at.timestamp() * MICROSECONDS)
