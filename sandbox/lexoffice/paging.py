"""Pages of lists, the largest size, and the window of 10,000 rows (§1.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sandbox.common.replies import Call
from sandbox.lexoffice.model import Json
from sandbox.lexoffice.replies import ApiError
from sandbox.lexoffice.world import World

Row = TypeVar("Row")
WINDOW = 10_000
MAX_SIZE = 250
_DEFAULT_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    number: int
    size: int

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        start = self.number * self.size
        return rows[start : min(start + self.size, WINDOW)]


def page_of(world: World, call: Call) -> Page:
    """The page that the query asks for.

    Raises:
        ApiError: not a number, a size over 250, or past the window.
    """
    number, size = _whole(call, "page", 0), _whole(call, "size", _DEFAULT_SIZE)
    if not 1 <= size <= MAX_SIZE:
        status = int(world.variants["size_error"])
        raise ApiError(status, f"size must be between 1 and {MAX_SIZE}")
    if number * size >= WINDOW:
        status = int(world.variants["window_error"])
        raise ApiError(status, "Maximum search window size exceeded")
    return Page(number, size)


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ApiError(400, f"{name} must be a number")
    return int(text)


def envelope(page: Page, total: int, content: list[Json], sort: tuple[str, bool]) -> Json:
    """The fields around a page; ``sort`` is (property, ascending)."""
    known = min(total, WINDOW)
    pages = -(-known // page.size)
    name, ascending = sort
    order: Json = {
        "property": name,
        "direction": "ASC" if ascending else "DESC",
        "ignoreCase": False,
        "nullHandling": "NATIVE",
        "ascending": ascending,
    }
    return {
        "content": content,
        "first": page.number == 0,
        "last": page.number >= pages - 1,
        "totalPages": pages,
        "totalElements": known,
        "numberOfElements": len(content),
        "size": page.size,
        "number": page.number,
        "sort": [order],
    }
