"""Keys and values of a procedure file in words; the JSON documents keep them as they are."""

from __future__ import annotations

from collections.abc import Mapping

from cli.i18n import tr
from core.domain.model import Showing
from core.domain.procedure import DunningLevel

KEY_WORDS: dict[str, tuple[str, str]] = {
    "label": ("Bezeichnung", "label"),
    "grace_days": ("Kulanztage", "grace days"),
    "min_days_in_arrears": ("Mindestverzugstage", "days in arrears at least"),
    "contact_gap_days": ("Mindestabstand zweier Mahnungen", "days between two notices"),
    "person_above": ("Freigabe durch eine Person ab", "a person approves above"),
    "consolidated": ("Sammelmahnung", "one notice for all invoices"),
    "booked_through_working_days": ("erlaubter Buchungsrückstand", "bookkeeping may lag"),
    "bank_days_after_deadline": ("Bankarbeitstage nach Fristende", "bank days after deadline"),
    "charges": ("Verbleib der Kosten", "what becomes of charges"),
    "lump_sum_minimum": ("Verzugspauschale ab Forderung von", "lump sum from a claim of"),
    "minimum_total": ("nichts verschicken unter", "nothing is sent below"),
    "clock": ("Uhr", "clock"),
    "send_weekdays": ("Versandtage", "days of sending"),
    "working_days_only": ("nur an Werktagen", "working days only"),
    "send_hours": ("Uhrzeiten für Mails", "hours for mails"),
    "number": ("Nummer der Stufe", "number of the level"),
    "key": ("Schlüssel der Stufe", "key of the level"),
    "text": ("Textbaustein", "text block"),
    "days_after_due": ("Tage nach Fälligkeit", "days after due"),
    "interval_days": ("Abstand zur letzten Mahnung", "days since the last notice"),
    "deadline_days": ("Zahlungsfrist in Tagen", "deadline in days"),
    "channels": ("Versandwege", "channels"),
    "automation": ("Freigabe", "approval"),
    "min_amount": ("Stufe erst ab", "level from an amount of"),
    "counts_as_mahnung": ("zählt als Mahnung", "counts as a Mahnung"),
    "fee": ("Mahngebühr", "dunning fee"),
    "interest": ("Verzugszinsen", "default interest"),
    "lump_sum": ("Verzugspauschale", "lump sum"),
}


def key_word(key: str) -> str:
    """``levels[first].text`` as "Stufe first: Textbaustein"; an unknown key stands for itself."""
    place, _, last = key.rpartition("].")
    level = place.removeprefix("levels[") if place else ""
    if key.endswith("]"):
        name = key.removeprefix("levels[").removesuffix("]")
        return tr(f"Stufe {name}", f"level {name}")
    word = tr(*KEY_WORDS.get(last, (last, last)))
    return tr(f"Stufe {level}: {word}", f"level {level}: {word}") if level else word


def value_word(value: object) -> str:
    """A value of the file for a table: ja/nein, lists and amounts in a row, "–" for nothing."""
    if isinstance(value, bool):
        return tr("ja", "yes") if value else tr("nein", "no")
    if isinstance(value, Mapping) and "days_after_due" in value:
        return _level_word(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{amount} {currency}" for currency, amount in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "–"
    return "–" if value in (None, "") else str(value)


def _level_word(level: Mapping[str, object]) -> str:
    """A whole level that the other procedure does not have."""
    days, text = level["days_after_due"], level["text"]
    return tr(f"{days} Tage nach Fälligkeit: {text}", f"{days} days after due: {text}")


def charges_word(level: DunningLevel) -> str:
    """What a level charges or shows, in a few words; "–" for nothing."""
    found = [f"{amount} {currency}" for currency, amount in level.fee.items()]
    for showing, words in (
        (level.interest, ("Zinsen", "interest")),
        (level.lump_sum, ("Pauschale", "lump sum")),
    ):
        if showing is Showing.SHOW:
            found.append(tr(f"{words[0]} (Hinweis)", f"{words[1]} (shown)"))
        elif showing is Showing.CHARGE:
            found.append(tr(*words))
    return ", ".join(found) or "–"
