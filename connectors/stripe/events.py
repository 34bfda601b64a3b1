"""Stripe's feed of events: what may have changed. The objects inside are never the truth (§0.3).

https://docs.stripe.com/api/events, read as a digest on 2026-11-22 (§3, §4). An event was rendered
once, in whatever version; it says only which object to read again. Order and duplicates do not
matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors._values import Json, child, text
from connectors.stripe.client import StripeClient
from connectors.stripe.position import OVERLAP

SLICE = 20  # types that one question may name (§3)

# Exact names of §4; what an invoice is, is read anew whatever the event says of it.
INVOICE_EVENTS = (
    "invoice.finalized", "invoice.updated", "invoice.paid", "invoice.payment_succeeded",
    "invoice.payment_failed", "invoice.payment_action_required",
    "invoice.payment_attempt_required", "invoice.overpaid", "invoice.voided",
    "invoice.marked_uncollectible", "invoice.deleted", "invoice_payment.paid",
    "credit_note.created", "credit_note.updated", "credit_note.voided",
)  # fmt: skip
MONEY_EVENTS = (
    "charge.refunded", "charge.refund.updated", "refund.created", "refund.updated",
    "refund.failed", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "charge.failed",
    "payment_intent.processing", "payment_intent.payment_failed",
    "payment_intent.partially_funded",
)  # fmt: skip
CUSTOMER_EVENTS = (
    "customer.updated", "customer.deleted", "customer.tax_id.created", "customer.tax_id.updated",
    "customer.tax_id.deleted", "cash_balance.funds_available",
)  # fmt: skip


@dataclass(slots=True)
class Heard:
    """What events name: ids of objects to be read again."""

    invoices: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    payments: set[str] = field(default_factory=set)  # PaymentIntents
    charges: set[str] = field(default_factory=set)  # where no PaymentIntent is named
    newest: datetime | None = None
    events: dict[str, datetime] = field(default_factory=dict)

    def recent(self, fed: datetime | None) -> frozenset[str]:
        """Events that the overlap before ``fed`` will show once more."""
        if fed is None:
            return frozenset()
        return frozenset(id_ for id_, at in self.events.items() if at >= fed - OVERLAP)


def listen(
    client: StripeClient,
    types: Sequence[str],
    since: datetime,
    known: Collection[str] = (),
    limit: int = 100,
) -> Heard:
    """Everything that happened since then. ``known``: events that were followed already."""
    heard = Heard()
    for row in _rows(client, types, since, limit):
        at = _created(row)
        if at is not None:
            heard.newest = max(heard.newest or at, at)
            heard.events[text(row, "id")] = at
        if text(row, "id") not in known:
            _note(heard, text(row, "type"), child(child(row, "data"), "object"))
    return heard


def _rows(
    client: StripeClient, types: Sequence[str], since: datetime, limit: int
) -> Iterator[Json]:
    wanted = frozenset(types)
    created = ("created[gte]", str(int((since - OVERLAP).timestamp())))
    for start in range(0, len(types), SLICE):
        some = [("types[]", each) for each in types[start : start + SLICE]]
        for listed in client.every("events", [*some, created], limit):
            # A server may ignore the filter: then the second slice shows nothing new.
            yield from (row for row in listed.rows if text(row, "type") in wanted)


def _note(heard: Heard, type_: str, inside: Json) -> None:
    family = type_.partition(".")[0]
    if family == "invoice":
        _add(heard.invoices, ref(inside, "id"))
    elif family == "cash_balance" or type_.startswith("customer.tax_id."):
        _add(heard.customers, ref(inside, "customer"))
    elif family == "customer":
        _add(heard.customers, ref(inside, "id"))
    else:
        # Old versions of charges and PaymentIntents still name their invoice (§0.4).
        _add(heard.invoices, ref(inside, "invoice"))
        if type_ not in INVOICE_EVENTS:
            _note_money(heard, type_, inside)


def _note_money(heard: Heard, type_: str, inside: Json) -> None:
    own = ref(inside, "id")
    intent = own if type_.startswith("payment_intent.") else ref(inside, "payment_intent")
    if intent:
        heard.payments.add(intent)
        return
    is_charge = text(inside, "object") == "charge" or own.startswith(("ch_", "py_"))
    _add(heard.charges, ref(inside, "charge") or (own if is_charge else ""))


def ref(row: Json, name: str) -> str:
    """The id of another object, expanded or not; "" = none."""
    found = row.get(name)
    return text(found, "id") if isinstance(found, dict) else text(row, name)


def _add(ids: set[str], id_: str) -> None:
    if id_:
        ids.add(id_)


def _created(row: Json) -> datetime | None:
    """When it came to be; None where a server does not say."""
    found = row.get("created")
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    try:
        return datetime.fromtimestamp(found, UTC)
    except (ValueError, OverflowError, OSError):
        return None
