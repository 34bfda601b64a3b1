"""How fast is `decide`? 100,000 items of 30,000 debtors; all of them due, and 1 % of them.

Three times over the same books, 10 % of them partly paid: without law (issue A's figure), with
default found for every item, and with interest, lump sum and fee demanded as well.

Run from the repository root: ``python -m bench.decide [--items 1000 10000 …]``. Accounts are
built before the clock starts; what is timed is `decide` alone, on one core. The floor is one
`Verdict` with its facts per item: what no implementation of the contract can leave out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from config.base_rates import RateFiles
from config.calendars import place_calendar
from config.procedures import load_procedure
from core.domain.business_days import Calendar
from core.domain.claim_facts import ClaimDefaults
from core.domain.claim_law import Law
from core.domain.decision import Action, Verdict
from core.domain.dunning import decide
from core.domain.law import pack_for
from core.domain.model import (
    Account,
    ConnectionFacts,
    ConnectionId,
    Debtor,
    DebtorId,
    DebtorType,
    ItemId,
    ItemKind,
    OpenItem,
    Reduction,
    Role,
    Showing,
    Terms,
)
from core.domain.money import Money
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason

ON = date(2026, 3, 16)
CONNECTION = ConnectionId(1)
KINDS = ("plain", "default", "charges")
ROUNDS = 4
ITEMS_OF_TEN_DEBTORS = (3, 3, 3, 3, 4, 3, 3, 4, 3, 4)  # 33: about 100,000 items of 30,000


def accounts(items: int, due_percent: int) -> list[Account]:
    """``items`` items, of which ``due_percent`` are at a level today and the rest not due."""
    facts = {CONNECTION: ConnectionFacts(CONNECTION, "datev", Role.LEADING, ON)}
    result: list[Account] = []
    number = 0
    while number < items:
        count = min(ITEMS_OF_TEN_DEBTORS[len(result) % 10], items - number)
        debtor_id = DebtorId(len(result) + 1)
        debtor = Debtor(
            debtor_id,
            CONNECTION,
            f"{debtor_id:09}",
            f"Muster {debtor_id} GmbH",
            type=DebtorType.CONSUMER if debtor_id % 4 == 0 else DebtorType.BUSINESS,
        )
        own = tuple(
            _item(number + offset, debtor_id, due=(number + offset) % 100 < due_percent)
            for offset in range(count)
        )
        result.append(Account(debtor, own, (), facts))
        number += count
    return result


def _item(number: int, debtor: DebtorId, *, due: bool) -> OpenItem:
    # Up to 109 days late: half of them cross the new year.
    due_date = ON - timedelta(days=10 + number % 100) if due else ON + timedelta(days=number % 30)
    amount = Money(Decimal(1000 + number % 90000) / 100, "EUR")
    paid = Money(Decimal("3.00"), "EUR") if number % 10 == 0 else Money.zero("EUR")
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
        outstanding=amount - paid,
        reductions=(Reduction(due_date + timedelta(days=8), 300),) if paid.amount else (),
    )


def rules(kind: str) -> tuple[DunningProcedure, Law | None]:
    """The procedure and law of one row: ``plain``, ``default`` or ``charges``."""
    procedure = load_procedure("standard")
    if kind == "plain":
        return procedure, None
    rates, place = RateFiles(None).table("de"), place_calendar("DE", "", "90402")
    law = Law(pack_for("de"), rates, place, ClaimDefaults(terms=Terms.DATE))
    if kind == "default":
        return procedure, law
    return charging(procedure), law


def charging(procedure: DunningProcedure) -> DunningProcedure:
    """The procedure with every charge demanded at every level but the hand-over."""
    charge = Showing.CHARGE
    levels = tuple(
        replace(level, interest=charge, lump_sum=charge, fee={"EUR": Decimal("2.50")})
        for level in procedure.levels[:-1]
    )
    return replace(procedure, levels=(*levels, procedure.levels[-1]))


def measure(kind: str, items: int, due_percent: int) -> tuple[float, int, int]:
    """(seconds, items dunned, notices) of one pass over all accounts."""
    calendar = Calendar(frozenset({date(2026, 4, 3)}))
    procedure, law = rules(kind)
    book = accounts(items, due_percent)
    dunned = notices = 0
    start = time.perf_counter()
    for account in book:
        decision = decide(account, procedure, ON, calendar, law)
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
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    sizes = parser.parse_args(argv).items
    print(
        f"{'items':>8} {'due':>5} {'rules':>8} {'notices':>8} {'items/s':>10} {'µs/item':>8}"
        f" {'floor':>6} {'to plain':>8}"
    )
    for items in sizes:
        for due_percent in (100, 1):
            least = min(floor(items) for _ in range(3))
            best: dict[str, tuple[float, int, int]] = {}
            # In turn, so that a slow moment of the machine does not meet one of them alone.
            for kind in KINDS * ROUNDS:
                found = measure(kind, items, due_percent)
                best[kind] = min(found, best.get(kind, found))
            for kind, (seconds, dunned, notices) in best.items():
                assert dunned >= items * due_percent // 100
                print(
                    f"{items:>8} {due_percent:>4}% {kind:>8} {notices:>8} {items / seconds:>10,.0f}"
                    f" {seconds / items * 1e6:>8.2f} {least / items * 1e6:>6.2f}"
                    f" {seconds / best['plain'][0]:>8.2f}"
                )


if __name__ == "__main__":
    main()
