"""Sentences for the causes of a difference between two runs: German, then English.

Names in braces are the facts of the cause; the caller has written days and amounts for the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.domain.reasons import is_english, word
from core.domain.record_diff import Changed
from core.domain.run_diff_types import Cause, Change

CHANGES: dict[Change, tuple[str, str]] = {
    Change.NEW: ("neu", "new"),
    Change.GONE: ("weggefallen", "gone"),
    Change.VERDICT: ("anders entschieden", "decided differently"),
    Change.AMOUNT: ("anderer Betrag", "another amount"),
}

CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.NEW_ITEM: ("Der Posten ist neu in den Büchern.", "The item is new in the books."),
    Cause.REOPENED: (
        "Der Posten war ausgeglichen und ist wieder offen.",
        "The item was settled and is open again.",
    ),
    Cause.CLEARED: (
        "Der Posten ist ausgeglichen, storniert oder ausgebucht.",
        "The item is settled, cancelled or written off.",
    ),
    Cause.PAID: (
        "{by} wurden gezahlt oder gutgeschrieben: offen waren {before}, jetzt {after}.",
        "{by} was paid or credited: {before} was open, now {after}.",
    ),
    Cause.GROWN: (
        "Der offene Betrag stieg um {by}, von {before} auf {after}.",
        "What is open grew by {by}, from {before} to {after}.",
    ),
    Cause.LEVEL_SENT: (
        "Die Mahnstufe {level} ist inzwischen hinausgegangen ({on}).",
        "Level {level} has left meanwhile ({on}).",
    ),
    Cause.LEVEL_BACK: (
        "Die Mahnstufe wurde von {before} auf {after} zurückgesetzt.",
        "The level went back from {before} to {after}.",
    ),
    Cause.CONTACT: (
        "Der Kunde hat inzwischen eine andere Mahnung bekommen ({on}).",
        "The debtor has got another notice meanwhile ({on}).",
    ),
    Cause.DEADLINE: (
        "Die letzte gesetzte Zahlungsfrist war der {before}, jetzt ist es der {after}.",
        "The last deadline set was {before}; now it is {after}.",
    ),
    Cause.HOLD_SET: (
        "Mahnsperre gesetzt: {hold_kind}, bis {hold_until}. {hold_reason}",
        "A hold was set: {hold_kind}, until {hold_until}. {hold_reason}",
    ),
    Cause.HOLD_ENDED: (
        "Mahnsperre beendet: {hold_kind}. {hold_reason}",
        "A hold has ended: {hold_kind}. {hold_reason}",
    ),
    Cause.HOLD_CHANGED: (
        "Mahnsperre geändert: {hold_kind}, jetzt bis {hold_until}. {hold_reason}",
        "A hold was changed: {hold_kind}, now until {hold_until}. {hold_reason}",
    ),
    Cause.DUE_DATE: (
        "Die Fälligkeit war der {before}, jetzt ist sie der {after}.",
        "It was due on {before}; now on {after}.",
    ),
    Cause.ITEM_DATA: (
        "Angaben zum Posten geändert: {changed}",
        "Data of the item changed: {changed}",
    ),
    Cause.BOOKED_UNTIL: (
        "Geld ist in „{connection}“ jetzt bis {after} gebucht, vorher bis {before}.",
        "Money is booked in “{connection}” until {after} now; before, until {before}.",
    ),
    Cause.CONNECTION_ROLE: (
        "Die Anbindung „{connection}“ war {before}, jetzt ist sie {after}.",
        "The connection “{connection}” was {before}; now it is {after}.",
    ),
    Cause.PROCEDURE_ASSIGNED: (
        "Für das Konto gilt jetzt das Mahnverfahren „{after}“ statt „{before}“.",
        "The account has the procedure “{after}” now instead of “{before}”.",
    ),
    Cause.PROCEDURE_CHANGED: (
        "Das Mahnverfahren „{procedure}“ wurde geändert: {changed}",
        "The procedure “{procedure}” was changed: {changed}",
    ),
    Cause.DEBTOR_DATA: (
        "Angaben zum Kunden geändert: {changed}",
        "Data of the debtor changed: {changed}",
    ),
    Cause.OTHER_ITEMS: (
        "Andere Posten des Kunden haben sich geändert.",
        "Other items of the debtor have changed.",
    ),
    Cause.CHARGES_OWED: (
        "Die offenen Nebenforderungen des Kunden haben sich geändert.",
        "The charges that the debtor owes have changed.",
    ),
    Cause.OTHER_CONNECTION: (
        "Was eine andere Anbindung von diesem Beleg weiß, oder ob es derselbe ist, ist jetzt anders.",
        "What another connection knows of this document, or whether it is the same, has changed.",
    ),
    Cause.CREDITOR_SETTINGS: (
        "Einstellungen des Mandanten geändert: {changed}",
        "Settings of the creditor changed: {changed}",
    ),
    Cause.BASE_RATES: (
        "Die Basiszinssätze wurden geändert oder ergänzt.",
        "Base rates were changed or added.",
    ),
    Cause.CALENDARS: (
        "Es gelten andere Feiertage als im früheren Lauf.",
        "Other feast days hold than in the earlier run.",
    ),
    Cause.VERSION: (
        "Der spätere Lauf wurde mit einer anderen Version gemacht: {before} → {after}.",
        "The later run was made with another version: {before} → {after}.",
    ),
    Cause.DAY: (
        "Der Tag ist weitergegangen, vom {before} zum {after}.",
        "The day has moved on, from {before} to {after}.",
    ),
    Cause.UNEXPLAINED: (
        "Aus dem, was beide Läufe festgehalten haben, ist es nicht zu erklären.",
        "What both runs recorded does not explain it.",
    ),
}


# Fields and values as a bookkeeper calls them; what is not here is named as in file or command.
_WORDS: dict[str, tuple[str, str]] = {
    "type": ("Art", "type"),
    "type_confirmed": ("Art bestätigt", "type confirmed"),
    "land": ("Land", "Land"),
    "terms": ("vereinbarte Zahlungsfrist", "agreed terms"),
    "governing_law": ("anwendbares Recht", "governing law"),
    "segment": ("Kundengruppe", "segment"),
    "procedure": ("Mahnverfahren", "procedure"),
    "allowed_levels": ("erlaubte Mahnstufen", "allowed levels"),
    "direct_debit": ("Lastschrift", "direct debit"),
    "consumer_notice_since": ("Hinweis für Verbraucher seit", "consumer notice since"),
    "email": ("Mailadresse", "mail address"),
    "vat_id": ("USt-IdNr.", "VAT id"),
    "address.postcode": ("Postleitzahl", "postcode"),
    "address.country": ("Staat", "country"),
    "state": ("Stand", "state"),
    "kind": ("Belegart", "kind"),
    "pending": ("Versand", "delivery"),
    "outstanding": ("offener Betrag", "outstanding"),
    "total": ("Rechnungsbetrag", "total"),
    "number": ("Rechnungsnummer", "number"),
    "invoice_date": ("Rechnungsdatum", "invoice date"),
    "delivered_on": ("Leistungsdatum", "delivered on"),
    "currency_unclear": ("Währung ungeklärt", "currency unclear"),
    "consumer": ("Verbraucher", "consumer"),
    "business": ("Unternehmen", "business"),
    "unknown": ("unbekannt", "unknown"),
    "true": ("ja", "yes"),
    "false": ("nein", "no"),
    "?": ("vorhanden", "given"),
    "open": ("offen", "open"),
    "partly_paid": ("teilweise bezahlt", "partly paid"),
    "none": ("nichts unterwegs", "nothing under way"),
    "printed": ("gedruckt", "printed"),
    "leading": ("führend", "leading"),
    "evidence": ("nur Beleg", "evidence only"),
}


def plain_word(name: str, language: str) -> str:
    """A field or value in the reader's language; an unknown one stands for itself."""
    known = _WORDS.get(name)
    return known[is_english(language)] if known else name


def listed(changed: Iterable[Changed], language: str) -> str:
    """``Art: Unternehmen → Verbraucher`` for each, in one line."""
    return "; ".join(
        f"{plain_word(key, language)}: {plain_word(before, language)} → "
        f"{plain_word(after, language)}"
        for key, before, after in changed
    )


def change_word(change: Change, language: str) -> str:
    """A kind of change in a word or two."""
    return CHANGES[change][is_english(language)]


def cause_sentence(cause: Cause, facts: Mapping[str, str], language: str) -> str:
    """The cause in a sentence; days and amounts are given as the reader writes them."""
    shown = {name: word(name, value, language) for name, value in facts.items()}
    return CAUSES[cause][is_english(language)].format_map(shown).strip()
