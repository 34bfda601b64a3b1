"""Credit notes, the account and its own balance as they are sent (§3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import CreditNote
from sandbox.stripe.paging import listed
from sandbox.stripe.replies import Json
from sandbox.stripe.shapes import finish

if TYPE_CHECKING:
    from sandbox.stripe.world import World


def credit_note(world: World, each: CreditNote) -> Json:
    row: Json = {
        "id": each.id,
        "object": "credit_note",
        "amount": each.amount,
        "amount_shipping": 0,
        "created": each.created,
        "currency": each.currency,
        "customer": each.customer,
        "customer_account": None,
        "customer_balance_transaction": each.balance_transaction,
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": each.created,
        "invoice": each.invoice,
        "lines": listed(f"/v1/credit_notes/{each.id}/lines", [note_line(world, each)]),
        "memo": each.memo,
        "metadata": {},
        "number": each.number,
        "out_of_band_amount": each.out_of_band or None,
        "pdf": f"{world.origin}/pdf/{each.id}?s=ap",
        "post_payment_amount": each.post,
        "pre_payment_amount": each.pre,
        "pretax_credit_amounts": [],
        "reason": each.reason,
        "refunds": [
            {
                "amount_refunded": amount,
                "payment_record_refund": None,
                "refund": id_,
                "type": "refund",
            }
            for id_, amount in each.refunds
        ],
        "shipping_cost": None,
        "status": each.status,
        "subtotal": each.amount,
        "subtotal_excluding_tax": each.amount,
        "total": each.amount,
        "total_excluding_tax": each.amount,
        "total_taxes": [],
        "type": _type(each),
        "voided_at": each.voided,
    }
    return finish(world, row, each.wire)


def _type(each: CreditNote) -> str:
    if each.pre and each.post:
        return "mixed"
    return "post_payment" if each.post else "pre_payment"


def note_line(world: World, each: CreditNote) -> Json:
    row: Json = {
        "id": each.id.replace("cn_", "cnli_"),
        "object": "credit_note_line_item",
        "amount": each.amount,
        "description": "Storno",
        "discount_amount": 0,
        "discount_amounts": [],
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": [],
        "type": "custom_line_item",
        "unit_amount": each.amount,
        "unit_amount_decimal": str(each.amount),
    }
    return finish(world, row)


def account(world: World) -> Json:
    """``GET /v1/account``: the account itself; without livemode, as in the published fixture."""
    empty: Json = {"alternatives": [], "current_deadline": None, "currently_due": [], "errors": []}
    due = {**empty, "disabled_reason": None, "eventually_due": [], "past_due": []}
    return {
        "id": world.account_id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": world.company,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "sepa_debit_payments": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "DE",
        "created": world.at(world.clock.today().replace(month=1, day=1)),
        "default_currency": world.currency,
        "details_submitted": True,
        "email": "kontakt@musterbetrieb.example",
        "external_accounts": listed(f"/v1/accounts/{world.account_id}/external_accounts", []),
        "future_requirements": {**due, "pending_verification": []},
        "metadata": {},
        "payouts_enabled": True,
        "requirements": {**due, "pending_verification": []},
        "settings": _settings(world),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "standard",
    }


def _settings(world: World) -> Json:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": world.company, "timezone": world.timezone},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": {"statement_descriptor": None},
        "payouts": {"debit_negative_balances": True, "statement_descriptor": None},
        "sepa_debit_payments": {},
    }


def balance(world: World) -> Json:
    """``GET /v1/balance``: what Stripe owes the merchant; no receivables."""
    sums: dict[str, int] = {world.currency: 0}
    for each in world.charges.values():
        if each.status == "succeeded":
            kept = each.amount - each.refunded
            sums[each.currency] = sums.get(each.currency, 0) + kept
    rows = [
        {"amount": amount, "currency": name, "source_types": {"card": amount}}
        for name, amount in sums.items()
    ]
    row: Json = {
        "object": "balance",
        "available": rows,
        "pending": [{"amount": 0, "currency": world.currency, "source_types": {"card": 0}}],
    }
    return finish(world, row)
