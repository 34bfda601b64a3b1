"""A terminal whose connections lead to a platform in memory."""

from __future__ import annotations

from datetime import date

from cli_desk import FRIDAY
from fake_platform import SLUG, FakePlatform

from config.bootstrap import compose
from config.platforms import Connecting
from core.domain.model import CreditorId, Role


def connected(terminal, monkeypatch, *names):
    """The platform behind the connections of these names."""
    platform = FakePlatform()
    monkeypatch.setattr(Connecting, "platforms", lambda _self: platform.platforms())
    terminal.init()
    composed = compose()
    try:
        with composed.app.store.write() as tx:
            (who,) = tx.creditors.all()
            for name in names:
                tx.connections.add(CreditorId(who.id), SLUG, name, Role.LEADING, "", FRIDAY)
    finally:
        composed.close()
    return platform


def fill(platform):
    """Two customers who are late, one of them without an address for mail."""
    platform.contact("b", "Beispiel Laden e.K.", email="")
    platform.invoice("1", "a", "1190.00", date(2026, 10, 1))
    platform.invoice("2", "b", "238.00", date(2026, 10, 25))
    platform.settled("9", "a", "90.00", date(2026, 8, 1), date(2026, 8, 9))
