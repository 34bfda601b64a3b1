"""Kinds and states of sevDesk documents (§2.1), and how their records are named."""

from __future__ import annotations

# invoiceType -> what it is. A partial or advance invoice falls due and is dunned like any other.
CLAIMS = {
    "RE": "Rechnung",
    "TR": "Teilrechnung",
    "AR": "Abschlagsrechnung",
    "ER": "Schlussrechnung",
}
DOWN_PAYMENTS = frozenset({"TR", "AR"})
FINAL = "ER"
CANCELLATION = "SR"
TEMPLATE = "WKR"  # of recurring invoices: no claim
REMINDER = "MA"
NO_CLAIMS = frozenset({CANCELLATION, TEMPLATE, REMINDER})

# status
DEACTIVATED = "50"  # templates only
DRAFT = "100"
OPEN = "200"  # partly paid, too, before June 2024 (§2.1)
PARTLY_PAID = "750"
CLOSED = "1000"  # paid, cancelled, or the cancellation itself (§2.6)
OPEN_STATUSES = frozenset({OPEN, PARTLY_PAID})
KNOWN_STATUSES = OPEN_STATUSES | {CLOSED}
DRAFT_STATUSES = frozenset({DRAFT, DEACTIVATED})

# Ids are those of one table only: a credit note and a contact may have that of an invoice.
CREDIT_NOTE = "CreditNote:"
CONTACT = "Contact:"


def credit_note_id(external_id: str) -> str:
    """SevDesk's id of the credit note that an external id stands for; "" for an invoice."""
    return external_id.removeprefix(CREDIT_NOTE) if external_id.startswith(CREDIT_NOTE) else ""


def debtor_id(contact: str) -> str:
    """External id of the debtor that a contact is; "" for none."""
    return f"{CONTACT}{contact}" if contact else ""
