"""Lists: cursors, limits, filters by instants, and parameters that nobody knows (§1 Lists)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sandbox.stripe.replies import ApiError, Json, bad, missing

if TYPE_CHECKING:
    from sandbox.stripe.world import Kept, World

DEFAULT_LIMIT, MAX_LIMIT, SUB_LIST = 10, 100, 10
CURSORS = ("limit", "starting_after", "ending_before")
Thing = TypeVar("Thing", bound="Kept")
# Place of an id in the order of a whole list; None: there is none (any more).
Rank = Callable[[str], int | None]


def known(params: Json, *names: str) -> None:
    """Every parameter is one of these, or expand.

    Raises:
        ApiError: 400 ``parameter_unknown``, naming the first that is not.
    """
    for name in params:
        if name not in names and name != "expand":
            raise bad(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")


def listed(url: str, rows: Sequence[Json], *, more: bool = False) -> Json:
    """The envelope of a list."""
    return {"object": "list", "url": url, "has_more": more, "data": list(rows)}


def sub_list(world: World, url: str, rows: Sequence[Json]) -> Json:
    """A list inside of an object: its first ten (§1; for lines UNVERIFIED, so a variant)."""
    if world.variants["sub_lists"] == "whole":
        return listed(url, rows)
    return listed(url, rows[:SUB_LIST], more=len(rows) > SUB_LIST)


def page(
    world: World,
    params: Json,
    rows: Sequence[Thing],
    rank: Rank,
    shown: Callable[[Thing], Json],
    *,
    url: str,
    kind: str,
) -> Json:
    """One page of ``rows``, which are in the order of ``rank`` and may be filtered.

    A cursor need not be one of the rows: an invoice that was paid meanwhile still has its place in
    a list of the open ones.

    Raises:
        ApiError: 400, a bad limit, both cursors, or one that there is not (variant: 404).
    """
    after, before = params.get("starting_after"), params.get("ending_before")
    if after is not None and before is not None:
        raise bad(
            "You cannot parameterize both starting_after and ending_before.",
            param="starting_after",
        )
    size = _limit(params)

    def place_of(each: Thing) -> int:
        return rank(each.id) or 0

    if before is not None:
        end = bisect_left(rows, _place(world, rank, before, "ending_before", kind), key=place_of)
        part, more = rows[max(0, end - size) : end], end > size
    else:
        start = 0
        if after is not None:
            start = bisect_right(
                rows, _place(world, rank, after, "starting_after", kind), key=place_of
            )
        part, more = rows[start : start + size], len(rows) > start + size
    return listed(url, [shown(each) for each in part], more=more)


def ranks(rows: Iterable[Kept]) -> dict[str, int]:
    """The place of each id in a list that is whole."""
    return {each.id: place for place, each in enumerate(rows)}


def _place(world: World, rank: Rank, id_: object, param: str, kind: str) -> int:
    place = rank(str(id_))
    if place is None:
        raise missing(kind, str(id_), param, int(world.variants["lost_cursor"]))
    return place


def _limit(params: Json) -> int:
    if "limit" not in params:
        return DEFAULT_LIMIT
    size = whole(params["limit"], "limit")
    if not 1 <= size <= MAX_LIMIT:
        raise bad(f"This value must be between 1 and {MAX_LIMIT}.", param="limit")
    return size


def whole(value: object, param: str) -> int:
    """A whole number. Raises ApiError 400 ``parameter_invalid_integer``."""
    text = str(value)
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 16):
        raise bad(f"Invalid integer: {text}", param=param, code="parameter_invalid_integer")
    return int(text)


def moments(params: Json, name: str) -> Callable[[int | None], bool] | None:
    """The filter ``name`` or ``name[gt|gte|lt|lte]`` in Unix seconds; None when it is absent.

    Raises:
        ApiError: 400, no whole number or an unknown comparison.
    """
    given = params.get(name)
    if given is None:
        return None
    if not isinstance(given, dict):
        exact = whole(given, name)
        return lambda at: at == exact
    bounds = {word: whole(value, f"{name}[{word}]") for word, value in given.items()}
    for word in bounds.keys() - {"gt", "gte", "lt", "lte"}:
        raise ApiError(
            400,
            f"Received unknown parameter: {name}[{word}]",
            code="parameter_unknown",
            param=f"{name}[{word}]",
        )
    low = max(bounds.get("gte", -(10**15)), bounds.get("gt", -(10**15)) + 1)
    high = min(bounds.get("lte", 10**15), bounds.get("lt", 10**15) - 1)
    return lambda at: at is not None and low <= at <= high
