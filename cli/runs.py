"""The dunning run and its proposals: run, proposals, approve, reject."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.reasons import label
from cli.types import amount_value, day_value
from core.domain.decision import Action
from core.domain.model import Notice, RunId
from core.errors import UsageError
from core.services.approve import ApproveOutcome, approve, approve_run
from core.services.proposals import ProposalRow, drop, export, proposals, reject
from core.services.run import RunReport, run

EX_DATA = 65
APPROVED = "approved"


def _run_document(report: RunReport) -> dict[str, object]:
    verdicts = [
        {
            "connection": each.connection,
            "number": each.number,
            "external_id": each.external_id,
            "verdict": each.verdict.action,
            "reason": each.verdict.reason,
            "level": each.verdict.level,
            "next_on": each.verdict.next_on,
        }
        for each in report.verdicts
    ]
    planned = [
        {
            "debtor": each.debtor,
            "procedure": each.procedure,
            "level": each.plan.level,
            "currency": each.plan.currency,
            "total": each.plan.total,
            "items": [line.number for line in each.plan.lines],
        }
        for each in report.planned
    ]
    document: dict[str, object] = {
        "run": report.run,
        "on": report.on,
        "proposals": report.proposals,
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


def _tell_run(report: RunReport) -> None:
    if report.run is None:
        columns = [tr("Kunde", "Debtor"), ">" + tr("Stufe", "Level"), ">" + tr("Betrag", "Total")]
        columns += [tr("Rechnungen", "Invoices")]
        rows = [
            (p.debtor, p.plan.level, money(p.plan.total), ", ".join(n.number for n in p.plan.lines))
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
    if report.proposals:
        count = len(report.proposals)
        say(
            f"Lauf {report.run}: {count} Vorschläge. Ansehen: mahnwerk proposals; "
            f"freigeben: mahnwerk approve --run {report.run}",
            f"Run {report.run}: {count} proposals. Look: mahnwerk proposals; "
            f"approve: mahnwerk approve --run {report.run}",
        )
    elif report.run is not None:
        say(f"Lauf {report.run}: keine Vorschläge.", f"Run {report.run}: no proposals.")


def notice_document(notice: Notice, debtor: str) -> dict[str, object]:
    """A proposal as the JSON documents show it."""
    return {
        "id": notice.id,
        "run": notice.run,
        "kind": notice.kind,
        "debtor": debtor,
        "debtor_id": notice.debtor,
        "level": notice.level,
        "currency": notice.currency,
        "items": [
            {"number": line.number, "outstanding": line.outstanding, "level": line.level}
            for line in notice.lines
        ],
        "charges": [
            {"kind": each.kind, "amount": each.amount, "basis": each.basis}
            for each in notice.charges
        ],
        "total": notice.total,
        "channel": notice.channel or (notice.channels[0] if notice.channels else ""),
        "channels": notice.channels,
        "automation": notice.automation,
        "issue_date": notice.issue_date,
        "deadline": notice.deadline,
        "state": notice.state,
        "reason": notice.reason,
    }


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
    call.show(document, lambda: _tell_proposals(rows))


def _tell_proposals(rows: list[ProposalRow]) -> None:
    if not rows:
        say("Keine Vorschläge. Neue macht: mahnwerk run", "No proposals. Make some: mahnwerk run")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Kunde", "Debtor"), ">" + tr("Stufe", "Level")]
    columns += [tr("Rechnungen", "Invoices"), ">" + tr("Betrag", "Total"), tr("Weg", "Channel")]
    columns += [tr("Frist", "Deadline"), tr("Stand", "State")]
    table(
        columns,
        [
            (
                row.notice.id,
                row.debtor.name,
                row.notice.level,
                ", ".join(line.number for line in row.notice.lines),
                money(row.notice.total),
                ", ".join(row.notice.channels),
                day(row.notice.deadline),
                f"{row.notice.state} {row.notice.reason}".strip(),
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
@click.argument("notice", type=int, metavar=tr("NR", "ID"))
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


@click.command(
    "approve",
    help=tr(
        "Gibt Vorschläge frei: einzeln nach Nummer oder alle eines Laufs, die das erlauben.",
        "Approves proposals: by id, or all of a run that allow it.",
    ),
)
@click.argument("ids", nargs=-1, type=int, metavar=tr("NR…", "ID…"))
@click.option(
    "--run",
    "run_id",
    type=int,
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
@click.argument("ids", nargs=-1, type=int, required=True, metavar=tr("NR…", "ID…"))
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
