"""What holds for every account, whatever is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dunning_story import (
    DUE,
    EVIDENCE,
    LEADING,
    STANDARD,
    account,
    after_due,
    daily,
    dunned,
    hold,
    invoice,
    on,
)
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.domain.decision import Action, Decision
from core.domain.model import Account, HoldKind, ItemKind, ItemState, NoticeKind, OpenItem, Pending
from core.domain.money import Money
from core.domain.procedure import DunningProcedure
from core.domain.reasons import TEXTS, Reason, sentence

# The same examples each time, however busy the machine is.
steady = settings(derandomize=True, deadline=None)
days = st.integers(-60, 60).map(after_due)


@st.composite
def items(draw: st.DrawFn, id_: int, plain: bool) -> OpenItem:
    """An item; a ``plain`` one is a claim that nothing but time stands against."""
    currency = draw(st.sampled_from(["EUR", "EUR", "JPY"]))
    item = replace(
        invoice(id_, due=draw(days)),
        level=draw(st.integers(0, 5)),
        start_level=draw(st.sampled_from([1, 1, 3])),
        backlog=draw(st.booleans()),
    )
    minor = draw(st.integers(1, 20_000))
    if not plain:
        minor = draw(st.sampled_from([minor, minor, -minor, 0]))
        item = replace(
            item,
            kind=draw(st.sampled_from([ItemKind.INVOICE] * 4 + list(ItemKind))),
            state=draw(st.sampled_from([ItemState.OPEN] * 6 + list(ItemState))),
            pending=draw(st.sampled_from([Pending.NONE] * 6 + list(Pending))),
            connection=draw(st.sampled_from([LEADING, LEADING, LEADING, EVIDENCE])),
            due_date=draw(st.one_of(st.just(item.due_date), st.just(item.due_date), st.none())),
            currency_unclear=draw(st.sampled_from([False] * 5 + [True])),
            direct_debit=draw(st.sampled_from([False] * 5 + [True])),
        )
    amount = Money.from_minor(minor, currency)
    return replace(item, outstanding=amount, total=amount)


@st.composite
def accounts(draw: st.DrawFn, *, plain: bool = False, holds: bool = True) -> Account:
    count = draw(st.integers(1, 6))
    found = [draw(items(number + 1, plain)) for number in range(count)]
    blocked = []
    for number in range(draw(st.integers(0, 3)) if holds else 0):
        first = draw(days)
        length = draw(st.one_of(st.none(), st.integers(0, 40)))
        blocked.append(
            hold(
                first,
                None if length is None else first + timedelta(days=length),
                draw(st.sampled_from([None, *range(1, count + 1)])),
                draw(st.sampled_from(list(HoldKind))),
                number,
            )
        )
    contact = draw(st.one_of(st.none(), st.integers(-40, 30).map(after_due)))
    deadline = draw(st.one_of(st.none(), st.integers(-40, 30).map(after_due)))
    return account(
        *found,
        holds=blocked,
        last_notice_on=contact,
        last_deadline=deadline,
        email=draw(st.sampled_from(["", "a@muster.example"])),
        allowed_levels=draw(st.sampled_from([0, 0, 0, 1, 3, 4, 6])),
    )


@st.composite
def procedures(draw: st.DrawFn) -> DunningProcedure:
    minimum = draw(st.sampled_from([{}, {"EUR": Decimal("50.00")}, {"JPY": Decimal(9000)}]))
    levels = tuple(
        replace(level, min_amount=minimum if level.number % 2 else {}) for level in STANDARD.levels
    )
    return replace(
        STANDARD,
        levels=levels,
        consolidated=draw(st.booleans()),
        grace_days=draw(st.sampled_from([0, 0, 3, 20])),
        contact_gap_days=draw(st.sampled_from([0, 0, 21])),
        min_days_in_arrears=draw(st.sampled_from([0, 0, 0, 25])),
    )


@steady
@given(accounts(), procedures(), days)
def test_every_item_gets_one_verdict_that_can_be_read(
    of: Account, procedure: DunningProcedure, day: date
) -> None:
    decision = on(day, of, procedure)
    assert Counter(v.item for v in decision.verdicts) == Counter(i.id for i in of.items)
    for v in decision.verdicts:
        assert (v.action is Action.DUN) == (v.reason is Reason.LEVEL_REACHED)
        assert set(v.facts) == set(TEXTS[v.reason].facts)
        assert "{" not in sentence(v.reason, v.facts, "de")
        assert v.next_on is None or v.next_on > day


@steady
@given(accounts(), procedures(), days, st.randoms(use_true_random=False))
def test_the_same_account_gives_the_same_decision_in_any_order(
    of: Account, procedure: DunningProcedure, day: date, random
) -> None:
    shuffled, holds = list(of.items), list(of.holds)
    random.shuffle(shuffled)
    random.shuffle(holds)
    mixed = replace(of, items=tuple(shuffled), holds=tuple(holds))
    assert on(day, of, procedure) == on(day, of, procedure) == on(day, mixed, procedure)


@steady
@given(accounts(), procedures(), days)
def test_notices_hold_what_is_dunned_and_add_up(
    of: Account, procedure: DunningProcedure, day: date
) -> None:
    decision = on(day, of, procedure)
    by_id = {item.id: item for item in of.items}
    in_notices = Counter()
    credited: Counter[int] = Counter()
    for notice in decision.notices:
        assert notice.lines
        assert notice.total.amount == sum(line.outstanding.amount for line in notice.lines)
        assert notice.total.amount > 0
        assert {line.outstanding.currency for line in notice.lines} == {notice.currency}
        claims = [line for line in notice.lines if line.level]
        assert list(notice.lines[: len(claims)]) == claims  # credits come last
        assert notice.level == max(line.level for line in claims)
        assert (notice.deadline is None) == (notice.kind is NoticeKind.TASK)
        assert notice.deadline is None or notice.deadline > day
        for line in claims:
            in_notices[line.item] += 1
            assert line.outstanding == by_id[line.item].outstanding
            assert (line.level == 5) == (notice.kind is NoticeKind.TASK)
        for line in notice.lines[len(claims) :]:
            assert line.outstanding.amount < 0
            credited[line.item] += line.outstanding.minor
    # Exactly the dunned items, each once, at the level of its verdict; never two levels a run.
    assert in_notices == Counter(dunned(decision).keys())
    for item, minor in credited.items():
        assert minor >= by_id[item].outstanding.minor  # no credit is given twice


@steady
@given(accounts(), procedures(), days)
def test_only_claims_past_their_due_day_are_dunned_and_one_level_at_most(
    of: Account, procedure: DunningProcedure, day: date
) -> None:
    by_id = {item.id: item for item in of.items}
    for id_, level in dunned(on(day, of, procedure)).items():
        item = by_id[id_]
        assert item.state in (ItemState.OPEN, ItemState.PARTLY_PAID)
        assert item.outstanding.amount > 0
        assert item.due_date is not None
        assert item.due_date < day
        assert not any(h.active(day) and h.item in (None, id_) for h in of.holds)
        skipped = range(max(item.level + 1, item.start_level), level)
        mask = of.debtor.allowed_levels
        assert all(not mask & (1, 2, 4)[min(number, 3) - 1] for number in skipped)
        if not mask:
            assert level == max(item.level + 1, item.start_level)


@steady
@given(accounts(), procedures(), days)
def test_nobody_is_dunned_within_the_gap_or_before_the_deadline(
    of: Account, procedure: DunningProcedure, day: date
) -> None:
    decision = on(day, of, procedure)
    if dunned(decision):
        if of.last_notice_on:
            gap = max(14, procedure.contact_gap_days)
            assert day >= of.last_notice_on + timedelta(days=gap)
        if of.last_deadline:
            assert day > of.last_deadline + timedelta(days=3)


@steady
@given(accounts(plain=True, holds=False), procedures(), days, st.integers(1, 60))
def test_waiting_never_lowers_a_level_nor_takes_an_item_back(
    of: Account, procedure: DunningProcedure, day: date, later: int
) -> None:
    """While nothing is sent, paid or held, what is dunned today is dunned tomorrow as well."""
    before = dunned(on(day, of, procedure))
    after = dunned(on(day + timedelta(days=later), of, procedure))
    assert before.items() <= after.items()


@steady
@given(accounts(), days)
@example(account(invoice(), holds=[hold(after_due(2), after_due(5))]), after_due(1))
def test_next_on_is_never_too_late(of: Account, day: date) -> None:
    """Nothing changes by itself from skip to dun before the day that the verdict names."""
    told = {v.item: v.next_on for v in on(day, of).verdicts if v.action is Action.SKIP}
    for offset in range(1, 60):
        later = day + timedelta(days=offset)
        for id_ in dunned(on(later, of)):
            next_on = told.get(id_)
            if next_on is not None:
                assert next_on <= later


@steady
@given(accounts(plain=True), days)
def test_settling_an_item_leaves_the_others_as_they_are(of: Account, day: date) -> None:
    """Without credits and minimums no item depends on another."""
    assume(len(of.items) > 1)
    before = dunned(on(day, of))
    gone = of.items[0]
    paid = replace(gone, state=ItemState.SETTLED, outstanding=Money.zero(gone.outstanding.currency))
    after = dunned(on(day, replace(of, items=(paid, *of.items[1:]))))
    assert {k: v for k, v in before.items() if k != gone.id} == after


def contacts(told: list[Decision]) -> list[date]:
    return [decision.on for decision in told]


@settings(steady, max_examples=25)
@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=6),
    st.sampled_from(["", "a@muster.example"]),
    st.booleans(),
)
def test_a_year_of_daily_runs(due: list[int], email: str, consolidated: bool) -> None:
    """Each item gets the levels 1 to 5 exactly once, and nobody is contacted within 14 days."""
    procedure = replace(STANDARD, consolidated=consolidated)
    of = account(
        *(invoice(number + 1, due=after_due(late)) for number, late in enumerate(due)), email=email
    )
    told = daily(of, DUE, 365, procedure)
    levels: dict[int, list[int]] = {}
    for decision in told:
        for id_, level in dunned(decision).items():
            levels.setdefault(id_, []).append(level)
    assert levels == {number + 1: [1, 2, 3, 4, 5] for number in range(len(due))}
    gaps = [
        after - before for before, after in zip(contacts(told), contacts(told)[1:], strict=False)
    ]
    assert all(gap >= timedelta(days=14) for gap in gaps)
