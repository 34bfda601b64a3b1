"""Keeping the open items in step with live platforms (architecture §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.domain.model import Connection, CreditorId
from core.ports import Lane, PlatformConnector
from core.services.app import App
from core.services.known import StoredRecords
from core.services.sync_store import store_batch


def refresh_invoices(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    external_ids: Sequence[str],
    *,
    on: date,
    lane: Lane = Lane.LAST_LOOK,
    connector: PlatformConnector | None = None,
) -> None:
    """Reads these invoices anew, each once, and stores what they are now.

    ``connector``: one that is open already, for many notices in a row. An invoice that cannot be
    read holds its debtor; what was read before a failure is stored.

    Raises:
        ConnectorError: the platform could not be asked, or the connection has no key.
    """
    open_one = connector or app.platforms.connect(creditor, connection, lane)
    known = StoredRecords(app.store, creditor, connection.id)
    for external_id in dict.fromkeys(external_ids):
        began = app.clock.now()
        batch = open_one.fetch_invoice(external_id, known)
        store_batch(app, creditor, connection, "", batch, on=on, began=began)
