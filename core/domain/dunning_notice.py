"""From the items that are to be dunned today to notices and tasks, per currency.

Amounts of different currencies never meet: every sum, minimum and limit is per currency and
nothing is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from core.domain.automation import automation_for
from core.domain.deadline import deadline_for, expected_channel
from core.domain.decision import Action, PlannedNotice, Verdict
from core.domain.dunning_account import AccountView, claim_order, skip
from core.domain.model import ItemId, NoticeKind, NoticeLine, OpenItem
from core.domain.money import Money
from core.domain.procedure import DunningLevel
from core.domain.reasons import Reason

Claim = tuple[OpenItem, DunningLevel]
# A credit and the (negative) part of it that one notice deducts.
Deduction = tuple[OpenItem, Decimal]
Verdicts = dict[ItemId, Verdict]
_NOTHING = Decimal(0)


def plan(claims: Sequence[Claim], view: AccountView) -> tuple[list[PlannedNotice], Verdicts]:
    """Notices for ``claims`` and a verdict for each; a claim without a notice says why."""
    verdicts: Verdicts = {}
    late = _account_late_enough(claims, view, verdicts)
    by_currency: dict[str, list[Claim]] = {}
    for claim in late:
        by_currency.setdefault(claim[0].outstanding.currency, []).append(claim)
    notices: list[PlannedNotice] = []
    for currency in sorted(by_currency):
        ordered = sorted(by_currency[currency], key=lambda claim: claim_order(claim[0]))
        if view.credits and (balance := view.balance(currency)) <= 0:
            _refuse_net(ordered, balance, currency, verdicts)
        elif view.procedure.consolidated:
            notices += _consolidated(ordered, currency, view, verdicts)
        else:
            notices += _per_invoice(ordered, currency, view, verdicts)
    return notices, verdicts


def _account_late_enough(
    claims: Sequence[Claim], view: AccountView, verdicts: Verdicts
) -> Sequence[Claim]:
    """All claims when the account's worst item is late enough, else none."""
    minimum, oldest = view.procedure.min_days_in_arrears, view.oldest_due
    if oldest is None or view.today - oldest >= minimum:
        return claims
    next_on = date.fromordinal(oldest + minimum)
    facts = {"days_late": str(view.today - oldest), "minimum_days": str(minimum)}
    for item, _ in claims:
        verdicts[item.id] = skip(item, Reason.ACCOUNT_NOT_LATE_ENOUGH, facts, next_on)
    return ()


def _refuse_net(claims: Iterable[Claim], net: Decimal, currency: str, verdicts: Verdicts) -> None:
    facts = {"net": str(Money(net, currency))}
    for item, _ in claims:
        verdicts[item.id] = skip(item, Reason.NET_NOT_POSITIVE, facts)


def _consolidated(
    claims: list[Claim], currency: str, view: AccountView, verdicts: Verdicts
) -> list[PlannedNotice]:
    """One letter and one hand-over task; credits go with the letter unless there is none."""
    notices: list[PlannedNotice] = []
    deductions = [
        (item, item.outstanding.amount)
        for item in (view.deductions(currency) if view.credits else ())
    ]
    for kind in (NoticeKind.NOTICE, NoticeKind.TASK):
        wanted = [claim for claim in claims if claim[1].kind is kind]
        kept = _worth_it(wanted, deductions, currency, verdicts)
        if kept:
            notices.append(_notice(kind, kept, deductions, view, verdicts))
            deductions = []
    return notices


def _worth_it(
    claims: list[Claim],
    deductions: Sequence[Deduction],
    currency: str,
    verdicts: Verdicts,
) -> list[Claim]:
    """Those claims that stay when net and the minimum of every level are looked at.

    A level whose minimum is above the net of the notice is not triggered; the items of other
    levels stay, and the net is looked at again without it.
    """
    credit = sum((part for _, part in deductions), _NOTHING)
    while claims:
        net = sum((item.outstanding.amount for item, _ in claims), credit)
        if net <= 0:
            _refuse_net(claims, net, currency, verdicts)
            return []
        below = [claim for claim in claims if _minimum(claim[1], currency) > net]
        if not below:
            break
        for item, level in below:
            verdicts[item.id] = _below_minimum(item, level, Money(net, currency))
        claims = [claim for claim in claims if _minimum(claim[1], currency) <= net]
    return claims


