"""How many requests, and how long, does lexoffice cost? Against the sandbox with its limiter on.

Run from the repository root: ``python -m bench.lexoffice [--invoices 10000 …]``. It takes about
twelve minutes, because time is not faked: requests are the time. Printed beside each other: the
first reading and its floor, the next day with its changes, and how soon a payment is seen that is
asked for while a first reading runs flat out.
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
from sandbox.lexoffice import LexofficeSandbox

PAGE = 250
RATE = Decimal("1.3")
GOAL, GOAL_SEEN = 1.05, 5.0


@dataclass(frozen=True, slots=True)
class Book:
    """The size of a book; ``changes`` are those of the next day."""

    invoices: int
    debtors: int
    open: int
    partly_paid: int
    dunned: int
    changes: int

    @property
    def floor(self) -> int:
        """Requests that a first reading cannot leave out."""
        pages = -(-self.invoices // PAGE) + -(-self.debtors // PAGE)
        return pages + self.open + self.partly_paid


@contextmanager
def office(
    folder: Path, book: Book, clock: DayClock
) -> Iterator[tuple[LexofficeSandbox, Composed]]:
    """A sandbox with that book, and a home that is connected to it; nothing is read yet."""
    with LexofficeSandbox(seed=1, now=clock.now) as sandbox:
        sandbox.book(
            debtors=book.debtors,
            invoices=book.invoices,
            open=book.open,
            partly_paid=book.partly_paid,
            dunned=book.dunned,
        )
        given = {"api_base": sandbox.base_url, "api_key": sandbox.api_key, "rate": str(RATE)}
        with connected(folder, clock, "lexoffice", given) as composed:
            sandbox.requests.clear()
            yield sandbox, composed


def open_invoices(sandbox: LexofficeSandbox) -> set[str]:
    """Ids of what is open on the platform."""
    with sandbox.world.lock:
        vouchers = list(sandbox.world.vouchers.items())
    return {id_ for id_, voucher in vouchers if voucher.status == "open"}


def change(sandbox: LexofficeSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, part payments and new invoices; how many are open changes."""
    rng = random.Random(2)
    rows = sorted(open_invoices(sandbox))
    third = book.changes // 3
    chosen = rng.sample(rows, 2 * third)
    for each in chosen[:third]:
        sandbox.pay(each, on=today)
    for each in chosen[third:]:
        sandbox.pay(each, "1.00", on=today)
    contacts = sorted(sandbox.world.contacts)
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
    parser.add_argument("--changes", type=int, default=50)
    args = parser.parse_args()
    book = Book(args.invoices, args.debtors, args.open, args.partly_paid, args.dunned, args.changes)
    clock = DayClock()
    print("| what | requests | floor or bound | ratio | seconds | at the rate | ratio | MB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        _first(*place, book, clock)
        clock.days = 1
        _next_day(*place, book, clock)
    clock.days = 0
    with tempfile.TemporaryDirectory() as folder, office(Path(folder), book, clock) as place:
        _seen_at_once(*place, clock)


def _first(sandbox: LexofficeSandbox, composed: Composed, book: Book, clock: DayClock) -> None:
    started = time.perf_counter()
    report = onboard(composed.app, MUSTER, on=clock.today())
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    made, at_rate = len(sandbox.requests), book.floor / float(RATE)
    refused = sum(each.status == 429 for each in sandbox.requests)
    assert not refused, f"{refused} requests were refused"
    label = f"first reading: {book.invoices:,} invoices, {book.open} open"
    print(
        f"| {label} | {made} | {book.floor} | {made / book.floor:.3f} | {seconds:.1f} "
        f"| {at_rate:.1f} | {seconds / at_rate:.3f} | {peak_mb():.0f} |"
    )


def _next_day(sandbox: LexofficeSandbox, composed: Composed, book: Book, clock: DayClock) -> None:
    today = clock.today()
    changed = change(sandbox, book, today)
    sandbox.requests.clear()
    started = time.perf_counter()
    report = sync(composed.app, MUSTER, on=today)
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    made, bound = len(sandbox.requests), 20 + 2 * changed
    at_rate = made / float(RATE)
    print(
        f"| the next day: {changed} changes | {made} | {bound} | {made / bound:.3f} "
        f"| {seconds:.1f} | {at_rate:.1f} | {seconds / at_rate:.3f} | {peak_mb():.0f} |"
    )


def _seen_at_once(sandbox: LexofficeSandbox, composed: Composed, clock: DayClock) -> None:
    """Three payments, each asked for while the first reading runs flat out."""
    app, creditor, today = composed.app, MUSTER, clock.today()
    with app.store.read() as tx:
        connection = tx.connections.all(creditor)[0]
    running = threading.Thread(target=_stopped_reading, args=(composed, today), daemon=True)
    running.start()
    waits = []
    while not believed_open(composed):
        time.sleep(1)
    for _ in range(3):
        time.sleep(12)
        paid = next(each for each in believed_open(composed) if each in open_invoices(sandbox))
        sandbox.pay(paid, on=today)
        started = time.perf_counter()
        refresh_invoices(app, creditor, connection, [paid], on=today, lane=Lane.EVENT)
        waits.append(time.perf_counter() - started)
        assert paid not in believed_open(composed)
    sandbox.fault("unauthorized", times=0)  # ends the reading
    running.join(timeout=60)
    print(
        f"| a payment asked for meanwhile (3 times) | 6 |  |  | {max(waits):.1f} "
        f"| {GOAL_SEEN:.1f} | {max(waits) / GOAL_SEEN:.3f} |  |"
    )


def _stopped_reading(composed: Composed, today: date) -> None:
    onboard(composed.app, MUSTER, on=today)


if __name__ == "__main__":
    main()
