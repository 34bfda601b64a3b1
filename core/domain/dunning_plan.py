"""Friendly notes before the instalments of an agreed plan, and what a broken word adds to a verdict.

A reminder names what one instalment takes of the covered items, has no level and no charges, and
its deadline is the instalment's own due day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from core.domain.agreement import Agreement, AgreementState, missing_for
from core.domain.automation import automation_for
from core.domain.decision import PlannedNotice, Verdict
from core.domain.dunning_account import AccountView, claim_order, is_running
from core.domain.dunning_notice import line_without_level
from core.domain.model import Hold, HoldKind, NoticeKind, NoticeLine, OpenItem, Pending
from core.domain.money import Money
from core.domain.promise import broken_promises, last_broken


def reminders(view: AccountView) -> list[PlannedNotice]:
    """The notes that are due on the day: at most one for each plan, each instalment once."""
    if not view.agreements or view.pending is not Pending.NONE:
        return []
    return [
        notice
        for agreement in view.agreements
        if agreement.is_plan and agreement.state is AgreementState.PENDING
        for notice in (_reminder(agreement, view),)
        if notice is not None
    ]


def note_days(holds: Iterable[Hold]) -> list[date]:
    """The first day of each note that plans among ``holds`` may ask for, kept or not."""
    return [
        each.on - timedelta(days=hold.terms.reminder_days)
        for hold in holds
        if hold.kind is HoldKind.INSTALMENT_PLAN and hold.terms and hold.terms.reminder_days > 0
        for each in hold.terms.instalments
    ]


def _reminder(plan: Agreement, view: AccountView) -> PlannedNotice | None:
    number = _next_number(plan, view)
    if number is None or not plan.hold.active(view.on):
        return None
    due = plan.terms.instalments[number - 1]
    missing = missing_for(plan, number)
    wanted = set(plan.terms.items)
    items = sorted((i for i in view.items if i.id in wanted and is_running(i)), key=claim_order)
    if not items or any(_doubtful(item, plan, view) for item in items):
        return None
    lines = _parts(items, missing)
    total = Money(sum((line.outstanding.amount for line in lines), Decimal(0)), missing.currency)
    level = next((x for x in view.procedure.levels if x.kind is NoticeKind.NOTICE), None)
    if level is None or total != missing:
        return None
    return PlannedNotice(
        kind=NoticeKind.PLAN,
        currency=missing.currency,
        level=0,
        lines=lines,
        charges=(),
        total=total,
        channels=level.channels,
        automation=automation_for(
            [level.automation],
            backlog=False,
            total=total,
            person_above=view.procedure.person_above,
        ),
        deadline=due.on,
        scope=f"plan:{plan.hold.id}:{number}",
    )


def _next_number(plan: Agreement, view: AccountView) -> int | None:
    """The first instalment that is neither over nor covered by money, when its note is due."""
    days = plan.terms.reminder_days
    if days <= 0:
        return None
    for number, each in enumerate(plan.terms.instalments, start=1):
        if each.on < view.on or not missing_for(plan, number).minor:
            continue
        due_now = each.on - timedelta(days=days) <= view.on
        return number if due_now and each.on not in view.account.reminded else None
    return None


def _doubtful(item: OpenItem, plan: Agreement, view: AccountView) -> bool:
    """Held for another reason, collected, or perhaps paid: then nobody is reminded."""
    others = (h for h in view.holds_of(item) if h.id != plan.hold.id)
    return (
        any(hold.active(view.on) and hold.kind is not HoldKind.PROMISE for hold in others)
        or item.direct_debit
        or view.account.debtor.direct_debit
        or item.currency_unclear
        or view.is_evidence(item)
        or not view.is_booked_through(item)
        or view.unplaced(item.outstanding.currency) > 0
    )


def _parts(items: list[OpenItem], missing: Money) -> tuple[NoticeLine, ...]:
    """What the instalment takes of each item, oldest first."""
    left, lines = missing.amount, []
    for item in items:
        part = min(item.outstanding.amount, left)
        if part > 0 and item.outstanding.currency == missing.currency:
            left -= part
            lines.append(line_without_level(item, Money(part, missing.currency)))
    return tuple(lines)


def with_broken_word(verdict: Verdict, view: AccountView) -> Verdict:
    """The verdict with the promise or plan about its item that was broken last, if any."""
    broken = last_broken(view.agreements, verdict.item)
    if broken is None:
        return verdict
    due = broken.terms.instalments[max(broken.missed, 1) - 1]
    told = {
        "agreement": broken.hold.kind.value,
        "agreed_on": broken.hold.from_on.isoformat(),
        "agreed_until": due.on.isoformat(),
        "agreed_amount": str(due.amount),
        "agreement_received": str(broken.received),
        "broken_promises": str(len(broken_promises(view.agreements))),
    }
    return replace(verdict, facts={**verdict.facts, **told})
