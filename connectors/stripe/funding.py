"""The bank account that Stripe gives a customer: what comes there, Stripe books (§0.9).

The call is named by a fixture of Stripe's only (funding_instructions.json); its parameters and the
shape of a European account are UNVERIFIED. Whatever is not as expected is no account: then a notice
carries the pay link alone.
"""

from __future__ import annotations

import re
import uuid

from connectors._values import Json, child, children, text
from connectors.stripe.client import StripeClient, path_of
from connectors.stripe.optional import lacks
from core.domain.platform_records import PayAccount
from core.errors import ConnectorError

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_EURO, _COUNTRY = "EUR", "DE"  # SEPA accounts of Stripe; that DE is among them is UNVERIFIED


def pay_account(client: StripeClient, debtor: str, currency: str) -> PayAccount | None:
    """The account of a customer, made when he had none; None for others and other currencies."""
    if not debtor.startswith("cus_") or currency != _EURO:
        return None
    fields = [
        ("bank_transfer[type]", "eu_bank_transfer"),
        ("bank_transfer[eu_bank_transfer][country]", _COUNTRY),
        ("currency", currency.lower()),
        ("funding_type", "bank_transfer"),
    ]
    path = path_of("customers", debtor, "funding_instructions")
    try:
        # Asking again changes nothing: a customer has one account for each currency (UNVERIFIED). A
        # key that says so would bring a failure again for a day (§1 Idempotency).
        answer = client.post(path, fields, f"mahnwerk-{uuid.uuid4()}")
    except ConnectorError as error:
        if lacks(error):
            return None
        raise
    found = (
        _account(each) for each in children(child(answer, "bank_transfer"), "financial_addresses")
    )
    return next((each for each in found if each is not None), None)


def _account(row: Json) -> PayAccount | None:
    inside = child(row, "iban")
    iban = text(inside, "iban").replace(" ", "").upper()
    holder = text(inside, "account_holder_name")
    if text(row, "type") != "iban" or not holder or not _IBAN.fullmatch(iban):
        return None
    return PayAccount(holder, iban, text(inside, "bic"), text(inside, "bank_name"))
