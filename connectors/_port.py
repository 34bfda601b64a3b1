"""What every platform does alike for ``core.ports.PlatformConnector``, or most of them cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from core.domain.platform_records import Batch, EventKind, PayAccount
from core.errors import AuthFailed, NotSupported
from core.ports import Known

# What events call an invoice, its payments, or a credit note: one record is read again.
INVOICES = (EventKind.INVOICE, EventKind.PAYMENT, EventKind.CREDIT_NOTE)


class _Client(Protocol):
    @property
    def requests(self) -> int: ...

    def close(self) -> None: ...


class _ReadsInvoices(Protocol):
    def fetch_invoice(self, external_id: str, known: Known) -> Batch: ...


class ApiConnector:
    """A connector with one client; whoever inherits says which."""

    _client: _Client

    @property
    def requests(self) -> int:
        return self._client.requests

    def close(self) -> None:
        """Ends the HTTP session."""
        self._client.close()

    def fetch_named(self: _ReadsInvoices, kind: EventKind, external_id: str, known: Known) -> Batch:
        """Invoices only; whoever reports more than those reads more."""
        if kind in INVOICES:
            return self.fetch_invoice(external_id, known)
        raise NotSupported

    def fetch_pay_account(self, debtor: str, currency: str) -> PayAccount | None:  # noqa: ARG002
        raise NotSupported


def required_key(secrets: Mapping[str, str], slug: str, name: str, *, en: str) -> str:
    """The secret ``api_key``; ``name`` is what the platform calls it, with article and platform.

    Raises:
        AuthFailed: there is none.

    """
    key = secrets.get("api_key", "")
    if not key:
        command = f"mahnwerk connect {slug} --set api_key=-"
        raise AuthFailed(
            f"Der Anbindung fehlt {name}. Bitte mit „{command}“ eintragen.",
            en=f"The connection has no {en}. Please enter one by {command}.",
        )
    return key
