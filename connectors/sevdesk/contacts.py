"""Contacts of sevDesk with their e-mail, address and account number -> debtors (§4). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors._debtors import evident_type, greeting, usable_email
from connectors._values import FieldError, Json, required, text
from connectors.sevdesk import doubts
from connectors.sevdesk.addresses import Countries, Place, of_contact
from connectors.sevdesk.kinds import debtor_id
from connectors.sevdesk.problems import warning
from connectors.sevdesk.values import ref, whole, yes
from core.domain.legal_form import NO_PERSON, OFFICE
from core.domain.model import DebtorType
from core.domain.records import DebtorRecord
from core.errors import Problem

LABEL = "sevDesk"
BILLING_KEY = "8"  # CommunicationWayKey: invoice address
BILLING_ADDRESS = "47"  # Category of a ContactAddress: invoice
_PHONES = ("PHONE", "MOBILE")
# Values of ``gender`` are not documented: what is not one of these greets nobody by name.
_GREETINGS = {
    **dict.fromkeys(("w", "f", "female", "frau", "weiblich"), "Sehr geehrte Frau"),
    **dict.fromkeys(("m", "male", "herr", "herrn", "männlich"), "Sehr geehrter Herr"),
}
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")

Index = Mapping[str, Sequence[Json]]  # rows by id of the contact


class Contact(NamedTuple):
    debtor: DebtorRecord
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """What stands beside contacts, by contact; see ``by_contact``.

    Args:
        ways: rows of /CommunicationWay.
        addresses: rows of /ContactAddress.
        accounts: rows of /AccountingContact.
        contacts: rows of /Contact by their own id, for the organisations behind persons.
        countries: ISO codes by id of StaticCountry.

    """

    ways: Index = field(default_factory=dict)
    addresses: Index = field(default_factory=dict)
    accounts: Index = field(default_factory=dict)
    contacts: Mapping[str, Json] = field(default_factory=dict)
    countries: Countries = field(default_factory=dict)


def by_contact(rows: Iterable[Json]) -> dict[str, list[Json]]:
    """Rows of a list by the contact that they belong to; each once, in the order of their ids."""
    found: dict[str, dict[str, Json]] = {}
    for row in rows:
        found.setdefault(ref(row, "contact"), {})[text(row, "id")] = row
    return {
        contact: [each[id_] for id_ in sorted(each, key=_id_order)]
        for contact, each in found.items()
        if contact
    }


def days_to_pay(row: Json) -> int | None:
    """``defaultTimeToPay`` of a contact; None when it has none."""
    return whole(row, "defaultTimeToPay")


def parse_contact(row: Json, directory: Directory | None = None) -> Contact:
    """The debtor that a contact is.

    Raises:
        FieldError: it has no id or no name.

    """
    around = directory or Directory()
    id_ = required(row, "id")
    company = text(row, "name")
    name = company or _person(row)
    if not name:
        raise FieldError("name", "fehlt, ebenso familyname")
    parent = around.contacts.get(ref(row, "parent"), {})
    place = _place(row, name, parent, around)
    email, problems = _email(id_, name, parent, around)
    kind, evidence = _type(row, name, bool(company))
    debtor = DebtorRecord(
        external_id=debtor_id(id_),
        account_label=_account(id_, around) or text(row, "customerNumber"),
        name=name,
        address=place.address,
        salutation="" if company else _salutation(row),
        email=email,
        phone=_phone(around.ways.get(id_, ())),
        type=kind,
        type_evidence=evidence,
        vat_id=text(row, "vatNumber").replace(" ", ""),
        iban=_iban(row),
    )
    if place.unknown_country:
        where = f"Kontakt {name} ({id_}) country"
        problems = (*problems, doubts.unknown_country(where, place.unknown_country))
    return Contact(debtor, problems)


def _person(row: Json) -> str:
    """``surename`` is the first name, ``familyname`` the last (§1.2)."""
    parts = (text(row, "academicTitle"), text(row, "surename"), text(row, "familyname"))
    return " ".join(part for part in parts if part) if any(parts[1:]) else ""


def _salutation(row: Json) -> str:
    how = text(row, "gender") or (text(row, "titel").split() or [""])[0]
    known = _GREETINGS.get(how.casefold().rstrip("."), "")
    return greeting(known, text(row, "academicTitle"), text(row, "familyname"))


def _place(row: Json, name: str, parent: Json, around: Directory) -> Place:
    """The invoice address, else the first; a person without one is reached at his organisation."""
    beside = tuple(each for each in (text(row, "name2"), text(parent, "name")) if each)
    own = around.addresses.get(text(row, "id"), ())
    found = own or around.addresses.get(ref(row, "parent"), ())
    best = next((each for each in found if ref(each, "category") == BILLING_ADDRESS), None)
    address = best or (found[0] if found else {})
    if not own and address:
        # The name on it is the organisation's, which stands below the person's already.
        address = {**address, "name": name}
    return of_contact(address, name, beside, around.countries)


def _ways(rows: Sequence[Json]) -> Iterator[str]:
    """E-mail addresses in the order in which they are tried (§4)."""
    mails = [each for each in rows if text(each, "type") == "EMAIL" and text(each, "value")]
    yield from (text(each, "value") for each in mails if ref(each, "key") == BILLING_KEY)
    yield from (text(each, "value") for each in mails if yes(each, "main"))
    yield from (text(each, "value") for each in mails)


def _email(id_: str, name: str, parent: Json, around: Directory) -> tuple[str, tuple[Problem, ...]]:
    """The first address that can be used, and a warning when there are none but unusable ones."""
    given = [
        *_ways(around.ways.get(id_, ())),
        *_ways(around.ways.get(text(parent, "id"), ())),
    ]
    usable = next((each for each in given if usable_email(each)), "")
    if usable or not given:
        return usable, ()
    return "", (
        warning(
            "customer_email_unusable",
            f"Kontakt {name} ({id_}) CommunicationWay",
            f"„{given[0][:60]}“ ist keine E-Mail-Adresse; es bleibt der Brief. Bitte die Adresse im "
            "Kontakt in sevDesk berichtigen.",
        ),
    )


def _phone(rows: Sequence[Json]) -> str:
    found = [each for each in rows if text(each, "type") in _PHONES and text(each, "value")]
    found.sort(key=lambda each: (not yes(each, "main"), _PHONES.index(text(each, "type"))))
    return text(found[0], "value") if found else ""


def _account(id_: str, around: Directory) -> str:
    """The number in the tax adviser's books; it is read, never changed (§4)."""
    numbers = (text(each, "debitorNumber") for each in around.accounts.get(id_, ()))
    return next((number for number in numbers if number), "")


def _type(row: Json, name: str, company: bool) -> tuple[DebtorType, str]:
    """SevDesk has no such field: a name of its own makes an organisation (§4)."""
    if company and yes(row, "governmentAgency"):
        return DebtorType.BUSINESS, f"{OFFICE}in {LABEL} als Behörde angelegt{NO_PERSON}"
    vat_id = text(row, "vatNumber").replace(" ", "")
    return evident_type(name, vat_id, LABEL, company=company)


def _iban(row: Json) -> str:
    found = text(row, "bankAccount").replace(" ", "").upper()
    return found if _IBAN.fullmatch(found) else ""


def _id_order(id_: str) -> tuple[int, str]:
    return (len(id_), id_)
