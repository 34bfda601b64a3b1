"""Payments, and which items each of them settles by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.domain.ledger_parts import ZERO, Group
from core.domain.ledger_types import LedgerPayment
from core.domain.money import Money
from core.domain.records import Posting, PostingKind

_Allocations = tuple[tuple[str, Money, str], ...]


def find_payments(groups: Sequence[Group], postings: Sequence[Posting]) -> Iterator[LedgerPayment]:
    """One payment per posting of money received, in the order of the postings."""
    homes = {posting.external_id: group for group in groups for posting in group.postings}
    claims = {group.external_id for group in groups if group.claim}
    used: dict[str, Decimal] = {}
    for posting in postings:
        if posting.kind is PostingKind.PAYMENT and posting.base_effect.amount < 0:
            group = homes.get(posting.external_id)
            gross = -_value(posting, group)
            discount = _discount(posting, gross)
            yield LedgerPayment(
                external_id=posting.external_id,
                received_on=posting.booked_on,
                amount=gross - discount if discount is not None else gross,
                discount=discount,
                text=posting.text,
                allocations=_allocations(group, gross, claims, used) if group is not None else (),
            )


def _value(posting: Posting, group: Group | None) -> Money:
    """The effect in the currency of the item; without an item in the base currency."""
    if group is None or posting.base_effect.currency == group.currency:
        return posting.base_effect
    return posting.effect


def _discount(posting: Posting, gross: Money) -> Money | None:
    """The discount in the currency of ``gross``: in proportion where it was booked in another."""
    discount = posting.discount
    if discount is None or discount.currency == gross.currency:
        return discount
    share = gross.amount / abs(posting.effect.amount)
    return Money(discount.amount * share, gross.currency).rounded()


def _allocations(
    group: Group, gross: Money, claims: set[str], used: dict[str, Decimal]
) -> _Allocations:
    """What one payment settles. ``used`` is what earlier payments took of a shared placing."""
    if group.claim:
        return ((group.external_id, gross, "number"),)
    result = []
    begin = used.get(group.external_id, ZERO)
    end = begin + gross.amount
    used[group.external_id] = end
    position = ZERO
    for move in group.moves:
        if move.ref not in claims:
            continue
        # Several payments under one foreign number are placed as one: each takes its part.
        amount = min(end, position + move.value) - max(begin, position)
        position += move.value
        if amount > 0:
            result.append((move.ref, Money(amount, gross.currency), move.rule))
    return tuple(result)
