"""Every reason has a sentence that a bookkeeper can read, in both languages, and its basis."""

from __future__ import annotations

import runpy
from pathlib import Path
from string import Formatter

import pytest

from core.domain.model import HoldKind, ItemKind, ItemState
from core.domain.reason_texts import SENTENCES
from core.domain.reason_words import EMPTY, WORDS
from core.domain.reasons import (
    FACT_KINDS,
    TEXTS,
    FactKind,
    Reason,
    is_english,
    sentence,
    word,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_reason_has_a_text_and_every_text_a_reason() -> None:
    assert set(TEXTS) == set(Reason)
    assert set(SENTENCES) == {reason.value for reason in Reason}


@pytest.mark.parametrize("reason", Reason)
def test_sentences_are_complete(reason: Reason) -> None:
    text = TEXTS[reason]
    assert text.reason is reason
    assert text.de.endswith(".")
    assert text.en.endswith(".")
    assert text.de != text.en
    assert text.basis_de
    assert text.basis_en
    # Both languages tell the same facts, and each fact is known by its form.
    names = [{n for _, n, _, _ in Formatter().parse(t) if n} for t in (text.de, text.en)]
    assert names[0] == names[1] == set(text.facts)
    assert names[0] <= set(FACT_KINDS)
    assert len(text.facts) == len(names[0])


def test_no_fact_is_described_that_no_sentence_uses() -> None:
    used = {name for text in TEXTS.values() for name in text.facts}
    assert set(FACT_KINDS) == used
    assert set(EMPTY) <= used


def test_every_hold_kind_has_a_word() -> None:
    assert set(WORDS["hold_kind"]) == {kind.value for kind in HoldKind}


def test_every_state_and_kind_that_is_no_claim_has_a_word() -> None:
    states = {ItemState.SETTLED, ItemState.CANCELLED, ItemState.WRITTEN_OFF}
    kinds = {ItemKind.DUNNING_CHARGE, ItemKind.DOWN_PAYMENT_REQUEST}
    assert set(WORDS["what"]) == {x.value for x in states} | {x.value for x in kinds}


def test_words_have_both_languages_and_their_kind() -> None:
    for fact, values in WORDS.items():
        assert FACT_KINDS[fact] is FactKind.WORD
        assert all(de and en for de, en in values.values())


def test_a_sentence_in_both_languages() -> None:
    facts = {"due_date": "12.03.2026", "grace_days": "3"}
    assert sentence(Reason.WITHIN_GRACE, facts) == (
        "Fällig seit 12.03.2026, aber noch innerhalb der 3 Kulanztage."
    )
    assert sentence(Reason.WITHIN_GRACE, facts, "en") == (
        "Due on 12.03.2026, but still within the 3 grace days."
    )


def test_codes_become_words_and_empty_facts_are_named() -> None:
    facts = {"hold_kind": "promise", "hold_until": "", "hold_reason": "zahlt am 5."}
    assert sentence(Reason.HELD, facts, "de") == (
        "Mahnsperre bis auf Weiteres: Zahlungszusage (zahlt am 5.)."
    )
    assert sentence(Reason.HELD, {"hold_kind": "dispute"}, "en-GB") == (
        "Hold until further notice: dispute (no reason given)."
    )
    assert word("hold_kind", "something new", "de") == "something new"
    assert word("amount", "", "de") == "–"


def test_foreign_text_in_a_fact_stays_text() -> None:
    facts = {"hold_kind": "manual", "hold_until": "", "hold_reason": "{level} {0.__class__} %s"}
    assert "{level} {0.__class__} %s" in sentence(Reason.HELD, facts)


@pytest.mark.parametrize(
    ("language", "english"),
    [("de", False), ("en", True), ("EN", True), ("en_US.UTF-8", True), ("fr", False), ("", False)],
)
def test_german_unless_english_is_asked_for(language: str, english: bool) -> None:
    assert is_english(language) == english
    assert (TEXTS[Reason.NOT_DUE].basis(language) == "§ 271 BGB, § 187 (1) BGB") == english


def test_the_list_of_reasons_is_up_to_date() -> None:
    """Mend with: python -m docs.generate_reasons"""
    generator = runpy.run_path(str(DOCS / "generate_reasons.py"))
    assert (DOCS / "reasons.md").read_text(encoding="utf-8") == generator["render"]()
