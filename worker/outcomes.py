"""What the unattended work did for a connection and for a creditor."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.model import ConnectionId, CreditorId
from core.services.deliver_report import SendReport
from core.services.run_report import RunReport
from core.services.sync import ConnectionReport, worst


@dataclass(frozen=True, slots=True)
class Synced:
    """One connection: why its events have to wait ("" = they do not), and its reading when that
    was due (``report``).
    """

    connection: ConnectionId
    name: str
    events: str = ""
    report: ConnectionReport | None = None
    error: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """One creditor: the run of the day when it was due, and what left.

    ``busy``: somebody else is at it. ``error``: why it broke off; it is tried again later.
    """

    creditor: CreditorId
    run: RunReport | None = None
    send: SendReport | None = None
    busy: bool = False
    error: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Advanced:
    """Everything that was due for one creditor."""

    creditor: CreditorId
    synced: tuple[Synced, ...]
    decided: Decided

    @property
    def exit_code(self) -> int:
        """The one that needs somebody's attention first; 0 when none does."""
        return worst([*(each.exit_code for each in self.synced), self.decided.exit_code])
