"""A deterministic book of a given size, for measurements; 10,000 invoices in about a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.books import OLDEST, PLACES, written
from sandbox.common.clock import midnight
from sandbox.sevdesk import money
from sandbox.sevdesk.model import OPEN

if TYPE_CHECKING:
    from sandbox.sevdesk.service import SevdeskSandbox


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; ``open`` includes the partly paid, ``dunned`` are of the open ones.

    Raises:
        ValueError: the parts do not fit in the whole.
    """

    debtors: int
    invoices: int
    open: int
    partly_paid: int = 0
    dunned: int = 0
    cancelled: int = 0
    unassigned: int = 0

    def __post_init__(self) -> None:
        whole = self.partly_paid <= self.open and self.dunned <= self.open
        if not (whole and self.open + self.cancelled <= self.invoices and self.debtors > 0):
            raise ValueError("the parts do not fit in the whole")


def fill(sandbox: SevdeskSandbox, size: Size, seed: int) -> None:
    """Adds the book: open invoices are the youngest, the others are paid through the bank."""
    people = [_contact(sandbox, n) for n in range(size.debtors)]
    today, made = sandbox.world.clock.today(), []
    for n, (gross, on) in enumerate(written(size.invoices, today, seed)):
        made.append(sandbox.add_invoice(contact=people[n % size.debtors], gross=gross, on=on))
    settled = size.invoices - size.open
    _settle(sandbox, made[:settled], size.cancelled)
    open_ = made[settled:]
    for id_ in open_[: size.partly_paid]:
        sandbox.pay(id_, sandbox.world.invoices[id_].gross / 4 // 1, on=today - timedelta(days=1))
    for id_ in open_[: size.dunned]:
        sandbox.dun(id_, on=today - timedelta(days=3))
    for n in range(size.unassigned):
        sandbox.unassigned(Decimal(100 + n), f"Muster Zahler {n}", text=f"Zahlung {n}")
    _spread(sandbox)


def _contact(sandbox: SevdeskSandbox, n: int) -> str:
    city, zip_ = PLACES[n % len(PLACES)]
    place: dict[str, Any] = {"street": f"Musterweg {n + 1}", "city": city, "zip": zip_}
    if n % 5 == 4:
        return sandbox.add_contact(
            first="Erika", last=f"Muster{n:05d}", email=f"erika{n}@muster.example", **place
        )
    return sandbox.add_contact(
        company=f"Muster {n:05d} GmbH", email=f"rechnung{n}@muster.example", **place
    )


def _settle(sandbox: SevdeskSandbox, ids: Sequence[str], cancelled: int) -> None:
    world = sandbox.world
    account = next(iter(world.accounts))
    for n, id_ in enumerate(ids):
        each = world.invoices[id_]
        if n < cancelled:
            money.cancel(world, each)
            continue
        on = each.on + timedelta(days=10)
        name = each.address[0] if each.address else ""
        line = money.new_transaction(
            world, account, each.gross, on, purpose=each.number or "", name=name
        )
        money.book(world, each, line, money.Booking(each.gross, on))


def _spread(sandbox: SevdeskSandbox) -> None:
    """Everything was made on its day, so that lists have an order of their own."""
    oldest = midnight(sandbox.world.clock.today()) - timedelta(days=OLDEST + 1)
    for n, customer in enumerate(sandbox.world.contacts.values()):
        customer.created = customer.updated = oldest + timedelta(minutes=10 * n)
    for each in sandbox.world.invoices.values():
        each.created = midnight(each.on) + timedelta(hours=9)
        each.updated = max(each.created, midnight(each.pay_date)) if each.pay_date else each.created
        if each.status == OPEN:
            each.sent = each.created
