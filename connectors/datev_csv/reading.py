"""What the parts of one file share while it is being read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from connectors.datev_csv.columns import Layout
from connectors.datev_csv.header import Header
from connectors.datev_csv.problems import ProblemLog, RowError
from connectors.datev_csv.rows import BrokenRow
from connectors.datev_csv.source import Source
from core.domain.records import BatchInfo
from core.ports import ImportOptions

Row = tuple[int, list[str] | BrokenRow]


@dataclass(slots=True)
class Reading:
    """A file while it is being read."""

    source: Source
    delimiter: str
    header: Header
    client: str
    options: ImportOptions
    log: ProblemLog
    rows: int = 0


def note_bytes(source: Source, log: ProblemLog) -> None:
    """Reports bytes that the encoding does not define."""
    for line in source.bad_lines:
        log.doubt(
            "undefined_bytes", line, "",
            f"Zeichen, die es in {source.encoding} nicht gibt, wurden durch � ersetzt "
            f"({source.bad_count} in der Datei). Namen und Texte dieser Zeile prüfen.",
        )  # fmt: skip


def broken_quotes(broken: BrokenRow, placed: Layout) -> RowError:
    """The error of a row whose quotes do not match."""
    caption = placed.caption(broken.field)
    return RowError(
        "broken_quotes",
        caption,
        f"Die Anführungszeichen in Feld {broken.field} ({caption}) gehen nicht auf; die Zeile "
        'wurde nicht gelesen. Das Zeichen " im Text entfernen oder verdoppeln und neu exportieren.',
    )


def mended(broken: BrokenRow, caption: str, line: int, log: ProblemLog) -> list[str] | BrokenRow:
    """The fields of a row that can be read in one way only, with a warning; else the row."""
    if broken.mended is None:
        return broken
    log.doubt(
        "quotes_repaired", line, caption,
        f"Die Anführungszeichen in Feld {broken.field} ({caption}) gehen nicht auf; die Zeile hat "
        'aber genau die erwarteten Felder und wurde so gelesen. Text prüfen und das Zeichen " in '
        "DATEV entfernen.",
    )  # fmt: skip
    return broken.mended


def identity_of(reading: Reading) -> str:
    """Header fields 11, 12, 15, 16, 17 and the category: stable over repeated exports."""
    header = reading.header
    days = [_iso(day) for day in (header.from_on, header.until_on)]
    if not any(days):
        days = [_iso(header.year_start), ""]
    return "|".join((str(header.category), reading.client, *days, header.label))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def info_of(
    reading: Reading,
    category: str,
    *,
    note: str = "",
    locked: bool | None = None,
    booked_until: date | None = None,
) -> BatchInfo:
    header = reading.header
    return BatchInfo(
        file=reading.source.name,
        sha256=reading.source.sha256,
        category=category,
        identity=identity_of(reading),
        client=reading.client,
        encoding=reading.source.encoding,
        fiscal_year_start=header.year_start,
        account_length=header.account_length,
        from_on=header.from_on,
        until_on=header.until_on,
        locked=header.locked if locked is None else locked,
        rows=reading.rows,
        refused=reading.log.refused,
        label=header.label,
        booked_until=booked_until,
        note=note,
    )
