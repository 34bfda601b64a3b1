"""DATEV export files for the contract suite, written by our sandbox's writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from file_scenario import FileScenario, Harm, Line

from connectors.datev_csv import DatevCsvConnector
from core.ports import FileConnector, ImportOptions
from sandbox.datev_writer import (
    Row,
    amount,
    write_debtors,
    write_opos_list,
    write_postings,
    write_terms,
)

ROOT = Path(__file__).resolve().parents[2]
_YEAR = (date(2026, 1, 1), date(2026, 12, 31))
# Diverse Adressen (category 48): the sandbox exports none, so the few fields stand here.
_ADDRESSES = (
    '"EXTF";700;48;"Diverse Adressen";2;20260302120000000;;"RE";"";"";29098;55003;20260101;4;;;"";"";'
    ';;;"";;"";;;"";;;"";""\r\n'
    "Adressnummer;Konto;Anrede;Name (Adressattyp Unternehmen);Straße;Postleitzahl;Ort;Land\r\n"
    '"DIV500";19999;"";"Einmal Kunde GmbH";"Musterweg 5";"12345";"Musterstadt";"DE"\r\n'
)


def _row(line: Line) -> Row:
    row = {
        1: amount(Decimal(line.gross)),
        2: "S",
        7: line.account,
        8: "8400",
        10: f"{line.on:%d%m}",
        11: line.number,
        14: "Lieferung",
    }
    if line.harm is Harm.BROKEN:
        row[1] = "380.8"  # a spreadsheet was here
    if line.harm is Harm.ODD:
        row[2] = "X"  # neither S nor H
    return row


class DatevScenario(FileScenario):
    slug = "datev_csv"
    folder = ROOT / "connectors" / "datev_csv"
    golden = Path(__file__).parent / "golden" / "datev_csv.json"
    options = ImportOptions(as_of=date(2026, 6, 30), client="29098/55003")
    resources: ClassVar = {
        "postings": "postings",
        "debtors": "debtors",
        "payment_terms": "terms",
        "sundry_addresses": "addresses",
        "opos": "balances",
    }

    def connector(self) -> FileConnector:
        return DatevCsvConnector()

    def export(self) -> Mapping[str, bytes]:
        firm = {1: "10001", 2: "Muster Bau GmbH", 7: "2", 16: "Musterstraße 1", 18: "90402"}
        paid = {1: "238,00", 2: "S", 7: "1200", 8: "10002", 10: "2003", 11: "RE-2", 14: "Zahlung"}
        posts = [*map(_row, (Line("RE-1"), Line("RE-2", "238.00", "10002"))), paid]
        opos = {1: "10001", 2: "RE-1", 3: "05.03.2026", 4: "19.03.2026", 5: "119,00", 7: "119,00"}
        return {
            "postings": write_postings(posts, from_on=_YEAR[0], until_on=_YEAR[1]),
            "debtors": write_debtors([firm | {19: "Nürnberg", 33: "bau@muster.example"}]),
            "payment_terms": write_terms([{1: "10", 2: "14 Tage netto", 3: "1", 8: "14"}]),
            "sundry_addresses": _ADDRESSES.encode("cp1252"),
            "opos": write_opos_list([opos]),
        }

    def invoices(self, lines: Sequence[Line]) -> bytes:
        return write_postings(map(_row, lines), from_on=_YEAR[0], until_on=_YEAR[1])
