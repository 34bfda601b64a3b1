"""How a reason of the delivery writes days, amounts and verdicts, in German for the bookkeeper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from core.domain.decision import Verdict
from core.domain.model import Account
from core.domain.money import Money
from core.domain.reasons import FACT_KINDS, FactKind, sentence


def day(value: date) -> str:
    """``31.03.2026``."""
    return f"{value:%d.%m.%Y}"


def amount(value: Money) -> str:
    """``1.190,00 EUR``."""
    grouped = f"{Decimal(value.plain()):,}"
    return grouped.translate(str.maketrans(",.", ".,")) + f" {value.currency}"


def verdict_sentence(verdict: Verdict, account: Account) -> str:
    """The verdict in a sentence; ``account`` names the connection where the facts do not."""
    facts = {name: _readable(name, value) for name, value in verdict.facts.items()}
    if "connection" not in facts:
        for item in account.items:
            known = account.connections.get(item.connection)
            if item.id == verdict.item and known:
                facts["connection"] = known.name
    return sentence(verdict.reason, facts, "de")


def _readable(name: str, value: str) -> str:
    kind = FACT_KINDS.get(name, FactKind.TEXT)
    try:
        if kind is FactKind.DATE and value:
            return day(date.fromisoformat(value))
        if kind is FactKind.AMOUNT:
            number, _, currency = value.partition(" ")
            return amount(Money(Decimal(number), currency))
    except (ValueError, InvalidOperation):
        return value
    return value
