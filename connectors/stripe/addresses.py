"""Addresses as Stripe has them: every field may be null (§2). Pure."""

from __future__ import annotations

import re

from connectors._values import Json, child, text
from core.domain.model import Address

HOME = "DE"
_CODE = re.compile(r"[A-Za-z]{2}")
_GERMAN_POSTCODE = re.compile(r"\d{5}")
# Where a letter needs the state behind the city.
_WITH_STATE = frozenset({"US", "CA", "AU"})


def address_of(values: Json, name: str) -> Address | None:
    """An address; None when nothing of it is there."""
    if not any(text(values, key) for key in values) and not name:
        return None
    country = _country(values)
    city, state = text(values, "city"), text(values, "state")
    line2 = text(values, "line2")
    return Address(
        name=name,
        lines=(line2,) if line2 else (),
        street=text(values, "line1"),
        postcode=text(values, "postal_code"),
        city=f"{city} {state}".strip() if country in _WITH_STATE else city,
        country=country,
    )


def frozen_address(invoice: Json) -> Address | None:
    """The address that stands on an invoice: frozen when it was finalised (§2)."""
    return address_of(child(invoice, "customer_address"), text(invoice, "customer_name"))


def _country(values: Json) -> str:
    """The country; "" when nobody can tell: none is named, and the postcode is not a German one."""
    found = text(values, "country")
    if _CODE.fullmatch(found):
        return found.upper()
    postcode = text(values, "postal_code")
    return HOME if not found and (not postcode or _GERMAN_POSTCODE.fullmatch(postcode)) else ""
