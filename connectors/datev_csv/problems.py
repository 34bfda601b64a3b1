"""Every problem that this reader reports: stable code, German meaning, and the collector.

docs/connectors/datev.md lists the same codes; a test keeps the two equal.
"""

from __future__ import annotations

from collections import Counter

from core.errors import Problem, Severity

PROBLEM_CODES: dict[str, str] = {
    # the file
    "undefined_bytes": "Zeichen, die es in Windows-1252 (oder der erkannten Kodierung) nicht gibt",
    "header_shifted": "Die Kopfzeile ist um ein Feld verschoben",
    "category_by_name": "Die Formatkategorie ist falsch, der Formatname entscheidet",
    "client_missing": "Die Datei nennt keinen Berater oder Mandanten",
    "chart_unknown": "Der Kontenrahmen ist nicht bekannt",
    "currency_assumed": "Die Kopfzeile nennt keine Währung",
    "further_warnings": "Weitere gleichartige Warnungen wurden zusammengefasst",
    # the row as text
    "broken_quotes": "Anführungszeichen in einer Zeile gehen nicht auf",
    "quotes_repaired": "Ein Text enthält einzelne Anführungszeichen; die Zeile ist trotzdem eindeutig",
    "torn_row": "Zeilenrest ohne Betrag und Konto",
    # fields
    "amount_missing": "Der Betrag fehlt",
    "amount_invalid": "Der Betrag ist nicht lesbar",
    "amount_zero": "Die Buchung bewegt keinen Betrag",
    "side_invalid": "Das Soll/Haben-Kennzeichen ist weder S noch H",
    "currency_invalid": "Das Währungskennzeichen ist kein ISO-Code",
    "rate_missing": "Für den Fremdwährungsbetrag fehlen Basis-Umsatz und Kurs",
    "account_missing": "Konto oder Gegenkonto fehlt",
    "account_invalid": "Das Konto ist keine Kontonummer",
    "account_length": "Das Konto passt nicht zur Sachkontenlänge",
    "date_missing": "Das Datum fehlt",
    "date_invalid": "Das Datum ist nicht lesbar oder gibt es nicht",
    "date_outside_period": "Das Belegdatum liegt außerhalb des Zeitraums der Datei",
    "year_from_period": "Das Jahr wurde aus dem Zeitraum der Datei genommen",
    "due_before_document": "Die Fälligkeit liegt vor dem Belegdatum",
    "due_date_invalid": "Die Fälligkeit ist nicht lesbar",
    "due_date_implausible": "Die Fälligkeit liegt unplausibel weit vom Belegdatum entfernt",
    "block_date_invalid": "Ein Sperrdatum ist nicht lesbar; die Sperre gilt ohne Ende",
    "discount_ignored": "Skonto auf einer Zeile, die keine Zahlung ist",
    "guid_repeated": "Dieselbe Buchungs-GUID steht mehrmals in der Datei",
    # master data
    "mahnung_unknown": "Das Feld Mahnung hat einen unbekannten Wert",
    "language_unknown": "Die Sprache ist nicht bekannt",
    "address_expired": "Die Adresse ist nicht mehr oder noch nicht gültig",
    "postcode_short": "Der Postleitzahl fehlt vermutlich eine führende Null",
    "email_unusable": "Die E-Mail-Adresse ist nicht verwendbar",
    "name_missing": "Der Debitor hat keinen Namen",
    "number_invalid": "Eine Zahl ist nicht lesbar",
    "creditors_skipped": "Kreditoren wurden übergangen",
    "percent_implausible": "Ein Skontosatz über 10 % ist unplausibel",
    "term_without_due": "Eine Zahlungsbedingung nennt keine Fälligkeit",
    # OPOS lists
    "not_personal_account": "Die Zeile betrifft kein Personenkonto",
    "balance_mismatch": "Soll, Haben und Saldo passen nicht zusammen",
    "after_as_of": "Ein Posten ist jünger als der Stichtag der Liste",
    "foreign_currency_in_list": "Der Posten wurde in Fremdwährung gebucht",
    "due_date_missing": "Ein Posten der Liste hat keine Fälligkeit",
}

# The same warning on thousands of rows helps nobody and costs memory; errors are never capped.
MAX_WARNINGS_PER_CODE = 200


class RowError(Exception):
    """A row that must be refused: its code, the field as DATEV spells it, and the sentence."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


class ProblemLog:
    """Collects the problems of one file in the order in which they were met."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self.refused = 0

    def refuse(self, error: RowError, line: int) -> None:
        """Notes a refused row."""
        self.refused += 1
        self._add(error.code, Severity.ERROR, line, error.field, error.message)

    def doubt(self, code: str, line: int, field: str, message: str) -> None:
        self._capped(code, Severity.WARNING, line, field, message)

    def note(self, code: str, line: int, field: str, message: str) -> None:
        self._capped(code, Severity.INFO, line, field, message)

    def _capped(self, code: str, severity: Severity, line: int, field: str, message: str) -> None:
        self._counts[code] += 1
        if self._counts[code] <= MAX_WARNINGS_PER_CODE:
            self._add(code, severity, line, field, message)

    def _add(self, code: str, severity: Severity, line: int, field: str, message: str) -> None:
        if code not in PROBLEM_CODES:
            raise KeyError(code)
        where = f"{self._file}:{line}" if line else self._file
        self._problems.append(
            Problem(code, severity, f"{where} {field}" if field else where, message)
        )

    @property
    def first_error(self) -> Problem | None:
        return next((p for p in self._problems if p.severity is Severity.ERROR), None)

    def codes(self) -> set[str]:
        return {p.code for p in self._problems}

    def finish(self) -> tuple[Problem, ...]:
        """All problems; capped warnings end in one line that gives their number."""
        for code, count in self._counts.items():
            if count > MAX_WARNINGS_PER_CODE:
                more = count - MAX_WARNINGS_PER_CODE
                self._add(
                    "further_warnings",
                    Severity.WARNING,
                    0,
                    "",
                    f"{more} weitere Warnungen „{PROBLEM_CODES[code]}“ ({code}) nicht einzeln "
                    "aufgeführt. Ursache im Quellprogramm beheben und neu exportieren.",
                )
        self._counts.clear()
        return tuple(self._problems)
