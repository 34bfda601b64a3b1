"""`mahnwerk filing`: the figures for filing claims in insolvency proceedings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.types import day_value
from core.errors import UsageError
from core.services.filing import Filing, filing
from core.services.filing_export import export_filing
from core.services.interest import segment_documents


@dataclass(frozen=True, slots=True)
class Shown:
    """A filing, or why there is none, as document and as text."""

    document: object
    tell: Callable[[], None]


def filing_after_hold(call: Call, debtor: str, opened: date) -> Shown:
    """The figures right after a debtor was held for insolvency; a proceeding that opens later, or
    a debtor without open claims, has none yet.
    """
    try:
        found = filing(call.app, call.id, debtor, opened=opened, on=call.on)
    except UsageError as error:
        why = error.sentence(language())
        return Shown(None, lambda: say(why, why))
    return Shown(document_of(found), lambda: tell_filing(found))


@click.command(
    "filing",
    help=tr(
        "Rechnet die Forderungen eines insolventen Kunden für die Anmeldung zur Tabelle: "
        "Hauptforderung, Zinsen bis zum Tag vor der Eröffnung, Kosten (§ 174 InsO).",
        "The claims on an insolvent debtor as they are filed: principal, interest to the day "
        "before the opening, costs (§ 174 InsO).",
    ),
)
@click.argument("debtor", metavar=tr("KUNDE", "DEBTOR"))
@click.option(
    "--opened",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr(
        "Tag der Eröffnung; sonst der, ab dem die Mahnsperre „insolvency“ gesetzt ist.",
        "Day of the opening; otherwise that from which the hold `insolvency` was set.",
    ),
)
@click.option(
    "--export",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=tr("DATEI.xlsx", "FILE.xlsx"),
    help=tr("Als Tabelle speichern.", "Save as a spreadsheet."),
)
@command(on=True)
def filing_command(call: Call, debtor: str, opened: date | None, target: Path | None) -> None:
    found = filing(call.app, call.id, debtor, opened=opened, on=call.on)
    if target is not None:
        export_filing(call.app, found, target, on=call.on, language=language())
        note(f"Gespeichert: {target}.", f"Saved: {target}.")
    call.show(document_of(found), lambda: None if target is not None else tell_filing(found))


def document_of(found: Filing) -> dict[str, object]:
    """The JSON document."""
    return {
        "debtor": found.debtor,
        "account": found.account,
        "opened": found.opened,
        "interest_until": found.interest_until,
        "claims": [
            {
                "number": claim.number,
                "ground": claim.ground,
                "invoice_date": claim.invoice_date,
                "due_date": claim.due_date,
                "currency": claim.principal.currency,
                "principal": claim.principal,
                "default_since": claim.default_since,
                "default_rule": claim.default_rule,
                "interest": claim.interest,
                "interest_until": claim.interest_until,
                "segments": segment_documents(claim.segments),
                "costs": claim.costs,
                "total": claim.total,
            }
            for claim in found.claims
        ],
        "fees": [
            {"kind": fee.kind, "amount": fee.amount, "basis": fee.basis, "since": fee.since}
            for fee in found.fees
        ],
        "sums": found.sums,
        "hints": found.hints,
    }


def tell_filing(found: Filing) -> None:
    """The figures as tables, then what to mind."""
    say(
        f"{found.debtor} ({found.account}): Insolvenz eröffnet am {day(found.opened)}, "
        f"Zinsen bis {day(found.interest_until)}.",
        f"{found.debtor} ({found.account}): insolvency opened on {day(found.opened)}, "
        f"interest to {day(found.interest_until)}.",
    )
    columns = [tr("Rechnung", "Invoice"), tr("Datum", "Date"), tr("fällig", "Due")]
    columns += [tr("Verzug seit", "In default since"), ">" + tr("Hauptforderung", "Principal")]
    columns += [">" + tr("Zinsen", "Interest"), ">" + tr("Kosten", "Costs")]
    columns += [">" + tr("zusammen", "Total")]
    rows: list[tuple[object, ...]] = [
        (
            claim.number,
            day(claim.invoice_date),
            day(claim.due_date),
            day(claim.default_since),
            money(claim.principal),
            money(claim.interest),
            money(claim.costs),
            money(claim.total),
        )
        for claim in found.claims
    ]
    rows += [
        (tr("Mahngebühr", "fee"), day(fee.since), "", "", "", "", money(fee.amount), "")
        for fee in found.fees
    ]
    rows += [
        (
            tr("Summe", "Sum"),
            "",
            "",
            "",
            money(each.principal),
            money(each.interest),
            money(each.costs),
            money(each.total),
        )
        for each in found.sums
    ]
    table(columns, rows)
    _tell_segments(found)
    for claim in found.claims:
        say(f"  {claim.number}: {claim.default_text}", f"  {claim.number}: {claim.default_text}")
    for hint in found.hints:
        say(f"  {hint}", f"  {hint}")


def _tell_segments(found: Filing) -> None:
    rows = [
        (
            claim.number,
            day(each.start),
            day(each.end),
            each.days,
            str(each.rate).replace(".", tr(",", ".")) + " %",
            money(each.principal),
            money(each.amount),
        )
        for claim in found.claims
        for each in claim.segments
    ]
    if rows:
        columns = [tr("Zinsen auf", "Interest on"), tr("von", "From"), tr("bis", "To")]
        columns += [">" + tr("Tage", "Days"), ">" + tr("Satz", "Rate")]
        columns += [">" + tr("aus", "Principal"), ">" + tr("Zinsen", "Interest")]
        table(columns, rows)
