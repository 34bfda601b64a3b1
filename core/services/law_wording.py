"""Default and limitation in sentences, with days as the reader writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.default import DefaultState
from core.domain.default_texts import DEFAULT_FACT_KINDS, DEFAULT_TEXTS
from core.domain.limitation import Limitation, findings
from core.domain.limitation_texts import LIMITATION_FACT_KINDS, LIMITATION_TEXTS
from core.domain.reasons import FactKind
from core.services.wording import day


def default_sentence(state: DefaultState, language: str) -> str:
    """Since when and why a claim is in default, or why it is not."""
    shown = _shown(state.facts, DEFAULT_FACT_KINDS, language)
    return DEFAULT_TEXTS[state.reason].sentence(shown, language)


def limitation_sentences(limitation: Limitation, language: str) -> list[tuple[str, str]]:
    """(sentence, paragraph) of everything there is to tell, the plain day first."""
    return [
        (
            LIMITATION_TEXTS[reason].sentence(
                _shown(facts, LIMITATION_FACT_KINDS, language), language
            ),
            LIMITATION_TEXTS[reason].basis(language),
        )
        for reason, facts in findings(limitation)
    ]


def _shown(
    facts: Mapping[str, str], kinds: Mapping[str, FactKind], language: str
) -> dict[str, str]:
    return {
        name: day(date.fromisoformat(value), language)
        if kinds.get(name) is FactKind.DATE
        else value
        for name, value in facts.items()
    }
