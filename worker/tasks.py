"""The unattended work of one connection and of one creditor (architecture §4.12).

Each of the three functions may be called at any time, twice, by several workers at once, and may
be killed at any line: what was done is in the store, what was not is done by the next call. The
leases they take are the same that commands take, so a person at the terminal and a worker never do
the same thing at once; whoever comes second leaves it to the other.

None of them raises for what goes wrong with a platform, a mail server or one creditor: it is
logged, stands in what they return, and is tried again later. Only a store that is away is raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from core.domain.model import Connection, ConnectionId, Creditor, CreditorId, NoticeState
from core.errors import STORE, Busy, MahnwerkError, Unavailable
from core.ports import NO_CONNECTION, WorkState
from core.services.app import App
from core.services.deliver import SendReport, send
from core.services.deliver_report import told
from core.services.inbox import work_inbox
from core.services.lease import Lease
from core.services.lookup import creditor_of
from core.services.mail_intake import read_mailbox
from core.services.owner import this_task
from core.services.polling import sync_due
from core.services.reading import Meter
from core.services.recheck import recheck_notices
from core.services.run import run
from core.services.run_report import RunReport
from core.services.schedule import (
    after_failure,
    due,
    mail_read,
    mailbox_due,
    reading_due,
    sends,
)
from worker.outcomes import Advanced, Decided, Synced

log = logging.getLogger(__name__)
Stop = Callable[[], bool]
EX_SOFTWARE = 70
# Calls of the inbox in one ``sync``: each takes a slice.
_SLICES = 20
# A platform may grant two questions a second: then one that tells of a thousand changes would keep
# a hand for minutes, and four of them every hand, while a payment waits elsewhere.
EVENTS_AT_A_TIME = timedelta(seconds=20)


def never() -> bool:
    """Nobody asks to stop."""
    return False


def sync(
    app: App,
    creditor: CreditorId,
    connection: ConnectionId,
    *,
    stop: Stop = never,
    events_for: timedelta | None = EVENTS_AT_A_TIME,
) -> Synced:
    """Works on the events of a connection and reads it when that is due; then looks again at the
    notices that this may concern. NO_CONNECTION stands for mails that came back.

    ``events_for``: events that are left after so long wait for the next call; None: it goes on.

    Raises:
        Unavailable: the store is away.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        found = tx.connections.get(creditor, connection)
    on, what = app.clock.today(who.profile.zone), f"{creditor}/{connection}"
    done = Synced(connection, found.name if found else "")
    end = None if events_for is None else app.clock.now() + events_for
    enough = stop if end is None else lambda: stop() or app.clock.now() >= end
    events = partial(_events, app, creditor, connection, on, enough, done)
    done = _tried(app, what, events, done)
    if stop():
        return done
    if found is None:
        return _tried(app, what, partial(_read_mailbox, app, who, on, done), done)
    reading = partial(_read_if_due, app, creditor, found, on, stop, done)
    return _tried(app, what, reading, done)


def decide_and_deliver(app: App, creditor: CreditorId, *, stop: Stop = never) -> Decided:
    """Makes the daily run when its hour has come, and sends what may leave now.

    Days on which nobody worked are not made up for: the run decides for today. A day's run is made
    once; notices that are held are looked at again every half hour.

    Raises:
        Unavailable: the store is away.
        ConfigError: there is no such creditor.
    """
    lease = Lease(app, creditor, "work", this_task(), ("Arbeitsgang", "round of work"))
    try:
        with lease.held():
            return _decide(app, creditor, stop)
    except Busy:
        return Decided(creditor, busy=True)


def advance(app: App, creditor: CreditorId, *, stop: Stop = never) -> Advanced:
    """All that is due for a creditor: his connections one after the other, then the decisions.

    A connection that fails keeps neither the others nor the decisions from being worked on.

    Raises:
        Unavailable: the store is away.
        ConfigError: there is no such creditor.
    """
    synced = []
    for connection in due_connections(app, creditor):
        if stop():
            break
        synced.append(sync(app, creditor, connection, stop=stop, events_for=None))
    decided = Decided(creditor) if stop() else decide_and_deliver(app, creditor, stop=stop)
    return Advanced(creditor, tuple(synced), decided)


def due_connections(app: App, creditor: CreditorId) -> list[ConnectionId]:
    """Connections with events that can be worked on now, then those whose reading is due."""
    with app.store.read() as tx:
        waiting = [each for who, each in tx.inbox.due(app.clock.now()) if who == creditor]
    return list(dict.fromkeys([*waiting, *reading_due(app, creditor)]))


def _tried(app: App, what: str, do: Callable[[], Synced], done: Synced) -> Synced:
    """One step; what goes wrong in it stands in the answer, and what others do is left to them."""
    try:
        return do()
    except Busy:
        return done
    except Exception as error:  # noqa: BLE001 — the next step is not kept from being done
        sentence, code = failed(app, what, error)
        return replace(done, error=sentence, exit_code=code)


