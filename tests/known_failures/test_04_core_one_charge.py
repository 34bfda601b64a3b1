"""Known failure 4: duplicate fees (Invoice Ninja #2330, #1921; Tryton: three fees in a day).

Guards: a notice carries at most one new fee (``charges._fee``), nobody gets two letters in a day
(``dunning_timing.interval_of``), the lump sum is one per claim for ever (``charges._lump_sums``), a
kept charge is demanded again as the same one (``charges._again``) and by the first notice of a day
only (``Chargeable.first``), and fees and lump sums are set off (``charges._offset``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from core_account import after_due, money
from core_law import (
    FEE,
    INTEREST,
    LUMP_SUM,
    billed,
    business,
    charges,
    charging,
    consumer,
    daily_under,
    left,
    shown,
    told,
)

from core.domain.decision import Decision
from core.domain.model import (
    Account,
    ChargesMode,
    DebtorType,
    ItemId,
    NoticeId,
    NoticeKind,
    OpenCharge,
    PastNotice,
    Showing,
)

KEPT = charging(mode=ChargesMode.RECEIVABLE)
LATE = after_due(30)


def new(decisions: list[Decision], kind: str) -> list[str]:
    """Charges of that kind that were demanded for the first time."""
    return [
        c.amount.plain()
        for decision in decisions
        for c in charges(decision, kind)
        if c.demanded and c.earlier is None
    ]


def owed(id_: int, kind: str, amount: str, item: int | None = 1, **changes: object) -> OpenCharge:
    """A charge of an earlier letter that is kept."""
    kept = OpenCharge(
        id_, kind, None if item is None else ItemId(item), NoticeId(1), money(amount), "", LATE
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


def test_a_collective_letter_over_three_invoices_has_one_fee() -> None:
    of = consumer(*(billed(number, due=after_due(-number)) for number in (1, 2, 3)))
    assert shown_once(told(of, LATE, KEPT), FEE) == ["2.50"]


def test_three_letters_to_one_customer_on_a_day_have_one_fee() -> None:
    """One letter for each invoice, and one for each currency: he pays for one."""
    items = (billed(1), billed(2), billed(3, currency="CHF"))
    fees = {"EUR": Decimal(5), "CHF": Decimal(5)}
    levels = tuple(replace(level, fee=fees, lump_sum=Showing.OFF) for level in KEPT.levels)
    per_invoice = replace(KEPT, levels=levels, consolidated=False)
    for of, fee in ((business(*items), "5.00"), (consumer(*items), "2.50")):
        decision = told(of, LATE, per_invoice)
        assert len(decision.notices) == 3
        assert shown_once(decision, FEE) == [fee]


def shown_once(decision: Decision, kind: str) -> list[str]:
    return [c.amount.plain() for c in charges(decision, kind)]


def test_a_hundred_runs_on_one_day_charge_one_fee() -> None:
    """Also under a procedure that hurries: no interval, no deadline, no bank days."""
    levels = tuple(
        replace(level, days_after_due=1, interval_days=0, deadline_days=0) for level in KEPT.levels
    )
    hasty = replace(KEPT, levels=levels, interval_counts=False, bank_days_after_deadline=0)
    of: Account = consumer(billed())
    found: list[Decision] = []
    for _ in range(100):
        decision = told(of, LATE, hasty)
        found.append(decision)
        of = replace(left(of, decision, hasty), last_deadline=None)
    assert new(found, FEE) == ["2.50"]


def test_each_letter_has_its_own_fee_and_the_earlier_ones_are_no_new_ones() -> None:
    letters = daily_under(consumer(billed()), after_due(0), 150, KEPT)
    fees = [[(c.amount.plain(), c.earlier is None) for c in charges(d, FEE)] for d in letters]
    assert [len(each) for each in fees[:4]] == [1, 2, 3, 4]
    assert all([new for _, new in each].count(True) == 1 for each in fees[:4])


def test_the_lump_sum_is_one_for_each_claim_however_often_it_is_dunned() -> None:
    of = business(billed(1), billed(2, "500.00"))
    letters = daily_under(of, after_due(0), 150, KEPT)
    assert len([d for d in letters if d.notices[0].kind is NoticeKind.NOTICE]) == 4
    assert new(letters, LUMP_SUM) == ["40.00", "40.00"]
    for decision in letters[:4]:
        asked = [(c.number, c.amount.plain()) for c in charges(decision, LUMP_SUM)]
        assert sorted(asked) == [("RE-1", "40.00"), ("RE-2", "40.00")]


def test_a_lump_sum_that_was_paid_is_not_asked_for_again() -> None:
    of = replace(business(billed()), charges=(owed(1, LUMP_SUM, "40.00", paid=True),))
    assert charges(told(of, LATE, KEPT), LUMP_SUM) == []


def test_a_fee_and_the_lump_sum_are_not_added_up() -> None:
    """§ 288 Abs. 5 Satz 3 BGB: the 40 euro are set off against other costs of recovery."""
    assert FEE not in shown(told(business(billed()), LATE, KEPT))
    letter = PastNotice(NoticeId(1), 1, after_due(5), "letter", None, True)
    before = replace(
        business(billed()),
        charges=(owed(1, FEE, "15.00", None, paid=True),),
        notices={ItemId(1): (letter,)},
    )
    assert shown(told(before, LATE, KEPT))[LUMP_SUM] == "25.00"


def test_fees_that_are_left_are_asked_for_by_one_of_the_letters_of_a_day() -> None:
    of = replace(
        consumer(billed(1), billed(2)),
        charges=(owed(7, FEE, "2.50", None, since=date(2026, 3, 1)),),
    )
    decision = told(of, LATE, replace(KEPT, consolidated=False))
    assert len(decision.notices) == 2
    assert [c.earlier for c in charges(decision, FEE) if c.earlier] == [7]


@pytest.mark.parametrize("paid", [True, False])
def test_interest_is_asked_for_once_for_each_day(paid: bool) -> None:
    """8.44 EUR up to 1 April are there already: paid, only what grew since is asked for."""
    before = owed(1, INTEREST, "8.44", paid=paid, since=LATE)
    of = replace(business(billed()), charges=(before,))
    (found,) = charges(told(of, after_due(40), KEPT), INTEREST)
    assert found.amount == money("2.81" if paid else "11.25")


def test_a_consumer_never_owes_a_lump_sum_and_at_most_the_capped_fee() -> None:
    for of in (consumer(billed()), consumer(billed(), type=DebtorType.UNKNOWN)):
        assert {k: v for k, v in shown(told(of, LATE, KEPT)).items() if k != INTEREST} == {
            FEE: "2.50"
        }


def test_a_small_claim_carries_no_lump_sum() -> None:
    from_100 = replace(KEPT, lump_sum_minimum={"EUR": Decimal(100)})
    assert shown_once(told(business(billed(open_="99.99")), LATE, from_100), LUMP_SUM) == []
    assert shown_once(told(business(billed(open_="100.00")), LATE, from_100), LUMP_SUM) == ["40.00"]
