"""Looking ahead: what would be sent on a day to come if nobody pays and every proposal leaves.

The days between are played one by one, but only those on which something can change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from core.domain.deadline import expected_channel
from core.domain.decision import Decision, PlannedNotice
from core.domain.dunning_plan import note_days
from core.domain.model import Account, ItemId, NoticeId, NoticeKind, PastNotice

_DAY = timedelta(days=1)
_NOT_STORED = NoticeId(0)  # a notice that is only imagined


def on_day(
    account: Account, decide: Callable[[Account, date], Decision], start: date, on: date
) -> Account:
    """The account on the morning of ``on`` when all that is proposed from ``start`` on has left.

    Books are taken to be kept up to date: nothing waits for money that is not booked yet.
    """
    account = _booked(account, on)
    day = start
    while day < on:
        decision = decide(account, day)
        account, day = _next(account, decision, on)
    return account


def _next(account: Account, decision: Decision, last: date) -> tuple[Account, date]:
    """The account after what left on that day, and the next day on which something can change."""
    if decision.notices:
        return as_sent(account, decision), decision.on + _DAY
    days = [v.next_on for v in decision.verdicts if v.next_on] + note_days(account.holds)
    return account, min((day for day in days if day > decision.on), default=last)


def course(
    account: Account, decide: Callable[[Account, date], Decision], start: date, until: date
) -> Iterator[tuple[date, PlannedNotice]]:
    """Every notice that would leave from ``start`` to ``until``, if nobody pays, with its day."""
    account = _booked(account, until)
    day = start
    while day <= until:
        decision = decide(account, day)
        yield from ((day, notice) for notice in decision.notices)
        account, day = _next(account, decision, until + _DAY)


def _booked(account: Account, on: date) -> Account:
    connections = {
        id_: replace(facts, booked_until=max(on, facts.booked_until or on))
        for id_, facts in account.connections.items()
    }
    return replace(account, connections=connections)


def as_sent(account: Account, decision: Decision) -> Account:
    """The account after every notice of ``decision`` left on its day by its first channel."""
    levels = {x.item: x.level for n in decision.notices for x in n.lines if x.level > 0}
    items = tuple(
        replace(item, level=levels[item.id], last_notice_on=decision.on)
        if item.id in levels
        else item
        for item in account.items
    )
    account = replace(account, items=items)
    for notice in decision.notices:
        account = _left(account, notice, decision.on)
    return account


def _left(account: Account, notice: PlannedNotice, on: date) -> Account:
    """A hand-over told the debtor nothing; a note before an instalment sets no deadline."""
    if notice.kind is NoticeKind.TASK:
        return account
    if notice.kind is NoticeKind.PLAN:
        reminded = account.reminded | ({notice.deadline} if notice.deadline else frozenset())
        return replace(account, last_reminder_on=on, reminded=frozenset(reminded))
    deadlines = [day for day in (account.last_deadline, notice.deadline) if day]
    return replace(
        account,
        last_notice_on=on,
        last_deadline=max(deadlines, default=None),
        notices=_remembered(account, notice, on),
    )


def _remembered(
    account: Account, notice: PlannedNotice, on: date
) -> Mapping[ItemId, tuple[PastNotice, ...]]:
    channel = expected_channel(notice.channels, account.debtor)
    notices = dict(account.notices)
    for line in notice.lines:
        if line.level > 0:
            past = PastNotice(
                _NOT_STORED,
                line.level,
                on,
                channel,
                notice.deadline,
                line.counts_as_mahnung,
                line.disputed.minor if line.disputed else 0,
            )
            notices[line.item] = (*notices.get(line.item, ()), past)
    return notices
