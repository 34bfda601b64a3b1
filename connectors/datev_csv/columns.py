"""The columns that this reader uses, by position, with the captions seen in the wild.

Position is the default (positions never move between versions); a recognised caption at another
position wins; where captions are blank or unknown, position wins (datev.md §1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from connectors.datev_csv.header import ADDRESSES, DEBTORS, POSTINGS, TERMS

# Behind any real row: always empty after padding.
_ABSENT = 1000
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def normalise(caption: str) -> str:
    """A caption without case, umlauts, dashes, blanks, dots and brackets."""
    text = re.sub(r"[^a-z0-9%]", "", caption.strip().lower().translate(_UMLAUTS))
    return text.replace("adressatentyp", "adressattyp")


@dataclass(frozen=True, slots=True)
class Column:
    """Position (1-based), DATEV's caption, and other spellings of it."""

    position: int
    caption: str
    others: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        return _keys(self)


@cache
def _keys(column: Column) -> frozenset[str]:
    """Asked for once per caption of every file, of a few dozen columns in all."""
    return frozenset(normalise(text) for text in (column.caption, *column.others))


def _columns(*rows: tuple[str, int, str] | tuple[str, int, str, tuple[str, ...]]) -> Columns:
    return {row[0]: Column(row[1], row[2], row[3] if len(row) == 4 else ()) for row in rows}


Columns = Mapping[str, Column]

