"""What became of a promise or plan: both are due days with amounts, and money that came or not.

Pure. What was received is what was outstanding when it was agreed less what was outstanding at
the end of a day. Where the source names no day for its payments, money counts as received in
time: nobody is blamed for what the books do not say. Nor is anything broken before the bank is
booked up to its last day, or while a payment that somebody reported is not in the books yet.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from core.domain.business_days import Calendar
from core.domain.model import (
    ConnectionFacts,
    ConnectionId,
    Hold,
    HoldKind,
    HoldTerms,
    ItemId,
    OpenItem,
)
from core.domain.money import Money

# Bank days until money that left on the last day is seen and booked.
BANK_DAYS = 3
_KINDS = (HoldKind.PROMISE, HoldKind.INSTALMENT_PLAN)


class AgreementState(StrEnum):
    """Where a promise or plan stands."""

    PENDING = "pending"
    KEPT = "kept"
    BROKEN = "broken"  # a promise, or an instalment of a plan
    RELEASED = "released"  # a person ended it


@dataclass(frozen=True, slots=True)
class Agreement:
    """A promise or plan as it stands on a day; ``hold`` ends when the agreement does.

    ``missed`` is the number of the instalment that did not come, from 1 (0: none).
    """

    hold: Hold
    terms: HoldTerms
    state: AgreementState
    received: Money
    missed: int = 0

    @property
    def is_plan(self) -> bool:
        return self.hold.kind is HoldKind.INSTALMENT_PLAN


def last_day(due: date, calendar: Calendar) -> date:
    """The last day on which money for ``due`` is in time: the due day, shifted to a working day
    (§ 193 BGB), and three bank days.
    """
    return calendar.add(calendar.on_or_after(due), BANK_DAYS)


def is_agreement(hold: Hold) -> bool:
    """True for a promise or plan that says what was agreed; one without terms only stops."""
    terms = hold.terms
    return (
        hold.kind in _KINDS
        and terms is not None
        and bool(terms.instalments)
        and terms.baseline is not None
    )


def outstanding_at(items: Iterable[OpenItem], day: date, currency: str) -> Money:
    """What was open at the end of ``day``: what is open now and all later reductions."""
    minor = 0
    for item in items:
        if item.outstanding.currency == currency:
            later = sum(each.minor for each in item.reductions if each.on > day)
            minor += max(item.outstanding.minor + later, 0)
    return Money.from_minor(minor, currency)


class _Receipts:
    """Money that came for an agreement, by day. Items that are not open any more count as paid."""

    def __init__(self, terms: HoldTerms, baseline: Money, items: Mapping[ItemId, OpenItem]) -> None:
        self._baseline = baseline
        self._items = [items[item] for item in terms.items if item in items]

    def by(self, day: date) -> Money:
        return self._baseline - outstanding_at(self._items, day, self._baseline.currency)

    def first_day(self, wanted: Money, first: date, last: date) -> date | None:
        """The first day from ``first`` to ``last`` at whose end ``wanted`` was there."""
        changes = {each.on for item in self._items for each in item.reductions}
        days = sorted({first} | {day for day in changes if first < day <= last})
        return next((day for day in days if wanted <= self.by(day)), None)


def weigh(
    hold: Hold,
    items: Mapping[ItemId, OpenItem],
    on: date,
    calendar: Calendar,
    known_until: date | None = None,
) -> Agreement | None:
    """The promise or plan on that day; None for a hold that is neither.

    ``items`` are the debtor's open items by id, ``known_until`` is the last day whose money is
    known (None: the day before ``on``). A kept agreement ends on the day the money came,
    a plan with a missed instalment on the last day on which that could have come.
    """
    terms = hold.terms
    if not is_agreement(hold) or terms is None or terms.baseline is None:
        return None
    receipts = _Receipts(terms, terms.baseline, items)
    if terms.outcome:  # written down when it was seen
        state = AgreementState(terms.outcome)
        return Agreement(hold, terms, state, receipts.by(on), terms.missed)
    missed, limit = _missed(hold, terms, receipts, on, calendar)
    promised = _cumulated(terms)[-1]
    end = min(on, limit or hold.until_on or on)
    kept = receipts.first_day(promised, hold.from_on, end)
    if kept is not None:
        until = min(kept, hold.until_on or kept)
        return Agreement(replace(hold, until_on=until), terms, AgreementState.KEPT, receipts.by(on))
    if limit is not None and (known_until is None or limit <= known_until):
        until = min(limit, hold.until_on or limit)
        ended = replace(hold, until_on=until)
        return Agreement(ended, terms, AgreementState.BROKEN, receipts.by(on), missed)
    return Agreement(hold, terms, AgreementState.PENDING, receipts.by(on))


def _missed(
    hold: Hold, terms: HoldTerms, receipts: _Receipts, on: date, calendar: Calendar
) -> tuple[int, date | None]:
    """Number and last day of the first instalment whose money had not come by then."""
    for number, (each, wanted) in enumerate(
        zip(terms.instalments, _cumulated(terms), strict=True), start=1
    ):
        limit = last_day(each.on, calendar)
        if number == len(terms.instalments) and hold.until_on is not None:
            limit = hold.until_on  # as it was told when it was agreed
        if on <= limit:
            return 0, None
        if receipts.by(limit) < wanted:
            return number, limit
    return 0, None


def _cumulated(terms: HoldTerms) -> list[Money]:
    """What must have come by each due day."""
    sums: list[Money] = []
    for each in terms.instalments:
        sums.append(sums[-1] + each.amount if sums else each.amount)
    return sums


def missing_for(agreement: Agreement, number: int) -> Money:
    """What has not come yet of the instalment with that number, never below zero."""
    terms = agreement.terms
    due = terms.instalments[number - 1].amount
    left = _cumulated(terms)[number - 1] - agreement.received
    zero = Money.zero(due.currency)
    return max(zero, min(due, left, key=_minor), key=_minor)


def next_end(agreement: Agreement, calendar: Calendar) -> date | None:
    """The last day of its hold if no more money comes; None: until it is released."""
    until = agreement.hold.until_on
    for number, each in enumerate(agreement.terms.instalments, start=1):
        if missing_for(agreement, number).minor:
            limit = last_day(each.on, calendar)
            return limit if until is None else min(limit, until)
    return until


def _minor(amount: Money) -> int:
    return amount.minor


def weigh_all(
    holds: Sequence[Hold],
    items: Iterable[OpenItem],
    on: date,
    calendar: Calendar,
    connections: Mapping[ConnectionId, ConnectionFacts] | None = None,
) -> list[Agreement]:
    """All promises and plans among ``holds``, in their order.

    ``connections`` tell up to which day money is booked; without them all of it is.
    """
    if not any(is_agreement(hold) for hold in holds):
        return []
    by_id = {item.id: item for item in items}
    reported = {h.item for h in holds if h.kind is HoldKind.PAID_LOCALLY and h.active(on)}
    found = []
    for hold in holds:
        covered = hold.terms.items if hold.terms else ()
        known = _known_until([by_id[i] for i in covered if i in by_id], reported, connections)
        agreement = weigh(hold, by_id, on, calendar, known)
        if agreement is not None:
            found.append(agreement)
    return found


def _known_until(
    items: Iterable[OpenItem],
    reported: Container[ItemId | None],
    connections: Mapping[ConnectionId, ConnectionFacts] | None,
) -> date | None:
    """The last day whose money for ``items`` is known; None: all of it."""
    days: list[date] = []
    for item in items:
        if item.id in reported:
            days.append(date.min)
        elif connections is not None:
            connection = connections.get(item.connection)
            booked = connection.booked_until if connection else None
            days.append(booked or date.min)
    return min(days, default=None)


def as_ended(holds: Sequence[Hold], agreements: Iterable[Agreement]) -> tuple[Hold, ...]:
    """``holds`` with the ends that their agreements gave them."""
    ended = {agreement.hold.id: agreement.hold for agreement in agreements}
    return tuple(ended.get(hold.id, hold) for hold in holds)
