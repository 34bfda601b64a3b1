"""Rows as Stripe sends them at 2026-10-28.endive, with the fields of its published fixtures.

Days are Berlin's, amounts major units: ``invoice("119")`` is RE-0001 over 119 euros.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors.stripe.beside import Beside
from core.domain.money import Money

Row = dict[str, Any]
GONE = object()  # a field that another server does not send

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 4, 1)
ISSUED, DUE = date(2026, 3, 2), date(2026, 3, 16)
_DECIMALS = {"jpy": 0, "mga": 0, "kwd": 3}  # of those that the tests use


def euro(amount: str) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def at(day: date | str, hour: int = 12) -> int:
    """The instant of an hour of a day in Berlin."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return int(datetime.combine(on, time(hour), BERLIN).timestamp())


def minor(amount: str, currency: str = "eur") -> int:
    return int(Decimal(amount).scaleb(_DECIMALS.get(currency, 2)))


def _row(values: Row, changes: Row) -> Row:
    return {name: value for name, value in (values | changes).items() if value is not GONE}


def beside(**changes: Any) -> Beside:
    """Nothing but the invoice, its payments read, on 1 April."""
    return Beside(**({"zone": BERLIN, "today": TODAY, "payments": ()} | changes))


def invoice(gross: str = "119", paid: str = "0", **changes: Any) -> Row:
    """RE-0001 of 2 March over 119 euros, due on 16 March, open; ``paid`` of it came."""
    currency = changes.get("currency", "eur")
    total, came = minor(gross, currency), minor(paid, currency)
    values: Row = {
        "id": "in_1",
        "object": "invoice",
        "account_country": "DE",
        "account_name": "Musterbetrieb e.K.",
        "amount_due": total,
        "amount_overpaid": 0,
        "amount_paid": came,
        "amount_remaining": total - came,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatically_finalizes_at": None,
        "billing_reason": "manual",
        "collection_method": "send_invoice",
        "created": at(ISSUED, 8),
        "currency": currency,
        "custom_fields": None,
        "customer": "cus_1",
        "customer_account": None,
        "customer_address": address(),
        "customer_email": "buchhaltung@muster.example",
        "customer_name": "Muster Bau GmbH",
        "customer_phone": None,
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "description": None,
        "due_date": at(DUE, 23),
        "effective_at": at(ISSUED, 9),
        "ending_balance": 0,
        "from_invoice": None,
        "hosted_invoice_url": "https://invoice.stripe.example/i/in_1?s=ap",
        "invoice_pdf": "https://pay.stripe.example/invoice/in_1/pdf?s=ap",
        "latest_revision": None,
        "lines": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": "/v1/invoices/in_1/lines",
        },
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": "RE-0001",
        "parent": None,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "open",
        "status_details": None,
        "status_transitions": {
            "finalized_at": at(ISSUED, 9),
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "total": total,
    }
    return _row(values, changes)


def settled(gross: str = "119", on: str = "2026-03-20", **changes: Any) -> Row:
    """The same invoice, paid on a day."""
    moments = {"finalized_at": at(ISSUED, 9), "paid_at": at(on)}
    return invoice(gross, gross, **({"status": "paid", "status_transitions": moments} | changes))


def automatic(**changes: Any) -> Row:
    """The same invoice, which Stripe collects by itself: no due date."""
    return invoice(**({"collection_method": "charge_automatically", "due_date": None} | changes))


def address(**changes: Any) -> Row:
    values: Row = {
        "city": "Hamburg",
        "country": "DE",
        "line1": "Beispielweg 7",
        "line2": None,
        "postal_code": "20095",
        "state": None,
    }
    return _row(values, changes)


def payment(amount: str = "119", on: str = "2026-03-20", **changes: Any) -> Row:
    """An InvoicePayment that is money: by PaymentIntent pi_1 on a day."""
    values: Row = {
        "id": "inpay_1",
        "object": "invoice_payment",
        "amount_paid": minor(amount),
        "amount_requested": minor(amount),
        "created": at(ISSUED, 9),
        "currency": "eur",
        "invoice": "in_1",
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": at(on)},
    }
    return _row(values, changes)


def attempt(status: str = "open", **changes: Any) -> Row:
    """An InvoicePayment that is no money (yet)."""
    moments = {"canceled_at": None, "paid_at": None}
    fixed = {"amount_paid": None, "status": status, "status_transitions": moments}
    return payment(**(fixed | changes))


def intent(status: str, **changes: Any) -> Row:
    values: Row = {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 11900,
        "amount_received": 0,
        "currency": "eur",
        "latest_charge": None,
        "livemode": False,
        "payment_method_types": ["sepa_debit"],
        "status": status,
    }
    return _row(values, changes)


def refund(amount: str, on: str = "2026-03-25", **changes: Any) -> Row:
    values: Row = {
        "id": "re_1",
        "object": "refund",
        "amount": minor(amount),
        "charge": "ch_1",
        "created": at(on),
        "currency": "eur",
        "payment_intent": "pi_1",
        "reason": None,
        "status": "succeeded",
    }
    return _row(values, changes)


def dispute(status: str = "lost", amount: str = "119", **changes: Any) -> Row:
    values: Row = {
        "id": "du_1",
        "object": "dispute",
        "amount": minor(amount),
        "charge": "ch_1",
        "created": at("2026-03-27"),
        "currency": "eur",
        "livemode": False,
        "payment_intent": "pi_1",
        "reason": "insufficient_funds",
        "status": status,
    }
    return _row(values, changes)


def note(before: str = "0", after: str = "0", **changes: Any) -> Row:
    """Credit note GS-1 of 24 March: ``before`` payment, ``after`` payment."""
    whole = minor(before) + minor(after)
    values: Row = {
        "id": "cn_1",
        "object": "credit_note",
        "amount": whole,
        "created": at("2026-03-24"),
        "currency": "eur",
        "customer": "cus_1",
        "customer_balance_transaction": None,
        "effective_at": at("2026-03-24"),
        "invoice": "in_1",
        "livemode": False,
        "number": "GS-1",
        "out_of_band_amount": None,
        "post_payment_amount": minor(after),
        "pre_payment_amount": minor(before),
        "refunds": [],
        "status": "issued",
        "total": whole,
        "type": "mixed",
    }
    return _row(values, changes)


def customer(**changes: Any) -> Row:
    values: Row = {
        "id": "cus_1",
        "object": "customer",
        "address": address(),
        "balance": 0,
        "created": at(ISSUED, 7),
        "currency": "eur",
        "delinquent": False,
        "description": None,
        "email": "buchhaltung@muster.example",
        "invoice_prefix": "7FE1103",
        "livemode": False,
        "metadata": {},
        "name": "Muster Bau GmbH",
        "next_invoice_sequence": 2,
        "phone": None,
        "preferred_locales": ["de"],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    return _row(values, changes)


def tax_id(type_: str, value: str, status: str | None = "pending") -> Row:
    verification = status and {"status": status, "verified_address": None, "verified_name": None}
    return {
        "id": f"txi_{value}",
        "object": "tax_id",
        "customer": "cus_1",
        "type": type_,
        "value": value,
        "verification": verification,
    }


def with_tax_ids(*rows: Row, **changes: Any) -> Row:
    """The customer with expanded tax ids."""
    return customer(tax_ids={"object": "list", "data": list(rows), "has_more": False}, **changes)
