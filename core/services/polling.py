"""When a connection is read again by itself: for platforms that report nothing of their own.

The worker asks, or a timer every minute (``mahnwerk sync --due``); here is said what is due.
Normally the interval of the connection has to pass since it was last tried; a third of it while
approved notices wait to be sent, so that a payment is seen before they leave. After failures the
wait doubles: platforms block keys that go on producing errors, and a key that was refused will be
refused again until somebody enters another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.domain.model import Connection, ConnectionId, CreditorId
from core.errors import Busy
from core.ports import Lane, Tx
from core.services.app import App
from core.services.asking import live_connections
from core.services.connection_settings import POLL_MINUTES
from core.services.connection_state import (
    Attempt,
    Cursors,
    account_checked_at,
    last_attempt,
    record_attempt,
)
from core.services.gate import microseconds
from core.services.onboarding_state import begin
from core.services.reading import Meter
from core.services.sync import ConnectionReport, SyncReport, read_connection

MINUTES = 15
# While notices wait: a third of the interval, but never more often than that.
SHORTEST = timedelta(minutes=2)
# The longest wait after failures: until somebody mends it, or until it mends itself.
REFUSED_AT_MOST, FAILED_AT_MOST = timedelta(hours=24), timedelta(hours=4)
# A clock that is behind by so much was set right; what it wrote before counts no more.
_SLIP = timedelta(minutes=1)


class Pace(StrEnum):
    """Why a connection is read when it is."""

    FIRST = "first"  # never tried
    INTERVAL = "interval"
    WAITING = "waiting"  # approved notices wait to be sent
    REFUSED = "refused"  # the platform refused the key or the request
    FAILED = "failed"  # it could not be reached, or could not be understood
    THROTTLED = "throttled"  # it asked to slow down


@dataclass(frozen=True, slots=True)
class Poll:
    """When a connection is read next; ``due``: now."""

    connection: Connection
    at: datetime
    due: bool
    pace: Pace
    failures: int = 0


def interval(connection: Connection, *, waiting: bool) -> timedelta:
    """The time between two readings that go well."""
    whole = timedelta(minutes=int(connection.settings.get(POLL_MINUTES) or MINUTES))
    return min(whole, max(SHORTEST, whole / 3)) if waiting else whole


def next_poll(
    connection: Connection, cursors: Cursors, *, waiting: bool, now: datetime
) -> tuple[datetime, Pace]:
    """When the connection is to be read next, and why then."""
    last = last_attempt(cursors)
    if last is None or last.at > now + _SLIP:
        return now, Pace.FIRST
    connected = account_checked_at(cursors)
    if last.failures and connected is not None and connected > last.at:
        return now, Pace.FIRST  # connected again since: with a key that may be another
    if not last.failures:
        return last.at + interval(connection, waiting=waiting), _pace(waiting=waiting)
    whole = interval(connection, waiting=False)
    limit = REFUSED_AT_MOST if last.refused else FAILED_AT_MOST
    # The exponent has a limit of its own: a key may stay refused for a year.
    wait = max(whole, min(limit, whole * 2 ** min(last.failures, 12)))
    return last.at + wait, Pace.REFUSED if last.refused else Pace.FAILED


def _pace(*, waiting: bool) -> Pace:
    return Pace.WAITING if waiting else Pace.INTERVAL


def polls(app: App, creditor: CreditorId, name: str | None = None) -> list[Poll]:
    """All live connections of a creditor, or the named one, the one that is due first in front.

    Raises:
        UsageError: there is no connection, or none of that name.
    """
    with app.store.read() as tx:
        live, _ = live_connections(app, tx, creditor, name)
        waiting = tx.connections.awaited(creditor) if live else frozenset()
        found = [_poll(app, tx, creditor, each, waiting) for each in live]
    return sorted(found, key=lambda poll: poll.at)


def due_now(app: App, tx: Tx, creditor: CreditorId) -> list[ConnectionId]:
    """Those of ``polls`` that are due. A worker asks this every few seconds for every creditor, so
    what waits to be sent is looked up only where it can make a difference.
    """
    now = app.clock.now()
    found = []
    for each in tx.connections.all(creditor):
        if each.platform in app.platforms.all:
            cursors = tx.connections.cursors(creditor, each.id)
            if next_poll(each, cursors, waiting=True, now=now)[0] <= now:
                found.append(each)
    if not found:
        return []
    waiting = tx.connections.awaited(creditor)
    looked = sorted(
        (_poll(app, tx, creditor, each, waiting) for each in found), key=lambda poll: poll.at
    )
    return [poll.connection.id for poll in looked if poll.due]


def _poll(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, waiting: frozenset[ConnectionId]
) -> Poll:
    now = app.clock.now()
    cursors = tx.connections.cursors(creditor, connection.id)
    at, pace = next_poll(connection, cursors, waiting=connection.id in waiting, now=now)
    blocked = tx.budgets.blocked(creditor, connection.id, microseconds(now))
    if blocked and now + timedelta(microseconds=blocked) > at:
        at, pace = now + timedelta(microseconds=blocked), Pace.THROTTLED
    last = last_attempt(cursors)
    return Poll(connection, at, at <= now, pace, last.failures if last else 0)


def sync_due(
    app: App,
    creditor: CreditorId,
    name: str | None = None,
    *,
    on: date,
    meter: Meter | None = None,
) -> tuple[SyncReport, Sequence[Poll]]:
    """Reads the live connections that are due; says when each of them is read next.

    One that another process is reading is left to it.

    Raises:
        UsageError: there is no connection, or none of that name.
    """
    reports: list[ConnectionReport] = []
    for poll in polls(app, creditor, name):
        if not poll.due:
            continue
        _begin_attempt(app, creditor, poll.connection)
        connection, state = begin(app, creditor, poll.connection, on=on)
        found = read_connection(
            app, creditor, connection, state, on=on, lane=Lane.SYNC, meter=meter
        )
        if not isinstance(found.error, Busy):
            reports.append(found)
    return SyncReport(tuple(reports)), polls(app, creditor, name)


def _begin_attempt(app: App, creditor: CreditorId, connection: Connection) -> None:
    """Counts from its begin, so that one that ends without a word is not repeated at once."""
    with app.store.write() as tx:
        last = last_attempt(tx.connections.cursors(creditor, connection.id))
        now = app.clock.now()
        kept = last._replace(at=now) if last else Attempt(now)
        record_attempt(tx, creditor, connection.id, kept)
