"""Every problem that this connector reports: stable code and German meaning."""

from __future__ import annotations

from connectors._problems import Problems

PROBLEM_CODES: dict[str, str] = {
    "invoice_unreadable": "Ein Beleg aus sevDesk ist nicht lesbar",
    "invoice_status_unknown": "Ein Beleg hat einen Status, den Mahnwerk nicht kennt",
    "invoice_type_unknown": "Ein Beleg hat eine Art, die Mahnwerk nicht kennt",
    "invoice_currency_foreign": "Ein Beleg lautet nicht auf Euro",
    "invoice_due_missing": "Eine offene Rechnung nennt kein Zahlungsziel",
    "invoice_cancelled_open": "Eine Rechnung ist offen, obwohl es ihre Stornorechnung gibt",
    "invoice_paid_negative": "Auf eine Rechnung ist weniger als nichts bezahlt",
    "partial_invoice_closed": "Eine Teilrechnung ist offen, obwohl es die Schlussrechnung gibt",
    "final_invoice_open": "Ob eine Schlussrechnung die gezahlten Abschläge abzieht, ist nicht belegt",
    "bookings_unreadable": "Die Zahlungen einer ausgeglichenen Rechnung sind nicht lesbar",
    "reminder_without_invoice": "Eine Mahnung in sevDesk nennt keine Rechnung",
    "customer_missing": "Den Kontakt einer Rechnung gibt es in sevDesk nicht mehr",
    "customer_unreadable": "Ein Kontakt aus sevDesk ist nicht lesbar",
    "customer_email_unusable": "Die E-Mail-Adresse eines Kontakts ist nicht verwendbar",
    "customer_country_unknown": "Das Land einer Anschrift ist nicht bekannt",
    "filter_ignored": "sevDesk beachtet einen Filter nicht",
    "bank_line_unreadable": "Ein Geldeingang aus sevDesk ist nicht lesbar",
    "bank_sync_unknown": "sevDesk sagt nicht, bis wann ein Bankkonto abgerufen ist",
    "bank_file_import": "Ein Bankkonto wird in sevDesk aus Dateien eingelesen",
}

_PROBLEMS = Problems(PROBLEM_CODES)
error, warning = _PROBLEMS.error, _PROBLEMS.warning
