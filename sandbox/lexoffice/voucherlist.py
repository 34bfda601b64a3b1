"""GET /v1/voucherlist: the only list of vouchers (§2.1)."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sandbox.common.clock import berlin_day
from sandbox.common.replies import Call, Reply
from sandbox.lexoffice import paging, wire
from sandbox.lexoffice.amounts import open_amount
from sandbox.lexoffice.documents import voucher_date
from sandbox.lexoffice.model import ENDPOINTS, NO_MONEY, Json, Voucher
from sandbox.lexoffice.replies import ApiError
from sandbox.lexoffice.world import World

STATUSES = frozenset({"draft", "open", "overdue", "paid", "paidoff", "voided", "transferred"}) | {
    "sepadebit",
    "accepted",
    "rejected",
    "unchecked",
}
_LATE = frozenset({"open", "sepadebit"})  # states that past due become overdue in this list
_FILTERS = (
    ("voucherDateFrom", "voucherDateTo", lambda v: v.on),
    ("createdDateFrom", "createdDateTo", lambda v: berlin_day(v.created)),
    ("updatedDateFrom", "updatedDateTo", lambda v: berlin_day(v.updated)),
)
_SORTS: dict[str, Callable[[Voucher], Any]] = {
    "voucherdate": lambda v: v.on,
    "vouchernumber": lambda v: v.number,
    "createddate": lambda v: v.created,
    "updateddate": lambda v: v.updated,
}


def voucherlist(world: World, call: Call) -> Reply:
    """The rows that meet every filter; what is not a filter is ignored, as on the platform."""
    types = _wanted(call, "voucherType", frozenset(ENDPOINTS))
    statuses = _wanted(call, "voucherStatus", STATUSES)
    if statuses and "overdue" in statuses and len(statuses) > 1:
        raise ApiError(400, "voucherStatus 'overdue' must not be combined with other statuses")
    page = paging.page_of(world, call)
    name, ascending = _sort(call)
    today = world.clock.today()
    kept: Iterable[Voucher] = world.listed()
    for keep in _filters(world, call, types, statuses, today):
        kept = filter(keep, kept)
    # Rows of one day have no order of their own; by id it is at least the same on every page.
    rows = sorted(kept, key=lambda v: v.id)
    rows.sort(key=_SORTS[name], reverse=not ascending)
    content = [row(world, each, today) for each in page.of(rows)]
    return Reply(200, paging.envelope(page, len(rows), content, (name, ascending)))


def row(world: World, voucher: Voucher, today: date) -> Json:
    """One row; contactId is missing for collective contacts, openAmount for drafts."""
    silent = voucher.status in {"draft", "unchecked"} or voucher.kind in NO_MONEY
    within = world.variants["dunning_costs"] == "within"
    return {
        "id": voucher.id,
        "voucherType": voucher.kind,
        "voucherStatus": _shown(world, voucher, today),
        "voucherNumber": voucher.number,
        "voucherDate": voucher_date(world, voucher),
        "createdDate": wire.second_stamp(voucher.created),
        "updatedDate": wire.second_stamp(voucher.updated),
        "dueDate": wire.day_stamp(voucher.due) if voucher.status != "draft" else None,
        "contactId": voucher.contact,
        "contactName": _name(world, voucher),
        "totalAmount": voucher.gross,
        "openAmount": None if silent else open_amount(voucher, costs_within=within),
        "currency": "EUR",
        "archived": voucher.archived,
    }


def _name(world: World, voucher: Voucher) -> str:
    if voucher.contact is None and world.variants["collective_name"] == "collective":
        return "Sammellieferant" if voucher.kind.startswith("purchase") else "Sammelkunde"
    return voucher.name


def _shown(world: World, voucher: Voucher, today: date) -> str:
    return "overdue" if is_late(world, voucher, today) else voucher.status


def is_late(world: World, voucher: Voucher, today: date) -> bool:
    """Whether the list labels it overdue: computed, and stored nowhere."""
    if voucher.status not in _LATE or voucher.due is None:
        return False
    on_the_day = world.variants["overdue_on_due_day"] == "yes"
    return voucher.due <= today if on_the_day else voucher.due < today


def _wanted(call: Call, name: str, known: frozenset[str]) -> frozenset[str] | None:
    """The words of a mandatory filter; None for ``any``."""
    if not call.query.get(name):
        raise ApiError(400, f"Required request parameter '{name}' is not present")
    if len(call.query.getlist(name)) > 1:
        raise ApiError(400, f"'{name}' may appear only once")
    words = frozenset(call.query[name].split(","))
    if words == {"any"}:
        return None
    if not words <= known:
        raise ApiError(400, f"Invalid value for '{name}': {', '.join(sorted(words - known))}")
    return words


def _filters(
    world: World,
    call: Call,
    types: frozenset[str] | None,
    statuses: frozenset[str] | None,
    today: date,
) -> list[Callable[[Voucher], bool]]:
    found: list[Callable[[Voucher], bool]] = []
    if types is not None:
        found.append(lambda v: v.kind in types)
    if statuses == frozenset({"overdue"}):
        found.append(lambda v: is_late(world, v, today))
    elif statuses is not None:
        found.append(lambda v: v.status in statuses)
    elif world.variants["any_includes_overdue"] == "no":
        found.append(lambda v: not is_late(world, v, today))
    archived = call.flag("archived")
    if archived is None and world.variants["archived_default"] == "active":
        archived = False
    if archived is not None:
        found.append(lambda v: v.archived == archived)
    if call.query.get("contactId"):
        found.append(lambda v: v.contact == call.query["contactId"])
    if call.query.get("voucherNumber"):
        found.append(_number_filter(world, call.query["voucherNumber"]))
    return found + _date_filters(call)


def _number_filter(world: World, wanted: str) -> Callable[[Voucher], bool]:
    """Search strings are HTML-encoded before they are URL-encoded (§1.5)."""
    if world.variants["number_filter"] == "substring":
        return lambda v: wanted in html.escape(v.number, quote=False)
    return lambda v: wanted == html.escape(v.number, quote=False)


def _date_filters(call: Call) -> list[Callable[[Voucher], bool]]:
    """Whole days in Berlin, both ends included."""
    found: list[Callable[[Voucher], bool]] = []
    for since, until, of in _FILTERS:
        first, last = _day(call, since), _day(call, until)
        if first is not None:
            found.append(lambda v, first=first, of=of: of(v) >= first)  # type: ignore[misc]
        if last is not None:
            found.append(lambda v, last=last, of=of: of(v) <= last)  # type: ignore[misc]
    return found


def _day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError as error:
        raise ApiError(400, f"'{name}' must be a date yyyy-MM-dd") from error


def _sort(call: Call) -> tuple[str, bool]:
    text = call.query.get("sort", "voucherdate,DESC")
    name, _, direction = text.lower().partition(",")
    if name not in _SORTS or direction not in {"", "asc", "desc"}:
        raise ApiError(400, f"Invalid sort '{text}'")
    return name, direction != "desc"
