"""A customer, his tax ids and his balances as they are sent (§3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import BalanceTransaction, Customer, TaxId
from sandbox.stripe.replies import Json
from sandbox.stripe.shapes import address, deleted, finish

if TYPE_CHECKING:
    from sandbox.stripe.world import World

_COUNTRIES = {"gb": "GB", "ch": "CH", "de": "DE", "no": "NO", "us": "US"}


def customer(world: World, each: Customer) -> Json:
    """Without tax_ids, cash_balance and invoice_credit_balance, which only expand[] shows."""
    if each.deleted:
        return deleted("customer", each.id)
    row: Json = {
        "id": each.id,
        "object": "customer",
        "address": address(each.address),
        "balance": each.balances.get(each.currency or "", 0),
        "created": each.created,
        "currency": each.currency,
        "default_source": None,
        "delinquent": _delinquent(world, each),
        "description": each.description,
        "discount": None,
        "email": each.email,
        "invoice_prefix": each.prefix,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "metadata": dict(each.metadata),
        "name": each.name,
        "next_invoice_sequence": each.sequence,
        "phone": each.phone,
        "preferred_locales": list(each.locales),
        "shipping": None,
        "tax_exempt": each.tax_exempt,
        "test_clock": None,
    }
    return finish(world, row, each.wire)


def _delinquent(world: World, each: Customer) -> bool:
    """Flips when a due date passes or an automatic payment fails (§3): a hint, not a ledger."""
    now = world.now()
    return any(
        one.status == "open" and (one.attempts > 0 or (one.due is not None and one.due < now))
        for one in world.invoices_of(each.id)
    )


def tax_id(world: World, each: TaxId) -> Json:
    row: Json = {
        "id": each.id,
        "object": "tax_id",
        "country": each.value[:2] if each.type == "eu_vat" else _COUNTRIES.get(each.type[:2]),
        "created": each.created,
        "customer": each.customer,
        "customer_account": None,
        "owner": {"customer": each.customer, "customer_account": None, "type": "customer"},
        "type": each.type,
        "value": each.value,
        "verification": {
            "status": each.verified,
            "verified_address": None,
            "verified_name": None,
        },
    }
    return finish(world, row)


def cash_balance(world: World, each: Customer) -> Json:
    """Money of bank transfers that pays nothing yet; only its name is in the reference (§3).

    The fields are from general memory, UNVERIFIED; what ``available`` is without any is a variant.
    """
    choice = world.variants["empty_cash"]
    nothing = {"null": None, "empty": {}, "zero": {world.currency: 0}}[choice]
    row: Json = {
        "object": "cash_balance",
        "available": {name: sum_ for name, sum_ in each.cash.items() if sum_} or nothing,
        "customer": each.id,
        "customer_account": None,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }
    return finish(world, row)


def invoice_credit_balance(each: Customer) -> Json:
    """By currency, and with the opposite sign of ``balance`` (§3)."""
    return {name: -sum_ for name, sum_ in each.balances.items() if sum_}


def balance_transaction(world: World, each: BalanceTransaction) -> Json:
    """An adjustment of a customer's balance."""
    row: Json = {
        "id": each.id,
        "object": "customer_balance_transaction",
        "amount": each.amount,
        "checkout_session": None,
        "created": each.created,
        "credit_note": each.subject if (each.subject or "").startswith("cn_") else None,
        "currency": each.currency,
        "customer": each.customer,
        "customer_account": None,
        "description": None,
        "ending_balance": each.ending,
        "invoice": each.subject if (each.subject or "").startswith("in_") else None,
        "metadata": {},
        "type": each.type,
    }
    return finish(world, row)


def cash_transaction(world: World, each: BalanceTransaction) -> Json:
    """A bank transfer that came in, or its use."""
    row: Json = {
        "id": each.id,
        "object": "customer_cash_balance_transaction",
        "created": each.created,
        "currency": each.currency,
        "customer": each.customer,
        "customer_account": None,
        "ending_balance": each.ending,
        "net_amount": each.amount,
        "type": each.type,
    }
    if each.type == "funded":
        transfer = {"bic": "MUSTDEFFXXX", "iban_last4": "2051", "sender_name": "Muster GmbH"}
        row["funded"] = {
            "bank_transfer": {
                "eu_bank_transfer": transfer,
                "reference": "Rechnung",
                "type": "eu_bank_transfer",
            }
        }
    if each.type == "applied_to_payment":
        row["applied_to_payment"] = {"payment_intent": each.subject}
    return finish(world, row)
