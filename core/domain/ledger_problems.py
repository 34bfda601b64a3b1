"""What the ledger passed over or could not place; every code that it reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.domain.ledger_parts import Books, Group, is_carried_sum, rows_of
from core.errors import Problem, Severity

LEDGER_PROBLEM_CODES: dict[str, str] = {
    "absent_from_opos": "Ein Posten fehlt in der OPOS-Liste und gilt als ausgeglichen",
    "due_before_invoice": "Eine Fälligkeit liegt vor dem Rechnungsdatum und wurde nicht verwendet",
    "opening_row_ignored": "Ein Eröffnungswert wurde übergangen, seine Nummer ist sonst unbekannt",
    "opening_without_number": "Ein Eröffnungswert ohne Belegfeld 1 wird nicht gemahnt",
    "opos_lists_same_day": "Mehrere OPOS-Listen zum selben Stichtag; nur eine zählt",
    "refund_not_placed": "Eine Rückzahlung oder Rücklastschrift gehört zu keiner Rechnung",
}


def find_problems(label: str, books: Books) -> Iterator[Problem]:
    """What was passed over or could not be placed, once per number."""
    if books.rival_lists and books.as_of is not None:
        yield Problem(
            "opos_lists_same_day",
            Severity.WARNING,
            ", ".join(books.rival_lists),
            f"{label}: mehrere OPOS-Listen zum {books.as_of:%d.%m.%Y}; nur "
            f"{books.rival_lists[-1]} zählt. Bitte je Stichtag eine Liste einlesen.",
        )
    for number, rows, open_sum in books.absent:
        name = f"Posten {number}" if number else "Buchungen ohne Belegfeld 1"
        yield Problem(
            "absent_from_opos",
            Severity.INFO,
            rows_of(rows),
            f"{label}: {name} mit {open_sum:.2f} fehlt in der OPOS-Liste zum "
            f"{books.as_of:%d.%m.%Y} und gilt als ausgeglichen. Ist das falsch, bitte eine "
            f"vollständige Liste aller offenen Posten einlesen.",
        )
    if books.lost_openings:
        yield Problem(
            "opening_row_ignored",
            Severity.WARNING,
            rows_of(books.lost_openings),
            f"{label}: Eröffnungswerte übergangen, weil das Vorjahr oder eine OPOS-Liste geladen "
            f"ist, dort aber nichts zu ihrer Nummer steht. Bitte das Vorjahr vollständig oder "
            f"eine OPOS-Liste einlesen.",
        )
    yield from _loose_ends(label, books.groups)


def _loose_ends(label: str, groups: Iterable[Group]) -> Iterator[Problem]:
    for group in groups:
        if group.left <= 0:
            continue
        if is_carried_sum(group):
            yield Problem(
                "opening_without_number",
                Severity.WARNING,
                rows_of(group.postings),
                f"{label}: Eröffnungswert über {group.left:.2f} {group.currency} ohne Belegfeld 1 "
                f"wird nicht gemahnt. Bitte das Vorjahr oder eine OPOS-Liste einlesen.",
            )
        if not group.claim:
            yield Problem(
                "refund_not_placed",
                Severity.WARNING,
                rows_of(group.postings),
                f"{label}: Rückzahlung oder Rücklastschrift {group.number} über {group.left:.2f} "
                f"{group.currency} gehört zu keiner bekannten Rechnung und wird nicht gemahnt. "
                f"Bitte die Rechnungsnummer in Belegfeld 1 nachtragen.",
            )
