"""Recognising an OPOS list: two layouts of DATEV, columns found by caption (datev.md §4)."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.datev_csv.columns import normalise
from connectors.datev_csv.fields import parse_ddmmyyyy

# our name -> captions, normalised (lower case, no umlauts, blanks, dots, dashes)
_CAPTIONS: dict[str, tuple[str, ...]] = {
    "account": ("konto", "kontonummer", "kontonr", "debitor", "debitorennummer", "debitorkonto"),
    "number": (
        "rechnungsnummer", "rechnungsnr", "rechnungnr", "rechnrnummer", "belegfeld1", "rgnr",
        "rechnung", "rechnr",
    ),
    "date": ("datum", "rechnungsdatum", "belegdatum", "rechdatum"),
    "due": ("faelligkeit", "faelligam", "faelligkeitsdatum"),
    "debit": ("sollbetrag", "betragsoll", "soll", "umsatzsoll"),
    "credit": ("habenbetrag", "betraghaben", "haben", "umsatzhaben"),
    "balance": ("saldo", "offenerbetrag", "restbetrag", "offen", "saldoeur"),
    "side": ("shsaldo", "sh", "saldosh", "sollhaben", "sollhabenkennzeichen"),
    "currency": ("wkzeingabebetrag", "wkz", "waehrung"),
    "text": ("buchungstext", "text"),
    "name": (
        "name", "kontobezeichnung", "kontobeschriftung", "debitorenname", "kundenname",
        "bezeichnung", "kurzbezeichnung",
    ),
    "cleared": ("ausgleichskz", "ausgleichskennzeichen", "ausgleich"),
}  # fmt: skip
# Order of the ASCII export "Offene Posten" when it has no header line.
_ASCII = {
    "account": 0, "number": 1, "date": 2, "due": 3, "debit": 5, "credit": 6, "balance": 7,
    "side": 8, "currency": 9, "text": 17, "cleared": 21,
}  # fmt: skip
_ASCII_WIDTH = 22
_SEARCHED_LINES = 40
_ACCOUNT = re.compile(r"[0-9]{4,9}")


@dataclass(frozen=True, slots=True)
class ListLayout:
    """Delimiter, line of the captions (0 = none), and where each column stands (0-based)."""

    delimiter: str
    caption_line: int
    places: Mapping[str, int]


def find_layout(sample: str) -> ListLayout | None:
    """The layout of an OPOS list, or None when the text is none."""
    lines = re.split(r"\r\n|\r|\n", sample)[:_SEARCHED_LINES]
    for number, line in enumerate(lines, 1):
        for delimiter in (";", "\t", ","):
            places = _places(_split(line, delimiter))
            if _is_enough(places):
                return ListLayout(delimiter, number, places)
    first = next((line for line in lines if line.strip()), "")
    for delimiter in (";", "\t"):
        if _is_ascii_row(_split(first, delimiter)):
            return ListLayout(delimiter, 0, _ASCII)
    return None


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return [value.strip() for value in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _places(fields: Sequence[str]) -> dict[str, int]:
    keys = [normalise(text) for text in fields]
    places: dict[str, int] = {}
    for name, captions in _CAPTIONS.items():
        for index, key in enumerate(keys):
            if key in captions:
                places[name] = index
                break
    return places


def _is_enough(places: Mapping[str, int]) -> bool:
    """Account, invoice number, a date and something that says how much."""
    amounts = "balance" in places or {"debit", "credit"} <= places.keys()
    return (
        {"account", "number"} <= places.keys() and amounts and bool({"date", "due"} & set(places))
    )


def _is_ascii_row(fields: Sequence[str]) -> bool:
    """A data row of the ASCII export, which need not have a header line."""
    if len(fields) < _ASCII_WIDTH or not _ACCOUNT.fullmatch(fields[0]):
        return False
    if parse_ddmmyyyy(fields[2]) is None:
        return False
    return fields[8].upper() in {"S", "H", ""} and bool(re.fullmatch(r"-?[\d.]*,\d\d", fields[7]))
