"""Debtors: the list, one of them in full, and what the user knows better than the books."""

from __future__ import annotations

import click

from cli.bad_addresses import address_ok_command
from cli.call import Call, command, note, say
from cli.i18n import language, tr
from cli.output import money, table
from cli.types import evidence_option, pairs
from cli.words import account, debtor_type, email, evidence, holds, law, linked, since, terms
from core.domain.model import Debtor, DebtorType
from core.domain.money import Money
from core.errors import UsageError
from core.services.agreements import agreements_of
from core.services.debtors import FACTS, FIELDS, assumed, confirm_types, set_debtor
from core.services.documents import hold_document
from core.services.link_suggestions import beside
from core.services.lookup import debtor_named
from core.services.views import DebtorRow, debtors

# Facts with evidence of their own; that of the type stands in ``type_evidence``.
_BESIDE = {name: kept for name, kept in FACTS.items() if name != "type"}


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
        "type_confirmed": debtor.type_confirmed,
        "segment": debtor.segment,
        "governing_law": debtor.governing_law,
        "payment_terms_agreed": debtor.terms or "",
        "consumer_notice_since": debtor.consumer_notice_since,
        "mail_bounces": debtor.mail_bounces,
        "evidence": {name: debtor.evidence.get(kept, "") for name, kept in _BESIDE.items()},
    }


def _amounts(amounts: tuple[Money, ...]) -> list[dict[str, object]]:
    return [{"currency": each.currency, "amount": each} for each in amounts]


def _row_document(row: DebtorRow) -> dict[str, object]:
    return {
        **_document(row.debtor),
        "open": _amounts(row.open),
        "overdue": _amounts(row.overdue),
        "holds": [hold_document(hold) for hold in row.holds],
        "linked": row.linked,
    }


def _type(debtor: Debtor) -> str:
    """The type, and on what it rests unless a person has said so."""
    word = debtor_type(debtor.type)
    if debtor.type is DebtorType.UNKNOWN:
        return word
    if debtor.type_confirmed:
        return f"{word} ({evidence(debtor.type_evidence)})" if debtor.type_evidence else word
    said = evidence(debtor.type_evidence) or "–"
    return f"{word} ({tr('angenommen', 'assumed')}: {said})"


@click.command(
    "debtors",
    help=tr(
        "Zeigt alle Kunden mit dem, was sie schulden.",
        "Lists all debtors with what they owe.",
    ),
)
@click.option(
    "--assumed",
    "only_assumed",
    is_flag=True,
    help=tr(
        "Nur die, deren Art (Verbraucher oder Unternehmer) aus den Daten angenommen ist.",
        "Only those whose type (consumer or business) is assumed from the data.",
    ),
)
@command(on=True)
def debtors_command(call: Call, only_assumed: bool) -> None:
    rows = debtors(call.app, call.id, call.on)
    if only_assumed:
        waiting = {debtor.id for debtor in assumed([row.debtor for row in rows])}
        rows = [row for row in rows if row.debtor.id in waiting]
        call.show([_row_document(row) for row in rows], lambda: _tell_assumed(rows))
        return

    def human() -> None:
        columns = [">" + tr("Nr.", "ID"), tr("Konto", "Account"), tr("Name", "Name"), "E-Mail"]
        columns += [tr("Art", "Type"), ">" + tr("offen", "Open"), ">" + tr("überfällig", "Overdue")]
        columns += [tr("Mahnsperre", "Hold")]
        grouped = any(row.linked for row in rows)
        columns += [tr("auch", "Also")] if grouped else []
        table(
            columns,
            [
                (
                    row.debtor.id,
                    account(row.debtor),
                    row.debtor.name,
                    email(row.debtor),
                    debtor_type(row.debtor.type),
                    " + ".join(money(each) for each in row.open),
                    " + ".join(money(each) for each in row.overdue),
                    holds(row.holds),
                    *((linked(row.linked),) if grouped else ()),
                )
                for row in rows
            ],
        )

    call.show([_row_document(row) for row in rows], human)