def _events(
    app: App, creditor: CreditorId, connection: ConnectionId, on: date, stop: Stop, done: Synced
) -> Synced:
    """Works on what waits, slice by slice."""
    for _ in range(_SLICES):
        report = work_inbox(app, creditor, connection, on=on, stop=stop)
        if report.error:
            return replace(done, events=report.error)
        if not report.left or report.busy or stop():
            break
    return done


def _read_mailbox(app: App, creditor: Creditor, on: date, done: Synced) -> Synced:
    """Fetches the mails that came back, when that is due, and works on them."""
    with app.store.read() as tx:
        state = tx.work.state(creditor.id)
    if done.connection != NO_CONNECTION or not mailbox_due(app, creditor, state):
        return done
    failed = True
    try:
        read_mailbox(app, creditor.id, on=on)
        failed = False
    finally:
        mail_read(app, creditor.id, failed=failed)
    return _events(app, creditor.id, NO_CONNECTION, on, never, done)


def _read_if_due(
    app: App, creditor: CreditorId, connection: Connection, on: date, stop: Stop, done: Synced
) -> Synced:
    if connection.platform not in app.platforms.all:
        return done  # its files come by hand
    report, _ = sync_due(app, creditor, connection.name, on=on, meter=Meter(stop=stop))
    if not report.connections:
        return done
    [read] = report.connections
    if any(read.records.values()):
        recheck_notices(app, creditor, on=on)
    error = read.error.sentence(app.language) if read.error else ""
    if error:
        log.warning("%s: %s could not be read: %s", creditor, connection.name, error)
    return replace(done, report=read, error=error or done.error, exit_code=read.exit_code)


def _decide(app: App, creditor: CreditorId, stop: Stop) -> Decided:
    done = Decided(creditor)
    try:
        todo = due(app, creditor, changed=True)
        if not todo.anything or stop():
            return done
        if todo.run is not None:
            done = replace(done, run=_run(app, creditor, todo.run))
        if todo.send and not stop():
            done = replace(done, send=_send(app, creditor, stop))
    except Busy:
        return replace(done, busy=True)
    except Exception as error:  # noqa: BLE001 — it stands in the answer
        sentence, code = failed(app, creditor, error)
        done = replace(done, error=sentence, exit_code=code)
    return _settle(app, done)


def _run(app: App, creditor: CreditorId, on: date) -> RunReport:
    report = run(app, creditor, on=on, collect=False)
    with app.store.write() as tx:
        tx.work.save(creditor, replace(tx.work.state(creditor), ran_on=on.isoformat()))
    log.info("%s: run %s of %s, %d proposals", creditor, report.run, on, len(report.proposals))
    return report


def _send(app: App, creditor: CreditorId, stop: Stop) -> SendReport | None:
    who = _creditor(app, creditor)
    if not sends(who):  # stopped while the run was made
        return None
    on = app.clock.today(who.profile.zone)
    report = send(app, creditor, on=on, owner=this_task(), stop=stop)
    for outcome in report.outcomes:
        log.info("%s: notice %s %s", creditor, outcome.proposal, outcome.outcome)
    for warning in report.warnings:
        log.warning("%s: %s", creditor, warning)
    return report


def _creditor(app: App, creditor: CreditorId) -> Creditor:
    with app.store.read() as tx:
        return creditor_of(tx, creditor)


def _settle(app: App, done: Decided) -> Decided:
    """Keeps how it ended: after failures the next try waits, longer each time."""
    creditor, now = done.creditor, app.clock.now()
    error = done.error or _not_delivered(app, done)
    with app.store.write() as tx:
        state: WorkState = tx.work.state(creditor)
        if error:
            wait = after_failure(state, now).isoformat()
            state = replace(state, failures=state.failures + 1, next_at=wait, error=error)
        else:
            state = replace(state, failures=0, next_at="", error="")
        tx.work.save(creditor, replace(state, advanced_at=now.isoformat()))
    code = done.exit_code or (done.send.exit_code if done.send else 0)
    return replace(done, error=error, exit_code=code or (Unavailable.exit_code if error else 0))


def _not_delivered(app: App, done: Decided) -> str:
    """Why notices did not leave although nothing stands against them: a mail server that is away,
    a disk that is full. They stay approved; "" when there are none.
    """
    failed = [each for each in done.send.outcomes if each.outcome == "failed"] if done.send else []
    with app.store.read() as tx:
        for each in failed:
            notice = tx.notices.get(done.creditor, each.proposal)
            if notice is not None and notice.state is NoticeState.APPROVED:
                return each.reason
    return ""


def failed(app: App, what: str, error: Exception) -> tuple[str, int]:
    """Sentence and exit code of a failure, which is logged.

    Raises:
        Unavailable: it is the store's; no work can be done for anybody.
    """
    if isinstance(error, Unavailable) and error.connector == STORE:
        raise error
    known = isinstance(error, MahnwerkError)
    log.error("%s: %s", what, error, exc_info=None if known else error)
    code = error.exit_code if isinstance(error, MahnwerkError) else EX_SOFTWARE
    return told(app, error), code


__all__ = [
    "NO_CONNECTION",
    "Advanced",
    "Decided",
    "Synced",
    "advance",
    "decide_and_deliver",
    "sync",
]
