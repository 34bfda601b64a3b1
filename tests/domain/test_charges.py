"""Charges of a notice: what may be charged to whom, when, and what is set off. Told in euros.

Sources: §§ 280, 286, 288, 289 BGB; § 458 UGB; architecture §4.6.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from charges_story import (
    ALL,
    APRIL,
    AT,
    BEFORE_ON,
    CH,
    CHARGE,
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
from law_story import AGREED, LAW, billed, business, consumer

from core.domain.charges import lump_sum_by_law
from core.domain.claim_law import Law, LawView
from core.domain.model import (
    DebtorType,
    ItemFacts,
    ItemKind,
    Showing,
)

# --- interest ----------------------------------------------------------------------------------


def test_each_invoice_follows_its_own_level() -> None:
    of = business(billed(1), billed(2), billed(3))
    found = asked(of, level(CHARGE, SHOW), level(SHOW, CHARGE), level(OFF, OFF))
    assert told(found) == [
        (INTEREST, "RE-1", "8.44", "demanded"),
        (INTEREST, "RE-2", "8.44", "shown"),
        (LUMP_SUM, "RE-1", "40.00", "shown"),
        (LUMP_SUM, "RE-2", "40.00", "demanded"),
    ]


def test_interest_at_a_rate_that_nobody_knows_yet_is_named_without_an_amount() -> None:
    """In default since 5 January 2027; the base rate is known to 31 December 2026 (§4.9)."""
    of = business(billed(due=date(2027, 1, 4)))
    (found,) = asked(of, level(CHARGE), day=date(2027, 1, 20))
    assert (found.kind, found.amount, found.segments) == (INTEREST, money("0.00"), ())
    assert (found.since, found.until, found.open_ended) == (date(2027, 1, 5), None, True)
    # What is left of the claim are charges alone: they bear nothing, and nothing is announced.
    only_charges = billed(open_="15.00", due=date(2027, 1, 4), charged_minor=1500)
    assert asked(business(only_charges), level(CHARGE), day=date(2027, 1, 20)) == ()


def test_interest_names_its_days_and_its_paragraph() -> None:
    (found,) = asked(business(billed()), level(CHARGE))
    assert (found.since, found.until, found.open_ended) == (date(2026, 3, 3), APRIL, False)
    assert (found.basis, found.item, len(found.segments)) == ("§ 288 Abs. 2 BGB", 1, 1)


def test_a_consumer_pays_five_points() -> None:
    (found,) = asked(consumer(billed()), level(CHARGE))
    assert (found.amount, found.basis) == (money("5.15"), "§ 288 Abs. 1 BGB")


def test_before_default_there_is_no_charge_at_all() -> None:
    """Not agreed, no reminder: 30 days after the due date are not over on 1 April."""
    assert asked(business(billed()), ALL, law=LAW) == ()
    assert asked(business(billed(due=APRIL)), ALL) == ()
    one = business(billed(1), billed(2, due=APRIL))
    assert {c.number for c in asked(one, level(CHARGE, CHARGE))} == {"RE-1"}


def test_less_than_half_a_cent_is_no_charge() -> None:
    assert asked(business(billed(open_="0.10")), level(CHARGE)) == ()


def test_a_credit_cuts_the_principal_from_its_value_date() -> None:
    """600 from 17 March on: 14 days on 1,000, 16 on 400: 3.94 + 1.80."""
    credit = billed(2, "-600.00", invoice_date=date(2026, 3, 17), kind=ItemKind.CREDIT_NOTE)
    of = business(billed(), credit)
    (found,) = asked(of, level(CHARGE), credits_=[(credit, Decimal("-600.00"))])
    assert [(s.days, s.principal.plain(), s.amount.plain()) for s in found.segments] == [
        (14, "1000.00", "3.94"),
        (16, "400.00", "1.80"),
    ]
    assert found.amount == money("5.74")


def test_a_credit_first_cuts_the_claim_with_the_higher_rate() -> None:
    """The older claim is a consumer's (6.27 %), the newer one a business's (10.27 %): § 366 BGB."""
    older = billed(1, own=as_type(DebtorType.CONSUMER), invoice_date=date(2026, 2, 1))
    credit = billed(3, "-1000.00", invoice_date=date(2026, 2, 10), kind=ItemKind.CREDIT_NOTE)
    of = business(older, billed(2), credit)
    found = asked(of, level(CHARGE), credits_=[(credit, Decimal("-1000.00"))])
    assert told(found) == [(INTEREST, "RE-1", "5.15", "demanded")]


def test_without_interest_on_any_level_credits_are_not_looked_at() -> None:
    credit = billed(2, "-600.00", kind=ItemKind.CREDIT_NOTE)
    of = business(billed(), credit)
    assert sums(asked(of, level(OFF, CHARGE), credits_=[(credit, Decimal("-600.00"))])) == {
        LUMP_SUM: "40.00"
    }


def test_a_partly_disputed_claim_bears_interest_on_the_rest() -> None:
    """The rules see 400 of 1,000: 30 days at 10.27 % are 3.38."""
    item = billed(outstanding=money("400.00"))
    assert sums(asked(business(item), level(CHARGE))) == {INTEREST: "3.38"}


def test_charges_bear_no_charges() -> None:
    assert asked(business(billed(kind=ItemKind.CHARGE_RESIDUAL)), ALL) == ()


# --- kept interest -------------------------------------------------------------------------------


def test_kept_interest_is_demanded_by_its_newest_figure() -> None:
    of = after_notice(business(billed()), kept(1, INTEREST, "2.81"))
    assert told(asked(of, level(CHARGE))) == [(INTEREST, "RE-1", "8.44", "demanded")]


@pytest.mark.parametrize("showing", [OFF, SHOW])
def test_a_level_without_interest_demands_again_what_was_demanded(showing: Showing) -> None:
    of = after_notice(business(billed()), kept(1, INTEREST, "2.81"))
    (found,) = asked(of, level(showing))
    assert told([found]) == [(INTEREST, "RE-1", "2.81", "again")]
    assert (found.earlier, found.since) == (1, BEFORE_ON)


@pytest.mark.parametrize("state", [{"paid": True}, {"paid": True, "waived": True}])
def test_after_paid_or_waived_interest_it_runs_from_the_day_after(state: dict[str, bool]) -> None:
    """Settled up to 12 March: 20 days from 13 March to 1 April are 5.63."""
    of = after_notice(business(billed()), kept(1, INTEREST, "2.81", **state))
    (found,) = asked(of, level(CHARGE))
    assert (found.since, found.amount) == (date(2026, 3, 13), money("5.63"))
    assert told(asked(of, level(SHOW))) == [(INTEREST, "RE-1", "5.63", "shown")]
    assert asked(of, level(OFF)) == ()


def test_interest_of_another_invoice_or_currency_is_not_this_one() -> None:
    of = after_notice(
        business(billed()),
        kept(1, INTEREST, "9.99", item=2),
        kept(2, INTEREST, "8.88", currency="CHF"),
    )
    assert told(asked(of, level(OFF))) == []


# --- lump sum ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "amount"),
    [
        ({}, "40.00"),
        ({"own": as_type(DebtorType.CONSUMER)}, None),
        ({"own": as_type(DebtorType.UNKNOWN)}, None),
        ({"own": ItemFacts(payment_claim=False)}, None),  # damages, a refund after rescission
        ({"open_": "100.00"}, "40.00"),
        ({"open_": "99.99"}, None),
        ({"invoice_date": date(2014, 7, 29)}, "40.00"),
        ({"invoice_date": date(2014, 7, 28)}, None),  # Art. 229 § 34 EGBGB
        ({"invoice_date": None}, "40.00"),
        ({"currency": "CHF"}, None),  # § 288 Abs. 5 BGB names euros; nothing is converted
    ],
)
def test_forty_euros_of_a_business_for_a_payment_claim(
    item: dict[str, object], amount: str | None
) -> None:
    found = asked(business(billed(**item)), level(lump=CHARGE))
    assert [c.amount.plain() for c in found] == ([amount] if amount else [])


@pytest.mark.parametrize("type_", [DebtorType.CONSUMER, DebtorType.UNKNOWN])
def test_no_lump_sum_of_a_consumer_or_of_whom_nobody_knows(type_: DebtorType) -> None:
    assert asked(business(billed(), type=type_), level(lump=CHARGE)) == ()


def test_a_lump_sum_in_austria_and_none_in_switzerland() -> None:
    vienna, bern = business(billed()), business(billed(currency="CHF"))
    (found,) = asked(vienna, level(lump=CHARGE), law=AT)
    assert (found.amount, found.basis) == (money("40.00"), "§ 458 UGB")
    assert asked(bern, level(lump=CHARGE, fee="5.00", currency="CHF"), law=CH) == ()


def test_the_minimum_is_per_currency_and_without_one_every_claim_counts() -> None:
    small = business(billed(open_="5.00"))
    assert sums(asked(small, level(lump=CHARGE), minimum={})) == {LUMP_SUM: "40.00"}
    assert asked(small, level(lump=CHARGE), minimum={"EUR": Decimal("5.01")}) == ()


def test_the_lump_sum_comes_once_for_each_claim() -> None:
    of = after_notice(business(billed(1), billed(2)), kept(9, LUMP_SUM, "40.00"))
    found = asked(of, level(lump=CHARGE))
    assert told(found) == [
        (LUMP_SUM, "RE-1", "40.00", "again"),
        (LUMP_SUM, "RE-2", "40.00", "demanded"),
    ]
    assert found[0].earlier == 9


@pytest.mark.parametrize("state", [{"paid": True}, {"paid": True, "waived": True}])
def test_a_lump_sum_that_was_paid_or_waived_never_comes_back(state: dict[str, bool]) -> None:
    of = after_notice(business(billed()), kept(1, LUMP_SUM, "40.00", **state))
    assert asked(of, level(lump=CHARGE)) == ()
    assert asked(of, level(lump=SHOW)) == ()


@pytest.mark.parametrize("showing", [OFF, SHOW])
def test_a_kept_lump_sum_stays_owed_at_a_level_that_demands_none(showing: Showing) -> None:
    of = after_notice(business(billed()), kept(1, LUMP_SUM, "40.00"))
    assert told(asked(of, level(lump=showing))) == [(LUMP_SUM, "RE-1", "40.00", "again")]


@pytest.mark.parametrize(
    ("item", "debtor", "under", "amount"),
    [
        ({"open_": "5.00"}, {}, AGREED, "40.00"),  # the minimum is the procedure's, not the law's
        ({}, {"type": DebtorType.UNKNOWN}, AGREED, None),
        ({}, {}, LAW, None),  # no default
        ({"kind": ItemKind.CHARGE_RESIDUAL}, {}, AGREED, None),
        ({"currency": "CHF"}, {}, AGREED, None),
        ({"currency": "CHF"}, {}, CH, None),
        ({}, {}, AT, "40.00"),
    ],
)
def test_what_the_law_gives_whatever_the_procedure_says(
    item: dict[str, object], debtor: dict[str, object], under: Law, amount: str | None
) -> None:
    of = business(billed(**item), **debtor)
    found = lump_sum_by_law(of.items[0], LawView(of, under, APRIL))
    assert (found.plain() if found else None) == amount
