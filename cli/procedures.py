"""Dunning procedures: show and check."""

from __future__ import annotations

from pathlib import Path

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import table
from core.domain.procedure import DunningProcedure


@click.group("procedures", help=tr("Die Mahnverfahren.", "The dunning procedures."))
def procedures_group() -> None:
    pass


@procedures_group.command(
    "show",
    help=tr(
        "Zeigt alle Mahnverfahren oder eines mit seinen Stufen.",
        "Lists all procedures, or one with its levels.",
    ),
)
@click.argument("name", required=False, metavar="[NAME]")
@command()
def show_command(call: Call, name: str | None) -> None:
    names = [name] if name else call.composed.procedure_names()
    found = [call.app.procedure(each) for each in names]

    def human() -> None:
        for procedure in found:
            _tell_procedure(procedure)
        say(
            f"Eigene Mahnverfahren liegen in {call.composed.procedures}.",
            f"Your own procedures live in {call.composed.procedures}.",
        )

    call.show(found, human)


def _tell_procedure(procedure: DunningProcedure) -> None:
    columns = [
        ">" + tr("Stufe", "Level"),
        tr("Text", "Text"),
        ">" + tr("Tage nach Fälligkeit", "Days after due"),
    ]
    columns += [">" + tr("Abstand", "Interval"), ">" + tr("Frist", "Deadline")]
    columns += [tr("Wege", "Channels"), tr("Freigabe", "Automation")]
    table(
        columns,
        [
            (
                level.number,
                level.text,
                level.days_after_due,
                level.interval_days,
                level.deadline_days,
                ", ".join(level.channels),
                level.automation,
            )
            for level in procedure.levels
        ],
        title=f"{procedure.name}: {procedure.label}",
    )


@procedures_group.command(
    "check",
    help=tr(
        "Prüft eine Datei mit einem Mahnverfahren, ohne sie zu benutzen.",
        "Checks a file with a procedure without using it.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar=tr("DATEI", "FILE"))
@command()
def check_command(call: Call, file: Path) -> None:
    procedure = call.composed.read_procedure(file)
    document = {
        "name": procedure.name,
        "version": procedure.version,
        "levels": len(procedure.levels),
    }

    def human() -> None:
        count = len(procedure.levels)
        say(
            f"„{procedure.name}“ ist in Ordnung: {count} Stufen.",
            f"{procedure.name!r} is fine: {count} levels.",
        )

    call.show(document, human)
