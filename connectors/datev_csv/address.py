"""Names and addresses as both master-data categories (16 and 48) carry them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from connectors.datev_csv.fields import one_line, parse_ddmmyyyy
from connectors.datev_csv.problems import ProblemLog
from core.domain.model import Address

_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+\.[^\s@<>\",;]+")

Values = Mapping[str, str]


def full_name(values: Values) -> str:
    """The name by Adressattyp, else whatever name there is: tools put it in another type's field."""
    person = _person(values)
    by_type = {
        "2": (values["company"], person, values["other_name"]),
        "1": (person, values["company"], values["other_name"]),
    }
    order = by_type.get(values["type"], (values["other_name"], values["company"], person))
    return one_line(next((name for name in (*order, values["short"]) if name.strip()), ""))


def _person(values: Values) -> str:
    if not values["last_name"]:
        return ""
    parts = ("title", "first_name", "nobility", "prefix", "last_name")
    return " ".join(values[part] for part in parts if values[part])


def address_of(values: Values, name: str, prefix: str = "") -> Address:
    """The correspondence address, or with ``prefix`` "inv_" the invoice address."""
    street = one_line(values[f"{prefix}street"])
    po_box = one_line(values[f"{prefix}po_box"])
    kind = values[f"{prefix}address_kind"].upper()
    if po_box and (kind == "PF" or not street):
        street = po_box if po_box.lower().startswith("postfach") else f"Postfach {po_box}"
    country = values[f"{prefix}country"].upper()
    lines = (values[f"{prefix}{key}"] for key in ("extra", "extra1", "extra2"))
    return Address(
        name=name,
        lines=tuple(one_line(line) for line in lines if line),
        street=street,
        postcode=one_line(values[f"{prefix}postcode"]),
        city=one_line(values[f"{prefix}city"]),
        country=country if _COUNTRY.fullmatch(country) else "DE",
        own_postcode=kind == "GK",
    )


def valid_on(values: Values, day: date | None, prefix: str = "") -> bool:
    """Whether the address is valid on ``day``; without a day it is."""
    if day is None:
        return True
    start = parse_ddmmyyyy(values[f"{prefix}valid_from"])
    end = parse_ddmmyyyy(values[f"{prefix}valid_until"])
    return (start is None or start <= day) and (end is None or day <= end)


def check_postcode(address: Address, country_given: str, line: int, log: ProblemLog) -> Address:
    """A German postcode of four digits has lost its zero; without a country it may be Austrian."""
    if address.country != "DE" or not re.fullmatch(r"[0-9]{4}", address.postcode):
        return address
    if country_given.upper() == "DE":
        log.doubt(
            "postcode_short",
            line,
            "Postleitzahl",
            f"{address.postcode} wurde als 0{address.postcode} gelesen. Stammdaten prüfen.",
        )
        return replace(address, postcode=f"0{address.postcode}")
    log.doubt(
        "postcode_short",
        line,
        "Postleitzahl",
        f"{address.postcode} hat vier Stellen und das Land fehlt: führende Null verloren oder "
        "Adresse im Ausland? Stammdaten prüfen.",
    )
    return address


def email_of(text: str, line: int, log: ProblemLog) -> str:
    """The first usable address of the field; "" with a warning when there is none."""
    if not text:
        return ""
    first = re.split(r"[;,\s]+", text.strip())[0]
    if _EMAIL.fullmatch(first):
        return first
    log.doubt(
        "email_unusable",
        line,
        "E-Mail",
        f"„{one_line(text)[:60]}“ ist keine E-Mail-Adresse; es bleibt der Brief. "
        "Stammdaten prüfen.",
    )
    return ""
