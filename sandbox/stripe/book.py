"""A deterministic book of a given size, for measurements; 10,000 invoices in about a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.common.books import PLACES, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.stripe.service import StripeSandbox


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; the first group are of the open ones, the second of the settled.

    Raises:
        ValueError: the parts do not fit in the whole.
    """

    debtors: int
    invoices: int
    open: int
    partly_paid: int = 0
    automatic: int = 0
    sepa: int = 0  # a direct debit is under way
    void: int = 0
    uncollectible: int = 0
    refunded: int = 0
    disputed: int = 0
    cash: int = 0  # debtors with money that is not applied

    def __post_init__(self) -> None:
        opened = self.partly_paid + self.automatic + self.sepa
        settled = self.void + self.uncollectible + self.refunded + self.disputed
        fits = opened <= self.open and self.open + settled <= self.invoices
        if not (fits and self.debtors > 0 and self.cash <= self.debtors):
            raise ValueError("the parts do not fit in the whole")


def fill(sandbox: StripeSandbox, size: Size, seed: int) -> None:
    """Adds the book: open invoices are the youngest; no events, for it was there before."""
    people = [_customer(sandbox, n) for n in range(size.debtors)]
    today, made = sandbox.world.clock.today(), []
    settled = size.invoices - size.open
    collected = settled + size.partly_paid
    for n, (gross, on) in enumerate(written(size.invoices, today, seed)):
        automatic = collected <= n < collected + size.automatic
        who = people[n % size.debtors]
        made.append(sandbox.add_invoice(who, gross, on=on, automatic=automatic))
    _settle(sandbox, made[:settled], size)
    _leave_open(sandbox, made[settled:], size)
    for customer in people[: size.cash]:
        sandbox.cash(customer, "50.00")


def _customer(sandbox: StripeSandbox, n: int) -> str:
    city, postal_code = PLACES[n % len(PLACES)]
    place: dict[str, Any] = {
        "line1": f"Musterweg {n + 1}",
        "city": city,
        "postal_code": postal_code,
        "country": "DE",
    }
    if n % 5 == 4:
        return sandbox.add_customer(
            f"Erika Muster{n:05d}", f"erika{n}@muster.example", address=place
        )
    tax_id = ("eu_vat", f"DE9{n:08d}", "verified")
    name = f"Muster {n:05d} GmbH"
    return sandbox.add_customer(name, f"rechnung{n}@muster.example", address=place, tax_id=tax_id)


def _settle(sandbox: StripeSandbox, ids: Sequence[str], size: Size) -> None:
    """The oldest are void, then written off, given back, disputed; the rest is paid."""
    invoices = sandbox.world.invoices
    for n, id_ in enumerate(ids):
        on = sandbox.world.day(invoices[id_].created) + timedelta(days=10)
        if n < size.void:
            sandbox.void(id_, on=on)
            continue
        if n < size.void + size.uncollectible:
            sandbox.uncollectible(id_, on=on)
            continue
        sandbox.pay(id_, method=("card", "sepa_debit")[n % 2], on=on)
        later = on + timedelta(days=5)
        if n < size.void + size.uncollectible + size.refunded:
            sandbox.refund(id_, on=later)
        elif n < size.void + size.uncollectible + size.refunded + size.disputed:
            sandbox.dispute(id_, status="lost", on=later)


def _leave_open(sandbox: StripeSandbox, ids: Sequence[str], size: Size) -> None:
    """Partly paid ones first, then those that Stripe collects, then direct debits under way."""
    today = sandbox.world.clock.today()
    for id_ in ids[: size.partly_paid]:
        sandbox.pay(id_, sandbox.outstanding(id_) // 4, on=today - timedelta(days=1))
    begin = size.partly_paid
    for id_ in ids[begin : begin + size.automatic]:
        sandbox.attempt_failed(id_, today + timedelta(days=3))
    begin += size.automatic
    for id_ in ids[begin : begin + size.sepa]:
        sandbox.start_sepa(id_, on=today - timedelta(days=1))
