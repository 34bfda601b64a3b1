"""Every problem that this connector reports: stable code and German meaning."""

from __future__ import annotations

from connectors._problems import Problems

PROBLEM_CODES: dict[str, str] = {
    "stripe_invoice_unreadable": "Eine Rechnung aus Stripe ist nicht lesbar",
    "stripe_status_unknown": "Eine Rechnung hat einen Status, den Mahnwerk nicht kennt",
    "stripe_due_missing": "Eine offene Rechnung nennt keine Fälligkeit",
    "invoice_number_missing": "Eine offene Rechnung hat keine Rechnungsnummer",
    "currency_decimals_unknown": "Die Nachkommastellen einer Währung sind nicht belegt",
    "livemode_mixed": "Ein Datensatz passt nicht zum Schlüssel: Test und Echtbetrieb",
    "payment_status_unknown": "Eine Zahlung hat einen Status, den Mahnwerk nicht kennt",
    "auto_advance_on": "Stripe erinnert offene Rechnungen vielleicht selbst",
    "feed_missing": "Die Ereignisse aus Stripe sind nicht lesbar",
    "resource_missing": "Einen Teil der Daten aus Stripe darf oder kann Mahnwerk nicht lesen",
    "stripe_customer_missing": "Den Kunden einer Rechnung gibt es in Stripe nicht mehr",
    "stripe_customer_unreadable": "Ein Kunde aus Stripe ist nicht lesbar",
    "stripe_email_unusable": "Die E-Mail-Adresse eines Kunden ist nicht verwendbar",
}

_PROBLEMS = Problems(PROBLEM_CODES)
error, warning = _PROBLEMS.error, _PROBLEMS.warning
