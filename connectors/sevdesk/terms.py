"""When an invoice of sevDesk falls due: it has no due date, only days to pay (§2.2). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from connectors._values import Json, text
from connectors.sevdesk.values import ref, whole

_LONGEST = 3660  # days; more is a slip of the keyboard


class Term(NamedTuple):
    """``due`` None: nothing says when; it is not guessed."""

    due: date | None
    rule: str = ""


def term_of(row: Json, on: date, contact_days: Mapping[str, int], tenant_days: int | None) -> Term:
    """By the invoice, else by its contact, else by the tenant's setting."""
    own = whole(row, "timeToPay")
    if own is not None or text(row, "timeToPay"):
        return _after(on, own, "sevDesk: zahlbar in {} Tagen ab Rechnungsdatum")
    of_contact = contact_days.get(ref(row, "contact"))
    if of_contact is not None:
        return _after(on, of_contact, "sevDesk: Zahlungsziel des Kontakts, {} Tage")
    return _after(on, tenant_days, "sevDesk: Zahlungsziel aus den Einstellungen, {} Tage")


def _after(on: date, days: int | None, rule: str) -> Term:
    if days is None or not 0 <= days <= _LONGEST:
        return Term(None)
    return Term(on + timedelta(days=days), rule.format(days))
