"""Lists of vouchers: pages, and windows of days where one search holds too many rows (§1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from connectors._values import FieldError, day
from connectors.lexoffice.client import PAGE_SIZE, WINDOW, Json, LexofficeClient, page_of
from connectors.lexoffice.kinds import OPEN, VOUCHER_TYPES
from connectors.lexoffice.meaning import WindowExceeded
from connectors.lexoffice.problems import error
from core.errors import Problem

_MOST_PAGES = WINDOW // PAGE_SIZE
_DAY = timedelta(days=1)
_EARLIEST = date(1990, 1, 1)  # where parting begins when no row says how old the oldest is


class Window(NamedTuple):
    """Days of vouchers, both inclusive; None = without bound."""

    first: date | None = None
    last: date | None = None

    @property
    def filters(self) -> dict[str, str]:
        bounds = {"voucherDateFrom": self.first, "voucherDateTo": self.last}
        return {name: bound.isoformat() for name, bound in bounds.items() if bound}

    def split(self, oldest: date | None, today: date) -> tuple[Window, Window] | None:
        """Two halves of it; None when it is a single day. ``oldest``: day of its first row."""
        first = self.first or oldest or _EARLIEST
        last = self.last or max(today, first + _DAY)
        if first >= last:
            return None
        middle = first + (last - first) // 2
        return Window(self.first, middle), Window(middle + _DAY, self.last)


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of voucherlist. ``asked``: what a row labelled overdue counts as."""

    statuses: Sequence[str]
    asked: str = OPEN
    filters: Mapping[str, str] = field(default_factory=dict)


class Page(NamedTuple):
    rows: Sequence[Json]
    total: int  # rows of the search in this window, as far as lexoffice counts them
    last: bool

    @property
    def oldest(self) -> date | None:
        try:
            return day(self.rows[0], "voucherDate") if self.rows else None
        except FieldError:
            return None


def read_page(client: LexofficeClient, search: Search, window: Window, number: int) -> Page | None:
    """One page; None when the window holds more than lexoffice shows of one search."""
    try:
        envelope = client.voucherlist_page(
            number,
            types=tuple(VOUCHER_TYPES),
            statuses=search.statuses,
            **search.filters,
            **window.filters,
        )
    except WindowExceeded:
        return None
    found = page_of(envelope, "/voucherlist", number)
    # A short page is not the end (§1.6); one behind which nothing is shown is.
    last = found.last or number + 1 >= _MOST_PAGES
    return Page(found.items, _count(envelope.get("totalElements"), len(found.items)), last)


def is_too_large(page: Page | None) -> bool:
    return page is None or page.total >= WINDOW


def incomplete(window: Window) -> Problem:
    """A day of which lexoffice does not show everything."""
    on = window.first or window.last or _EARLIEST
    return error(
        "list_incomplete",
        f"voucherlist {on.isoformat()}",
        f"Vom {on:%d.%m.%Y} gibt es mehr als 10.000 Belege; lexoffice zeigt davon nur die ersten, und "
        "nur die mahnt Mahnwerk. Bitte die übrigen in lexoffice selbst verfolgen.",
    )


class Listed(NamedTuple):
    """One page on the way through a search."""

    rows: Sequence[Json]
    total: int
    shifted: bool = False  # rows came or went since the first page
    problem: Problem | None = None


def walk(client: LexofficeClient, search: Search, today: date) -> Iterator[Listed]:
    """All rows of a search, window by window, oldest day first."""
    windows = [Window()]
    while windows:
        window = windows.pop(0)
        page = read_page(client, search, window, 0)
        halves = window.split(page.oldest if page else None, today) if is_too_large(page) else None
        if halves:
            windows[:0] = halves
            continue
        problem = incomplete(window) if is_too_large(page) else None
        if page is None:
            yield Listed((), 0, problem=problem)
        number, total = 0, page.total if page else 0
        while page is not None:
            yield Listed(page.rows, page.total, page.total != total, problem)
            number, problem = number + 1, None
            page = None if page.last else read_page(client, search, window, number)


def _count(found: Any, seen: int) -> int:
    return found if isinstance(found, int) and not isinstance(found, bool) else seen
