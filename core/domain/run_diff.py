"""What changed between two runs, item by item, and why: told from what both runs decided from.

Pure: both runs come as what the rules saw. A change is what somebody would act on (another
verdict, level, reason or amount), not a day more on the same one; its causes are those differences
between the inputs of both runs that concern the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.domain.model import ItemId
from core.domain.record_diff import changed_keys
from core.domain.run_diff_causes import item_causes
from core.domain.run_diff_types import Cause, Change, Found, ItemSeen, RunSeen, Value


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that differs; ``before`` or ``after`` is None when only one run knows it."""

    change: Change
    before: ItemSeen | None
    after: ItemSeen | None
    causes: tuple[Found, ...]

    @property
    def seen(self) -> ItemSeen:
        """The later sight of the item."""
        seen = self.after or self.before
        if seen is None:
            raise ValueError("a change of nothing")
        return seen


def run_causes(before: RunSeen, after: RunSeen) -> tuple[Found, ...]:
    """What differs between the runs as a whole, the day last."""
    found: list[Found] = []
    settings = changed_keys(before.profile, after.profile)
    if settings:
        found.append(Found(Cause.CREDITOR_SETTINGS, {"changed": settings}))
    if _differ(before.rates, after.rates):
        found.append(Found(Cause.BASE_RATES))
    if _differ(before.calendars, after.calendars):
        found.append(Found(Cause.CALENDARS))
    if before.version != after.version:
        found.append(Found(Cause.VERSION, {"before": before.version, "after": after.version}))
    if before.on != after.on:
        found.append(Found(Cause.DAY, {"before": before.on, "after": after.on}))
    return tuple(found)


def _differ(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """True when both know something under one key and not the same."""
    return any(key in after and value != after[key] for key, value in before.items())


def compare(
    before: Mapping[ItemId, ItemSeen],
    after: Mapping[ItemId, ItemSeen],
    runs: tuple[RunSeen, RunSeen],
) -> Iterator[ItemChange]:
    """Every item that differs, in no particular order; items that are equal are left out."""
    common = run_causes(*runs)
    days = (runs[0].on, runs[1].on)
    for id_, then in before.items():
        now = after.get(id_)
        if now is None:
            yield ItemChange(Change.GONE, then, None, (_cleared(then),))
            continue
        change = _change(then, now)
        if change is not None:
            causes = tuple(item_causes(then, now, days)) or _of_the_run(common, change)
            yield ItemChange(change, then, now, causes)
    for id_, now in after.items():
        if id_ not in before:
            yield ItemChange(Change.NEW, None, now, (_new(now),))


def _of_the_run(common: tuple[Found, ...], change: Change) -> tuple[Found, ...]:
    """What of the runs as a whole may explain a change; a base rate moves amounts only."""
    found = tuple(
        each for each in common if each.cause is not Cause.BASE_RATES or change is Change.AMOUNT
    )
    return found or (Found(Cause.UNEXPLAINED),)


def _change(then: ItemSeen, now: ItemSeen) -> Change | None:
    if then.state != now.state:
        return Change.VERDICT
    if then.asked != now.asked:
        return Change.AMOUNT
    one, two = then.item, now.item
    if one is not None and two is not None and one.outstanding != two.outstanding:
        return Change.AMOUNT
    return None


def _cleared(then: ItemSeen) -> Found:
    return Found(Cause.CLEARED, {"before": then.item.outstanding} if then.item else {})


def _new(now: ItemSeen) -> Found:
    facts: dict[str, Value] = {}
    if now.item is None:
        return Found(Cause.NEW_ITEM, facts)
    facts["after"] = now.item.outstanding
    return Found(Cause.REOPENED if now.item.cycle > 1 else Cause.NEW_ITEM, facts)
