"""sevDesk: invoices, payments and contacts by its API v1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.sevdesk.connector import SevdeskConnector

__all__ = ["SevdeskConnector"]


def __getattr__(name: str) -> Any:
    """The connector when it is asked for: what lists platforms needs no HTTP client."""
    if name not in __all__:
        raise AttributeError(name)
    from connectors.sevdesk import connector

    return getattr(connector, name)
