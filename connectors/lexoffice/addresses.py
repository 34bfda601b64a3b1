"""Addresses of lexoffice, and the debtors of invoices that name no contact."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from connectors._values import Json, text
from core.domain.legal_form import assumed_type
from core.domain.model import Address
from core.domain.platform_records import ALONE, ONE_TIME
from core.domain.records import DebtorRecord

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


def one_time_id(external_id: str, address: Address) -> str:
    """External id of a debtor who is no contact (collective customer, one-time address).

    The same name at the same full address is the same debtor. Without a street nothing tells two
    people of one name apart: then every voucher has a debtor of its own. Never merged further:
    a letter to the wrong one would tell him what another owes.
    """
    if not (address.is_postal and address.postcode):
        return f"{ALONE}{external_id}"
    parts = (
        address.name,
        *address.lines,
        address.street,
        address.postcode,
        address.city,
        address.country,
    )
    key = "\n".join(_plain(part) for part in parts)
    return f"{ONE_TIME}{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def debtor_by_address(external_id: str, address: Address, language: str = "de") -> DebtorRecord:
    """Who owes an invoice, from the invoice alone; such a debtor has no e-mail."""
    assumed = assumed_type(address.name)
    return DebtorRecord(
        external_id=external_id,
        account_label="",
        name=address.name,
        address=address,
        language=language or "de",
        type=assumed.type,
        type_evidence=assumed.evidence,
    )


def _plain(part: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", part).casefold().split())
