"""Accounts under the law: the debtors of the dunning stories with default and charges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from dunning_story import CALENDAR, STANDARD, account, invoice, sent
from law_tables import TABLES

from core.domain.claim_facts import ClaimDefaults
from core.domain.claim_law import Law, LawView
from core.domain.deadline import expected_channel
from core.domain.decision import Decision, PlannedNotice
from core.domain.dunning import decide
from core.domain.law import pack_for
from core.domain.model import (
    Account,
    Charge,
    ChargesMode,
    DebtorType,
    ItemId,
    NoticeId,
    NoticeKind,
    OpenCharge,
    OpenItem,
    PastNotice,
    Showing,
    Terms,
)
from core.domain.money import Money
from core.domain.procedure import DunningProcedure

INTEREST, LUMP_SUM, FEE = "default_interest", "lump_sum", "dunning_fee"


def law(key: str = "de", terms: Terms = Terms.NO, consumer_notice_since: date | None = None) -> Law:
    """German law with the shipped base rates, unless said otherwise."""
    defaults = ClaimDefaults(key, terms, consumer_notice_since=consumer_notice_since)
    return Law(pack_for(key), TABLES[key], CALENDAR, defaults)


LAW = law()
AGREED = law(terms=Terms.DATE)


def charging(
    procedure: DunningProcedure = STANDARD,
    *,
    fee: str = "5.00",
    interest: Showing = Showing.CHARGE,
    lump_sum: Showing = Showing.CHARGE,
    mode: ChargesMode = ChargesMode.INFORMATIONAL,
    **changes: object,
) -> DunningProcedure:
    """The procedure with the same charges on each of its letters."""
    fees = {"EUR": Decimal(fee)} if Decimal(fee) else {}
    levels = tuple(
        replace(level, fee=fees, interest=interest, lump_sum=lump_sum)
        if level.kind is NoticeKind.NOTICE
        else level
        for level in procedure.levels
    )
    return replace(procedure, levels=levels, charges=mode, **changes)  # type: ignore[arg-type]


def business(*items: OpenItem, **changes: object) -> Account:
    """A business that gets letters: it has no mail address."""
    return account(*items, **{"type": DebtorType.BUSINESS, "email": ""} | changes)  # type: ignore[arg-type]


def consumer(*items: OpenItem, **changes: object) -> Account:
    return business(*items, **{"type": DebtorType.CONSUMER} | changes)


def told(
    of: Account, day: date, procedure: DunningProcedure, under: Law | None = AGREED
) -> Decision:
    """What `decide` says on that day; by default a day for payment was agreed."""
    return decide(of, procedure, day, CALENDAR, under)


def view(of: Account, day: date, under: Law = AGREED) -> LawView:
    return LawView(of, under, day)


def charges(decision: Decision, kind: str = "") -> list[Charge]:
    """The charges of all notices, or those of one kind."""
    return [c for n in decision.notices for c in n.charges if kind in ("", c.kind)]


def shown(decision: Decision) -> dict[str, str]:
    """Kind -> amount, for a decision with at most one charge of each kind."""
    found = {c.kind: c.amount.plain() for c in charges(decision)}
    assert len(found) == len(charges(decision))
    return found


def billed(
    id_: int = 1, open_: str = "1000.00", due: date = date(2026, 3, 2), **changes: object
) -> OpenItem:
    """An invoice over 1,000 EUR, as a claim that may well bear charges."""
    return invoice(id_, open_, due=due, **changes)


def left(of: Account, decision: Decision, procedure: DunningProcedure) -> Account:
    """The account after every notice of ``decision`` left: levels, contact, history, sub-ledger."""
    letters = [n for n in decision.notices if n.kind is NoticeKind.NOTICE]
    before: Mapping[ItemId, tuple[PastNotice, ...]] = of.notices
    history = dict(before)
    kept = list(of.charges)
    numbers = count(max((c.id for c in kept), default=0) + 1)
    for place, notice in enumerate(letters, start=1):
        id_ = NoticeId(decision.on.toordinal() * 10 + place)
        for past, item in _past(notice, id_, of, decision.on):
            history[item] = (*history.get(item, ()), past)
        if procedure.charges is not ChargesMode.INFORMATIONAL:
            kept = _kept(kept, notice, id_, decision.on, numbers)
    return replace(sent(of, decision), notices=history, charges=tuple(kept))


def _past(
    notice: PlannedNotice, id_: NoticeId, of: Account, day: date
) -> list[tuple[PastNotice, ItemId]]:
    channel = expected_channel(notice.channels, of.debtor)
    return [
        (
            PastNotice(id_, line.level, day, channel, notice.deadline, line.counts_as_mahnung),
            line.item,
        )
        for line in notice.lines
        if line.level
    ]


def _kept(
    kept: list[OpenCharge], notice: PlannedNotice, id_: NoticeId, day: date, numbers: count[int]
) -> list[OpenCharge]:
    """As the store keeps them: once, and interest by its latest figure."""
    new = [c for c in notice.charges if c.demanded and c.earlier is None]
    replaced = {(c.item, c.kind) for c in new if c.item is not None}
    return [c for c in kept if c.paid or (c.item, c.kind) not in replaced] + [
        OpenCharge(next(numbers), c.kind, c.item, id_, c.amount, c.basis, c.until or day)
        for c in new
    ]


def daily_under(
    of: Account, first: date, days: int, procedure: DunningProcedure, under: Law | None = AGREED
) -> list[Decision]:
    """One run a day, every notice sent at once; returns the decisions that had a notice."""
    found: list[Decision] = []
    for offset in range(days):
        decision = told(of, first + timedelta(days=offset), procedure, under)
        if decision.notices:
            found.append(decision)
            of = left(of, decision, procedure)
    return found


def demanded(notice: PlannedNotice) -> Money:
    """What is asked for beside the lines."""
    amount = sum((c.amount.amount for c in notice.charges if c.demanded), Decimal(0))
    return Money(amount, notice.currency)
