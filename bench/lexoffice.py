"""How many requests, and how long, does lexoffice cost? Against the sandbox with its limiter on.

Run from the repository root: ``python -m bench.lexoffice [--invoices 10000 …]``. It takes about
twelve minutes, because time is not faked: requests are the time. Printed beside each other: the
first reading and its floor, the next day with its changes, and how soon a payment is seen that is
asked for while a first reading runs flat out.
"""

from __future__ import annotations

import threading
import time
from datetime import date
from decimal import Decimal

from bench.live import MUSTER, DayClock, believed_open
from bench.readings import GOAL_SEEN, Book, Readings, a_day, asked_for, office, print_headings
from core.ports import Lane
from core.services.onboard import onboard
from core.services.sync import refresh_invoices, sync
from sandbox.lexoffice import LexofficeSandbox

PAGE = 250
RATE = Decimal("1.3")


def floor(book: Book) -> int:
    """Requests that a first reading cannot leave out."""
    parts = book.parts
    pages = -(-parts["invoices"] // PAGE) + -(-parts["debtors"] // PAGE)
    return pages + parts["open"] + parts["partly_paid"]


def stand_in(book: Book, clock: DayClock) -> LexofficeSandbox:
    """A sandbox with that book."""
    sandbox = LexofficeSandbox(seed=1, now=clock.now)
    sandbox.book(**book.parts)
    return sandbox


def open_invoices(sandbox: LexofficeSandbox) -> set[str]:
    """Ids of what is open on the platform."""
    with sandbox.world.lock:
        vouchers = list(sandbox.world.vouchers.items())
    return {id_ for id_, voucher in vouchers if voucher.status == "open"}


def change(sandbox: LexofficeSandbox, book: Book, today: date) -> int:
    """A day at the office: payments, part payments and new invoices; how many are open changes."""
    return a_day(
        book,
        open_invoices(sandbox),
        sandbox.world.contacts,
        (lambda id_: sandbox.pay(id_, on=today), lambda id_: sandbox.pay(id_, "1.00", on=today)),
        lambda whom: sandbox.add_invoice(contact=whom, gross="119.00", on=today),
    )


def main() -> None:
    book = asked_for(__doc__, invoices=10_000, debtors=1_500, open=600, partly_paid=60, dunned=20)
    clock = DayClock()
    print_headings()
    with office("lexoffice", stand_in(book, clock), RATE, clock) as readings:
        _first(readings, book)
        clock.days = 1
        _next_day(readings, book)
    clock.days = 0
    with office("lexoffice", stand_in(book, clock), RATE, clock) as readings:
        _seen_at_once(readings)


def _first(readings: Readings, book: Book) -> None:
    requests = readings.sandbox.requests
    started = time.perf_counter()
    report = onboard(readings.composed.app, MUSTER, on=readings.clock.today())
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    refused = sum(each.status == 429 for each in requests)
    assert not refused, f"{refused} requests were refused"
    readings.row(book.label, len(requests), floor(book), seconds)


def _next_day(readings: Readings, book: Book) -> None:
    sandbox, today = readings.sandbox, readings.clock.today()
    changed = change(sandbox, book, today)
    sandbox.requests.clear()
    started = time.perf_counter()
    report = sync(readings.composed.app, MUSTER, on=today)
    seconds = time.perf_counter() - started
    assert report.exit_code == 0, report
    made = len(sandbox.requests)
    readings.row(f"the next day: {changed} changes", made, 20 + 2 * changed, seconds, made)


def _seen_at_once(readings: Readings) -> None:
    """Three payments, each asked for while the first reading runs flat out."""
    sandbox, composed, today = readings.sandbox, readings.composed, readings.clock.today()
    app = composed.app
    with app.store.read() as tx:
        connection = tx.connections.all(MUSTER)[0]
    running = threading.Thread(
        target=onboard, args=(app, MUSTER), kwargs={"on": today}, daemon=True
    )
    running.start()
    waits = []
    while not believed_open(composed):
        time.sleep(1)
    for _ in range(3):
        time.sleep(12)
        paid = next(each for each in believed_open(composed) if each in open_invoices(sandbox))
        sandbox.pay(paid, on=today)
        started = time.perf_counter()
        refresh_invoices(app, MUSTER, connection, [paid], on=today, lane=Lane.EVENT)
        waits.append(time.perf_counter() - started)
        assert paid not in believed_open(composed)
    sandbox.fault("unauthorized", times=0)  # ends the reading
    running.join(timeout=60)
    print(
        f"| a payment asked for meanwhile (3 times) | 6 |  |  | {max(waits):.1f} "
        f"| {GOAL_SEEN:.1f} | {max(waits) / GOAL_SEEN:.3f} |  |"
    )


if __name__ == "__main__":
    main()
