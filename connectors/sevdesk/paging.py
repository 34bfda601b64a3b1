"""Walks through a list of sevDesk page by page, while its rows come, go and move.

Nothing but ``limit``, ``offset`` and a total is there (§1.3): no cursor, no "last page", and no
order that is promised. So rows are told apart by their ids, a total that sinks means that rows
moved before the offset, and a page that is shorter than the total says is never the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors._values import Json, text
from connectors.sevdesk.client import PAGE_SIZE
from connectors.sevdesk.envelope import Listed
from core.errors import MalformedResponse

_MOST_PAGES = 10_000  # no list is longer; one that never ends must not be read for ever
_SILENT = 100  # rows that come where ``limit`` is ignored (§1.3)
_STEPS_BACK = 25  # in one walk; the nightly comparison finds what more of them would


Fetch = Callable[[int, int], Listed]  # offset, limit


class Page(NamedTuple):
    """Rows that were not seen before in this walk, and where the next page begins."""

    rows: Sequence[Json]
    offset: int
    total: int | None
    last: bool


@dataclass(slots=True)
class _Walk:
    fetch: Fetch
    limit: int
    offset: int
    total: int | None
    begin: int = 0  # rows before it were read by somebody else: a walk that is taken up again
    seen: set[str] = field(default_factory=set)
    backs: int = 0
    before: int = 0  # rows of the page before
    nameless: int = 0  # rows without an id
    grown: int = 0  # rows that came since the walk began
    again: bool = False  # a second time, for rows that slipped from one page to another

    def page(self) -> Page:
        listed = self._whole()
        total, moved = listed.total, self._moved(listed.total)
        if total is not None and self.total is not None:
            self.grown += max(0, total - self.total)
        self.total = total
        if moved:
            self.backs += 1
            self.begin = min(self.begin, max(0, self.offset - moved))
            self.offset = max(0, self.offset - moved)
            return Page((), self.offset, total, last=False)
        fresh = self._fresh(listed.rows)
        stuck = bool(listed.rows) and not fresh and self.offset > self.begin and not self.again
        # Rows that moved back repeat a few; as many as before mean that the offset is ignored. A small
        # list that is never cut into pages is whole all the same.
        small = listed.total is None and len(listed.rows) < min(self.limit, _SILENT)
        if stuck and len(listed.rows) == self.before and not small:
            raise _malformed("mit derselben Seite noch einmal", "that repeats the same page")
        self.before = len(listed.rows)
        self.offset += len(listed.rows)
        last = self._is_last(listed) or (stuck and listed.total is None)
        if last and not self.again and self._slipped():
            self.again, self.offset, last = True, self.begin, False
        return Page(fresh, self.offset, total, last)

    def _whole(self) -> Listed:
        """One page; asked for again when it holds less than there is."""
        for _ in range(2):
            listed = self.fetch(self.offset, self.limit)
            if not self._is_short(listed):
                return listed
        raise _malformed(
            "mit weniger Zeilen, als es laut der Gesamtzahl gibt",
            "with fewer rows than there are by its total",
        )

    def _is_short(self, listed: Listed) -> bool:
        if listed.total is None:
            return False
        return len(listed.rows) < min(self.limit, max(0, listed.total - self.offset))

    def _moved(self, total: int | None) -> int:
        """By how many rows those behind the offset moved before it."""
        if total is None or self.total is None or self.backs >= _STEPS_BACK:
            return 0
        return max(0, self.total - total) if self.offset else 0

    def _fresh(self, rows: Sequence[Json]) -> list[Json]:
        fresh = []
        for row in rows:
            id_ = text(row, "id")
            if id_ in self.seen or (self.again and not id_):
                continue
            if id_:
                self.seen.add(id_)
            else:
                self.nameless += 1
            fresh.append(row)
        return fresh

    def _is_last(self, listed: Listed) -> bool:
        if listed.total is None:
            return not listed.rows  # a short page may be half a page
        return self.offset >= listed.total and (
            self.offset == listed.total or len(listed.rows) < self.limit
        )

    def _slipped(self) -> bool:
        """Whether rows are missing in the end: one moved from behind the offset before it."""
        if self.total is None:
            return False
        # What was made meanwhile is the business of the next sync.
        return len(self.seen) + self.nameless < self.total - self.grown - self.begin


def walk(
    fetch: Fetch, limit: int = PAGE_SIZE, *, offset: int = 0, total: int | None = None
) -> Iterator[Page]:
    """Pages of a list, each row once; ``ceil(n / limit)`` requests when nothing changes meanwhile.

    Args:
        fetch: one request.
        limit: rows of a page.
        offset: where a walk that was interrupted goes on, with the ``total`` it had seen.
        total: see ``offset``.

    Raises:
        MalformedResponse: fewer rows than the total says, the same page again, or no end.

    """
    steps = _Walk(fetch, limit, offset, total, begin=offset)
    for _ in range(_MOST_PAGES):
        page = steps.page()
        yield page
        if page.last:
            return
    raise _malformed(f"mit mehr als {_MOST_PAGES} Seiten", f"of more than {_MOST_PAGES} pages")


def _malformed(de: str, en: str) -> MalformedResponse:
    error = MalformedResponse(
        f"sevDesk schickt eine Liste {de}; daraus wird nichts geschlossen. Bitte später noch einmal "
        "versuchen; bleibt es dabei, bitte als Fehler von Mahnwerk melden.",
        en=f"sevDesk sends a list {en}; nothing is concluded from it. Please try again later; if it "
        "stays so, please report it as a fault of Mahnwerk.",
    )
    error.connector = "sevdesk"
    return error
