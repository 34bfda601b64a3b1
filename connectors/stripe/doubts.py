"""What makes an invoice doubtful, in words for the operator with the remedy. Pure."""

from __future__ import annotations

from connectors._values import Json, text
from connectors.stripe.problems import warning
from core.domain.money import Money
from core.errors import Problem


def where(row: Json) -> str:
    """An invoice as people find it in Stripe."""
    number, id_ = text(row, "number"), text(row, "id")
    return f"Rechnung {number} ({id_})" if number else f"Rechnung {id_}"


def unknown_status(row: Json) -> Problem:
    return warning(
        "stripe_status_unknown",
        f"{where(row)} status",
        f"Den Status „{text(row, 'status')[:40]}“ kennt Mahnwerk nicht; die Rechnung wird nicht "
        "gemahnt. Bitte sie in Stripe ansehen und Mahnwerk aktualisieren.",
    )


def no_due_date(row: Json) -> Problem:
    return warning(
        "stripe_due_missing",
        f"{where(row)} due_date",
        "Die Rechnung ist offen und nennt keine Fälligkeit; sie wird nicht gemahnt. Bitte sie in "
        "Stripe mit einem Zahlungsziel versehen oder neu ausstellen.",
    )


def no_number(row: Json) -> Problem:
    return warning(
        "invoice_number_missing",
        f"{where(row)} number",
        "Die Rechnung ist offen und hat keine Rechnungsnummer; sie wird nicht gemahnt. Bitte sie in "
        "Stripe ansehen.",
    )


def unknown_decimals(row: Json, total: Money) -> Problem:
    return warning(
        "currency_decimals_unknown",
        f"{where(row)} total",
        f"Ob Stripe Beträge in {total.currency} mit zwei Nachkommastellen schreibt, ist nicht belegt: "
        f"{total} kann das Hundertfache oder ein Hundertstel sein. Die Rechnung wird nicht gemahnt; "
        "bitte sie von Hand verfolgen.",
    )


def mixed(row: Json) -> Problem:
    own = "Echtbetrieb" if row.get("livemode") is True else "Testmodus"
    return warning(
        "livemode_mixed",
        f"{where(row)} livemode",
        f"Die Rechnung gehört zum {own}, der Schlüssel nicht; sie wird nicht gemahnt. Bitte api_key "
        "und account der Anbindung prüfen; Test und Echtbetrieb brauchen zwei Mandanten.",
    )


def unknown_payment(row: Json, status: str) -> Problem:
    return warning(
        "payment_status_unknown",
        f"{where(row)} payments.status",
        f"Eine Zahlung hat den Status „{status[:40]}“, den Mahnwerk nicht kennt; bis er klar ist, wird "
        "die Rechnung nicht gemahnt. Bitte sie in Stripe ansehen und Mahnwerk aktualisieren.",
    )


def customer_missing(row: Json) -> Problem:
    return warning(
        "stripe_customer_missing",
        f"{where(row)} customer",
        "Den Kunden dieser offenen Rechnung gibt es in Stripe nicht mehr; es gelten Anschrift und "
        "E-Mail-Adresse, die auf der Rechnung stehen. Bitte prüfen, ob sie noch stimmen.",
    )


def unusable_email(customer: Json, email: str) -> Problem:
    return warning(
        "stripe_email_unusable",
        f"{text(customer, 'name') or 'Kunde'} ({text(customer, 'id')}) email",
        f"„{email[:60]}“ ist keine E-Mail-Adresse; es gilt die der Rechnung, sonst bleibt der Brief. "
        "Bitte die Adresse des Kunden in Stripe berichtigen.",
    )
