"""``mahnwerk work``: what runs without anybody watching, for good or once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.words import state
from cli.work_fleet import work_fleet
from core.domain.model import CreditorId
from core.errors import UsageError
from core.services.creditors import pick_creditor
from core.services.sync import worst
from worker.signals import on_end

if TYPE_CHECKING:
    from worker.loop import Loop
    from worker.outcomes import Advanced


@click.command(
    "work",
    help=tr(
        "Arbeitet allein: Meldungen der Plattformen, Abrufe, der Mahnlauf zu seiner Stunde und der "
        "Versand dessen, was freigegeben ist. Für alle Mandanten, bis Strg-C oder SIGTERM; beim "
        "zweiten Mal sofort.",
        "Works by itself: events of platforms, readings, the run at its hour, and sending what is "
        "approved. For all creditors, until Ctrl-C or SIGTERM; at once the second time.",
    ),
)
@click.option(
    "--once",
    is_flag=True,
    help=tr(
        "Nur was jetzt fällig ist, dann Ende: für cron.",
        "Only what is due now, then end: for cron.",
    ),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help=tr("Wie viel zugleich getan wird.", "How much is done at a time."),
)
@click.option(
    "--fleet",
    is_flag=True,
    help=tr(
        "Als Teil einer Flotte: mehrere Worker, auch auf mehreren Rechnern, teilen sich eine "
        "Warteschlange auf PostgreSQL.",
        "As part of a fleet: several workers, also on several machines, share a queue on "
        "PostgreSQL.",
    ),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help=tr("Prozesse der Flotte auf diesem Rechner.", "Processes of the fleet on this machine."),
)
@command()
def work_command(call: Call, once: bool, threads: int, fleet: bool, workers: int) -> int:
    from worker.loop import Loop

    call.need_database()
    if fleet:
        return work_fleet(call, once=once, workers=workers, threads=threads)
    if workers > 1:
        raise UsageError(
            "--workers gibt es nur mit --fleet; allein: --threads.",
            en="--workers is there with --fleet only; alone: --threads.",
        )
    only = pick_creditor(call.app, call.wanted).id if call.wanted else None
    loop = Loop(call.app, threads=threads, only=only, keep_events=call.composed.keep_events)
    with ended_in_order(loop):
        if once:
            done = loop.once()
            call.show(_document(done), lambda: _tell(done))
            return worst(each.exit_code for each in done)
        _begin(call, only)
        loop.run()
    call.show({"worker": loop.name, "ended": True}, lambda: say("Beendet.", "Ended."))
    return 0


def _begin(call: Call, only: CreditorId | None) -> None:
    if call.json:
        return
    whom = only or tr("alle Mandanten", "all creditors")
    note(
        f"Arbeitet für {whom}. Beenden mit Strg-C; was unterwegs ist, wird noch fertig.",
        f"Works for {whom}. End with Ctrl-C; what is under way is finished first.",
    )


@contextmanager
def ended_in_order(loop: Loop) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the work in good order, the second at once: leases of a
    process that has ended count no more.
    """
    asked = False

    def end(number: int) -> None:
        nonlocal asked
        if asked:
            os._exit(128 + number)
        asked = True
        loop.stop()

    with on_end(end):
        yield


def _document(done: Sequence[Advanced]) -> dict[str, object]:
    return {"creditors": [_creditor(each) for each in done]}


def _creditor(done: Advanced) -> dict[str, object]:
    decided = done.decided
    return {
        "creditor": done.creditor,
        "connections": [
            {
                "connection": each.name or None,
                "read": each.report is not None,
                "records": each.report.records if each.report else None,
                "error": each.error or each.events or None,
            }
            for each in done.synced
        ],
        "run": decided.run.run if decided.run else None,
        "on": decided.run.on if decided.run else None,
        "proposals": decided.run.proposals if decided.run else [],
        "deliveries": [
            {
                "proposal": each.proposal,
                "channel": each.channel,
                "outcome": each.outcome,
                "reason": each.reason,
            }
            for each in (decided.send.outcomes if decided.send else [])
        ],
        "busy": decided.busy,
        "error": decided.error or None,
    }


def _tell(done: Sequence[Advanced]) -> None:
    if not done:
        say("Noch kein Mandant eingerichtet.", "No creditor is set up yet.")
    for each in done:
        say(f"{each.creditor}: {_sentence(each)}", f"{each.creditor}: {_sentence(each)}")
        for synced in each.synced:
            problem = synced.error or synced.events
            if problem:
                note(f"{synced.name}: {problem}", f"{synced.name}: {problem}")
        if each.decided.error:
            note(each.decided.error, each.decided.error)


def _sentence(done: Advanced) -> str:
    decided = done.decided
    parts = [
        tr(f"„{each.name}“ gelesen", f"{each.name} read")
        for each in done.synced
        if each.report is not None and not each.error
    ]
    if decided.run:
        number = len(decided.run.proposals)
        parts.append(tr(f"Mahnlauf mit {number} Vorschlägen", f"run with {number} proposals"))
    outcomes = [each.outcome for each in decided.send.outcomes] if decided.send else []
    parts += [f"{outcomes.count(word)} {state(word)}" for word in dict.fromkeys(outcomes)]
    if decided.busy:
        parts.append(tr("ein anderer arbeitet gerade daran", "somebody else is at it"))
    return ", ".join(parts) if parts else tr("nichts fällig.", "nothing is due.")
