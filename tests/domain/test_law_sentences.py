"""Every answer of the law modules has a sentence in both languages, its facts and its paragraph."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest

from core.domain.business_days import Calendar
from core.domain.default import DefaultFacts, DefaultReason, Reminder, default_of
from core.domain.default_texts import ABROAD, DEFAULT_FACT_KINDS, DEFAULT_TEXTS, default_basis
from core.domain.law_text import LawText
from core.domain.limitation import LimitationReason
from core.domain.limitation_texts import LIMITATION_FACT_KINDS, LIMITATION_TEXTS
from core.domain.model import DebtorType, Terms
from core.domain.reasons import FactKind, Reason

ALL = {**DEFAULT_TEXTS, **LIMITATION_TEXTS}
KINDS = {**DEFAULT_FACT_KINDS, **LIMITATION_FACT_KINDS}


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_reason_has_a_text_and_every_text_a_reason() -> None:
    assert set(DEFAULT_TEXTS) == set(DefaultReason)
    assert set(LIMITATION_TEXTS) == set(LimitationReason)


def test_no_code_is_also_that_of_a_verdict() -> None:
    assert not {code.value for code in ALL} & {reason.value for reason in Reason}


@pytest.mark.parametrize("code", ALL, ids=lambda code: code.value)
def test_sentences_are_complete(code) -> None:
    text: LawText = ALL[code]
    for sentence in (text.de, text.en):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    assert text.de != text.en
    assert names(text.de) == names(text.en) == set(text.facts)
    assert set(text.facts) <= set(KINDS)
    assert text.basis() == text.basis_de
    assert text.basis("en-GB") == text.basis_en


@pytest.mark.parametrize("law", ["at", "ch"])
def test_abroad_every_reason_rests_on_the_law_there(law: str) -> None:
    assert set(ABROAD[law]) == set(DefaultReason)
    for reason in DefaultReason:
        assert "BGB" not in default_basis(reason, "de", law).replace("ABGB", "")
        assert default_basis(reason, "en", law) != default_basis(reason, "en")
    assert default_basis(DefaultReason.CALENDAR) == "§ 286 Abs. 2 Nr. 1, § 193 BGB"
    assert default_basis(DefaultReason.CALENDAR, "en") == "§ 286 (2) no. 1, § 193 BGB"


DUE, SENT = date(2026, 3, 2), date(2026, 3, 9)
BUSINESS = DebtorType.BUSINESS
STORIES = [
    (DefaultFacts(DUE, terms=Terms.DATE), None),
    (DefaultFacts(DUE, terms=Terms.RECEIPT, period_days=14, invoice_received=DUE), None),
    (DefaultFacts(DUE, reminders=(Reminder(SENT, SENT),)), None),
    (DefaultFacts(DUE, reminders=(Reminder(SENT, proven=True),)), None),
    (DefaultFacts(DUE, served_on=SENT), None),
    (DefaultFacts(DUE, refused_on=SENT), None),
    (DefaultFacts(DUE, BUSINESS, invoice_received=DUE), None),
    (DefaultFacts(DUE, BUSINESS, delivered_on=DUE), None),
    (DefaultFacts(DUE), DUE),
    (DefaultFacts(DUE, BUSINESS, invoice_received=DUE), SENT),
    (DefaultFacts(DUE, reminders=(Reminder(SENT, SENT),)), SENT),
    (DefaultFacts(None), None),
    (DefaultFacts(DUE, BUSINESS, payment_claim=False), None),
    (DefaultFacts(DUE), None),
    (DefaultFacts(DUE, BUSINESS), None),
]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(("facts", "on"), STORIES)
def test_a_sentence_gets_every_fact_it_prints(facts, on, language: str) -> None:
    state = default_of(facts, on, Calendar())
    text = DEFAULT_TEXTS[state.reason]
    assert set(text.facts) <= set(state.facts)
    assert "–" not in text.sentence(state.facts, language)
    assert set(state.facts) <= set(DEFAULT_FACT_KINDS)
    for name, value in state.facts.items():
        if DEFAULT_FACT_KINDS[name] is FactKind.DATE:
            assert re.fullmatch(r"2026-\d\d-\d\d", value)


def test_the_stories_reach_every_reason_of_german_law() -> None:
    reached = {default_of(facts, on, Calendar()).reason for facts, on in STORIES}
    # Abroad, and by direct debit: told beside ``default_of``.
    assert reached == set(DefaultReason) - {DefaultReason.NO_REMINDER, DefaultReason.DIRECT_DEBIT}


def test_a_bookkeeper_reads_a_whole_sentence() -> None:
    facts = DefaultFacts(date(2026, 10, 3), terms=Terms.DATE)
    state = default_of(facts, None, Calendar())
    text = DEFAULT_TEXTS[state.reason]
    assert text.sentence(state.facts) == (
        "Verzug ab 2026-10-06: Der Zahlungstag 2026-10-03 ist vereinbart; letzter Tag zum Zahlen "
        "ist der 2026-10-05."
    )
    assert "In default from 2026-10-06" in text.sentence(state.facts, "en")


def test_an_old_verdict_without_a_fact_shows_a_dash() -> None:
    text = DEFAULT_TEXTS[DefaultReason.NOT_DUE]
    assert text.sentence({}) == "Kein Verzug: Die Forderung ist erst nach dem – zu spät."
