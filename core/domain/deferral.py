"""Deferred claims (Stundung, and a plan without interest): not due, so neither late nor bearing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.domain.business_days import Calendar
from core.domain.default import DefaultState, not_yet
from core.domain.model import Hold, HoldKind, ItemId

_DAY = timedelta(days=1)
_PAUSING = frozenset({HoldKind.DEFERRAL, HoldKind.INSTALMENT_PLAN})


def pauses(
    holds: Iterable[Hold], item: ItemId, on: date, place: Calendar
) -> tuple[tuple[date, date], ...]:
    """Days without interest: a deferral, and a plan that was agreed without interest.

    A deferred claim is not due, so it is not in default (§ 271 BGB), unless interest was agreed.
    One that ends on a Saturday, Sunday or feast day at ``place`` ends on the next working day
    (§ 193 BGB).
    """
    found = []
    for hold in holds:
        if hold.kind not in _PAUSING or not covers(hold, item):
            continue
        agreed = hold.terms is not None and hold.terms.interest
        if not agreed:
            found.append((hold.from_on, place.on_or_after(hold.until_on) if hold.until_on else on))
    return tuple(found)


def covers(hold: Hold, item: ItemId) -> bool:
    """True when the hold is about that item, or about its debtor with all of them."""
    if hold.item is not None:
        return hold.item == item
    return hold.terms is None or not hold.terms.items or item in hold.terms.items


def after_deferral(
    state: DefaultState, deferred: Sequence[tuple[date, date]], due: date | None, on: date
) -> DefaultState:
    """Default that would begin while the claim is deferred begins on the day after that."""
    since = state.since
    if since is None:
        return state
    for first, last in sorted(deferred):
        if first <= since <= last < date.max:
            since = last + _DAY
    if since == state.since:
        return state
    facts = {**state.facts, "last_day": str(since - _DAY), "since": str(since)}
    later = replace(state, since=since, last_day_to_pay=since - _DAY, facts=facts)
    return later if since <= on or not state.holds(on) else not_yet(later, due, on)
