"""What came on a platform since the last sync, before the first notice of a send leaves for it.

Reading the invoices of a notice again does not show what is not on the notice: a credit note that
the debtor got this morning, a dunning that somebody made there, a new e-mail address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from shlex import quote
from zoneinfo import ZoneInfo

from core.domain.model import Connection
from core.errors import AuthFailed, Busy, ConfigError, MahnwerkError
from core.ports import Lane
from core.services.connection_state import Cursors, last_attempt, synced_at
from core.services.deliver_look import Desk
from core.services.onboarding_state import onboarding_of
from core.services.polling import next_poll
from core.services.sync import read_connection

STALE = timedelta(minutes=15)
# After so many refusals in a row a send asks no more often than the polls do: a timer that sends
# every minute would get the key blocked (ADR 0029).
_REFUSALS = 3


def catch_up(desk: Desk, connection: Connection) -> MahnwerkError | None:
    """Reads what changed on a connection unless that was done just now; why it cannot be done.

    Another process that reads it at this moment does the same work: it is not waited for.
    """
    app, creditor = desk.app, desk.creditor.id
    with app.store.read() as tx:
        cursors = tx.connections.cursors(creditor, connection.id)
    state, last = onboarding_of(connection, cursors), synced_at(cursors)
    if state is None:
        return None  # never read as a whole: what stands here came one by one
    if not state.done:
        return ConfigError(
            "noch nicht ganz eingelesen, Gutschriften können fehlen; zuerst: mahnwerk onboard",
            en="not read to the end yet, credit notes may be missing; first: mahnwerk onboard",
        )
    if last is not None and timedelta() <= app.clock.now() - last < STALE:
        return None
    until = _refused_until(desk, connection, cursors)
    if until is not None:
        return _not_asked(connection, until.astimezone(ZoneInfo(desk.creditor.profile.zone)))
    report = read_connection(app, creditor, connection, state, on=desk.on, lane=Lane.SYNC)
    return None if isinstance(report.error, Busy) else report.error


def _refused_until(desk: Desk, connection: Connection, cursors: Cursors) -> datetime | None:
    """Until when a platform is left alone that refused every reading of late; None: it is not."""
    now, last = desk.app.clock.now(), last_attempt(cursors)
    if last is None or not last.refused or last.failures < _REFUSALS:
        return None
    at, _ = next_poll(connection, cursors, waiting=False, now=now)
    return at if at > now else None


def _not_asked(connection: Connection, until: datetime) -> AuthFailed:
    again = f"mahnwerk sync {quote(connection.name)}"
    return AuthFailed(
        f"die Plattform hat die letzten Abrufe abgelehnt und wird bis {until:%d.%m.%Y %H:%M} nicht "
        f"mehr gefragt, damit sie den Schlüssel nicht sperrt; ist er in Ordnung: {again}",
        en=f"the platform refused to be read several times and is not asked again before "
        f"{until:%Y-%m-%d %H:%M}, lest it block the key; if the key is right: {again}",
    )
