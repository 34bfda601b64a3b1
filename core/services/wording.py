"""Verdicts, states and channels in words, with days and amounts as the reader writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core.domain.decision import Verdict
from core.domain.model import Account, NoticeState
from core.domain.money import Money
from core.domain.reasons import FACT_KINDS, FactKind, Reason, is_english, sentence

_STATES: dict[NoticeState, tuple[str, str]] = {
    NoticeState.PROPOSED: ("vorgeschlagen", "proposed"),
    NoticeState.APPROVED: ("freigegeben", "approved"),
    NoticeState.HELD: ("angehalten", "held"),
    NoticeState.HANDING_OVER: ("wird übergeben", "handing over"),
    NoticeState.SENT: ("verschickt", "sent"),
    NoticeState.PRINTED: ("gedruckt", "printed"),
    NoticeState.FAILED: ("gescheitert", "failed"),
    NoticeState.UNKNOWN: ("ungewiss", "unknown"),
    NoticeState.REJECTED: ("abgelehnt", "rejected"),
    NoticeState.WITHDRAWN: ("zurückgezogen", "withdrawn"),
}
_CHANNELS: dict[str, tuple[str, str]] = {
    "email": ("Mail", "mail"),
    "letter": ("Brief", "letter"),
    "task": ("Aufgabe", "task"),
}
_CHARGES: dict[str, tuple[str, str]] = {
    "dunning_fee": ("Mahngebühr", "dunning fee"),
    "default_interest": ("Verzugszinsen", "default interest"),
    "lump_sum": ("Verzugspauschale", "lump sum"),
}
_GERMAN_SIGNS = str.maketrans(",.", ".,")


def day(value: date, language: str) -> str:
    """``22.11.2026`` in German, ``2026-11-22`` in English."""
    return value.isoformat() if is_english(language) else f"{value:%d.%m.%Y}"


def state_word(state: str, language: str) -> str:
    """A notice's state in words; what is no state stands for itself."""
    known = _STATES.get(NoticeState(state)) if state in tuple(NoticeState) else None
    return known[is_english(language)] if known else state


def channel_word(channel: str, language: str) -> str:
    """A channel in words; an unknown one stands for itself."""
    known = _CHANNELS.get(channel)
    return known[is_english(language)] if known else channel


def charge_word(kind: str, language: str) -> str:
    """Mahngebühr, Verzugszinsen or Verzugspauschale."""
    return _CHARGES[kind][is_english(language)]


def charge_title(kind: str, language: str) -> str:
    """:func:`charge_word` at the head of a sentence: with a capital in English too."""
    word = charge_word(kind, language)
    return word[0].upper() + word[1:]


def percent(figure: Decimal, language: str) -> str:
    """``10,52 %`` in German, ``10.52 %`` in English."""
    return (str(figure) if is_english(language) else str(figure).replace(".", ",")) + " %"


def amount(money: Money, language: str) -> str:
    """``1.190,00 EUR`` in German, ``1,190.00 EUR`` in English."""
    digits = len(money.plain().partition(".")[2])
    # Not Babel: its import costs more than many a command, and two languages need no more.
    text = f"{money.amount:,.{digits}f}"
    if not is_english(language):
        text = text.translate(_GERMAN_SIGNS)
    return f"{text} {money.currency}"


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
