"""Promises to pay (Zahlungszusagen): kept, broken, or still to be seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.domain.agreement import Agreement, AgreementState, last_day, weigh_all
from core.domain.business_days import Calendar
from core.domain.model import Hold, HoldKind, HoldTerms, Instalment, ItemId, OpenItem
from core.domain.money import Money


def promise_terms(amount: Money, by: date, items: Iterable[OpenItem]) -> HoldTerms:
    """The terms of a promise to pay ``amount`` of ``items`` by that day."""
    covered = tuple(items)
    baseline = Money.from_minor(sum(i.outstanding.minor for i in covered), amount.currency)
    return HoldTerms(
        amount=amount,
        baseline=baseline,
        instalments=(Instalment(by, amount),),
        items=tuple(item.id for item in covered),
    )


def promise_until(by: date, calendar: Calendar) -> date:
    """The last day of the hold: money that was sent on the promised day needs three bank days."""
    return last_day(by, calendar)


def promise_state(
    hold: Hold, items: Iterable[OpenItem], on: date, calendar: Calendar
) -> AgreementState:
    """Whether the promise is pending, kept or broken on that day.

    Kept means that the promised amount was received by the last day of the hold.

    Raises:
        ValueError: the hold is no promise with terms.
    """
    found = weigh_all([hold], items, on, calendar)
    if not found or hold.kind is not HoldKind.PROMISE:
        raise ValueError("no promise")
    return found[0].state


def broken_promises(agreements: Iterable[Agreement]) -> list[Agreement]:
    """Promises that were not kept, oldest first."""
    return sorted(
        (a for a in agreements if a.state is AgreementState.BROKEN and not a.is_plan),
        key=lambda a: (a.hold.from_on, a.hold.id),
    )


def last_broken(agreements: Iterable[Agreement], item: ItemId) -> Agreement | None:
    """The promise or plan over that item that was broken last, unless one was agreed since."""
    own = [a for a in agreements if item in a.terms.items]
    latest = max(own, key=lambda a: (a.hold.from_on, a.hold.id), default=None)
    return latest if latest is not None and latest.state is AgreementState.BROKEN else None
