"""Everything, list by list: the first reading, and the one after a gap that events do not cover.

What is open comes first. After a kill it goes on behind the last invoice that is stored. A list by
status may miss what changes its status midway (§1): what events tell since it began is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.stripe.changes import changes
from connectors.stripe.feed import hear, paid_by
from connectors.stripe.position import STATUSES, Position
from connectors.stripe.stream import Pass
from core.domain.platform_records import Batch

# Our clock may be ahead of Stripe's, by which events are kept; from then on theirs counts.
CLOCK_ERROR = timedelta(hours=1)


def first_reading(work: Pass, position: Position, now: datetime) -> Iterator[Batch]:
    """Ends as ``changes`` ends, which follows it."""
    taken_up, position = position.began, position.begun(now)
    if position.began != taken_up:
        # What has happened until now will be in the lists already.
        since = now - CLOCK_ERROR
        _, position = hear(work, replace(position, fed=since, heard=frozenset()), now)
    work.around.load(work.scope.since)
    for status in STATUSES[STATUSES.index(position.status) :]:
        position = (
            position if position.status == status else replace(position, status=status, after="")
        )
        for listed in work.listed(status, position.after):
            work.put(listed)
            if listed.rows:
                position = replace(position, after=str(listed.rows[-1]["id"]))
            if listed.more:
                yield work.take(position)
        if status == STATUSES[0] and not position.resumed:
            work.tell_reminders()
    yield work.take(position)
    yield from _returned(work, position)
    # Nobody knows what became of what was stored before an interruption, or before a gap.
    compared = work.scope.today - timedelta(days=position.resumed)
    whole = Position(
        fed=position.fed,
        heard=position.heard,
        read_at=position.began,
        compared_on=compared,
        pages=work.pages,
        unread=position.unread,
        # What lists were read before an interruption did not know of is followed once more.
        returned=frozenset() if position.resumed else work.followed(position).marks,
    )
    yield from changes(work, whole, now, listed=not position.resumed)


def _returned(work: Pass, position: Position) -> Iterator[Batch]:
    """Where lists do not show payments (another server), refunds and disputes name what they are of."""
    if work.reader.unpaid_known:
        return
    yield from work.read_each(paid_by(work, work.around.back.intents()), position)
