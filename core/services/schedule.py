"""What the unattended work of a creditor has to do now, and when next.

``core.domain.schedule`` knows the rules; here they meet the profile, the clock and the store. The
loop and the fleet ask ``due`` before they call ``worker.tasks.decide_and_deliver``, so that notices
that have to wait are not looked at again every second.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from core.domain import schedule as rules
from core.domain.business_days import Calendar
from core.domain.model import Automation, ConnectionId, Creditor, CreditorId, NoticeState
from core.errors import ConfigError, Unavailable
from core.ports import NO_CONNECTION, NoticesWaiting, WorkState
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.polling import due_now

log = logging.getLogger(__name__)
YES = "yes"
# A notice that may leave is tried again soon; one that is held when its reason may have ended.
TRY_AGAIN, LOOK_AGAIN = timedelta(minutes=5), timedelta(minutes=30)
# The wait after failures doubles from the first to the second.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)
MAIL_EVERY, MAIL_AT_MOST = timedelta(minutes=5), timedelta(hours=4)
_ASKED = (
    NoticeState.PROPOSED,
    NoticeState.APPROVED,
    NoticeState.HELD,
    NoticeState.HANDING_OVER,
)


@dataclass(frozen=True, slots=True)
class Due:
    """``run``: the day whose run is to be made, None: none. ``waiting``: what might leave, as it
    stands now; whoever sees it change calls again with ``changed``.
    """

    run: date | None = None
    send: bool = False
    waiting: tuple[NoticesWaiting, ...] = ()

    @property
    def anything(self) -> bool:
        return self.run is not None or self.send


@dataclass(frozen=True, slots=True)
class DueWork:
    """Who has something to do now: connections with events in front, then those to be read."""

    connections: tuple[tuple[CreditorId, ConnectionId], ...] = ()
    creditors: tuple[CreditorId, ...] = ()


def due_work(app: App, *, changed: Collection[CreditorId] = ()) -> DueWork:
    """All that is due over all creditors; one whose settings cannot be read is left out and told.

    ``changed``: creditors for whom something was approved or freed since they were worked for.

    Raises:
        Unavailable: the store is away.
    """
    with app.store.read() as tx:
        connections = tx.inbox.due(app.clock.now())
        creditors = [each.id for each in tx.creditors.all()]
    decisions = []
    for each in creditors:
        try:
            connections += [(each, connection) for connection in reading_due(app, each)]
            if due(app, each, changed=each in changed).anything:
                decisions.append(each)
        except Unavailable:
            raise
        except Exception:
            log.exception("%s: what is due cannot be told", each)
    return DueWork(tuple(dict.fromkeys(connections)), tuple(decisions))


def reading_due(app: App, creditor: CreditorId) -> list[ConnectionId]:
    """Live connections that are to be read now, see ``core.services.polling``; NO_CONNECTION is
    the mailbox of returned mails.

    Raises:
        ConfigError: there is no such creditor.
    """
    with app.store.read() as tx:
        who, state = creditor_of(tx, creditor), tx.work.state(creditor)
        found = [NO_CONNECTION] if mailbox_due(app, who, state) else []
        return found + due_now(app, tx, creditor)


def mailbox_due(app: App, creditor: Creditor, state: WorkState) -> bool:
    """Whether the mailbox of returned mails is to be read now."""
    now = app.clock.now()
    at = _instant(state.mail_at, now)
    # A clock that was set back must not keep it closed for as long as it was ahead.
    return has_mailbox(creditor) and not now < at <= now + MAIL_AT_MOST


def has_mailbox(creditor: Creditor) -> bool:
    """Whether mails that come back are fetched for this creditor."""
    return bool(creditor.profile.imap_host)


def mail_read(app: App, creditor: CreditorId, *, failed: bool) -> None:
    """Keeps when the mailbox is read again: later each time in a row that it failed."""
    with app.store.write() as tx:
        failures = tx.work.state(creditor).mail_failures + 1 if failed else 0
        wait = min(MAIL_AT_MOST, MAIL_EVERY * (1 << min(failures, 12)))
        tx.work.save_mailbox(creditor, (app.clock.now() + wait).isoformat(), failures)


def schedule_of(creditor: Creditor) -> rules.Schedule:
    """The creditor's daily run."""
    profile = creditor.profile
    return rules.Schedule(rules.parse_time(profile.run_at), rules.parse_days(profile.run_days))


