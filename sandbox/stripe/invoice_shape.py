"""An invoice, its lines and its payments as they are sent at 2026-10-28.endive (§2, §3).

Every field of the published fixtures is there except those that basil has removed (§0.4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import CHARGE, DRAFT, VOID, Customer, Invoice, InvoicePayment, Line
from sandbox.stripe.paging import sub_list
from sandbox.stripe.replies import Json
from sandbox.stripe.shapes import address, finish

if TYPE_CHECKING:
    from sandbox.stripe.world import World

_DAY = 86_400
LINK_DAYS, LINK_LONGEST = 30, 120  # §2 hosted_invoice_url


def invoice(world: World, each: Invoice) -> Json:
    """The whole object; the ids of others unexpanded."""
    row: Json = {
        "id": each.id,
        "object": "invoice",
        "account_country": "DE",
        "account_name": world.company,
        "account_tax_ids": None,
        **_amounts(world, each),
        "application": None,
        "attempt_count": each.attempts,
        "attempted": each.attempts > 0,
        "auto_advance": each.auto_advance,
        "automatically_finalizes_at": None,
        "billing_reason": each.billing_reason,
        "collection_method": each.collection,
        "created": each.created,
        "currency": each.currency,
        "custom_fields": None,
        **_customer(world, each),
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": each.description,
        "discounts": [],
        "due_date": each.due,
        "effective_at": each.effective or each.finalized,
        "footer": None,
        "from_invoice": each.from_invoice and {"action": "revision", "invoice": each.from_invoice},
        **_links(world, each),
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": each.latest_revision,
        "lines": sub_list(
            world, f"/v1/invoices/{each.id}/lines", [line(world, each, one) for one in each.lines]
        ),
        "metadata": dict(each.metadata),
        "next_payment_attempt": each.next_attempt if each.collection == CHARGE else None,
        "number": each.number,
        "on_behalf_of": None,
        **_rest(each),
        "receipt_number": None,
        "statement_descriptor": None,
        "status": each.status,
        "status_details": _details(each),
        "status_transitions": {
            "finalized_at": each.finalized,
            "marked_uncollectible_at": each.uncollectible,
            "paid_at": each.paid_at,
            "voided_at": each.voided,
        },
        "test_clock": None,
        "webhooks_delivered_at": each.finalized,
    }
    return finish(world, row, each.wire)


def _amounts(world: World, each: Invoice) -> Json:
    """Amounts of §2; which of them a void invoice keeps is a variant."""
    zero = each.status == VOID and world.variants["void_amounts"] == "zero"
    return {
        "amount_due": 0 if zero else each.amount_due,
        "amount_overpaid": each.overpaid,
        "amount_paid": each.paid,
        "amount_remaining": 0 if zero else each.remaining,
        "amount_shipping": 0,
        "ending_balance": each.ending_balance,
        "post_payment_credit_notes_amount": each.post_credit,
        "pre_payment_credit_notes_amount": each.pre_credit,
        "shipping_cost": None,
        "starting_balance": each.starting_balance,
        "subtotal": each.total,
        "subtotal_excluding_tax": each.total,
        "total": each.total,
        "total_discount_amounts": [],
        "total_excluding_tax": each.total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }


def frozen(world: World, customer: Customer) -> Json:
    """The customer as an invoice shows him; kept at finalisation."""
    ids = world.tax_ids_of(customer.id)
    return {
        "customer_address": address(customer.address),
        "customer_email": customer.email,
        "customer_name": customer.name,
        "customer_phone": customer.phone,
        "customer_shipping": None,
        "customer_tax_exempt": customer.tax_exempt,
        "customer_tax_ids": [{"type": each.type, "value": each.value} for each in ids],
    }


def _customer(world: World, each: Invoice) -> Json:
    customer = world.customers.get(each.customer or "")
    gone = customer is not None and customer.deleted
    hidden = gone and world.variants["deleted_customer"] == "null"
    shown = each.frozen
    if shown is None and customer is not None:
        shown = frozen(world, customer)
    return {
        "customer": None if hidden else each.customer,
        "customer_account": None,
        **(shown or dict.fromkeys(_FROZEN)),
    }


_FROZEN = (
    "customer_address",
    "customer_email",
    "customer_name",
    "customer_phone",
    "customer_shipping",
    "customer_tax_exempt",
    "customer_tax_ids",
)


def _links(world: World, each: Invoice) -> Json:
    """Null until finalised; the PDF lies at the stand-in itself and needs no key."""
    expired = False
    if world.variants["links"] == "expire" and each.finalized is not None:
        until = (each.due or each.finalized) + LINK_DAYS * _DAY
        expired = world.now() > min(until, each.finalized + LINK_LONGEST * _DAY)
    if each.number is None or each.status == DRAFT or expired:
        return {"hosted_invoice_url": None, "invoice_pdf": None}
    mode = "live" if world.livemode else "test"
    name = f"{mode}_{each.id.removeprefix('in_')}{each.link:03d}"
    return {
        "hosted_invoice_url": f"https://invoice.stripe.example/i/{world.account_id}/{name}?s=ap",
        "invoice_pdf": f"{world.origin}/pdf/{each.id}?s=ap",
    }


def _details(each: Invoice) -> Json | None:
    """``status_details.uncollectible.reason`` is new in endive; its null shape is UNVERIFIED."""
    return {"uncollectible": {"reason": each.reason}} if each.reason else None


def _rest(each: Invoice) -> Json:
    """What a dunning product does not read."""
    return {
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "parent": None,
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": each.created,
        "period_start": each.created,
        "rendering": {
            "amount_tax_display": None,
            "pdf": {"page_size": "a4"},
            "template": None,
            "template_version": None,
        },
        "shipping_details": None,
    }


def line(world: World, each: Invoice, one: Line) -> Json:
    row: Json = {
        "id": one.id,
        "object": "line_item",
        "amount": one.amount,
        "currency": each.currency,
        "description": one.description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": each.id,
        "metadata": {},
        "parent": {
            "invoice_item_details": {
                "invoice_item": one.id.replace("il_", "ii_"),
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": {"end": each.created, "start": each.created},
        "pretax_credit_amounts": [],
        "pricing": {"type": "price_details", "unit_amount_decimal": str(one.amount)},
        "quantity": 1,
        "quantity_decimal": "1",
        "subscription": None,
        "subtotal": one.amount,
        "taxes": [],
    }
    return finish(world, row)


def invoice_payment(world: World, each: InvoicePayment) -> Json:
    row: Json = {
        "id": each.id,
        "object": "invoice_payment",
        "amount_paid": each.amount,
        "amount_requested": each.requested,
        "created": each.created,
        "currency": each.currency,
        "invoice": each.invoice,
        "is_default": each.is_default,
        "payment": {"type": each.kind, each.kind: each.payment},
        "status": each.status,
        "status_transitions": {"canceled_at": each.canceled_at, "paid_at": each.paid_at},
    }
    return finish(world, row, each.wire)
