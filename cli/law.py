"""Calculators of the law that need no creditor: interest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from cli.call import Call, command, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.types import amount_value, day_value
from core.domain.law import LAWS
from core.domain.model import DebtorType
from core.domain.money import total
from core.services.interest import (
    InterestAnswer,
    InterestQuestion,
    answer_interest,
    segment_documents,
)
from core.services.wording import percent as percent_word


def percent(figure: Decimal | None) -> str:
    """``10,52 %`` in German, ``10.52 %`` in English, ``–`` when there is none."""
    return "–" if figure is None else percent_word(figure, language())


def payment_value(text: str) -> tuple[date, Decimal]:
    """``2026-07-10=400,00``: a day and an amount.

    Raises:
        click.BadParameter: not of that form, no day, or no clear amount.
    """
    on, sign, amount = text.partition("=")
    if not sign:
        raise click.BadParameter(
            tr(
                f"„{text}“ hat nicht die Form TAG=BETRAG; so: 2026-07-10=400,00.",
                f"{text!r} does not have the form DATE=AMOUNT; write 2026-07-10=400.00.",
            )
        )
    return day_value(on), amount_value(amount)


@click.command(
    "interest",
    help=tr(
        "Berechnet Verzugszinsen auf einen Betrag, Zeile für Zeile. --from ist der erste "
        "Verzugstag; eine Zahlung mindert den Betrag schon an ihrem Tag.",
        "Computes default interest on an amount, line by line. --from is the first day of "
        "default; a payment lowers the amount on its day already.",
    ),
)
@click.argument("amount", type=amount_value, metavar=tr("BETRAG", "AMOUNT"))
@click.option(
    "--from",
    "start",
    type=day_value,
    required=True,
    metavar=tr("TAG", "DATE"),
    help=tr("Erster Zinstag.", "First day that bears interest."),
)
@click.option(
    "--to",
    "end",
    type=day_value,
    required=True,
    metavar=tr("TAG", "DATE"),
    help=tr("Letzter Zinstag.", "Last day that bears interest."),
)
@click.option(
    "--debtor",
    type=click.Choice([DebtorType.CONSUMER.value, DebtorType.BUSINESS.value]),
    required=True,
    help=tr("Verbraucher oder Unternehmen.", "Consumer or business."),
)
@click.option(
    "--claim-date",
    type=day_value,
    metavar=tr("TAG", "DATE"),
    help=tr(
        "Tag, an dem die Forderung entstand; für alte Forderungen gilt ein anderer Satz.",
        "Day on which the claim arose; old claims carry another rate.",
    ),
)
@click.option(
    "--payment",
    "payments",
    type=payment_value,
    multiple=True,
    metavar=tr("TAG=BETRAG", "DATE=AMOUNT"),
    help=tr("Teilzahlung; mehrfach möglich.", "Part payment; may be repeated."),
)
@click.option(
    "--law",
    type=click.Choice(LAWS),
    default="de",
    show_default=True,
    help=tr("Welches Recht gilt.", "Which law holds."),
)
@click.option(
    "--currency",
    default="",
    metavar=tr("WÄHRUNG", "CODE"),
    help=tr("Währung; sonst die des Landes.", "Currency; that of the country otherwise."),
)
@click.option(
    "--not-payment-claim",
    is_flag=True,
    help=tr(
        "Keine Entgeltforderung (Schadenersatz, Rückzahlung nach Rücktritt).",
        "Not a claim to payment for goods or services (damages, a refund after rescission).",
    ),
)
@command()
def interest_command(
    call: Call,
    amount: Decimal,
    start: date,
    end: date,
    debtor: str,
    claim_date: date | None,
    payments: tuple[tuple[date, Decimal], ...],
    law: str,
    currency: str,
    not_payment_claim: bool,
) -> None:
    found = answer_interest(
        call.app,
        InterestQuestion(
            amount,
            start,
            end,
            DebtorType(debtor),
            law,
            currency,
            claim_date,
            not not_payment_claim,
            payments,
        ),
    )
    call.show(_document(found), lambda: _tell(found))


def _document(found: InterestAnswer) -> dict[str, object]:
    interest = found.interest
    return {
        "total": interest.total,
        "currency": interest.total.currency,
        "segments": segment_documents(interest.segments),
        "until": interest.until,
        "open_ended": interest.open_ended,
        "law": found.pack.key,
        "basis": found.rule.basis,
        "warnings": found.warnings,
        "notes": found.notes,
    }


def _tell(found: InterestAnswer) -> None:
    interest = found.interest
    columns = [tr("von", "From"), tr("bis", "To"), ">" + tr("Tage", "Days")]
    columns += [">" + tr("Betrag", "Principal"), ">" + tr("Basiszinssatz", "Base rate")]
    columns += [">" + tr("Zinssatz", "Rate"), ">" + tr("Zinsen", "Interest")]
    rows = [
        (
            day(line.start),
            day(line.end),
            line.days,
            money(line.principal),
            percent(line.base_rate),
            percent(line.rate),
            money(line.amount),
        )
        for line in interest.segments
    ]
    amount = total((line.amount for line in interest.segments), interest.total.currency)
    days = sum(line.days for line in interest.segments)
    table(columns, [*rows, (tr("Summe", "Total"), "", days, "", "", "", money(amount))])
    say(
        f"Grundlage: {found.rule.basis}{_how(found)}. Jeder Tag zählt mit 1/365 des Jahres, im "
        "Schaltjahr 1/366; gerundet wird einmal, am Ende.",
        f"Basis: {found.rule.basis}{_how(found)}. Each day counts 1/365 of the year, in a leap "
        "year 1/366; it is rounded once, at the end.",
    )
    for sentence in found.warnings:
        say(f"Achtung: {sentence}", f"Attention: {sentence}")
    for sentence in found.notes:
        say(f"Hinweis: {sentence}", f"Note: {sentence}")


def _how(found: InterestAnswer) -> str:
    points = found.rule.points
    if points is None:
        return tr(f", {percent(found.rule.fixed)} im Jahr", f", {percent(found.rule.fixed)} a year")
    figure = f"{points.normalize():f}"
    return tr(
        f", {figure.replace('.', ',')} Prozentpunkte über dem Basiszinssatz",
        f", {figure} percentage points above the base rate",
    )
