"""Contacts of lexoffice -> debtors (§2.8). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connectors._debtors import evident_type, greeting, usable_email
from connectors._values import FieldError, Json, child, children, flag, required, text
from connectors.lexoffice.addresses import parse_address
from connectors.lexoffice.problems import warning
from core.domain.records import DebtorRecord
from core.errors import Problem

_GROUPS = ("business", "office", "private", "other")
_PHONES = ("business", "office", "mobile", "private", "other")
_GREETINGS = {
    "frau": "Sehr geehrte Frau",
    "herr": "Sehr geehrter Herr",
    "herrn": "Sehr geehrter Herr",
}


class Contact(NamedTuple):
    debtor: DebtorRecord
    problems: tuple[Problem, ...] = ()


def parse_contact(values: Json) -> Contact:
    """The debtor that a contact is.

    Raises:
        FieldError: it has no id or no name.

    """
    id_ = required(values, "id")
    company, person = child(values, "company"), child(values, "person")
    name = _name(company, person)
    people = children(company, "contactPersons")
    speaker = person if person and not company else _speaker(people)
    email, problems = _email(values, people, id_, name)
    billing = children(child(values, "addresses"), "billing")
    vat_id = (text(company, "vatRegistrationId") or text(person, "vatRegistrationId")).replace(
        " ", ""
    )
    kind, evidence = evident_type(name, vat_id, "lexoffice", company=bool(company))
    archived = " (in lexoffice archiviert)" if flag(values, "archived") else ""
    debtor = DebtorRecord(
        external_id=id_,
        account_label=text(child(child(values, "roles"), "customer"), "number"),
        name=name,
        address=parse_address(billing[0] if billing else {}, name),
        salutation=_salutation(speaker),
        email=email,
        phone=_phone(values, speaker),
        type=kind,
        type_evidence=f"{evidence}{archived}",
        vat_id=vat_id,
    )
    return Contact(debtor, problems)


def _name(company: Json, person: Json) -> str:
    name = text(company, "name") or " ".join(
        part for part in (text(person, "firstName"), text(person, "lastName")) if part
    )
    if not name:
        raise FieldError("company.name", "fehlt, ebenso person.lastName")
    return name


def _speaker(people: Sequence[Json]) -> Json:
    """The contact person who is marked as primary, or the only one."""
    primary = [each for each in people if flag(each, "primary")]
    if primary:
        return primary[0]
    return people[0] if len(people) == 1 else {}


def _addresses(values: Json, people: Sequence[Json]) -> Iterator[str]:
    """E-mail addresses in the order in which they are tried (our heuristic, §2.8)."""
    yield text(_speaker(people), "emailAddress")
    groups = child(values, "emailAddresses")
    for group in _GROUPS:
        found = groups.get(group)
        if isinstance(found, list):
            yield from (each.strip() for each in found if isinstance(each, str))


def _email(
    values: Json, people: Sequence[Json], id_: str, name: str
) -> tuple[str, tuple[Problem, ...]]:
    """The first address that can be used, and a warning about the one that cannot."""
    given = [each for each in _addresses(values, people) if each]
    usable = next((each for each in given if usable_email(each)), "")
    if usable or not given:
        return usable, ()
    return "", (
        warning(
            "contact_email_unusable",
            f"Kontakt {name} ({id_}) emailAddresses",
            f"„{given[0][:60]}“ ist keine E-Mail-Adresse; es bleibt der Brief. Bitte die Adresse "
            "im Kontakt in lexoffice berichtigen.",
        ),
    )


def _phone(values: Json, speaker: Json) -> str:
    own = text(speaker, "phoneNumber")
    if own:
        return own
    groups = child(values, "phoneNumbers")
    for group in _PHONES:
        found = groups.get(group)
        if isinstance(found, list) and found and isinstance(found[0], str):
            return " ".join(found[0].split())
    return ""


def _salutation(person: Json) -> str:
    """As in "Sehr geehrte Frau Dr. Muster"; "" where form of address or name is not certain."""
    first, *titles = text(person, "salutation").split() or [""]
    how = _GREETINGS.get(first.casefold(), "")
    return greeting(how, " ".join(titles), text(person, "lastName"))
