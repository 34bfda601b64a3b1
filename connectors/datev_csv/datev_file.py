"""One DATEV-Format file: header, captions, rows, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter

from connectors.datev_csv.accounts import debtor_of
from connectors.datev_csv.batch import read_postings
from connectors.datev_csv.columns import TABLES, Columns, Layout, is_caption_line, layout
from connectors.datev_csv.debtors import DebtorReader
from connectors.datev_csv.header import (
    ADDRESSES,
    DEBTORS,
    POSTINGS,
    TERMS,
    client_label,
    parse_header,
    require_length,
)
from connectors.datev_csv.problems import ProblemLog
from connectors.datev_csv.reading import Reading, Row, broken_quotes, info_of, mended, note_bytes
from connectors.datev_csv.rows import BrokenRow, Records
from connectors.datev_csv.source import Source
from connectors.datev_csv.terms import AddressReader, TermReader
from core.domain.records import FileImport
from core.errors import DataRefused
from core.ports import ImportOptions


def read_datev(
    source: Source, first_line: str, delimiter: str, options: ImportOptions
) -> FileImport:
    """Reads a file that begins with EXTF or DTVF.

    Raises:
        DataRefused: header or every single row cannot be used.

    """
    header = parse_header(first_line, delimiter, source.name)
    log = ProblemLog(source.name)
    client = header.client or client_label(options.client)
    reading = Reading(source, delimiter, header, client, options, log)
    _note_file(reading)
    if header.category not in TABLES:
        note = (
            f"{header.name} (Formatkategorie {header.category}) wird für das Mahnwesen nicht "
            "gebraucht und wurde übergangen."
        )
        return FileImport(info_of(reading, "ignored", note=note), problems=log.finish())
    with source.open() as handle:
        records = Records(handle, delimiter)
        iterator = iter(records)
        next(iterator, None)  # the header record
        captions, rest = _captions(iterator, TABLES[header.category])
        records.width = len(captions)
        placed = layout(TABLES[header.category], captions)
        result = _READERS[header.category](
            reading, placed, _numbered(rest, records, reading, placed)
        )
    if reading.rows and log.refused == reading.rows:
        raise DataRefused(_every_row(reading))
    return result


def _note_file(reading: Reading) -> None:
    header, log = reading.header, reading.log
    if header.shifted:
        log.doubt(
            "header_shifted", 1, "WJ-Beginn",
            "Die Kopfzeile hat vor Feld 13 ein Feld zu viel; die Felder wurden um eins versetzt "
            "gelesen. Das erzeugende Programm berichtigen.",
        )  # fmt: skip
    if header.by_name:
        log.doubt(
            "category_by_name", 1, "Formatkategorie",
            f"Die Formatkategorie passt zu keinem Format; gelesen als „{header.name}“ nach dem "
            "Formatnamen. Das erzeugende Programm berichtigen.",
        )  # fmt: skip
    if not reading.client:
        log.doubt(
            "client_missing", 1, "Beraternummer",
            "Berater- oder Mandantennummer fehlt; ob die Datei zu diesem Mandanten gehört, ist "
            "nicht prüfbar. Mit --client BERATER/MANDANT angeben.",
        )  # fmt: skip
    note_bytes(reading.source, log)


def _captions(iterator: Iterator[Row], columns: Columns) -> tuple[list[str], Iterator[Row]]:
    """The caption line, or none when line 2 is already data."""
    second = next(iterator, None)
    if second is None:
        return [], iterator
    fields = second[1]
    if isinstance(fields, BrokenRow) or not is_caption_line(columns, fields):
        return [], _chain(second, iterator)
    return fields, iterator


def _chain(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _numbered(
    rows: Iterator[Row], records: Records, reading: Reading, placed: Layout
) -> Iterator[Row]:
    """Counts rows, drops blank ones and learns the width when there were no captions."""
    count = 0
    for number, found in rows:
        fields = found
        if isinstance(fields, BrokenRow):
            fields = mended(fields, placed.caption(fields.field), number, reading.log)
        else:
            if not any(fields):
                continue
            if not records.width:
                records.width = len(fields)
        count += 1
        yield number, fields
    reading.rows += count


def _read_debtors(reading: Reading, placed: Layout, rows: Iterator[Row]) -> FileImport:
    length = require_length(reading.header, reading.source.name)
    on = reading.options.as_of or reading.header.created_on
    reader = DebtorReader(reading.source.name, length, on, reading.log)
    broken = _each(rows, placed, reading.log, reader.add)
    errors = {debtor_of(account, length) for account in broken}
    _note_creditors(reader.creditors, reading.log)
    return FileImport(
        info_of(reading, "debtors"),
        debtors=tuple(reader.debtors),
        problems=reading.log.finish(),
        row_error_accounts=frozenset(account for account in errors if account),
    )


def _read_terms(reading: Reading, placed: Layout, rows: Iterator[Row]) -> FileImport:
    reader = TermReader(reading.log)
    _each(rows, placed, reading.log, reader.add)
    info = info_of(reading, "payment_terms")
    return FileImport(info, terms=tuple(reader.terms), problems=reading.log.finish())


def _read_addresses(reading: Reading, placed: Layout, rows: Iterator[Row]) -> FileImport:
    length = require_length(reading.header, reading.source.name)
    reader = AddressReader(length, reading.log)
    _each(rows, placed, reading.log, reader.add)
    _note_creditors(reader.creditors, reading.log)
    info = info_of(reading, "sundry_addresses")
    return FileImport(info, addresses=tuple(reader.addresses), problems=reading.log.finish())


def _each(
    rows: Iterator[Row],
    placed: Layout,
    log: ProblemLog,
    add: Callable[[int, Mapping[str, str]], None],
) -> set[str]:
    """Hands every row over as a mapping; returns the first fields of rows with broken quotes."""
    broken: set[str] = set()
    get, need, names = itemgetter(*placed.indexes), placed.width, placed.names
    for line, fields in rows:
        if isinstance(fields, BrokenRow):
            log.refuse(broken_quotes(fields, placed), line)
            broken.add(fields.values[0])
            continue
        padded = fields if len(fields) >= need else fields + [""] * (need - len(fields))
        add(line, dict(zip(names, map(str.strip, get(padded)), strict=True)))
    return broken


def _note_creditors(count: int, log: ProblemLog) -> None:
    if count:
        log.note("creditors_skipped", 0, "", f"{count} Kreditoren übergangen; sie schulden nichts.")


_READERS: dict[int, Callable[[Reading, Layout, Iterator[Row]], FileImport]] = {
    POSTINGS: read_postings,
    DEBTORS: _read_debtors,
    TERMS: _read_terms,
    ADDRESSES: _read_addresses,
}


def _every_row(reading: Reading) -> str:
    first = reading.log.first_error
    detail = f" Die erste: {first.where}: {first.message}" if first else ""
    return (
        f"{reading.source.name}: keine der {reading.rows} Zeilen ist lesbar; nichts wurde "
        f"übernommen.{detail} Wurde die Datei in einer Tabellenkalkulation gespeichert, bitte den "
        "Export unverändert importieren."
    )
