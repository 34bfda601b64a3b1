"""May this item be dunned today, and at which level? The checks of one item, in a fixed order.

The first check that speaks gives the verdict: what the item is, whether it is late, what stands
against it, which level is next, and when that level comes.
"""

from __future__ import annotations

from datetime import date

from core.domain.agreement import next_end
from core.domain.decision import Action, Verdict
from core.domain.dunning_account import (
    AccountView,
    day,
    is_claim_kind,
    is_running,
    late_wait_days,
    skip,
)
from core.domain.dunning_timing import wait_for
from core.domain.model import ConnectionId, Hold, ItemId, ItemKind, ItemState, OpenItem, Pending
from core.domain.money import Money
from core.domain.one_claim import closed_elsewhere, doubtful, held_by, leader, possible_duplicate
from core.domain.procedure import DunningLevel
from core.domain.reasons import Reason

_PENDING_REASONS = {
    Pending.HANDING_OVER: Reason.HANDING_OVER,
    Pending.UNKNOWN: Reason.DELIVERY_UNKNOWN,
    Pending.PRINTED: Reason.PRINTED_NOT_POSTED,
}

_CLOSED = (ItemState.SETTLED, ItemState.CANCELLED, ItemState.WRITTEN_OFF)


def examine(item: OpenItem, view: AccountView) -> Verdict | DunningLevel:
    """The level at which the item is to be dunned today, or the verdict why it is not."""
    if item.id in view.account.twins:
        twin = _elsewhere(item, view)
        if twin is not None:
            return twin
    if item.outstanding.amount < 0 or _is_credit_kind(item):
        return skip(item, Reason.CREDIT, {"amount": _absolute(item)})
    verdict = _no_claim(item, view)
    if verdict is not None:
        return verdict
    due_date = item.due_date
    if due_date is None:
        # What the creditor collects himself may have no day at all, and nobody is to enter one.
        collected = _is_collected(item, view)
        return skip(item, Reason.DIRECT_DEBIT if collected else Reason.DUE_DATE_UNKNOWN, {})
    due = due_date.toordinal()
    # The due day itself is not late (§ 187 Abs. 1 BGB).
    if view.today <= due:
        return _not_late(item, due_date, view)
    return _stopped(item, view) or _next_level(item, due, view)


def not_due(item: ItemId, level: int, due_date: date, first_wait: int) -> Verdict:
    """The verdict on a claim that is not late yet; ``first_wait`` see :func:`first_wait_days`."""
    facts = {"due_date": due_date.isoformat()}
    next_on = day(due_date.toordinal() + first_wait)
    return Verdict(item, Action.SKIP, Reason.NOT_DUE, level, next_on, facts)


def _elsewhere(item: OpenItem, view: AccountView) -> Verdict | None:
    """What another connection says of the same claim, or of what may be the same."""
    account = view.account
    if _waits_for_its_day(item, view):
        return not_due(item.id, item.level, item.due_date or view.on, view.first_wait)
    first, doubt = leader(account, item.id), doubtful(account, item)
    claim = item.outstanding.amount >= 0 and not view.is_evidence(item)
    if claim and doubt is not None and (first is None or doubt.leads):
        told = possible_duplicate(item, doubt, _name_of(doubt.connection, view), view.on)
        return _held(item, [told], view)
    if first is not None:
        facts = {"connection": _name_of(first.connection, view)}
        return skip(item, Reason.SAME_CLAIM, facts)
    closed = closed_elsewhere(account, item)
    if closed is not None:
        what = closed.state if closed.state in _CLOSED else ItemState.SETTLED
        facts = {
            "connection": _name_of(closed.connection, view),
            "what": what.value,
            "settled_on": closed.settled_on.isoformat() if closed.settled_on else "",
        }
        return skip(item, Reason.PAID_ELSEWHERE, facts)
    held = held_by(account, item.id, view.on) if claim else None
    return _held(item, held[1], view) if held else None


