"""Open items: the list with its ageing, why an invoice is or is not dunned, local payments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import click

from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.types import amount_value
from cli.words import account, also, holds, linked, number
from core.domain.model import ItemKind, NoticeKind
from core.domain.money import Money
from core.services.documents import item_document
from core.services.explain import Explanation, Step, explain
from core.services.paid import paid
from core.services.platform_notices import count_waiting
from core.services.views import BUCKETS, OpenItemRow, ageing, open_items, questioned


@click.command(
    "open-items",
    help=tr(
        "Zeigt alle offenen Posten nach Alter; Guthaben sind negativ.",
        "Lists all open items by age; credits are negative.",
    ),
)
@click.option(
    "--all",
    "all_",
    is_flag=True,
    help=tr(
        "Belege, die in mehreren Anbindungen stehen, mehrmals; gezählt werden sie einmal.",
        "Documents that stand on several connections once for each; they count once.",
    ),
)
@command(on=True)
def open_items_command(call: Call, all_: bool) -> None:
    rows = open_items(call.app, call.id, call.on, every=all_)
    call.show([item_document(row) for row in rows], lambda: _tell_items(rows))
    if waiting := count_waiting(call.app, call.id):
        note(
            f"Mahnungen der Plattform, die auf Antwort warten: {waiting}. Ansehen: "
            "mahnwerk platform-notices",
            f"Dunnings of the platform that wait for an answer: {waiting}. Look: "
            "mahnwerk platform-notices",
        )


def _bucket(name: str) -> str:
    return tr("nicht fällig", "not due") if name == "not_due" else name.replace("-", "–")


def _shown(row: OpenItemRow) -> Money:
    """What is open of the claim; of one that another row stands for, what its connection says."""
    return row.item.outstanding if row.repeats else row.owed


def _tell_items(rows: list[OpenItemRow]) -> None:
    if not rows:
        say("Keine offenen Posten.", "No open items.")
        return
    columns = [tr("Kunde", "Debtor"), tr("Rechnung", "Invoice"), tr("Datum", "Date")]
    columns += [tr("fällig", "Due"), ">" + tr("offen", "Open"), tr("Tage", "Days")]
    columns += [">" + tr("Stufe", "Level"), tr("Mahnsperre", "Hold")]
    shared = any(row.also_on for row in rows)
    columns += [tr("auch in", "Also on")] if shared else []
    grouped = any(row.linked for row in rows)
    columns += [tr("Kunde auch", "Debtor also")] if grouped else []
    table(
        columns,
        [
            (
                row.debtor.name or account(row.debtor),
                number(row.item),
                day(row.item.invoice_date),
                day(row.item.due_date),
                money(_shown(row)),
                _bucket(row.bucket) if _shown(row).amount > 0 else "",
                row.item.level,
                holds(row.holds),
                *((also(row.also_on),) if shared else ()),
                *((linked(row.linked),) if grouped else ()),
            )
            for row in rows
        ],
    )
    aged = ageing(rows)
    table(
        [tr("Tage überfällig", "Days overdue"), *(">" + _bucket(name) for name in BUCKETS)],
        [
            (currency, *(money(buckets[name], currency=False) for name in BUCKETS))
            for currency, buckets in sorted(aged.items())
        ],
    )
    if back := questioned(rows):
        sums = " + ".join(money(each) for each in back)
        say(
            f"Nicht darin: {sums} aus bezahlten Rechnungen, deren Geld zurückging. Geschuldet? "
            "mahnwerk release RECHNUNG --kind money_returned",
            f"Not in it: {sums} of paid invoices whose money went back. Is it owed? "
            "mahnwerk release INVOICE --kind money_returned",
        )


@click.command(
    "explain",
    help=tr(
        "Sagt, warum eine Rechnung gemahnt oder nicht gemahnt wird.",
        "Says why an invoice is or is not dunned.",
    ),
)
@click.argument("invoice", metavar=tr("RECHNUNG", "INVOICE"))
@command(on=True)
def explain_command(call: Call, invoice: str) -> None:
    found = explain(call.app, call.id, invoice, on=call.on, language=language())
    call.show(found, lambda: _tell_explanation(found))


def _step(step: Step) -> str:
    if step.kind is NoticeKind.TASK:
        return tr(f"Übergabe am {day(step.on)}", f"hand-over on {day(step.on)}")
    if step.kind is NoticeKind.PLAN:
        return tr(f"Ratenhinweis am {day(step.on)}", f"note on an instalment on {day(step.on)}")
    return tr(f"Stufe {step.level} am {day(step.on)}", f"level {step.level} on {day(step.on)}")


def _tell_explanation(found: Explanation) -> None:
    named = found.number or tr("ohne Nummer", "no number")
    if found.kind is ItemKind.CHARGE_RESIDUAL:
        named = tr(f"Nebenforderungen zu {named}", f"Charges on {named}")
    text = f"{named} ({found.debtor}): {found.text}"
    say(text, text)
    if found.linked:
        others = linked(found.linked)
        say(f"Derselbe Kunde ist auch: {others}.", f"The same debtor is also: {others}.")
    if found.imagined:
        say(
            "Vorausgesetzt: niemand zahlt, und was bis dahin vorgeschlagen wird, geht hinaus.",
            "Provided that nobody pays and what is proposed until then leaves.",
        )
    if found.basis:
        say(f"Grundlage: {found.basis}", f"Basis: {found.basis}")
    if found.procedure:
        say(found.procedure, found.procedure)
    if found.next_on is not None:
        say(f"Nächster Schritt: {day(found.next_on)}.", f"Next step: {day(found.next_on)}.")
    if found.course:
        steps = ", ".join(_step(each) for each in found.course)
        say(f"Wenn niemand zahlt: {steps}.", f"If nobody pays: {steps}.")
    _section("Rechtslage:", "Law:", found.law.sentences)
    _section("Beruht auf:", "Rests on:", found.law.fact_sentences)
    _section("Verlauf:", "History:", found.history)


def _section(de: str, en: str, lines: Sequence[str]) -> None:
    if lines:
        say(de, en)
    for line in lines:
        say(f"  {line}", f"  {line}")


@click.command(
    "paid",
    help=tr(
        "Merkt eine Zahlung vor, bis die Buchhaltung sie kennt; solange wird nicht gemahnt.",
        "Notes a payment until the books know it; the invoice is not dunned meanwhile.",
    ),
)
@click.argument("invoice", metavar=tr("RECHNUNG", "INVOICE"))
@click.option(
    "--amount",
    type=amount_value,
    metavar=tr("BETRAG", "AMOUNT"),
    help=tr("Sonst alles, was offen ist.", "Otherwise all that is open."),
)
@command(on=True)
def paid_command(call: Call, invoice: str, amount: Decimal | None) -> None:
    report = paid(call.app, call.id, invoice, amount=amount, on=call.on, by=call.by)
    document = {
        "number": report.number,
        "currency": report.amount.currency,
        "amount": report.amount,
        "outstanding": report.outstanding,
        "on": call.on,
    }

    def human() -> None:
        say(
            f"{report.number}: {money(report.amount)} vom {day(call.on)} vorgemerkt.",
            f"{report.number}: {money(report.amount)} of {day(call.on)} noted.",
        )

    call.show(document, human)
