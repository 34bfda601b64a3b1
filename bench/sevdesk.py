"""How many requests, and how long, does sevDesk cost? Against the sandbox, at our own pace.

Run from the repository root: ``python -m bench.sevdesk [--invoices 10000 …]``. It takes about two
minutes, because time is not faked. Printed below each other: the first reading and its floor, list
by list; the next day with its changes; a quarter of an hour in which nothing happened; and how soon
a payment is seen that is asked for while a first reading runs.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bench.live import DayClock
from bench.readings import Book, a_day, asked_for, office, print_headings
from sandbox.sevdesk import SevdeskSandbox

PAGE = 1000
RATE = Decimal(2)
# What a list holds that a first reading cannot leave out, and the name of its path.
LISTS = ("Invoice", "CreditNote", "Contact", "ContactAddress", "CommunicationWay",
         "AccountingContact", "CheckAccount", "CheckAccountTransaction")  # fmt: skip


def stand_in(book: Book, clock: DayClock) -> SevdeskSandbox:
    """A sandbox with that book."""
    sandbox = SevdeskSandbox(now=clock.now)
    sandbox.book(**book.parts)
    return sandbox


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


def change(sandbox: SevdeskSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, part payments and new invoices."""
    world = sandbox.world
    with world.lock:
        rows = [each.id for each in world.invoices.values() if each.kind == "RE" and each.left > 1]
        contacts = list(world.contacts)
    return a_day(
        book,
        rows,
        contacts,
        (lambda id_: sandbox.pay(id_, on=today), lambda id_: sandbox.pay(id_, "1.00", on=today)),
        lambda whom: sandbox.add_invoice(contact=whom, gross="119.00", on=today),
    )


def main() -> None:
    book = asked_for(
        __doc__,
        invoices=10_000,
        debtors=1_500,
        open=600,
        partly_paid=60,
        dunned=20,
        cancelled=20,
        unassigned=300,
    )
    print_headings()
    _measure(book)


def _measure(book: Book) -> None:
    clock = DayClock()
    with office("sevdesk", stand_in(book, clock), RATE, clock) as readings:
        sandbox = readings.sandbox
        readings.first(book.label, floors(sandbox), book.parts["open"])
        clock.days = 1
        changed = change(sandbox, book, clock.today())
        readings.later(f"the next day: {changed} changes", sum(floors(sandbox).values()) + 20)
        readings.quiet()
    clock.days = 0
    sandbox = stand_in(book, clock)
    with office("sevdesk", sandbox, RATE, clock) as readings:
        readings.seen_at_once(
            lambda id_: sandbox.world.invoices[id_].left, lambda id_, on: sandbox.pay(id_, on=on)
        )


if __name__ == "__main__":
    main()
