"""platform-notices: dunnings (Mahnungen) that a person made on the platform itself."""

from __future__ import annotations

from datetime import date

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import day, table
from cli.types import day_value, number_value
from cli.words import account, number
from core.errors import UsageError
from core.services.platform_notice_words import FOREIGN
from core.services.platform_notices import (
    PlatformNoticeOutcome,
    PlatformNoticeView,
    confirm,
    dismiss,
    platform_notices,
)

EX_DATA = 65


@click.group(
    "platform-notices",
    invoke_without_command=True,
    help=tr(
        "Zeigt die Mahnungen der Plattform: was dort von Hand gemahnt wurde. Der Abstand zur "
        "nächsten Mahnung zählt ab ihrem Tag; eine Mahnstufe gilt erst, wenn „confirm“ bestätigt, "
        "dass sie verschickt wurde. Einen Verzug begründet sie hier nie.",
        "Lists the dunnings of the platform: what was dunned there by hand. The interval to the "
        "next notice counts from their day; a level is taken over only when `confirm` says that "
        "they were sent. They never count for default (Verzug).",
    ),
)
@command()
def platform_notices_group(call: Call) -> None:
    views = platform_notices(call.app, call.id)
    call.show([_document(view) for view in views], lambda: _tell(views))


def _document(view: PlatformNoticeView) -> dict[str, object]:
    row, item, debtor = view.row, view.item, view.debtor
    return {
        "id": row.id,
        "connection": view.connection,
        "external_id": row.external_id,
        "invoice": row.invoice,
        "number": item.number if item else None,
        "debtor": debtor.name if debtor else None,
        "debtor_id": debtor.id if debtor else None,
        "title": row.title,
        "on": row.on,
        "state": row.state,
        "suggested_level": view.suggested,
        "level": item.level if item else None,
        "currency": item.outstanding.currency if item else None,
        "outstanding": item.outstanding if item else None,
    }


def _state(value: str) -> str:
    words = {
        "foreign": tr("zu bestätigen", "to be confirmed"),
        "confirmed": tr("bestätigt", "confirmed"),
        "dismissed": tr("zählt nicht", "does not count"),
        "refused": tr("abgelehnt", "refused"),
        "unchanged": tr("unverändert", "unchanged"),
    }
    return words[value]


def _tell(views: list[PlatformNoticeView]) -> None:
    if not views:
        say("Keine Mahnungen der Plattform.", "No dunnings of the platform.")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Kunde", "Debtor"), tr("Rechnung", "Invoice")]
    columns += [tr("Titel", "Title"), tr("Tag", "Date"), ">" + tr("Stufe", "Level")]
    columns += [">" + tr("Vorschlag", "Suggested"), tr("Stand", "State")]
    table(
        columns,
        [
            (
                view.row.id,
                (view.debtor.name or account(view.debtor)) if view.debtor else "–",
                number(view.item) if view.item else view.row.invoice,
                view.row.title,
                day(view.row.on),
                view.item.level if view.item else "–",
                view.suggested or "–",
                _state(view.row.state),
            )
            for view in views
        ],
    )
    if any(view.row.state == FOREIGN for view in views):
        say(
            "Verschickt? mahnwerk platform-notices confirm NR… oder --all. Nicht verschickt: "
            "mahnwerk platform-notices dismiss NR…",
            "Were they sent? mahnwerk platform-notices confirm ID… or --all. Not sent: "
            "mahnwerk platform-notices dismiss ID…",
        )


@platform_notices_group.command(
    "confirm",
    help=tr(
        "Bestätigt, dass sie verschickt wurden: Die Rechnung steht dann auf der Stufe, die der "
        "Titel nahelegt oder --level nennt; niedriger wird sie nie.",
        "Confirms that they were sent: the invoice gets the level that the title suggests or "
        "--level names; it is never lowered.",
    ),
)
@click.argument("ids", nargs=-1, type=number_value, metavar=tr("NR…", "ID…"))
@click.option("--all", "everything", is_flag=True, help=tr("Alle offenen.", "All that wait."))
@click.option(
    "--level",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr("Mahnstufe statt der vorgeschlagenen.", "Level instead of the suggested one."),
)
@click.option(
    "--on",
    "sent_on",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr("Tag des Versands; sonst der auf der Mahnung.", "Day it was sent; else its own."),
)
@command()
def confirm_command(
    call: Call, ids: tuple[int, ...], everything: bool, level: int | None, sent_on: date | None
) -> int:
    if bool(ids) == everything:
        raise UsageError("Entweder Nummern oder --all angeben.", en="Give either ids or --all.")
    outcomes = confirm(call.app, call.id, ids, level=level, sent_on=sent_on, by=call.by, on=call.on)
    return _answer(call, outcomes)


@platform_notices_group.command(
    "dismiss",
    help=tr(
        "Sagt, dass sie nicht verschickt wurden: Eine Stufe wird nicht übernommen. Der Abstand zur "
        "nächsten Mahnung bleibt.",
        "Says that they were not sent: no level is taken over. The interval to the next notice "
        "stays.",
    ),
)
@click.argument("ids", nargs=-1, required=True, type=number_value, metavar=tr("NR…", "ID…"))
@command()
def dismiss_command(call: Call, ids: tuple[int, ...]) -> int:
    return _answer(call, dismiss(call.app, call.id, ids, by=call.by))


def _answer(call: Call, outcomes: list[PlatformNoticeOutcome]) -> int:
    call.show(outcomes, lambda: _tell_outcomes(outcomes))
    return EX_DATA if any(each.outcome == "refused" for each in outcomes) else 0


def _tell_outcomes(outcomes: list[PlatformNoticeOutcome]) -> None:
    if not outcomes:
        say("Nichts wartet auf eine Bestätigung.", "Nothing waits to be confirmed.")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Rechnung", "Invoice"), tr("Stand", "State")]
    columns += [">" + tr("Stufe", "Level"), tr("Hinweis", "Note")]
    table(
        columns,
        [
            (each.id, each.number or "–", _state(each.outcome), each.level, each.reason)
            for each in outcomes
        ],
    )
