"""How many requests, and how long, does Stripe cost? Against the sandbox, with its limiter on.

Run from the repository root: ``python -m bench.stripe [--invoices 10000 …]``. It takes about a
minute, because time is not faked. Printed below each other: the first reading and its floor, list
by list; the next day with its changes and the comparison of everything open; a quarter of an hour
in which nothing happened; and how soon a payment is seen that is asked for while a first reading
runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from bench.live import DayClock, connected
from bench.readings import Readings, print_headings
from config.bootstrap import Composed
from sandbox.stripe import StripeSandbox

PAGE = 100
RATE = Decimal(20)  # what we ask in a second; the stand-in allows 25 for each endpoint
GRANTED = 25.0
# Lists that a first reading cannot leave out. Customers and payments stand with their invoices.
LISTS = ("invoices", "charges", "refunds", "disputes", "events")
# The feed takes 20 types a question: two for invoices and money, one for customers.
SLICES = 3
RECENT = 14 * 86_400  # seconds in which a charge may be under way
STATUSES = ("open", "paid", "uncollectible", "void")


@dataclass(frozen=True, slots=True)
class Book:
    """The size of a book; ``changes`` are those of the next day."""

    invoices: int
    debtors: int
    open: int
    partly_paid: int
    sepa: int
    void: int
    refunded: int
    cash: int
    changes: int


@contextmanager
def office(folder: Path, book: Book, clock: DayClock) -> Iterator[tuple[StripeSandbox, Composed]]:
    """A sandbox with that book, and a home that is connected to it; nothing is read yet."""
    sandbox = StripeSandbox(now=clock.now, limiter=True, rate=GRANTED)
    sandbox.book(
        debtors=book.debtors,
        invoices=book.invoices,
        open=book.open,
        partly_paid=book.partly_paid,
        sepa=book.sepa,
        void=book.void,
        refunded=book.refunded,
        cash=book.cash,
    )
    with sandbox:
        given = {"api_base": sandbox.base_url, "api_key": sandbox.api_key, "rate": str(RATE)}
        with connected(folder, clock, "stripe", given) as composed:
            sandbox.requests.clear()
            yield sandbox, composed


def floors(sandbox: StripeSandbox) -> dict[str, int]:
    """Requests that the lists of the platform cost at least: their rows in pages of 100."""
    world = sandbox.world
    with world.lock:
        states = Counter(each.status for each in world.invoices.values())
        since = world.now() - RECENT
        recent = sum(each.created >= since for each in world.charges.values())
        return {
            # A list has one status: each has a page, also an empty one.
            "invoices": sum(_pages(states[status]) for status in STATUSES),
            "charges": _pages(recent),
            "refunds": _pages(len(world.refunds)),
            "disputes": _pages(len(world.disputes)),
            "events": SLICES,
        }


def _pages(rows: int) -> int:
    return max(1, -(-rows // PAGE))


def asked(sandbox: StripeSandbox, name: str) -> int:
    """How often a list was asked for since the log was cleared."""
    return sum(each.path.rstrip("/").endswith(f"/v1/{name}") for each in sandbox.requests)


def change(sandbox: StripeSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, voided invoices and new ones."""
    rng = random.Random(2)
    with sandbox.world.lock:
        rows = sorted(e.id for e in sandbox.world.invoices.values() if e.status == "open")
        customers = sorted(sandbox.world.customers)
    third = book.changes // 3
    chosen = rng.sample(rows, 2 * third)
    for each in chosen[:third]:
        sandbox.pay(each)
    for each in chosen[third:]:
        sandbox.void(each)
    for _ in range(book.changes - 2 * third):
        sandbox.add_invoice(rng.choice(customers), "119.00", on=today)
    return book.changes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--debtors", type=int, default=1_500)
    parser.add_argument("--open", type=int, default=600)
    parser.add_argument("--partly-paid", type=int, default=60)
    parser.add_argument("--sepa", type=int, default=20)
    parser.add_argument("--void", type=int, default=20)
    parser.add_argument("--refunded", type=int, default=20)
    parser.add_argument("--cash", type=int, default=20)
    parser.add_argument("--changes", type=int, default=50)
    args = parser.parse_args()
    book = Book(
        args.invoices, args.debtors, args.open, args.partly_paid, args.sepa, args.void,
        args.refunded, args.cash, args.changes,
    )  # fmt: skip
    print_headings()
    _measure(book)


def _measure(book: Book) -> None:
    clock = DayClock()
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        readings = Readings(*place, clock, float(RATE))
        sandbox, today = readings.sandbox, clock.today()
        label = f"first reading: {book.invoices:,} invoices, {book.open} open"
        floor = floors(sandbox)
        readings.first(
            label,
            {name: floor[name] for name in LISTS},
            partial(asked, sandbox),
            book.open + book.refunded,
        )
        clock.days, today = 1, today + timedelta(days=1)
        changed = change(sandbox, book, today)
        readings.later(
            f"the next day: {changed} changes",
            _pages(book.open) + len(LISTS) + SLICES + 2 * changed,
        )
        readings.quiet()
    clock.days = 0
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        world, sandbox = place[0].world, place[0]
        Readings(*place, clock, float(RATE)).seen_at_once(
            lambda id_: world.invoices[id_].remaining, lambda id_, _today: sandbox.pay(id_)
        )


if __name__ == "__main__":
    main()
