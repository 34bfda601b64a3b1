"""One invoice: the facts that no platform tells, with where each comes from."""

from __future__ import annotations

from datetime import date

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import day, money, table
from cli.types import evidence_option, pairs
from cli.words import account, debtor_type, evidence, law, number, terms
from core.domain.claim_facts import FactSource, TypeRule
from core.domain.model import DebtorType, Terms
from core.errors import UsageError
from core.services.item_facts import FIELDS, Fact, ItemReport, set_item, show_item

_NAMES = {
    "governing_law": ("anwendbares Recht", "governing law"),
    "type": ("Schuldner ist", "debtor is"),
    "payment_terms_agreed": ("Zahlungsziel vereinbart", "terms of payment agreed"),
    "consumer_notice": ("Verbraucherhinweis auf der Rechnung", "consumer notice on the invoice"),
    "invoice_received": ("Rechnung zugegangen", "invoice received"),
    "delivered_on": ("geliefert oder geleistet", "delivered"),
    "payment_claim": ("Entgeltforderung", "claim for payment"),
    "served_on": ("Klage oder Mahnbescheid zugestellt", "claim or court order served"),
    "refused_on": ("Zahlung endgültig verweigert", "payment finally refused"),
    "acknowledged_on": ("Forderung anerkannt", "claim acknowledged"),
}
_SOURCES = {
    FactSource.ITEM: ("Rechnung", "invoice"),
    FactSource.DEBTOR: ("Kunde", "debtor"),
    FactSource.CREDITOR: ("Mandant", "creditor"),
    FactSource.BOOKS: ("Buchhaltung", "books"),
}


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
    item, debtor = report.item, report.debtor
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
                tr(*_NAMES[fact.name]),
                _value(fact, report.type_rule),
                tr(*_SOURCES[fact.source]) if fact.source else "–",
                evidence(fact.evidence) or "–",
                fact.name,
            )
            for fact in report.facts
        ],
    )


def _value(fact: Fact, rule: TypeRule) -> str:
    value = fact.value
    if fact.name == "type":
        return _type(value, rule)
    if fact.name == "governing_law":
        return law(value)
    if isinstance(value, Terms):
        return terms(value)
    if isinstance(value, date):
        return day(value)
    if value is None:
        return tr("nicht bekannt", "not known")
    word = tr("ja", "yes") if value else tr("nein", "no")
    return word if fact.source else f"{word} ({tr('angenommen', 'assumed')})"


def _type(value: DebtorType, rule: TypeRule) -> str:
    word = debtor_type(value)
    if rule is TypeRule.ASSUMED:
        return f"{word} ({tr('angenommen', 'assumed')})"
    if rule is TypeRule.UNKNOWN:
        return f"{word} ({tr('gilt als Verbraucher', 'counts as consumer')})"
    return word
