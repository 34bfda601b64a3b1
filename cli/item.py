"""One invoice: the facts that no platform tells, with where each comes from."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.types import evidence_option, pairs
from cli.words import account, evidence, number
from core.errors import UsageError
from core.services.fact_wording import fact_name, fact_value, source_word
from core.services.item_facts import FIELDS, ItemReport, set_item, show_item


def _document(report: ItemReport) -> dict[str, object]:
    item = report.item
    return {
        "connection": report.connection,
        "external_id": item.external_id,
        "number": item.number,
        "debtor": report.debtor.name,
        "debtor_id": report.debtor.id,
        "account_label": account(report.debtor),
        "invoice_date": item.invoice_date,
        "due_date": item.due_date,
        "currency": item.outstanding.currency,
        "outstanding": item.outstanding,
        "type_rule": report.type_rule,
        "facts": [fact._asdict() for fact in report.facts],
    }


@click.group(
    "item",
    help=tr(
        "Zeigt oder ergänzt, was über eine Rechnung bekannt ist.",
        "Shows or completes what is known of an invoice.",
    ),
)
def item_group() -> None:
    pass


@item_group.command(
    "show",
    help=tr(
        "Zeigt alle Angaben, auf denen Verzug, Zinsen und Kosten beruhen, mit Quelle und Beleg.",
        "Shows all facts on which default, interest and charges rest, with source and evidence.",
    ),
)
@click.argument("invoice", metavar=tr("RECHNUNG", "INVOICE"))
@command()
def show_command(call: Call, invoice: str) -> None:
    report = show_item(call.app, call.id, invoice)
    call.show(_document(report), lambda: _tell(report))


@item_group.command(
    "set",
    help=tr(
        "Ergänzt Angaben zu einer Rechnung; sie überstehen jedes Einlesen. "
        "Ein leerer Wert nimmt die Angabe zurück.",
        "Completes what is known of an invoice; it survives every import. "
        "An empty value takes your own entry back.",
    ),
    epilog=tr("Felder: ", "Fields: ") + ", ".join(FIELDS),
)
@click.argument("invoice", metavar=tr("RECHNUNG", "INVOICE"))
@click.argument("given", nargs=-1, required=True, metavar=tr("FELD=WERT…", "FIELD=VALUE…"))
@evidence_option
@command(on=True)
def set_command(call: Call, invoice: str, given: tuple[str, ...], evidence_text: str) -> None:
    fields = pairs(given)
    if not fields:
        raise UsageError("Kein Feld angegeben.", en="No field was given.")
    report = set_item(
        call.app, call.id, invoice, fields, by=call.by, on=call.on, evidence=evidence_text
    )
    names = ", ".join(fields)

    def human() -> None:
        which = number(report.item)
        say(f"{which}: {names} geändert.", f"{which}: changed {names}.")

    call.show(_document(report), human)


def _tell(report: ItemReport) -> None:
    item, debtor, told = report.item, report.debtor, language()
    of = f"{number(item)} ({debtor.name or account(debtor)}): "
    due = day(item.due_date) or "?"
    say(
        f"{of}{money(item.outstanding)} offen, fällig {due}.",
        f"{of}{money(item.outstanding)} outstanding, due {due}.",
    )
    columns = [tr("Angabe", "Fact"), tr("Wert", "Value"), tr("Quelle", "Source")]
    columns += [tr("Beleg", "Evidence"), tr("Feld", "Field")]
    table(
        columns,
        [
            (
                fact_name(fact.name, told),
                fact_value(fact, report.type_rule, told),
                source_word(fact.source, told) if fact.source else "–",
                evidence(fact.evidence) or "–",
                fact.name,
            )
            for fact in report.facts
        ],
    )
