"""Base rates as a CSV file: read, written, and joined with those that come with Mahnwerk.

Columns: valid_from, percent, source; and, if they are there, valid_to, status (confirmed,
secondary, unverified) and source_en. Pure: the caller has read the text. Every refusal names file, line and
field, and the remedy.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from itertools import pairwise

from core.domain.law.rates import FIRST_DAYS, HalfYear, RateTable, decimals, half_year_end
from core.errors import ConfigError

COLUMNS = ("valid_from", "valid_to", "percent", "source", "status")
STATUS = {"confirmed": True, "secondary": False, "unverified": False}
# Wide enough for any base rate since 1948; a slip of the decimal sign lies outside.
LOWEST, HIGHEST = Decimal(-5), Decimal(20)
_PERCENT = re.compile(r"[+-]?[0-9]{1,2}(?:[.,][0-9]{1,4})?")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field stands, for the sentence that refuses it."""

    where: str
    line: int

    def refuse(self, field: str, de: str, en: str) -> ConfigError:
        return ConfigError(
            f"{self.where}: Zeile {self.line}: {field}: {de}",
            en=f"{self.where}: line {self.line}: {field}: {en}",
        )


def percent_of(text: str) -> Decimal | None:
    """1.27, 1,27 or -0.88 with at least two decimals; None when it is no base rate."""
    if not _PERCENT.fullmatch(text.strip()):
        return None
    figure = Decimal(text.strip().replace(",", "."))
    if not LOWEST <= figure <= HIGHEST:
        return None
    return figure.quantize(_CENT) if decimals(figure) < 2 else figure


def parse_rates(text: str, where: str) -> tuple[HalfYear, ...]:
    """The half-years of a file in its order; ``where`` is its name.

    Commas or semicolons part the columns (a spreadsheet in German writes semicolons, 1,27 and
    01.01.2027).

    Raises:
        ConfigError: a column is missing or a field cannot be used.
    """
    try:
        return tuple(_rows(text, where))
    except csv.Error as error:
        raise ConfigError(
            f"{where}: ist keine CSV-Datei ({error}). Aus der Tabellenkalkulation neu speichern.",
            en=f"{where}: is no CSV file ({error}). Save it again from the spreadsheet.",
        ) from error


def _rows(text: str, where: str) -> Iterator[HalfYear]:
    head = text.partition("\n")[0]
    reader = csv.DictReader(StringIO(text), delimiter=";" if ";" in head else ",")
    names = [(name or "").strip() for name in reader.fieldnames or ()]
    # The published series calls its figure so.
    reader.fieldnames = ["percent" if name == "base_rate_percent" else name for name in names]
    for column in ("valid_from", "percent", "source"):
        if column not in reader.fieldnames:
            raise _Place(where, 1).refuse(
                column,
                f"Die Spalte fehlt. Die erste Zeile lautet: {','.join(COLUMNS)}",
                f"the column is missing. The first line reads: {','.join(COLUMNS)}",
            )
    for row in reader:
        cells = {name: (value or "").strip() for name, value in row.items() if name}
        yield _half_year(cells, _Place(where, reader.line_num))


def _half_year(cells: dict[str, str], at: _Place) -> HalfYear:
    first = _first_day(cells["valid_from"], at)
    last = half_year_end(first)
    if cells.get("valid_to") and _day(cells["valid_to"]) != last:
        raise at.refuse(
            "valid_to",
            f"„{cells['valid_to']}“ ist nicht das Ende des Halbjahres. Richtig: {last}.",
            f"{cells['valid_to']!r} is not the end of the half-year. It is {last}.",
        )
    percent = percent_of(cells["percent"])
    if percent is None:
        raise at.refuse(
            "percent",
            f"„{cells['percent']}“ ist kein Basiszinssatz in Prozent. So: 1.27 oder -0.88.",
            f"{cells['percent']!r} is no base rate in percent. Write 1.27 or -0.88.",
        )
    if not cells["source"]:
        raise at.refuse(
            "source",
            "fehlt. Eintragen, wo der Satz bekannt gemacht ist.",
            "is missing. Enter where the rate was announced.",
        )
    status = cells.get("status") or "confirmed"
    if status not in STATUS:
        raise at.refuse(
            "status",
            f"„{status}“ ist nicht bekannt. Möglich: {', '.join(STATUS)}.",
            f"{status!r} is not known. Possible: {', '.join(STATUS)}.",
        )
    english = cells.get("source_en", "")
    return HalfYear(first, last, percent, cells["source"], STATUS[status], english)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 — a day, no instant
        except ValueError:
            continue
    return None


def _first_day(text: str, at: _Place) -> date:
    day = _day(text)
    if day is None or (day.month, day.day) not in FIRST_DAYS:
        raise at.refuse(
            "valid_from",
            f"„{text}“ ist kein 1. Januar und kein 1. Juli; nur an diesen Tagen ändert sich der "
            "Satz. So: 2027-01-01.",
            f"{text!r} is neither 1 January nor 1 July, the only days on which the rate changes. "
            "Write 2027-01-01.",
        )
    return day


def render_rates(half_years: Iterable[HalfYear]) -> str:
    """The content of a file that :func:`parse_rates` reads."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in half_years:
        status = "confirmed" if each.confirmed else "secondary"
        writer.writerow([each.valid_from, each.valid_to, each.percent, each.source, status])
    return stream.getvalue()


def merged(shipped: Iterable[HalfYear], own: Iterable[HalfYear], where: str) -> RateTable:
    """The shipped half-years with the user's ``own`` beside or instead of them.

    Raises:
        ConfigError: an own figure contradicts a confirmed one, two own ones each other, or a
            half-year is missing in between; ``where`` names the file.
    """
    rates = {each.valid_from: each for each in shipped}
    settled = {first for first, each in rates.items() if each.confirmed}
    entered: dict[date, HalfYear] = {}
    for each in own:
        first = each.valid_from
        rival = rates[first] if first in settled else entered.get(first)
        if rival is not None and rival.percent != each.percent:
            raise contradiction(each, rival, where)
        entered[first] = each
    rates.update((first, each) for first, each in entered.items() if first not in settled)
    ordered = [rates[first] for first in sorted(rates)]
    _refuse_gap(ordered, where)
    return RateTable(tuple(ordered))


def contradiction(own: HalfYear, known: HalfYear, where: str) -> ConfigError:
    """The refusal of an own figure that another one contradicts; it names both."""
    return ConfigError(
        f"{where}: {own.valid_from}: {own.percent} % widerspricht {known.percent} % "
        f"({known.source}). Den Wert prüfen und die Zeile berichtigen oder entfernen.",
        en=f"{where}: {own.valid_from}: {own.percent} % contradicts {known.percent} % "
        f"({known.source}). Check the figure and mend or remove the line.",
    )


def _refuse_gap(ordered: list[HalfYear], where: str) -> None:
    for before, after in pairwise(ordered):
        due = before.valid_to + timedelta(days=1)
        if after.valid_from != due:
            raise ConfigError(
                f"{where}: Das Halbjahr ab {due} fehlt vor {after.valid_from}. Auch dieses "
                "eintragen: Ein Satz ohne den davor ergäbe falsche Zinsen.",
                en=f"{where}: the half-year from {due} is missing before {after.valid_from}. "
                "Enter it too: a rate without the one before would make wrong interest.",
            )
