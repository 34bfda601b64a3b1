"""Mahnsperren and tasks: hold, release, tasks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import day, table
from cli.types import amount_value, day_value, number_value
from core.domain.model import HoldKind
from core.services.holds import BY_HAND, HoldReport, HoldWish, hold_as, release
from core.services.tasks import finish_task, open_tasks

TARGET = tr("RECHNUNG|KUNDE", "INVOICE|DEBTOR")
ON_OFF = click.Choice(["on", "off"])


def is_on(value: str | None) -> bool | None:
    """``on`` or ``off``; None when nothing was said."""
    return None if value is None else value == "on"


@click.command(
    "hold",
    help=tr(
        "Setzt eine Mahnsperre auf eine Rechnung oder einen Kunden. Sie endet von selbst am "
        "letzten Tag; die Zeit in der Sperre zählt für Stufen und Abstände nicht. Zusagen und "
        "Raten: „promise“ und „plan“.",
        "Stops dunning of an invoice or a debtor. It ends by itself on its last day; time in a "
        "hold does not count for levels and intervals. For promises and instalments see "
        "`promise` and `plan`.",
    ),
)
@click.argument("target", metavar=TARGET)
@click.option("--reason", required=True, metavar=tr("GRUND", "REASON"), help=tr("Warum.", "Why."))
@click.option(
    "--until",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Letzter Tag; sonst bis zur Aufhebung.", "Last day; otherwise until released."),
)
@click.option(
    "--from",
    "from_on",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr(
        "Erster Tag; sonst heute. Bei Insolvenz der Tag der Eröffnung.",
        "First day; today otherwise. With insolvency the day of its opening.",
    ),
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in BY_HAND]),
    default=HoldKind.MANUAL.value,
    help=tr(
        "Art der Sperre; partial_dispute mahnt den unbestrittenen Rest weiter.",
        "Kind of hold; partial_dispute goes on dunning the undisputed rest.",
    ),
)
@click.option(
    "--amount",
    type=amount_value,
    metavar=tr("BETRAG", "AMOUNT"),
    help=tr("Der bestrittene Teil (partial_dispute).", "The contested part (partial_dispute)."),
)
@click.option(
    "--interest",
    type=ON_OFF,
    help=tr(
        "Ob während einer Stundung (deferral) Zinsen laufen; sonst nein.",
        "Whether interest runs during a deferral; otherwise it does not.",
    ),
)
@command(on=True)
def hold_command(
    call: Call,
    target: str,
    reason: str,
    until: date | None,
    from_on: date | None,
    kind: str,
    amount: Decimal | None,
    interest: str | None,
) -> None:
    wish = HoldWish(reason, HoldKind(kind), from_on, until, amount, is_on(interest))
    report = hold_as(call.app, call.id, target, wish, by=call.by, on=call.on)
    document: dict[str, object] = {
        "target": report.target,
        "holds": report.holds,
        "kind": kind,
        "from": from_on or call.on,
        "until": until,
        "tasks_closed": report.closed,
        "task": report.task,
    }
    filing = None
    if wish.kind is HoldKind.INSOLVENCY:
        from cli.filing import filing_after_hold

        filing = filing_after_hold(call, target, from_on or call.on)
        document["filing"] = filing.document
    call.show(document, lambda: _tell_hold(report, wish))
    if filing is not None and not call.json:
        filing.tell()


def _tell_hold(report: HoldReport, wish: HoldWish) -> None:
    if wish.until is None:
        say(f"{report.target}: Mahnsperre gesetzt.", f"{report.target}: on hold.")
    else:
        say(
            f"{report.target}: Mahnsperre bis {day(wish.until)}.",
            f"{report.target}: on hold until {day(wish.until)}.",
        )
    if report.closed:
        numbers = ", ".join(str(each) for each in report.closed)
        say(f"Aufgaben geschlossen: {numbers}.", f"Tasks closed: {numbers}.")
    if report.task is not None:
        say(
            f"Aufgabe {report.task}: Erben ermitteln (§ 1967 BGB).",
            f"Task {report.task}: find the heirs (§ 1967 BGB).",
        )


@click.command(
    "release",
    help=tr(
        "Hebt von Hand gesetzte Mahnsperren einer Rechnung oder eines Kunden auf.",
        "Releases the holds that were set by hand on an invoice or a debtor.",
    ),
)
@click.argument("target", metavar=TARGET)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HoldKind]),
    help=tr(
        "Auch eine Sperre, die nicht von Hand gesetzt ist, z. B. promise oder paid_locally.",
        "A hold that was not set by hand, e.g. promise or paid_locally.",
    ),
)
@command(on=True)
def release_command(call: Call, target: str, kind: str | None) -> None:
    chosen = HoldKind(kind) if kind else None
    report = release(call.app, call.id, target, kind=chosen, by=call.by, on=call.on)

    def human() -> None:
        say(f"{report.target}: Mahnsperre aufgehoben.", f"{report.target}: released.")
        if report.remark:
            note(report.remark, report.remark)

    document = {"target": report.target, "released": report.holds, "remark": report.remark or None}
    call.show(document, human)


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
@click.argument("task", type=number_value, metavar=tr("NR", "ID"))
@command(on=True)
def done_command(call: Call, task: int) -> None:
    finish_task(call.app, call.id, task, by=call.by, on=call.on)
    call.show(
        {"task": task, "done_on": call.on},
        lambda: say(f"Aufgabe {task} erledigt.", f"Task {task} is done."),
    )
