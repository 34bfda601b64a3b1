"""Contacts of lexoffice -> debtors: recipient, form of address, and evidence of the type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._values import FieldError
from connectors.lexoffice.contacts import parse_contact
from core.domain.model import Address, DebtorType


def company(name: str = "Nordlicht Muster", **changes: Any) -> dict[str, Any]:
    values = {
        "id": "c-1",
        "roles": {"customer": {"number": 10027}},
        "company": {"name": name},
        "addresses": {
            "billing": [
                {
                    "supplement": "2. OG",
                    "street": "Hafenweg 3",
                    "zip": "24103",
                    "city": "Musterstadt",
                    "countryCode": "DE",
                }
            ]
        },
        "archived": False,
    }
    return values | changes


def person(**changes: Any) -> dict[str, Any]:
    own = {"salutation": "Frau", "firstName": "Ada", "lastName": "Beispiel"} | changes
    return {"id": "p-1", "person": {k: v for k, v in own.items() if v is not None}}


def speaker(**changes: Any) -> dict[str, Any]:
    values = {
        "salutation": "Frau",
        "firstName": "Ada",
        "lastName": "Beispiel",
        "primary": True,
        "emailAddress": "ada@muster.example",
        "phoneNumber": "030 1",
    }
    return values | changes


def with_people(*people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return company(company={"name": "Nordlicht Muster", "contactPersons": list(people)}, **changes)


def test_a_company_with_address_and_customer_number() -> None:
    debtor = parse_contact(company()).debtor
    assert (debtor.external_id, debtor.account_label) == ("c-1", "10027")
    assert debtor.address == Address(
        "Nordlicht Muster", ("2. OG",), "Hafenweg 3", "24103", "Musterstadt", "DE"
    )


def test_a_contact_without_address_or_role_is_still_a_debtor() -> None:
    debtor = parse_contact({"id": "c-2", "company": {"name": "Muster"}}).debtor
    assert debtor.address == Address("Muster")
    assert debtor.account_label == debtor.email == debtor.phone == ""


@pytest.mark.parametrize("values", [{"id": "x"}, {"id": "x", "company": {"name": " "}}, {}])
def test_without_id_or_name_it_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        parse_contact(values)


# Recipient (§2.8).

MAILS = {
    "business": ["rechnung@muster.example"],
    "office": ["buero@muster.example"],
    "private": ["privat@muster.example"],
    "other": ["sonst@muster.example"],
}


def test_the_primary_contact_person_gets_the_mail() -> None:
    other = speaker(primary=False, emailAddress="bob@muster.example", lastName="Zweite")
    contact = parse_contact(with_people(other, speaker(), emailAddresses=MAILS))
    assert contact.debtor.email == "ada@muster.example"
    assert contact.problems == ()


@pytest.mark.parametrize("group", ["business", "office", "private", "other"])
def test_then_the_first_group_that_has_an_address(group: str) -> None:
    order = list(MAILS)
    left = {name: MAILS[name] for name in order[order.index(group) :]}
    found = parse_contact(with_people(speaker(emailAddress=""), emailAddresses=left)).debtor
    assert found.email == MAILS[group][0]


def test_of_several_contact_persons_without_a_primary_one_none_is_chosen() -> None:
    people = [speaker(primary=False), speaker(primary=False, lastName="Zweite")]
    debtor = parse_contact(with_people(*people, emailAddresses=MAILS)).debtor
    assert (debtor.email, debtor.salutation) == ("rechnung@muster.example", "")


def test_the_only_contact_person_is_chosen_without_being_marked() -> None:
    debtor = parse_contact(with_people(speaker(primary=False))).debtor
    assert (debtor.email, debtor.phone) == ("ada@muster.example", "030 1")


def test_an_unusable_address_gives_way_to_the_next() -> None:
    contact = parse_contact(
        with_people(speaker(emailAddress="ada(at)muster"), emailAddresses=MAILS)
    )
    assert contact.debtor.email == "rechnung@muster.example"
    assert contact.problems == ()


def test_when_none_is_usable_the_letter_remains_and_it_is_said() -> None:
    contact = parse_contact(company(emailAddresses={"business": ["kein Eintrag"], "other": "x"}))
    assert contact.debtor.email == ""
    (problem,) = contact.problems
    assert problem.code == "contact_email_unusable"
    assert "„kein Eintrag“" in problem.message
    assert "berichtigen" in problem.message


@given(st.text(max_size=40))
def test_whatever_stands_there_is_never_sent_to_unless_it_is_one_address(written: str) -> None:
    found = parse_contact(company(emailAddresses={"business": [written]})).debtor.email
    assert found == "" or (found.count("@") == 1 and not any(c.isspace() for c in found))


def test_a_phone_number_is_taken_from_the_groups() -> None:
    numbers = {"fax": ["9"], "business": [], "mobile": ["0170 1"], "office": "x", "private": [5]}
    assert parse_contact(company(phoneNumbers=numbers)).debtor.phone == "0170 1"


# Form of address.


@pytest.mark.parametrize(
    ("salutation", "expected"),
    [
        ("Frau", "Sehr geehrte Frau Beispiel"),
        ("Herr", "Sehr geehrter Herr Beispiel"),
        ("Herrn", "Sehr geehrter Herr Beispiel"),
        ("Frau Dr.", "Sehr geehrte Frau Dr. Beispiel"),
        ("Herr Prof. Dr.", "Sehr geehrter Herr Prof. Dr. Beispiel"),
        ("Frau und Herr", ""),
        ("Firma", ""),
        ("Dr.", ""),
        ("Mr.", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_form_of_address_is_used_only_when_certain(
    salutation: str | None, expected: str
) -> None:
    assert parse_contact(person(salutation=salutation)).debtor.salutation == expected
    spoken = with_people(speaker(salutation=salutation))
    assert parse_contact(spoken).debtor.salutation == expected


def test_without_a_last_name_there_is_none() -> None:
    debtor = parse_contact(person(lastName=None)).debtor
    assert (debtor.name, debtor.salutation) == ("Ada", "")


# Type of debtor.


def _type(values: dict[str, Any]) -> tuple[DebtorType, str]:
    debtor = parse_contact(values).debtor
    return debtor.type, debtor.type_evidence


def test_a_legal_form_is_evidence() -> None:
    assert _type(company("Muster Bau GmbH")) == (
        DebtorType.BUSINESS,
        "Rechtsform im Namen: GmbH; in lexoffice als Firma angelegt",
    )


def test_a_vat_id_is_evidence_even_of_a_person() -> None:
    firm = company(company={"name": "Muster", "vatRegistrationId": "DE 999 999 999"})
    assert _type(firm) == (
        DebtorType.BUSINESS,
        "USt-IdNr. DE999999999; in lexoffice als Firma angelegt",
    )
    assert _type(person(vatRegistrationId="DE999999999")) == (
        DebtorType.BUSINESS,
        "USt-IdNr. DE999999999; in lexoffice als Person angelegt",
    )
    assert parse_contact(firm).debtor.vat_id == "DE999999999"


def test_a_company_without_either_says_that_it_is_unclear() -> None:
    kind, evidence = _type(company("Malerbetrieb Muster"))
    assert kind is DebtorType.BUSINESS
    assert evidence == (
        "in lexoffice als Firma angelegt, ohne Rechtsform und USt-IdNr. (Einzelunternehmen?)"
    )


def test_a_person_counts_as_consumer() -> None:
    assert _type(person()) == (DebtorType.UNKNOWN, "in lexoffice als Person angelegt")


@pytest.mark.parametrize(
    "name",
    [
        "Familie Muster",
        "Eheleute Muster",
        "Herr Max Muster",
        "WEG Musterstraße 3",
        "Erbengemeinschaft Muster",
        "Muster & Beispiel GbR",
    ],
)
def test_people_who_were_entered_as_a_company_count_as_consumers(name: str) -> None:
    kind, evidence = _type(company(name))
    assert kind is DebtorType.UNKNOWN
    assert "spricht aber auch für Verbraucher" in evidence


def test_a_word_inside_another_is_no_evidence_against_it() -> None:
    assert _type(company("Herrmann Wegbau"))[0] is DebtorType.BUSINESS


def test_an_archived_contact_says_so() -> None:
    assert _type(company(archived=True))[1].endswith("(in lexoffice archiviert)")
