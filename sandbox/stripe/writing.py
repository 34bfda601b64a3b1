"""``POST`` and ``DELETE`` below /v1/invoices, and the account that Stripe gives a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.common.replies import Call, Reply
from sandbox.stripe import paying, states
from sandbox.stripe.expand import expand
from sandbox.stripe.invoice_shape import invoice as shown
from sandbox.stripe.model import CHARGE, DRAFT, OPEN, Invoice
from sandbox.stripe.paging import known, whole
from sandbox.stripe.replies import ApiError, Json, bad
from sandbox.stripe.shapes import deleted, finish
from sandbox.stripe.telling import updating

if TYPE_CHECKING:
    from sandbox.stripe.world import World

# ≤ 50 keys of ≤ 40 characters, values of ≤ 500 (§2 metadata, UNVERIFIED).
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500
_DAY = 86_400


def _answer(world: World, call: Call, invoice: Invoice) -> Reply:
    return Reply(200, expand(world, shown(world, invoice), call.body))


def update(world: World, call: Call, id_: str) -> Reply:
    """``POST /v1/invoices/{id}``: what can be changed after finalisation, and nothing of money."""
    body: Json = call.body
    known(body, "metadata", "auto_advance", "due_date", "days_until_due", "description")
    invoice = world.invoices.one(id_)
    # Everything is looked at before anything is changed.
    metadata = _metadata(invoice.metadata, body["metadata"]) if "metadata" in body else None
    due = _due(world, invoice, body)
    automatic = _flag(body, "auto_advance")
    if automatic and invoice.status not in {DRAFT, OPEN}:
        raise bad("You can not update auto_advance on this invoice.", param="auto_advance")
    with updating(world, "invoice.updated", invoice):
        if metadata is not None:
            invoice.metadata = metadata
        if due is not None:
            invoice.due = due
        if automatic is not None:
            invoice.auto_advance = automatic
        if "description" in body:
            invoice.description = body["description"] or None
    return _answer(world, call, invoice)


def _metadata(now: dict[str, str], given: object) -> dict[str, str]:
    """The keys that are named change; an empty text unsets one, or all (§1)."""
    if given == "":
        return {}
    if not isinstance(given, dict):
        raise bad("Invalid object", param="metadata")
    found = dict(now)
    for key, value in given.items():
        if len(key) > LONGEST_KEY or not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise bad("Metadata keys or values are too long.", param=f"metadata[{key}]")
        found[key] = value
        if not value:
            del found[key]
    if len(found) > MOST_KEYS:
        raise bad(f"Metadata has at most {MOST_KEYS} keys.", param="metadata")
    return found


def _due(world: World, invoice: Invoice, body: Json) -> int | None:
    """Past values are refused (§2 due_date); automatic invoices have none."""
    if "due_date" not in body and "days_until_due" not in body:
        return None
    if invoice.collection == CHARGE:
        raise bad("You may only specify a due date for send_invoice invoices.", param="due_date")
    states.expect(invoice, DRAFT, OPEN)
    if "due_date" not in body:
        return invoice.created + whole(body["days_until_due"], "days_until_due") * _DAY
    due = whole(body["due_date"], "due_date")
    if due <= world.now():
        raise bad("The due date must be in the future.", param="due_date")
    return due


def _flag(body: Json, name: str) -> bool | None:
    value = body.get(name)
    if value not in {None, "true", "false"}:
        raise bad(f"Invalid boolean: {value}", param=name)
    return None if value is None else value == "true"


def delete(world: World, call: Call, id_: str) -> Reply:
    """``DELETE /v1/invoices/{id}``: a draft only."""
    known(call.body)
    states.delete(world, world.invoices.one(id_))
    return Reply(200, deleted("invoice", id_))


def finalize(world: World, call: Call, id_: str) -> Reply:
    known(call.body, "auto_advance")
    invoice = world.invoices.one(id_)
    automatic = _flag(call.body, "auto_advance")
    states.finalize(world, invoice, world.now())
    if automatic is not None and invoice.status == OPEN:
        invoice.auto_advance = automatic
    return _answer(world, call, invoice)


def pay(world: World, call: Call, id_: str) -> Reply:
    """``POST …/pay``: outside of Stripe, or by the card that is stored; the latter works here."""
    known(call.body, "paid_out_of_band", "payment_method", "forgive", "source", "off_session")
    invoice = world.invoices.one(id_)
    states.expect(invoice, *paying.OPENED)
    method = "out_of_band" if _flag(call.body, "paid_out_of_band") else "card"
    paying.pay(world, invoice, invoice.remaining, method, world.now())
    return _answer(world, call, invoice)


def send(world: World, call: Call, id_: str) -> Reply:
    known(call.body)
    invoice = world.invoices.one(id_)
    states.send(world, invoice)
    return _answer(world, call, invoice)


def void(world: World, call: Call, id_: str) -> Reply:
    known(call.body)
    invoice = world.invoices.one(id_)
    states.void(world, invoice, world.now())
    return _answer(world, call, invoice)


def mark_uncollectible(world: World, call: Call, id_: str) -> Reply:
    known(call.body)
    invoice = world.invoices.one(id_)
    states.mark_uncollectible(world, invoice, world.now(), "user_forgiven")
    return _answer(world, call, invoice)


def funding_instructions(world: World, call: Call, id_: str) -> Reply:
    """``POST /v1/customers/{id}/funding_instructions``: the account for bank transfers.

    Parameters and the shape of an address are from general memory, UNVERIFIED.
    """
    choice = world.variants["funding_instructions"]
    if choice == "missing":
        raise ApiError(404, f"Unrecognized request URL (POST: {call.path}).")
    if choice == "refused":
        raise bad("The payment method type customer_balance is not activated.")
    known(call.body, "bank_transfer", "currency", "funding_type")
    customer = world.customers.one(id_)
    if call.body.get("currency") != "eur":
        raise bad("Bank transfers are not available for this currency.", param="currency")
    iban = {
        "account_holder_address": None,
        "account_holder_name": world.company,
        "bank_address": None,
        "bic": "MUSTDEFFXXX",
        "country": "DE",
        "iban": _iban(list(world.customers).index(customer.id) + 1),
    }
    row: Json = {
        "object": "funding_instructions",
        "bank_transfer": {
            "country": "DE",
            "financial_addresses": [{"iban": iban, "supported_networks": ["sepa"], "type": "iban"}],
            "type": "eu_bank_transfer",
        },
        "currency": "eur",
        "funding_type": "bank_transfer",
    }
    return Reply(200, finish(world, row))


def _iban(number: int) -> str:
    """An IBAN of one customer with right check digits, at a bank that is invented."""
    account = f"99999999{number:010d}"
    return f"DE{98 - int(f'{account}131400') % 97:02d}{account}"
