"""Data in: import, booked-until."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import day, table
from cli.types import day_value
from core.errors import Severity
from core.services.booked import set_booked_until
from core.services.importing import ImportReport, import_files

EX_DATA = 65


@click.group(
    "import", help=tr("Liest Dateien einer Plattform ein.", "Imports files of a platform.")
)
def import_group() -> None:
    pass


@import_group.command(
    "datev",
    help=tr(
        "Liest DATEV-Dateien ein, mehrere in beliebiger Reihenfolge: Buchungsstapel, "
        "Debitoren/Kreditoren, Zahlungsbedingungen, Diverse Adressen, OPOS-Listen. "
        "Dieselbe Datei noch einmal ändert nichts.",
        "Imports DATEV files, several in any order: Buchungsstapel, Debitoren/Kreditoren, "
        "Zahlungsbedingungen, Diverse Adressen, OPOS lists. "
        "The same file again changes nothing.",
    ),
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar=tr("DATEI…", "FILE…"),
)
@click.option("--connection", metavar="NAME", help=tr("Anbindung.", "Connection."))
@click.option(
    "--as-of",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Stichtag einer Liste, die ihn nicht nennt.", "As-of day of a list without one."),
)
@click.option(
    "--client",
    default="",
    metavar=tr("BERATER/MANDANT", "CONSULTANT/CLIENT"),
    help=tr("Für Dateien, die es nicht enthalten.", "For files that do not carry it."),
)
@click.option(
    "--start-level",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr(
        "Erste Mahnstufe für Posten, die beim ersten Einlesen älter als 180 Tage sind.",
        "First level of items older than 180 days at the first import.",
    ),
)
@click.option(
    "--replace",
    "replace_locked",
    is_flag=True,
    help=tr(
        "Ersetzt auch einen festgeschriebenen Stapel, dem Buchungen fehlen.",
        "Replaces a locked batch even when postings of it are missing.",
    ),
)
@command(on=True)
def import_datev(
    call: Call,
    files: tuple[Path, ...],
    connection: str | None,
    as_of: date | None,
    client: str,
    start_level: int | None,
    replace_locked: bool,
) -> int:
    report = import_files(
        call.app,
        call.id,
        files,
        platform="datev",
        connection=connection,
        as_of=as_of,
        client=client,
        start_level=start_level,
        replace_locked=replace_locked,
        on=call.on,
    )
    document = {
        "connection": report.connection,
        "records": report.records,
        "problems": report.problems,
        "requests": 0,
        "seconds": round(report.seconds, 3),
        "booked_until": report.booked_until,
        "files": [
            {
                "file": info.file,
                "category": info.category,
                "rows": info.rows,
                "refused": info.refused,
                "client": info.client,
                "note": info.note,
            }
            for info in report.files
        ],
    }
    call.show(document, lambda: _tell_import(report))
    return EX_DATA if report.refused else 0


def _tell_import(report: ImportReport) -> None:
    kinds = {
        "postings": tr("Buchungsstapel", "postings"),
        "debtors": tr("Stammdaten", "master data"),
        "payment_terms": tr("Zahlungsbedingungen", "payment terms"),
        "sundry_addresses": tr("Diverse Adressen", "sundry addresses"),
        "opos": tr("OPOS-Liste", "OPOS list"),
        "ignored": tr("übergangen", "passed over"),
    }
    columns = [tr("Datei", "File"), tr("Inhalt", "Content")]
    columns += [
        ">" + tr("Zeilen", "Rows"),
        ">" + tr("abgewiesen", "Refused"),
        tr("Hinweis", "Note"),
    ]
    rows = [
        (i.file, kinds.get(i.category, i.category), i.rows, i.refused, i.note) for i in report.files
    ]
    if rows:
        table(columns, rows)
    if report.problems:
        words = {
            Severity.ERROR: tr("abgewiesen", "refused"),
            Severity.WARNING: tr("Warnung", "warning"),
            Severity.INFO: tr("Hinweis", "note"),
        }
        table(
            [
                "",
                tr("Datei, Zeile, Feld", "File, line, field"),
                tr("Was und wie beheben", "What and how to mend it"),
            ],
            [(words[p.severity], p.where, p.message) for p in report.problems],
        )
    counts = report.records
    say(
        f"{report.connection}: {counts.get('invoices', 0)} Rechnungen, "
        f"{counts.get('payments', 0)} Zahlungen, {counts.get('debtors', 0)} Kunden gelesen; "
        f"Geld gebucht bis {day(report.booked_until)}.",
        f"{report.connection}: read {counts.get('invoices', 0)} invoices, "
        f"{counts.get('payments', 0)} payments, {counts.get('debtors', 0)} debtors; "
        f"money booked until {day(report.booked_until)}.",
    )
    if report.booked_until is None:
        note(
            "Bis wann Geld gebucht ist, sagt keine Datei. Bestätigen: mahnwerk booked-until TAG",
            "No file says until when money is booked. Confirm it: mahnwerk booked-until DATE",
        )


@click.command(
    "booked-until",
    help=tr(
        "Bestätigt, dass alles bis zu diesem Tag eingegangene Geld gebucht ist.",
        "Confirms that all money received up to this day is booked.",
    ),
)
@click.argument("until", type=day_value, metavar=tr("TAG", "DATE"))
@click.argument("connection", required=False, metavar=tr("[ANBINDUNG]", "[CONNECTION]"))
@command(on=True)
def booked_until(call: Call, until: date, connection: str | None) -> None:
    changed = set_booked_until(call.app, call.id, until, connection, by=call.by, on=call.on)
    names = ", ".join(each.name for each in changed)

    def human() -> None:
        say(
            f"{names}: Geld gebucht bis {day(until)}.", f"{names}: money booked until {day(until)}."
        )

    document = [{"connection": c.name, "booked_until": c.booked_until} for c in changed]
    call.show(document, human)
