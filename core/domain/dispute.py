"""Disputes about a part of a claim (Klärfall über einen Teil): the rest is still dunned.

A payment reduces the undisputed rest first: what is contested stays contested until somebody
settles it, and is never more than what is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from core.domain.model import Hold, HoldKind, ItemId, OpenItem
from core.domain.money import Money


def is_partial(hold: Hold) -> bool:
    """True for a dispute that names its item and amount; any other stops all of it."""
    return (
        hold.kind is HoldKind.PARTIAL_DISPUTE
        and hold.item is not None
        and hold.terms is not None
        and hold.terms.amount is not None
    )


def contested(holds: Iterable[Hold], on: date) -> dict[ItemId, Money]:
    """The contested part of each item on that day; several disputes about one add up."""
    found: dict[ItemId, Money] = {}
    for hold in holds:
        terms = hold.terms
        if not is_partial(hold) or hold.item is None or terms is None or terms.amount is None:
            continue
        if hold.active(on):
            before = found.get(hold.item)
            same = before is not None and before.currency == terms.amount.currency
            found[hold.item] = before + terms.amount if before and same else terms.amount
    return found


def disputed_part(item: OpenItem, amount: Money | None) -> Money | None:
    """What of ``item`` is contested now, at most all of it; None for a credit, another currency
    or no dispute.
    """
    open_ = item.outstanding
    if amount is None or amount.currency != open_.currency or open_.minor <= 0:
        return None
    return min(amount, open_)


def undisputed(item: OpenItem, part: Money) -> OpenItem:
    """The item with only its undisputed rest outstanding; ``part`` see :func:`disputed_part`."""
    return replace(item, outstanding=item.outstanding - part)
