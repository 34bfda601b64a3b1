"""Payment intents, charges, refunds and disputes as they are sent (§3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.stripe.model import Charge, Dispute, Intent, Refund
from sandbox.stripe.paging import sub_list
from sandbox.stripe.replies import Json
from sandbox.stripe.shapes import finish

if TYPE_CHECKING:
    from sandbox.stripe.world import World


def intent(world: World, each: Intent) -> Json:
    error = each.failure and {"code": each.failure, "type": "card_error", "message": each.failure}
    row: Json = {
        "id": each.id,
        "object": "payment_intent",
        "amount": each.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": each.received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": each.canceled_at,
        "cancellation_reason": "void_invoice" if each.canceled_at else None,
        "capture_method": "automatic",
        "client_secret": f"{each.id}_client",
        "confirmation_method": "automatic",
        "created": each.created,
        "currency": each.currency,
        "customer": each.customer,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": error,
        "latest_charge": each.charge,
        "managed_payments": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [each.method],
        "processing": {"type": each.method} if each.status == "processing" else None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": each.status,
        "transfer_data": None,
        "transfer_group": None,
    }
    return finish(world, row, each.wire)


def charge(world: World, each: Charge) -> Json:
    refunds = [refund(world, one) for one in world.refunds_of(each.id)]
    row: Json = {
        "id": each.id,
        "object": "charge",
        "amount": each.amount,
        "amount_captured": each.amount if each.status == "succeeded" else 0,
        "amount_refunded": each.refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": _transaction(each.id) if each.status == "succeeded" else None,
        "billing_details": _billing(world, each),
        "calculated_statement_descriptor": None,
        "captured": each.status == "succeeded",
        "created": each.created,
        "currency": each.currency,
        "customer": each.customer,
        "description": None,
        "disputed": each.disputed,
        "failure_balance_transaction": None,
        "failure_code": each.failure,
        "failure_message": each.failure,
        "fraud_details": {},
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": each.status == "succeeded",
        "payment_intent": each.intent,
        "payment_method": None,
        "payment_method_details": {"type": each.method, each.method: _method(each.method)},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": 0 < each.amount == each.refunded,
        "refunds": sub_list(world, f"/v1/charges/{each.id}/refunds", refunds),
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": each.status,
        "transfer_data": None,
        "transfer_group": None,
    }
    return finish(world, row, each.wire)


def _transaction(id_: str) -> str:
    return f"txn_{id_.partition('_')[2]}"


def _billing(world: World, each: Charge) -> Json:
    customer = world.customers.get(each.customer or "")
    return {
        "address": None,
        "email": customer and customer.email,
        "name": customer and customer.name,
        "phone": None,
        "tax_id": None,
    }


def _method(method: str) -> Json:
    if method == "card":
        return {"brand": "visa", "country": "DE", "funding": "credit", "last4": "4242"}
    if method == "sepa_debit":
        return {"bank_code": "10020030", "country": "DE", "last4": "2051", "mandate": None}
    return {}


def refund(world: World, each: Refund) -> Json:
    """Without livemode, as in the published fixture."""
    customer = world.charges[each.charge]
    row: Json = {
        "id": each.id,
        "object": "refund",
        "amount": each.amount,
        "balance_transaction": None,
        "charge": each.charge,
        "created": each.created,
        "currency": each.currency,
        "customer": customer.customer,
        "customer_account": None,
        "destination_details": {customer.method: {}, "type": customer.method},
        "metadata": {},
        "payment_intent": each.intent,
        "payment_method": None,
        "reason": each.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": each.status,
        "transfer_reversal": None,
    }
    if each.status == "failed":
        row["failure_reason"] = "unknown"
    return finish(world, row, each.wire, live=False)


_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def dispute(world: World, each: Dispute) -> Json:
    method = world.charges[each.charge].method
    evidence: dict[str, Any] = {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}}
    row: Json = {
        "id": each.id,
        "object": "dispute",
        "amount": each.amount,
        "balance_transactions": [],
        "charge": each.charge,
        "created": each.created,
        "currency": each.currency,
        "enhanced_eligibility_types": [],
        "evidence": evidence,
        "evidence_details": {
            "due_by": None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "metadata": {},
        "payment_intent": each.intent,
        "payment_method_details": {method: {}, "type": method},
        "reason": each.reason,
        "status": each.status,
    }
    return finish(world, row, each.wire)
