"""Events of platforms that could not be worked on: events, events retry."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import table
from cli.types import number_value
from core.services.failed_events import FailedEvent, failed_events, retry_events


@click.group(
    "events",
    invoke_without_command=True,
    help=tr(
        "Zeigt Meldungen von außen, die aufgegeben wurden; „retry“ versucht sie noch einmal.",
        "Lists events from outside that were given up; `retry` tries them again.",
    ),
)
@command()
def events_group(call: Call) -> None:
    found = failed_events(call.app, call.id)
    call.show([_document(each) for each in found], lambda: _tell(found))


def _document(failed: FailedEvent) -> dict[str, object]:
    event = failed.event
    return {
        "id": event.id,
        "connection": failed.connection or None,
        "kind": event.event.kind,
        "external_id": event.event.external_id,
        "received_at": event.received_at,
        "tries": event.tries,
        "reason": event.reason,
    }


def _tell(found: list[FailedEvent]) -> None:
    if not found:
        say("Kein Ereignis ist gescheitert.", "No event has failed.")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Anbindung", "Connection"), tr("Art", "Kind")]
    columns += [tr("Beleg", "Record"), tr("Eingang", "Received"), tr("Grund", "Reason")]
    rows = [
        (
            each.event.id,
            each.connection or tr("Rückläufer", "returned mail"),
            each.event.event.kind,
            each.event.event.external_id,
            each.event.received_at[:16].replace("T", " "),
            each.event.reason,
        )
        for each in found
    ]
    table(columns, rows)
    say("Noch einmal versuchen: mahnwerk events retry", "Try again: mahnwerk events retry")


@events_group.command(
    "retry",
    help=tr(
        "Lässt gescheiterte Meldungen noch einmal bearbeiten: die genannten, sonst alle.",
        "Has failed events worked on again: the named ones, else all.",
    ),
)
@click.argument("numbers", nargs=-1, type=number_value, metavar=tr("NR…", "ID…"))
@command()
def retry_command(call: Call, numbers: tuple[int, ...]) -> None:
    again = retry_events(call.app, call.id, numbers, by=call.by)
    call.show(
        {"retried": again},
        lambda: say(
            f"{len(again)} zum nächsten Versuch vorgemerkt: mahnwerk work",
            f"{len(again)} will be tried again: mahnwerk work",
        ),
    )
