"""What waits, what failed, and who works: for /metrics, the doctor and ``mahnwerk work``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.domain.model import Connection, ConnectionId, Creditor, CreditorId, NoticeState
from core.ports import NO_CONNECTION, Backlog, Tx, WorkerSeen
from core.ports.fleet import QueueState
from core.services.app import App
from core.services.connection_state import synced_at
from core.services.housekeeping import living
from core.services.schedule import has_mailbox, next_run

_COUNTED = (NoticeState.APPROVED, NoticeState.HELD, NoticeState.PRINTED, NoticeState.UNKNOWN)
_NONE = Backlog(0, 0, "")


@dataclass(frozen=True, slots=True)
class ConnectionBacklog:
    """Events of one connection; ``name`` is "" for mails that came back.

    ``synced_at``: when everything of it was last read, None: never, or it is read from files.
    """

    connection: int
    name: str
    waiting: int
    failed: int
    oldest: datetime | None  # since when the longest waiting event waits
    live: bool  # read by Mahnwerk itself
    synced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountBacklog:
    """One creditor. ``printed``: letters that nobody has reported as posted yet."""

    creditor: CreditorId
    connections: tuple[ConnectionBacklog, ...]
    approved: int
    held: int
    printed: int
    unknown: int
    last_run: date | None
    next_run: datetime | None  # in the past when it is due; None: a person makes it
    failures: int  # of the unattended work, in a row
    error: str
    tried_at: datetime | None  # when it was last worked for

    @property
    def waiting_events(self) -> int:
        return sum(each.waiting for each in self.connections)

    @property
    def failed_events(self) -> int:
        return sum(each.failed for each in self.connections)


@dataclass(frozen=True, slots=True)
class Standing:
    """All creditors, or one; ``workers`` are those that were seen of late; ``queue`` is that of a
    fleet, None where there can be none.
    """

    accounts: tuple[AccountBacklog, ...]
    workers: tuple[WorkerSeen, ...]
    queue: QueueState | None = None


def backlog(app: App, creditor: CreditorId | None = None) -> Standing:
    """How the unattended work stands now. Changes nothing."""
    workers = tuple(living(app))
    with app.store.read() as tx:
        known = [each for each in tx.creditors.all() if creditor in (None, each.id)]
        accounts = tuple(_account(app, tx, each) for each in known)
        return Standing(accounts, workers, tx.jobs.queue())


def _account(app: App, tx: Tx, creditor: Creditor) -> AccountBacklog:
    state, run = tx.work.state(creditor.id), tx.runs.latest(creditor.id)
    counts = dict.fromkeys(_COUNTED, 0)
    for each in tx.work.notices(creditor.id, _COUNTED):
        counts[each.state] += each.number
    return AccountBacklog(
        creditor.id,
        _connections(app, tx, creditor),
        counts[NoticeState.APPROVED],
        counts[NoticeState.HELD],
        counts[NoticeState.PRINTED],
        counts[NoticeState.UNKNOWN],
        run.on if run else None,
        next_run(app, creditor, state),
        state.failures,
        state.error,
        _instant(state.advanced_at),
    )


def _connections(app: App, tx: Tx, creditor: Creditor) -> tuple[ConnectionBacklog, ...]:
    events = tx.inbox.backlog(creditor.id)
    found = [
        _connection(app, tx, creditor, each, events) for each in tx.connections.all(creditor.id)
    ]
    if NO_CONNECTION in events or has_mailbox(creditor):
        new, failed, oldest = events.get(NO_CONNECTION, _NONE)
        mails = ConnectionBacklog(NO_CONNECTION, "", new, failed, _instant(oldest), live=False)
        found.append(mails)
    return tuple(found)


def _connection(
    app: App,
    tx: Tx,
    creditor: Creditor,
    connection: Connection,
    events: Mapping[ConnectionId, Backlog],
) -> ConnectionBacklog:
    new, failed, oldest = events.get(connection.id, _NONE)
    return ConnectionBacklog(
        connection.id,
        connection.name,
        new,
        failed,
        _instant(oldest),
        live=connection.platform in app.platforms.all,
        synced_at=synced_at(tx.connections.cursors(creditor.id, connection.id)),
    )


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
