"""How many requests, and how long, does Stripe cost? Against the sandbox, with its limiter on.

Run from the repository root: ``python -m bench.stripe [--invoices 10000 …]``. It takes about a
minute, because time is not faked. Printed below each other: the first reading and its floor, list
by list; the next day with its changes and the comparison of everything open; a quarter of an hour
in which nothing happened; and how soon a payment is seen that is asked for while a first reading
runs.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from bench.live import DayClock
from bench.readings import Book, a_day, asked_for, office, print_headings
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


def stand_in(book: Book, clock: DayClock) -> StripeSandbox:
    """A sandbox with that book."""
    sandbox = StripeSandbox(now=clock.now, limiter=True, rate=GRANTED)
    sandbox.book(**book.parts)
    return sandbox


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


def change(sandbox: StripeSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, voided invoices and new ones."""
    with sandbox.world.lock:
        rows = [each.id for each in sandbox.world.invoices.values() if each.status == "open"]
        customers = list(sandbox.world.customers)
    return a_day(
        book,
        rows,
        customers,
        (sandbox.pay, sandbox.void),
        lambda whom: sandbox.add_invoice(whom, "119.00", on=today),
    )


def main() -> None:
    book = asked_for(
        __doc__,
        invoices=10_000,
        debtors=1_500,
        open=600,
        partly_paid=60,
        sepa=20,
        void=20,
        refunded=20,
        cash=20,
    )
    print_headings()
    _measure(book)


def _measure(book: Book) -> None:
    clock, open_ = DayClock(), book.parts["open"]
    with office("stripe", stand_in(book, clock), RATE, clock) as readings:
        floor = floors(readings.sandbox)
        lists = {name: floor[name] for name in LISTS}
        readings.first(book.label, lists, open_ + book.parts["refunded"])
        clock.days = 1
        changed = change(readings.sandbox, book, clock.today())
        readings.later(
            f"the next day: {changed} changes",
            _pages(open_) + len(LISTS) + SLICES + 2 * changed,
        )
        readings.quiet()
    clock.days = 0
    sandbox = stand_in(book, clock)
    with office("stripe", sandbox, RATE, clock) as readings:
        readings.seen_at_once(
            lambda id_: sandbox.world.invoices[id_].remaining, lambda id_, _today: sandbox.pay(id_)
        )


if __name__ == "__main__":
    main()
