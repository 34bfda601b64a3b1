"""Charges that notices demanded and that are kept: list, paid, waive."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.output import day, money, table
from cli.types import number_value
from cli.words import charge_kind
from core.services.charges import PAID, WAIVED, ChargeLine, charges, settle_by_hand


def _document(line: ChargeLine) -> dict[str, object]:
    row = line.row
    return {
        "id": row.charge.id,
        "kind": row.charge.kind,
        "debtor": line.debtor,
        "debtor_id": row.debtor,
        "number": row.number,
        "notice": row.charge.notice,
        "currency": row.charge.amount.currency,
        "amount": row.charge.amount,
        "basis": row.charge.basis,
        "since": row.charge.since,
        "mode": row.mode,
        "state": row.state,
        "settled_on": row.settled_on,
    }


def _state(state: str) -> str:
    words = {
        "open": tr("offen", "open"),
        "residual": tr("offen, Hauptforderung bezahlt", "open, principal paid"),
        "paid": tr("bezahlt", "paid"),
        "waived": tr("erlassen", "waived"),
        "withdrawn": tr("zurückgenommen", "withdrawn"),
    }
    return words[state]


@click.group(
    "charges",
    invoke_without_command=True,
    help=tr(
        "Zeigt Mahngebühren, Verzugszinsen und Pauschalen, die gefordert wurden und noch offen sind.",
        "Lists fees, default interest and lump sums that were demanded and are still owed.",
    ),
)
@click.option(
    "--debtor", metavar=tr("KUNDE", "DEBTOR"), default="", help=tr("Nur von ihm.", "Only his.")
)
@click.option("--all", "all_", is_flag=True, help=tr("Auch erledigte.", "Settled ones too."))
@command(on=True)
def charges_group(call: Call, debtor: str, all_: bool) -> None:
    lines = charges(call.app, call.id, debtor, settled=all_)

    def human() -> None:
        if not lines:
            say("Keine offenen Nebenforderungen.", "No charges are owed.")
            return
        columns = [">" + tr("Nr.", "ID"), tr("Kunde", "Debtor"), tr("Art", "Kind")]
        columns += [tr("Rechnung", "Invoice"), ">" + tr("Betrag", "Amount"), tr("seit", "Since")]
        columns += [tr("Stand", "State")]
        table(
            columns,
            [
                (
                    line.row.charge.id,
                    line.debtor,
                    charge_kind(line.row.charge.kind),
                    line.row.number,
                    money(line.row.charge.amount),
                    day(line.row.charge.since),
                    _state(line.row.state),
                )
                for line in lines
            ],
        )

    call.show([_document(line) for line in lines], human)


@charges_group.command(
    "paid", help=tr("Meldet Nebenforderungen als bezahlt.", "Marks charges as paid.")
)
@click.argument("ids", nargs=-1, type=number_value, required=True, metavar=tr("NR…", "ID…"))
@command(on=True)
def paid_command(call: Call, ids: tuple[int, ...]) -> None:
    _settle(call, ids, PAID, "", tr("bezahlt", "paid"))


@charges_group.command(
    "waive",
    help=tr(
        "Erlässt Nebenforderungen; sie werden nicht mehr verlangt.",
        "Waives charges; they are not asked for any more.",
    ),
)
@click.argument("ids", nargs=-1, type=number_value, required=True, metavar=tr("NR…", "ID…"))
@click.option("--reason", required=True, metavar=tr("GRUND", "REASON"), help=tr("Warum.", "Why."))
@command(on=True)
def waive_command(call: Call, ids: tuple[int, ...], reason: str) -> None:
    _settle(call, ids, WAIVED, reason, tr("erlassen", "waived"))


def _settle(call: Call, ids: tuple[int, ...], state: str, reason: str, word: str) -> None:
    amount = settle_by_hand(call.app, call.id, ids, state, reason=reason, by=call.by, on=call.on)
    listed = ", ".join(str(id_) for id_ in ids)
    shown = f" ({money(amount)})" if amount is not None else ""
    call.show(
        {"ids": list(ids), "state": state, "amount": amount},
        lambda: say(f"Nebenforderung {listed}{shown}: {word}.", f"Charge {listed}{shown}: {word}."),
    )