def _tell_assumed(rows: list[DebtorRow]) -> None:
    if not rows:
        say("Keine angenommene Art wartet auf Bestätigung.", "No assumed type is to be confirmed.")
        return
    columns = [">" + tr("Nr.", "ID"), tr("Konto", "Account"), tr("Name", "Name")]
    columns += [tr("Art", "Type"), tr("Beleg", "Evidence")]
    found = [row.debtor for row in rows]
    table(
        columns,
        [
            (
                each.id,
                account(each),
                each.name,
                debtor_type(each.type),
                evidence(each.type_evidence),
            )
            for each in found
        ],
    )
    say(
        "Stimmt das? Bestätigen: mahnwerk debtor confirm --all. "
        "Berichtigen: mahnwerk debtor set KUNDE type=consumer",
        "Is that right? Confirm: mahnwerk debtor confirm --all. "
        "Correct: mahnwerk debtor set DEBTOR type=consumer",
    )


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
    agreed, broken = agreements_of(call.app, call.creditor, found.id, call.on, language())
    document = {**_row_document(row), "agreements": agreed, "broken_promises": broken}

    def human() -> None:
        _tell_debtor(row)
        for line in agreed:
            say(f"  {line}", f"  {line}")
        if broken:
            say(f"Nicht gehaltene Zusagen: {broken}.", f"Promises not kept: {broken}.")

    call.show(document, human)


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
@evidence_option
@command(on=True)
def set_command(call: Call, debtor: str, given: tuple[str, ...], evidence_text: str) -> None:
    fields = pairs(given)
    if not fields:
        raise UsageError("Kein Feld angegeben.", en="No field was given.")
    changed = set_debtor(
        call.app, call.id, debtor, fields, by=call.by, on=call.on, evidence=evidence_text
    )
    names = ", ".join(fields)

    def human() -> None:
        say(f"{changed.name}: {names} geändert.", f"{changed.name}: changed {names}.")
        with call.app.store.read() as tx:
            head = next((each for each in beside(tx, call.id, changed.id) if each.head), None)
        if head:
            note(
                f"Er ist verknüpft: es gelten die Angaben von {head.label}.",
                f"He is linked: the data of {head.label} counts.",
            )

    call.show(_document(changed), human)


@debtor_group.command(
    "confirm",
    help=tr(
        "Bestätigt die angenommene Art von Kunden. Danach ändert kein Einlesen sie mehr. "
        "Was zu bestätigen ist, zeigt: mahnwerk debtors --assumed",
        "Confirms the assumed type of debtors. No import changes it afterwards. "
        "What is to be confirmed shows: mahnwerk debtors --assumed",
    ),
)
@click.argument("named", nargs=-1, metavar=tr("[KUNDE…]", "[DEBTOR…]"))
@click.option(
    "--all", "all_of_them", is_flag=True, help=tr("Alle auf einmal.", "All of them at once.")
)
@command(on=True)
def confirm_command(call: Call, named: tuple[str, ...], all_of_them: bool) -> None:
    if bool(named) == all_of_them:
        raise UsageError(
            "Entweder Kunden nennen oder --all angeben.",
            en="Name debtors, or give --all; not both.",
        )
    done = confirm_types(call.app, call.id, named, by=call.by, on=call.on)

    def human() -> None:
        for debtor in done:
            text = f"{account(debtor)} {debtor.name}: {_type(debtor)}"
            say(text, text)
        if not done:
            say("Es gab nichts zu bestätigen.", "There was nothing to confirm.")

    call.show({"confirmed": [_document(debtor) for debtor in done]}, human)


def _with(text: str, debtor: Debtor, name: str) -> str:
    """A fact with where it comes from; without a value the creditor's setting holds."""
    if not text:
        return tr("– (gilt die Angabe des Mandanten)", "– (the creditor's setting holds)")
    said = evidence(debtor.evidence.get(name, ""))
    return f"{text} ({said})" if said else text


def _facts(debtor: Debtor) -> list[tuple[str, str]]:
    agreed = terms(debtor.terms) if debtor.terms else ""
    own_law = law(debtor.governing_law) if debtor.governing_law else ""
    day = since(debtor.consumer_notice_since) if debtor.consumer_notice_since else ""
    return [
        (tr("Segment", "Segment"), debtor.segment or "–"),
        (tr("Recht", "Law"), _with(own_law, debtor, "governing_law")),
        (tr("Zahlungsziel vereinbart", "Terms agreed"), _with(agreed, debtor, "terms")),
        (
            tr("Verbraucherhinweis seit", "Consumer notice since"),
            _with(day, debtor, "consumer_notice_since"),
        ),
    ]


def _tell_debtor(row: DebtorRow) -> None:
    debtor = row.debtor
    place = debtor.address
    street = ", ".join(part for part in (*place.lines, place.street) if part)
    lines = [
        (tr("Nummer", "ID"), debtor.id),
        (tr("Konto", "Account"), account(debtor)),
        (tr("Name", "Name"), debtor.name),
        (tr("Anschrift", "Address"), f"{street}, {place.country}-{place.postcode} {place.city}"),
        ("E-Mail", email(debtor) or "–"),
        (tr("Sprache", "Language"), debtor.language),
        (tr("Art", "Type"), _type(debtor)),
        (tr("Mahnverfahren", "Procedure"), debtor.procedure or "–"),
        *_facts(debtor),
        (tr("offen", "Open"), " + ".join(money(each) for each in row.open) or "–"),
        (tr("überfällig", "Overdue"), " + ".join(money(each) for each in row.overdue) or "–"),
        (tr("Mahnsperre", "Hold"), holds(row.holds) or "–"),
    ]
    if row.linked:
        lines.append((tr("auch", "Also"), linked(row.linked)))
    table(["", ""], lines)


debtor_group.add_command(address_ok_command)
