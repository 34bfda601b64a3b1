"""``check``: whose account a key opens, and which rights it lacks."""

from __future__ import annotations

from connectors._values import Json
from connectors.stripe.account import Seen, named_by, parse_account
from connectors.stripe.client import StripeClient
from connectors.stripe.optional import LACKING, lacks
from core.domain.platform_records import AccountInfo
from core.errors import ConnectorError

_NEEDED = ("invoices", "customers")  # without these two there is nothing to do
_OF_CUSTOMERS = ("cash_balance_transactions",)  # lists below a customer, whom a key may not have
_ONE = 1
_FINAL = ("paid", "open", "void", "uncollectible")


def check_account(client: StripeClient, api_key: str, chosen: str) -> AccountInfo:
    """Ten small requests, one for each right (§1): which one is missing is known before it matters.

    Raises:
        AuthFailed: the key is wrong, or may not read invoices or customers.
        ConnectorError: the account could not be reached.

    """
    rows: list[Json] = []
    for resource in _NEEDED:
        rows += client.page(resource, limit=_ONE).rows
    missing = set()
    for resource in (each for each in LACKING if each not in _OF_CUSTOMERS):
        try:
            # That PaymentIntents can be listed without a search is UNVERIFIED: whoever does not know
            # the list is asked for single ones all the same.
            rows += client.page(resource, limit=_ONE).rows
        except ConnectorError as error:
            if not lacks(error):
                raise
            if resource != "payment_intents" or error.status in (401, 403):
                missing.add(resource)
    account = _read(client, "account")
    if not account and not chosen:
        rows += _naming(client, rows)
    if not rows:
        rows.append(_read(client, "balance"))
    return parse_account(Seen(account, rows, missing), api_key, chosen)


def _naming(client: StripeClient, rows: list[Json]) -> list[Json]:
    """Invoices that are finalised: the newest may be a draft, which has no link (§2)."""
    found: list[Json] = []
    for status in _FINAL:
        if named_by([*rows, *found]):
            break
        found += client.page("invoices", [("status", status)], limit=_ONE).rows
    return found


def _read(client: StripeClient, path: str) -> Json:
    """An object that a restricted key or another server may not show; then empty."""
    try:
        return client.get(path)
    except ConnectorError as error:
        if lacks(error):
            return {}
        raise
