"""Why an item came out differently: the differences between the inputs of two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from core.domain.dunning_account import is_running
from core.domain.model import Account, ConnectionFacts, Hold, ItemId, OpenItem
from core.domain.money import Money
from core.domain.procedure import DunningProcedure
from core.domain.procedure_diff import differences
from core.domain.record_diff import changed_fields, text_of
from core.domain.run_diff_types import Cause, Found, ItemSeen, Value
from core.domain.seen import SOME


def item_causes(then: ItemSeen, now: ItemSeen, days: tuple[date, date]) -> Iterator[Found]:
    if then.item is not None and now.item is not None:
        yield from _outstanding(then.item, now.item)
    yield from _sent(then, now)
    if then.due_date != now.due_date:
        yield Found(Cause.DUE_DATE, _pair(then.due_date, now.due_date))
    if then.item is not None and now.item is not None:
        yield from _item_data(then.item, now.item)
    if then.account is not None and now.account is not None:
        yield from _holds(then.account, now.account, now.id, days)
        yield from _account(then.account, now.account, now.id)
    if then.procedure is not None and now.procedure is not None:
        yield from _procedure(then.procedure, now.procedure)


def _pair(before: Value | None, after: Value | None) -> dict[str, Value]:
    return {"before": "–" if before is None else before, "after": "–" if after is None else after}


def _outstanding(then: OpenItem, now: OpenItem) -> Iterator[Found]:
    if then.outstanding == now.outstanding:
        return
    facts = _pair(then.outstanding, now.outstanding)
    if then.outstanding.currency != now.outstanding.currency:
        amounts = ("outstanding", text_of(then.outstanding), text_of(now.outstanding))
        yield Found(Cause.ITEM_DATA, {"changed": (amounts,)})
    elif abs(now.outstanding.amount) < abs(then.outstanding.amount):
        facts["by"] = then.outstanding - now.outstanding
        yield Found(Cause.PAID, facts)
    else:
        facts["by"] = now.outstanding - then.outstanding
        yield Found(Cause.GROWN, facts)


def _sent(then: ItemSeen, now: ItemSeen) -> Iterator[Found]:
    if now.level > then.level:
        facts: dict[str, Value] = {"level": str(now.level)}
        sent = now.item.last_notice_on if now.item else None
        yield Found(Cause.LEVEL_SENT, facts | {"on": sent or "–"})
    elif now.level < then.level:
        yield Found(Cause.LEVEL_BACK, {"before": str(then.level), "after": str(now.level)})
    if then.account is None or now.account is None or now.level != then.level:
        return
    if then.account.last_notice_on != now.account.last_notice_on:
        contact = now.account.last_notice_on
        yield Found(Cause.CONTACT, {"on": contact or "–"})
    elif then.account.last_deadline != now.account.last_deadline:
        days = _pair(then.account.last_deadline, now.account.last_deadline)
        yield Found(Cause.DEADLINE, days)


# What has a cause of its own, or only follows from one.
_TOLD_ITEM = frozenset(
    {"outstanding", "level", "last_notice_on", "due_date", "reductions", "debtor"}
)
_TOLD_DEBTOR = frozenset({"id", "connection", "external_id", "label", "evidence", "type_evidence"})


def _item_data(then: OpenItem, now: OpenItem) -> Iterator[Found]:
    # Between open and partly paid the amounts have told it.
    told = _TOLD_ITEM | {"state"} if is_running(then) and is_running(now) else _TOLD_ITEM
    changed = changed_fields(then, now, told)
    if changed:
        yield Found(Cause.ITEM_DATA, {"changed": changed})


def _holds(then: Account, now: Account, item: ItemId, days: tuple[date, date]) -> Iterator[Found]:
    held = {hold.id: hold for hold in _active(then, item, days[0])}
    holding = {hold.id: hold for hold in _active(now, item, days[1])}
    for id_, hold in holding.items():
        if id_ not in held:
            yield Found(Cause.HOLD_SET, _hold_facts(hold))
        elif held[id_] != hold:
            yield Found(Cause.HOLD_CHANGED, _hold_facts(hold))
    for id_, hold in held.items():
        if id_ not in holding:
            yield Found(Cause.HOLD_ENDED, _hold_facts(hold))


def _active(account: Account, item: ItemId, on: date) -> list[Hold]:
    return [hold for hold in account.holds if hold.item in (None, item) and hold.active(on)]


def _hold_facts(hold: Hold) -> dict[str, Value]:
    return {
        "hold_kind": hold.kind.value,
        "hold_reason": hold.reason,
        "hold_until": hold.until_on or "",
    }


def _account(before: Account, after: Account, item: ItemId) -> Iterator[Found]:
    one, two = _connection(before, item), _connection(after, item)
    if one is not None and two is not None:
        if one.booked_until != two.booked_until:
            days = _pair(one.booked_until, two.booked_until)
            yield Found(Cause.BOOKED_UNTIL, {"connection": two.name, **days})
        if one.role is not two.role:
            roles = _pair(one.role.value, two.role.value)
            yield Found(Cause.CONNECTION_ROLE, {"connection": two.name, **roles})
    changed = changed_fields(before.debtor, after.debtor, _TOLD_DEBTOR)
    if changed:
        yield Found(Cause.DEBTOR_DATA, {"changed": changed})
    if _others(before, item) != _others(after, item):
        yield Found(Cause.OTHER_ITEMS)
    if before.charges != after.charges:
        yield Found(Cause.CHARGES_OWED)
    if before.twins.get(item) != after.twins.get(item):
        yield Found(Cause.OTHER_CONNECTION)


def _connection(account: Account, item: ItemId) -> ConnectionFacts | None:
    of = next(each.connection for each in account.items if each.id == item)
    return account.connections.get(of)


def _others(account: Account, item: ItemId) -> dict[ItemId, tuple[Money, str]]:
    """The other items of the debtor: money that is there, a letter that is under way."""
    return {
        other.id: (other.outstanding, other.pending.value)
        for other in account.items
        if other.id != item
    }


def _procedure(then: DunningProcedure, now: DunningProcedure) -> Iterator[Found]:
    if then.name != now.name:
        yield Found(Cause.PROCEDURE_ASSIGNED, {"before": then.name, "after": now.name})
        return
    changed = tuple(
        (each.key, _setting(each.first), _setting(each.second)) for each in differences(then, now)
    )
    if changed:
        facts: dict[str, Value] = {"procedure": now.name, "changed": changed}
        yield Found(Cause.PROCEDURE_CHANGED, facts)


def _setting(value: object) -> str:
    """A setting of a procedure; of a level that only one of them has, that it is there."""
    return SOME if isinstance(value, Mapping) and "number" in value else text_of(value)