def due(app: App, creditor: CreditorId, *, changed: bool = False) -> Due:
    """What is to be done now. ``changed``: something was approved or freed since the last time,
    so that what may leave is tried without waiting.

    Raises:
        ConfigError: there is no such creditor.
    """
    with app.store.read() as tx:
        who, state = creditor_of(tx, creditor), tx.work.state(creditor)
        waiting = tuple(tx.work.notices(creditor, _ASKED))
    now = app.clock.now()
    if now < _instant(state.next_at, now) <= now + LONGEST_WAIT:  # further ahead: a clock was
        return Due(waiting=waiting)
    run = run_due(app, who, state)
    send = sends(who) and _send_due(app, who, state, waiting, changed=changed)
    return Due(run, send or (run is not None and sends(who)), waiting)


def run_due(app: App, creditor: Creditor, state: WorkState) -> date | None:
    """The day whose run is to be made now; None: none is, or a person makes them."""
    if creditor.profile.run_by_itself != YES:
        return None
    zone, calendar = _place(app, creditor)
    now, ran = app.clock.now(), _day(state.ran_on)
    return rules.run_due(schedule_of(creditor), creditor.id, ran, now, zone, calendar)


def next_run(app: App, creditor: Creditor, state: WorkState) -> datetime | None:
    """When the next run begins, aware UTC; None: a person makes them, or within a month is none."""
    if creditor.profile.run_by_itself != YES:
        return None
    zone, calendar = _place(app, creditor)
    now, ran = app.clock.now(), _day(state.ran_on)
    return rules.next_run(schedule_of(creditor), creditor.id, ran, now, zone, calendar)


def sends(creditor: Creditor) -> bool:
    """Whether a worker sends for this creditor at present."""
    return creditor.profile.send_by_itself == YES and not creditor.stopped


def may_leave(app: App, creditor: Creditor, waiting: Sequence[NoticesWaiting]) -> bool:
    """Whether a notice among these may leave now, by day and hour of its procedure."""
    now, (zone, calendar) = app.clock.now(), _place(app, creditor)
    open_now = partial(rules.leaves_now, now=now, zone=zone, calendar=calendar)
    for each in waiting:
        try:
            procedure = app.procedure(each.procedure)
        except ConfigError:
            return True  # the look at the notice says so, with the remedy
        if open_now(procedure, creditor.id, each.channels):
            return True
    return False


def after_failure(state: WorkState, now: datetime) -> datetime:
    """When the work of a creditor is tried again that failed once more."""
    return now + min(LONGEST_WAIT, FIRST_WAIT * (1 << min(state.failures, 12)))


def _send_due(
    app: App, who: Creditor, state: WorkState, waiting: Sequence[NoticesWaiting], *, changed: bool
) -> bool:
    now = app.clock.now()
    last = _instant(state.advanced_at, now - LOOK_AGAIN)
    # A clock that was set back must not keep what is approved for as long as it was ahead.
    since = now - last if last <= now else LOOK_AGAIN
    ready = [each for each in waiting if needs_no_person(each)]
    if (changed or since >= TRY_AGAIN) and may_leave(app, who, ready):
        return True
    broken_off = any(each.state is NoticeState.HANDING_OVER for each in waiting)
    if broken_off and (changed or since >= TRY_AGAIN):
        return True
    held = [each for each in waiting if each.state is NoticeState.HELD]
    return since >= LOOK_AGAIN and may_leave(app, who, held)


def needs_no_person(waiting: NoticesWaiting) -> bool:
    """Approved, or of a level that leaves without anybody's approval."""
    if waiting.state is NoticeState.PROPOSED:
        return waiting.automation is Automation.SEND
    return waiting.state is NoticeState.APPROVED


def _place(app: App, creditor: Creditor) -> tuple[ZoneInfo, Calendar]:
    profile = creditor.profile
    return ZoneInfo(profile.zone), app.calendar(profile.land)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(text: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise


__all__ = [
    "Due",
    "DueWork",
    "after_failure",
    "due",
    "due_work",
    "has_mailbox",
    "mail_read",
    "mailbox_due",
    "may_leave",
    "needs_no_person",
    "next_run",
    "reading_due",
    "run_due",
    "schedule_of",
    "sends",
]
