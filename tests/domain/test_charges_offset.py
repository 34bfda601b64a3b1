"""The lump sum is set off against other costs of recovery, § 288 Abs. 5 Satz 3 BGB; in euros."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from charges_story import (
    AT,
    CHARGE,
    FEE,
    LUMP_SUM,
    SHOW,
    after_notice,
    asked,
    kept,
    level,
    sums,
    told,
)
from dunning_story import money
from hypothesis import given
from hypothesis import strategies as st
from law_story import billed, business

from core.domain.model import (
    NoticeId,
)

# --- set off: § 288 Abs. 5 Satz 3 BGB ------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "new", "lump", "fee"),
    [
        # kept before; level of the notice; lump sums and fees on it, old ones included
        ((), level(lump=CHARGE, fee="5.00"), "40.00", None),
        ((), level(lump=CHARGE, fee="50.00"), "40.00", "10.00"),
        ((kept(1, FEE, "5.00"),), level(lump=CHARGE), "35.00", "5.00"),
        ((kept(1, FEE, "5.00", paid=True),), level(lump=CHARGE), "35.00", None),
        ((kept(1, FEE, "5.00", paid=True, waived=True),), level(lump=CHARGE), "40.00", None),
        ((kept(1, FEE, "5.00"),), level(lump=CHARGE, fee="5.00"), "35.00", "5.00"),
        ((kept(1, FEE, "40.00"),), level(lump=CHARGE), None, "40.00"),
        ((kept(1, FEE, "60.00"),), level(lump=CHARGE, fee="5.00"), None, "65.00"),
        ((kept(1, LUMP_SUM, "40.00"),), level(fee="5.00"), "40.00", None),
        ((kept(1, LUMP_SUM, "40.00"),), level(fee="50.00"), "40.00", "10.00"),
        ((kept(1, LUMP_SUM, "40.00", paid=True),), level(fee="5.00"), None, None),
        ((kept(1, LUMP_SUM, "40.00", paid=True, waived=True),), level(fee="5.00"), None, "5.00"),
        ((kept(1, FEE, "5.00"), kept(2, LUMP_SUM, "35.00")), level(fee="5.00"), "35.00", "5.00"),
        ((kept(1, FEE, "5.00"), kept(2, LUMP_SUM, "35.00")), level(fee="50.00"), "35.00", "20.00"),
    ],
)  # fmt: skip
def test_lump_sum_and_fees_are_never_more_than_the_larger_of_the_two(
    before: tuple[object, ...], new: object, lump: str | None, fee: str | None
) -> None:
    found = sums(asked(after_notice(business(billed()), *before), new))  # type: ignore[arg-type]
    assert (found.get(LUMP_SUM), found.get(FEE)) == (lump, fee)


def test_several_claims_have_a_lump_sum_each_before_fees_are_set_off() -> None:
    two = business(billed(1), billed(2))
    assert sums(asked(two, level(lump=CHARGE, fee="50.00"))) == {LUMP_SUM: "80.00"}
    assert sums(asked(two, level(lump=CHARGE, fee="90.00"))) == {LUMP_SUM: "80.00", FEE: "10.00"}
    known = after_notice(two, kept(1, FEE, "50.00"), items=(1, 2))
    assert told(asked(known, level(lump=CHARGE))) == [
        (LUMP_SUM, "RE-1", "30.00", "demanded"),
        (FEE, "", "50.00", "again"),
    ]


def test_a_fee_of_a_notice_about_other_invoices_is_not_set_off() -> None:
    elsewhere = kept(1, FEE, "5.00", notice=NoticeId(3), paid=True)
    of = after_notice(business(billed()), elsewhere)
    assert sums(asked(of, level(lump=CHARGE))) == {LUMP_SUM: "40.00"}


def test_a_smaller_lump_sum_names_the_sentence_that_made_it_smaller() -> None:
    of = after_notice(business(billed()), kept(1, FEE, "5.00", paid=True))
    (found,) = asked(of, level(lump=CHARGE))
    assert found.basis == "§ 288 Abs. 5 Satz 1, 3 BGB"
    (found,) = asked(of, level(lump=CHARGE), law=AT)
    assert (found.amount, found.basis) == (money("35.00"), "§ 458 UGB")


def test_a_lump_sum_that_is_only_shown_leaves_the_fee_alone() -> None:
    of = business(billed())
    assert told(asked(of, level(lump=SHOW, fee="5.00"))) == [
        (LUMP_SUM, "RE-1", "35.00", "shown"),
        (FEE, "", "5.00", "demanded"),
    ]
    assert sums(asked(of, level(lump=SHOW, fee="50.00"))) == {FEE: "50.00"}
    shown = [c for c in asked(of, level(lump=SHOW, fee="50.00")) if not c.demanded]
    assert shown == []


def test_a_shown_lump_sum_stands_beside_a_demanded_one() -> None:
    of = business(billed(1), billed(2))
    demanding, showing = level(lump=CHARGE, fee="5.00"), level(lump=SHOW)
    assert told(asked(of, demanding, showing)) == [
        (LUMP_SUM, "RE-1", "40.00", "demanded"),
        (LUMP_SUM, "RE-2", "40.00", "shown"),
    ]


@given(
    st.lists(st.sampled_from(["notice", "mail", "pay fee", "pay lump"]), min_size=1, max_size=6),
    st.integers(1, 9000),
    st.integers(1, 3),
)
def test_over_any_number_of_letters_never_more_than_the_larger(
    steps: list[str], fee: int, invoices: int
) -> None:
    """Fees and lump sums ever kept, paid or not, stay within max(lump sums, fees alone)."""
    of = business(*(billed(n) for n in range(1, invoices + 1)))
    of = after_notice(of, items=range(1, invoices + 1))
    letters = 0
    for number, step in enumerate(steps, start=1):
        if step.startswith("pay"):
            kind = FEE if step == "pay fee" else LUMP_SUM
            paid = tuple(replace(c, paid=c.paid or c.kind == kind) for c in of.charges)
            of = replace(of, charges=paid)
            continue
        letters += step == "notice"
        charge = level(lump=CHARGE, fee=f"{Decimal(fee) / 100:.2f}")
        channel = "letter" if step == "notice" else "email"
        new = [c for c in asked(of, charge, channel=channel) if c.earlier is None]
        added = tuple(
            kept(100 * number + place, c.kind, c.amount.plain(), c.item)
            for place, c in enumerate(new)
        )
        of = replace(of, charges=(*of.charges, *added))
    total = sum(c.amount.minor for c in of.charges)
    assert total <= max(4000 * invoices, fee * letters)
