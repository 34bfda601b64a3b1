"""Sentences for the causes of a difference between two runs: German, then English.

Names in braces are the facts of the cause; the caller has written days and amounts for the reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.reasons import is_english, word
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
        "Mahnsperre gesetzt: {hold_kind}, bis {until}. {hold_reason}",
        "A hold was set: {hold_kind}, until {until}. {hold_reason}",
    ),
    Cause.HOLD_ENDED: (
        "Mahnsperre beendet: {hold_kind}. {hold_reason}",
        "A hold has ended: {hold_kind}. {hold_reason}",
    ),
    Cause.HOLD_CHANGED: (
        "Mahnsperre geändert: {hold_kind}, jetzt bis {until}. {hold_reason}",
        "A hold was changed: {hold_kind}, now until {until}. {hold_reason}",
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
        "Die offenen Zuschläge des Kunden haben sich geändert.",
        "The charges that the debtor owes have changed.",
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
        "Nur der Tag ist weitergegangen, vom {before} zum {after}.",
        "Only the day has moved on, from {before} to {after}.",
    ),
    Cause.UNEXPLAINED: (
        "Aus dem, was beide Läufe festgehalten haben, ist es nicht zu erklären.",
        "What both runs recorded does not explain it.",
    ),
}


def change_word(change: Change, language: str) -> str:
    """A kind of change in a word or two."""
    return CHANGES[change][is_english(language)]


def cause_sentence(cause: Cause, facts: Mapping[str, str], language: str) -> str:
    """The cause in a sentence; days and amounts are given as the reader writes them."""
    shown = {name: word(name, value, language) for name, value in facts.items()}
    return CAUSES[cause][is_english(language)].format_map(shown).strip()
