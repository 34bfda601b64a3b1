"""Refunds and disputes that were followed to their invoices: what is not among them is news. Pure.

A paid invoice is not compared by the day, and what goes back of it shows nowhere on it (§0.7): were
an event missed, nobody would see it. The lists of refunds and disputes are read every day anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from connectors._values import Json, text
from connectors.stripe.kinds import DISPUTE_LOST, DISPUTE_OVER, REFUND_FAILED

# What is older and at its end is forgotten here: an event is kept for 30 days (§3).
_REMEMBERED = timedelta(days=60)
_ENDED = frozenset({"succeeded", DISPUTE_LOST}) | REFUND_FAILED | DISPUTE_OVER


class Compared(NamedTuple):
    """``news``: ids of refunds and disputes that are new or have changed; ``marks``: what to
    remember of all of them.
    """

    news: frozenset[str]
    marks: frozenset[str]


def compare(rows: Iterable[Json], marks: Collection[str], today: date) -> Compared:
    """What is to be followed, by the ``marks`` of the last comparison."""
    since = datetime.combine(today - _REMEMBERED, time(), UTC).timestamp()
    known = {mark.partition(" ")[0] for mark in marks}
    news, kept = set[str](), set[str]()
    for row in rows:
        id_, mark = text(row, "id"), _mark(row)
        living = _created(row) >= since or text(row, "status") not in _ENDED
        if mark not in marks and (living or id_ in known):
            news.add(id_)
        if living:
            kept.add(mark)
    return Compared(frozenset(news), frozenset(kept))


def _mark(row: Json) -> str:
    return f"{text(row, 'id')} {text(row, 'status')} {text(row, 'amount')}"


def _created(row: Json) -> float:
    """The end of time where that is not said, so that nothing is missed."""
    found = row.get("created")
    return float("inf") if isinstance(found, bool) or not isinstance(found, int) else found
