"""Dunning procedures: show, check and compare."""

from __future__ import annotations

from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import table
from cli.procedure_words import charges_word, key_word, value_word
from cli.words import approval, channel
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.procedure_diff import differences
from core.domain.procedure_file import is_procedure_name
from core.domain.procedure_hints import hints


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
    columns += [tr("Mahnung", "Mahnung"), tr("Kosten", "Charges")]
    table(
        columns,
        [_row(level) for level in procedure.levels],
        title=f"{procedure.name}: {procedure.label}",
    )


def _row(level: DunningLevel) -> tuple[object, ...]:
    return (
        level.number,
        level.text,
        level.days_after_due,
        level.interval_days,
        level.deadline_days or "–",
        ", ".join(map(channel, level.channels)),
        approval(level.automation),
        tr("ja", "yes") if level.counts_as_mahnung else tr("nein", "no"),
        charges_word(level),
    )


@procedures_group.command(
    "check",
    help=tr(
        "Prüft ein Mahnverfahren, ohne es zu benutzen: eine Datei oder einen Namen.",
        "Checks a procedure without using it: a file or a name.",
    ),
)
@click.argument("file", metavar=tr("DATEI|NAME", "FILE|NAME"))
@command()
def check_command(call: Call, file: str) -> None:
    from core.services.procedures import check_texts

    procedure = _file_or_name(call, file)
    check_texts(call.app, procedure)
    found = hints(procedure)
    document = {
        "name": procedure.name,
        "version": procedure.version,
        "levels": len(procedure.levels),
        "warnings": [{"key": hint.key, "message": tr(hint.de, hint.en)} for hint in found],
    }

    def human() -> None:
        count = len(procedure.levels)
        say(
            f"„{procedure.name}“ ist in Ordnung: {count} Stufen.",
            f"{procedure.name!r} is fine: {count} levels.",
        )
        for hint in found:
            note(f"Hinweis zu {hint.key}: {hint.de}", f"Note on {hint.key}: {hint.en}")

    call.show(document, human)


@procedures_group.command(
    "diff",
    help=tr(
        "Zeigt Schlüssel für Schlüssel, worin sich zwei Mahnverfahren unterscheiden. A und B sind "
        "Namen, Dateien oder NAME@LAUF: wie ein Mahnlauf es benutzt hat.",
        "Shows key by key what differs between two procedures. A and B are names, files, or "
        "NAME@RUN: as a run used it.",
    ),
)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@command()
def diff_command(call: Call, first: str, second: str) -> None:
    one, other = _any(call, first), _any(call, second)
    found = differences(one, other)
    document = {
        "first": {"name": first, "version": one.version},
        "second": {"name": second, "version": other.version},
        "differences": [
            {"key": each.key, "first": each.first, "second": each.second} for each in found
        ],
    }

    def human() -> None:
        if not found:
            say("Beide sind gleich.", "Both are the same.")
            return
        table(
            [tr("Einstellung", "Setting"), tr("Schlüssel", "Key"), first, second],
            [
                (key_word(each.key), each.key, value_word(each.first), value_word(each.second))
                for each in found
            ],
        )

    call.show(document, human)


def _any(call: Call, text: str) -> DunningProcedure:
    """A procedure by name, by file, or as a run used it."""
    name, at, run = text.rpartition("@")
    if at and is_procedure_name(name) and run.isdecimal():
        from core.services.procedures import procedure_of_run

        return procedure_of_run(call.app, call.id, name, int(run))
    return _file_or_name(call, text)


def _file_or_name(call: Call, text: str) -> DunningProcedure:
    if is_procedure_name(text) and not Path(text).is_file():
        return call.app.procedure(text)
    return call.composed.read_procedure(Path(text))
