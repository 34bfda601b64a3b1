"""How a payment is shared out by law over a customer's open claims; nothing is booked."""

from __future__ import annotations

from decimal import Decimal

import click

from cli.call import Call, command, say
from cli.i18n import tr
from cli.law import percent
from cli.output import day, money, table
from cli.types import amount_value
from cli.words import account, charge_kind, number
from core.services.allocating import (
    AllocationReport,
    Payment,
    ServedClaim,
    Share,
    allocate_payment,
)


def _share(share: Share) -> dict[str, object]:
    return {
        "costs": share.costs,
        "interest": share.interest,
        "principal": share.principal,
        "total": share.total,
    }


def _claim(claim: ServedClaim) -> dict[str, object]:
    return {
        "number": claim.number,
        "external_id": claim.item.external_id if claim.item else None,
        "kind": claim.item.kind if claim.item else "dunning_fee",
        "due_date": claim.due_date,
        "due": claim.due,
        "chosen": claim.chosen,
        "rate": claim.rate,
        "rule": claim.rule,
        "owed": _share(claim.owed),
        "paid": _share(claim.paid),
        "left": claim.left,
    }


def _document(report: AllocationReport) -> dict[str, object]:
    return {
        "debtor": report.debtor.name,
        "debtor_id": report.debtor.id,
        "on": report.on,
        "currency": report.amount.currency,
        "amount": report.amount,
        "interest_until": report.interest_until,
        "claims": [_claim(claim) for claim in report.claims],
        "not_owed": [
            {"charge": c.id, "kind": c.kind, "notice": c.notice, "amount": c.amount}
            for c in report.not_owed
        ],
        "left_over": report.left_over,
        "possible_choice": report.possible_choice,
        "may_refuse": report.may_refuse,
        "booked": False,
        "notes": report.notes,
    }


@click.command(
    "allocate",
    help=tr(
        "Zeigt, worauf eine Zahlung nach §§ 366, 367 BGB anzurechnen ist: welche Rechnung zuerst, "
        "und in ihr Kosten, Zinsen, Hauptforderung. --on ist der Tag des Zahlungseingangs. "
        "Gebucht wird nichts.",
        "Shows what a payment settles under §§ 366, 367 BGB: which invoice first, and in it costs, "
        "interest, principal. --on is the day the money arrived. Nothing is booked.",
    ),
)
@click.argument("debtor", metavar=tr("KUNDE", "DEBTOR"))
@click.argument("amount", type=amount_value, metavar=tr("BETRAG", "AMOUNT"))
@click.option(
    "--for",
    "invoices",
    multiple=True,
    metavar=tr("RECHNUNG", "INVOICE"),
    help=tr(
        "Rechnung, die der Kunde bei der Zahlung genannt hat; mehrfach möglich.",
        "Invoice that the debtor named when he paid; may be repeated.",
    ),
)
@click.option(
    "--principal-first",
    is_flag=True,
    help=tr(
        "Der Kunde will zuerst auf die Hauptforderung zahlen.",
        "The debtor wants to pay principal first.",
    ),
)
@click.option(
    "--without-interest",
    is_flag=True,
    help=tr(
        "Auf bisher aufgelaufene Zinsen wird verzichtet.",
        "Interest accrued so far is renounced.",
    ),
)
@click.option(
    "--currency",
    default="",
    metavar=tr("WÄHRUNG", "CODE"),
    help=tr("Währung der Zahlung.", "Currency of the payment."),
)
@command(on=True)
def allocate_command(
    call: Call,
    debtor: str,
    amount: Decimal,
    invoices: tuple[str, ...],
    principal_first: bool,
    without_interest: bool,
    currency: str,
) -> None:
    payment = Payment(amount, call.on, invoices, principal_first, currency, not without_interest)
    report = allocate_payment(call.app, call.id, debtor, payment)
    call.show(_document(report), lambda: _tell(report))


def _tell(report: AllocationReport) -> None:
    name = report.debtor.name or account(report.debtor)
    paid, on = money(report.amount), day(report.on)
    say(
        f"{name}: {paid}, eingegangen am {on}. Zinsen bis {day(report.interest_until)}.",
        f"{name}: {paid}, received on {on}. Interest up to {day(report.interest_until)}.",
    )
    columns = [tr("Rechnung", "Invoice"), tr("fällig", "Due"), ">" + tr("Zinssatz", "Rate")]
    columns += [">" + tr("Kosten", "Costs"), ">" + tr("Zinsen", "Interest")]
    columns += [">" + tr("Hauptforderung", "Principal"), ">" + tr("angerechnet", "Settled")]
    columns += [">" + tr("bleibt offen", "Still owed"), tr("vor der nächsten, weil", "Next later")]
    table(columns, [_row(claim) for claim in report.claims])
    _tell_rest(report)


def _row(claim: ServedClaim) -> tuple[object, ...]:
    paid = claim.paid
    return (
        number(claim.item) if claim.item else claim.number,
        day(claim.due_date),
        percent(claim.rate) if claim.rate else "–",
        money(paid.costs, currency=False),
        money(paid.interest, currency=False),
        money(paid.principal, currency=False),
        money(paid.total, currency=False),
        money(claim.left, currency=False),
        _rule(claim.rule),
    )


def _rule(rule: str) -> str:
    words = {
        "": "",
        "chosen": tr("vom Kunden bestimmt", "named by the debtor"),
        "due": tr("schon fällig", "due already"),
        "rate": tr("höher verzinst", "higher rate"),
        "age": tr("älter", "older"),
        "equal": tr("gleichrangig: anteilig", "equal rank: pro rata"),
    }
    return words[rule]


def _tell_rest(report: AllocationReport) -> None:
    if report.left_over.amount:
        left = money(report.left_over)
        say(
            f"{left} bleiben übrig: mehr ist nicht geschuldet.",
            f"{left} are left over: no more is owed.",
        )
    for charge in report.not_owed:
        what = f"{charge_kind(charge.kind)} {money(charge.amount)}"
        say(
            f"{what} (Mahnung {charge.notice}) zählt nicht: Der Kunde war bei dieser Mahnung noch "
            "nicht in Verzug.",
            f"{what} (notice {charge.notice}) does not count: the debtor was not in default yet "
            "when that notice left.",
        )
    if report.possible_choice:
        listed = ", ".join(report.possible_choice)
        say(
            f"Die Zahlung ist genau die Hauptforderung von {listed}. Bitte fragen, ob der Kunde "
            "diese Rechnung meint (§ 366 Abs. 1 BGB); dann mit --for.",
            f"The payment is exactly the principal of {listed}. Please ask whether the debtor "
            "means that invoice (§ 366 (1) BGB); then use --for.",
        )
    if report.may_refuse:
        say(
            "Kosten oder Zinsen bleiben offen: Der Gläubiger darf eine Zahlung nur auf die "
            "Hauptforderung ablehnen (§ 367 Abs. 2 BGB).",
            "Costs or interest stay open: the creditor may refuse a payment on the principal only "
            "(§ 367 (2) BGB).",
        )
    for sentence in report.notes:
        say(f"Hinweis: {sentence}", f"Note: {sentence}")
    say(
        "Reihenfolge nach §§ 366, 367 BGB. Gebucht ist damit nichts.",
        "Order by §§ 366, 367 BGB. Nothing has been booked.",
    )
