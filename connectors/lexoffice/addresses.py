"""Addresses of lexoffice."""

from __future__ import annotations

import re

from connectors._values import Json, text
from core.domain.model import Address

_COUNTRY = re.compile(r"([A-Z]{2})(_[A-Z0-9]{2,3})?")  # "ES_CN": a tax region of a country (§1.5)


def parse_address(values: Json, name: str) -> Address:
    """An address of a contact or a document; ``name`` where it bears none."""
    own = text(values, "name") or name
    lines = (text(values, "contactPerson"), text(values, "supplement"))
    country = _COUNTRY.fullmatch(text(values, "countryCode"))
    return Address(
        name=own,
        lines=tuple(line for line in lines if line and line != own),
        street=text(values, "street"),
        postcode=text(values, "zip"),
        city=text(values, "city"),
        country=country.group(1) if country else "DE",
    )
