"""Working days and deadlines. Feast days are passed in: the domain knows no calendar library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Feast days of one Land; working days are Monday to Friday without them.

    Bank days follow the same rule: a feast day in the Land never makes a deadline shorter.
    """

    feast_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.feast_days

    def on_or_after(self, day: date) -> date:
        """``day`` itself when it is a working day, else the next one (§ 193 BGB)."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """The day that lies ``working_days`` working days after ``day``."""
        for _ in range(working_days):
            day = self.on_or_after(day + _DAY)
        return day

    def joined(self, other: Calendar) -> Calendar:
        """Days that are working days in both places."""
        return self if self is other else _joined(self, other)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; 0 when end <= start."""
        count, day = 0, start
        while day < end:
            day += _DAY
            count += self.is_working_day(day)
        return count


@lru_cache(maxsize=256)
def _joined(one: Calendar, other: Calendar) -> Calendar:
    if other.feast_days <= one.feast_days:
        return one
    return Calendar(one.feast_days | other.feast_days)
