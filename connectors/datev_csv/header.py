"""The header record of a DATEV-Format file (31 fields; datev.md §1.1).

Only fields 1-5 and, where the category needs them, 13 and 14 are required: home-made exporters
pad the record with empty fields or stop early.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date

from connectors.datev_csv.fields import parse_day
from core.errors import DataRefused

POSTINGS, DEBTORS, TERMS, ADDRESSES = 21, 16, 46, 48

# Formatkategorie -> Formatname; the four above are read, the others named and passed over.
CATEGORIES: dict[int, str] = {
    DEBTORS: "Debitoren/Kreditoren",
    20: "Kontenbeschriftungen",
    POSTINGS: "Buchungsstapel",
    44: "Textschlüssel",
    TERMS: "Zahlungsbedingungen",
    47: "Konto-Notizen",
    ADDRESSES: "Diverse Adressen",
    62: "Anlagenbuchführung (Filialen)",
    63: "Anlagenbuchführung (Bereiche)",
    65: "Wiederkehrende Buchungen",
    66: "Natural-Stapel",
    67: "Buchungstextkonstanten",
}
_NAMES = {re.sub(r"[^a-zäöü]", "", name.lower()): number for number, name in CATEGORIES.items()}
_START = re.compile(r'\s*"?(EXTF|DTVF)"?\s*([;,\t])')


@dataclass(frozen=True, slots=True)
class Header:
    """What the reader needs of the header record."""

    kind: str  # EXTF | DTVF
    version: int
    category: int
    name: str
    format_version: int
    created: str
    client: str  # BERATER/MANDANT without leading zeros, "" = not given
    year_start: date | None
    account_length: int | None
    from_on: date | None
    until_on: date | None
    label: str
    locked: bool
    currency: str
    chart: str  # "03", "04", …; "" = not given
    by_name: bool = False  # the category came from the name
    shifted: bool = False  # every field after 5 stands one place too far right

    @property
    def created_on(self) -> date | None:
        """Day on which the file was written, when the stamp is readable."""
        return parse_day(self.created[:8]) if re.fullmatch(r"\d{8,20}", self.created) else None


def delimiter_of(line: str) -> str | None:
    """The delimiter behind EXTF/DTVF, or None when the line is no header record."""
    match = _START.match(line.lstrip("\ufeff"))
    return match.group(2) if match else None


def parse_header(line: str, delimiter: str, file: str) -> Header:
    """Reads the header record.

    Raises:
        DataRefused: a required field is missing or the category is not known.

    """
    try:
        fields = next(csv.reader([line.lstrip("\ufeff")], delimiter=delimiter))
    except (csv.Error, StopIteration) as error:
        raise DataRefused(f"{file}: die Kopfzeile ist nicht lesbar. Export wiederholen.") from error
    fields = [value.strip() for value in fields] + [""] * 32
    version = _number(fields[1])
    if version is None:
        raise DataRefused(
            f"{file}: Kopfzeile Feld 2 (Versionsnummer) ist „{fields[1][:20]}“, erwartet 300, 510 "
            "oder 700. Export im DATEV-Format wiederholen."
        )
    category, by_name = _category(fields, file)
    shifted = _is_shifted(fields)
    if shifted:
        fields = fields[:5] + fields[6:] + [""]
    return _build(fields, version, category, by_name=by_name, shifted=shifted)


def _build(
    fields: list[str], version: int, category: int, *, by_name: bool, shifted: bool
) -> Header:
    return Header(
        kind=fields[0],
        version=version,
        category=category,
        name=CATEGORIES[category],
        format_version=_number(fields[4]) or 0,
        created=fields[5],
        client=client_label(f"{fields[10]}/{fields[11]}"),
        year_start=parse_day(fields[12]),
        account_length=_length(fields[13]),
        from_on=parse_day(fields[14]),
        until_on=parse_day(fields[15]),
        label=fields[16],
        # Empty counts as locked on import since 2016/17.
        locked=fields[20] != "0",
        currency=fields[21].upper(),
        chart=_chart(fields[26]),
        by_name=by_name,
        shifted=shifted,
    )


def client_label(text: str) -> str:
    """BERATER/MANDANT in one spelling (``00001/00002`` is ``1/2``); "" when incomplete."""
    match = re.fullmatch(r"\s*0*(\d{1,7})\s*[/\-]\s*0*(\d{1,5})\s*", text)
    return f"{match.group(1)}/{match.group(2)}" if match else ""


def require_year(header: Header, file: str) -> date:
    """WJ-Beginn, the only source of the year of a Belegdatum."""
    if header.year_start is None:
        raise DataRefused(
            f"{file}: Kopfzeile Feld 13 (WJ-Beginn) fehlt oder ist kein Datum (JJJJMMTT); ohne "
            "sie hat kein Belegdatum ein Jahr. Export mit vollständiger Kopfzeile wiederholen."
        )
    return header.year_start


def require_length(header: Header, file: str) -> int:
    """Sachkontenlänge, which tells personal accounts from G/L accounts."""
    if header.account_length is None:
        raise DataRefused(
            f"{file}: Kopfzeile Feld 14 (Sachkontenlänge) fehlt oder liegt nicht zwischen 4 und "
            "8; Debitoren sind so nicht erkennbar. Export mit vollständiger Kopfzeile wiederholen."
        )
    return header.account_length


def _category(fields: list[str], file: str) -> tuple[int, bool]:
    number = _number(fields[2])
    if number in CATEGORIES:
        return number, False
    by_name = _NAMES.get(re.sub(r"[^a-zäöü]", "", fields[3].lower()))
    if by_name is None:
        raise DataRefused(
            f"{file}: Formatkategorie „{fields[2][:10]}“ mit Formatname „{fields[3][:40]}“ ist "
            "nicht bekannt. Gelesen werden Buchungsstapel (21), Debitoren/Kreditoren (16), "
            "Zahlungsbedingungen (46) und Diverse Adressen (48)."
        )
    return by_name, True


def _is_shifted(fields: list[str]) -> bool:
    """One empty field too many in front: field 14 is the date and 15 the account length."""
    return (
        parse_day(fields[12]) is None
        and parse_day(fields[13]) is not None
        and _length(fields[14]) is not None
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else None


def _length(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[4-8]", text) else None


def _chart(text: str) -> str:
    return text.zfill(2) if re.fullmatch(r"\d{1,2}", text) else ""
