"""What came on a platform since the last sync, before the first notice of a send leaves for it.

Reading the invoices of a notice again does not show what is not on the notice: a credit note that
the debtor got this morning, a dunning that somebody made there, a new e-mail address.
"""

from __future__ import annotations

from datetime import timedelta

from core.domain.model import Connection
from core.errors import ConfigError, MahnwerkError, UsageError
from core.ports import Lane
from core.services.connection_state import synced_at
from core.services.deliver_look import Desk
from core.services.onboarding_state import onboarding_of
from core.services.sync import read_connection

STALE = timedelta(minutes=15)


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
    report = read_connection(app, creditor, connection, state, on=desk.on, lane=Lane.SYNC)
    return None if isinstance(report.error, UsageError) else report.error
