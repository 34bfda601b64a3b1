"""Contacts of sevDesk -> debtors: swapped names, recipient, address, evidence of the type (§4)."""

from __future__ import annotations

from typing import Any

import pytest
from sevdesk_rows import GONE, company, contact_address, person, ref, way

from connectors._values import FieldError
from connectors.sevdesk.contacts import Directory, by_contact, days_to_pay, parse_contact
from core.domain.model import Address, DebtorType
from core.domain.records import DebtorRecord

HOME = Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg")


def parsed(row: dict[str, Any], directory: Directory | None = None) -> DebtorRecord:
    return parse_contact(row, directory).debtor


def mails(*rows: dict[str, Any], contacts: tuple[dict[str, Any], ...] = ()) -> Directory:
    return Directory(ways=by_contact(rows), contacts={row["id"]: row for row in contacts})


# Who he is.


def test_a_company_with_all_that_stands_beside_it() -> None:
    around = Directory(
        by_contact([way("rechnung@muster.example", key=ref("8", "CommunicationWayKey"))]),
        by_contact([contact_address()]),
        by_contact([{"id": "801", "contact": ref("501", "Contact"), "debitorNumber": "10001"}]),
    )
    row = company(vatNumber="DE 000 000 000", bankAccount="de02 1203 0000 0000 2020 51")
    assert parsed(row, around) == DebtorRecord(
        external_id="Contact:501",
        account_label="10001",
        name="Muster Bau GmbH",
        address=HOME,
        email="rechnung@muster.example",
        type=DebtorType.BUSINESS,
        type_evidence="USt-IdNr. DE000000000; in sevDesk als Firma angelegt",
        vat_id="DE000000000",
        iban="DE02120300000000202051",
    )


def test_surename_is_the_first_name_and_familyname_the_last() -> None:
    debtor = parsed(person())
    assert debtor.name == "Erika Beispiel"
    assert debtor.salutation == "Sehr geehrte Frau Beispiel"
    assert (debtor.type, debtor.type_evidence) == (
        DebtorType.UNKNOWN,
        "in sevDesk als Person angelegt",
    )


@pytest.mark.parametrize(
    ("changes", "salutation"),
    [
        ({"gender": "m", "academicTitle": "Dr."}, "Sehr geehrter Herr Dr. Beispiel"),
        ({"gender": "male"}, "Sehr geehrter Herr Beispiel"),
        ({"gender": None, "titel": "Frau"}, "Sehr geehrte Frau Beispiel"),
        ({"gender": None}, ""),
        ({"gender": "d"}, ""),
        ({"gender": "w", "academicTitle": "Kommerzienrätin"}, ""),
        ({"familyname": None}, ""),
    ],
)
def test_nobody_is_greeted_by_a_form_of_address_that_is_not_certain(
    changes: dict[str, Any], salutation: str
) -> None:
    assert parsed(person(**changes)).salutation == salutation


def test_a_title_belongs_to_the_name() -> None:
    assert parsed(person(academicTitle="Dr.")).name == "Dr. Erika Beispiel"


def test_the_customer_number_stands_in_for_the_number_in_the_books() -> None:
    without = {"id": "801", "contact": ref("501", "Contact"), "debitorNumber": None}
    assert parsed(company(), Directory(accounts=by_contact([without]))).account_label == "1001"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": GONE}, "id"),
        ({"name": None}, "name"),
        ({"name": " ", "academicTitle": "Dr."}, "name"),
    ],
)
def test_without_id_or_name_it_is_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as refused:
        parsed(company(**changes))
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("row", "kind", "evidence"),
    [
        (
            company(),
            DebtorType.BUSINESS,
            "Rechtsform im Namen: GmbH; in sevDesk als Firma angelegt",
        ),
        (
            company(name="Nordlicht Muster"),
            DebtorType.BUSINESS,
            "in sevDesk als Firma angelegt, ohne Rechtsform und USt-IdNr. (Einzelunternehmen?)",
        ),
        (
            company(name="Familie Muster"),
            DebtorType.UNKNOWN,
            "in sevDesk als Firma angelegt; der Name spricht aber auch für Verbraucher",
        ),
        (
            company(name="Bauhof Nord", governmentAgency="1"),
            DebtorType.BUSINESS,
            "Öffentliche Stelle: in sevDesk als Behörde angelegt (keine natürliche Person, § 13 BGB)",
        ),
        (
            person(vatNumber="DE000000000", governmentAgency="1"),
            DebtorType.BUSINESS,
            "USt-IdNr. DE000000000; in sevDesk als Person angelegt",
        ),
    ],
    ids=["form", "sole", "family", "office", "person with VAT id"],
)
def test_consumer_or_business_by_evidence(
    row: dict[str, Any], kind: DebtorType, evidence: str
) -> None:
    assert (parsed(row).type, parsed(row).type_evidence) == (kind, evidence)


