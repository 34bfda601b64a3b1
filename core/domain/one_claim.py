"""What it means for an account that some of its claims stand on another connection as well.

Only one of them is dunned, and a payment on either counts: never more is demanded than either
connection says is open. What nobody has decided on is held (architecture §2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core.domain.claim_facts import OWN_FIELDS
from core.domain.model import (
    Account,
    Hold,
    HoldKind,
    ItemFacts,
    ItemId,
    ItemState,
    Match,
    OpenItem,
    Pending,
    Twin,
)

_WEIGHT = (Pending.NONE, Pending.PRINTED, Pending.HANDING_OVER, Pending.UNKNOWN)
GONE = (ItemState.CANCELLED, ItemState.WRITTEN_OFF)


def same(account: Account, item: ItemId) -> list[Twin]:
    """The same claim on other connections."""
    return [twin for twin in account.twins.get(item, ()) if twin.match is Match.SAME]


def leader(account: Account, item: ItemId) -> Twin | None:
    """The twin from whose connection the claim is dunned; None: it is dunned from this one."""
    return next((twin for twin in same(account, item) if twin.leads), None)


def closed_elsewhere(account: Account, item: OpenItem) -> Twin | None:
    """The twin on which nothing of the claim is open any more, or of the credit nothing is left.

    Cancelled or written off there without a payment is a doubt, not an answer, unless a person
    said that both are the same.
    """
    return next(
        (
            twin
            for twin in same(account, item.id)
            if _is_closed(item, twin) and (twin.decided or twin.state not in GONE)
        ),
        None,
    )


def doubtful(account: Account, item: OpenItem) -> Twin | None:
    """The twin because of which a person has to look at the item; None: there is no doubt."""
    for twin in account.twins.get(item.id, ()):
        if twin.match is Match.SUSPECT:
            return twin
        closed = twin.state in GONE or twin.state is ItemState.UNKNOWN
        if closed and not twin.decided:
            return twin
    return None


def is_aside(item: OpenItem, account: Account) -> bool:
    """True for an item that counts nowhere: another one leads, or nothing of it is open elsewhere."""
    if item.id not in account.twins:
        return False
    if leader(account, item.id) is not None:
        return True
    return closed_elsewhere(account, item) is not None


def seconds(account: Account) -> frozenset[ItemId]:
    """Items that may repeat one of another connection, which would lead: nobody decided yet."""
    return frozenset(
        item
        for item, twins in account.twins.items()
        if any(twin.match is Match.SUSPECT and twin.leads for twin in twins)
    )


def held_by(account: Account, item: ItemId, on: date) -> tuple[Twin, list[Hold]] | None:
    """A twin that is held on its connection on that day, and by what."""
    for twin in same(account, item):
        active = [hold for hold in twin.holds if hold.active(on)]
        if active:
            return twin, active
    return None


def possible_duplicate(item: OpenItem, twin: Twin, connection: str, on: date) -> Hold:
    """What holds an item until a person has decided; it has no row of its own."""
    other = f"{connection}: {twin.number or twin.external_id}, {twin.total}"
    return Hold(0, HoldKind.POSSIBLE_DUPLICATE, item.debtor, item.id, other, "", on, None)


def as_one_claim(account: Account) -> Account:
    """The account with what is open of each claim by all connections: the least that one says.

    Levels and notices count wherever they came from. Doing it again changes nothing.
    """
    if not account.twins:
        return account
    return replace(account, items=tuple(_reconciled(item, account) for item in account.items))


def _reconciled(item: OpenItem, account: Account) -> OpenItem:
    twins = same(account, item.id)
    if not twins or leader(account, item.id) is not None:
        return item
    said = [item.last_notice_on, *(twin.last_notice_on for twin in twins)]
    item = replace(
        item,
        level=max(item.level, *(twin.level for twin in twins)),
        last_notice_on=max((day for day in said if day), default=None),
        pending=max(item.pending, *(twin.pending for twin in twins), key=_WEIGHT.index),
        direct_debit=item.direct_debit or any(twin.direct_debit for twin in twins),
        own=_said(item.own, [twin.own for twin in twins]),
    )
    closed = closed_elsewhere(account, item)
    if closed is not None:
        nothing = item.outstanding - item.outstanding
        return _lowered(item, replace(closed, outstanding=nothing))
    return _lowered(item, _lowest(item, twins))


def _said(own: ItemFacts | None, others: Sequence[ItemFacts | None]) -> ItemFacts | None:
    """What a person said of the claim, wherever he did; of the item itself before all others."""
    found = own
    for other in others:
        if other is None or found is None or found == other:
            found = found or other
            continue
        missing = [name for name in OWN_FIELDS if getattr(found, name) is None]
        told = {name: getattr(other, name) for name in missing}
        evidence = {k: v for k, v in other.evidence.items() if k in missing}
        found = replace(found, **told, evidence={**evidence, **found.evidence})
    return found


def _lowest(item: OpenItem, twins: Sequence[Twin]) -> Twin | None:
    """The twin on which least is open; one that is in doubt says nothing."""
    comparable = [
        twin
        for twin in twins
        if twin.state in (ItemState.OPEN, ItemState.PARTLY_PAID)
        and twin.outstanding.currency == item.outstanding.currency
        and not _is_closed(item, twin)
    ]
    return min(comparable, key=lambda twin: (abs(twin.outstanding.amount), twin.id), default=None)


def _lowered(item: OpenItem, twin: Twin | None) -> OpenItem:
    """The item with no more open than its twin says, and with what the twin knows made it so."""
    if twin is None or abs(twin.outstanding.amount) >= abs(item.outstanding.amount):
        return item
    return replace(
        item,
        outstanding=twin.outstanding,
        state=ItemState.PARTLY_PAID,
        reductions=twin.reductions,
        charged_minor=min(item.charged_minor, max(0, twin.outstanding.minor)),
    )


def _is_closed(item: OpenItem, twin: Twin) -> bool:
    """True when nothing is left of it there; an overpaid invoice is money on account there.

    By the item's total: what is open of it may have been lowered already.
    """
    left = twin.outstanding.amount
    return left >= 0 if item.total.amount < 0 else left <= 0
