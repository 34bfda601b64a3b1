"""When and how an invoice of sevDesk is to be paid: it has no due date, only days (§2.2). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from connectors._values import Json, child, text
from connectors.sevdesk.values import ref, whole

_LONGEST = 3660  # days; more is a slip of the keyboard
# Names of payment methods (PaymentMethod) are the tenant's own words.
_COLLECTED = re.compile(r"lastschrift|bankeinzug|einzugserm|direct[ -]?debit", re.IGNORECASE)


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


def is_collected(row: Json, methods: Mapping[str, str]) -> bool:
    """Whether the creditor takes the money himself: by a mandate, or by the payment method.

    ``methods``: names by id, for where the embed shows none. That such an invoice is no transfer is
    an inference (§2.2); to dun who waits for his direct debit would be the worse mistake.
    """
    name = text(child(row, "paymentMethod"), "name") or methods.get(ref(row, "paymentMethod"), "")
    return bool(text(row, "sepaMandateReference")) or bool(_COLLECTED.search(name))
