"""What of an account's claims a payment may settle: principal, interest, and costs that are owed.

1,000 EUR due on 2 March 2026, business, in default since 3 March: until 1 April 8.44 EUR.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from charges_story import (
    APRIL,
    BEFORE,
    FEE,
    INTEREST,
    LUMP_SUM,
    after_notice,
    as_type,
    kept,
)
from dunning_story import credit, hold
from law_story import AGREED, LAW, billed, business, consumer

from core.domain.claim_law import Law, LawView
from core.domain.model import (
    Account,
    Address,
    DebtorType,
    HoldKind,
    ItemId,
    ItemKind,
    NoticeId,
    PastNotice,
)
from core.domain.owed import Claims, NoticeFacts, owed_claims


def claims(
    of: Account,
    day: date = APRIL,
    under: Law = AGREED,
    notices: NoticeFacts | None = None,
    **how: bool,
) -> Claims:
    """The claims as they were owed after ``day``; notice 7 was about invoice 1 unless said so."""
    items = [i for i in of.items if i.outstanding.minor > 0 and i.outstanding.currency == "EUR"]
    facts = {BEFORE: {ItemId(1): None}} if notices is None else notices
    return owed_claims(of, items, LawView(of, under, day), facts, **how)


def amounts(found: Claims) -> dict[str, tuple[int, int, int]]:
    """Number -> costs, interest, principal in cents."""
    return {found.numbers[o.key]: (o.costs, o.interest, o.principal) for o in found.owed}


def test_interest_is_owed_from_default_on_without_a_demand() -> None:
    found = claims(business(billed()))
    assert amounts(found) == {"RE-1": (0, 844, 100000)}
    (owed,) = found.owed
    assert (owed.due_date, owed.arose_on) == (date(2026, 3, 2), date(2026, 2, 16))
    assert owed.rate == Decimal("10.27")
    assert found.items[owed.key].number == "RE-1"


def test_without_default_or_when_it_is_renounced_there_is_none() -> None:
    assert amounts(claims(business(billed()), under=LAW)) == {"RE-1": (0, 0, 100000)}
    assert amounts(claims(business(billed()), interest=False)) == {"RE-1": (0, 0, 100000)}


def test_held_and_disputed_parts_are_owed_like_the_rest() -> None:
    dispute = hold(date(2026, 3, 1), item=1, kind=HoldKind.DISPUTE)
    assert amounts(claims(business(billed(), holds=[dispute]))) == {"RE-1": (0, 844, 100000)}


def test_a_consumer_abroad_owes_no_interest_by_itself() -> None:
    paris = Address("Muster", (), "Musterweg 1", "75001", "Musterstadt", "FR")
    found = claims(consumer(billed(), address=paris))
    assert found.abroad
    assert amounts(found) == {"RE-1": (0, 0, 100000)}


@pytest.mark.parametrize(
    ("charge", "costs", "interest"),
    [
        (kept(1, INTEREST, "2.81"), 0, 844),  # kept interest is part of what has accrued
        (kept(1, INTEREST, "2.81", paid=True), 0, 563),  # 13 March to 1 April
        (kept(1, INTEREST, "2.81", paid=True, waived=True), 0, 563),
        (kept(1, LUMP_SUM, "40.00"), 4000, 844),
        (kept(1, LUMP_SUM, "40.00", paid=True), 0, 844),
        (kept(1, FEE, "5.00"), 500, 844),
        (kept(1, FEE, "5.00", paid=True, waived=True), 0, 844),
        (kept(1, FEE, "5.00", currency="CHF"), 0, 844),
        (kept(1, FEE, "5.00", since=date(2026, 4, 2)), 500, 844),  # the day of the payment
        (kept(1, FEE, "5.00", since=date(2026, 4, 3)), 0, 844),  # it left after the payment
    ],
)
def test_costs_are_the_open_charges_of_the_sub_ledger(
    charge: object, costs: int, interest: int
) -> None:
    found = claims(after_notice(business(billed()), charge))  # type: ignore[arg-type]
    assert amounts(found) == {"RE-1": (costs, interest, 100000)}
    assert found.not_owed == ()


def test_costs_of_a_notice_before_default_are_not_owed() -> None:
    """Nothing was agreed: the Mahnung of 12 March itself brings default about, on 25 March."""
    of = after_notice(business(billed()), kept(1, FEE, "5.00"), kept(2, LUMP_SUM, "40.00"))
    found = claims(of, under=LAW)
    assert [charge.id for charge in found.not_owed] == [1, 2]
    assert amounts(found)["RE-1"][0] == 0
    assert found.assumed == ("RE-1",)


def test_a_fee_is_owed_when_one_claim_of_its_notice_was_in_default() -> None:
    late, new = billed(1), billed(2, due=date(2026, 3, 20))
    both = {BEFORE: {ItemId(2): None, ItemId(1): None}}
    of = after_notice(business(new, late), kept(1, FEE, "5.00"), items=(1, 2))
    assert amounts(claims(of, notices=both))["RE-1"][0] == 500
    assert amounts(claims(of, notices=both))["RE-2"][0] == 0
    only_new = claims(of, notices={BEFORE: {ItemId(2): None}})
    assert [charge.id for charge in only_new.not_owed] == [1]


def test_the_claim_that_is_served_first_bears_the_fee() -> None:
    private = billed(1, own=as_type(DebtorType.CONSUMER), invoice_date=date(2026, 1, 5))
    of = after_notice(business(private, billed(2)), kept(1, FEE, "2.50"), items=(1, 2))
    found = claims(of, notices={BEFORE: {ItemId(1): None, ItemId(2): None}})
    assert [amounts(found)[n][0] for n in ("RE-1", "RE-2")] == [0, 250]


def test_a_fee_whose_claims_are_paid_is_a_debt_of_its_own() -> None:
    """What the notice printed decides: invoice 8 was in default since 3 March, 9 was not."""
    of = replace(business(billed(1)), charges=(kept(6, FEE, "5.00"), kept(7, FEE, "3.00")))
    of = replace(of, charges=(of.charges[0], replace(of.charges[1], notice=NoticeId(9))))
    printed = {BEFORE: {ItemId(8): date(2026, 3, 3)}, NoticeId(9): {ItemId(9): None}}
    found = claims(of, notices=printed)
    assert amounts(found) == {"RE-1": (0, 844, 100000), "M-7": (500, 0, 0)}
    assert [charge.id for charge in found.not_owed] == [7]
    fee = found.owed[-1]
    assert (fee.due_date, fee.rate, fee.key in found.items) == (date(2026, 3, 12), 0, False)


def test_a_fee_of_a_notice_that_nobody_knows_is_not_owed() -> None:
    of = after_notice(business(billed()), kept(1, FEE, "5.00"))
    assert [charge.id for charge in claims(of, notices={}).not_owed] == [1]


def test_a_charge_residual_bears_no_interest_and_is_the_least_burdensome() -> None:
    of = business(billed(kind=ItemKind.CHARGE_RESIDUAL))
    (owed,) = claims(of).owed
    assert (owed.interest, owed.rate, owed.principal) == (0, 0, 100000)


def test_a_claim_without_a_due_date_is_not_due() -> None:
    (owed,) = claims(business(billed(due=None))).owed
    assert owed.due_date == date.max
    assert owed.interest == 0


@pytest.mark.parametrize(
    ("until", "kind", "due"),
    [
        (date(2026, 4, 30), HoldKind.DEFERRAL, date(2026, 5, 1)),
        (None, HoldKind.DEFERRAL, date.max),
        (date(2026, 4, 2), HoldKind.DEFERRAL, date(2026, 4, 3)),  # its last day is the payment's
        (date(2026, 4, 1), HoldKind.DEFERRAL, date(2026, 3, 2)),  # over
        (date(2026, 4, 30), HoldKind.MANUAL, date(2026, 3, 2)),
    ],
)
def test_a_deferred_claim_is_due_when_the_deferral_is_over(
    until: date | None, kind: HoldKind, due: date
) -> None:
    deferral = hold(date(2026, 3, 1), until, item=1, kind=kind)
    found = claims(business(billed(1), billed(2), holds=[deferral]))
    assert [owed.due_date for owed in found.owed] == [due, date(2026, 3, 2)]


def test_credits_are_named_and_not_set_off() -> None:
    of = business(billed(), credit(2, "-50.00"), credit(3, "-9.00", "CHF"))
    found = claims(of)
    assert [item.id for item in found.credits] == [2]
    assert amounts(found)["RE-1"][2] == 100000


def test_interest_ends_where_the_base_rate_does() -> None:
    found = claims(business(billed(1), billed(2)), date(2027, 3, 1))
    assert found.known_until == date(2026, 12, 31)
    assert claims(business(billed())).known_until is None


def test_a_claim_without_a_number_is_named_by_its_id() -> None:
    found = claims(business(billed(number="")))
    assert list(found.numbers.values()) == ["100000000/RE1"]
    past = PastNotice(BEFORE, 1, date(2026, 3, 12), "email", date(2026, 3, 20), True)
    of = replace(business(billed(number="")), notices={ItemId(1): (past,)})
    assert claims(of, under=LAW).assumed == ("100000000/RE1",)
