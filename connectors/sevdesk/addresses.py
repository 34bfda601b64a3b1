"""Addresses as sevDesk has them: on documents, and of contacts (§2.2, §4). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connectors._values import Json, child, text
from connectors.sevdesk.values import ref
from core.domain.model import Address

HOME = "DE"
# The only StaticCountry whose id is documented (§4); others come with GET /StaticCountry.
_KNOWN = {"1": HOME}
_HOME_NAMES = frozenset({"deutschland", "germany"})
_CODE = re.compile(r"[A-Za-z]{2}")
_PLACE = re.compile(r"(?:[A-Z]{1,3}-)?(\d{4,5})\s+(\S.*)")

Countries = Mapping[str, str]  # ISO 3166 alpha-2 by id of StaticCountry


class Place(NamedTuple):
    """An address; ``country`` is the id that nobody could resolve, "" when all is well."""

    address: Address
    unknown_country: str = ""


def parse_countries(rows: Iterable[Json]) -> dict[str, str]:
    """ISO codes by id, from GET /StaticCountry (undocumented; its codes are lower-case, §4)."""
    found = {text(row, "id"): text(row, "code") for row in rows}
    return {id_: code.upper() for id_, code in found.items() if id_ and _CODE.fullmatch(code)}


def on_document(values: Json, countries: Countries) -> Place | None:
    """The address that stands on a document; None when there is none.

    The structured fields are not documented and can be null when only ``address`` was set (§2.2).
    """
    country, unknown = _country(values, "addressCountry", countries)
    name = text(values, "addressName")
    if name and (text(values, "addressStreet") or text(values, "addressCity")):
        beside = (
            text(values, each)
            for each in ("addressName2", "addressParentName", "addressParentName2")
        )
        address = Address(
            name=name,
            lines=tuple(line for line in beside if line and line != name),
            street=text(values, "addressStreet"),
            postcode=text(values, "addressZip"),
            city=text(values, "addressCity"),
            country=HOME if country is None else country,
        )
        return Place(address, unknown)
    found = _from_lines(values, country)
    if found is None:
        return Place(Address(name=name, country=country or HOME)) if name else None
    return Place(found, unknown)


def of_contact(values: Json, name: str, beside: tuple[str, ...], countries: Countries) -> Place:
    """A ContactAddress; ``name`` where it bears none, ``beside`` are more lines below the name."""
    country, unknown = _country(values, "country", countries)
    own = text(values, "name") or name
    more = tuple(text(values, each) for each in ("name2", "name3", "name4"))
    lines = tuple(dict.fromkeys(line for line in (*beside, *more) if line and line != own))
    address = Address(
        name=own,
        lines=lines,
        street=text(values, "street"),
        postcode=text(values, "zip"),
        city=text(values, "city"),
        country=HOME if country is None else country,
    )
    return Place(address, unknown)


def _country(values: Json, key: str, countries: Countries) -> tuple[str | None, str]:
    """The country, "" when it is one that nobody can tell; None when none is named at all."""
    code = text(child(values, key), "code")
    if _CODE.fullmatch(code):
        return code.upper(), ""
    id_ = ref(values, key)
    if not id_:
        return None, ""
    found = _KNOWN.get(id_) or countries.get(id_, "")
    return found, "" if found else id_


def _from_lines(values: Json, country: str | None) -> Address | None:
    """The address text of a document: name, more lines, street, postcode and city, country."""
    found = values.get("address")
    lines = [" ".join(line.split()) for line in str(found or "").splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return None
    place = next((n for n in range(len(lines) - 1, 1, -1) if _PLACE.fullmatch(lines[n])), 0)
    if not place:
        return Address(name=lines[0], lines=tuple(lines[1:]), country=country or HOME)
    postcode, city = _PLACE.fullmatch(lines[place]).groups()  # type: ignore[union-attr]
    # A line below the city is a country.
    abroad = [line for line in lines[place + 1 :] if line.casefold() not in _HOME_NAMES]
    return Address(
        name=lines[0],
        lines=tuple(lines[1 : place - 1]),
        street=lines[place - 1],
        postcode=postcode,
        city=city,
        country=country if country is not None else "" if abroad else HOME,
    )
