"""Every sample file is read or passed over with a reason, and datev.md §2.6 comes out."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.datev_csv import DatevCsvConnector
from core.domain.records import FileImport
from core.ports import ImportOptions
from sandbox.datev_captions import DEBTORS_5, POSTINGS_13, TERMS_2

# file -> category, rows, refused rows, records
EXPECTED = {
    "datev-format-parser__EXTF_Buchungsstapel.csv": ("postings", 54, 0, 27),
    "datev-format-parser__EXTF_DebKred_Stamm.csv": ("debtors", 4, 0, 4),
    "datev-format-parser__EXTF_Div-Adressen.csv": ("sundry_addresses", 3, 0, 3),
    "datev-format-parser__EXTF_Zahlungsbedingungen.csv": ("payment_terms", 5, 0, 5),
    "datev-lint__broken_quotes.csv": ("postings", 2, 1, 0),
    "datev-lint__encoding_windows1252.csv": ("postings", 2, 0, 0),
    "datev-lint__leading_zero_konto.csv": ("postings", 2, 0, 0),
    "datev-lint__valid_minimal_700.csv": ("postings", 10, 0, 0),
    "kivitendo__DTVF_payroll_datev.csv": ("postings", 12, 0, 0),
    "kivitendo__EXTF_Buchungsstapel.csv": ("postings", 38, 0, 22),
    "kivitendo__EXTF_Div-Adressen.csv": ("sundry_addresses", 3, 0, 3),
    "kivitendo__EXTF_Stammdaten-Deb-Kred.csv": ("debtors", 4, 0, 4),
    "kivitendo__EXTF_Zahlungsbedingungen.csv": ("payment_terms", 8, 0, 8),
    "ledermann-datev__EXTF_Buchungsstapel.csv": ("postings", 2, 0, 1),
    "ledermann-datev__EXTF_Kontenbeschriftungen.csv": ("ignored", 0, 0, 0),
    "ledermann-datev__EXTF_Stammdaten.csv": ("debtors", 4, 0, 1),
}


def _read(path: Path) -> FileImport:
    return DatevCsvConnector().read(path, ImportOptions())


def test_the_list_above_names_every_sample(samples: Path) -> None:
    assert {path.name for path in samples.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_sample_is_read_as_described(samples: Path, name: str) -> None:
    result = _read(samples / name)
    category, rows, refused, records = EXPECTED[name]
    found = len(result.postings + result.debtors + result.terms + result.addresses)  # type: ignore[operator]
    assert (result.info.category, result.info.rows, result.info.refused, found) == (
        category, rows, refused, records,
    )  # fmt: skip
    assert bool(result.info.note) == (category == "ignored")


# datev.md §2.6, in the base currency
BALANCES = {
    ("10100", "AR-78/13"): "0.00",
    ("10100", "AR-456/13"): "0.00",
    ("10001", "AR-2013"): "0.00",
    ("10100", "AR-2013"): "35.00",
    ("10500", "AR1111"): "-55.55",
    ("20050", ""): "100.00",
    ("10001", "2345"): "-119.00",
}


def test_balances_of_datevs_own_sample(samples: Path) -> None:
    result = _read(samples / "datev-format-parser__EXTF_Buchungsstapel.csv")
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for posting in result.postings:
        assert posting.base_effect.currency == "EUR"
        sums[posting.account_label, posting.item_key] += posting.base_effect.amount
    assert {key: f"{sums[key]:.2f}" for key in BALANCES} == BALANCES
    assert "due_before_document" in {problem.code for problem in result.problems}
    assert result.info.client == "29098/55003"


def test_the_row_with_quotes_inside_its_text_is_read(samples: Path) -> None:
    result = _read(samples / "datev-format-parser__EXTF_Buchungsstapel.csv")
    warning = next(each for each in result.problems if each.code == "quotes_repaired")
    assert warning.where == "datev-format-parser__EXTF_Buchungsstapel.csv:4 Buchungstext"
    assert "Normalabschr. immater. VermG" in next(p.text for p in result.postings if p.row == 4)
    assert result.row_error_accounts == frozenset()


def test_our_writer_uses_datevs_captions(samples: Path) -> None:
    for name, captions in (
        ("datev-format-parser__EXTF_Buchungsstapel.csv", POSTINGS_13[:124]),
        ("datev-format-parser__EXTF_DebKred_Stamm.csv", DEBTORS_5),
        ("datev-format-parser__EXTF_Zahlungsbedingungen.csv", TERMS_2),
    ):
        line = (samples / name).read_text("cp1252").splitlines()[1]
        assert tuple(line.split(";")) == captions