@pytest.mark.parametrize("written", [None, "", "12345678", "Sparkasse", "DE02"])
def test_what_is_no_iban_is_none(written: str | None) -> None:
    assert parsed(company(bankAccount=written)).iban == ""


def test_days_to_pay() -> None:
    assert days_to_pay(company(defaultTimeToPay="30")) == 30
    assert days_to_pay(company()) is None


# Recipient: invoice address, main, first, the organisation behind a person, none.

BILLING = way("rechnung@muster.example", id="703", key=ref("8", "CommunicationWayKey"))
MAIN = way("haupt@muster.example", id="702", main="1")
FIRST = way("erste@muster.example", id="701")
FIRM = way("firma@muster.example", contact="500", id="699")
PHONE = way("040 1", id="690", type="PHONE")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([FIRST, MAIN, BILLING, FIRM], "rechnung@muster.example"),
        ([FIRST, MAIN, FIRM], "haupt@muster.example"),
        ([FIRST, FIRM], "erste@muster.example"),
        ([FIRM, PHONE], "firma@muster.example"),
        ([PHONE], ""),
        ([way("", id="701"), MAIN], "haupt@muster.example"),
        ([BILLING | {"value": "kein @ ding"}, FIRST], "erste@muster.example"),
    ],
)
def test_the_recipient_in_this_order(rows: list[dict[str, Any]], expected: str) -> None:
    firm = company(id="500", name="Muster Holding")
    around = mails(*rows, contacts=(firm,))
    found = parse_contact(company(parent=ref("500", "Contact")), around)
    assert (found.debtor.email, found.problems) == (expected, ())


def test_the_first_of_several_is_the_oldest_whatever_the_order_of_the_list() -> None:
    rows = [way("zehn@muster.example", id="1000"), way("neun@muster.example", id="999")]
    assert parsed(company(), mails(*rows)).email == "neun@muster.example"


def test_an_address_that_cannot_be_used_is_said_once() -> None:
    found = parse_contact(company(), mails(way("siehe Akte")))
    assert found.debtor.email == ""
    assert [each.code for each in found.problems] == ["customer_email_unusable"]
    assert "siehe Akte" in found.problems[0].message


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([PHONE], "040 1"),
        ([PHONE, way("0170 1", id="691", type="MOBILE", main="1")], "0170 1"),
        ([way("0170 1", id="689", type="MOBILE"), PHONE], "040 1"),
        ([way("", type="PHONE")], ""),
        ([FIRST], ""),
    ],
)
def test_the_phone(rows: list[dict[str, Any]], expected: str) -> None:
    assert parsed(company(), mails(*rows)).phone == expected


def test_rows_without_a_contact_belong_to_nobody() -> None:
    assert by_contact([way("a@b.example", contact="")]) == {}


# Address.


def placed(row: dict[str, Any], *rows: dict[str, Any], **more: Any) -> Address:
    return parsed(row, Directory(addresses=by_contact(rows), **more)).address


def test_the_invoice_address_goes_before_the_first() -> None:
    work = contact_address(id="600", street="Werkstr. 1", category=ref("43", "Category"))
    assert placed(company(), work, contact_address()) == HOME
    assert placed(company(), work).street == "Werkstr. 1"


def test_more_lines_of_name_stand_once() -> None:
    address = contact_address(name="Muster Bau", name2="Einkauf", name3="Muster Bau")
    assert placed(company(name2="Einkauf"), address).lines == ("Einkauf",)


def test_without_an_address_there_is_a_name() -> None:
    assert placed(company()) == Address("Muster Bau GmbH")


def test_a_person_is_reached_at_her_organisation() -> None:
    row = person(parent=ref("501", "Contact"))
    around = {"contacts": {"501": company()}}
    firm = contact_address(name="Muster Bau GmbH")
    assert placed(row, firm, **around) == Address(
        "Erika Beispiel", ("Muster Bau GmbH",), "Beispielweg 7", "20095", "Hamburg"
    )
    own = contact_address("502", street="Privatweg 1", name=None)
    assert placed(row, firm, own, **around).street == "Privatweg 1"


def test_the_country_is_never_guessed() -> None:
    abroad = contact_address(country=ref("12", "StaticCountry"))
    found = parse_contact(company(), Directory(addresses=by_contact([abroad])))
    assert found.debtor.address.country == ""
    assert [each.code for each in found.problems] == ["customer_country_unknown"]
    assert placed(company(), abroad, countries={"12": "AT"}).country == "AT"
    assert placed(company(), contact_address(country=GONE)).country == "DE"
    assert placed(company(), contact_address(country={"id": "12", "code": "ch"})).country == "CH"
