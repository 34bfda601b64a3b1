"""Reason codes: stable ids that a verdict carries, each with a sentence and what it rests on.

``docs/reasons.md`` is generated from here by ``docs/generate_reasons.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from core.domain.reason_texts import SENTENCES
from core.domain.reason_words import EMPTY, WORDS


class Reason(StrEnum):
    """Why an item is dunned or not. Ids are stable: scripts and the audit log rely on them."""

    LEVEL_REACHED = "level_reached"
    PRE_DUE_REACHED = "pre_due_reached"  # a friendly note before the due date
    CREDIT = "credit"  # a credit is no claim; it reduces the total
    NOT_DUE = "not_due"
    WITHIN_GRACE = "within_grace"
    DUE_DATE_UNKNOWN = "due_date_unknown"
    STATE_UNKNOWN = "state_unknown"
    NOT_A_CLAIM = "not_a_claim"  # cancelled, written off, dunning charge, down-payment request
    EVIDENCE_ONLY = "evidence_only"
    SAME_CLAIM = "same_claim"  # it stands on another connection too, which leads
    PAID_ELSEWHERE = "paid_elsewhere"  # another connection says that nothing is open
    CURRENCY_UNCLEAR = "currency_unclear"
    PROCEDURE_UNUSABLE = "procedure_unusable"
    NOT_BOOKED_THROUGH = "not_booked_through"
    HELD = "held"
    DISPUTED = "disputed"  # all that is open is contested by partial disputes
    DIRECT_DEBIT = "direct_debit"
    UNPLACED_MONEY = "unplaced_money"
    DELIVERY_UNKNOWN = "delivery_unknown"
    HANDING_OVER = "handing_over"
    PRINTED_NOT_POSTED = "printed_not_posted"
    LEVEL_NOT_REACHED = "level_not_reached"
    INTERVAL_RUNNING = "interval_running"
    DEADLINE_RUNNING = "deadline_running"
    HOLD_ENDED_RECENTLY = "hold_ended_recently"
    NO_SENDING_DAY = "no_sending_day"
    LEVELS_EXHAUSTED = "levels_exhausted"
    LEVEL_FORBIDDEN = "level_forbidden"
    ACCOUNT_NOT_LATE_ENOUGH = "account_not_late_enough"
    BELOW_MINIMUM = "below_minimum"
    BELOW_TOTAL = "below_total"
    NET_NOT_POSITIVE = "net_not_positive"


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A sentence for a bookkeeper. ``facts`` are the names that the sentences fill in;
    ``basis`` is the paragraph, rule or setting (German, English) that the verdict rests on.
    """

    reason: Reason
    de: str
    en: str
    facts: tuple[str, ...]
    basis_de: str
    basis_en: str

    def basis(self, language: str) -> str:
        """What the verdict rests on, in ``language`` (German unless it begins with "en")."""
        return self.basis_en if is_english(language) else self.basis_de


def is_english(language: str) -> bool:
    """True for "en" and its regions; every other language is answered in German."""
    return language.lower().startswith("en")


class FactKind(StrEnum):
    """How a fact is written; callers format dates and amounts for the reader by it."""

    DATE = "date"  # ISO: "2026-03-12"
    AMOUNT = "amount"  # decimal string and currency: "119.00 EUR"
    COUNT = "count"  # whole number
    WORD = "word"  # stable id that ``sentence`` turns into a word
    TEXT = "text"  # as somebody wrote it


FACT_KINDS: dict[str, FactKind] = {
    **dict.fromkeys(
        [
            "due_date",
            "next_on",
            "last_notice_on",
            "deadline",
            "booked_until",
            "hold_until",
            "settled_on",
        ],
        FactKind.DATE,
    ),
    **dict.fromkeys(
        ["amount", "disputed", "credit", "outstanding", "net", "minimum"], FactKind.AMOUNT
    ),
    **dict.fromkeys(
        [
            "days_late",
            "days_left",
            "level",
            "levels",
            "allowed_levels",
            "grace_days",
            "working_days",
            "days_after_due",
            "interval_days",
            "bank_days",
            "held_days",
            "minimum_days",
        ],
        FactKind.COUNT,
    ),
    **dict.fromkeys(WORDS, FactKind.WORD),
    **dict.fromkeys(["connection", "hold_reason", "procedure"], FactKind.TEXT),
}


def _fields(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def _text(reason: Reason) -> ReasonText:
    de, en, basis_de, basis_en = SENTENCES[reason.value]
    return ReasonText(reason, de, en, _fields(de), basis_de, basis_en)


TEXTS: dict[Reason, ReasonText] = {reason: _text(reason) for reason in Reason}


def word(fact: str, value: str, language: str) -> str:
    """The word for the value of a fact: ``word("hold_kind", "promise", "de")`` is
    "Zahlungszusage". A value without a word stays as it is; an empty one is named.
    """
    english = is_english(language)
    if not value:
        return EMPTY.get(fact, ("–", "–"))[english]
    words = WORDS.get(fact, {})
    # A list of words stands as one fact: "mon,tue".
    parts = [words.get(part, (part, part))[english] for part in value.split(",")]
    return ", ".join(parts) if words else value


def sentence(reason: Reason, facts: Mapping[str, str], language: str = "de") -> str:
    """The reason as a sentence. A fact that is missing (an old verdict) shows as a dash.

    Dates and amounts appear as given: format them before by ``FACT_KINDS``.
    """
    text = TEXTS[reason]
    values = {name: word(name, facts.get(name, ""), language) for name in text.facts}
    return (text.en if is_english(language) else text.de).format_map(values)
