"""Marks: a digest of everything that we read of an invoice, to tell whether it changed. Pure.

There is no time of the last change (§2 List parameters).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from connectors._values import Json, child, text
from connectors.stripe.values import ref

_TEXTS = (
    "number", "status", "collection_method", "created", "effective_at", "due_date", "currency",
    "total", "amount_due", "amount_paid", "amount_remaining", "amount_overpaid",
    "pre_payment_credit_notes_amount", "post_payment_credit_notes_amount", "starting_balance",
    "next_payment_attempt", "attempt_count", "attempted", "auto_advance", "billing_reason",
    "customer_name", "customer_email", "customer_phone",
)  # fmt: skip
_REFS = ("customer", "subscription", "latest_revision")
_PLACE = ("line1", "line2", "postal_code", "city", "state", "country")


def digest(row: Json, came: Iterable[object]) -> str:
    """Of a row and of what ``came`` of it; the same for a list and a single read."""
    values: list[Any] = [str(row.get(name)) for name in ("livemode", "auto_advance", "attempted")]
    values += [text(row, name) for name in _TEXTS]
    values += [ref(row, name) for name in _REFS]
    values += [text(child(row, "customer_address"), name) for name in _PLACE]
    moments = child(row, "status_transitions")
    values += [f"{name} {text(moments, name)}" for name in sorted(moments)]
    values += [str(each) for each in came]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]
