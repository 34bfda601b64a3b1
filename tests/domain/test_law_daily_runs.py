"""Daily runs over months under every shipped preset: levels, contacts and charges of a story."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dunning_story import after_due, dunned, invoice
from hypothesis import given, settings
from hypothesis import strategies as st
from law_accounts import PRESETS, procedures
from law_story import AGREED, FEE, LAW, LUMP_SUM, business, daily_under, left, told

from core.domain.claim_law import Law
from core.domain.model import Account, ChargesMode, DebtorType, ItemKind, NoticeKind
from core.domain.procedure import DunningProcedure

# The same examples each time, however busy the machine is.
steady = settings(derandomize=True, deadline=None)


@st.composite
def debts(draw: st.DrawFn) -> Account:
    """A debtor with some invoices of some ages, whom nobody has reminded yet."""
    late = draw(st.lists(st.integers(-30, 60), min_size=1, max_size=4))
    return business(
        *(invoice(n + 1, "500.00", due=after_due(-days)) for n, days in enumerate(late)),
        type=draw(st.sampled_from(DebtorType)),
        email=draw(st.sampled_from(["", "a@muster.example"])),
    )


def least_gap(procedure: DunningProcedure, level: int) -> int:
    """Days between two contacts, as the file of the procedure says; a day at the very least."""
    interval = procedure.level(level).interval_days if procedure.interval_counts else 0
    return max(interval, procedure.contact_gap_days, 1)


@pytest.mark.parametrize("procedure", PRESETS, ids=lambda procedure: procedure.name)
@settings(steady, max_examples=6)
@given(of=debts(), under=st.sampled_from([AGREED, LAW]))
def test_daily_runs_under_every_preset(
    procedure: DunningProcedure, of: Account, under: Law
) -> None:
    """Each item climbs step by step; two contacts are never nearer than the procedure allows."""
    story = daily_under(of, after_due(-45), 240, procedure, under)
    levels: dict[int, list[int]] = {}
    contact: date | None = None
    for decision in story:
        letters = [n for n in decision.notices if n.kind is NoticeKind.NOTICE]
        for id_, level in dunned(decision).items():
            levels.setdefault(id_, []).append(level)
        for notice in letters:
            for line in notice.lines:
                if contact is not None and line.level:
                    gap = least_gap(procedure, line.level)
                    assert decision.on - contact >= timedelta(days=gap)
        contact = decision.on if letters else contact
    last = procedure.levels[-1].number
    for climbed in levels.values():
        assert climbed == sorted(set(climbed))  # never lower, never twice
        assert climbed[-1] == last
        late = [level for level in climbed if not procedure.level(level).is_pre_due]
        assert late == list(range(late[0], last + 1))  # no step is left out
        assert late[0] == procedure.first_late_level.number
    assert set(levels) == {item.id for item in of.items}


@pytest.mark.parametrize("mode", ChargesMode)
@settings(steady, max_examples=15)
@given(of=debts(), procedure=procedures(), under=st.sampled_from([AGREED, LAW]))
def test_over_a_whole_story_each_claim_carries_one_lump_sum(
    mode: ChargesMode, of: Account, procedure: DunningProcedure, under: Law
) -> None:
    kept = replace(procedure, charges=mode)
    story = daily_under(of, after_due(0), 200, kept, under)
    letters = [n for d in story for n in d.notices if n.kind is NoticeKind.NOTICE]
    lumps: Counter[int] = Counter()
    fees = 0
    for notice in letters:
        in_it = Counter(c.item for c in notice.charges if c.kind == LUMP_SUM)
        assert set(in_it.values()) <= {1}
        for charge in notice.charges:
            if charge.kind == LUMP_SUM and charge.demanded and charge.earlier is None:
                lumps[charge.item] += 1
            fees += charge.kind == FEE and charge.earlier is None
    if mode is not ChargesMode.INFORMATIONAL:
        assert set(lumps.values()) <= {1}
    if of.debtor.type is not DebtorType.BUSINESS:
        assert not lumps
    assert fees <= len(letters)


@settings(steady, max_examples=30)
@given(of=debts(), procedure=procedures())
def test_many_runs_on_a_day_are_one_contact(of: Account, procedure: DunningProcedure) -> None:
    """Every notice is sent at once and the same day runs again: nobody hears of it twice."""
    day, letters = after_due(70), []
    for _ in range(6):
        decision = told(of, day, procedure)
        letters.append([n for n in decision.notices if n.kind is NoticeKind.NOTICE])
        of = left(of, decision, procedure)
    assert not any(letters[1:])


def test_charges_that_are_left_carry_none_themselves() -> None:
    of = business(invoice(1, "40.00", kind=ItemKind.CHARGE_RESIDUAL))
    for procedure in PRESETS:
        for decision in daily_under(of, after_due(0), 150, procedure):
            assert all(notice.charges == () for notice in decision.notices)
