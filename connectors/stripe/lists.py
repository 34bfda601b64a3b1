"""Lists and single objects of one pass, with what may be missing of them; and who names whom (§3)."""

from __future__ import annotations

from collections.abc import Sequence

from connectors._values import Json, child, text
from connectors.stripe.client import Pairs, StripeClient, path_of
from connectors.stripe.events import ref
from connectors.stripe.optional import Optional
from core.errors import NotFound


class Lists:
    """Reads what is around invoices. ``limit``: rows of a page."""

    def __init__(self, client: StripeClient, optional: Optional, limit: int) -> None:
        self.client, self.optional, self.limit = client, optional, limit

    def rows(self, path: str, params: Pairs) -> list[Json] | None:
        """All rows of a list; None where it is missing."""
        return self.optional.ask(path, lambda: self.walked(path, params))

    def walked(self, path: str, params: Pairs) -> list[Json]:
        """All rows of a list that is there."""
        pages = self.client.every(path, params, self.limit)
        return [row for listed in pages for row in listed.rows]

    def charge(self, id_: str) -> Json:
        """A charge; empty when it is gone or may not be read."""
        return self.optional.ask("charges", lambda: self._charge(id_)) or {}

    def _charge(self, id_: str) -> Json:
        try:
            return self.client.get(path_of("charges", id_))
        except NotFound:
            return {}

    def intent_of(self, charge: str) -> str:
        """The PaymentIntent of a charge; "" = it has none."""
        return ref(self.charge(charge), "payment_intent")

    def invoices_of(self, intent: str) -> set[str]:
        """Invoices that a PaymentIntent pays (§3)."""
        params = [("payment[type]", "payment_intent"), ("payment[payment_intent]", intent)]
        rows = self.optional.ask("invoice_payments", lambda: self._first(params))
        named = (each for each in rows or () if intent in of_payment(each))
        return {ref(each, "invoice") for each in named} - {""}

    def _first(self, params: Pairs) -> Sequence[Json]:
        """The first page: where the filter is ignored, all payments of the account would come."""
        return self.client.page("invoice_payments", params, limit=self.limit).rows


def of_payment(row: Json) -> set[str]:
    """Ids of the PaymentIntent or charge behind an InvoicePayment (or an old invoice)."""
    payment = child(row, "payment") or row
    return {ref(payment, "payment_intent"), ref(payment, "charge")} - {""}


def is_charge(id_: str) -> bool:
    return id_.startswith(("ch_", "py_"))


def has_status(row: Json, status: str) -> bool:
    return text(row, "status") == status
