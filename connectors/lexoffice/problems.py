"""Every problem that this connector reports: stable code and German meaning."""

from __future__ import annotations

from core.errors import Problem, Severity

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


def error(code: str, where: str, message: str) -> Problem:
    """The record was refused."""
    return _problem(code, Severity.ERROR, where, message)


def warning(code: str, where: str, message: str) -> Problem:
    """The record was kept, with a doubt."""
    return _problem(code, Severity.WARNING, where, message)


def _problem(code: str, severity: Severity, where: str, message: str) -> Problem:
    if code not in PROBLEM_CODES:
        raise KeyError(code)
    return Problem(code, severity, where, message)
