"""Sending: send, posted, deliveries resolve."""

from __future__ import annotations

from typing import Literal

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import day, table
from cli.types import number_value
from cli.words import channel, state
from core.domain.model import NoticeId, NoticeState, RunId
from core.errors import UsageError
from core.services.deliver import SendOutcome, SendReport, send
from core.services.owner import this_task
from core.services.posted import PostedOutcome, posted, resolve_unknown

EX_DATA, EX_UNAVAILABLE = 65, 69


def _send_document(outcome: SendOutcome) -> dict[str, object]:
    document: dict[str, object] = {
        "proposal": outcome.proposal,
        "channel": outcome.channel,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
    }
    if outcome.file:
        document["file"] = outcome.file
    if outcome.message_id:
        document["message_id"] = outcome.message_id
    if outcome.warnings:
        document["warnings"] = list(outcome.warnings)
    return document


@click.command(
    "send",
    help=tr(
        "Verschickt, was freigegeben ist: Mails sofort, Briefe in den Ausgangsordner. "
        "Prüft jede Mahnung vorher noch einmal. Ein zweiter Aufruf verschickt nichts doppelt.",
        "Sends what is approved: mail at once, letters into the outbox folder. Looks at every "
        "notice once more before. A second call sends nothing twice.",
    ),
)
@command(on=True)
def send_command(call: Call) -> int:
    report = send(call.app, call.id, on=call.on, owner=this_task())
    for warning in report.warnings:
        note(warning, warning)
    call.show(
        [_send_document(outcome) for outcome in report.outcomes],
        lambda: _tell_send(call, report),
    )
    failed = any(outcome.outcome in {"failed", "unknown"} for outcome in report.outcomes)
    return EX_UNAVAILABLE if failed else report.exit_code


def _tell_send(call: Call, report: SendReport) -> None:
    if not report.outcomes:
        say("Nichts zu versenden.", "Nothing to send.")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Weg", "Channel"), tr("Ergebnis", "Outcome")]
    columns += [tr("Grund", "Reason"), tr("Datei", "File")]
    table(
        columns,
        [
            (o.proposal, channel(o.channel), state(o.outcome), o.reason, o.file)
            for o in report.outcomes
        ],
    )
    for file in report.print_files:
        path = call.composed.outbox / file
        say(f"Druckdatei: {path}", f"Print file: {path}")
    if any(outcome.outcome == "printed" for outcome in report.outcomes):
        say(
            "Zur Post gebracht? Dann: mahnwerk posted LAUF",
            "Taken to the post? Then: mahnwerk posted RUN",
        )
    if report.written:
        say(
            f"Bei den Rechnungen auf der Plattform vermerkt: {report.written}",
            f"Entered beside the invoices on the platform: {report.written}",
        )
    if not call.creditor.live:
        say(
            "Testbetrieb: nichts davon ging an einen Kunden.",
            "Test mode: none of it went to a debtor.",
        )


@click.command(
    "posted",
    help=tr(
        "Meldet gedruckte Briefe als zur Post gegeben: alle eines Laufs oder einzelne Mahnungen. "
        "Eine einzelne Zahl ist zuerst ein Lauf; --id macht sie zur Nummer einer Mahnung. "
        "Fristen und Mahnstufen zählen ab diesem Tag.",
        "Reports printed letters as taken to the post: all of a run, or single notices. "
        "A single number is a run first; --id makes it the id of a notice. "
        "Deadlines and levels count from that day.",
    ),
)
@click.argument(
    "numbers", nargs=-1, required=True, type=number_value, metavar=tr("LAUF|NR…", "RUN|ID…")
)
@click.option(
    "--id",
    "only_ids",
    is_flag=True,
    help=tr("Die Zahlen sind Mahnungen, kein Lauf.", "The numbers are notices, not a run."),
)
@command(on=True)
def posted_command(call: Call, numbers: tuple[int, ...], only_ids: bool) -> int:
    run = None if only_ids or len(numbers) > 1 else _run_with_letters(call, numbers[0])
    outcomes = posted(
        call.app, call.id, ids=() if run else numbers, run=run, on=call.on, by=call.by
    )
    document = [
        {"id": each.notice, "outcome": each.outcome, "reason": each.reason} for each in outcomes
    ]
    call.show(document, lambda: _tell_posted(call, outcomes))
    refused = any(each.outcome == "refused" for each in outcomes)
    return EX_DATA if refused else 0


def _run_with_letters(call: Call, number: int) -> RunId | None:
    """The run of that number when letters of it wait for the post, or no letter has the number.

    Raises:
        UsageError: neither a run nor a notice has that number.
    """
    run = RunId(number)
    with call.app.store.read() as tx:
        if tx.notices.many(call.id, states=(NoticeState.PRINTED,), run=run):
            return run
        named = tx.notices.get(call.id, NoticeId(number))
        is_letter = named is not None and named.channel == "letter"
        if not is_letter and tx.runs.get(call.id, run) is not None:
            return run
    if named is None:
        raise UsageError(
            f"Weder ein Mahnlauf noch eine Mahnung hat die Nummer {number}.",
            en=f"Neither a run nor a notice has the number {number}.",
        )
    return None


def _tell_posted(call: Call, outcomes: list[PostedOutcome]) -> None:
    sent = [str(each.notice) for each in outcomes if each.outcome != "refused"]
    if sent:
        listed = ", ".join(sent)
        say(
            f"Zur Post gegeben am {day(call.on)}: {listed}.",
            f"Taken to the post on {day(call.on)}: {listed}.",
        )
    remarks = [(each.notice, each.reason) for each in outcomes if each.reason]
    if remarks:
        table([">" + tr("Nr.", "ID"), tr("Hinweis", "Note")], remarks)


@click.group(
    "deliveries", help=tr("Versand, dessen Ausgang offen ist.", "Deliveries without a known end.")
)
def deliveries_group() -> None:
    pass


@deliveries_group.command(
    "resolve",
    help=tr(
        "Schließt einen ungewissen Versand ab: „sent“, wenn die Mahnung angekommen ist; "
        "„not_sent“ gibt die Rechnungen für den nächsten Lauf frei.",
        "Closes an uncertain delivery: `sent` if the notice arrived; "
        "`not_sent` frees the invoices for the next run.",
    ),
)
@click.argument("notice", type=number_value, metavar=tr("NR", "ID"))
@click.argument("outcome", type=click.Choice(["sent", "not_sent"]))
@command(on=True)
def resolve_command(call: Call, notice: int, outcome: Literal["sent", "not_sent"]) -> None:
    found = resolve_unknown(call.app, call.id, notice, outcome, by=call.by, on=call.on)

    def human() -> None:
        if outcome == "sent":
            say(f"Mahnung {notice} gilt als verschickt.", f"Notice {notice} counts as sent.")
        else:
            say(
                f"Mahnung {notice} wurde nicht verschickt; der nächste Lauf schlägt neu vor.",
                f"Notice {notice} was not sent; the next run proposes again.",
            )

    call.show({"id": found.id, "outcome": outcome, "state": found.state}, human)
