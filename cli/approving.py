"""A person's decision on proposals: approve, reject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import table
from cli.types import amount_value, day_value, number_value
from core.domain.model import RunId
from core.errors import UsageError
from core.services.approve import ApproveOutcome, approve, approve_run
from core.services.proposals import reject

EX_DATA = 65
APPROVED = "approved"


@click.command(
    "approve",
    help=tr(
        "Gibt Vorschläge frei: einzeln nach Nummer oder alle eines Laufs, die das erlauben.",
        "Approves proposals: by id, or all of a run that allow it.",
    ),
)
@click.argument("ids", nargs=-1, type=number_value, metavar=tr("NR…", "ID…"))
@click.option(
    "--run",
    "run_id",
    type=number_value,
    metavar=tr("LAUF", "RUN"),
    help=tr("Ein ganzer Lauf.", "A whole run."),
)
@click.option(
    "--max-amount",
    type=amount_value,
    metavar=tr("BETRAG", "AMOUNT"),
    help=tr("Mit --run: nur bis zu diesem Betrag.", "With --run: only up to this amount."),
)
@command(on=True)
def approve_command(
    call: Call, ids: tuple[int, ...], run_id: int | None, max_amount: Decimal | None
) -> int:
    if bool(ids) == (run_id is not None):
        raise UsageError(
            "Entweder Nummern von Vorschlägen oder --run LAUF angeben.",
            en="Give either ids of proposals or --run RUN.",
        )
    if run_id is None:
        if max_amount is not None:
            raise UsageError(
                "--max-amount gilt nur mit --run: einzeln genannte werden freigegeben.",
                en="--max-amount needs --run: proposals named one by one are approved.",
            )
        outcomes = approve(call.app, call.id, ids, by=call.by, on=call.on)
    else:
        outcomes = approve_run(
            call.app, call.id, RunId(run_id), max_amount=max_amount, by=call.by, on=call.on
        )
    document = [
        {"id": each.notice, "outcome": each.outcome, "reason": each.reason} for each in outcomes
    ]
    call.show(document, lambda: _tell_approved(outcomes))
    refused = any(each.outcome != APPROVED for each in outcomes)
    return EX_DATA if ids and refused else 0


def _tell_approved(outcomes: list[ApproveOutcome]) -> None:
    approved = [each for each in outcomes if each.outcome == APPROVED]
    others = [each for each in outcomes if each.outcome != APPROVED]
    if others:
        columns = [">" + tr("Nr.", "ID"), tr("nicht freigegeben, weil", "not approved because")]
        table(columns, [(each.notice, each.reason) for each in others])
    say(
        f"{len(approved)} freigegeben, {len(others)} nicht."
        + (" Verschicken: mahnwerk send" if approved else ""),
        f"{len(approved)} approved, {len(others)} not."
        + (" Send: mahnwerk send" if approved else ""),
    )


@click.command(
    "reject",
    help=tr(
        "Lehnt Vorschläge ab; mit --until werden ihre Rechnungen bis dahin nicht gemahnt.",
        "Rejects proposals; with --until their invoices are on hold until then.",
    ),
)
@click.argument("ids", nargs=-1, type=number_value, required=True, metavar=tr("NR…", "ID…"))
@click.option("--reason", required=True, metavar=tr("GRUND", "REASON"), help=tr("Warum.", "Why."))
@click.option(
    "--until",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Letzter Tag der Sperre.", "Last day of the hold."),
)
@command(on=True)
def reject_command(call: Call, ids: tuple[int, ...], reason: str, until: date | None) -> None:
    found = reject(call.app, call.id, ids, reason=reason, until=until, by=call.by, on=call.on)
    listed = ", ".join(str(notice.id) for notice in found)
    call.show(
        {"rejected": [notice.id for notice in found], "reason": reason, "until": until},
        lambda: say(f"Abgelehnt: {listed}.", f"Rejected: {listed}."),
    )
