"""The types of events that can be subscribed to (§3.2)."""

from __future__ import annotations

_CHANGES = ("created", "changed", "deleted")
_WITH_STATUS = (
    "credit-note",
    "delivery-note",
    "down-payment-invoice",
    "invoice",
    "order-confirmation",
    "quotation",
    "voucher",
)
_WITHOUT_STATUS = ("article", "contact", "dunning", "recurring-template")

EVENT_TYPES = frozenset(
    [f"{name}.{change}" for name in (*_WITH_STATUS, *_WITHOUT_STATUS) for change in _CHANGES]
    + [f"{name}.status.changed" for name in _WITH_STATUS]
    + ["payment.changed", "token.revoked"]
)
