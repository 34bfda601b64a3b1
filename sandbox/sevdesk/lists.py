"""Lists: order, pages and ``total`` (§1.3), and what is common to filters (§1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.common.replies import Call, Reply
from sandbox.sevdesk.replies import ApiError, bad_request, objects
from sandbox.sevdesk.wire import seconds_of

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
Row = Any
Keep = Callable[[Row], bool]


def page(
    world: World,
    call: Call,
    found: Iterable[Row],
    shown: Callable[[Sequence[Row]], list[Any]],
    *,
    order: str = "",
) -> Reply:
    """One page of ``found`` in the order of lists; ``order`` where the query asked for one."""
    rows = ordered(world, list(found)) if not order else list(found)
    limit, offset = _whole(call, "limit", DEFAULT_LIMIT), _whole(call, "offset", 0)
    if limit > MAX_LIMIT and world.variants["over_limit"] == "400":
        raise bad_request(f"limit must be at most {MAX_LIMIT}")
    part = rows[offset : offset + min(limit, MAX_LIMIT)]
    counted = world.variants["total"] == "with_count_all"
    if counted and call.query.get("countAll") == "true":
        return objects(shown(part), total=str(len(rows)))
    return objects(shown(part))


def ordered(world: World, rows: list[Row]) -> list[Row]:
    """Newest first unless a variant says otherwise; the order is not documented (§1.3)."""
    order = world.variants["list_order"]
    if order == "updated":
        return sorted(rows, key=lambda each: (_updated(each), int(each.id)), reverse=True)
    if order == "id":
        return sorted(rows, key=lambda each: int(each.id))
    return sorted(rows, key=lambda each: (each.created, int(each.id)), reverse=order == "newest")


def _updated(each: Row) -> Any:
    return getattr(each, "updated", each.created)


def _whole(call: Call, name: str, default: int) -> int:
    word = call.query.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else default


def nested(world: World, call: Call, name: str, kind: str) -> str | None:
    """The id of ``name[id]`` with ``name[objectName]``; both are needed (§1.5).

    Raises:
        ApiError: 400, only the id is there (variant; otherwise the filter is ignored).
    """
    id_, object_name = call.query.get(f"{name}[id]"), call.query.get(f"{name}[objectName]")
    if id_ is None:
        return None
    if object_name == kind:
        return id_
    if world.variants["half_filter"] == "400":
        raise ApiError(400, f"expected array with id and objectName for {name}")
    return None


def changed(query: Mapping[str, str], *, update: bool = True) -> list[Keep]:
    """createAfter, createBefore, updateAfter and updateBefore; after is inclusive (§2.3)."""
    keep: list[Keep] = []
    for field, wanted in (("create", True), ("update", update)):
        name = "created" if field == "create" else "updated"
        after, before = seconds_of(query, f"{field}After"), seconds_of(query, f"{field}Before")
        if wanted and after is not None:
            keep.append(_since(name, after))
        if wanted and before is not None:
            keep.append(_until(name, before))
    return keep


def _since(name: str, at: int) -> Keep:
    return lambda each: bool(getattr(each, name).timestamp() >= at)


def _until(name: str, at: int) -> Keep:
    return lambda each: bool(getattr(each, name).timestamp() <= at)


def kept(rows: Iterable[Row], keep: Sequence[Keep]) -> list[Row]:
    """The rows that every filter keeps."""
    return [each for each in rows if all(ask(each) for ask in keep)]
