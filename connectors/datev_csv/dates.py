"""Days of a Buchungsstapel: the year of a Belegdatum (datev.md §2.1) and due dates (§2.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.datev_csv.fields import looks_damaged, make_day, parse_ddmmyy, parse_ddmmyyyy
from connectors.datev_csv.problems import RowError

FIELD = "Belegdatum"
# Belegfeld 2 counts as a due date only in this window around the document date.
_EARLIEST = timedelta(days=-7)
_LATEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DocumentDay:
    """A Belegdatum with its year; ``warning`` is a problem code, ``in_period`` for the batch."""

    day: date
    warning: str = ""
    message: str = ""
    in_period: bool = True


class DocumentDays:
    """Gives DDMM its year from WJ-Beginn; every distinct text is judged once."""

    def __init__(self, year_start: date, from_on: date | None, until_on: date | None) -> None:
        self._start = year_start
        self._from = from_on
        self._until = until_on
        self._known: dict[str, DocumentDay] = {}

    def get(self, text: str) -> DocumentDay:
        """The day written as ``text``.

        Raises:
            RowError: it is missing or no possible day.

        """
        day = self._known.get(text)
        if day is None:
            day = self._known[text] = self._judge(text)
        return day

    def _judge(self, text: str) -> DocumentDay:
        if not text:
            raise RowError("date_missing", FIELD, "Das Belegdatum fehlt. Buchung ergänzen.")
        if not re.fullmatch(r"[0-9]{3,4}", text):
            raise RowError("date_invalid", FIELD, _unreadable(text))
        padded = text.zfill(4)
        day, month = int(padded[:2]), int(padded[2:])
        start = self._start
        year = start.year + ((month, day) < (start.month, start.day))
        found = make_day(year, month, day)
        if self._from is None or self._until is None:
            if found is None:
                raise RowError("date_invalid", FIELD, _impossible(padded, year))
            return DocumentDay(found)
        return self._in_period(padded, found, year)

    def _in_period(self, padded: str, found: date | None, year: int) -> DocumentDay:
        if found is not None and self._inside(found):
            return DocumentDay(found)
        for other in (year - 1, year + 1):
            day = make_day(other, int(padded[2:]), int(padded[:2]))
            if day is not None and self._inside(day):
                return DocumentDay(
                    day,
                    "year_from_period",
                    f"Nach WJ-Beginn wäre {padded} im Jahr {year}; der Zeitraum der Datei "
                    f"verlangt {day:%d.%m.%Y}. Kopfzeile (Felder 13, 15, 16) prüfen.",
                )
        if found is None:
            raise RowError("date_invalid", FIELD, _impossible(padded, year))
        return DocumentDay(
            found,
            "date_outside_period",
            f"{found:%d.%m.%Y} liegt nicht zwischen {self._from:%d.%m.%Y} und "
            f"{self._until:%d.%m.%Y} (Kopfzeile). Belegdatum oder Zeitraum prüfen.",
            in_period=False,
        )

    def _inside(self, day: date) -> bool:
        if self._from is None or self._until is None:
            return True
        return self._from <= day <= self._until


def _unreadable(text: str) -> str:
    if looks_damaged(text):
        return (
            f"„{text[:20]}“ wurde von einer Tabellenkalkulation verändert; erwartet wird TTMM. "
            "Datei unverändert aus DATEV exportieren."
        )
    return f"„{text[:20]}“ ist kein Belegdatum (erwartet TTMM, z. B. 0503). Export prüfen."


def _impossible(padded: str, year: int) -> str:
    return (
        f"Den {padded[:2]}.{padded[2:]}.{year} gibt es nicht. Belegdatum oder WJ-Beginn "
        "(Kopfzeile Feld 13) prüfen."
    )


@dataclass(frozen=True, slots=True)
class Due:
    """What a row says of its due date; ``reference`` when Belegfeld 2 is a second number."""

    day: date | None = None
    rule: str = ""  # column_117 | belegfeld_2 | term
    term: int | None = None
    reference: str = ""
    warning: str = ""
    message: str = ""


def due_of(column_117: str, second: str, document: date) -> Due:
    """Due date, payment term or second reference of an invoice row (datev.md §2.7)."""
    if column_117:
        return _column_117(column_117, second, document)
    if not second:
        return Due()
    day = parse_ddmmyy(second)
    if day is not None:
        distance = day - document
        if _EARLIEST <= distance <= _LATEST:
            return _checked(Due(day, "belegfeld_2"), document)
        code = "due_before_document" if distance < _EARLIEST else "due_date_implausible"
        return Due(
            reference=second,
            warning=code,
            message=f"Belegfeld 2 „{second}“ wäre der {day:%d.%m.%Y}, das Belegdatum ist der "
            f"{document:%d.%m.%Y}; nicht als Fälligkeit verwendet. Fälligkeit in DATEV prüfen.",
        )
    if re.fullmatch(r"[1-9][0-9]{0,2}", second):
        return Due(rule="term", term=int(second))
    return Due(reference=second if second.strip("0") else "")


def _column_117(text: str, second: str, document: date) -> Due:
    day = parse_ddmmyyyy(text)
    if day is None:
        return Due(
            reference=second,
            warning="due_date_invalid",
            message=f"Fälligkeit „{text[:20]}“ ist kein Datum (TTMMJJJJ); nicht verwendet. "
            "Fälligkeit in DATEV prüfen.",
        )
    if day - document < _EARLIEST:
        return Due(
            reference=second,
            warning="due_before_document",
            message=f"Fälligkeit {day:%d.%m.%Y} liegt vor dem Belegdatum {document:%d.%m.%Y}; "
            "nicht verwendet. Fälligkeit in DATEV prüfen.",
        )
    return _checked(Due(day, "column_117", reference=second), document)


def _checked(due: Due, document: date) -> Due:
    """A due date shortly before the document date is kept, with a warning."""
    if due.day is None or due.day >= document:
        return due
    return Due(
        due.day,
        due.rule,
        due.term,
        due.reference,
        "due_before_document",
        f"Fälligkeit {due.day:%d.%m.%Y} liegt vor dem Belegdatum {document:%d.%m.%Y}. "
        "Fälligkeit in DATEV prüfen.",
    )