def _waits_for_its_day(item: OpenItem, view: AccountView) -> bool:
    """A claim that is certain and not due needs no other connection to be left alone.

    As in ``core.store.quiet``, which looks at nothing but the item.
    """
    due = item.due_date
    return (
        due is not None
        and view.today <= due.toordinal()
        and view.first_wait > 0
        and is_running(item)
        and item.kind in (ItemKind.INVOICE, ItemKind.OTHER)
        and item.total.amount > 0
        and not item.currency_unclear
        and not view.is_evidence(item)
    )


def _not_late(item: OpenItem, due_date: date, view: AccountView) -> Verdict | DunningLevel:
    """A friendly note where the procedure has one and its days have come, else not due."""
    due = due_date.toordinal()
    if view.first_wait > 0 or view.today < due + view.first_wait:
        return not_due(item.id, item.level, due_date, view.first_wait)
    level = pre_due_level(item, due, view)
    if level is None:
        return missed(item, due_date, view)
    stopped = _stopped(item, view)
    if stopped is not None:
        return stopped
    wait = wait_for(item, due, level, view)
    if wait is None:
        return level
    if wait.next_on is None or wait.next_on >= due_date:
        # What is due gets no note any more: the next level is one that comes after the due date.
        return missed(item, due_date, view)
    if wait.reason is Reason.LEVEL_NOT_REACHED:
        return skip(item, Reason.NOT_DUE, {"due_date": due_date.isoformat()}, wait.next_on)
    return wait


def missed(item: OpenItem, due_date: date, view: AccountView) -> Verdict:
    """Not due, and no note comes before the due date any more."""
    return not_due(item.id, item.level, due_date, late_wait_days(view.procedure))


def pre_due_level(item: OpenItem, due: int, view: AccountView) -> DunningLevel | None:
    """The note that may come before the due day: the last one whose days have come, else the
    first to come. None on the due day itself, and when there is none left.
    """
    if view.today >= due:
        return None
    following, debtor = max(item.level + 1, item.start_level), view.account.debtor
    left = [
        level
        for level in view.procedure.levels[following - 1 :]
        # Whoever may not get the first level gets no note before it either, nor does somebody
        # whom it cannot reach: it would wait for an address while the day passes.
        if level.is_pre_due
        and is_allowed(1, debtor.allowed_levels)
        and ("letter" in level.channels or debtor.reachable_email)
    ]
    come = [level for level in left if due + level.days_after_due <= view.today]
    return next(iter(come[-1:] or left), None)


def _is_credit_kind(item: OpenItem) -> bool:
    return item.kind is ItemKind.CREDIT_NOTE or item.kind is ItemKind.UNAPPLIED


def _absolute(item: OpenItem) -> str:
    amount = item.outstanding
    return str(-amount if amount.amount < 0 else amount)


def _no_claim(item: OpenItem, view: AccountView) -> Verdict | None:
    """What is no claim of ours, or not known well enough to be one."""
    if item.state is ItemState.UNKNOWN:
        return skip(item, Reason.STATE_UNKNOWN, {})
    if not is_running(item):
        return skip(item, Reason.NOT_A_CLAIM, {"what": item.state.value})
    if not is_claim_kind(item):
        return skip(item, Reason.NOT_A_CLAIM, {"what": item.kind.value})
    if not item.outstanding.amount and item.id in view.disputed:
        return skip(item, Reason.DISPUTED, {"disputed": str(view.disputed[item.id])})
    if not item.outstanding.amount:
        return skip(item, Reason.NOT_A_CLAIM, {"what": ItemState.SETTLED.value})
    if view.is_evidence(item):
        return skip(item, Reason.EVIDENCE_ONLY, {"connection": _connection_name(item, view)})
    if item.currency_unclear:
        return skip(item, Reason.CURRENCY_UNCLEAR, {})
    return None


def _stopped(item: OpenItem, view: AccountView) -> Verdict | None:
    """What stands against dunning a late claim."""
    if view.pending is not Pending.NONE:
        return skip(item, _PENDING_REASONS[view.pending], {})
    if view.held:
        active = [hold for hold in view.holds_of(item) if hold.active(view.on)]
        if active:
            return _held(item, active, view)
    if _is_collected(item, view):
        return skip(item, Reason.DIRECT_DEBIT, {})
    if not view.is_booked_through(item):
        return _not_booked(item, view)
    return _may_be_paid(item, view) if view.credits else None


