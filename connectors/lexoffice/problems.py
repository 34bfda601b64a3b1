"""Every problem that this connector reports: stable code and German meaning."""

from __future__ import annotations

from connectors._problems import Problems

PROBLEM_CODES: dict[str, str] = {
    "voucher_unreadable": "Ein Beleg aus lexoffice ist nicht lesbar",
    "voucher_missing": "lexoffice listet einen Beleg, zeigt ihn aber nicht",
    "voucher_status_unknown": "Ein Beleg hat einen Status, den Mahnwerk nicht kennt",
    "voucher_type_unknown": "Ein Beleg hat eine Art, die Mahnwerk nicht kennt",
    "voucher_currency_foreign": "Ein Beleg lautet nicht auf Euro",
    "voucher_due_missing": "Ein offener Beleg nennt keine Fälligkeit",
    "down_payment_closed": "Eine Abschlagsrechnung ist offen, obwohl es die Schlussrechnung gibt",
    "payment_type_unknown": "Eine Zahlung hat eine Art, die Mahnwerk nicht kennt",
    "payments_unreadable": "Die Zahlungen eines ausgeglichenen Belegs sind nicht lesbar",
    "contact_unreadable": "Ein Kontakt aus lexoffice ist nicht lesbar",
    "contact_email_unusable": "Die E-Mail-Adresse eines Kontakts ist nicht verwendbar",
    "contacts_incomplete": "lexoffice zeigt nicht alle Kontakte",
    "list_incomplete": "lexoffice zeigt nicht alle Belege eines Tages",
}

_PROBLEMS = Problems(PROBLEM_CODES)
error, warning = _PROBLEMS.error, _PROBLEMS.warning
