"""Live platforms in: the first reading, and what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import NamedTuple

import click

from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.onboarding import report_document, tell_history, tell_report
from cli.output import day, table
from cli.reading_progress import shown, span, watched
from cli.reread import tell_invoices
from cli.sync_documents import COUNTED, due_document, joined, part_document
from cli.sync_due import tell_polls
from cli.words import counted, debtors, invoices, requests, settled_invoices
from core.errors import MahnwerkError, Problem, Severity, UsageError
from core.services.onboard import History, Onboarded, load_history, onboard
from core.services.polling import sync_due
from core.services.reading import Meter
from core.services.sync import ConnectionReport, sync, worst
from core.services.sync_invoices import sync_invoices


@click.command(
    "sync",
    help=tr(
        "Holt, was sich auf den angebundenen Plattformen geändert hat; ohne Anbindung von allen. "
        "Scheitert eine, werden die anderen trotzdem gelesen.",
        "Fetches what changed on the connected platforms; on all without a name. One that fails "
        "keeps no other from being read.",
    ),
)
@click.argument("connection", required=False, metavar=tr("[ANBINDUNG]", "[CONNECTION]"))
@click.option(
    "--due",
    is_flag=True,
    help=tr(
        "Liest nur, was nach seinem Abstand an der Reihe ist, und sagt, wann das Nächste ist: für "
        "einen Zeitplan, der jede Minute fragt.",
        "Reads only what its interval makes due, and says when the next one is: for a timer that "
        "asks every minute.",
    ),
)
@click.option(
    "--invoice",
    "numbers",
    multiple=True,
    metavar=tr("NUMMER", "NUMBER"),
    help=tr(
        "Liest nur diese Rechnung, sofort, auch während ein anderer Abruf läuft; mehrfach möglich.",
        "Reads this invoice only, at once, also while another sync is under way; may be repeated.",
    ),
)
@command(on=True)
def sync_command(call: Call, connection: str | None, due: bool, numbers: tuple[str, ...]) -> int:
    if due:
        return _sync_due(call, connection, numbers)
    if numbers:
        report = sync_invoices(call.app, call.id, connection, numbers, on=call.on)
    else:
        meter = Meter()
        with shown(call, meter):
            report = sync(call.app, call.id, connection, on=call.on, meter=meter)

    def human() -> None:
        for each in report.connections:
            if each.invoices is None:
                _tell(each)
            else:
                _tell_problems(each.problems)
                tell_invoices(each.invoices)
                _tell_notices(each)
        _tell_files(report.files)

    call.show(joined([part_document(each) for each in report.connections], report.files), human)
    _tell_errors(report.connections)
    return report.exit_code


def _sync_due(call: Call, connection: str | None, numbers: tuple[str, ...]) -> int:
    if numbers:
        raise UsageError(
            "--invoice liest sofort, --due was an der Reihe ist: bitte nur eines von beiden.",
            en="--invoice reads at once, --due what is due: please give one of them only.",
        )
    meter = Meter()
    with shown(call, meter):
        report, polls = sync_due(call.app, call.id, connection, on=call.on, meter=meter)

    def human() -> None:
        for each in report.connections:
            _tell(each)
        tell_polls(call, polls)

    call.show(due_document(report, polls), human)
    _tell_errors(report.connections)
    return report.exit_code


@click.command(
    "onboard",
    help=tr(
        "Liest eine Plattform zum ersten Mal: alles Offene und so viel Vergangenheit, dass man "
        "weiß, wer wie zahlt. Abgebrochen oder unterbrochen geht es beim nächsten Aufruf weiter.",
        "Reads a platform for the first time: all that is open, and enough history to know who "
        "pays how. Stopped or interrupted, the next call goes on.",
    ),
)
@click.argument("connection", required=False, metavar=tr("[ANBINDUNG]", "[CONNECTION]"))
@click.option(
    "--months",
    type=click.IntRange(1, 120),
    metavar="N",
    help=tr("Monate Vergangenheit; sonst 24.", "Months of history; 24 otherwise."),
)
@click.option(
    "--start-level",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr(
        "Erste Mahnstufe für Posten, die mehr als 180 Tage überfällig sind; die werden nur "
        "vorgeschlagen. Auch nachträglich, solange sie nicht gemahnt sind.",
        "First level of items overdue by more than 180 days, which are proposal-only. Also "
        "afterwards, as long as they were not dunned.",
    ),
)
@click.option(
    "--restart",
    is_flag=True,
    help=tr(
        "Liest alles noch einmal; Mahnstufen, Sperren und Zahlungen bleiben.",
        "Reads everything again; levels, holds and payments stay.",
    ),
)
@click.option(
    "--history/--no-history",
    default=None,
    help=tr(
        "Danach die Zahlungen beglichener Rechnungen, eine Anfrage je Rechnung; Strg-C beendet "
        "es jederzeit. Im Terminal ja, in Skripten und mit --json nein, wenn nichts gesagt ist.",
        "Afterwards the payments of settled invoices, a request per invoice; Ctrl-C ends it at "
        "any time. Yes on a terminal, no for scripts and with --json, unless said otherwise.",
    ),
)
@command(on=True)
def onboard_command(
    call: Call,
    connection: str | None,
    months: int | None,
    start_level: int | None,
    restart: bool,
    history: bool | None,
) -> int:
    meter = Meter()
    with shown(call, meter):
        found = onboard(
            call.app,
            call.id,
            connection,
            on=call.on,
            months=months,
            start_level=start_level,
            restart=restart,
            meter=meter,
        )
    wanted = history if history is not None else watched(call)
    if not call.json:
        for each in found.connections:
            told = {one.problem for one in each.report.unread}  # the report lists them
            _tell_read(each.reading, [p for p in each.reading.problems if p not in told])
            tell_report(each, history=wanted)
        _tell_files(found.files)
    _tell_errors([each.reading for each in found.connections])
    pasts = [_history(call, each, meter, wanted=wanted) for each in found.connections]
    parts = [
        {**part_document(each.reading), "report": report_document(each, past.history)}
        for each, past in zip(found.connections, pasts, strict=True)
    ]
    call.show(joined(parts, found.files), lambda: None)
    return worst(iter([found.exit_code, *(past.exit_code for past in pasts)]))


class _Past(NamedTuple):
    history: History
    exit_code: int = 0


def _history(call: Call, onboarded: Onboarded, meter: Meter, *, wanted: bool) -> _Past:
    """Loads the payments of settled invoices for as long as the user lets it."""
    name = onboarded.reading.connection
    told = [History(name, left=onboarded.report.history_left)]
    if onboarded.reading.error is not None or not wanted or not told[0].left:
        return _Past(told[0])
    note(
        f"{name}: Jetzt noch die Zahlungen von {settled_invoices(told[0].left)}; "
        "Strg-C beendet es, gemahnt werden kann schon.",
        f"{name}: Now the payments of {settled_invoices(told[0].left)}; Ctrl-C ends it, dunning "
        "can begin.",
    )
    try:
        with shown(call, meter):
            load_history(call.app, call.id, name, on=call.on, meter=meter, told=told.append)
    except KeyboardInterrupt:
        one = told[-1].left == 1
        note(
            f"{name}: Beendet; {invoices(told[-1].left)} {'fehlt' if one else 'fehlen'} noch. "
            f"Weiter geht es mit: mahnwerk onboard {quote(name)}",
            f"{name}: Ended; {invoices(told[-1].left)} left. It goes on with: "
            f"mahnwerk onboard {quote(name)}",
        )
    except MahnwerkError as failed:
        sentence = failed.sentence(language())
        note(f"{name}: {sentence}", f"{name}: {sentence}")
        return _Past(told[-1], failed.exit_code)
    if not call.json:
        tell_history(told[-1])
    return _Past(told[-1])


def _tell_read(report: ConnectionReport, problems: Sequence[Problem]) -> None:
    _tell_problems(problems)
    name, got = report.connection, {key: report.records.get(key, 0) for key in COUNTED}
    paid = counted(got["payments"], ("Zahlung", "payment"), ("Zahlungen", "payments"))
    read = f"{invoices(got['invoices'])}, {paid}, {debtors(got['debtors'])}"
    spent = f"{requests(report.requests)} in {span(report.seconds)}"
    booked = day(report.booked_until)
    say(
        f"{name}: {read} gelesen; {spent}; Geld gebucht bis {booked}.",
        f"{name}: read {read}; {spent}; money booked until {booked}.",
    )


def _tell(report: ConnectionReport) -> None:
    _tell_read(report, report.problems)
    _tell_notices(report)
    name = report.connection
    if report.booked_until is None and report.error is None:
        note(
            f"{name}: Bis wann Geld gebucht ist, sagt die Plattform nicht; vorher wird nichts "
            f"verschickt. Bestätigen: mahnwerk booked-until TAG {quote(name)}",
            f"{name}: The platform does not say until when money is booked; nothing leaves "
            f"before. Confirm it: mahnwerk booked-until DATE {quote(name)}",
        )


def _tell_notices(report: ConnectionReport) -> None:
    name = report.connection
    if report.notices:
        found = counted(
            len(report.notices),
            ("neue Mahnung der Plattform", "new notice of the platform"),
            ("neue Mahnungen der Plattform", "new notices of the platform"),
        )
        note(
            f"{name}: {found}. Ansehen und bestätigen: mahnwerk platform-notices",
            f"{name}: {found}. See and confirm: mahnwerk platform-notices",
        )


def _tell_problems(problems: Sequence[Problem]) -> None:
    if not problems:
        return
    words = {
        Severity.ERROR: tr("nicht gelesen", "not read"),
        Severity.WARNING: tr("Warnung", "warning"),
        Severity.INFO: tr("Hinweis", "note"),
    }
    columns = ["", tr("Beleg, Feld", "Record, field")]
    columns.append(tr("Was und wie beheben", "What and how to mend it"))
    table(columns, [(words[p.severity], p.where, p.message) for p in problems])


def _tell_errors(reports: Sequence[ConnectionReport]) -> None:
    """Why a connection was not read to the end, on stderr."""
    for report in reports:
        if report.error is not None:
            sentence = report.error.sentence(language())
            note(f"{report.connection}: {sentence}", f"{report.connection}: {sentence}")


def _tell_files(names: Sequence[str]) -> None:
    for name in names:
        note(
            f"{name}: Hier gibt es nichts abzurufen; Dateien liest ein: mahnwerk import datev …",
            f"{name}: There is nothing to fetch; files are imported by: mahnwerk import datev …",
        )
