"""The dunning run and its proposals: run, proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.reasons import label
from cli.types import number_value
from cli.words import channel, charge_kind, number, state
from core.domain.decision import Action, PlannedNotice
from core.domain.model import Charge, Notice, NoticeKind
from core.domain.money import Money
from core.services.documents import charge_document, notice_document, verdict_document
from core.services.proposals import ProposalRow, drop, export, proposals
from core.services.run import run
from core.services.run_report import RunReport


def _run_document(report: RunReport) -> dict[str, object]:
    verdicts = [verdict_document(each) for each in report.verdicts]
    planned = [
        {
            "debtor": each.debtor,
            "procedure": each.procedure,
            "kind": each.plan.kind,
            "level": each.plan.level,
            "currency": each.plan.currency,
            "total": each.plan.total,
            "items": [line.number for line in each.plan.lines],
            "charges": [charge_document(charge) for charge in each.plan.charges],
        }
        for each in report.planned
    ]
    document: dict[str, object] = {
        "run": report.run,
        "on": report.on,
        "proposals": report.proposals,
        "head": report.head,
        "decisions_sha256": report.decisions_sha256,
        "verdicts": verdicts,
    }
    return document | ({"planned": planned} if report.run is None else {})


@click.command(
    "run",
    help=tr(
        "Mahnlauf: entscheidet über jeden offenen Posten und schlägt Mahnungen vor. "
        "Verschickt nichts.",
        "Dunning run: decides on every open item and proposes notices. Sends nothing.",
    ),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=tr("Nur zeigen, nichts speichern.", "Only show it, store nothing."),
)
@command(on=True)
def run_command(call: Call, dry_run: bool) -> None:
    report = run(call.app, call.id, on=call.on, dry_run=dry_run)
    call.show(_run_document(report), lambda: _tell_run(report))


def _level(notice: Notice | PlannedNotice) -> str:
    """The level; a note before an instalment has none."""
    if notice.kind is NoticeKind.APOLOGY:
        return tr("Rückn.", "withdr.")
    return tr("Rate", "instalm.") if notice.kind is NoticeKind.PLAN else str(notice.level)


def _tell_run(report: RunReport) -> None:
    if report.run is None:
        columns = [tr("Kunde", "Debtor"), ">" + tr("Stufe", "Level"), ">" + tr("Betrag", "Total")]
        columns += [tr("davon (gezeigt)", "of it (shown)"), tr("Rechnungen", "Invoices")]
        rows = [
            (
                p.debtor,
                _level(p.plan),
                money(p.plan.total),
                _charged(p.plan.charges),
                ", ".join(number(line) for line in p.plan.lines),
            )
            for p in report.planned
        ]
        table(columns, rows, title=tr("Probelauf, nichts gespeichert", "Dry run, nothing stored"))
    dunned = sum(each.verdict.action is Action.DUN for each in report.verdicts)
    say(
        f"Mahnlauf zum {day(report.on)}: {len(report.verdicts)} Posten geprüft, {dunned} zu mahnen.",
        f"Run as of {day(report.on)}: {len(report.verdicts)} items looked at, {dunned} to be dunned.",
    )
    reasons = Counter(e.verdict.reason for e in report.verdicts if e.verdict.action is Action.SKIP)
    if reasons:
        columns = [tr("Nicht gemahnt, weil", "Not dunned because"), ">" + tr("Posten", "Items")]
        table(columns, [(label(reason), count) for reason, count in reasons.most_common()])
    if report.head:
        say(f"Prüfwert des Protokolls: {report.head}", f"Head of the log: {report.head}")
    if report.proposals:
        count = len(report.proposals)
        say(
            f"Lauf {report.run}: {count} {'Vorschlag' if count == 1 else 'Vorschläge'}. "
            "Ansehen: mahnwerk proposals; "
            f"freigeben: mahnwerk approve --run {report.run}",
            f"Run {report.run}: {count} {'proposal' if count == 1 else 'proposals'}. "
            "Look: mahnwerk proposals; "
            f"approve: mahnwerk approve --run {report.run}",
        )
    elif report.run is not None:
        say(f"Lauf {report.run}: keine Vorschläge.", f"Run {report.run}: no proposals.")


def _charged(charges: Iterable[Charge]) -> str:
    """Charges of a notice in a cell; those that are only shown stand in brackets."""
    sums: dict[tuple[str, bool], Money] = {}
    for charge in charges:
        if not charge.amount.minor:
            continue  # interest whose rate is not known yet
        key = (charge.kind, charge.demanded)
        sums[key] = sums[key] + charge.amount if key in sums else charge.amount
    return ", ".join(
        f"{charge_kind(kind)} {money(amount)}"
        if demanded
        else f"({charge_kind(kind)} {money(amount)})"
        for (kind, demanded), amount in sums.items()
    )


@click.group(
    "proposals",
    invoke_without_command=True,
    help=tr(
        "Zeigt die Mahnvorschläge; „drop NR RECHNUNG“ nimmt eine Rechnung heraus.",
        "Lists the proposals; `drop ID INVOICE` takes one invoice off.",
    ),
)
@click.option(
    "--export",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=tr("DATEI.xlsx|.pdf", "FILE.xlsx|.pdf"),
    help=tr("Als Liste zum Unterschreiben speichern.", "Save as a list for signature."),
)
@command(on=True)
def proposals_group(call: Call, target: Path | None) -> None:
    rows = proposals(call.app, call.id)
    if target is not None:
        count = export(call.app, call.id, target, on=call.on, language=language())
        note(f"{count} Vorschläge in {target}.", f"{count} proposals in {target}.")
    document = [notice_document(row.notice, row.debtor.name) for row in rows]
    call.show(document, lambda: None if target is not None else _tell_proposals(rows))


def _tell_proposals(rows: list[ProposalRow]) -> None:
    if not rows:
        say("Keine Vorschläge. Neue macht: mahnwerk run", "No proposals. Make some: mahnwerk run")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Kunde", "Debtor"), ">" + tr("Stufe", "Level")]
    columns += [tr("Rechnungen", "Invoices"), ">" + tr("Betrag", "Total")]
    columns += [tr("davon (gezeigt)", "of it (shown)"), tr("Weg", "Channel")]
    columns += [tr("Frist", "Deadline"), tr("Stand", "State")]
    table(
        columns,
        [
            (
                row.notice.id,
                row.debtor.name,
                _level(row.notice),
                ", ".join(number(line) for line in row.notice.lines),
                money(row.notice.total),
                _charged(row.notice.charges),
                ", ".join(channel(each) for each in row.notice.channels),
                day(row.notice.deadline),
                f"{state(row.notice.state)} {row.notice.reason}".strip(),
            )
            for row in rows
        ],
    )


@proposals_group.command(
    "drop",
    help=tr(
        "Nimmt eine Rechnung aus einem Vorschlag; der nächste Lauf schlägt sie wieder vor.",
        "Takes an invoice off a proposal; the next run proposes it again.",
    ),
)
@click.argument("notice", type=number_value, metavar=tr("NR", "ID"))
@click.argument("invoice", metavar=tr("RECHNUNG", "INVOICE"))
@command(on=True)
def drop_command(call: Call, notice: int, invoice: str) -> None:
    left = drop(call.app, call.id, notice, invoice, by=call.by, on=call.on)

    def human() -> None:
        if left is None:
            say(
                f"Vorschlag {notice} ist leer und entfällt.",
                f"Proposal {notice} is empty and gone.",
            )
        else:
            say(
                f"Vorschlag {notice}: noch {money(left.total)}.",
                f"Proposal {notice}: {money(left.total)} left.",
            )

    call.show(
        {"id": notice, "dropped": invoice, "items": [n.number for n in left.lines] if left else []},
        human,
    )
