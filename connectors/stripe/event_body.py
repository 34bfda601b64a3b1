"""What an event of Stripe says: what changed, and what to read again. Pure.

§3, §4 of the reference. The object in an event was rendered once, in a version that is not ours
(§0.3): nothing of it is believed but the ids that say what to read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectors._event import bounded, instant, json_object, unreadable
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind

# An invoice is cut at 10 lines (§1) and its metadata at some 30 KiB: far below.
_STRIPE = "Stripe"
MAX_BYTES = 512 * 1024
_MAX_ID = 255
_THIN = "v2.core.event"

_INVOICE, _PAYMENT, _DEBTOR = EventKind.INVOICE, EventKind.PAYMENT, EventKind.DEBTOR
_CREATED, _CHANGED, _DELETED = EventChange.CREATED, EventChange.CHANGED, EventChange.DELETED


class Meaning(NamedTuple):
    """``names``: fields of the event's object that may name what to read again, best first."""

    kind: EventKind
    change: EventChange
    names: tuple[str, ...] = ("id",)


# Of a charge, refund or dispute Stripe names no invoice any more (§0.4); before basil a charge did.
# The connector finds it by the PaymentIntent or charge (§3, InvoicePayment).
_MONEY = ("invoice", "payment_intent", "charge", "id")
_OF_INVOICE = ("invoice", "id")
_OF_CUSTOMER = ("customer",)

# vendor -> ours (§4). What is not here is EventKind.OTHER, as is a type that Stripe adds later;
# so is invoice.upcoming, which names no invoice.
EVENT_MAP: Mapping[str, Meaning] = {
    "invoice.created": Meaning(_INVOICE, _CREATED),
    "invoice.finalized": Meaning(_INVOICE, _CREATED),
    "invoice.finalization_failed": Meaning(_INVOICE, _CHANGED),
    "invoice.sent": Meaning(_INVOICE, _CHANGED),
    "invoice.updated": Meaning(_INVOICE, _CHANGED),
    "invoice.paid": Meaning(_PAYMENT, _CHANGED),
    "invoice.payment_succeeded": Meaning(_PAYMENT, _CHANGED),
    "invoice.overpaid": Meaning(_PAYMENT, _CHANGED),
    "invoice.payment_failed": Meaning(_PAYMENT, _CHANGED),
    "invoice.payment_action_required": Meaning(_INVOICE, _CHANGED),
    "invoice.payment_attempt_required": Meaning(_INVOICE, _CHANGED),
    "invoice.overdue": Meaning(_INVOICE, _CHANGED),
    "invoice.will_be_due": Meaning(_INVOICE, _CHANGED),
    "invoice.voided": Meaning(_INVOICE, _CHANGED),
    "invoice.marked_uncollectible": Meaning(_INVOICE, _CHANGED),
    "invoice.deleted": Meaning(_INVOICE, _DELETED),
    "invoice_payment.paid": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    # Known from thin streams only (§4)
    "invoice_payment.open": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    "invoice_payment.canceled": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    # A credit note of Stripe corrects an invoice and is no claim of its own: that one is read.
    "credit_note.created": Meaning(_INVOICE, _CHANGED, _OF_INVOICE),
    "credit_note.updated": Meaning(_INVOICE, _CHANGED, _OF_INVOICE),
    "credit_note.voided": Meaning(_INVOICE, _CHANGED, _OF_INVOICE),
    "charge.refunded": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.failed": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.refund.updated": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "refund.created": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "refund.updated": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "refund.failed": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.dispute.created": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.dispute.updated": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.dispute.closed": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.dispute.funds_withdrawn": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "charge.dispute.funds_reinstated": Meaning(_PAYMENT, _CHANGED, _MONEY),
    "payment_intent.processing": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    "payment_intent.payment_failed": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    "payment_intent.partially_funded": Meaning(_PAYMENT, _CHANGED, _OF_INVOICE),
    "cash_balance.funds_available": Meaning(_DEBTOR, _CHANGED, _OF_CUSTOMER),
    "customer.created": Meaning(_DEBTOR, _CREATED),
    "customer.updated": Meaning(_DEBTOR, _CHANGED),
    "customer.deleted": Meaning(_DEBTOR, _DELETED),
    "customer.tax_id.created": Meaning(_DEBTOR, _CHANGED, _OF_CUSTOMER),
    "customer.tax_id.updated": Meaning(_DEBTOR, _CHANGED, _OF_CUSTOMER),
    "customer.tax_id.deleted": Meaning(_DEBTOR, _CHANGED, _OF_CUSTOMER),
}
_UNKNOWN = Meaning(EventKind.OTHER, EventChange.OTHER)

