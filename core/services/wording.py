"""Verdicts in words, with days and amounts as the reader writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal

from core.domain.decision import Verdict
from core.domain.model import Account
from core.domain.money import Money
from core.domain.reasons import FACT_KINDS, FactKind, Reason, is_english, sentence

GERMAN = "de"


def day(value: date, language: str) -> str:
    """``22.11.2026`` in German, ``2026-11-22`` in English."""
    return value.isoformat() if is_english(language) else f"{value:%d.%m.%Y}"


def amount(money: Money, language: str) -> str:
    """``1.190,00 EUR`` in German, ``1,190.00 EUR`` in English."""
    digits = len(money.plain().partition(".")[2])
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    locale = "en_GB" if is_english(language) else "de_DE"
    return f"{format_decimal(money.amount, pattern, locale=locale)} {money.currency}"


def reason_sentence(reason: Reason, facts: Mapping[str, str], language: str) -> str:
    """The sentence of a reason code with its facts written for the reader."""
    shown = {name: _fact(name, value, language) for name, value in facts.items()}
    return sentence(reason, shown, language)


def verdict_sentence(verdict: Verdict, account: Account, language: str) -> str:
    """The verdict in a sentence; ``account`` names the connection where the facts do not."""
    facts = dict(verdict.facts)
    if "connection" not in facts:
        for item in account.items:
            known = account.connections.get(item.connection)
            if item.id == verdict.item and known:
                facts["connection"] = known.name
    return reason_sentence(verdict.reason, facts, language)


def _fact(name: str, value: str, language: str) -> str:
    kind = FACT_KINDS.get(name)
    if value and kind is FactKind.DATE:
        return day(date.fromisoformat(value), language)
    if value and kind is FactKind.AMOUNT:
        number, _, currency = value.partition(" ")
        return amount(Money(Decimal(number), currency), language)
    return value
