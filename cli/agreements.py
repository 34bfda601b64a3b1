"""What was agreed with a debtor: promises to pay, and instalment plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from cli.call import Call, command, say
from cli.holds import ON_OFF, TARGET, is_on
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.types import amount_value, day_value
from core.domain.instalments import Every
from core.errors import UsageError
from core.services.agreement_words import agreement_sentence
from core.services.plans import PlanReport, PlanRow, PlanWish, plan, plans_of
from core.services.promises import promise


@click.command(
    "promise",
    help=tr(
        "Merkt eine Zahlungszusage vor: bis zu dem Tag und drei Bankarbeitstage danach wird nicht "
        "gemahnt. Wird sie nicht gehalten, geht es von selbst weiter, und eine Aufgabe sagt es.",
        "Notes a promise to pay: nothing is dunned until that day and three bank days. If it is "
        "not kept, dunning goes on by itself, and a task says so.",
    ),
)
@click.argument("target", metavar=TARGET)
@click.option(
    "--until",
    type=day_value,
    required=True,
    metavar=tr("TAG", "DATE"),
    help=tr("Der zugesagte Tag.", "The promised day."),
)
@click.option(
    "--amount",
    type=amount_value,
    metavar=tr("BETRAG", "AMOUNT"),
    help=tr("Sonst alles, was offen ist.", "Otherwise all that is open."),
)
@click.option(
    "--reason",
    default="",
    metavar=tr("TEXT", "TEXT"),
    help=tr("Wer es wie gesagt hat.", "Who said it, and how."),
)
@command(on=True)
def promise_command(
    call: Call, target: str, until: date, amount: Decimal | None, reason: str
) -> None:
    report = promise(
        call.app,
        call.id,
        target,
        until=until,
        amount=amount,
        reason=reason,
        by=call.by,
        on=call.on,
    )
    document = {
        "target": report.target,
        "hold": report.hold,
        "currency": report.amount.currency,
        "amount": report.amount,
        "promised_for": report.by,
        "until": report.until,
        "invoices": report.numbers,
    }

    def human() -> None:
        say(
            f"{report.target}: Zusage über {money(report.amount)} bis {day(report.by)}; "
            f"Mahnsperre bis {day(report.until)}.",
            f"{report.target}: {money(report.amount)} promised by {day(report.by)}; "
            f"on hold until {day(report.until)}.",
        )

    call.show(document, human)


class PlanGroup(click.Group):
    """``plan TARGET …`` sets a plan, ``plan show TARGET`` tells of it."""

    default = "set"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What names no command of the group is the target of a new plan."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(
    "plan",
    cls=PlanGroup,
    help=tr(
        "Ratenpläne: „mahnwerk plan RECHNUNG|KUNDE …“ vereinbart einen (dasselbe wie „plan set“), "
        "„plan show“ zeigt ihn.",
        "Instalment plans: `mahnwerk plan INVOICE|DEBTOR …` agrees one (the same as `plan set`), "
        "`plan show` tells of it.",
    ),
)
def plan_group() -> None:
    pass


def _rate(text: str) -> tuple[date, Decimal]:
    """``2026-12-01=250.00``."""
    on, sign, amount = text.partition("=")
    if not sign:
        raise click.BadParameter(
            tr(f"„{text}“ hat nicht die Form TAG=BETRAG.", f"{text!r} is not DATE=AMOUNT.")
        )
    return day_value(on), amount_value(amount)


@plan_group.command(
    "set",
    help=tr(
        "Vereinbart Raten über eine Rechnung oder alle offenen Forderungen eines Kunden. Die "
        "Beträge ergeben genau, was offen ist; was beim Runden bleibt, trägt die letzte Rate. "
        "Bleibt eine Rate aus, endet der Plan von selbst, und eine Aufgabe sagt es.",
        "Agrees instalments over an invoice or all open claims of a debtor. They add up to what "
        "is open; what rounding leaves is on the last. If one does not come, the plan ends by "
        "itself, and a task says so.",
    ),
)
@click.argument("target", metavar=TARGET)
@click.option(
    "--instalments",
    "count",
    type=click.IntRange(1),
    metavar=tr("ANZAHL", "N"),
    help=tr("Zahl der Raten.", "Number of instalments."),
)
@click.option(
    "--first",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Tag der ersten Rate.", "Day of the first instalment."),
)
@click.option(
    "--every",
    type=click.Choice([each.value for each in Every]),
    default=Every.MONTH.value,
    help=tr("Abstand der Raten.", "How far apart they are."),
)
@click.option(
    "--amount-each",
    "each",
    type=amount_value,
    metavar=tr("BETRAG", "AMOUNT"),
    help=tr("Betrag je Rate; die letzte ist der Rest.", "Amount of each; the last is the rest."),
)
@click.option(
    "--instalment",
    "given",
    type=_rate,
    multiple=True,
    metavar=tr("TAG=BETRAG", "DATE=AMOUNT"),
    help=tr("Eine Rate; so oft wie nötig.", "One instalment; as often as needed."),
)
@click.option(
    "--interest",
    type=ON_OFF,
    default="on",
    help=tr("Ob Verzugszinsen weiterlaufen.", "Whether default interest runs on."),
)
@click.option(
    "--remind",
    type=click.IntRange(0),
    default=0,
    metavar=tr("TAGE", "DAYS"),
    help=tr(
        "So viele Tage vor jeder Rate freundlich erinnern; 0 = nie.",
        "Remind so many days before each instalment; 0 = never.",
    ),
)
@click.option(
    "--reason",
    default="",
    metavar=tr("TEXT", "TEXT"),
    help=tr("Womit, mit wem vereinbart.", "How and with whom it was agreed."),
)
@command(on=True)
def set_command(
    call: Call,
    target: str,
    count: int | None,
    first: date | None,
    every: str,
    each: Decimal | None,
    given: tuple[tuple[date, Decimal], ...],
    interest: str,
    remind: int,
    reason: str,
) -> None:
    wish = PlanWish(count, first, Every(every), each, given, bool(is_on(interest)), remind, reason)
    report = plan(call.app, call.id, target, wish, by=call.by, on=call.on)
    document = {
        "target": report.target,
        "hold": report.hold,
        "invoices": report.numbers,
        "currency": report.total.currency,
        "total": report.total,
        "instalments": [
            {"number": number, "on": rate.on, "amount": rate.amount}
            for number, rate in enumerate(report.instalments, start=1)
        ],
        "until": report.until,
    }
    call.show(document, lambda: _tell_plan(report))


def _tell_plan(report: PlanReport) -> None:
    count, numbers = len(report.instalments), ", ".join(report.numbers)
    say(
        f"{report.target}: {count} Raten über zusammen {money(report.total)} ({numbers}).",
        f"{report.target}: {count} instalments, {money(report.total)} in all ({numbers}).",
    )
    table(
        [">" + tr("Rate", "No."), tr("fällig", "Due"), ">" + tr("Betrag", "Amount")],
        [(n, day(r.on), money(r.amount)) for n, r in enumerate(report.instalments, start=1)],
    )


@plan_group.command(
    "show",
    help=tr(
        "Zeigt die Ratenpläne einer Rechnung oder eines Kunden.",
        "Shows the plans of an invoice or a debtor.",
    ),
)
@click.argument("target", metavar=TARGET)
@command(on=True)
def show_command(call: Call, target: str) -> None:
    name, rows = plans_of(call.app, call.id, target, on=call.on)
    if not rows:
        raise UsageError(f"{name}: kein Ratenplan.", en=f"{name}: no plan.")
    call.show([_document(row) for row in rows], lambda: _tell_rows(name, rows))


def _document(row: PlanRow) -> dict[str, object]:
    hold = row.agreement.hold
    return {
        "hold": hold.id,
        "state": row.agreement.state,
        "from": hold.from_on,
        "until": hold.until_on,
        "reason": hold.reason,
        "invoices": row.numbers,
        "currency": row.agreement.received.currency,
        "total": row.agreement.terms.baseline,
        "received": row.agreement.received,
        "interest": row.agreement.terms.interest,
        "reminder_days": row.agreement.terms.reminder_days,
        "instalments": row.instalments,
    }


def _tell_rows(name: str, rows: list[PlanRow]) -> None:
    states = {
        "paid": tr("bezahlt", "paid"),
        "open": tr("offen", "open"),
        "missed": tr("nicht eingegangen", "not received"),
    }
    for row in rows:
        told = agreement_sentence(row.agreement, language())
        say(
            f"{name} ({', '.join(row.numbers)}): {told}",
            f"{name} ({', '.join(row.numbers)}): {told}",
        )
        columns = [">" + tr("Rate", "No."), tr("fällig", "Due"), ">" + tr("Betrag", "Amount")]
        columns += [">" + tr("fehlt noch", "Missing"), tr("Stand", "State")]
        table(
            columns,
            [
                (r.number, day(r.on), money(r.amount), money(r.missing), states[r.state])
                for r in row.instalments
            ],
        )
