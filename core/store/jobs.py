"""Work for the fleet; on SQLite, where no fleet runs, the loop finds the work by itself."""

from __future__ import annotations

from core.domain.model import ConnectionId, CreditorId
from core.store.base import Repo


class Jobs(Repo):
    def events_arrived(self, creditor: CreditorId, connection: ConnectionId) -> None:
        """The inbox of this connection has something new."""

    def account_changed(self, creditor: CreditorId) -> None:
        """Something was approved, or a decision is wanted, for this creditor."""
