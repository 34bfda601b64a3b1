"""Facts in words, in both languages."""

from datetime import date

import pytest

from core.domain.claim_facts import NEVER, FactSource, TypeRule
from core.domain.model import DebtorType, Terms
from core.services.fact_wording import (
    SHOWN,
    Fact,
    evidence_text,
    fact_name,
    fact_sentences,
    fact_value,
    law_word,
    since_word,
)

DAY = date(2026, 11, 2)
B, U = DebtorType.BUSINESS, DebtorType.UNKNOWN
BOOKS, ITEM, CREDITOR = FactSource.BOOKS, FactSource.ITEM, FactSource.CREDITOR
FORM = "Rechtsform im Namen: GmbH"


@pytest.mark.parametrize(
    ("fact", "rule", "german", "english"),
    [
        (
            Fact("type", B, BOOKS, FORM),
            TypeRule.ASSUMED,
            f"Schuldner: Unternehmer (angenommen) [Buchhaltung: {FORM}]",
            "Debtor: business (assumed) [books: legal form in the name: GmbH]",
        ),
        (
            Fact("type", U, None, ""),
            TypeRule.UNKNOWN,
            "Schuldner: unbekannt (gilt als Verbraucher)",
            "Debtor: unknown (counts as consumer)",
        ),
        (
            Fact("type", B, ITEM, "Auftrag 9"),
            TypeRule.ITEM,
            "Schuldner: Unternehmer [Rechnung: Auftrag 9]",
            "Debtor: business [invoice: Auftrag 9]",
        ),
        (
            Fact("payment_terms_agreed", Terms.RECEIPT, CREDITOR, ""),
            TypeRule.UNKNOWN,
            "Zahlungsziel vereinbart: ja, ab Zugang der Rechnung [Mandant]",
            "Terms of payment agreed: yes, from receipt of the invoice [creditor]",
        ),
        (
            Fact("consumer_notice", True, ITEM, "Kopie"),
            TypeRule.UNKNOWN,
            "Verbraucherhinweis auf der Rechnung: ja [Rechnung: Kopie]",
            "Consumer notice on the invoice: yes [invoice: Kopie]",
        ),
        (
            Fact("served_on", DAY, ITEM, ""),
            TypeRule.UNKNOWN,
            "Klage oder Mahnbescheid zugestellt: 02.11.2026 [Rechnung]",
            "Lawsuit or court order served: 2026-11-02 [invoice]",
        ),
        (
            Fact("governing_law", "ch", CREDITOR, ""),
            TypeRule.UNKNOWN,
            "Anwendbares Recht: schweizerisches Recht [Mandant]",
            "Governing law: Swiss law [creditor]",
        ),
    ],
)
def test_a_fact_is_told_with_its_source_and_evidence(fact, rule, german, english):
    assert fact_sentences(rule, [fact], "de") == (german,)
    assert fact_sentences(rule, [fact], "en") == (english,)


@pytest.mark.parametrize(
    "fact",
    [
        Fact("payment_claim", True, None, ""),
        Fact("served_on", None, None, ""),
        Fact("governing_law", "de", CREDITOR, ""),
    ],
)
def test_what_nobody_told_and_german_law_go_without_saying(fact):
    assert fact_sentences(TypeRule.UNKNOWN, [fact], "de") == ()


def test_what_is_only_assumed_is_marked():
    assert fact_value(Fact("payment_claim", True, None, ""), TypeRule.DEBTOR, "de") == (
        "ja (angenommen)"
    )
    assert fact_value(Fact("consumer_notice", False, None, ""), TypeRule.DEBTOR, "en") == (
        "no (assumed)"
    )
    assert fact_value(Fact("served_on", None, None, ""), TypeRule.DEBTOR, "de") == "nicht bekannt"


def test_every_fact_has_a_name_in_both_languages():
    names = [fact_name(name, language) for name in SHOWN for language in ("de", "en")]
    assert len(set(names)) == 2 * len(SHOWN)


def test_words_that_stand_alone():
    assert (since_word(NEVER, "de"), since_word(NEVER, "en")) == ("nie", "never")
    assert since_word(DAY, "de") == "02.11.2026"
    assert law_word("fr", "de") == "fr"
    assert evidence_text("USt-IdNr. DE123456789", "en") == "VAT id DE123456789"
    confirmed = "USt-IdNr. DE123456789 (eu_vat, von Stripe bestätigt)"
    assert evidence_text(confirmed, "en") == "VAT id DE123456789 (eu_vat, confirmed by Stripe)"
    assert evidence_text("USt-IdNr. DE123456789", "de") == "USt-IdNr. DE123456789"
