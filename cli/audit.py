"""The event log: audit verify."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import tr
from core.services.audit import verify

EX_DATA = 65


@click.group("audit", help=tr("Das Protokoll aller Vorgänge.", "The log of everything done."))
def audit_group() -> None:
    pass


@audit_group.command(
    "verify",
    help=tr(
        "Rechnet die Prüfsummenkette nach; --head prüft, ob ein gedruckter Prüfwert darin steht.",
        "Recomputes the hash chain; --head checks that a printed hash is part of it.",
    ),
)
@click.option(
    "--head",
    default="",
    metavar=tr("PRÜFWERT", "HASH"),
    help=tr("Wie auf dem Laufprotokoll gedruckt.", "As printed on the run protocol."),
)
@command()
def verify_command(call: Call, head: str) -> int:
    result = verify(call.app, call.id, head)

    def human() -> None:
        if result.ok:
            say(
                f"Das Protokoll ist unversehrt: {result.entries} Einträge, Prüfwert {result.head}",
                f"The log is intact: {result.entries} entries, head {result.head}",
            )
        else:
            say(
                f"Das Protokoll ist NICHT unversehrt: {result.problem}",
                f"The log is NOT intact: {result.problem}",
            )

    call.show(result, human)
    return 0 if result.ok else EX_DATA
