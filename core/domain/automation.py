"""How much a person is asked before a notice leaves (architecture §4.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from core.domain.model import Automation
from core.domain.money import Money

_STRICTEST_FIRST = (Automation.PROPOSE, Automation.APPROVE, Automation.SEND)


def strictest(automations: Iterable[Automation]) -> Automation:
    """The one with the least freedom; at least one must be given."""
    return min(automations, key=_STRICTEST_FIRST.index)


def needs_person(total: Money, person_above: Mapping[str, Decimal]) -> bool:
    """True when a notice over ``total`` may not leave without a person.

    Amounts are never converted: when limits are set, but none for this currency, the amount
    cannot be judged and a person decides.
    """
    if not person_above:
        return False
    limit = person_above.get(total.currency)
    return limit is None or total.amount > limit


def automation_for(
    levels: Iterable[Automation],
    *,
    backlog: bool,
    total: Money,
    person_above: Mapping[str, Decimal],
) -> Automation:
    """Freedom of a notice whose items stand at levels with these settings."""
    if backlog:
        # Nobody has looked at what the old tool had already sent.
        return Automation.PROPOSE
    result = strictest(levels)
    if result is Automation.SEND and needs_person(total, person_above):
        return Automation.APPROVE
    return result
