"""The reminder fee, and whom charges are asked of without a person; told in euros."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from charges_story import (
    ALL,
    APRIL,
    AT,
    BEFORE_ON,
    CHARGE,
    FEE,
    INTEREST,
    LUMP_SUM,
    OFF,
    SHOW,
    after_notice,
    as_type,
    asked,
    at_home,
    kept,
    level,
    sums,
    told,
)
from dunning_story import money, with_level
from law_story import AGREED, billed, business, charging, consumer
from law_story import told as decided

from core.domain.charges import account_is_business
from core.domain.claim_law import LawView
from core.domain.model import (
    Automation,
    DebtorType,
    ItemKind,
    Showing,
)

# --- reminder fee --------------------------------------------------------------------------------


def test_a_fee_stands_on_a_posted_letter_only() -> None:
    of = business(billed())
    assert sums(asked(of, level(fee="5.00"))) == {FEE: "5.00"}
    assert asked(of, level(fee="5.00"), channel="email") == ()
    assert asked(of, level(fee="5.00"), channel="task") == ()


def test_one_fee_however_many_invoices_stand_on_the_letter() -> None:
    (found,) = asked(business(billed(1), billed(2), billed(3)), level(fee="5.00"))
    assert (found.amount, found.item, found.number) == (money("5.00"), None, "")
    assert found.basis == "§ 280 Abs. 1, 2, § 286 BGB"


@pytest.mark.parametrize("type_", [DebtorType.CONSUMER, DebtorType.UNKNOWN])
@pytest.mark.parametrize(("fee", "owed"), [("5.00", "2.50"), ("2.50", "2.50"), ("1.20", "1.20")])
def test_a_consumer_pays_at_most_two_fifty(type_: DebtorType, fee: str, owed: str) -> None:
    of = business(billed(), type=type_)
    assert sums(asked(of, level(fee=fee))) == {FEE: owed}


def test_one_consumer_claim_in_default_caps_the_fee_of_the_whole_letter() -> None:
    private = billed(2, own=as_type(DebtorType.CONSUMER))
    assert sums(asked(business(billed(1), private), level(fee="5.00"))) == {FEE: "2.50"}
    # One that is not in default yet bears no part of the fee.
    later = billed(2, due=APRIL, own=as_type(DebtorType.CONSUMER))
    assert sums(asked(business(billed(1), later), level(fee="5.00"))) == {FEE: "5.00"}


def test_in_a_currency_without_a_cap_only_a_business_pays_a_fee() -> None:
    fee = level(fee="5.00", currency="CHF")
    assert sums(asked(business(billed(currency="CHF")), fee)) == {FEE: "5.00"}
    assert asked(consumer(billed(currency="CHF")), fee) == ()
    assert asked(business(billed()), fee) == ()  # and none where the level names no amount


def test_an_austrian_consumer_pays_no_fee() -> None:
    home = at_home("AT")
    assert asked(consumer(billed(), address=home), level(fee="5.00"), law=AT) == ()
    assert sums(asked(business(billed(), address=home), level(fee="5.00"), law=AT)) == {FEE: "5.00"}


def test_a_kept_fee_is_demanded_again_once_and_only_on_the_first_notice() -> None:
    of = after_notice(business(billed()), kept(4, FEE, "5.00"), kept(5, FEE, "5.00", paid=True))
    (found,) = asked(of, level())
    assert (found.earlier, found.amount, found.since) == (4, money("5.00"), BEFORE_ON)
    assert asked(of, level(), first=False) == ()


def test_a_kept_fee_is_demanded_again_by_mail_too_but_no_new_one() -> None:
    of = after_notice(business(billed()), kept(4, FEE, "5.00"))
    assert told(asked(of, level(fee="5.00"), channel="email")) == [(FEE, "", "5.00", "again")]
    assert sums(asked(of, level(fee="5.00"))) == {FEE: "10.00"}


# --- who is asked --------------------------------------------------------------------------------


def test_a_consumer_abroad_is_asked_for_nothing_by_itself() -> None:
    abroad = at_home("FR")
    assert asked(consumer(billed(), address=abroad), ALL) == ()
    before = after_notice(
        consumer(billed(), address=abroad), kept(1, FEE, "2.50"), kept(2, INTEREST, "2.81")
    )
    assert asked(before, ALL) == ()
    found = asked(business(billed(), address=abroad), ALL)
    assert sums(found) == {INTEREST: "8.44", LUMP_SUM: "40.00"}


def test_an_account_is_a_business_only_if_each_of_its_claims_is() -> None:
    mixed = business(billed(1), billed(2, own=as_type(DebtorType.CONSUMER)))
    settled = business(
        billed(1), billed(2, "-5.00", own=as_type(DebtorType.CONSUMER), kind=ItemKind.CREDIT_NOTE)
    )
    assert not account_is_business(mixed, LawView(mixed, AGREED, APRIL))
    assert account_is_business(settled, LawView(settled, AGREED, APRIL))


SENDING = with_level(charging(interest=SHOW, lump_sum=OFF, fee="0"), 2, automation=Automation.SEND)


@pytest.mark.parametrize(
    ("debtor", "interest", "automation"),
    [
        ({"type_confirmed": True}, CHARGE, Automation.SEND),
        ({}, CHARGE, Automation.APPROVE),  # a business by its legal form: nobody confirmed it
        ({}, SHOW, Automation.SEND),  # nothing is demanded
        ({"type": DebtorType.CONSUMER, "type_confirmed": True}, CHARGE, Automation.SEND),
        ({"type": DebtorType.UNKNOWN}, CHARGE, Automation.SEND),  # as a consumer: nothing assumed
        (
            {"type": DebtorType.CONSUMER, "address": at_home("FR"), "type_confirmed": True},
            CHARGE,
            Automation.APPROVE,
        ),
        ({"address": at_home("FR"), "type_confirmed": True}, CHARGE, Automation.SEND),
    ],
)
def test_charges_on_an_assumption_or_abroad_wait_for_a_person(
    debtor: dict[str, object], interest: Showing, automation: Automation
) -> None:
    procedure = with_level(SENDING, 2, interest=interest)
    due = date(2026, 3, 2)
    item = billed(level=1, last_notice_on=due + timedelta(days=10))
    (notice,) = decided(business(item, **debtor), due + timedelta(days=60), procedure).notices
    assert (notice.level, notice.automation) == (2, automation)


def test_one_notice_for_each_invoice_carries_its_own_charges_and_old_fees_once() -> None:
    procedure = charging(fee="0", consolidated=False)
    items = [billed(n, level=1, last_notice_on=date(2026, 3, 12)) for n in (1, 2)]
    of = after_notice(business(*items), kept(8, FEE, "5.00", paid=False), items=(1, 2))
    notices = decided(of, date(2026, 5, 4), procedure).notices
    assert [[c.kind for c in n.charges] for n in notices] == [
        [INTEREST, LUMP_SUM, FEE],
        [INTEREST, LUMP_SUM],
    ]
    assert [c.amount.plain() for n in notices for c in n.charges if c.kind == LUMP_SUM] == [
        "35.00",
        "35.00",
    ]
