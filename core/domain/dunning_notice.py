"""From the items that are to be dunned today to notices and tasks, per currency.

Amounts of different currencies never meet: every sum, minimum and limit is per currency and
nothing is converted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.domain.automation import automation_for
from core.domain.charges import FEE, Chargeable, charges_of, person_decides
from core.domain.claim_facts import TypeRule
from core.domain.deadline import deadline_for, expected_channel
from core.domain.decision import Action, PlannedNotice, Verdict
from core.domain.dunning_account import AccountView, claim_order
from core.domain.dunning_item import missed
from core.domain.dunning_worth import (
    Claim,
    Deduction,
    Verdicts,
    account_late_enough,
    refuse_net,
    worth_it,
)
from core.domain.model import Automation, Charge, NoticeKind, NoticeLine, OpenItem
from core.domain.money import Money
from core.domain.notice_total import demanded_total
from core.domain.procedure import DunningLevel
from core.domain.reasons import Reason


def plan(claims: Sequence[Claim], view: AccountView) -> tuple[list[PlannedNotice], Verdicts]:
    """Notices for ``claims`` and a verdict for each; a claim without a notice says why."""
    verdicts: Verdicts = {}
    late = [claim for claim in claims if not claim[1].is_pre_due]
    notices = _notices(account_late_enough(late, view, verdicts), view, verdicts)
    early = [claim for claim in claims if claim[1].is_pre_due]
    if not any(notice.kind is NoticeKind.NOTICE for notice in notices):
        notices += _notices(early, view, verdicts)
        _too_small_for_a_note(early, view, verdicts)
        return notices, verdicts
    for item, _ in early:
        # What is not due is never in the total of a Mahnung, nor beside one (§4.4).
        verdicts[item.id] = missed(item, item.due_date or view.on, view)
    return notices, verdicts


def _too_small_for_a_note(early: Sequence[Claim], view: AccountView, verdicts: Verdicts) -> None:
    """The minimum of a note does not keep the next level away: that comes by itself."""
    for item, _ in early:
        found = verdicts[item.id]
        if found.reason is Reason.BELOW_MINIMUM:
            later = missed(item, item.due_date or view.on, view).next_on
            verdicts[item.id] = replace(found, next_on=later)


def _notices(claims: Sequence[Claim], view: AccountView, verdicts: Verdicts) -> list[PlannedNotice]:
    by_currency: dict[str, list[Claim]] = {}
    for claim in claims:
        by_currency.setdefault(claim[0].outstanding.currency, []).append(claim)
    notices: list[PlannedNotice] = []
    for currency in sorted(by_currency):
        ordered = sorted(by_currency[currency], key=lambda claim: claim_order(claim[0]))
        if view.credits and (balance := view.balance(currency)) <= 0:
            refuse_net(ordered, balance, currency, verdicts)
        elif view.procedure.consolidated:
            notices += _consolidated(ordered, currency, view, verdicts)
        else:
            notices += _per_invoice(ordered, currency, view, verdicts)
    return notices


def _consolidated(
    claims: list[Claim], currency: str, view: AccountView, verdicts: Verdicts
) -> list[PlannedNotice]:
    """One letter and one hand-over task; credits go with the letter unless there is none."""
    notices: list[PlannedNotice] = []
    minimum = view.procedure.minimum_total
    deductions = [
        (item, item.outstanding.amount)
        for item in (view.deductions(currency) if view.credits else ())
    ]
    for kind in (NoticeKind.NOTICE, NoticeKind.TASK):
        wanted = [claim for claim in claims if claim[1].kind is kind]
        kept = worth_it(wanted, deductions, currency, minimum, verdicts)
        if kept:
            notices.append(_notice(kind, kept, deductions, view, verdicts, first=not notices))
            deductions = []
    return notices


def _per_invoice(
    claims: list[Claim], currency: str, view: AccountView, verdicts: Verdicts
) -> list[PlannedNotice]:
    """One notice per claim; credits reduce the oldest letters first, then the oldest tasks.

    A credit may be divided over several notices: the notices together demand the net.
    """
    notices: list[PlannedNotice] = []
    minimum = view.procedure.minimum_total
    credits_left = [
        (item, item.outstanding.amount)
        for item in (view.deductions(currency) if view.credits else ())
    ]
    for kind in (NoticeKind.NOTICE, NoticeKind.TASK):
        for claim in claims:
            if claim[1].kind is not kind:
                continue
            used, credits_left = _take(claim[0].outstanding.amount, credits_left)
            kept = worth_it([claim], used, currency, minimum, verdicts)
            if kept:
                notices.append(_notice(kind, kept, used, view, verdicts, first=not notices))
    return notices


def _take(claim: Decimal, credits_left: list[Deduction]) -> tuple[list[Deduction], list[Deduction]]:
    """(what of the credits pays ``claim``, what is left of them), oldest first."""
    used: list[Deduction] = []
    left: list[Deduction] = []
    for item, part in credits_left:
        take = max(part, -claim)
        if take:
            used.append((item, take))
            claim += take
        if part != take:
            left.append((item, part - take))
    return used, left


def line_without_level(item: OpenItem, outstanding: Money) -> NoticeLine:
    """A credit that is deducted, or what an instalment takes of an item: both have level 0."""
    return NoticeLine(
        item.id,
        item.number,
        item.kind,
        item.invoice_date,
        item.due_date,
        item.total,
        outstanding,
        0,
        item.cycle,
    )


def _claim_line(item: OpenItem, level: DunningLevel, view: AccountView) -> NoticeLine:
    since, rule = None, ""
    if view.law is not None:
        state = view.law.default(item)
        if state.rule is not None and state.holds(view.on):
            since, rule = state.since, state.rule.value
    return NoticeLine(
        item.id,
        item.number,
        item.kind,
        item.invoice_date,
        item.due_date,
        item.total,
        item.outstanding,
        level.number,
        item.cycle,
        since,
        rule,
        level.counts_as_mahnung,
        view.disputed.get(item.id),
    )


def _notice(
    kind: NoticeKind,
    claims: Sequence[Claim],
    deductions: Sequence[Deduction],
    view: AccountView,
    verdicts: Verdicts,
    *,
    first: bool,
) -> PlannedNotice:
    """The notice over ``claims`` less ``deductions``; also writes the verdicts of its items."""
    currency = claims[0][0].outstanding.currency
    lines = [_claim_line(item, level, view) for item, level in claims]
    lines += [line_without_level(item, Money(part, currency)) for item, part in deductions]
    top = max((level for _, level in claims), key=lambda level: level.number)
    charges = _charges(kind, claims, deductions, top, view, first)
    total = demanded_total(lines, charges, currency)
    for item, level in claims:
        verdicts[item.id] = _dun(item, level, view)
    return PlannedNotice(
        kind=kind,
        currency=currency,
        level=top.number,
        lines=tuple(lines),
        charges=charges,
        total=total,
        channels=top.channels,
        automation=_automation(claims, charges, total, view),
        deadline=_deadline(kind, top, view),
    )


def _charges(
    kind: NoticeKind,
    claims: Sequence[Claim],
    deductions: Sequence[Deduction],
    top: DunningLevel,
    view: AccountView,
    first: bool,
) -> tuple[Charge, ...]:
    """None without law, nor before the due date; a hand-over states its own figures."""
    account, law = view.account, view.law
    if law is None or kind is not NoticeKind.NOTICE or not view.wants_charges or top.is_pre_due:
        return ()
    if view.fee_charged:
        # Several letters on one day could have been one: a debtor pays a fee for the first only.
        top = replace(top, fee={})
    channel = expected_channel(top.channels, account.debtor)
    notice = Chargeable(claims, deductions, top, channel, first)
    charges = charges_of(notice, law, account, view.procedure)
    view.fee_charged |= any(c.kind == FEE and c.earlier is None for c in charges)
    return charges


def _automation(
    claims: Sequence[Claim], charges: Sequence[Charge], total: Money, view: AccountView
) -> Automation:
    """As the levels say; charges that rest on an assumption, or on none at all, need a person."""
    found = automation_for(
        [level.automation for _, level in claims],
        backlog=any(item.backlog for item, _ in claims),
        total=total,
        person_above=view.procedure.person_above,
    )
    if found is Automation.SEND and view.law is not None and view.wants_charges:
        unsure = any(c.demanded for c in charges) and any(
            view.law.facts(item).type_rule is TypeRule.ASSUMED for item, _ in claims
        )
        if unsure or person_decides(view.account, view.law):
            return Automation.APPROVE
    return found


def _deadline(kind: NoticeKind, level: DunningLevel, view: AccountView) -> date | None:
    """None for a hand-over. A note before due names the due dates and sets no deadline: one that
    lies ahead would keep the customer's older items from being dunned.
    """
    if kind is NoticeKind.TASK or level.is_pre_due:
        return None
    channel = expected_channel(level.channels, view.account.debtor)
    # A deadline must not end on a feast day where the debtor pays (§ 193 BGB), nor on one of ours.
    calendar = view.calendar if view.law is None else view.calendar.joined(view.law.law.place)
    return deadline_for(view.on, level.deadline_days, channel, calendar)


def _dun(item: OpenItem, level: DunningLevel, view: AccountView) -> Verdict:
    due = item.due_date or view.on  # a claim without a due date never gets here
    if level.is_pre_due:
        early = {
            "due_date": due.isoformat(),
            "days_left": str((due - view.on).days),
            "level": str(level.number),
        }
        return Verdict(item.id, Action.DUN, Reason.PRE_DUE_REACHED, level.number, None, early)
    facts = {
        "due_date": due.isoformat(),
        "days_late": str((view.on - due).days),
        "level": str(level.number),
    }
    return Verdict(item.id, Action.DUN, Reason.LEVEL_REACHED, level.number, None, facts)
