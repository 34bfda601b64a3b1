"""What holds for every account under every law and every preset, whatever is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from dunning_story import CALENDAR, dunned
from hypothesis import given, settings
from hypothesis import strategies as st
from law_accounts import accounts, days, laws, procedures
from law_story import (
    FEE,
    INTEREST,
    LUMP_SUM,
    charges,
    demanded,
    told,
    view,
)

from core.domain.claim_law import Law, LawView
from core.domain.decision import Decision, PlannedNotice
from core.domain.dunning import decide
from core.domain.interest import Interest, exact
from core.domain.model import Account, DebtorType, ItemKind, NoticeKind, OpenItem
from core.domain.money import Money
from core.domain.procedure import DunningProcedure

# The same examples each time, however busy the machine is.
steady = settings(derandomize=True, deadline=None)
_DAY = timedelta(days=1)


def claims_of(notice: PlannedNotice) -> list[int]:
    return [line.item for line in notice.lines if line.level]


# --- one decision ------------------------------------------------------------------------------


@steady
@given(accounts(), procedures(), laws, days, st.randoms(use_true_random=False))
def test_the_same_account_gives_the_same_decision_in_any_order(
    of: Account, procedure: DunningProcedure, under: Law, day: date, random
) -> None:
    shuffled = [list(of.items), list(of.holds), list(of.charges), list(of.notices.items())]
    for part in shuffled:
        random.shuffle(part)
    items, holds, charges, notices = shuffled
    mixed = replace(
        of, items=tuple(items), holds=tuple(holds), charges=tuple(charges), notices=dict(notices)
    )
    first = told(of, day, procedure, under)
    assert told(of, day, procedure, under) == first
    assert _sorted(told(mixed, day, procedure, under)) == _sorted(first)


def _sorted(decision: Decision) -> Decision:
    """Kept fees are named in the order in which they are kept; nothing depends on it."""
    notices = tuple(
        replace(n, charges=tuple(sorted(n.charges, key=repr))) for n in decision.notices
    )
    return replace(decision, notices=notices)


@steady
@given(accounts(), procedures(), laws, days)
def test_a_notice_asks_for_its_lines_and_its_demanded_charges_in_one_currency(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    on_notices: Counter[int] = Counter()
    for notice in told(of, day, procedure, under).notices:
        lines = sum((line.outstanding.amount for line in notice.lines), Decimal(0))
        assert notice.total.amount == lines + demanded(notice).amount
        assert lines > 0
        currencies = {line.outstanding.currency for line in notice.lines}
        currencies |= {c.amount.currency for c in notice.charges}
        assert currencies == {notice.currency} == {notice.total.currency}
        assert all(c.amount.amount > 0 for c in notice.charges)
        on_notices.update(claims_of(notice))
    assert set(on_notices.values()) <= {1}  # never two levels of an item in one run


@steady
@given(accounts(), procedures(), days)
def test_without_law_there_is_no_charge_and_no_default(
    of: Account, procedure: DunningProcedure, day: date
) -> None:
    for notice in decide(of, procedure, day, CALENDAR).notices:
        assert notice.charges == ()
        assert all(line.default_since is None for line in notice.lines)


@steady
@given(accounts(), procedures(), laws, days)
def test_the_law_changes_no_verdict(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    """Charges are added to what is dunned; whether it is dunned they never decide."""
    assert told(of, day, procedure, under).verdicts == decide(of, procedure, day, CALENDAR).verdicts


@steady
@given(accounts(), procedures(), laws, days)
def test_no_charge_before_default(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    for notice in told(of, day, procedure, under).notices:
        since = {line.item: line.default_since for line in notice.lines}
        for charge in notice.charges:
            if charge.earlier is not None:
                continue  # it was owed when its own letter left
            starts = [since[charge.item]] if charge.item is not None else list(since.values())
            assert any(start is not None and start <= day for start in starts)
            if charge.kind == INTEREST:
                assert charge.since is not None
                assert charge.since >= starts[0]
                assert sum(s.amount.amount for s in charge.segments) == charge.amount.amount


@steady
@given(accounts(), procedures(), laws, days)
def test_who_is_or_may_be_a_consumer_owes_no_lump_sum_and_a_capped_fee(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    law_view, by_id = view(of, day, under), {item.id: item for item in of.items}
    for notice in told(of, day, procedure, under).notices:
        sure = all(law_view.facts(by_id[id_]).is_business for id_ in claims_of(notice))
        for charge in notice.charges:
            if charge.earlier is not None:
                continue
            if charge.kind == LUMP_SUM:
                assert law_view.facts(by_id[charge.item]).is_business
                assert charge.amount.amount <= 40
            if charge.kind == FEE:
                owed = [law_view.facts(by_id[i]).is_business for i in claims_of(notice)
                        if law_view.default(by_id[i]).holds(day)]  # fmt: skip
                assert all(owed) or charge.amount <= Money(Decimal("2.50"), "EUR")
                assert sure or charge.amount <= Money(Decimal("5.00"), "EUR")
                assert under.pack.key == "de"  # in Austria a fee must be agreed


@steady
@given(accounts(), procedures(), laws, days)
def test_a_notice_has_each_charge_once(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    decision = told(of, day, procedure, under)
    assert len([c for c in charges(decision, FEE) if c.earlier is None]) <= 1
    asked = Counter(c.earlier for n in decision.notices for c in n.charges if c.earlier is not None)
    assert set(asked.values()) <= {1}
    for notice in decision.notices:
        new = Counter((c.kind, c.item) for c in notice.charges if c.earlier is None)
        assert set(new.values()) <= {1}
        if notice.kind is NoticeKind.TASK:
            assert notice.charges == ()


@steady
@given(accounts(fresh=True), procedures(), laws, days)
def test_fee_and_lump_sums_are_set_off_against_each_other(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    """§ 288 Abs. 5 Satz 3 BGB: together never more than the larger of the two."""
    for notice in told(of, day, procedure, under).notices:
        fee = sum(c.amount.amount for c in notice.charges if c.kind == FEE)
        lumps = [c.amount.amount for c in notice.charges if c.kind == LUMP_SUM and c.demanded]
        assert fee + sum(lumps) <= max(40 * len(lumps), Decimal(5) if fee else 0)


@steady
@given(accounts(), procedures(), laws, days)
def test_a_consumer_abroad_gets_no_automatic_charge(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    abroad = replace(
        of,
        debtor=replace(of.debtor, type=DebtorType.CONSUMER, address=replace(
            of.debtor.address, country="FR")),
        items=tuple(replace(item, own=None) for item in of.items),
    )  # fmt: skip
    for notice in told(abroad, day, procedure, under).notices:
        assert all(charge.earlier is not None for charge in notice.charges)


@steady
@given(accounts(currencies=("EUR",)), procedures(), laws, days)
def test_what_is_disputed_is_never_asked_for(
    of: Account, procedure: DunningProcedure, under: Law, day: date
) -> None:
    contested: Counter[int] = Counter()
    for hold in of.holds:
        if hold.active(day) and hold.terms is not None and hold.terms.amount is not None:
            contested[hold.item] += hold.terms.amount.minor
    by_id = {item.id: item for item in of.items}
    for notice in told(of, day, procedure, under).notices:
        for line in notice.lines:
            if line.level:
                rest = by_id[line.item].outstanding.minor - contested[line.item]
                assert 0 < line.outstanding.minor == rest
                assert (line.disputed.minor if line.disputed else 0) == contested[line.item]


@steady
@given(accounts(), procedures(), laws, days, st.integers(1, 90))
def test_a_later_day_never_brings_a_lower_level(
    of: Account, procedure: DunningProcedure, under: Law, day: date, later: int
) -> None:
    before = dunned(told(of, day, procedure, under))
    after = dunned(told(of, day + timedelta(days=later), procedure, under))
    assert all(after[id_] >= level for id_, level in before.items() if id_ in after)


# --- interest ----------------------------------------------------------------------------------


def accrued(law_view: LawView, item: OpenItem) -> Fraction:
    """Unrounded interest up to the day of the view, in units of the currency."""
    found = law_view.interest(item)
    return Fraction(0) if found is None else unrounded(found)


def unrounded(found: Interest) -> Fraction:
    return sum((exact(segment) for segment in found.segments), Fraction(0))


@steady
@given(accounts(most=1), laws, days, st.integers(1, 120))
def test_interest_is_never_negative_and_grows_with_the_day(
    of: Account, under: Law, day: date, later: int
) -> None:
    (item,) = of.items
    before = accrued(view(of, day, under), item)
    after = accrued(view(of, day + timedelta(days=later), under), item)
    assert 0 <= before <= after


@steady
@given(accounts(most=1, fresh=True), laws, days, st.integers(1, 120))
def test_interest_adds_up_before_it_is_rounded(
    of: Account, under: Law, day: date, later: int
) -> None:
    """What accrued up to a day, and what accrues from the next on, is what accrues in all."""
    (item,) = of.items
    end = view(of, day + timedelta(days=later), under)
    whole, rest = end.interest(item), end.interest(item, paid_until=day)
    first = accrued(view(of, day, under), item)
    if whole is not None and rest is not None:
        assert first + unrounded(rest) == unrounded(whole)
        exact_cents = unrounded(whole) * 10 ** (-whole.total.rounded().amount.as_tuple().exponent)
        assert abs(whole.total.minor - exact_cents) <= Fraction(1, 2)
        assert sum((s.amount.minor for s in whole.segments), 0) == whole.total.minor


@steady
@given(accounts(most=1, fresh=True), laws, days)
def test_interest_is_that_of_the_days_of_default(of: Account, under: Law, day: date) -> None:
    (item,) = of.items
    law_view = view(of, day, under)
    found, state = law_view.interest(item), law_view.default(item)
    if found is None:
        assert item.kind is ItemKind.CHARGE_RESIDUAL or not state.holds(day)
        return
    for segment in found.segments:
        assert state.since <= segment.start <= segment.end <= day
        assert segment.days == (segment.end - segment.start).days + 1
        assert segment.principal.amount > 0
