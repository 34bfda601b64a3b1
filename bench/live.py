"""What measurements of live platforms share: a clock some days ahead, a home that is connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.bootstrap import Composed, compose
from config.settings import Settings
from core.domain.model import CreditorId
from core.services.connect_platform import connect_platform
from core.services.creditors import init_creditor

MUSTER = CreditorId("muster")
ZONE = "Europe/Berlin"
_PROFILE = {"name": "Muster GmbH", "iban": "DE02120300000000202051", "email": "o@muster.example"}


@dataclass(slots=True)
class DayClock:
    """The machine's clock, some days ahead."""

    days: int = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)

    def today(self, zone: str = ZONE) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def connected(
    folder: Path, clock: DayClock, platform: str, given: Mapping[str, str]
) -> Iterator[Composed]:
    """A new home with one connection of these settings; nothing is read yet."""
    settings = Settings(home=folder / "home", key_file=folder / "key", database_url=None)
    composed = compose(settings, clock=clock)
    try:
        composed.app.store.migrate()
        init_creditor(composed.app, MUSTER, _PROFILE, secrets={}, by="bench")
        connect_platform(
            composed.app, MUSTER, platform, None, given, by="bench", on=clock.today()
        )  # fmt: skip
        yield composed
    finally:
        composed.close()


def believed_open(composed: Composed) -> list[str]:
    """External ids of the invoices that are open in the home."""
    with composed.app.store.read() as tx:
        connection = tx.connections.all(MUSTER)[0]
        return sorted(tx.sources.open_marks(MUSTER, connection.id))
