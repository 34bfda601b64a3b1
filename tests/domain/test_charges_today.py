"""Kept charges by what is known today: nobody is asked again for what turned out not to be owed.

1,000 EUR due on 2 March 2026, in default since the 3rd; notice 7 left on Thursday 12 March.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from charges_story import (
    BEFORE,
    CHARGE,
    FEE,
    INTEREST,
    LUMP_SUM,
    OFF,
    SHOW,
    after_notice,
    as_type,
    asked,
    kept,
    level,
    sums,
    told,
)
from dunning_story import money
from law_story import LAW, billed, business, consumer, view

from core.domain.model import Charge, DebtorType, ItemFacts, ItemId, NoticeLine, Reduction
from core.domain.notice_total import charges_left
from core.domain.owed import owed_claims

LUMP = kept(1, LUMP_SUM, "40.00")
ACCRUED = kept(2, INTEREST, "2.81")  # 3 to 12 March at 10.27 %


# --- the debtor turns out to be a consumer ----------------------------------------------------------


def test_a_lump_sum_is_not_demanded_again_from_a_consumer() -> None:
    """§ 288 (5) BGB: it was demanded while the books took him for a business."""
    assert sums(asked(after_notice(business(billed()), LUMP), level())) == {LUMP_SUM: "40.00"}
    assert asked(after_notice(consumer(billed()), LUMP), level(lump=CHARGE)) == ()


def test_nor_does_it_take_a_part_of_his_payment() -> None:
    of = after_notice(consumer(billed()), LUMP)
    found = owed_claims(of, of.items, view(of, date(2026, 3, 31)), {BEFORE: {ItemId(1): None}})
    assert [c.id for c in found.not_owed] == [1]
    assert [o.costs for o in found.owed] == [0]


@pytest.mark.parametrize("shown", [OFF, SHOW])
def test_interest_demanded_at_nine_points_shrinks_to_five(shown) -> None:
    """10 days of 1,000 EUR at 6.27 % instead of 10.27 %."""
    of = after_notice(consumer(billed()), ACCRUED)
    assert told(asked(of, level(shown))) == [(INTEREST, "RE-1", "1.72", "again")]


def test_a_kept_fee_shrinks_to_what_a_consumer_may_be_asked_for() -> None:
    fee = kept(3, FEE, "5.00")
    assert sums(asked(after_notice(business(billed()), fee), level())) == {FEE: "5.00"}
    assert sums(asked(after_notice(consumer(billed()), fee), level())) == {FEE: "2.50"}


def test_in_a_currency_without_a_cap_nothing_is_left_of_it() -> None:
    francs = replace(billed(), total=money("1000.00", "CHF"), outstanding=money("1000.00", "CHF"))
    fee = kept(3, FEE, "5.00", currency="CHF")
    assert asked(after_notice(consumer(francs), fee), level()) == ()


# --- money that came before it was demanded, and was booked later ------------------------------------


@pytest.mark.parametrize("shown", [OFF, SHOW])
def test_kept_interest_shrinks_when_a_payment_comes_to_light(shown) -> None:
    """900 EUR came on 3 March already: 10 days of 100 EUR are 28 cents."""
    item = replace(
        billed(),
        outstanding=money("100.00", "EUR"),
        reductions=(Reduction(date(2026, 3, 3), 90000),),
    )
    of = after_notice(business(item), ACCRUED)
    assert told(asked(of, level(shown))) == [(INTEREST, "RE-1", "0.28", "again")]


def test_kept_interest_is_never_more_than_was_demanded() -> None:
    of = after_notice(business(billed()), ACCRUED)
    assert told(asked(of, level(OFF))) == [(INTEREST, "RE-1", "2.81", "again")]


def test_kept_interest_of_days_before_default_is_gone() -> None:
    """The invoice reached him late: in default only after notice 7, by its own Mahnung."""
    of = after_notice(business(billed()), ACCRUED)
    assert asked(of, level(OFF), law=LAW) == ()


def test_a_kept_fee_of_a_notice_before_default_is_not_demanded_again() -> None:
    of = after_notice(business(billed()), kept(3, FEE, "5.00"))
    assert asked(of, level(), law=LAW) == ()


def test_a_kept_fee_that_is_paid_is_not_demanded_again() -> None:
    of = after_notice(business(billed()), kept(3, FEE, "5.00", paid=True))
    assert asked(of, level()) == ()


def test_a_kept_fee_of_other_invoices_stays_as_it_is() -> None:
    of = replace(business(billed()), charges=(kept(3, FEE, "5.00"),))
    assert sums(asked(of, level())) == {FEE: "5.00"}


# --- an invoice is taken off a proposal ---------------------------------------------------------------


def line(id_: int, at: int, since: date | None) -> NoticeLine:
    item = billed(id_)
    return NoticeLine(
        item.id, item.number, item.kind, None, item.due_date, item.total, item.outstanding, at,
        1, since,
    )  # fmt: skip


FEES = (
    Charge(LUMP_SUM, money("40.00", "EUR"), "§", ItemId(1), "RE-1"),
    Charge(FEE, money("2.50", "EUR"), "§"),
)
LATE = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("left", "kinds"),
    [
        ([line(1, 2, LATE)], [LUMP_SUM, FEE]),
        ([line(2, 2, LATE)], [FEE]),
        ([line(2, 2, None)], []),  # this letter may bring default about
        ([line(2, 1, LATE)], []),  # another level had asked for the fee
        ([], []),
    ],
)
def test_charges_go_with_the_invoices_that_bear_them(left, kinds) -> None:
    assert [c.kind for c in charges_left(FEES, left, 2)] == kinds


def test_a_fee_of_an_earlier_notice_stays() -> None:
    again = FEES[1]._replace(earlier=7)
    assert charges_left([again], [line(2, 1, None)], 2) == (again,)


def test_a_person_may_say_so_of_one_invoice_only() -> None:
    item = replace(billed(), own=as_type(DebtorType.CONSUMER))
    of = after_notice(business(item, billed(2)), LUMP, kept(2, LUMP_SUM, "40.00", 2), items=(1, 2))
    assert [c.number for c in asked(of, level())] == ["RE-2"]


def test_damages_carry_no_lump_sum_either() -> None:
    item = replace(billed(), own=ItemFacts(payment_claim=False))
    assert asked(after_notice(business(item), LUMP), level()) == ()
