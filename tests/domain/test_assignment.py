"""Which procedure an account gets: debtor, else segment, else amount tier, else creditor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from dunning_story import EVIDENCE, account, credit, invoice, unapplied

from core.domain.assignment import (
    AssignmentRule,
    AssignmentRules,
    open_balance,
    parse_segments,
    parse_tiers,
    procedure_for,
)
from core.domain.model import CreditorProfile, DebtorType, ItemKind, ItemState
from core.domain.money import Money
from core.errors import ConfigError

PROFILE = CreditorProfile(
    "Muster GmbH",
    procedure="standard",
    procedure_segments="business=b2b, consumer = verbraucher, Stammkunde=sanft",
    procedure_tiers="5000=straff, 20000.50=handwerk, 3000 CHF=agentur",
)
RULES = AssignmentRules.of(PROFILE)
BUSINESS, CONSUMER = DebtorType.BUSINESS, DebtorType.CONSUMER


@pytest.mark.parametrize(
    ("of", "name", "rule"),
    [
        # The debtor's own, whatever else is true of him.
        (account(invoice(), procedure="praxis", segment="stammkunde"), "praxis", "debtor"),
        # His segment, in any spelling; then the word for his type.
        (account(invoice(), segment="STAMMKUNDE", type=BUSINESS), "sanft", "segment"),
        (account(invoice(open_="90000"), type=BUSINESS), "b2b", "segment"),
        (account(invoice(), type=CONSUMER), "verbraucher", "segment"),
        # A segment without a rule hides the type: it is the creditor's own sorting.
        (account(invoice(), segment="nord", type=BUSINESS), "standard", "creditor"),
        # What he owes: 5,000 euro are enough, 4,999.99 are not; the highest that is reached.
        (account(invoice(open_="4999.99")), "standard", "creditor"),
        (account(invoice(open_="5000.00")), "straff", "tier"),
        (account(invoice(1, "4000"), invoice(2, "1000")), "straff", "tier"),
        (account(invoice(open_="20000.50")), "handwerk", "tier"),
        (account(invoice(open_="3000", currency="CHF")), "agentur", "tier"),
        (account(invoice(open_="2999.99", currency="CHF")), "standard", "creditor"),
        (account(invoice()), "standard", "creditor"),
    ],
)
def test_the_first_rule_that_speaks_decides(of, name: str, rule: str) -> None:
    assigned = procedure_for(of, RULES)
    assert (assigned.name, assigned.rule) == (name, AssignmentRule(rule))


def test_the_rule_tells_what_it_rests_on() -> None:
    assert procedure_for(account(invoice(), type=BUSINESS), RULES).facts == {"segment": "business"}
    assert procedure_for(account(invoice(open_="6000")), RULES).facts == {
        "balance": "6000.00 EUR",
        "limit": "5000.00 EUR",
    }


def test_the_balance_counts_what_is_certain_less_credits() -> None:
    of = account(
        invoice(1, "1000"),
        credit(2, "-100"),
        unapplied(3, "-10"),
        invoice(4, "500", connection=EVIDENCE),
        invoice(5, "500", state=ItemState.CANCELLED),
        invoice(6, "500", kind=ItemKind.DUNNING_CHARGE),
        invoice(7, "500", currency_unclear=True),
        invoice(8, "7", currency="CHF"),
    )
    assert open_balance(of, "EUR") == Money(Decimal("890.00"), "EUR")
    assert open_balance(of, "CHF") == Money(Decimal("7.00"), "CHF")
    assert open_balance(of, "USD") == Money(Decimal(0), "USD")


def test_a_credit_can_take_an_account_out_of_its_tier() -> None:
    of = account(invoice(open_="5000"), credit(2, "-0.01"))
    assert procedure_for(of, RULES).rule is AssignmentRule.CREDITOR


def test_without_rules_everybody_gets_the_creditors_procedure() -> None:
    rules = AssignmentRules.of(replace(PROFILE, procedure_segments="", procedure_tiers=" "))
    assert procedure_for(account(invoice(open_="90000"), type=BUSINESS), rules).name == "standard"
    assert rules.names == ["standard"]


def test_the_names_that_rules_can_give() -> None:
    assert RULES.names == [
        "standard", "b2b", "verbraucher", "sanft", "handwerk", "straff", "agentur",
    ]  # fmt: skip


def test_a_trailing_comma_is_no_rule() -> None:
    assert parse_segments("business=b2b,") == {"business": "b2b"}


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("business", '"business" cannot be read. Write business=b2b, consumer=verbraucher.'),
        ("=b2b", "cannot be read"),
        ("business=", "cannot be read"),
        ("business=B2B!", "cannot be read"),
        ("a=b2b, A=sanft", 'The segment "A" is there twice. Remove one of the two.'),
    ],
)
def test_segments_that_cannot_be_read(text: str, en: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_segments(text)
    assert en in caught.value.sentence("en")
    assert caught.value.sentence("de") != caught.value.sentence("en")


@pytest.mark.parametrize(
    ("text", "en"),
    [
        ("viel=b2b", '"viel" is not an amount. Write 5000=sanft or 5000 CHF=sanft'),
        ("0=b2b", "is not an amount"),
        ("-5=b2b", "is not an amount"),
        ("NaN=b2b", "is not an amount"),
        ("5000 Euro=b2b", "is not an amount"),
        ("5000", "cannot be read. Write 5000=sanft, 20000 CHF=b2b."),
        ("5000=b2b, 5000.00=sanft", "The amount 5000.00 EUR is there twice."),
    ],
)
def test_tiers_that_cannot_be_read(text: str, en: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_tiers(text)
    assert en in caught.value.sentence("en")
    assert caught.value.sentence("de") != caught.value.sentence("en")


def test_equal_amounts_in_two_currencies_are_two_tiers_and_euro_comes_first() -> None:
    rules = AssignmentRules("standard", {}, parse_tiers("100 CHF=b2b, 100=sanft"))
    of = account(invoice(1, "100"), invoice(2, "100", currency="CHF"))
    assert procedure_for(of, rules).name == "sanft"
