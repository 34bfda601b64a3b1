"""What changed since the last reading: by events, and once a day by what is open and believed open.

A missed event does not survive the day: everything open is listed again then, what is believed open
and stands on no list is read alone, and so is what a refund or dispute is of that nobody followed
yet. Without a feed that happens every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connectors.stripe.feed import hear, named, paid_by
from connectors.stripe.position import LONGEST_GAP, STATUSES, Position
from connectors.stripe.stream import Pass
from core.domain.platform_records import Batch

# Beyond so many invoices lists of refunds and disputes cost less than two requests for each.
_FEW = 10
MANY = 300  # changed invoices that are read one by one at most, when lists would cost less


def changes(
    work: Pass, position: Position, now: datetime, *, listed: bool = False
) -> Iterator[Batch]:
    """Ends with a cursor behind the newest event; until then the old one stays good.

    ``listed``: everything was listed just now.
    """
    heard, after = hear(work, position, now)
    changed = set[str]() if heard is None else named(work, heard)
    again = position.unread & work.known.unread()
    many = len(changed) > MANY and position.pages < len(changed)
    daily = many or (not listed and (position.compared_on != work.scope.today or heard is None))
    # What is read from here on is newer than the events; what was before may not be.
    work.forget()
    if daily or len(changed) > _FEW:
        work.around.load(work.scope.since)
    if daily:
        back = work.followed(position)
        after = replace(after, returned=back.marks)
        intents = work.around.back.intents(back.news)
        many = many or len(intents) > MANY
        yield from _listed(work, STATUSES if many else STATUSES[:1], position)
        if not many:
            changed |= paid_by(work, intents)
    believed = set(work.known.open_invoices()) if daily else set[str]()
    # An invoice that an event names is read whatever its age: it may be open.
    yield from work.read_each((changed | believed | again) - work.reader.seen, position)
    if daily:
        work.tell_reminders()
    compared = work.scope.today if daily else position.compared_on
    if heard is None:
        after = replace(after, deaf=position.deaf or position.read_at or now)
    elif position.deaf is not None:
        # It is back, and tells what came meanwhile unless that is too long ago (§3).
        after = replace(after, deaf=None, lost=now - position.deaf > LONGEST_GAP)
    yield work.end(replace(after, compared_on=compared, read_at=now, unread=again))


def _listed(work: Pass, statuses: tuple[str, ...], position: Position) -> Iterator[Batch]:
    for status in statuses:
        for listed in work.listed(status):
            work.put(listed)
            if listed.more:
                yield work.take(position)
