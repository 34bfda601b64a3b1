"""Which paths exist, and who answers them.

A handler gets the world, the call (``body``: the parameters of query and form as one tree) and the
ids of the path. What is not below /v1/ needs no key.
"""

from __future__ import annotations

from sandbox.common.gateway import Route
from sandbox.stripe import below, writing
from sandbox.stripe.gateway import route
from sandbox.stripe.reading import RESOURCES, SEARCHED


def routes() -> list[Route]:
    """Every route of what stands in the world; anything else is 404."""
    return [*_lists(), *_below(), *_writing()]


def _lists() -> list[Route]:
    found = [route("GET", f"/v1/{each.path}/search", each.search) for each in SEARCHED]
    for each in RESOURCES:
        found.append(route("GET", f"/v1/{each.path}", each.rows))
        found.append(route("GET", f"/v1/{each.path}/{{id}}", each.get))
    return found


def _below() -> list[Route]:
    customer = "/v1/customers/{id}"
    return [
        route("GET", "/v1/account", below.account),
        route("GET", "/v1/balance", below.balance),
        route("GET", "/v1/invoices/{id}/lines", below.lines),
        route("GET", "/v1/credit_notes/{id}/lines", below.note_lines),
        route("GET", "/v1/charges/{id}/refunds", below.refunds),
        route("GET", f"{customer}/tax_ids", below.tax_ids),
        route("GET", f"{customer}/tax_ids/{{id}}", below.tax_id),
        route("GET", f"{customer}/cash_balance", below.cash_balance),
        route("GET", f"{customer}/balance_transactions", below.balance_transactions),
        route("GET", f"{customer}/cash_balance_transactions", below.cash_transactions),
        route("GET", "/pdf/{id}", below.pdf),
    ]


def _writing() -> list[Route]:
    invoice = "/v1/invoices/{id}"
    return [
        route("POST", invoice, writing.update),
        route("DELETE", invoice, writing.delete),
        route("POST", f"{invoice}/finalize", writing.finalize),
        route("POST", f"{invoice}/pay", writing.pay),
        route("POST", f"{invoice}/send", writing.send),
        route("POST", f"{invoice}/void", writing.void),
        route("POST", f"{invoice}/mark_uncollectible", writing.mark_uncollectible),
        route("POST", "/v1/customers/{id}/funding_instructions", writing.funding_instructions),
    ]
