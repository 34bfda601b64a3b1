"""The fleet's queue as the use cases and the workers see it; only PostgreSQL has one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.domain.model import ConnectionId, CreditorId
from core.ports.inbox import NO_CONNECTION, JobRepo

HOOKS, DUE = "hooks", "due"  # queues


class FleetTask(StrEnum):
    """What a job of the fleet calls, see ``worker.tasks``."""

    SYNC = "sync"
    DECIDE_AND_DELIVER = "decide_and_deliver"


class FleetJob(NamedTuple):
    """One job. ``urgent``: somebody outside waits for it; it goes before what is only due."""

    task: FleetTask
    creditor: CreditorId
    connection: ConnectionId = NO_CONNECTION
    urgent: bool = False

    @property
    def queue(self) -> str:
        """Each worker keeps a hand free for the queue of hooks."""
        return HOOKS if self.urgent else DUE

    @property
    def lock(self) -> str:
        """Two jobs with the same lock never run at once."""
        if self.task is FleetTask.SYNC:
            return f"conn:{self.creditor}:{self.connection}"
        return f"cred:{self.creditor}"

    @property
    def queueing_lock(self) -> str:
        """Only one job with this lock waits; urgent ones do not hide behind those that are due."""
        return f"{'hook' if self.urgent else 'due'}:{self.lock}"


class QueueState(NamedTuple):
    """How long the queue is. ``oldest``: since when the longest waiting job waits, ISO 8601 in
    UTC, "" when none does; ``attempts``: the most times that one of these jobs was begun before.
    """

    waiting: int = 0
    running: int = 0
    oldest: str = ""
    attempts: int = 0


class FleetRepo(JobRepo, Protocol):
    """``JobRepo`` with what the workers of the fleet need beside it."""

    def schedule(self, jobs: Sequence[FleetJob]) -> int:
        """Defers those whose lock is neither taken nor waited for; returns how many that were.

        0 when another worker of the fleet is at it just now.
        """
        ...

    def take_over(self, dead_after: timedelta) -> int:
        """Puts back jobs whose worker has said nothing for so long; returns how many.

        A job whose successor waits already is dropped: the successor does its work.
        """
        ...

    def queue(self) -> QueueState | None:
        """None where there is no queue."""
        ...
