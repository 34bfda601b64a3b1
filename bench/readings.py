"""What readings of a platform cost, told as a table; books, offices and days to measure them on."""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.live import MUSTER, DayClock, believed_open, connected
from bench.measure import peak_mb
from config.bootstrap import Composed
from core.ports import Lane
from core.services.onboard import onboard
from core.services.sync import refresh_invoices, sync

QUIET = 10  # requests of a sync in which nothing is new
GOAL_SEEN = 5.0
HEADINGS = ("what", "requests", "floor or bound", "ratio", "seconds", "at the rate", "ratio", "MB")


def print_headings() -> None:
    print(f"| {' | '.join(HEADINGS)} |")
    print("|---" * len(HEADINGS) + "|")


@dataclass(frozen=True, slots=True)
class Book:
    """The size of a book: its parts as a stand-in names them, and the changes of the next day."""

    parts: Mapping[str, int]
    changes: int

    @property
    def label(self) -> str:
        return f"first reading: {self.parts['invoices']:,} invoices, {self.parts['open']} open"


def asked_for(description: str | None, **usual: int) -> Book:
    """The book that the command line asks for, or the usual one."""
    parser = argparse.ArgumentParser(description=description)
    for name, size in {**usual, "changes": 50}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=size)
    parts = vars(parser.parse_args())
    return Book(parts, parts.pop("changes"))


def a_day(
    book: Book,
    open_: Iterable[str],
    debtors: Iterable[str],
    acts: tuple[Callable[[str], object], Callable[[str], object]],
    new: Callable[[str], object],
) -> int:
    """A day at the office: an act on a third of the changes each, new invoices for the rest."""
    rng, third, whom = random.Random(2), book.changes // 3, sorted(debtors)
    chosen = rng.sample(sorted(open_), 2 * third)
    for act, each in zip(third * acts[:1] + third * acts[1:], chosen, strict=True):
        act(each)
    for _ in range(book.changes - 2 * third):
        new(rng.choice(whom))
    return book.changes


@contextmanager
def office(platform: str, sandbox: Any, rate: Decimal, clock: DayClock) -> Iterator[Readings]:
    """A home that is connected to that stand-in; nothing is read yet."""
    with tempfile.TemporaryDirectory() as folder, sandbox:
        given = {"api_base": sandbox.base_url, "api_key": sandbox.api_key, "rate": str(rate)}
        with connected(Path(folder), clock, platform, given) as composed:
            sandbox.requests.clear()
            yield Readings(sandbox, composed, clock, float(rate))


@dataclass(frozen=True, slots=True)
class Readings:
    """One stand-in and the home that reads it. ``rate``: requests that we ask in a second."""

    sandbox: Any
    composed: Composed
    clock: DayClock
    rate: float

    def asked(self, name: str) -> int:
        """How often a list was asked for since the log was cleared."""
        return sum(each.path.rstrip("/").endswith(f"/v1/{name}") for each in self.sandbox.requests)

    def row(
        self,
        what: str,
        made: int,
        bound: int,
        seconds: float | None = None,
        paced: int | None = None,
    ) -> None:
        """One line; seconds are judged by what the bound, or ``paced``, costs at our pace."""
        cells = [what, str(made), str(bound), f"{made / bound:.3f}", "", "", "", ""]
        if seconds is not None:
            at_rate = (bound if paced is None else paced) / self.rate
            cells[4:] = [
                f"{seconds:.1f}",
                f"{at_rate:.1f}",
                f"{seconds / at_rate:.3f}",
                f"{peak_mb():.0f}",
            ]
        print(f"| {' | '.join(cells)} |")

    def first(self, label: str, floor: Mapping[str, int], open_: int) -> None:
        """The first reading and its ``floor``, list by list."""
        started = time.perf_counter()
        report = onboard(self.composed.app, MUSTER, on=self.clock.today())
        seconds = time.perf_counter() - started
        assert report.exit_code == 0, report
        assert len(believed_open(self.composed)) == open_
        self.row(label, len(self.sandbox.requests), sum(floor.values()), seconds)
        for name, bound in floor.items():
            self.row(f"its list {name}", self.asked(name), bound)

    def later(self, what: str, bound: int) -> None:
        """One sync, after whatever happened before it."""
        self.sandbox.requests.clear()
        started = time.perf_counter()
        report = sync(self.composed.app, MUSTER, on=self.clock.today())
        seconds = time.perf_counter() - started
        assert report.exit_code == 0, report
        self.row(what, len(self.sandbox.requests), bound, seconds)

    def quiet(self) -> None:
        self.later("again, nothing happened", QUIET)

    def seen_at_once(
        self, owed: Callable[[str], object], pay: Callable[[str, date], object]
    ) -> None:
        """Two payments, each asked for while the first reading runs."""
        app, today = self.composed.app, self.clock.today()
        with app.store.read() as tx:
            connection = tx.connections.all(MUSTER)[0]
        running = threading.Thread(
            target=onboard, args=(app, MUSTER), kwargs={"on": today}, daemon=True
        )
        running.start()
        waits, before = [], 0
        while not believed_open(self.composed):
            time.sleep(0.1)
        for _ in range(2):
            paid = next(each for each in believed_open(self.composed) if owed(each))
            pay(paid, today)
            assert running.is_alive(), "the first reading was over before anything was asked"
            before, started = len(self.sandbox.requests), time.perf_counter()
            refresh_invoices(app, MUSTER, connection, [paid], on=today, lane=Lane.EVENT)
            waits.append(time.perf_counter() - started)
            assert paid not in believed_open(self.composed)
        made = len(self.sandbox.requests) - before
        running.join(timeout=300)
        print(
            f"| a payment asked for meanwhile (twice) | {made} |  |  | {max(waits):.1f} "
            f"| {GOAL_SEEN:.1f} | {max(waits) / GOAL_SEEN:.3f} |  |"
        )
