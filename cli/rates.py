"""The base rates: show them, and enter a half-year once it has been announced."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.call import Call, command, say
from cli.i18n import language, tr
from cli.law import percent
from cli.output import day, table
from cli.types import day_value
from core.errors import DataRefused, UsageError
from core.services.rates import (
    RateRow,
    RatesImported,
    half_year_of,
    import_rates,
    rate_rows,
    read_rates,
)

if TYPE_CHECKING:
    from core.domain.law import HalfYear

LAWS = ("de", "at")  # Switzerland has a fixed rate
_LATEST = 8  # four years: what is usually asked for

_law = click.option(
    "--law",
    type=click.Choice(LAWS),
    default="de",
    show_default=True,
    help=tr("Deutschland oder Österreich.", "Germany or Austria."),
)


@click.group("rates", help=tr("Die Basiszinssätze.", "The base rates."))
def rates_group() -> None:
    pass


@rates_group.command(
    "show",
    help=tr(
        "Zeigt die Basiszinssätze je Halbjahr mit Quelle, den neuesten zuerst.",
        "Lists the base rates by half-year with their source, the latest first.",
    ),
)
@_law
@click.option("--all", "every", is_flag=True, help=tr("Alle Halbjahre.", "All half-years."))
@command()
def show_command(call: Call, law: str, every: bool) -> None:
    rows = rate_rows(call.composed.rates, law)
    shown = rows if every or call.json else rows[:_LATEST]

    def human() -> None:
        _tell_rows(shown)
        hidden = len(rows) - len(shown)
        if hidden:
            say(f"{hidden} frühere Halbjahre: --all", f"{hidden} earlier half-years: --all")

    call.show([_document(row.half_year, own=row.own) for row in shown], human)


def _document(half_year: HalfYear, **more: object) -> dict[str, object]:
    return {
        "valid_from": half_year.valid_from,
        "valid_to": half_year.valid_to,
        "percent": half_year.percent,
        "source": half_year.source,
        "status": "confirmed" if half_year.confirmed else "secondary",
        **more,
    }


def _tell_rows(rows: list[RateRow]) -> None:
    columns = [tr("von", "From"), tr("bis", "To"), ">" + tr("Satz", "Rate")]
    columns += [tr("Stand", "Status"), tr("Herkunft", "Origin"), tr("Quelle", "Source")]
    confirmed = {True: tr("bestätigt", "confirmed"), False: tr("ungesichert", "secondary")}
    origin = {True: tr("eingetragen", "entered"), False: "Mahnwerk"}
    table(
        columns,
        [
            (
                day(row.half_year.valid_from),
                day(row.half_year.valid_to),
                percent(row.half_year.percent),
                confirmed[row.half_year.confirmed],
                origin[row.own],
                row.half_year.source_in(language()),
            )
            for row in rows
        ],
    )


def rate_value(text: str) -> tuple[date, str]:
    """``2027-01-01=1,77``: the first day of a half-year and its rate in percent.

    Raises:
        click.BadParameter: not of that form, or no day.
    """
    first, sign, figure = text.partition("=")
    if not sign:
        raise click.BadParameter(
            tr(
                f"„{text}“ hat nicht die Form TAG=PROZENT; so: 2027-01-01=1,27.",
                f"{text!r} does not have the form DATE=PERCENT; write 2027-01-01=1.27.",
            )
        )
    return day_value(first), figure


@rates_group.command(
    "import",
    help=tr(
        "Trägt bekannt gemachte Basiszinssätze ein, aus einer CSV-Datei (Spalten valid_from, "
        "percent, source, status) oder mit --set und --source.",
        "Enters base rates that were announced, from a CSV file (columns valid_from, percent, "
        "source, status) or with --set and --source.",
    ),
)
@click.argument(
    "file", required=False, type=click.Path(path_type=Path), metavar=tr("[DATEI]", "[FILE]")
)
@click.option(
    "--set",
    "entered",
    type=rate_value,
    multiple=True,
    metavar=tr("TAG=PROZENT", "DATE=PERCENT"),
    help=tr("Satz ab diesem Tag; mehrfach möglich.", "Rate from that day on; may be repeated."),
)
@click.option(
    "--source",
    default="",
    metavar="TEXT",
    help=tr("Wo er bekannt gemacht ist.", "Where it was announced."),
)
@_law
@command()
def import_command(
    call: Call, file: Path | None, entered: tuple[tuple[date, str], ...], source: str, law: str
) -> None:
    if (file is None) == (not entered):
        raise UsageError(
            "Entweder eine Datei oder --set TAG=PROZENT angeben.",
            en="Give either a file or --set DATE=PERCENT.",
        )
    if file is None:
        given = tuple(half_year_of(first, figure, source) for first, figure in entered)
    else:
        given = read_rates(_content(file), str(file))
    done = import_rates(call.composed.rates, law, given, str(file) if file else "--set")
    call.show(_imported(done, law), lambda: _tell_imported(done))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataRefused(
            f"{file}: lässt sich nicht lesen ({error.strerror}).",
            en=f"{file}: cannot be read ({error.strerror}).",
        ) from error


def _imported(done: RatesImported, law: str) -> dict[str, object]:
    return {
        "law": law,
        "new": [_document(each) for each in done.new],
        "corrected": [_document(now, before=old.percent) for old, now in done.corrected],
        "confirmed": [_document(each) for each in done.confirmed],
        "unchanged": done.unchanged,
        "known_until": done.known_until,
    }


def _tell_imported(done: RatesImported) -> None:
    for each in done.new:
        text = f"{day(each.valid_from)}–{day(each.valid_to)}: {percent(each.percent)}"
        say(f"Neu: {text}", f"New: {text}")
    for old, now in done.corrected:
        first = day(now.valid_from)
        say(
            f"Berichtigt: ab {first} {percent(now.percent)} statt {percent(old.percent)}",
            f"Corrected: from {first} on {percent(now.percent)}, not {percent(old.percent)}",
        )
    for each in done.confirmed:
        text = f"{day(each.valid_from)} {percent(each.percent)}"
        say(f"Bestätigt: ab {text}", f"Confirmed: from {text} on")
    if done.unchanged:
        say(f"Schon bekannt: {done.unchanged}", f"Known already: {done.unchanged}")
    until = day(done.known_until)
    say(f"Basiszinssatz bekannt bis {until}.", f"Base rate known until {until}.")
