"""What a loop does next: who has something due, and in which order.

Events go before scheduled work; creditors who have nothing under way go before those who have, and
those who were not worked for longest before the others, so that one who always has something to do,
or who always fails, never keeps the rest waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from core.domain.model import ConnectionId, CreditorId
from core.errors import Unavailable
from core.ports import NO_CONNECTION, NoticesWaiting
from core.services.app import App
from core.services.schedule import due, reading_due
from worker.outcomes import Decided

log = logging.getLogger(__name__)


class Kind(IntEnum):
    """What is to be done, the most urgent first."""

    EVENTS = 0
    DECIDE = 1
    READ = 2  # a connection, or the mailbox of returned mails


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do; two of the same are never done at once by one loop."""

    kind: Kind
    creditor: CreditorId
    connection: ConnectionId = NO_CONNECTION


@dataclass(slots=True)
class Plan:
    """``only``: the one creditor to work for; None: all of them.

    It remembers what waited when somebody last tried to send, so that what was approved since then,
    by whatever process, leaves without waiting its turn.
    """

    app: App
    only: CreditorId | None = None
    _seen: dict[CreditorId, tuple[NoticesWaiting, ...]] = field(default_factory=dict)
    _next: dict[CreditorId, tuple[NoticesWaiting, ...]] = field(default_factory=dict)
    _served: dict[CreditorId, int] = field(default_factory=dict)
    _turn: int = 0
    _told: set[tuple[str, str]] = field(default_factory=set)

    def creditors(self) -> list[CreditorId]:
        with self.app.store.read() as tx:
            every = [each.id for each in tx.creditors.all()]
        return [each for each in every if self.only in (None, each)]

    def events(self) -> list[Job]:
        """Connections with events that can be worked on now.

        Raises:
            Unavailable: the store is away.
        """
        with self.app.store.read() as tx:
            found = tx.inbox.due(self.app.clock.now())
        return [Job(Kind.EVENTS, *each) for each in found if self.only in (None, each[0])]

    def decisions(self) -> list[Job]:
        """Creditors with a run to make or a notice to send.

        Raises:
            Unavailable: the store is away.
        """
        return [job for each in self.creditors() for job in self._asked(each, self._decision)]

    def readings(self) -> list[Job]:
        """Connections that are to be read, and mailboxes.

        Raises:
            Unavailable: the store is away.
        """
        return [job for each in self.creditors() for job in self._asked(each, self._readings)]

    def in_order(self, jobs: Iterable[Job], running: Collection[Job]) -> list[Job]:
        """Each job once, none that is under way, the one to begin with in front."""
        busy = [job.creditor for job in running]
        todo = [job for job in dict.fromkeys(jobs) if job not in running]
        return sorted(
            todo,
            key=lambda job: (
                job.kind is not Kind.EVENTS,
                busy.count(job.creditor),
                self._served.get(job.creditor, 0),
                job.kind,
            ),
        )

    def begun(self, job: Job) -> None:
        """Its creditor goes to the end of the line."""
        self._turn += 1
        self._served[job.creditor] = self._turn
        if job.kind is Kind.DECIDE and job.creditor in self._next:
            self._seen[job.creditor] = self._next.pop(job.creditor)

    def ended(self, job: Job, result: object) -> None:
        """What somebody else was at is asked for again at the next look."""
        if isinstance(result, Decided) and result.busy:
            self._seen.pop(job.creditor, None)

    def _asked(self, creditor: CreditorId, ask: Callable[[CreditorId], list[Job]]) -> list[Job]:
        """One whose settings cannot be used is left out, and told once."""
        try:
            return ask(creditor)
        except Unavailable:
            raise
        except Exception as error:
            told = (creditor, repr(error))
            if told not in self._told:
                self._told.add(told)
                log.exception("%s: what is due cannot be told", creditor)
            return []

    def _decision(self, creditor: CreditorId) -> list[Job]:
        todo = due(self.app, creditor)
        if not todo.anything and self._seen.get(creditor, ()) != todo.waiting:
            todo = due(self.app, creditor, changed=True)
        if not todo.anything:
            return []
        # As it was before: what is approved while they are sent is a change again. It counts as
        # seen when the job begins: one that waits behind the run under way is asked for once more.
        self._next[creditor] = todo.waiting
        return [Job(Kind.DECIDE, creditor)]

    def _readings(self, creditor: CreditorId) -> list[Job]:
        return [Job(Kind.READ, creditor, each) for each in reading_due(self.app, creditor)]
