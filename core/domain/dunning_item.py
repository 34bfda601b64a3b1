"""May this item be dunned today, and at which level? The checks of one item, in a fixed order.

The first check that speaks gives the verdict: what the item is, whether it is late, what stands
against it, which level is next, and when that level comes.
"""

from __future__ import annotations

from datetime import date

from core.domain.decision import Action, Verdict
from core.domain.dunning_account import AccountView, day, is_claim_kind, is_running, skip
from core.domain.dunning_timing import wait_for
from core.domain.model import Hold, ItemId, ItemKind, ItemState, OpenItem, Pending
from core.domain.money import Money
from core.domain.procedure import DunningLevel
from core.domain.reasons import Reason

_PENDING_REASONS = {
    Pending.HANDING_OVER: Reason.HANDING_OVER,
    Pending.UNKNOWN: Reason.DELIVERY_UNKNOWN,
    Pending.PRINTED: Reason.PRINTED_NOT_POSTED,
}


def examine(item: OpenItem, view: AccountView) -> Verdict | DunningLevel:
    """The level at which the item is to be dunned today, or the verdict why it is not."""
    if item.outstanding.amount < 0 or _is_credit_kind(item):
        return skip(item, Reason.CREDIT, {"amount": _absolute(item)})
    verdict = _no_claim(item, view)
    if verdict is not None:
        return verdict
    due_date = item.due_date
    if due_date is None:
        return skip(item, Reason.DUE_DATE_UNKNOWN, {})
    due = due_date.toordinal()
    # The due day itself is not late (§ 187 Abs. 1 BGB).
    if view.today <= due:
        return not_due(item.id, item.level, due_date, view.first_wait)
    return _stopped(item, view) or _next_level(item, due, view)


def not_due(item: ItemId, level: int, due_date: date, first_wait: int) -> Verdict:
    """The verdict on a claim that is not late yet; ``first_wait`` see :func:`first_wait_days`."""
    facts = {"due_date": due_date.isoformat()}
    next_on = day(due_date.toordinal() + first_wait)
    return Verdict(item, Action.SKIP, Reason.NOT_DUE, level, next_on, facts)


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
            return _held(item, active)
    if item.direct_debit or view.account.debtor.direct_debit:
        return skip(item, Reason.DIRECT_DEBIT, {})
    if not view.is_booked_through(item):
        return _not_booked(item, view)
    return _may_be_paid(item, view) if view.credits else None


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


def _held(item: OpenItem, active: list[Hold]) -> Verdict:
    """Names the hold that ends last."""
    hold = max(active, key=lambda h: (h.until_on or date.max, -h.id))
    until = hold.until_on
    facts = {
        "hold_kind": hold.kind.value,
        "hold_until": until.isoformat() if until else "",
        "hold_reason": hold.reason,
    }
    return skip(item, Reason.HELD, facts, day(until.toordinal() + 1) if until else None)


def _connection_name(item: OpenItem, view: AccountView) -> str:
    connection = view.connection(item)
    return connection.name if connection else str(item.connection)


def _not_booked(item: OpenItem, view: AccountView) -> Verdict:
    connection = view.connection(item)
    until = connection.booked_until if connection else None
    facts = {
        "connection": _connection_name(item, view),
        "booked_until": until.isoformat() if until else "",
        "working_days": str(view.procedure.booked_through_working_days),
    }
    return skip(item, Reason.NOT_BOOKED_THROUGH, facts)


def _next_level(item: OpenItem, due: int, view: AccountView) -> Verdict | DunningLevel:
    grace_days = view.procedure.grace_days
    # Grace days suppress, they do not shift: levels count from the due date (§4.2).
    if view.today <= due + grace_days:
        facts = {
            "due_date": date.fromordinal(due).isoformat(),
            "grace_days": str(grace_days),
        }
        return skip(item, Reason.WITHIN_GRACE, facts, day(due + view.first_wait))
    if view.oldest_due is None or due < view.oldest_due:
        view.oldest_due = due
    found = next_allowed(item, view)
    if isinstance(found, Verdict):
        return found
    return wait_for(item, due, found, view) or found


def next_allowed(item: OpenItem, view: AccountView) -> Verdict | DunningLevel:
    """The level after the last one that the debtor may get; a forbidden one is skipped."""
    levels = view.procedure.levels
    following = max(item.level + 1, item.start_level)
    if following > len(levels):
        facts = {"levels": str(len(levels)), "level": str(item.level)}
        return skip(item, Reason.LEVELS_EXHAUSTED, facts)
    mask = view.account.debtor.allowed_levels
    for level in levels[following - 1 :]:
        if is_allowed(level.number, mask):
            return level
    facts = {"level": str(following), "allowed_levels": str(mask)}
    return skip(item, Reason.LEVEL_FORBIDDEN, facts)


def is_allowed(level: int, mask: int) -> bool:
    """DATEV "Mahnung": bit 1 allows level 1, bit 2 level 2, bit 4 level 3 and later; 0 all."""
    return mask == 0 or bool(mask & (1, 2, 4)[min(level, 3) - 1])
