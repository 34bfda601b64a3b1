"""What is kept of a live connection beside its records: whose account it is, when it was read.

Kept as streams of their own beside the cursors of the connector, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from core.domain.model import ConnectionId, CreditorId
from core.errors import AuthFailed, MahnwerkError, Rejected
from core.ports import Tx

ACCOUNT, SYNCED, POLLING = "account", "synced", "polling"
Cursors = Mapping[str, Mapping[str, Any]]


class Attempt(NamedTuple):
    """When the connection was last read or tried to be, and how often in a row that failed.

    ``refused``: by the platform, the last time; it will be again until somebody mends it.
    """

    at: datetime
    failures: int = 0
    refused: bool = False

    def ended(self, error: MahnwerkError | None, at: datetime) -> Attempt:
        """As it is kept when a reading ended ``at``, well or with an error."""
        if error is None:
            return Attempt(at)
        return Attempt(at, self.failures + 1, isinstance(error, AuthFailed | Rejected))


def record_account(
    tx: Tx,
    creditor: CreditorId,
    connection: ConnectionId,
    organisation: str,
    at: datetime,
    mode: str = "",
) -> None:
    """Keeps whose account the key opens, as the platform said ``at``, and the mode of its data
    where it has one.
    """
    kept = {"organisation": organisation, "checked_at": at.isoformat()}
    kept |= {"mode": mode} if mode else {}
    tx.connections.save_cursor(creditor, connection, ACCOUNT, kept)


def record_synced(tx: Tx, creditor: CreditorId, connection: ConnectionId, at: datetime) -> None:
    """Keeps that everything of the connection was read, up to ``at``: a sync that ended well."""
    tx.connections.save_cursor(creditor, connection, SYNCED, {"at": at.isoformat()})


def organisation(cursors: Cursors) -> str:
    """Name of the organisation at the platform; "" when it was never asked for."""
    return str(cursors.get(ACCOUNT, {}).get("organisation", ""))


def mode(cursors: Cursors) -> str:
    """LIVE or TEST where the platform keeps real and invented data apart; "" otherwise."""
    return str(cursors.get(ACCOUNT, {}).get("mode", ""))


def synced_at(cursors: Cursors) -> datetime | None:
    """When the connection was last read to the end, aware UTC; None: never."""
    text = cursors.get(SYNCED, {}).get("at")
    return None if text is None else datetime.fromisoformat(str(text))


def account_checked_at(cursors: Cursors) -> datetime | None:
    """When somebody last connected it, with a key that the platform accepted; None: never."""
    text = cursors.get(ACCOUNT, {}).get("checked_at")
    return None if text is None else datetime.fromisoformat(str(text))


def last_attempt(cursors: Cursors) -> Attempt | None:
    """None when nobody ever tried to read it."""
    kept = cursors.get(POLLING, {})
    if not kept:
        return None
    at = datetime.fromisoformat(str(kept["at"]))
    return Attempt(at, int(kept.get("failures", 0)), bool(kept.get("refused", False)))


def record_attempt(
    tx: Tx, creditor: CreditorId, connection: ConnectionId, attempt: Attempt
) -> None:
    kept = {
        "at": attempt.at.isoformat(),
        "failures": attempt.failures,
        "refused": attempt.refused,
    }
    tx.connections.save_cursor(creditor, connection, POLLING, kept)
