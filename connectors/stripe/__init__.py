"""Stripe: invoices, payments and customers by its API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.stripe.connector import StripeConnector

__all__ = ["StripeConnector"]


def __getattr__(name: str) -> Any:
    """The connector when it is asked for: what lists platforms needs no HTTP client."""
    if name not in __all__:
        raise AttributeError(name)
    from connectors.stripe import connector

    return getattr(connector, name)
