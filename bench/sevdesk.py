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
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from bench.live import MUSTER, DayClock, believed_open, connected
from bench.measure import peak_mb
from config.bootstrap import Composed
from core.ports import Lane
from core.services.onboard import onboard
from core.services.sync import refresh_invoices, sync
from sandbox.sevdesk import SevdeskSandbox

PAGE = 1000
RATE = Decimal(2)
QUIET = 10  # requests of a sync in which nothing is new
GOAL_SEEN = 5.0
# What a list holds that a first reading cannot leave out, and the name of its path.
LISTS = ("Invoice", "CreditNote", "Contact", "ContactAddress", "CommunicationWay",
         "AccountingContact", "CheckAccount", "CheckAccountTransaction")  # fmt: skip
HEADINGS = ("what", "requests", "floor or bound", "ratio", "seconds", "at the rate", "ratio", "MB")


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
    clock = DayClock()
    print(f"| {' | '.join(HEADINGS)} |")
    print("|---" * len(HEADINGS) + "|")
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        _first(*place, book, clock)
        clock.days = 1
        _next_day(*place, book, clock)
        _quiet(*place, clock)
    clock.days = 0
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        _seen_at_once(*place, clock)


def _row(what: str, made: int, bound: int, seconds: float | None = None) -> None:
    """One line; seconds are judged by what the bound costs at our pace."""
    cells = [what, str(made), str(bound), f"{made / bound:.3f}", "", "", "", ""]
    if seconds is not None:
        at_rate = bound / float(RATE)
        cells[4:] = [
            f"{seconds:.1f}",
            f"{at_rate:.1f}",
            f"{seconds / at_rate:.3f}",
            f"{peak_mb():.0f}",
        ]
    print(f"| {' | '.join(cells)} |")


def _first(sandbox: SevdeskSandbox, composed: Composed, book: Book, clock: DayClock) -> None:
    floor = floors(sandbox)
    started = time.perf_counter()
    report = onboard(composed.app, MUSTER, on=clock.today())
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    assert len(believed_open(composed)) == book.open
    label = f"first reading: {book.invoices:,} invoices, {book.open} open"
    _row(label, len(sandbox.requests), sum(floor.values()), seconds)
    for name in LISTS:
        _row(f"its list {name}", asked(sandbox, name), floor[name])


def _next_day(sandbox: SevdeskSandbox, composed: Composed, book: Book, clock: DayClock) -> None:
    today = clock.today()
    changed = change(sandbox, book, today)
    sandbox.requests.clear()
    started = time.perf_counter()
    report = sync(composed.app, MUSTER, on=today)
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    bound = sum(floors(sandbox).values()) + 20
    _row(f"the next day: {changed} changes", len(sandbox.requests), bound, seconds)


def _quiet(sandbox: SevdeskSandbox, composed: Composed, clock: DayClock) -> None:
    sandbox.requests.clear()
    started = time.perf_counter()
    report = sync(composed.app, MUSTER, on=clock.today())
    assert report.exit_code == 0, report
    _row("again, nothing happened", len(sandbox.requests), QUIET, time.perf_counter() - started)


def _seen_at_once(sandbox: SevdeskSandbox, composed: Composed, clock: DayClock) -> None:
    """Two payments, each asked for while the first reading runs."""
    app, today = composed.app, clock.today()
    with app.store.read() as tx:
        connection = tx.connections.all(MUSTER)[0]
    running = threading.Thread(
        target=onboard, args=(app, MUSTER), kwargs={"on": today}, daemon=True
    )
    running.start()
    waits, before = [], 0
    while not believed_open(composed):
        time.sleep(0.1)
    for _ in range(2):
        paid = next(e for e in believed_open(composed) if sandbox.world.invoices[e].left)
        sandbox.pay(paid, on=today)
        assert running.is_alive(), "the first reading was over before anything was asked"
        before, started = len(sandbox.requests), time.perf_counter()
        refresh_invoices(app, MUSTER, connection, [paid], on=today, lane=Lane.EVENT)
        waits.append(time.perf_counter() - started)
        assert paid not in believed_open(composed)
    made = len(sandbox.requests) - before
    running.join(timeout=300)
    print(
        f"| a payment asked for meanwhile (twice) | {made} |  |  | {max(waits):.1f} "
        f"| {GOAL_SEEN:.1f} | {max(waits) / GOAL_SEEN:.3f} |  |"
    )


if __name__ == "__main__":
    main()
