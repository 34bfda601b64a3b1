"""One account of several debtors that are one customer (ADR 0027).

The head's data counts: name, address, language, type, law, procedure. What was agreed with one of
them about his own claims stays with these claims, and of what a platform forbids, all counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from core.domain.model import Account, OpenItem

K = TypeVar("K")
V = TypeVar("V")
# In DATEV's mask 0 allows every level. A bit beyond the three allows none of them.
NO_LEVEL = 8
_ALL_LEVELS = 7


def joint_account(head: Account, members: Iterable[Account]) -> Account:
    """The account of a group, ``head`` without items when only members owe something."""
    every = (head, *members)
    debits = [each.debtor.direct_debit for each in every]
    items = [
        # Direct debit is agreed for an account at one platform: its claims are collected, the
        # others are not.
        replace(item, debtor=head.debtor.id, direct_debit=item.direct_debit or debit)
        for account, debit in zip(every, debits, strict=True)
        for item in account.items
    ]
    return replace(
        head,
        debtor=replace(
            head.debtor,
            direct_debit=all(debits),
            allowed_levels=_strictest([each.debtor.allowed_levels for each in every]),
        ),
        items=tuple(sorted(items, key=_by_due_date)),
        holds=tuple(sorted((h for each in every for h in each.holds), key=lambda h: h.id)),
        last_notice_on=_latest(each.last_notice_on for each in every),
        last_deadline=_latest(each.last_deadline for each in every),
        notices=_merged(every, lambda each: each.notices),
        charges=tuple(sorted((c for each in every for c in each.charges), key=lambda c: c.id)),
        reminded=frozenset().union(*(each.reminded for each in every)),
        last_reminder_on=_latest(each.last_reminder_on for each in every),
        last_word_on=_latest(each.last_word_on for each in every),
        twins=_merged(every, lambda each: each.twins),
    )


def _by_due_date(item: OpenItem) -> tuple[date, int]:
    return (item.due_date or date.min, item.id)


def _strictest(masks: Sequence[int]) -> int:
    limits = [mask for mask in masks if mask]
    if not limits:
        return 0
    allowed = _ALL_LEVELS
    for mask in limits:
        allowed &= mask
    return allowed or NO_LEVEL


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _merged(accounts: Iterable[Account], of: Callable[[Account], Mapping[K, V]]) -> dict[K, V]:
    return {key: value for each in accounts for key, value in of(each).items()}
