"""Whatever the bytes are: a result or a refusal; and what our writer wrote is read back."""

from __future__ import annotations

import string
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.datev_csv import DatevCsvConnector
from core.errors import DataRefused
from core.ports import ImportOptions
from sandbox.datev_export import big_postings, demo_office
from sandbox.datev_writer import amount, day, write_postings

SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OPTIONS = ImportOptions(date(2026, 6, 30), "29098/55003")
HEAD = (
    b'"EXTF";700;21;"Buchungsstapel";13;;;"RE";"";"";29098;55003;20260101;4;20260101;20261231;"T"'
)
CELL = st.text(alphabet=string.digits + 'SH;,."\r\n ABcé€', max_size=8)


def _survives(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    message = path.name
    try:
        DatevCsvConnector().read(path, OPTIONS)
    except DataRefused as refused:
        message = str(refused)
    assert message.startswith(path.name)


@SETTINGS
@given(st.binary(max_size=400))
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    _survives(tmp_path / "x.csv", content)


@SETTINGS
@given(st.sampled_from([16, 20, 21, 46, 48]), st.binary(max_size=400))
def test_random_bytes_behind_a_header(tmp_path: Path, category: int, content: bytes) -> None:
    head = HEAD.replace(b";21;", b";%d;" % category)
    _survives(tmp_path / "x.csv", head + b"\r\n" + content)


@SETTINGS
@given(st.lists(st.lists(CELL, min_size=8, max_size=20).map(";".join), max_size=6))
def test_random_rows(tmp_path: Path, rows: list[str]) -> None:
    text = "\r\n".join(rows).encode("cp1252")
    captions = b"\r\nUmsatz;S/H;WKZ;Kurs;Basis-Umsatz;WKZ Basis-Umsatz;Konto;Gegenkonto\r\n"
    _survives(tmp_path / "x.csv", HEAD + captions + text)


@SETTINGS
@given(st.lists(st.lists(CELL, min_size=7, max_size=9).map(";".join), max_size=6))
def test_random_opos_lines(tmp_path: Path, rows: list[str]) -> None:
    text = "Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo\r\n"
    _survives(tmp_path / "x.csv", (text + "\r\n".join(rows)).encode("cp1252"))


TEXT = st.text(
    alphabet=string.ascii_letters + string.digits + "äöüß€ ;\"'{}#/-&.,", max_size=30
).map(lambda text: " ".join(text.split()))
ROW = st.tuples(
    st.integers(10000, 69999),
    st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100),
    st.booleans(),
    st.integers(0, 364).map(lambda days: date(2026, 1, 1) + timedelta(days)),
    TEXT,
    TEXT,
)


@SETTINGS
@given(st.lists(ROW, min_size=1, max_size=8))
def test_round_trip_and_identical_ids(tmp_path: Path, rows: list[tuple]) -> None:
    content = write_postings(
        [
            {1: amount(value), 2: "S" if debit else "H", 7: str(account), 8: "8400",
             10: f"{on:%d%m}", 11: number, 14: text, 117: day(on + timedelta(14))}
            for account, value, debit, on, number, text in rows
        ],
        from_on=date(2026, 1, 1),
        until_on=date(2026, 12, 31),
    )  # fmt: skip
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    result = DatevCsvConnector().read(path, ImportOptions())
    assert [
        (int(p.account_label), p.effect.amount, p.booked_on, p.number, p.text, p.due_date)
        for p in result.postings
    ] == [
        (account, value if debit else -value, on, number, text, on + timedelta(14))
        for account, value, debit, on, number, text in rows
    ]
    again = DatevCsvConnector().read(path, ImportOptions())
    assert again == result
    assert len({p.external_id for p in result.postings}) == len(rows)


@pytest.mark.parametrize("on", [date(2026, 11, 23), date(2026, 2, 2), date(2027, 1, 1)])
def test_the_demo_office_is_read_without_a_refused_row(tmp_path: Path, on: date) -> None:
    booked: list[date] = []
    names: set[str] = set()
    for name, content in demo_office(on).items():
        (tmp_path / name).write_bytes(content)
        result = DatevCsvConnector().read(tmp_path / name, ImportOptions())
        assert [p for p in result.problems if p.severity != "info"] == []
        names |= {debtor.name for debtor in result.debtors}
        if result.info.booked_until:
            booked.append(result.info.booked_until)
    assert max(booked) < on
    assert (on - max(booked)).days <= 3
    assert {'#read("secret")', "{{ 7*7 }}"} <= names


def test_the_big_batch_is_mixed_and_repeatable(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(big_postings(600, seed=1))
    result = DatevCsvConnector().read(path, ImportOptions())
    assert (result.info.rows, result.info.refused, len(result.postings)) == (600, 0, 300)
    assert big_postings(60, seed=2) == big_postings(60, seed=2) != big_postings(60, seed=3)