def _minimum(level: DunningLevel, currency: str) -> Decimal:
    """A currency without an entry has no minimum."""
    return level.min_amount.get(currency, _NOTHING)


def _below_minimum(item: OpenItem, level: DunningLevel, net: Money) -> Verdict:
    facts = {
        "net": str(net),
        "level": str(level.number),
        "minimum": str(Money(_minimum(level, net.currency), net.currency)),
    }
    return skip(item, Reason.BELOW_MINIMUM, facts)


def _per_invoice(
    claims: list[Claim], currency: str, view: AccountView, verdicts: Verdicts
) -> list[PlannedNotice]:
    """One notice per claim; credits reduce the oldest letters first, then the oldest tasks.

    A credit may be divided over several notices: the notices together demand the net.
    """
    notices: list[PlannedNotice] = []
    credits_left = [
        (item, item.outstanding.amount)
        for item in (view.deductions(currency) if view.credits else ())
    ]
    for kind in (NoticeKind.NOTICE, NoticeKind.TASK):
        for claim in claims:
            if claim[1].kind is not kind:
                continue
            used, credits_left = _take(claim[0].outstanding.amount, credits_left)
            kept = _worth_it([claim], used, currency, verdicts)
            if kept:
                notices.append(_notice(kind, kept, used, view, verdicts))
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


def _line(item: OpenItem, level: int, outstanding: Money) -> NoticeLine:
    return NoticeLine(
        item.id,
        item.number,
        item.kind,
        item.invoice_date,
        item.due_date,
        item.total,
        outstanding,
        level,
        item.cycle,
    )


def _notice(
    kind: NoticeKind,
    claims: Sequence[Claim],
    deductions: Sequence[Deduction],
    view: AccountView,
    verdicts: Verdicts,
) -> PlannedNotice:
    """The notice over ``claims`` less ``deductions``; also writes the verdicts of its items."""
    currency = claims[0][0].outstanding.currency
    lines = [_line(item, level.number, item.outstanding) for item, level in claims]
    lines += [_line(item, 0, Money(part, currency)) for item, part in deductions]
    # No charges: none is on by default, and none may come before default (architecture §4.6).
    total = Money(sum((line.outstanding.amount for line in lines), _NOTHING), currency)
    top = max((level for _, level in claims), key=lambda level: level.number)
    for item, level in claims:
        verdicts[item.id] = _dun(item, level, view)
    return PlannedNotice(
        kind=kind,
        currency=currency,
        level=top.number,
        lines=tuple(lines),
        charges=(),
        total=total,
        channels=top.channels,
        automation=automation_for(
            [level.automation for _, level in claims],
            backlog=any(item.backlog for item, _ in claims),
            total=total,
            person_above=view.procedure.person_above,
        ),
        deadline=_deadline(kind, top, view),
    )


def _deadline(kind: NoticeKind, level: DunningLevel, view: AccountView) -> date | None:
    if kind is NoticeKind.TASK:
        return None
    channel = expected_channel(level.channels, view.account.debtor)
    return deadline_for(view.on, level.deadline_days, channel, view.calendar)


def _dun(item: OpenItem, level: DunningLevel, view: AccountView) -> Verdict:
    due = item.due_date or view.on  # a claim without a due date never gets here
    facts = {
        "due_date": due.isoformat(),
        "days_late": str((view.on - due).days),
        "level": str(level.number),
    }
    return Verdict(item.id, Action.DUN, Reason.LEVEL_REACHED, level.number, None, facts)
