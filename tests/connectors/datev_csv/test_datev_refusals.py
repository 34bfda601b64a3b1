"""What is no DATEV file is refused at once, with its name and a remedy."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from datev_rows import invoice

from connectors.datev_csv import DatevCsvConnector
from core.errors import DataRefused
from core.ports import ImportOptions


def _zip(name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


BANK = "20050550;1234567890;12;03.03.26;05.03.26;Muster;;;;;-12.50;EUR;;;;;Miete\r\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "leer"),
        (b" \r\n \r\n", "nur Leerzeichen"),
        (b"\0" * 5000, "Nullbytes"),
        (bytes(range(256)) * 20, "Binärdatei"),
        (_zip("xl/workbook.xml"), "XLSX"),
        (_zip("EXTF_Buchungsstapel.csv"), "ZIP-Archiv"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office-Datei"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'{"invoices": []}', "JSON"),
        (b"<?xml version='1.0'?><LedgerImport/>", "XML"),
        (b"ED00001 11 AB 1234567", "OBE/KNE"),
        (BANK.encode(), "Bankumsatzdatei"),
        (b"EUR;+12,50;8400;10001;0503\r\n", "ASCII-Buchungsvorlage"),
        (b"EXTFD;700;21;Buchungsstapel\r\n", "kein DATEV-Kopfsatz"),
        (
            b"Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ\r\n1;S;EUR\r\n",
            "ohne Kopfzeile",
        ),
        (b'"EXTF";700;21;"Buchungsstapel"\\r\\nUmsatz;S/H', "Speicherauszug"),
        (b"Name;Alter\r\nMuster;42\r\n", "kein DATEV-Export"),
        ("Konto".encode("utf-16-le") * 50, "UTF-16"),
    ],
)
def test_named_and_refused(read, content, says) -> None:
    with pytest.raises(DataRefused, match=says) as refused:
        read(content, "datei.csv")
    assert str(refused.value).startswith("datei.csv: ")


def test_200_mb_of_zeros_are_refused_by_their_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "null.csv"
    with path.open("wb") as handle:
        handle.truncate(200_000_000)
    with pytest.raises(DataRefused, match="zu groß"):
        DatevCsvConnector().read(path, ImportOptions())


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "fehlt.csv"):
        with pytest.raises(DataRefused, match="keine lesbare Datei"):
            DatevCsvConnector().read(path, ImportOptions())


def test_a_file_damaged_by_a_spreadsheet_is_refused_when_no_row_is_left(batch) -> None:
    rows = [invoice(c10="5.06"), invoice(c7="1E+05"), invoice(c1="380.8"), invoice(c10="12.3")]
    with pytest.raises(DataRefused, match=r"keine der 4 Zeilen.*Tabellenkalkulation"):
        batch(*rows)


def test_damaged_rows_beside_a_good_one_are_single_errors(batch) -> None:
    result = batch(invoice(c10="5.06"), invoice(c7="1E+05"), invoice(c1="380.8"), invoice())
    assert len(result.postings) == 1
    errors = [(p.code, p.where) for p in result.problems if p.severity == "error"]
    assert errors == [
        ("date_invalid", "EXTF_Test.csv:3 Belegdatum"),
        ("account_invalid", "EXTF_Test.csv:4 Konto"),
        ("amount_invalid", "EXTF_Test.csv:5 Umsatz (ohne Soll/Haben-Kz)"),
    ]
    assert all("Tabellenkalkulation" in p.message for p in result.problems)
    assert result.row_error_accounts == {"100010000"}
    assert result.info.refused == 3
