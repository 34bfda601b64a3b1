"""What stands beside an invoice of Stripe and decides about it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from connectors._values import Json


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an invoice and decides about it.

    Args:
        zone: the creditor's; instants become his calendar days.
        today: the day of the reading, in that zone.
        dun_automatic: whether invoices are dunned that Stripe collects by itself.
        payments: all InvoicePayments of the invoice; None = not read.
        intents: PaymentIntents by id, as far as they were read.
        in_flight: ids of PaymentIntents and charges that are known to be under way.
        flight_untold: nobody can tell whether something is.
        refunds: refunds by the id of their PaymentIntent, and by the id of their charge.
        disputes: disputes in the same way.
        credit_notes: all credit notes of the invoice; None = not read.
        livemode: whether the key is one for real money; None = not known, then nothing is compared.

    """

    zone: ZoneInfo
    today: date
    dun_automatic: bool = False
    payments: Sequence[Json] | None = None
    intents: Mapping[str, Json] = field(default_factory=dict)
    in_flight: Collection[str] = frozenset()
    flight_untold: bool = False
    refunds: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    disputes: Mapping[str, Sequence[Json]] = field(default_factory=dict)
    credit_notes: Sequence[Json] | None = None
    livemode: bool | None = None
