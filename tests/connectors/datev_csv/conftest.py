"""Files for the DATEV reader: written by the sandbox writer or by hand, read from a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.datev_csv import DatevCsvConnector
from core.domain.records import FileImport, Posting
from core.ports import ImportOptions
from sandbox.datev_writer import Office, Row, write_debtors, write_postings

Read = Callable[..., FileImport]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads bytes as a file of that name."""

    def _read(
        content: bytes,
        name: str = "EXTF_Test.csv",
        *,
        as_of: date | None = None,
        client: str = "",
        **settings: str,
    ) -> FileImport:
        path = tmp_path / name
        path.write_bytes(content)
        return DatevCsvConnector().read(path, ImportOptions(as_of, client, settings))

    return _read


@pytest.fixture
def batch(read: Read) -> Callable[..., FileImport]:
    """Reads rows as a Buchungsstapel of 2026, changed on the way if asked."""

    def _batch(
        *rows: Row,
        office: Office | None = None,
        change: Callable[[bytes], bytes] = bytes,
        label: str = "Test",
        period: tuple[date, date] = (date(2026, 1, 1), date(2026, 12, 31)),
        **settings: str,
    ) -> FileImport:
        content = write_postings(rows, office, from_on=period[0], until_on=period[1], label=label)
        return read(change(content), **settings)

    return _batch


@pytest.fixture
def posting(batch: Callable[..., FileImport]) -> Callable[..., Posting]:
    """The one posting of the one row."""

    def _posting(row: Row, **options: object) -> Posting:
        result = batch(row, **options)
        assert [p.message for p in result.problems if p.severity == "error"] == []
        assert len(result.postings) == 1
        return result.postings[0]

    return _posting


@pytest.fixture
def debtors(read: Read) -> Callable[..., FileImport]:
    def _debtors(*rows: Row, office: Office | None = None, **options: object) -> FileImport:
        return read(write_debtors(rows, office), **options)

    return _debtors


@pytest.fixture(scope="session")
def samples() -> Path:
    """Files that other people wrote; they are not in this repository."""
    folder = os.environ.get("MAHNWERK_DATEV_SAMPLES", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("cannot here: MAHNWERK_DATEV_SAMPLES names no folder with DATEV sample files")
    return Path(folder)
