"""From event to effect: what waits in the inbox of a connection is read again at its source.

Each step only repeats work when a process is killed behind it: the object is read and stored, the
notices that it stands on are judged anew, and then its events are done. An event that cannot be
worked on waits, twice as long each time, and is given up after some tries with its reason; the next
sync reads its object anyway. Nothing that one event does keeps the others from being worked on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.domain.model import Connection, ConnectionId, Creditor, CreditorId
from core.domain.platform_records import EventKind
from core.errors import (
    STORE,
    AuthFailed,
    Busy,
    ConfigError,
    ConnectorError,
    MahnwerkError,
    MalformedResponse,
    Rejected,
)
from core.ports import NO_CONNECTION, InboxEvent, InboxState
from core.services.app import App
from core.services.deliver_report import told
from core.services.inbox_objects import Thing, cause_of, things
from core.services.inbox_reading import Hopeless, Reader
from core.services.inbox_wait import EVENTS, TRIES, after_failure, retry_at, waits_until
from core.services.lease import Lease
from core.services.lookup import creditor_of
from core.services.owner import this_task
from core.services.recheck import Rechecked, recheck_notices
from core.services.returned_mail import take_returned

log = logging.getLogger(__name__)
# Events looked at together: a storm of one invoice is one question.
SLICE = 1000
# Objects of one call: at the two requests a second of lexoffice less than a minute.
OBJECTS = 50
_RENEW_AFTER = timedelta(seconds=60)
# What concerns this one object; any other failure would meet every other object as well.
_OF_ONE_OBJECT = (Rejected, MalformedResponse)


@dataclass(slots=True)
class InboxReport:
    """Numbers are events. ``error``: why all that is left waits; ``left``: more can be done now.

    ``busy``: another worker is at it.
    """

    done: int = 0
    later: int = 0
    failed: int = 0
    requests: int = 0
    notices: list[Rechecked] = field(default_factory=list)
    left: bool = False
    busy: bool = False
    error: str = ""


def _never() -> bool:
    return False


def work_inbox(
    app: App,
    creditor: CreditorId,
    connection: ConnectionId,
    *,
    on: date | None = None,
    stop: Callable[[], bool] = _never,
) -> InboxReport:
    """Works on the waiting events of one connection, at most ``OBJECTS`` objects of them.

    ``connection`` NO_CONNECTION: mails that came back. ``on``: today by default. ``stop`` is asked
    between two objects.

    Raises:
        ConfigError: there is no such creditor.
        Unavailable: the store is away.
    """
    what = (f"Abruf der Meldungen von Anbindung {connection}", f"reading of events {connection}")
    lease = Lease(app, creditor, f"inbox:{connection}", this_task(), what)
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        known = tx.connections.get(creditor, connection) if connection != NO_CONNECTION else None
    today = app.clock.today(who.profile.zone) if on is None else on
    report = InboxReport()
    try:
        with lease.held():
            if connection == NO_CONNECTION:
                _Work(app, who, connection, today, stop, lease, report).all()
            elif known is None:
                _give_up_all(app, creditor, connection, report)
            else:
                _work_connection(app, who, known, today, stop, lease, report)
    except Busy:
        report.busy = True
    return report


def _work_connection(
    app: App,
    creditor: Creditor,
    connection: Connection,
    on: date,
    stop: Callable[[], bool],
    lease: Lease,
    report: InboxReport,
) -> None:
    reader = Reader(app, creditor, connection, on)
    if reader.live:
        with app.store.read() as tx:
            waits = waits_until(app, tx, creditor.id, connection)
        if waits is not None:
            until, report.error = waits
            with app.store.write() as tx:
                report.later = tx.inbox.wait(creditor.id, connection.id, until, report.error)
            return
    with closing(reader):
        work = _Work(app, creditor, connection.id, on, stop, lease, report, reader)
        work.all()
        report.requests = reader.requests


def _give_up_all(
    app: App, creditor: CreditorId, connection: ConnectionId, report: InboxReport
) -> None:
    now = app.clock.now()
    reason = app.say("Die Anbindung gibt es nicht", "There is no such connection")
    with app.store.write() as tx:
        waiting = tx.inbox.waiting(creditor, connection, now, SLICE)
        ids = [each.id for each in waiting]
        tx.inbox.finish(creditor, ids, InboxState.FAILED, now, reason)
    report.failed = len(ids)


@dataclass(slots=True)
class _Work:
    """``reader`` is None for what belongs to no connection."""

    app: App
    creditor: Creditor
    connection: ConnectionId
    on: date
    stop: Callable[[], bool]
    lease: Lease
    report: InboxReport
    reader: Reader | None = None
    _renewed: datetime | None = None

    def all(self) -> None:
        if self._objects():
            self._spoken()
            self.report.left = bool(self._waiting(1))

    def _objects(self) -> bool:
        """False when the platform cannot be asked for now."""
        left = OBJECTS
        while left > 0 and (events := self._waiting(SLICE)):
            for thing in things(events)[:left]:
                if self.stop():
                    return True
                self._renew()
                if not self._one(thing):
                    return False
                left -= 1
        return True

    def _waiting(self, limit: int) -> list[InboxEvent]:
        with self.app.store.read() as tx:
            now = self.app.clock.now()
            return tx.inbox.waiting(self.creditor.id, self.connection, now, limit)

    def _renew(self) -> None:
        now = self.app.clock.now()
        if self._renewed is None or now - self._renewed > _RENEW_AFTER:
            self.lease.renew()
            self._renewed = now

    def _one(self, thing: Thing) -> bool:
        """False when nothing more can be asked of the connection for now."""
        try:
            self._effect(thing)
        except Busy:
            raise
        except Hopeless as error:
            self._finish(thing.events, InboxState.FAILED, told(self.app, error))
        except _OF_ONE_OBJECT as error:
            self._later(thing, told(self.app, error))
        except (ConnectorError, ConfigError) as error:
            if isinstance(error, ConnectorError) and error.connector == STORE:
                raise  # it is our own store that is away, and nothing can be noted in it
            return self._silent(thing, error)
        except MahnwerkError as error:
            self._later(thing, told(self.app, error))
        except Exception as error:
            log.exception("events %s could not be worked on", thing.ids)
            self._later(thing, told(self.app, error))
        else:
            self._finish(thing.events, InboxState.DONE)
        return True

    def _effect(self, thing: Thing) -> None:
        if self.reader is None:
            if thing.kind is EventKind.RETURNED_MAIL:
                self._returned(thing)
            return
        touched = self.reader.take(thing)
        if not touched:
            return
        name, zone = self.reader.connection.name, self.creditor.profile.zone
        self.report.notices += recheck_notices(
            self.app,
            self.creditor.id,
            on=self.on,
            items=touched.items,
            debtors=touched.debtors,
            cause=cause_of(self.app, thing, name, zone),
        )

    def _returned(self, thing: Thing) -> None:
        with self.app.store.read() as tx:
            raw = tx.inbox.raw(self.creditor.id, thing.events[0].id)
        take_returned(self.app, self.creditor.id, raw, on=self.on)

    def _silent(self, thing: Thing, error: MahnwerkError) -> bool:
        """The platform is away, asks to slow down or refuses its key: all of its events wait."""
        if self.reader is None or not self.reader.live:
            self._later(thing, told(self.app, error))
            return True
        creditor, connection = self.creditor.id, self.reader.connection
        if thing.kind is EventKind.KEY_REVOKED and isinstance(error, AuthFailed):
            self._finish(thing.events, InboxState.DONE)
        with self.app.store.write() as tx:
            silence = after_failure(self.app, tx, creditor, connection, error)
            tx.connections.save_cursor(creditor, connection.id, EVENTS, silence.kept())
            waiting = tx.inbox.wait(creditor, connection.id, silence.until, silence.reason)
        self.report.later += waiting
        self.report.error = silence.reason
        return False

    def _spoken(self) -> None:
        """The platform answers: what was noted of its silence is over."""
        if self.reader is None or not self.reader.requests:
            return
        creditor, connection = self.creditor.id, self.connection
        with self.app.store.read() as tx:
            kept = tx.connections.cursors(creditor, connection).get(EVENTS)
        if kept:
            with self.app.store.write() as tx:
                tx.connections.save_cursor(creditor, connection, EVENTS, {})

    def _finish(self, events: Sequence[InboxEvent], state: InboxState, reason: str = "") -> None:
        with self.app.store.write() as tx:
            ids = [each.id for each in events]
            tx.inbox.finish(self.creditor.id, ids, state, self.app.clock.now(), reason)
        if state is InboxState.DONE:
            self.report.done += len(events)
        else:
            self.report.failed += len(events)

    def _later(self, thing: Thing, reason: str) -> None:
        """Each waits by its own count of tries; who has had all of them is given up."""
        last = [each for each in thing.events if each.tries + 1 >= TRIES]
        if last:
            self._finish(last, InboxState.FAILED, reason)
        now = self.app.clock.now()
        with self.app.store.write() as tx:
            for each in thing.events:
                if each not in last:
                    again = retry_at(now, each.tries)
                    tx.inbox.retry(self.creditor.id, [each.id], again, reason)
                    self.report.later += 1
