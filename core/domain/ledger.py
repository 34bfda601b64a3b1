"""The ledger: open items from postings and OPOS balances; what is open on any day.

Pure and deterministic: the order of the postings does not matter, and money is conserved: what
the items of an account have outstanding is the sum of its movements, as far as an OPOS list
does not say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.domain.clearing import clear
from core.domain.ledger_groups import gather
from core.domain.ledger_holds import find_holds
from core.domain.ledger_items import build_item
from core.domain.ledger_parts import Books
from core.domain.ledger_payments import find_payments
from core.domain.ledger_problems import find_problems
from core.domain.ledger_types import (
    LedgerHold,
    LedgerItem,
    LedgerPayment,
    LedgerResult,
    LedgerRules,
)
from core.domain.money import Money
from core.domain.records import Balance, DebtorRecord, Posting
from core.errors import Problem

__all__ = [
    "LedgerHold",
    "LedgerItem",
    "LedgerPayment",
    "LedgerResult",
    "LedgerRules",
    "build_account",
    "history",
    "outstanding_on",
]

History = tuple[tuple[date, Money], ...]


def build_account(
    account: str,
    postings: Sequence[Posting],
    balances: Sequence[Balance],
    master: DebtorRecord | None,
    rules: LedgerRules,
    double_keys: frozenset[str] = frozenset(),
) -> LedgerResult:
    """Open items, payments and holds of one debtor account (datev.md §2.4, §2.5, §7).

    Settled items are returned too, so that the store can close them. An item that is not in the
    result any more (a credit that could be placed meanwhile) has nothing outstanding.

    Args:
        account: canonical account; all postings and balances belong to it.
        postings: every movement known of the account, in any order, each external id once.
        balances: its lines of every OPOS list; the latest list of the connection counts.
        master: master data of the debtor, if known.
        rules: what the connection settles for all its accounts.
        double_keys: content keys of rows without GUID that another living batch carries too.

    """
    books = _cleared(account, postings, balances, master, rules)
    labels = {p.account_label for p in postings} | {b.account_label for b in balances}
    label = f"Konto {min(labels, default=account)}"
    problems: list[Problem] = list(find_problems(label, books))
    groups = [g for g in books.groups if g.claim or g.left]
    items = [build_item(group, master, rules, label, problems) for group in groups]
    ordered = sorted(postings, key=lambda p: (p.booked_on, p.external_id))
    return LedgerResult(
        items=tuple(items),
        payments=tuple(find_payments(books.groups, ordered)),
        holds=tuple(find_holds(groups, postings, master, double_keys)),
        problems=tuple(problems),
    )


def history(
    account: str,
    postings: Sequence[Posting],
    balances: Sequence[Balance],
    rules: LedgerRules,
    external_id: str,
) -> History:
    """What was outstanding of one item at the end of each day on which it changed, ascending.

    Where an OPOS list differs from the postings before its day, the amount on the list counts
    from the invoice date on. Empty when the account has no such item.
    """
    for group in _cleared(account, postings, balances, None, rules).groups:
        if group.external_id == external_id:
            days: dict[date, Money] = {}
            sum_ = Money.zero(group.currency)
            for move in sorted(group.moves):
                sum_ += Money(move.value, group.currency)
                days[move.day] = sum_
            return tuple(days.items())
    return ()


def outstanding_on(course: History, day: date) -> Money | None:
    """What was outstanding at the end of ``day``; None before the item existed."""
    reached = [money for changed_on, money in course if changed_on <= day]
    return reached[-1] if reached else None


def _cleared(
    account: str,
    postings: Sequence[Posting],
    balances: Sequence[Balance],
    master: DebtorRecord | None,
    rules: LedgerRules,
) -> Books:
    books = gather(account, postings, balances, master, rules)
    clear(books.groups)
    return books
