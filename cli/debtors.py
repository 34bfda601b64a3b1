"""Debtors: the list, one of them in full, and what the user knows better than the books."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.items import hold_document
from cli.output import money, table
from cli.types import pairs
from cli.words import account, holds
from core.domain.model import Debtor
from core.domain.money import Money
from core.errors import UsageError
from core.services.debtors import FIELDS, set_debtor
from core.services.lookup import debtor_named
from core.services.views import DebtorRow, debtors


def _document(debtor: Debtor) -> dict[str, object]:
    return {
        "id": debtor.id,
        "account": debtor.external_id,
        "account_label": account(debtor),
        "name": debtor.name,
        "address": debtor.address,
        "email": debtor.email,
        "language": debtor.language,
        "salutation": debtor.salutation,
        "type": debtor.type,
        "type_evidence": debtor.type_evidence,
        "procedure": debtor.procedure,
        "allowed_levels": debtor.allowed_levels,
        "direct_debit": debtor.direct_debit,
        "vat_id": debtor.vat_id,
        "land": debtor.land,
    }


def _amounts(amounts: tuple[Money, ...]) -> list[dict[str, object]]:
    return [{"currency": each.currency, "amount": each} for each in amounts]


def _row_document(row: DebtorRow) -> dict[str, object]:
    return {
        **_document(row.debtor),
        "open": _amounts(row.open),
        "overdue": _amounts(row.overdue),
        "holds": [hold_document(hold) for hold in row.holds],
    }


def _type(debtor: Debtor) -> str:
    words = {
        "consumer": tr("Verbraucher", "consumer"),
        "business": tr("Unternehmer", "business"),
        "unknown": tr("unbekannt", "unknown"),
    }
    return words[debtor.type]


@click.command(
    "debtors",
    help=tr(
        "Zeigt alle Kunden mit dem, was sie schulden.",
        "Lists all debtors with what they owe.",
    ),
)
@command(on=True)
def debtors_command(call: Call) -> None:
    rows = debtors(call.app, call.id, call.on)

    def human() -> None:
        columns = [">" + tr("Nr.", "ID"), tr("Konto", "Account"), tr("Name", "Name"), "E-Mail"]
        columns += [tr("Art", "Type"), ">" + tr("offen", "Open"), ">" + tr("überfällig", "Overdue")]
        columns += [tr("Mahnsperre", "Hold")]
        table(
            columns,
            [
                (
                    row.debtor.id,
                    account(row.debtor),
                    row.debtor.name,
                    row.debtor.email,
                    _type(row.debtor),
                    " + ".join(money(each) for each in row.open),
                    " + ".join(money(each) for each in row.overdue),
                    holds(row.holds),
                )
                for row in rows
            ],
        )

    call.show([_row_document(row) for row in rows], human)


@click.group("debtor", help=tr("Zeigt oder ändert einen Kunden.", "Shows or changes a debtor."))
def debtor_group() -> None:
    pass


@debtor_group.command(
    "show",
    help=tr("Zeigt einen Kunden: Nummer, Konto oder Name.", "Shows a debtor: id, account or name."),
)
@click.argument("debtor", metavar=tr("KUNDE", "DEBTOR"))
@command(on=True)
def show_command(call: Call, debtor: str) -> None:
    with call.app.store.read() as tx:
        found = debtor_named(tx, call.id, debtor)
    row = next(r for r in debtors(call.app, call.id, call.on) if r.debtor.id == found.id)
    call.show(_row_document(row), lambda: _tell_debtor(row))


@debtor_group.command(
    "set",
    help=tr(
        "Ändert Felder eines Kunden; die Angaben überstehen jedes Einlesen. "
        "Ein leerer Wert nimmt die eigene Angabe zurück.",
        "Changes fields of a debtor; they survive every import. "
        "An empty value takes your own entry back.",
    ),
    epilog=tr("Felder: ", "Fields: ") + ", ".join(FIELDS),
)
@click.argument("debtor", metavar=tr("KUNDE", "DEBTOR"))
@click.argument("given", nargs=-1, required=True, metavar=tr("FELD=WERT…", "FIELD=VALUE…"))
@command(on=True)
def set_command(call: Call, debtor: str, given: tuple[str, ...]) -> None:
    fields = pairs(given)
    if not fields:
        raise UsageError("Kein Feld angegeben.", en="No field was given.")
    changed = set_debtor(call.app, call.id, debtor, fields, by=call.by, on=call.on)
    names = ", ".join(fields)

    def human() -> None:
        say(f"{changed.name}: {names} geändert.", f"{changed.name}: changed {names}.")

    call.show(_document(changed), human)


def _tell_debtor(row: DebtorRow) -> None:
    debtor = row.debtor
    place = debtor.address
    street = ", ".join(part for part in (*place.lines, place.street) if part)
    lines = [
        (tr("Nummer", "ID"), debtor.id),
        (tr("Konto", "Account"), account(debtor)),
        (tr("Name", "Name"), debtor.name),
        (tr("Anschrift", "Address"), f"{street}, {place.country}-{place.postcode} {place.city}"),
        ("E-Mail", debtor.email or "–"),
        (tr("Sprache", "Language"), debtor.language),
        (tr("Art", "Type"), f"{_type(debtor)} ({debtor.type_evidence or '–'})"),
        (tr("Mahnverfahren", "Procedure"), debtor.procedure or "–"),
        (tr("offen", "Open"), " + ".join(money(each) for each in row.open) or "–"),
        (tr("überfällig", "Overdue"), " + ".join(money(each) for each in row.overdue) or "–"),
        (tr("Mahnsperre", "Hold"), holds(row.holds) or "–"),
    ]
    table(["", ""], lines)
