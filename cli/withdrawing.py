"""Taking back what was proposed, printed or sent: withdraw."""

from __future__ import annotations

from datetime import date

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.types import day_value, number_value
from core.services.owner import this_task
from core.services.withdraw_sent import WithdrawOutcome, withdraw

EX_DATA = 65


@click.command(
    "withdraw",
    help=tr(
        "Nimmt Mahnungen zurück, auch verschickte: Mahnstufe, Fristen, Nebenforderungen und Verzug "
        "sind danach wie vorher, der Kunde erfährt es durch ein Entschuldigungsschreiben.",
        "Takes notices back, also ones that were sent: level, deadlines, charges and default are as "
        "before, and a letter of apology tells the debtor.",
    ),
)
@click.argument("ids", nargs=-1, type=number_value, required=True, metavar=tr("NR…", "ID…"))
@click.option("--reason", default="", metavar=tr("GRUND", "REASON"), help=tr("Warum.", "Why."))
@click.option(
    "--no-apology",
    is_flag=True,
    help=tr("Ohne Entschuldigungsschreiben.", "Without a letter of apology."),
)
@click.option(
    "--until",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr(
        "Die Rechnungen bis zu diesem Tag nicht mahnen.", "Do not dun the invoices until that day."
    ),
)
@command(on=True)
def withdraw_command(
    call: Call, ids: tuple[int, ...], reason: str, no_apology: bool, until: date | None
) -> int:
    outcomes = withdraw(
        call.app,
        call.id,
        ids,
        reason=reason,
        apology=not no_apology,
        until=until,
        by=call.by,
        on=call.on,
        owner=this_task(),
    )
    call.show([_document(each) for each in outcomes], lambda: _tell(outcomes))
    return EX_DATA if any(each.outcome == "refused" for each in outcomes) else 0


def _document(outcome: WithdrawOutcome) -> dict[str, object]:
    return {
        "id": outcome.notice,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
        "apology": outcome.apology,
        "levels": [{"number": number, "level": level} for number, level in outcome.levels],
        "charges_withdrawn": outcome.charges,
        "hints": list(outcome.hints),
    }


def _tell(outcomes: list[WithdrawOutcome]) -> None:
    for each in outcomes:
        say(*_sentence(each))
        for number, level in each.levels:
            if level:
                say(f"  {number}: wieder Stufe {level}", f"  {number}: level {level} again")
            else:
                say(f"  {number}: wieder ungemahnt", f"  {number}: not dunned, as before")
        if each.charges:
            say(
                f"  Nebenforderungen zurückgenommen: {each.charges}",
                f"  Charges taken back: {each.charges}",
            )
        if each.apology is not None:
            say(
                f"  Entschuldigungsschreiben {each.apology} ist freigegeben; verschicken: "
                "mahnwerk send",
                f"  Letter of apology {each.apology} is approved; send it: mahnwerk send",
            )
        for hint in each.hints:
            say(f"  {hint}", f"  {hint}")


def _sentence(outcome: WithdrawOutcome) -> tuple[str, str]:
    id_, why = outcome.notice, outcome.reason
    return {
        "withdrawn": (f"Mahnung {id_} ist zurückgenommen.", f"Notice {id_} is taken back."),
        "rejected": (
            f"Vorschlag {id_} ist abgelehnt; er war noch nicht verschickt.",
            f"Proposal {id_} is rejected; it had not been sent.",
        ),
        "unchanged": (
            f"Mahnung {id_} zählt schon nicht mehr ({why}).",
            f"Notice {id_} does not count any more already ({why}).",
        ),
        "refused": (f"Nicht zurückgenommen. {why}", f"Not taken back. {why}"),
    }[outcome.outcome]
