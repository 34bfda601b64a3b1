"""Debitoren/Kreditoren (category 16): master data of debtors (datev.md §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from connectors.datev_csv.accounts import UNKNOWN_CHART, Side, classify
from connectors.datev_csv.address import (
    Values,
    address_of,
    check_postcode,
    email_of,
    full_name,
    valid_on,
)
from connectors.datev_csv.fields import one_line, parse_ddmmyyyy, parse_int
from connectors.datev_csv.problems import ProblemLog, RowError
from core.domain.legal_form import NO_PERSON, assumed_type
from core.domain.model import Address, DebtorType
from core.domain.records import DebtorRecord

# DATEV "Sprache"; 5 French, 10 Spanish, 19 Italian are UNVERIFIED and not offered for letters.
_LANGUAGES = {"": "de", "0": "de", "1": "de", "4": "en"}
# Bit mask 1/2/4; 5 is unused in DATEV.
_LEVELS = {"": 0, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "6": 6, "7": 7}
_DIRECT_DEBIT = frozenset({"7", "8"})
_BASE_CURRENCY = {"0": False, "2": True}
_INCOMPLETE_SALUTATION = re.compile(r"(Sehr geehrter? (?:Frau|Herr)),?")


class DebtorReader:
    """Turns rows into debtor records; creditors are counted and left out."""

    def __init__(self, file: str, length: int, on: date | None, log: ProblemLog) -> None:
        self._file = file
        self._length = length
        self._on = on
        self._log = log
        self.debtors: list[DebtorRecord] = []
        self.creditors = 0

    def add(self, line: int, values: Mapping[str, str]) -> None:
        """Reads one row; a refused one goes to the log."""
        try:
            self._read(line, values)
        except RowError as error:
            self._log.refuse(error, line)

    def _read(self, line: int, values: Values) -> None:
        account = classify(values["account"], self._length, UNKNOWN_CHART, "Konto")
        if account.side is Side.CREDITOR:
            self.creditors += 1
            return
        if account.side is Side.LEDGER:
            raise RowError(
                "account_length",
                "Konto",
                f"Konto {account.label[:20]} ist zu kurz für ein Personenkonto (erwartet "
                f"{self._length + 1} Stellen). Führende Stellen verloren? Unverändert exportieren.",
            )
        name = full_name(values)
        if not name:
            self._log.doubt(
                "name_missing", line, "Name", "Kein Name angegeben. Stammdaten ergänzen."
            )
        vat_id = _vat_id(values["eu_land"], values["eu_id"])
        kind, evidence = debtor_type(values["type"], vat_id, name)
        dunning = self._dunning(line, values["dunning"])
        self.debtors.append(
            DebtorRecord(
                external_id=account.canonical,
                account_label=account.label,
                name=name,
                address=self._address(line, values, name),
                salutation=_salutation(values),
                email=email_of(values["email"], line, self._log),
                phone=one_line(values["phone"]),
                language=self._language(line, values["language"]),
                type=kind,
                type_evidence=evidence,
                vat_id=vat_id,
                allowed_levels=0 if dunning is None else dunning,
                no_dunning=dunning is None,
                blocked_until=self._blocked_until(line, values["block_until"]),
                insolvent=values["insolvent"] == "1",
                direct_debit=values["direct_debit"] in _DIRECT_DEBIT,
                term=self._number(line, "Zahlungsbedingung", values["term"]),
                due_days=self._number(line, "Fälligkeit in Tagen (Debitor)", values["due_days"]),
                collective=values["collective"] == "1",
                dun_in_base_currency=_BASE_CURRENCY.get(values["currency_rule"]),
                file=self._file,
                row=line,
            )
        )

    def _dunning(self, line: int, text: str) -> int | None:
        """Bit mask of the allowed levels, None for no dunning at all."""
        if text == "9":
            return None
        if text in _LEVELS:
            return _LEVELS[text]
        self._log.doubt(
            "mahnung_unknown",
            line,
            "Mahnung",
            f"„{text[:10]}“ ist kein bekanntes Mahnkennzeichen (0-4, 6, 7, 9); der Debitor wird "
            "vorsichtshalber nicht gemahnt. Stammdaten prüfen.",
        )
        return None

    def _language(self, line: int, text: str) -> str:
        language = _LANGUAGES.get(text)
        if language is None:
            self._log.note(
                "language_unknown",
                line,
                "Sprache",
                f"Sprache {text[:10]} gibt es für Schreiben nicht; es wird Deutsch verwendet. "
                "Bei Bedarf am Kunden umstellen.",
            )
        return language or "de"

    def _blocked_until(self, line: int, text: str) -> date | None:
        if not text:
            return None
        until = parse_ddmmyyyy(text)
        if until is None:
            self._log.doubt(
                "block_date_invalid",
                line,
                "Mahnsperre bis",
                f"„{text[:20]}“ ist kein Datum (TTMMJJJJ); der Debitor bleibt ohne Ende gesperrt. "
                "Stammdaten prüfen.",
            )
            return date.max
        return until

    def _number(self, line: int, field: str, text: str) -> int | None:
        number = parse_int(text)
        if number is None:
            self._log.doubt(
                "number_invalid",
                line,
                field,
                f"„{text[:20]}“ ist keine Zahl; das Feld wurde nicht verwendet. Stammdaten prüfen.",
            )
        return number or None

    def _address(self, line: int, values: Values, name: str) -> Address:
        """The address that is valid on the day of the export."""
        if valid_on(values, self._on):
            return check_postcode(address_of(values, name), values["country"], line, self._log)
        invoice = address_of(values, name, "inv_")
        if invoice.is_postal and valid_on(values, self._on, "inv_"):
            return check_postcode(invoice, values["inv_country"], line, self._log)
        self._log.doubt(
            "address_expired",
            line,
            "Adresse Gültig bis",
            "Die Adresse gilt am Tag des Exports nicht; sie wird nicht für Briefe verwendet. "
            "Stammdaten aktualisieren.",
        )
        return Address(name=name)


def debtor_type(address_type: str, vat_id: str, name: str) -> tuple[DebtorType, str]:
    """Business or unknown, and what says so; an empty Adressattyp says nothing."""
    if address_type == "2":
        return DebtorType.BUSINESS, "DATEV Adressattyp 2 (Unternehmen)"
    assumed = assumed_type(name, vat_id)
    natural = address_type == "1"
    if assumed.evidence and not (natural and assumed.evidence.endswith(NO_PERSON)):
        return assumed
    if natural:
        # A natural person may still act as a business: no evidence either way.
        return DebtorType.UNKNOWN, "DATEV Adressattyp 1 (natürliche Person)"
    return DebtorType.UNKNOWN, ""


def _vat_id(land: str, number: str) -> str:
    """EU-Land and EU-UStID in one; tools repeat the country inside the number."""
    land, number = land.upper(), re.sub(r"[\s.\-]", "", number).upper()
    if not number or number.startswith(land):
        return number
    return land + number


def _salutation(values: Values) -> str:
    """Briefanrede; "Sehr geehrte Frau" alone gets the name of a person, else is no salutation."""
    text = one_line(values["salutation"]).rstrip(",")
    match = _INCOMPLETE_SALUTATION.fullmatch(text)
    if not match:
        return text
    if not values["last_name"]:
        return ""
    parts = (match.group(1), values["title"], values["prefix"], values["last_name"])
    return " ".join(part for part in parts if part)
