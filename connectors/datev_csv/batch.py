"""A Buchungsstapel file (category 21) from its header to its postings."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter

from connectors.datev_csv import accounts
from connectors.datev_csv.columns import Layout
from connectors.datev_csv.dates import DocumentDays
from connectors.datev_csv.header import Header, require_length, require_year
from connectors.datev_csv.postings import BatchFacts, PostingReader
from connectors.datev_csv.raw_posting import RawPosting
from connectors.datev_csv.reading import Reading, Row, broken_quotes, identity_of, info_of
from connectors.datev_csv.rows import BrokenRow, Records
from core.domain.records import FileImport

_CHART_SAMPLE = 5000
_DEFAULT_CURRENCY = "EUR"


def read_postings(reading: Reading, placed: Layout, rows: Iterator[Row]) -> FileImport:
    """Reads all rows of a Buchungsstapel.

    Raises:
        DataRefused: the header has no WJ-Beginn or no Sachkontenlänge.
        ConfigError: a setting of the connection is no chart or list of accounts.

    """
    reader, chart = _reader(reading, placed)
    with _no_collection():
        _feed(reader, reading, placed, rows)
    postings = reader.finish()
    if postings and not chart.name and not chart.money:
        reading.log.doubt(
            "chart_unknown", 1, "Sachkontenrahmen",
            "Weder SKR03 noch SKR04 erkennbar: Zahlungen sind nicht von anderen Buchungen zu "
            "unterscheiden und kein Buchungsstand der Bank ist bekannt. Bei der Anbindung "
            "chart=SKR03 oder chart=SKR04 einstellen.",
        )  # fmt: skip
    info = info_of(
        reading,
        "postings",
        locked=_locked(reading.header, reader.lock_flags),
        booked_until=reader.booked_until,
    )
    return FileImport(
        info,
        postings=postings,
        problems=reading.log.finish(),
        row_error_accounts=frozenset(reader.error_accounts),
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pauses the cycle collector: a hundred thousand records without a cycle are not worth it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _reader(reading: Reading, placed: Layout) -> tuple[PostingReader, accounts.Chart]:
    header, log, name = reading.header, reading.log, reading.source.name
    length, year = require_length(header, name), require_year(header, name)
    if not header.currency:
        log.note(
            "currency_assumed", 1, "WKZ",
            f"Die Kopfzeile nennt keine Währung; angenommen wird {_DEFAULT_CURRENCY}.",
        )  # fmt: skip
    currency = header.currency or _DEFAULT_CURRENCY
    facts = BatchFacts(name, reading.client, identity_of(reading), year, length, currency)
    chart = _chart(reading, placed, length)
    days = DocumentDays(year, header.from_on, header.until_on)
    return PostingReader(facts, chart, days, log), chart


def _feed(reader: PostingReader, reading: Reading, placed: Layout, rows: Iterator[Row]) -> None:
    get, need = itemgetter(*placed.indexes), placed.width
    account_at, contra_at = _account_places(placed)
    locked_at = placed.indexes[placed.names.index("locked")]
    date_at = placed.indexes[placed.names.index("date")]
    full, elsewhere = len(placed.captions), reader.elsewhere
    for line, fields in rows:
        if isinstance(fields, BrokenRow):
            reading.log.refuse(broken_quotes(fields, placed), line)
            reader.note_accounts(*fields.values[account_at : account_at + 1])
            reader.note_accounts(*fields.values[contra_at : contra_at + 1])
            continue
        size = len(fields)
        if size < need:
            fields.extend([""] * (need - size))
        bank = elsewhere.get((fields[account_at], fields[contra_at]))
        if bank is not None:
            reader.pass_over(fields[locked_at], fields[date_at] if bank else "")
            continue
        reader.add(line, RawPosting._make(map(str.strip, get(fields))), short=size < full)


def _account_places(placed: Layout) -> tuple[int, int]:
    account, contra = (placed.indexes[placed.names.index(key)] for key in ("account", "contra"))
    return account, contra


def _locked(header: Header, flags: set[str]) -> bool:
    """Column 114 of the rows decides, the header where they are silent."""
    if "0" in flags:
        return False
    return True if "1" in flags else header.locked


def _chart(reading: Reading, placed: Layout, length: int) -> accounts.Chart:
    name = accounts.wanted_chart(reading.header.chart, reading.options.settings)
    if not name and not reading.header.chart:
        name = _inferred_chart(reading, placed, length)
    return accounts.chart_for(name, reading.options.settings)


def _inferred_chart(reading: Reading, placed: Layout, length: int) -> str:
    """Chart by the contra accounts of the first rows."""
    account_at, contra_at = _account_places(placed)
    with reading.source.open() as handle:
        sample = islice(Records(handle, reading.delimiter), _CHART_SAMPLE)
        pairs = [
            (row[account_at], row[contra_at])
            for _, row in sample
            if not isinstance(row, BrokenRow) and len(row) > max(account_at, contra_at)
        ]
    return accounts.infer_chart(pairs, length)