# What a dunning product needs at least, by exact names (§4). Three of ``invoice.*`` are left out:
# invoice.created, because Stripe waits up to 72 hours for its answer before it finalises (§2), and a
# draft is no claim; invoice.upcoming, which names no invoice; invoice.deleted, which drafts alone
# have. Becoming overdue is computed (§0.8), so its two events are not asked for either.
EVENTS = (
    "invoice.finalized",
    "invoice.finalization_failed",
    "invoice.sent",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice.overpaid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice.payment_attempt_required",
    "invoice.voided",
    "invoice.marked_uncollectible",
    "invoice_payment.paid",
    "credit_note.created",
    "credit_note.updated",
    "credit_note.voided",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "cash_balance.funds_available",
)


def read_event(raw: bytes) -> ConnectorEvent:
    """A snapshot (``event``) or a thin event (``v2.core.event``), whatever its version.

    ``external_id`` of an invoice's event is the invoice where the body names it; otherwise what it
    does name: ``pi_``, ``ch_``/``py_``, ``re_``, ``du_``, ``cn_`` or ``inpay_``, through which the
    connector finds the invoice. ``organization`` is "" unless the account is a connected one (§1).

    Raises:
        EventTooLarge: more than ``MAX_BYTES``.
        WebhookError: no such body, or it lacks id, type, instant or what to read again.
    """
    bounded(raw, MAX_BYTES)
    body = json_object(raw, _STRIPE)
    thin = body.get("object") == _THIN
    if not thin and body.get("object", "event") != "event":
        raise unreadable(_STRIPE, "object")
    kind = _id(body, "type")
    meaning = EVENT_MAP.get(kind.removeprefix("v1.") if thin else kind, _UNKNOWN)
    return ConnectorEvent(
        organization=_account(body),
        kind=meaning.kind,
        change=meaning.change,
        external_id=_related(body, meaning) if thin else _named(body, meaning),
        at=instant(body.get("created"), _STRIPE, "created") if thin else _seconds(body),
        key=_id(body, "id"),
        mode=_mode(body),
    )


def _named(body: Mapping[str, Any], meaning: Meaning) -> str:
    """The first field that names something; "" only where nothing is to be read again."""
    data = body.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    if isinstance(found, dict):
        for name in meaning.names:
            value = found.get(name)
            value = value.get("id") if isinstance(value, dict) else value  # expanded
            if _is_id(value):
                return str(value)
    if meaning.kind is EventKind.OTHER:
        return ""
    raise unreadable(_STRIPE, "data.object")


def _related(body: Mapping[str, Any], meaning: Meaning) -> str:
    related = body.get("related_object")
    value = related.get("id") if isinstance(related, dict) else None
    if _is_id(value):
        # Of a cash balance or a tax id a thin event does not name the customer.
        return str(value) if meaning.names != _OF_CUSTOMER or _of_customer(value) else ""
    if meaning.kind is EventKind.OTHER:
        return ""
    raise unreadable(_STRIPE, "related_object")


def _of_customer(value: object) -> bool:
    return str(value).startswith("cus_")


def _account(body: Mapping[str, Any]) -> str:
    """Of a connected account; an event of the key's own account names none (§1)."""
    value = body.get("account")
    if value is None or value == "":
        return ""
    if not _is_id(value):
        raise unreadable(_STRIPE, "account")
    return str(value)


def _mode(body: Mapping[str, Any]) -> str:
    live = body.get("livemode")
    if live is None:
        return ""
    if not isinstance(live, bool):
        raise unreadable(_STRIPE, "livemode")
    return "live" if live else "test"


def _id(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not _is_id(value):
        raise unreadable(_STRIPE, name)
    return str(value)


def _is_id(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= _MAX_ID
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _seconds(body: Mapping[str, Any]) -> datetime:
    value = body.get("created")
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            pass
    raise unreadable(_STRIPE, "created")
