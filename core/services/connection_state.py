"""What is kept of a live connection beside its records: whose account it is, when it was read.

Kept as streams of their own beside the cursors of the connector, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.domain.model import ConnectionId, CreditorId
from core.ports import Tx

ACCOUNT, SYNCED = "account", "synced"
Cursors = Mapping[str, Mapping[str, Any]]


def record_account(
    tx: Tx, creditor: CreditorId, connection: ConnectionId, organisation: str, at: datetime
) -> None:
    """Keeps whose account the key opens, as the platform said ``at``."""
    kept = {"organisation": organisation, "checked_at": at.isoformat()}
    tx.connections.save_cursor(creditor, connection, ACCOUNT, kept)


def record_synced(tx: Tx, creditor: CreditorId, connection: ConnectionId, at: datetime) -> None:
    """Keeps that everything of the connection was read, up to ``at``: a sync that ended well."""
    tx.connections.save_cursor(creditor, connection, SYNCED, {"at": at.isoformat()})


def organisation(cursors: Cursors) -> str:
    """Name of the organisation at the platform; "" when it was never asked for."""
    return str(cursors.get(ACCOUNT, {}).get("organisation", ""))


def synced_at(cursors: Cursors) -> datetime | None:
    """When the connection was last read to the end, aware UTC; None: never."""
    text = cursors.get(SYNCED, {}).get("at")
    return None if text is None else datetime.fromisoformat(str(text))
