"""Which right a key lacks, by the path that was refused, with the way to it (§1 Auth).

Restricted keys are None, Read or Write for each resource. The exact labels of Stripe's dashboard are
UNVERIFIED; these are its words for the resources.
"""

from __future__ import annotations

from core.errors import AuthFailed

_WHERE_DE = "in Stripe unter Entwickler → API-Schlüssel → eingeschränkter Schlüssel"
_WHERE_EN = "in Stripe under Developers → API keys → restricted key"
_ENTER_DE = "mit „mahnwerk connect stripe --set api_key=-“ eintragen"
_ENTER_EN = "enter it by mahnwerk connect stripe --set api_key=-"
# First part of the path behind /v1 -> the resource that a key needs a right for, German and English.
RIGHTS = {
    "invoices": ("Rechnungen", "Invoices"),
    # That payments of invoices belong to the right on invoices is UNVERIFIED.
    "invoice_payments": ("Rechnungen", "Invoices"),
    "credit_notes": ("Gutschriften", "Credit notes"),
    "customers": ("Kunden", "Customers"),
    "tax_ids": ("Kunden", "Customers"),
    "charges": ("Zahlungen und Rückerstattungen", "Charges and Refunds"),
    "refunds": ("Zahlungen und Rückerstattungen", "Charges and Refunds"),
    "payment_intents": ("PaymentIntents", "PaymentIntents"),
    "disputes": ("Streitfälle (Disputes)", "Disputes"),
    "events": ("Ereignisse", "Events"),
    "balance": ("Guthaben", "Balance"),
    "account": ("Konto", "Account"),
    "webhook_endpoints": ("Webhook-Endpunkte", "Webhook endpoints"),
}
_WRITTEN = frozenset({"webhook_endpoints"})  # nothing of it is of use without


def missing_right(url: str) -> AuthFailed:
    """403: the key has no right to a resource; also an answer to a right that no key can have."""
    german, english = RIGHTS.get(resource(url), ("", ""))
    writes = resource(url) in _WRITTEN
    noted = german == RIGHTS["invoices"][0]  # write_back writes into them
    of_de = f" auf „{german}“" if german else ""
    of_en = f" on “{english}”" if english else ""
    return AuthFailed(
        f"Dem Schlüssel fehlt bei Stripe ein Recht{of_de}. Bitte {_WHERE_DE} "
        f"{'Schreibrecht' if writes else 'Leserecht'}{of_de} geben"
        f"{', mit write_back=yes auch Schreibrecht' if noted else ''}. Einen neuen Schlüssel {_ENTER_DE}.",
        en=f"The key lacks a right{of_en} at Stripe. Please give it the right to "
        f"{'write' if writes else 'read'}{of_en} {_WHERE_EN}"
        f"{', with write_back=yes also to write' if noted else ''}. If it is a new key, {_ENTER_EN}.",
    )


def refused_key(url: str) -> AuthFailed:
    """401: the key itself; the docs call a missing right by this status as well (§1)."""
    german, english = RIGHTS.get(resource(url), ("", ""))
    return AuthFailed(
        "Stripe nimmt den Schlüssel nicht an: falsch (er beginnt mit rk_ oder sk_), abgelaufen, gelöscht"
        f"{f', oder ihm fehlt das Recht auf „{german}“' if german else ''}. Bitte {_WHERE_DE} "
        f"nachsehen und ihn {_ENTER_DE}.",
        en="Stripe refuses the key: wrong (it begins with rk_ or sk_), expired, deleted"
        f"{f', or without the right on “{english}”' if english else ''}. Please look {_WHERE_EN} and "
        f"{_ENTER_EN}.",
    )


def resource(url: str) -> str:
    """The first part of a path behind ``/v1/``."""
    return behind(url).partition("/")[0]


def behind(url: str) -> str:
    """The path behind ``/v1/``: the last one, for another server's prefix may hold one as well."""
    return url.partition("?")[0].rpartition("/v1/")[2]
