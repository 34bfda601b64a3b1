"""Zahlungsbedingungen (category 46) and Diverse Adressen (category 48); datev.md §3.1."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.datev_csv.accounts import UNKNOWN_CHART, Side, classify
from connectors.datev_csv.address import address_of, check_postcode, email_of, full_name
from connectors.datev_csv.fields import one_line, parse_int
from connectors.datev_csv.problems import ProblemLog, RowError
from core.domain.records import PaymentTerm, SundryAddress, TermPeriod

_BY_PERIODS = "2"
# Percent is an integer of hundredths; more than 10 % is a slip of the keyboard.
_MAX_PERCENT = 1000


class TermReader:
    """Turns rows into payment terms."""

    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self.terms: list[PaymentTerm] = []

    def add(self, line: int, values: Mapping[str, str]) -> None:
        """Reads one row; a refused one goes to the log."""
        try:
            self._read(line, values)
        except RowError as error:
            self._log.refuse(error, line)

    def _read(self, line: int, values: Mapping[str, str]) -> None:
        number = parse_int(values["number"])
        if not number:
            raise RowError(
                "number_invalid",
                "Nummer",
                f"„{values['number'][:20]}“ ist keine Nummer einer Zahlungsbedingung. "
                "Export prüfen.",
            )
        for key in ("percent1", "percent2"):
            percent = parse_int(values[key])
            if percent is None or percent > _MAX_PERCENT:
                self._log.doubt(
                    "percent_implausible",
                    line,
                    "Skonto 1%" if key == "percent1" else "Skonto 2 %",
                    f"Skonto „{values[key][:10]}“ (in Hundertsteln) wirkt wie ein Tippfehler; für "
                    "Fälligkeiten ohne Bedeutung. Zahlungsbedingung prüfen.",
                )
        periods = _periods(values) if values["type"] == _BY_PERIODS else ()
        days = None if values["type"] == _BY_PERIODS else parse_int(values["due_days"])
        if days is None and not periods:
            self._log.doubt(
                "term_without_due",
                line,
                "Fällig Tage",
                f"Zahlungsbedingung {number} nennt keine lesbare Fälligkeit; es gilt die "
                "Voreinstellung. Zahlungsbedingung prüfen.",
            )
        self.terms.append(PaymentTerm(number, one_line(values["label"]), days, periods))


def _periods(values: Mapping[str, str]) -> tuple[TermPeriod, ...]:
    found: list[TermPeriod] = []
    for number in ("1", "2", "3"):
        until = parse_int(values[f"until{number}"])
        day = parse_int(values[f"day{number}"])
        month = parse_int(values[f"month{number}"])
        if until and day and month is not None and until <= 31 and day <= 31 and month <= 2:
            found.append(TermPeriod(until, day, month))
    return tuple(found)


class AddressReader:
    """Turns rows into addresses of collective accounts."""

    def __init__(self, length: int, log: ProblemLog) -> None:
        self._length = length
        self._log = log
        self.addresses: list[SundryAddress] = []
        self.creditors = 0

    def add(self, line: int, values: Mapping[str, str]) -> None:
        """Reads one row; a refused one goes to the log."""
        try:
            self._read(line, values)
        except RowError as error:
            self._log.refuse(error, line)

    def _read(self, line: int, values: Mapping[str, str]) -> None:
        if not values["number"]:
            raise RowError(
                "number_invalid", "Adressnummer", "Die Adressnummer fehlt. Export prüfen."
            )
        account = ""
        if values["account"]:
            info = classify(values["account"], self._length, UNKNOWN_CHART, "Konto")
            if info.side is Side.CREDITOR:
                self.creditors += 1
                return
            if info.side is Side.LEDGER:
                raise RowError(
                    "account_length",
                    "Konto",
                    f"Konto {info.label[:20]} ist kein Personenkonto. Sammelkonto prüfen.",
                )
            account = info.canonical
        name = full_name(values)
        address = check_postcode(address_of(values, name), values["country"], line, self._log)
        email = email_of(values["email"], line, self._log)
        self.addresses.append(SundryAddress(values["number"], account, name, address, email))
