"""What stands beside an invoice of sevDesk and decides about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from connectors._values import Json, children, text
from connectors.sevdesk.addresses import Countries

LOGS = "checkAccountTransactionLogs"  # embed (§1.4); its key is absent where it is not shown


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an invoice and decides about it.

    Args:
        cancelled: ids of invoices that have a cancellation (see ``cancels``).
        final: what final invoices replace (see ``replaced_by``).
        logs: booking logs by id of the invoice; None, or none at all = they are not known: the
            list is not documented, and an empty one may stand for anything.
        credit_notes: rows of credit notes by id of the invoice that they lower.
        contact_days: time to pay by id of the contact (``defaultTimeToPay``).
        tenant_days: the tenant's own time to pay (``SevClient.invoiceTimeToPay``).
        countries: ISO codes by id of StaticCountry.
        methods: names of payment methods by their ids.

    """

    cancelled: AbstractSet[str] = frozenset()
    final: AbstractSet[str] = frozenset()
    logs: Mapping[str, Sequence[Json]] | None = None
    credit_notes: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    contact_days: Mapping[str, int] = field(default_factory=dict)
    tenant_days: int | None = None
    countries: Countries = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)

    def logs_of(self, row: Json) -> Sequence[Json] | None:
        """Booking logs of an invoice, embedded or read apart; None when neither was."""
        if isinstance(row.get(LOGS), list):
            return children(row, LOGS)
        return self.logs.get(text(row, "id"), ()) if self.logs else None


NOTHING = Beside()
