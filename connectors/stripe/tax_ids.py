"""What tax ids say about a customer: consumer or business, and how certain that is (§3). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from connectors._values import Json, child, children, text
from core.domain.legal_form import VAT_ID, assumed_type
from core.domain.model import DebtorType

EU_VAT = "eu_vat"
# Registrations for VAT are for traders: eu_vat, ch_vat, gb_vat, no_vat … Only eu_vat and de_stn are
# named by the reference (§3); the others follow their pattern. de_stn is no evidence: consumers have one.
_TRADERS = re.compile(r"(?:[a-z]{2}|eu_oss)_vat")
# verification.status; what Stripe could not find anywhere speaks for nothing.
_CERTAINTY = {
    "verified": "von Stripe bestätigt",
    "pending": "von Stripe noch nicht geprüft",
    "unavailable": "von Stripe nicht prüfbar",
}
_UNCHECKED = "nicht geprüft"
_REFUTED = "unverified"


class TaxId(NamedTuple):
    """``certainty``: German words; "" = Stripe looked for it and did not find it."""

    type: str
    value: str
    certainty: str


class Evidence(NamedTuple):
    """What speaks for consumer or business; ``vat_id`` is one that was not refuted."""

    type: DebtorType
    text: str
    vat_id: str = ""


def of_customer(row: Json) -> list[TaxId]:
    """Tax ids of a customer, where they are expanded."""
    return list(_read(children(child(row, "tax_ids"), "data")))


def of_invoice(row: Json) -> list[TaxId]:
    """Those that stood on an invoice: nobody says whether they were checked."""
    return list(_read(children(row, "customer_tax_ids")))


def evidence(name: str, tax_ids: list[TaxId]) -> Evidence:
    """Business by a registration for VAT, else by the name, else unknown; never a guess."""
    traders = [each for each in tax_ids if _TRADERS.fullmatch(each.type)]
    held = sorted(
        (each for each in traders if each.certainty),
        key=lambda each: (each.certainty != _CERTAINTY["verified"], each.type != EU_VAT),
    )
    if held:
        best = held[0]
        told = f"{VAT_ID}{best.value} ({best.type}, {best.certainty})"
        vat_id = next((each.value for each in held if each.type == EU_VAT), "")
        return Evidence(DebtorType.BUSINESS, told, vat_id)
    assumed = assumed_type(name)
    if not traders:
        return Evidence(assumed.type, assumed.evidence)
    refuted = f"{VAT_ID}{traders[0].value} konnte Stripe nicht bestätigen"
    told = f"{assumed.evidence}; {refuted}" if assumed.evidence else refuted
    return Evidence(assumed.type, told)


def _read(rows: Iterable[Json]) -> Iterator[TaxId]:
    for row in rows:
        value = text(row, "value").replace(" ", "")
        if value:
            status = text(child(row, "verification"), "status")
            certainty = "" if status == _REFUTED else _CERTAINTY.get(status, _UNCHECKED)
            yield TaxId(text(row, "type"), value, certainty)
