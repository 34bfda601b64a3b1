"""The system's clock: the only place that asks what time it is (architecture §4.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class SystemClock:
    """Instants are aware UTC; the day is that of the creditor's zone, whatever TZ says."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()
