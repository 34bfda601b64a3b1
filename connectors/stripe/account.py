"""Whose account a key opens, and what speaks against using it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from connectors._values import Json, child, text
from connectors.stripe.optional import LACKING
from core.domain.platform_records import AccountInfo

LIVE, TEST = "live", "test"
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{3,64}")
_PREFIX = re.compile(r"(sk|rk)_(live|test)_")


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be read with a key.

    Args:
        account: the account itself; empty when the key may not read it.
        rows: any objects of the account, for what they say of it.
        missing: resources that cannot be read.

    """

    account: Json = field(default_factory=dict)
    rows: Sequence[Json] = ()
    missing: Collection[str] = ()


def key_livemode(api_key: str) -> bool | None:
    """Whether a key is one for real money; None where its form does not say."""
    found = _PREFIX.match(api_key)
    return None if found is None else found[2] == LIVE


def parse_account(seen: Seen, api_key: str, chosen: str = "") -> AccountInfo:
    """The account behind a key. ``chosen``: the connected account of the settings (Connect)."""
    account = seen.account
    mode = mode_of(seen.rows, api_key)
    id_ = text(account, "id") or chosen or named_by(seen.rows) or _of_key(api_key)
    facts = {
        "country": text(account, "country"),
        "currency": text(account, "default_currency").upper(),
        "timezone": text(child(child(account, "settings"), "dashboard"), "timezone"),
    }
    return AccountInfo(
        id_,
        _name(account) or f"Stripe-Konto {id_}",
        {name: value for name, value in facts.items() if value},
        tuple(_warnings(seen, api_key, mode, nameless=id_ == _of_key(api_key))),
        mode,
        # What it was called while no invoice named it; a platform's key opens many accounts.
        () if chosen else (_of_key(api_key),),
    )


def mode_of(rows: Sequence[Json], api_key: str) -> str:
    """By what the objects say of themselves (§1 ``livemode``), else by the key; "" = not known."""
    said = {row["livemode"] for row in rows if isinstance(row.get("livemode"), bool)}
    live = said.pop() if len(said) == 1 else key_livemode(api_key)
    return "" if live is None else LIVE if live else TEST


def _name(account: Json) -> str:
    profile = text(child(account, "business_profile"), "name")
    shown = text(child(child(account, "settings"), "dashboard"), "display_name")
    return shown or profile or text(account, "email")


def named_by(rows: Sequence[Json]) -> str:
    """Links of invoices hold the account (UNVERIFIED); it is stable, whichever key reads it."""
    for row in rows:
        for name in ("hosted_invoice_url", "invoice_pdf"):
            found = _ACCOUNT.search(text(row, name))
            if found:
                return found[0]
    return ""


def _of_key(api_key: str) -> str:
    """Nothing names the account: then a new key is a new account, which is safe."""
    return f"key-{hashlib.sha256(api_key.encode()).hexdigest()[:24]}"


def _warnings(seen: Seen, api_key: str, mode: str, *, nameless: bool) -> Iterator[tuple[str, str]]:
    if nameless:
        de = (
            "Nichts nennt das Konto, zu dem der Schlüssel gehört; ein neuer Schlüssel gilt dann als "
            "anderes Konto. Bitte ihm auch das Leserecht auf „Konto“ geben."
        )
        en = (
            "Nothing names the account that the key belongs to; a new key counts as another account "
            "then. Please give it the right to read “Account” as well."
        )
        yield de, en
    if mode == TEST:
        yield (
            "Der Schlüssel gilt für Testdaten von Stripe: echte Rechnungen liest Mahnwerk damit nicht.",
            "The key is for test data of Stripe: Mahnwerk does not read real invoices with it.",
        )
    if api_key.startswith("sk_"):
        de = (
            "Das ist ein geheimer Schlüssel mit allen Rechten. Besser: in Stripe unter Entwickler → "
            "API-Schlüssel einen eingeschränkten Schlüssel (rk_…) mit Leserechten anlegen und mit "
            "„mahnwerk connect stripe --set api_key=-“ eintragen."
        )
        en = (
            "This is a secret key with every right. Better: make a restricted key (rk_…) with read "
            "permissions in Stripe under Developers → API keys, and enter it by mahnwerk connect stripe "
            "--set api_key=-."
        )
        yield de, en
    for resource, lacking in LACKING.items():
        if resource in seen.missing:
            right, other = lacking.right_de, lacking.right_en
            de = f"Der Schlüssel darf „{right}“ nicht lesen, oder der Server hat es nicht: {lacking.de}."
            en = f"The key may not read “{other}”, or the server does not have it: {lacking.en}."
            yield de, en