def _is_collected(item: OpenItem, view: AccountView) -> bool:
    return item.direct_debit or view.account.debtor.direct_debit


def _may_be_paid(item: OpenItem, view: AccountView) -> Verdict | None:
    """Money is there that could be meant for this item, and no letter would deduct it."""
    credit = view.foreign_credit(item.outstanding.currency)
    if credit is None:
        unplaced = view.unplaced(item.outstanding.currency)
        if item.outstanding.amount > unplaced:
            return None
        credit = Money(unplaced, item.outstanding.currency)
    facts = {"credit": str(credit), "outstanding": str(item.outstanding)}
    return skip(item, Reason.UNPLACED_MONEY, facts)


def _held(item: OpenItem, active: list[Hold], view: AccountView) -> Verdict:
    """Names the hold that ends last."""
    hold = max(active, key=lambda h: (h.until_on or date.max, -h.id))
    until = hold.until_on
    facts = {
        "hold_kind": hold.kind.value,
        "hold_until": until.isoformat() if until else "",
        "hold_reason": hold.reason,
    }
    # A plan or promise ends before its last day when money stays away.
    agreed = next((a for a in view.agreements if a.hold.id == hold.id), None)
    end = next_end(agreed, view.calendar) if agreed else until
    return skip(item, Reason.HELD, facts, day(end.toordinal() + 1) if end else None)


def _connection_name(item: OpenItem, view: AccountView) -> str:
    return _name_of(item.connection, view)


def _name_of(id_: ConnectionId, view: AccountView) -> str:
    connection = view.account.connections.get(id_)
    return connection.name if connection else str(id_)


def _not_booked(item: OpenItem, view: AccountView) -> Verdict:
    connection = view.connection(item)
    until = connection.booked_until if connection else None
    facts = {
        "connection": _connection_name(item, view),
        "booked_until": until.isoformat() if until else "",
        "working_days": str(view.procedure.booked_through_working_days),
    }
    if connection and connection.booked_by:
        facts["booked_by"] = connection.booked_by
    return skip(item, Reason.NOT_BOOKED_THROUGH, facts)


def _next_level(item: OpenItem, due: int, view: AccountView) -> Verdict | DunningLevel:
    grace_days = view.procedure.grace_days
    # Grace days suppress, they do not shift: levels count from the due date (§4.2).
    if view.today <= due + grace_days:
        facts = {
            "due_date": date.fromordinal(due).isoformat(),
            "grace_days": str(grace_days),
        }
        return skip(item, Reason.WITHIN_GRACE, facts, day(due + late_wait_days(view.procedure)))
    if view.oldest_due is None or due < view.oldest_due:
        view.oldest_due = due
    found = next_allowed(item, view)
    if isinstance(found, Verdict):
        return found
    return wait_for(item, due, found, view) or found


def next_allowed(item: OpenItem, view: AccountView) -> Verdict | DunningLevel:
    """The level after the last one that the debtor may get; a forbidden one is skipped, and what
    is due gets no note from before the due date.
    """
    levels = view.procedure.levels
    following = max(item.level + 1, item.start_level)
    if following > len(levels):
        facts = {"levels": str(len(levels)), "level": str(item.level)}
        return skip(item, Reason.LEVELS_EXHAUSTED, facts)
    mask = view.account.debtor.allowed_levels
    early = view.procedure.first_late_level.number - 1
    for level in levels[max(following - 1, early) :]:
        if is_allowed(level.number - early, mask):
            return level
    facts = {"level": str(following), "allowed_levels": str(mask)}
    return skip(item, Reason.LEVEL_FORBIDDEN, facts)


def is_allowed(level: int, mask: int) -> bool:
    """DATEV "Mahnung": bit 1 allows level 1, bit 2 level 2, bit 4 level 3 and later; 0 all."""
    return mask == 0 or bool(mask & (1, 2, 4)[min(level, 3) - 1])
