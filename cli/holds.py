"""Mahnsperren and tasks: hold, release, tasks."""

from __future__ import annotations

from datetime import date

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import day, table
from cli.types import day_value
from core.domain.model import HoldKind
from core.services.holds import hold, release
from core.services.tasks import finish_task, open_tasks


@click.command(
    "hold",
    help=tr(
        "Setzt eine Mahnsperre auf eine Rechnung oder einen Kunden.",
        "Stops dunning of an invoice or a debtor.",
    ),
)
@click.argument("target", metavar=tr("RECHNUNG|KUNDE", "INVOICE|DEBTOR"))
@click.option("--reason", required=True, metavar=tr("GRUND", "REASON"), help=tr("Warum.", "Why."))
@click.option(
    "--until",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Letzter Tag; sonst bis zur Aufhebung.", "Last day; otherwise until released."),
)
@command(on=True)
def hold_command(call: Call, target: str, reason: str, until: date | None) -> None:
    report = hold(call.app, call.id, target, reason=reason, until=until, by=call.by, on=call.on)

    def human() -> None:
        if until is None:
            say(f"{report.target}: Mahnsperre gesetzt.", f"{report.target}: on hold.")
        else:
            say(
                f"{report.target}: Mahnsperre bis {day(until)}.",
                f"{report.target}: on hold until {day(until)}.",
            )

    call.show({"target": report.target, "holds": report.holds, "until": until}, human)


@click.command(
    "release",
    help=tr(
        "Hebt von Hand gesetzte Mahnsperren einer Rechnung oder eines Kunden auf.",
        "Releases the holds that were set by hand on an invoice or a debtor.",
    ),
)
@click.argument("target", metavar=tr("RECHNUNG|KUNDE", "INVOICE|DEBTOR"))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    help=tr(
        "Auch eine Sperre, die nicht von Hand gesetzt ist, z. B. paid_locally.",
        "A hold that was not set by hand, e.g. paid_locally.",
    ),
)
@command(on=True)
def release_command(call: Call, target: str, kind: str | None) -> None:
    chosen = HoldKind(kind) if kind else None
    report = release(call.app, call.id, target, kind=chosen, by=call.by, on=call.on)

    def human() -> None:
        say(f"{report.target}: Mahnsperre aufgehoben.", f"{report.target}: released.")

    call.show({"target": report.target, "released": report.holds}, human)


@click.group(
    "tasks",
    invoke_without_command=True,
    help=tr(
        "Zeigt Aufgaben, die ein Mensch erledigen muss; „done NR“ hakt eine ab.",
        "Lists work for a person; `done ID` closes it.",
    ),
)
@command(on=True)
def tasks_group(call: Call) -> None:
    rows = open_tasks(call.app, call.id)
    document = [
        {
            "id": row.task.id,
            "kind": row.task.kind,
            "debtor": row.debtor,
            "notice": row.task.notice,
            "text": row.task.text,
            "created_on": row.task.created_on,
        }
        for row in rows
    ]

    def human() -> None:
        if not rows:
            say("Keine offenen Aufgaben.", "No open tasks.")
            return
        columns = [">" + tr("Nr.", "ID"), tr("seit", "Since"), tr("Kunde", "Debtor")]
        columns += [tr("Aufgabe", "Task")]
        table(columns, [(r.task.id, day(r.task.created_on), r.debtor, r.task.text) for r in rows])

    call.show(document, human)


@tasks_group.command("done", help=tr("Hakt eine Aufgabe ab.", "Closes a task."))
@click.argument("task", type=int, metavar=tr("NR", "ID"))
@command(on=True)
def done_command(call: Call, task: int) -> None:
    finish_task(call.app, call.id, task, by=call.by, on=call.on)
    call.show(
        {"task": task, "done_on": call.on},
        lambda: say(f"Aufgabe {task} erledigt.", f"Task {task} is done."),
    )
