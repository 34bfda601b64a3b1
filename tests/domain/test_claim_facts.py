"""Which fact holds for a claim: the item's, else the debtor's, else the creditor's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.claim_facts import (
    NEVER,
    OWN_FIELDS,
    ClaimDefaults,
    FactSource,
    Sourced,
    TypeRule,
    claim_facts,
    debtor_facts,
    fact_sources,
    item_claim_facts,
)
from core.domain.model import (
    ConnectionId,
    CreditorProfile,
    Debtor,
    DebtorId,
    DebtorType,
    ItemFacts,
    ItemId,
    ItemKind,
    OpenItem,
    Terms,
)
from core.domain.money import Money

DAY = date(2026, 3, 2)
BOOKED = date(2026, 2, 20)
B, C, U = DebtorType.BUSINESS, DebtorType.CONSUMER, DebtorType.UNKNOWN


def item(**fields: object) -> OpenItem:
    amount = Money(Decimal("119.00"), "EUR")
    made = OpenItem(
        ItemId(7), DebtorId(1), ConnectionId(1), "x7", "RE-7", ItemKind.INVOICE,
        DAY, date(2026, 3, 16), amount, amount,
    )  # fmt: skip
    return replace(made, **fields)


def debtor(**fields: object) -> Debtor:
    made = Debtor(DebtorId(1), ConnectionId(1), "100010000", "Muster GmbH")
    return replace(made, **fields)


@pytest.mark.parametrize(
    ("own", "of_debtor", "confirmed", "expected"),
    [
        (None, U, False, (U, TypeRule.UNKNOWN, False)),
        (None, B, False, (B, TypeRule.ASSUMED, True)),
        (None, B, True, (B, TypeRule.DEBTOR, True)),
        (None, C, True, (C, TypeRule.DEBTOR, False)),
        (C, B, True, (C, TypeRule.ITEM, False)),  # § 13 BGB: per contract
        (B, C, True, (B, TypeRule.ITEM, True)),
        (U, B, True, (U, TypeRule.UNKNOWN, False)),  # taken back for this claim: consumer rules
    ],
)
def test_type(
    own: DebtorType | None,
    of_debtor: DebtorType,
    confirmed: bool,
    expected: tuple[DebtorType, TypeRule, bool],
) -> None:
    facts = claim_facts(
        item(own=ItemFacts(type=own)),
        debtor(type=of_debtor, type_confirmed=confirmed),
        ClaimDefaults(),
    )
    assert (facts.type, facts.type_rule, facts.is_business) == expected


@pytest.mark.parametrize(
    ("own", "of_debtor", "of_creditor", "expected"),
    [
        (None, None, None, False),  # nobody prints a notice
        (None, None, DAY, True),  # from that day on, the day included
        (None, None, date(2026, 3, 3), False),
        (None, DAY, None, True),
        (None, date(2026, 3, 3), DAY, False),  # the debtor's day goes before the creditor's
        (None, NEVER, DAY, False),
        (False, DAY, DAY, False),
        (True, None, None, True),
    ],
)
def test_consumer_notice(
    own: bool | None, of_debtor: date | None, of_creditor: date | None, expected: bool
) -> None:
    facts = claim_facts(
        item(own=ItemFacts(consumer_notice=own)),
        debtor(consumer_notice_since=of_debtor),
        ClaimDefaults(consumer_notice_since=of_creditor),
    )
    assert facts.consumer_notice is expected


def test_without_an_invoice_date_no_notice_is_assumed() -> None:
    since = ClaimDefaults(consumer_notice_since=date(2000, 1, 1))
    assert not claim_facts(item(invoice_date=None), debtor(), since).consumer_notice


def test_an_item_of_which_nothing_was_said_has_the_books_delivery_day_only() -> None:
    facts = claim_facts(item(delivered_on=BOOKED), debtor(), ClaimDefaults())
    assert facts.delivered_on == BOOKED
    assert facts.payment_claim is True
    later = (facts.invoice_received, facts.served_on, facts.refused_on, facts.acknowledged_on)
    assert later == (None, None, None, None)


def test_what_was_said_of_the_item_goes_before_the_books() -> None:
    own = ItemFacts(
        invoice_received=date(2026, 3, 4),
        delivered_on=date(2026, 2, 27),
        payment_claim=False,
        served_on=date(2026, 5, 1),
        refused_on=date(2026, 4, 1),
        acknowledged_on=date(2026, 6, 1),
    )
    facts = claim_facts(item(own=own, delivered_on=BOOKED), debtor(), ClaimDefaults())
    assert facts.invoice_received == date(2026, 3, 4)
    assert facts.delivered_on == date(2026, 2, 27)
    assert facts.payment_claim is False
    assert facts.served_on == date(2026, 5, 1)
    assert facts.refused_on == date(2026, 4, 1)
    assert facts.acknowledged_on == date(2026, 6, 1)


def test_an_own_fact_beside_leaves_the_books_delivery_day() -> None:
    own = ItemFacts(invoice_received=date(2026, 3, 4))
    facts = claim_facts(item(own=own, delivered_on=BOOKED), debtor(), ClaimDefaults())
    assert facts.delivered_on == BOOKED


terms = st.none() | st.sampled_from(Terms)
laws = st.sampled_from(("", "de", "at", "ch"))
days = st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1))
types = st.none() | st.sampled_from(DebtorType)


@given(
    own=st.builds(
        ItemFacts,
        type=types,
        terms=terms,
        consumer_notice=st.none() | st.booleans(),
        delivered_on=days,
    ),
    who=st.builds(
        debtor,
        terms=terms,
        governing_law=laws,
        consumer_notice_since=days,
        type=st.sampled_from(DebtorType),
        type_confirmed=st.booleans(),
    ),
    defaults=st.builds(
        ClaimDefaults,
        law=st.sampled_from(("de", "at", "ch")),
        terms=st.sampled_from(Terms),
        consumer_notice_since=days,
    ),
)
def test_the_narrowest_statement_wins(own: ItemFacts, who: Debtor, defaults: ClaimDefaults) -> None:
    claim = item(own=own)
    facts = claim_facts(claim, who, defaults)
    said = [each for each in (own.terms, who.terms, defaults.terms) if each is not None]
    assert facts.terms is said[0]
    assert facts.law == next(law for law in (who.governing_law, defaults.law) if law)
    assert facts.type is (who.type if own.type is None else own.type)
    if own.consumer_notice is not None:
        assert facts.consumer_notice is own.consumer_notice
    sources = fact_sources(claim, who, defaults)
    levels = {FactSource.ITEM: own.terms, FactSource.DEBTOR: who.terms}
    assert levels.get(sources["terms"].source, defaults.terms) is facts.terms


@given(who=st.builds(debtor, terms=terms, consumer_notice_since=days), issued=days)
def test_an_empty_statement_says_as_much_as_none(who: Debtor, issued: date | None) -> None:
    shared = debtor_facts(who, ClaimDefaults(consumer_notice_since=DAY))
    bare = item_claim_facts(item(invoice_date=issued), shared)
    assert item_claim_facts(item(invoice_date=issued, own=ItemFacts()), shared) == bare


def test_the_profile_is_parsed_once() -> None:
    profile = CreditorProfile(
        name="Muster GmbH",
        governing_law="at",
        payment_terms_agreed="date",
        payment_terms_evidence="AGB § 4",
        consumer_notice_since="2026-01-01",
        consumer_notice_wording="Hinweis: …",
    )
    assert ClaimDefaults.of(profile) == ClaimDefaults(
        "at", Terms.DATE, "AGB § 4", date(2026, 1, 1), "Hinweis: …"
    )
    assert ClaimDefaults.of(CreditorProfile(name="Muster GmbH")) == ClaimDefaults()


def test_nothing_told_has_no_source() -> None:
    assert fact_sources(item(), debtor(), ClaimDefaults()) == {
        "law": Sourced(FactSource.CREDITOR),
        "terms": Sourced(FactSource.CREDITOR),
    }


def test_the_creditors_and_the_books_sources() -> None:
    defaults = ClaimDefaults("de", Terms.DATE, "AGB § 4", DAY, "Hinweis: …")
    who = debtor(type=B, type_evidence="Rechtsform GmbH")
    assert fact_sources(item(delivered_on=BOOKED), who, defaults) == {
        "law": Sourced(FactSource.CREDITOR),
        "terms": Sourced(FactSource.CREDITOR, "AGB § 4"),
        "consumer_notice": Sourced(FactSource.CREDITOR, "Hinweis: …"),
        "type": Sourced(FactSource.BOOKS, "Rechtsform GmbH"),
        "delivered_on": Sourced(FactSource.BOOKS),
    }


def test_the_debtors_sources_name_his_evidence() -> None:
    who = debtor(
        type=C,
        type_evidence="angegeben von Muster",
        type_confirmed=True,
        terms=Terms.RECEIPT,
        governing_law="ch",
        consumer_notice_since=DAY,
        evidence={"terms": "Vertrag 12", "consumer_notice_since": "Muster liegt vor"},
    )
    assert fact_sources(item(), who, ClaimDefaults()) == {
        "type": Sourced(FactSource.DEBTOR, "angegeben von Muster"),
        "terms": Sourced(FactSource.DEBTOR, "Vertrag 12"),
        "law": Sourced(FactSource.DEBTOR, ""),
        "consumer_notice": Sourced(FactSource.DEBTOR, "Muster liegt vor"),
    }


def test_the_items_sources_go_before_all() -> None:
    own = ItemFacts(
        C, Terms.NO, False, DAY, DAY, False, DAY, DAY, DAY, {name: name for name in OWN_FIELDS}
    )
    who = debtor(type=B, terms=Terms.DATE, consumer_notice_since=DAY)
    found = fact_sources(item(own=own, delivered_on=BOOKED), who, ClaimDefaults())
    assert {k: v for k, v in found.items() if k != "law"} == {
        name: Sourced(FactSource.ITEM, name) for name in OWN_FIELDS
    }
