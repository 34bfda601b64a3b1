"""Facts of a claim in words: what holds, who said it, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from core.domain.claim_facts import (
    NEVER,
    ClaimDefaults,
    FactSource,
    Sourced,
    TypeRule,
    claim_facts,
    fact_sources,
)
from core.domain.legal_form import FORM, NO_PERSON, OFFICE, VAT_ID
from core.domain.model import Debtor, DebtorType, OpenItem, Terms
from core.domain.reasons import is_english
from core.services.wording import day

_Words = tuple[str, str]  # German, English
# As the user writes them -> as they are kept; in the order in which they are shown.
SHOWN: Mapping[str, str] = {
    "governing_law": "law",
    "type": "type",
    "payment_terms_agreed": "terms",
    "consumer_notice": "consumer_notice",
    "invoice_received": "invoice_received",
    "delivered_on": "delivered_on",
    "payment_claim": "payment_claim",
    "served_on": "served_on",
    "refused_on": "refused_on",
    "acknowledged_on": "acknowledged_on",
}
_NAMES: Mapping[str, _Words] = {
    "governing_law": ("Anwendbares Recht", "Governing law"),
    "type": ("Schuldner", "Debtor"),
    "payment_terms_agreed": ("Zahlungsziel vereinbart", "Terms of payment agreed"),
    "consumer_notice": ("Verbraucherhinweis auf der Rechnung", "Consumer notice on the invoice"),
    "invoice_received": ("Rechnung zugegangen", "Invoice received"),
    "delivered_on": ("Geliefert oder geleistet", "Delivered"),
    "payment_claim": ("Entgeltforderung", "Claim for payment"),
    "served_on": ("Klage oder Mahnbescheid zugestellt", "Lawsuit or court order served"),
    "refused_on": ("Zahlung endgültig verweigert", "Payment finally refused"),
    "acknowledged_on": ("Forderung anerkannt", "Claim acknowledged"),
}
_SOURCES: Mapping[FactSource, _Words] = {
    FactSource.ITEM: ("Rechnung", "invoice"),
    FactSource.DEBTOR: ("Kunde", "debtor"),
    FactSource.CREDITOR: ("Mandant", "creditor"),
    FactSource.BOOKS: ("Buchhaltung", "books"),
}
_TYPES: Mapping[DebtorType, _Words] = {
    DebtorType.CONSUMER: ("Verbraucher", "consumer"),
    DebtorType.BUSINESS: ("Unternehmer", "business"),
    DebtorType.UNKNOWN: ("unbekannt", "unknown"),
}
_TERMS: Mapping[Terms, _Words] = {
    Terms.NO: ("nein", "no"),
    Terms.DATE: ("ja, nach dem Kalender", "yes, by the calendar"),
    Terms.RECEIPT: ("ja, ab Zugang der Rechnung", "yes, from receipt of the invoice"),
}
_LAWS: Mapping[str, _Words] = {
    "de": ("deutsches Recht", "German law"),
    "at": ("österreichisches Recht", "Austrian law"),
    "ch": ("schweizerisches Recht", "Swiss law"),
}
# Evidence from the books is kept in German.
_EVIDENCE = {
    FORM: "legal form in the name: ",
    OFFICE: "public body: ",
    VAT_ID: "VAT id ",
    NO_PERSON: " (no natural person, § 13 BGB)",
    "DATEV Adressattyp 2 (Unternehmen)": "DATEV Adressattyp 2 (company)",
    "DATEV Adressattyp 1 (natürliche Person)": "DATEV Adressattyp 1 (natural person)",
    "von Stripe bestätigt": "confirmed by Stripe",
    "von Stripe noch nicht geprüft": "not checked by Stripe yet",
    "von Stripe nicht prüfbar": "not checkable for Stripe",
    "konnte Stripe nicht bestätigen": "could not be confirmed by Stripe",
}


class Fact(NamedTuple):
    """One fact as it holds. ``source`` None: nobody told, ``value`` is what the rules assume."""

    name: str  # as in ``item set``
    value: Any  # a word, yes or no, a day; None = not known
    source: FactSource | None
    evidence: str


def facts_of(
    item: OpenItem, debtor: Debtor, defaults: ClaimDefaults
) -> tuple[TypeRule, tuple[Fact, ...]]:
    """All facts of a claim with where they come from; first, who says what the debtor is."""
    known = claim_facts(item, debtor, defaults)
    sources = fact_sources(item, debtor, defaults)
    nobody = Sourced(FactSource.BOOKS)
    return known.type_rule, tuple(
        Fact(
            name,
            getattr(known, field),
            sources[field].source if field in sources else None,
            sources.get(field, nobody).evidence,
        )
        for name, field in SHOWN.items()
    )


def fact_sentences(rule: TypeRule, facts: Iterable[Fact], language: str) -> tuple[str, ...]:
    """One line for each fact that somebody told, and always for the kind of debtor.

    The creditor's German law goes without saying.
    """
    return tuple(
        _sentence(fact, rule, language)
        for fact in facts
        if fact.name == "type"
        or (fact.source is not None and (fact.name, fact.value) != ("governing_law", "de"))
    )


def _sentence(fact: Fact, rule: TypeRule, language: str) -> str:
    said = f"{fact_name(fact.name, language)}: {fact_value(fact, rule, language)}"
    if fact.source is None:
        return said
    told = evidence_text(fact.evidence, language)
    where = source_word(fact.source, language)
    return f"{said} [{where}: {told}]" if told else f"{said} [{where}]"


def fact_value(fact: Fact, rule: TypeRule, language: str) -> str:
    """What holds, marked where it is only assumed."""
    value, assumed = fact.value, _pick(("angenommen", "assumed"), language)
    if isinstance(value, DebtorType):
        return _type(value, rule, language)
    if isinstance(value, Terms):
        return terms_word(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, str):
        return law_word(value, language)
    if value is None:
        return _pick(("nicht bekannt", "not known"), language)
    word = _pick(("ja", "yes") if value else ("nein", "no"), language)
    return word if fact.source else f"{word} ({assumed})"


def _type(value: DebtorType, rule: TypeRule, language: str) -> str:
    word = type_word(value, language)
    if rule is TypeRule.ASSUMED:
        return f"{word} ({_pick(('angenommen', 'assumed'), language)})"
    if rule is TypeRule.UNKNOWN:
        return f"{word} ({_pick(('gilt als Verbraucher', 'counts as consumer'), language)})"
    return word


def fact_name(name: str, language: str) -> str:
    """A fact by its name in ``item set``, in words."""
    return _pick(_NAMES[name], language)


def source_word(source: FactSource, language: str) -> str:
    """Where a fact was set."""
    return _pick(_SOURCES[source], language)


def type_word(value: DebtorType, language: str) -> str:
    """Consumer, business or unknown."""
    return _pick(_TYPES[value], language)


def terms_word(value: Terms, language: str) -> str:
    """Whether and how a time for payment was agreed."""
    return _pick(_TERMS[value], language)


def law_word(value: str, language: str) -> str:
    """The law that governs a claim; an unknown one stands for itself."""
    return _pick(_LAWS.get(value, (value, value)), language)


def since_word(value: date, language: str) -> str:
    """A day from which something holds, or that it never does."""
    return _pick(("nie", "never"), language) if value == NEVER else day(value, language)


def evidence_text(text: str, language: str) -> str:
    """Evidence in the reader's language, as far as it is not a person's own words."""
    if is_english(language):
        for german, english in _EVIDENCE.items():
            text = text.replace(german, english)
    return text


def _pick(words: _Words, language: str) -> str:
    return words[is_english(language)]
