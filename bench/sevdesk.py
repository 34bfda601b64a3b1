"""How many requests, and how long, does sevDesk cost? Against the sandbox, at our own pace.

Run from the repository root: ``python -m bench.sevdesk [--invoices 10000 …]``. It takes about two
minutes, because time is not faked. Printed below each other: the first reading and its floor, list
by list; the next day with its changes; a quarter of an hour in which nothing happened; and how soon
a payment is seen that is asked for while a first reading runs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
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
from sandbox.sevdesk import SevdeskSandbox

PAGE = 1000
RATE = Decimal(2)
# What a list holds that a first reading cannot leave out, and the name of its path.
LISTS = ("Invoice", "CreditNote", "Contact", "ContactAddress", "CommunicationWay",
         "AccountingContact", "CheckAccount", "CheckAccountTransaction")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """The size of a book; ``changes`` are those of the next day."""

    invoices: int
    debtors: int
    open: int
    partly_paid: int
    dunned: int
    cancelled: int
    unassigned: int
    changes: int


@contextmanager
def office(folder: Path, book: Book, clock: DayClock) -> Iterator[tuple[SevdeskSandbox, Composed]]:
    """A sandbox with that book, and a home that is connected to it; nothing is read yet."""
    sandbox = SevdeskSandbox(now=clock.now)
    sandbox.book(
        debtors=book.debtors,
        invoices=book.invoices,
        open=book.open,
        partly_paid=book.partly_paid,
        dunned=book.dunned,
        cancelled=book.cancelled,
        unassigned=book.unassigned,
    )
    with sandbox:
        given = {"api_base": sandbox.base_url, "api_key": sandbox.api_key, "rate": str(RATE)}
        with connected(folder, clock, "sevdesk", given) as composed:
            sandbox.requests.clear()
            yield sandbox, composed


def floors(sandbox: SevdeskSandbox) -> dict[str, int]:
    """Requests that the lists of the platform cost at least: their rows in pages of 1,000."""
    world = sandbox.world
    with world.lock:
        rows = {
            "Invoice": len(world.invoices),
            "CreditNote": len(world.credit_notes),
            "Contact": len(world.contacts),
            "ContactAddress": len(world.addresses),
            "CommunicationWay": len(world.ways),
            "AccountingContact": sum(bool(e.debitor_number) for e in world.contacts.values()),
            "CheckAccount": len(world.accounts),
            "CheckAccountTransaction": sum(
                each.status == 100 and each.amount > 0 for each in world.transactions.values()
            ),
        }
    return {name: max(1, -(-rows[name] // PAGE)) for name in LISTS}


def asked(sandbox: SevdeskSandbox, name: str) -> int:
    """How often a list was asked for since the log was cleared."""
    return sum(each.path.rstrip("/").endswith(f"/v1/{name}") for each in sandbox.requests)


def change(sandbox: SevdeskSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, part payments and new invoices."""
    rng = random.Random(2)
    world = sandbox.world
    with world.lock:
        rows = sorted(
            each.id for each in world.invoices.values() if each.kind == "RE" and each.left > 1
        )
        contacts = sorted(world.contacts)
    third = book.changes // 3
    chosen = rng.sample(rows, 2 * third)
    for each in chosen[:third]:
        sandbox.pay(each, on=today)
    for each in chosen[third:]:
        sandbox.pay(each, "1.00", on=today)
    for _ in range(book.changes - 2 * third):
        sandbox.add_invoice(contact=rng.choice(contacts), gross="119.00", on=today)
    return book.changes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--debtors", type=int, default=1_500)
    parser.add_argument("--open", type=int, default=600)
    parser.add_argument("--partly-paid", type=int, default=60)
    parser.add_argument("--dunned", type=int, default=20)
    parser.add_argument("--cancelled", type=int, default=20)
    parser.add_argument("--unassigned", type=int, default=300)
    parser.add_argument("--changes", type=int, default=50)
    args = parser.parse_args()
    book = Book(
        args.invoices, args.debtors, args.open, args.partly_paid, args.dunned, args.cancelled,
        args.unassigned, args.changes,
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
            label, {name: floor[name] for name in LISTS}, partial(asked, sandbox), book.open
        )
        clock.days, today = 1, today + timedelta(days=1)
        changed = change(sandbox, book, today)
        readings.later(f"the next day: {changed} changes", sum(floors(sandbox).values()) + 20)
        readings.quiet()
    clock.days = 0
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        world, sandbox = place[0].world, place[0]
        Readings(*place, clock, float(RATE)).seen_at_once(
            lambda id_: world.invoices[id_].left, lambda id_, on: sandbox.pay(id_, on=on)
        )


if __name__ == "__main__":
    main()
