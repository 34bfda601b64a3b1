"""Which rule gave an account its dunning procedure, as a sentence."""

from __future__ import annotations

from decimal import Decimal

from core.domain.assignment import Assigned, AssignmentRule
from core.domain.money import Money
from core.domain.reasons import is_english
from core.services.wording import amount

_SENTENCES: dict[AssignmentRule, tuple[str, str]] = {
    AssignmentRule.DEBTOR: (
        "Mahnverfahren {name}: beim Kunden so eingestellt.",
        "Dunning procedure {name}: set for this debtor.",
    ),
    AssignmentRule.SEGMENT: (
        "Mahnverfahren {name}: so eingestellt für das Segment „{segment}“ (procedure_segments).",
        'Dunning procedure {name}: set for the segment "{segment}" (procedure_segments).',
    ),
    AssignmentRule.TIER: (
        "Mahnverfahren {name}: offen sind {balance}, es gilt ab {limit} (procedure_tiers).",
        "Dunning procedure {name}: {balance} are open, it holds from {limit} (procedure_tiers).",
    ),
    AssignmentRule.CREDITOR: (
        "Mahnverfahren {name}: das übliche des Mandanten.",
        "Dunning procedure {name}: the creditor's usual one.",
    ),
}


def assigned_sentence(assigned: Assigned, language: str) -> str:
    """Procedure and rule in the reader's language, amounts as he writes them."""
    facts = {
        name: _shown(value, language) if name in ("balance", "limit") else value
        for name, value in assigned.facts.items()
    }
    return _SENTENCES[assigned.rule][is_english(language)].format(name=assigned.name, **facts)


def _shown(value: str, language: str) -> str:
    number, _, currency = value.partition(" ")
    return amount(Money(Decimal(number), currency), language)