_INFO = tuple(
    (f"info{number}", 20 + 2 * number, f"Beleginfo - Inhalt {number}") for number in range(1, 9)
)
POSTING_COLUMNS: Columns = _columns(
    ("amount", 1, "Umsatz (ohne Soll/Haben-Kz)", ("Umsatz", "Umsatz (ohne Soll-/Haben-Kz)")),
    ("side", 2, "Soll/Haben-Kennzeichen", ("S/H", "Soll-/Haben-Kennzeichen", "Soll/Haben-Kz")),
    ("currency", 3, "WKZ Umsatz", ("WKZ",)),
    ("rate", 4, "Kurs"),
    ("base", 5, "Basis-Umsatz"),
    ("base_currency", 6, "WKZ Basis-Umsatz"),
    ("account", 7, "Konto"),
    ("contra", 8, "Gegenkonto (ohne BU-Schlüssel)", ("Gegenkonto",)),
    ("tax_key", 9, "BU-Schlüssel", ("Buchungsschlüssel",)),
    ("date", 10, "Belegdatum"),
    ("number", 11, "Belegfeld 1"),
    ("second", 12, "Belegfeld 2"),
    ("discount", 13, "Skonto"),
    ("text", 14, "Buchungstext"),
    ("block", 15, "Postensperre"),
    ("sundry", 16, "Diverse Adressnummer"),
    ("matter", 18, "Sachverhalt"),
    *_INFO,
    ("order", 95, "Auftragsnummer"),
    ("booking_type", 96, "Buchungstyp"),
    ("guid", 103, "Buchungs GUID"),
    ("mandate", 105, "SEPA-Mandatsreferenz", ("Mandatsreferenz",)),
    ("block_until", 111, "Postensperre bis"),
    ("locked", 114, "Festschreibung"),
    ("delivery", 115, "Leistungsdatum"),
    ("due", 117, "Fälligkeit"),
    ("reversal", 118, "Generalumkehr (GU)", ("Generalumkehr",)),
)
DEBTOR_COLUMNS: Columns = _columns(
    ("account", 1, "Konto"),
    ("company", 2, "Name (Adressattyp Unternehmen)"),
    ("last_name", 4, "Name (Adressattyp natürl. Person)"),
    ("first_name", 5, "Vorname (Adressattyp natürl. Person)"),
    ("other_name", 6, "Name (Adressattyp keine Angabe)"),
    ("type", 7, "Adressattyp"),
    ("short", 8, "Kurzbezeichnung"),
    ("eu_land", 9, "EU-Land"),
    ("eu_id", 10, "EU-UStID", ("EU-USt-IdNr.",)),
    ("title", 12, "Titel/Akad. Grad"),
    ("nobility", 13, "Adelstitel"),
    ("prefix", 14, "Namensvorsatz"),
    ("address_kind", 15, "Adressart"),
    ("street", 16, "Straße"),
    ("po_box", 17, "Postfach"),
    ("postcode", 18, "Postleitzahl"),
    ("city", 19, "Ort"),
    ("country", 20, "Land"),
    ("extra", 22, "Adresszusatz"),
    ("extra1", 24, "Abw. Zustellbezeichnung 1"),
    ("extra2", 25, "Abw. Zustellbezeichnung 2"),
    ("valid_from", 27, "Adresse Gültig von"),
    ("valid_until", 28, "Adresse Gültig bis"),
    ("phone", 29, "Telefon"),
    ("email", 33, "E-Mail"),
    ("salutation", 97, "Briefanrede"),
    ("language", 101, "Sprache"),
    ("collective", 105, "Diverse-Konto"),
    ("currency_rule", 107, "Währungssteuerung"),
    ("term", 109, "Zahlungsbedingung"),
    ("due_days", 110, "Fälligkeit in Tagen (Debitor)"),
    ("dunning", 121, "Mahnung"),
    ("direct_debit", 133, "Lastschrift"),
    ("inv_address_kind", 153, "Adressart (Rechnungsadresse)"),
    ("inv_street", 154, "Straße (Rechnungsadresse)"),
    ("inv_po_box", 155, "Postfach (Rechnungsadresse)"),
    ("inv_postcode", 156, "Postleitzahl (Rechnungsadresse)"),
    ("inv_city", 157, "Ort (Rechnungsadresse)"),
    ("inv_country", 158, "Land (Rechnungsadresse)"),
    ("inv_extra", 160, "Adresszusatz (Rechnungsadresse)"),
    ("inv_extra1", 161, "Abw. Zustellbezeichnung 1 (Rechnungsadresse)"),
    ("inv_extra2", 162, "Abw. Zustellbezeichnung 2 (Rechnungsadresse)"),
    ("inv_valid_from", 163, "Adresse Gültig von (Rechnungsadresse)"),
    ("inv_valid_until", 164, "Adresse Gültig bis (Rechnungsadresse)"),
    ("insolvent", 221, "Insolvent"),
    ("block_until", 233, "Mahnsperre bis"),
)
ADDRESS_COLUMNS: Columns = _columns(
    ("number", 1, "Adressnummer"),
    ("account", 2, "Konto"),
    ("company", 4, "Name (Adressattyp Unternehmen)"),
    ("short", 6, "Kurzbezeichnung"),
    ("last_name", 7, "Name (Adressattyp natürl. Person)"),
    ("first_name", 8, "Vorname (Adressattyp natürl. Person)"),
    ("other_name", 9, "Name (Adressattyp keine Angabe)"),
    ("type", 10, "Adressattyp"),
    ("title", 11, "Titel/Akad. Grad"),
    ("nobility", 12, "Adelstitel"),
    ("prefix", 13, "Namensvorsatz"),
    ("address_kind", 15, "Adressart"),
    ("street", 16, "Straße"),
    ("po_box", 17, "Postfach"),
    ("postcode", 18, "Postleitzahl"),
    ("city", 19, "Ort"),
    ("country", 20, "Land"),
    ("extra", 22, "Adresszusatz"),
    ("extra1", 23, "Abw. Zustellbezeichnung 1"),
    ("extra2", 24, "Abw. Zustellbezeichnung 2"),
    ("email", 45, "E-Mail"),
)
TERM_COLUMNS: Columns = _columns(
    ("number", 1, "Nummer"),
    ("label", 2, "Bezeichnung"),
    ("type", 3, "Fälligkeitstyp"),
    ("percent1", 4, "Skonto 1%"),
    ("percent2", 6, "Skonto 2 %"),
    ("due_days", 8, "Fällig Tage"),
    ("until1", 9, "Rechnung bis / Zeitraum 1"),
    ("day1", 14, "Fällig Datum / Zeitraum 1"),
    ("month1", 15, "Fällig Monat / Zeitraum 1"),
    ("until2", 16, "Rechnung bis / Zeitraum 2"),
    ("day2", 21, "Fällig Datum / Zeitraum 2"),
    ("month2", 22, "Fällig Monat / Zeitraum 2"),
    ("until3", 23, "Rechnung bis / Zeitraum 3"),
    ("day3", 28, "Fällig Datum / Zeitraum 3"),
    ("month3", 29, "Fällig Monat / Zeitraum 3"),
)
TABLES: dict[int, Columns] = {
    POSTINGS: POSTING_COLUMNS,
    DEBTORS: DEBTOR_COLUMNS,
    ADDRESSES: ADDRESS_COLUMNS,
    TERMS: TERM_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column of a file stands (0-based); ``names`` in the order of ``indexes``."""

    names: tuple[str, ...]
    indexes: tuple[int, ...]
    width: int  # what a row must at least have, shorter ones are padded
    captions: tuple[str, ...] = field(default=())

    def caption(self, position: int) -> str:
        """Caption of a 1-based field, "Feld n" when it has none."""
        if 0 < position <= len(self.captions) and self.captions[position - 1]:
            return self.captions[position - 1]
        return f"Feld {position}"


def layout(columns: Columns, captions: Sequence[str]) -> Layout:
    """Places ``columns`` by the caption line; an empty one places them by position."""
    keys = [normalise(text) for text in captions]
    known = {key for column in columns.values() for key in column.keys}
    indexes = tuple(_place(column, keys, known) for column in columns.values())
    shown = tuple(text.strip() for text in captions)
    if not any(shown):
        shown = _default(columns)
    return Layout(tuple(columns), indexes, max(indexes) + 1, shown)


def _default(columns: Columns) -> tuple[str, ...]:
    texts = [""] * max(column.position for column in columns.values())
    for column in columns.values():
        texts[column.position - 1] = column.caption
    return tuple(texts)


def _place(column: Column, keys: Sequence[str], known: set[str]) -> int:
    """Index of a column; ``_ABSENT`` when another known column took its place."""
    default = column.position - 1
    here = keys[default] if default < len(keys) else ""
    if here in column.keys:
        return default
    for index, key in enumerate(keys):
        if key in column.keys:
            return index
    return _ABSENT if here in known else default


def is_caption_line(columns: Columns, fields: Sequence[str]) -> bool:
    """True when the second line holds captions and not already data (datev.md §1)."""
    if not any(text.strip() for text in fields):
        return True
    if fields[0].strip()[:1].isdigit():
        return False
    known = {key for column in columns.values() for key in column.keys}
    return any(normalise(text) in known for text in fields)
