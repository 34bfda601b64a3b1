"""Whoever followed events for weeks has the same book as whoever reads everything today."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from stripe_desk import Desk, opened

from sandbox.stripe.replies import ApiError


@dataclass
class Life:
    """What happens at a merchant with three customers, by a seeded die."""

    desk: Desk
    die: random.Random
    invoices: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)
    debits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.customers = [self.desk.customer(f"Muster {n} GmbH") for n in range(3)]

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.desk.watch.minutes += self.die.randrange(4)
            # Much is refused, as by the platform: to pay what is paid, to settle what never began.
            with suppress(ApiError, ValueError, IndexError):
                self.die.choice(STEPS)(self)

    @property
    def any(self) -> str:
        return self.die.choice(self.invoices)

    def invoice(self) -> None:
        on = self.desk.watch.on
        gross, owing = f"{self.die.randrange(10, 300)}.00", self.die.choice(self.customers)
        made = self.desk.invoice(gross, owing, on=on, due=on + timedelta(days=5))
        self.invoices.append(made)


STEPS: tuple[Callable[[Life], object], ...] = (
    Life.invoice,
    Life.invoice,
    lambda life: life.desk.sandbox.pay(life.any),
    lambda life: life.desk.sandbox.pay(life.any, "3.00"),
    lambda life: life.desk.sandbox.pay(life.any, method="out_of_band"),
    lambda life: life.desk.sandbox.void(life.any),
    lambda life: life.desk.sandbox.uncollectible(life.any),
    lambda life: life.refunds.append(life.desk.sandbox.refund(life.any, "2.00")),
    lambda life: life.desk.sandbox.fail_refund(life.die.choice(life.refunds)),
    lambda life: life.disputes.append(life.desk.sandbox.dispute(life.any)),
    lambda life: life.desk.sandbox.close_dispute(life.disputes.pop(), life.die.choice(ENDS)),
    lambda life: life.desk.sandbox.credit(life.any, "1.50"),
    lambda life: life.desk.sandbox.credit(life.any, "1.50", refund="new"),
    lambda life: life.debits.append(life.desk.sandbox.start_sepa(life.any)),
    lambda life: life.desk.sandbox.settle_sepa(life.debits.pop()),
    lambda life: life.desk.sandbox.fail_sepa(life.debits.pop()),
    lambda life: life.desk.sandbox.cash(life.die.choice(life.customers), "4.00"),
    lambda life: life.desk.sandbox.apply_cash(life.any),
    lambda life: life.desk.sandbox.balance(life.die.choice(life.customers), "-1.00"),
    lambda life: life.invoices.append(life.desk.sandbox.revise(life.any, "9.00")),
    lambda life: life.desk.sandbox.update_customer(
        life.die.choice(life.customers), email=f"a{life.die.randrange(99)}@muster.example"
    ),
)
ENDS = ("won", "lost")


def book(desk: Desk) -> dict[str, object]:
    """Every invoice, and those customers who owe something with their money."""
    kept = desk.memory
    owing = {each.debtor for each in kept.records.values() if each.open}
    return {
        "invoices": kept.records,
        "debtors": {id_: each for id_, each in kept.masters.items() if id_ in owing},
        "money": {id_: each for id_, each in desk.lines.items() if each.debtor in owing},
        "unread": kept.bad,
    }


@pytest.mark.parametrize(
    "variants",
    [
        {},
        {"expand": "ignored"},
        {"refund_leaves": "reopened"},
        {"sepa_return": "dispute_needs_response", "void_amounts": "zero"},
        {"out_of_band_payment": "none", "deleted_customer": "null"},
    ],
    ids=["usual", "bare", "reopened", "returns", "outside"],
)
@pytest.mark.parametrize("seed", [3, 14, 148])
def test_following_events_and_reading_anew_give_the_same_book(
    seed: int, variants: dict[str, str]
) -> None:
    die = random.Random(seed)
    with opened(limit=die.choice([3, 100]), **variants) as desk:
        life = Life(desk, die)
        life.goes_on(20)
        desk.sync()
        for _ in range(4):
            life.goes_on(die.randrange(1, 12))
            desk.pass_days(die.choice([0, 0, 0, 1, 1, 35]))
            desk.sync()
        fresh = Desk(desk.sandbox, desk.base, desk.watch, 100)
        for each in (fresh, desk):
            each.read("debtors")
            each.read("invoices")
            each.read("payments")
        fresh.connector.close()
        assert len(desk.memory.records) >= 3
        assert book(desk) == book(fresh)
        for id_, record in sorted(desk.memory.records.items()):
            desk.look(id_)
            assert desk.record(id_) == record
