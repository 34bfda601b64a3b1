"""The stand-in's clock: Berlin days, instants in milliseconds, and days that can be moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
_MORNING = day_time(10, 0)


class SandboxClock:
    """Now, as the platform sees it.

    ``now`` returns an aware instant and rules alone; ``today`` starts the clock at ten in the
    morning of that day in Berlin, from where it goes on. Neither: the clock of this machine.
    """

    def __init__(
        self, now: Callable[[], datetime] | None = None, today: date | None = None
    ) -> None:
        self._given = now
        self._ahead = timedelta()
        if now is None and today is not None:
            self.set_today(today)

    def now(self) -> datetime:
        """The instant in UTC, cut to milliseconds as everything the platform sends."""
        instant = self._given() if self._given else datetime.now(UTC) + self._ahead
        instant = instant.astimezone(UTC)
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def today(self) -> date:
        """The day in Berlin."""
        return self.now().astimezone(BERLIN).date()

    def set_today(self, day: date) -> None:
        """Moves the clock to ten in the morning of ``day`` in Berlin.

        Raises:
            ValueError: the clock was given from outside.
        """
        if self._given is not None:
            raise ValueError("the clock of this stand-in is given from outside")
        self._ahead = midnight(day, _MORNING) - datetime.now(UTC)

    @staticmethod
    def monotonic() -> float:
        """Seconds for limits and lags; these are never faked."""
        return time.monotonic()


def midnight(day: date, at: day_time = day_time()) -> datetime:
    """The instant of a wall clock time of that day in Berlin, in UTC."""
    return datetime.combine(day, at, BERLIN).astimezone(UTC)


def berlin_day(instant: datetime) -> date:
    """The day in Berlin of an instant."""
    return instant.astimezone(BERLIN).date()
