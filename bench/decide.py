"""How fast is `decide`? 100,000 items of 30,000 debtors; all of them due, and 1 % of them.

Run from the repository root: ``python -m bench.decide [--items 1000 10000 …]``. Accounts are
built before the clock starts; what is timed is `decide` alone, on one core. The floor is one
`Verdict` with its facts per item: what no implementation of the contract can leave out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from config.procedures import load_procedure
from core.domain.business_days import Calendar
from core.domain.decision import Action, Verdict
from core.domain.dunning import decide
from core.domain.model import (
    Account,
    ConnectionFacts,
    ConnectionId,
    Debtor,
    DebtorId,
    ItemId,
    ItemKind,
    OpenItem,
    Role,
)
from core.domain.money import Money
from core.domain.reasons import Reason

ON = date(2026, 3, 16)
CONNECTION = ConnectionId(1)
ITEMS_OF_TEN_DEBTORS = (3, 3, 3, 3, 4, 3, 3, 4, 3, 4)  # 33: about 100,000 items of 30,000


def accounts(items: int, due_percent: int) -> list[Account]:
    """``items`` items, of which ``due_percent`` are at a level today and the rest not due."""
    facts = {CONNECTION: ConnectionFacts(CONNECTION, "datev", Role.LEADING, ON)}
    result: list[Account] = []
    number = 0
    while number < items:
        count = min(ITEMS_OF_TEN_DEBTORS[len(result) % 10], items - number)
        debtor_id = DebtorId(len(result) + 1)
        debtor = Debtor(debtor_id, CONNECTION, f"{debtor_id:09}", f"Muster {debtor_id} GmbH")
        own = tuple(
            _item(number + offset, debtor_id, due=(number + offset) % 100 < due_percent)
            for offset in range(count)
        )
        result.append(Account(debtor, own, (), facts))
        number += count
    return result


def _item(number: int, debtor: DebtorId, *, due: bool) -> OpenItem:
    due_date = ON - timedelta(days=10 + number % 40) if due else ON + timedelta(days=number % 30)
    amount = Money(Decimal(1000 + number % 90000) / 100, "EUR")
    return OpenItem(
        id=ItemId(number + 1),
        debtor=debtor,
        connection=CONNECTION,
        external_id=f"10000/RE{number}",
        number=f"RE-{number}",
        kind=ItemKind.INVOICE,
        invoice_date=due_date - timedelta(days=30),
        due_date=due_date,
        total=amount,
        outstanding=amount,
    )


def measure(items: int, due_percent: int) -> tuple[float, int, int]:
    """(seconds, items dunned, notices) of one pass over all accounts."""
    procedure, calendar = load_procedure("standard"), Calendar(frozenset({date(2026, 4, 3)}))
    book = accounts(items, due_percent)
    dunned = notices = 0
    start = time.perf_counter()
    for account in book:
        decision = decide(account, procedure, ON, calendar)
        notices += len(decision.notices)
        dunned += sum(verdict.action is Action.DUN for verdict in decision.verdicts)
    return time.perf_counter() - start, dunned, notices


def floor(items: int) -> float:
    """Seconds for nothing but one verdict with facts per item."""
    start = time.perf_counter()
    kept = [
        Verdict(
            ItemId(number),
            Action.DUN,
            Reason.LEVEL_REACHED,
            1,
            None,
            {"due_date": ON.isoformat(), "days_late": str(number), "level": "1"},
        )
        for number in range(items)
    ]
    seconds = time.perf_counter() - start
    assert len(kept) == items
    return seconds


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 10_000, 100_000, 300_000])
    sizes = parser.parse_args(argv).items
    print(f"{'items':>8} {'due':>5} {'notices':>8} {'items/s':>10} {'µs/item':>8} {'floor':>6}")
    for items in sizes:
        for due_percent in (100, 1):
            seconds, dunned, notices = min(measure(items, due_percent) for _ in range(3))
            assert dunned >= items * due_percent // 100
            least = min(floor(items) for _ in range(3))
            print(
                f"{items:>8} {due_percent:>4}% {notices:>8} {items / seconds:>10,.0f} "
                f"{seconds / items * 1e6:>8.2f} {least / items * 1e6:>6.2f}"
            )


if __name__ == "__main__":
    main()
