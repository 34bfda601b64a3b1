"""What is doubtful about an invoice of sevDesk, in words for its user. Pure."""

from __future__ import annotations

from connectors._values import Json, text
from connectors.sevdesk.problems import warning
from core.errors import Problem


def where(row: Json) -> str:
    """How problems name a document."""
    number = text(row, "invoiceNumber") or text(row, "creditNoteNumber") or "Beleg"
    return f"{number} ({text(row, 'id')})"


def unknown_type(row: Json) -> Problem:
    kind = text(row, "invoiceType")
    return warning(
        "invoice_type_unknown",
        f"{where(row)} invoiceType",
        f"Die Belegart „{kind[:40]}“ kennt Mahnwerk nicht; der Beleg wurde übergangen. Bitte "
        "Mahnwerk aktualisieren.",
    )


def unknown_status(row: Json) -> Problem:
    status = text(row, "status")
    return warning(
        "invoice_status_unknown",
        f"{where(row)} status",
        f"Den Status „{status[:40]}“ kennt Mahnwerk nicht; der Beleg wird nicht gemahnt. Bitte den "
        "Beleg in sevDesk prüfen und Mahnwerk aktualisieren.",
    )


def foreign_currency(row: Json, code: str) -> Problem:
    """What the sums of such an invoice mean is UNVERIFIED (§2.2, §9.12)."""
    return warning(
        "invoice_currency_foreign",
        f"{where(row)} currency",
        f"Der Beleg lautet auf {code}; ob sevDesk dann alle Beträge in {code} nennt, ist nicht belegt. "
        "Er wird nicht gemahnt. Bitte in sevDesk nachsehen, was offen ist, und von Hand mahnen.",
    )


def no_due_date(row: Json) -> Problem:
    return warning(
        "invoice_due_missing",
        f"{where(row)} timeToPay",
        "Die Rechnung ist offen und nennt kein brauchbares Zahlungsziel, ebenso wenig ihr Kontakt; die "
        "Fälligkeit wird nicht geraten. Bitte in sevDesk ein Zahlungsziel eintragen.",
    )


def cancelled_but_open(row: Json) -> Problem:
    return warning(
        "invoice_cancelled_open",
        f"{where(row)} status",
        "Zu der Rechnung gibt es eine Stornorechnung, und doch ist sie in sevDesk offen; sie wird "
        "nicht gemahnt. Bitte in sevDesk prüfen, was gilt.",
    )


def paid_negative(row: Json) -> Problem:
    """A booking with the wrong sign is taken without an error and leaves it unpaid (§2.5)."""
    return warning(
        "invoice_paid_negative",
        f"{where(row)} paidAmount",
        f"Auf den Beleg sind in sevDesk {text(row, 'paidAmount')} gebucht, vermutlich mit falschem "
        "Vorzeichen; er wird nicht gemahnt. Bitte die Buchung in sevDesk berichtigen.",
    )


def closed_by_final(row: Json) -> Problem:
    return warning(
        "partial_invoice_closed",
        f"{where(row)} invoiceType",
        "Die Teil- oder Abschlagsrechnung ist offen, obwohl es ihre Schlussrechnung gibt, die den "
        "Betrag noch einmal fordert; sie wird nicht gemahnt. Bitte in sevDesk prüfen, welcher Beleg "
        "gilt.",
    )


def final_invoice(row: Json) -> Problem:
    """Whether its gross already deducts the partial invoices that were paid is UNVERIFIED (§2.1)."""
    return warning(
        "final_invoice_open",
        f"{where(row)} sumGross",
        "Ob die Bruttosumme der Schlussrechnung die gezahlten Abschläge schon abzieht, ist nicht "
        "belegt; sie wird nicht gemahnt. Bitte in sevDesk nachsehen, was offen ist, und von Hand "
        "mahnen.",
    )


def unknown_country(place: str, country: str) -> Problem:
    return warning(
        "customer_country_unknown",
        place,
        f"Das Land mit der Nummer {country[:20]} nennt sevDesk nicht beim Namen; die Anschrift steht "
        "ohne Land da. Bitte die Anschrift vor einem Brief prüfen und in sevDesk ergänzen.",
    )
