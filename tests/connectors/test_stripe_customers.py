"""Customers of Stripe -> debtors: who they are, where they are reached, what waits for them (§3)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from stripe_rows import GONE, address, customer, euro, invoice, minor, tax_id, with_tax_ids

from connectors._values import FieldError
from connectors.stripe import doubts
from connectors.stripe.customers import (
    balances,
    completed,
    debtor_of_invoice,
    is_deleted,
    parse_customer,
    unusable_email,
)
from core.domain.model import Address, DebtorType
from core.domain.money import Money
from core.domain.records import DebtorRecord

HOME = Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg", "DE")


def test_a_customer_as_letters_and_mails_need_him() -> None:
    row = customer(phone="+49 40 123", metadata={"debitor": "10021"})
    assert parse_customer(row, number_key="debitor") == DebtorRecord(
        external_id="cus_1",
        account_label="10021",
        name="Muster Bau GmbH",
        address=HOME,
        email="buchhaltung@muster.example",
        phone="+49 40 123",
        type=DebtorType.BUSINESS,
        type_evidence="Rechtsform im Namen: GmbH",
    )
    assert parse_customer(row).account_label == ""
    assert parse_customer(row, number_key="kundennummer").account_label == ""


def test_nothing_but_an_id_is_enough() -> None:
    found = parse_customer({"id": "cus_9"})
    assert (found.name, found.email, found.address.is_postal) == ("Unbekannt", "", False)
    assert (found.type, found.type_evidence) == (DebtorType.UNKNOWN, "")


def test_who_has_only_an_email_is_called_by_it_and_gets_no_letter() -> None:
    found = parse_customer(customer(name=None))
    assert found.name == "buchhaltung@muster.example"
    assert not found.address.is_postal


def test_an_email_that_is_none_is_named() -> None:
    row = customer(email="siehe Akte")
    assert parse_customer(row).email == ""
    assert unusable_email(row) == "siehe Akte"
    assert unusable_email(customer()) == unusable_email(customer(email=None)) == ""
    problem = doubts.unusable_email(row, "siehe Akte")
    assert problem.code == "stripe_email_unusable"
    assert problem.where == "Muster Bau GmbH (cus_1) email"
    assert "„siehe Akte“ ist keine E-Mail-Adresse" in problem.message


def test_a_deleted_customer_is_none() -> None:
    row = {"id": "cus_1", "object": "customer", "deleted": True}
    assert is_deleted(row)
    assert not is_deleted(customer())
    with pytest.raises(FieldError, match="deleted"):
        parse_customer(row)
    with pytest.raises(FieldError, match="id: fehlt"):
        parse_customer(customer(id=None))


@pytest.mark.parametrize(
    ("locales", "language"),
    [
        (["de"], "de"),
        (["de-AT", "en"], "de"),
        (["en-GB", "de"], "en"),
        (["fr", "de"], "de"),
        (["fr"], "en"),
        ([], "de"),
        (None, "de"),
    ],
)
def test_the_language_is_the_first_that_there_are_letters_in(locales: Any, language: str) -> None:
    assert parse_customer(customer(preferred_locales=locales)).language == language


# Tax ids: business or consumer, and with which certainty.


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [tax_id("eu_vat", "DE123456789", "verified")],
            "USt-IdNr. DE123456789 (eu_vat, von Stripe bestätigt)",
        ),
        (
            [tax_id("eu_vat", "DE 123 456 789")],
            "USt-IdNr. DE123456789 (eu_vat, von Stripe noch nicht geprüft)",
        ),
        (
            [tax_id("ch_vat", "CHE-123.456.788MWST", "unavailable")],
            "USt-IdNr. CHE-123.456.788MWST (ch_vat, von Stripe nicht prüfbar)",
        ),
        ([tax_id("gb_vat", "GB123456789", None)], "USt-IdNr. GB123456789 (gb_vat, nicht geprüft)"),
        (
            [tax_id("gb_vat", "GB123456789"), tax_id("eu_vat", "DE123456789")],
            "USt-IdNr. DE123456789 (eu_vat, von Stripe noch nicht geprüft)",
        ),
        (
            [tax_id("eu_vat", "DE123456789"), tax_id("gb_vat", "GB123456789", "verified")],
            "USt-IdNr. GB123456789 (gb_vat, von Stripe bestätigt)",
        ),
    ],
)
def test_a_registration_for_vat_speaks_for_a_business(rows: list[Any], told: str) -> None:
    found = parse_customer(with_tax_ids(*rows, name="Erika Muster"))
    assert (found.type, found.type_evidence) == (DebtorType.BUSINESS, told)


def test_only_a_vat_id_of_the_union_is_kept_as_one() -> None:
    both = with_tax_ids(tax_id("ch_vat", "CHE-1", "verified"), tax_id("eu_vat", "DE123456789"))
    assert parse_customer(both).vat_id == "DE123456789"
    assert parse_customer(with_tax_ids(tax_id("ch_vat", "CHE-1"))).vat_id == ""


def test_a_vat_id_that_stripe_could_not_confirm_speaks_for_nothing() -> None:
    refuted = tax_id("eu_vat", "DE999999999", "unverified")
    person = parse_customer(with_tax_ids(refuted, name="Erika Muster"))
    assert (person.type, person.vat_id) == (DebtorType.UNKNOWN, "")
    assert person.type_evidence == "USt-IdNr. DE999999999 konnte Stripe nicht bestätigen"
    company = parse_customer(with_tax_ids(refuted))
    assert company.type is DebtorType.BUSINESS
    assert company.type_evidence.startswith("Rechtsform im Namen: GmbH; USt-IdNr. DE999999999")


def test_a_tax_number_is_no_evidence() -> None:
    """Consumers have a Steuernummer, too."""
    rows = [tax_id("de_stn", "1234567890"), tax_id("eu_vat", "")]
    found = parse_customer(with_tax_ids(*rows, name="Erika Muster"))
    assert (found.type, found.type_evidence) == (DebtorType.UNKNOWN, "")


# From the invoice alone.


def test_a_deleted_customer_is_known_by_his_invoice_and_keeps_his_id() -> None:
    row = invoice(
        customer={"id": "cus_1", "deleted": True},
        customer_tax_ids=[{"type": "eu_vat", "value": "DE123456789"}],
        customer_phone="+49 40 123",
    )
    found = debtor_of_invoice(row)
    assert (found.external_id, found.name, found.address) == ("cus_1", "Muster Bau GmbH", HOME)
    assert (found.email, found.phone) == ("buchhaltung@muster.example", "+49 40 123")
    assert found.type_evidence == "USt-IdNr. DE123456789 (eu_vat, nicht geprüft)"
    assert found.vat_id == "DE123456789"
    problem = doubts.customer_missing(row)
    assert (problem.code, problem.where) == (
        "stripe_customer_missing",
        "Rechnung RE-0001 (in_1) customer",
    )


def test_without_any_customer_the_address_is_his_name() -> None:
    found = debtor_of_invoice(invoice(customer=None))
    assert found.external_id.startswith("one-time:")
    bare = debtor_of_invoice(
        invoice(customer=None, customer_name=None, customer_address=None, customer_email="weg")
    )
    assert (bare.external_id, bare.name, bare.email) == ("voucher:in_1", "Unbekannt", "")


def test_what_a_customer_lacks_stands_on_his_invoice() -> None:
    bare = parse_customer(customer(name=None, email=None, address=None))
    found = completed(bare, invoice(customer_phone="+49 40 123"))
    assert (found.name, found.address, found.email) == (
        "Muster Bau GmbH",
        HOME,
        "buchhaltung@muster.example",
    )
    assert (found.phone, found.type) == ("+49 40 123", DebtorType.BUSINESS)


def test_what_a_customer_has_now_wins() -> None:
    """The mail goes to the address of today, not to that of the invoice (§2)."""
    now = customer(email="neu@muster.example", name="Neue Muster AG")
    found = completed(parse_customer(now), invoice(customer_name="Muster Bau"))
    assert (found.email, found.name) == ("neu@muster.example", "Neue Muster AG")
    assert found.type_evidence == "Rechtsform im Namen: AG"


def test_a_name_of_the_invoice_completes_the_address_of_today() -> None:
    now = customer(name=None, address=address(line1="Neuer Weg 1"))
    found = completed(parse_customer(now), invoice())
    assert (found.name, found.address.street) == ("Muster Bau GmbH", "Neuer Weg 1")
    assert found.address.is_postal


def test_an_invoice_that_knows_nothing_completes_nothing() -> None:
    bare = invoice(customer_name=None, customer_email=None, customer_address=None)
    known = parse_customer(customer())
    assert completed(known, bare) == known
    nameless = parse_customer({"id": "cus_1"})
    assert completed(nameless, bare).name == "Unbekannt"
    mailed = parse_customer(customer(name=None, address=None))
    assert completed(mailed, bare).name == "buchhaltung@muster.example"


# Money that waits on his account (§0.9).


def cash(**amounts: Any) -> dict[str, Any]:
    return {"object": "cash_balance", "available": amounts or None, "customer": "cus_1"}


def test_a_transfer_that_pays_no_invoice_is_money_of_its_debtor() -> None:
    (line,) = balances(customer(cash_balance=cash(eur=minor("119"))))
    assert (line.external_id, line.amount, line.debtor) == ("cash:cus_1:eur", euro("119"), "cus_1")
    assert (line.on, line.payer) == (None, "Muster Bau GmbH")
    assert line.text == "Geld auf dem Kundenkonto in Stripe, keiner Rechnung zugeordnet"


def test_each_currency_is_a_line_of_its_own() -> None:
    row = customer(cash_balance=cash(jpy=5000, chf=minor("20"), eur=0))
    assert [(each.external_id, str(each.amount)) for each in balances(row)] == [
        ("cash:cus_1:chf", "20.00 CHF"),
        ("cash:cus_1:jpy", "5000 JPY"),
    ]


def test_a_negative_balance_is_a_credit_and_a_positive_one_a_debt() -> None:
    (line,) = balances(customer(balance=-minor("19")))
    assert (line.external_id, line.amount) == ("credit:cus_1:eur", euro("19"))
    assert line.text == "Guthaben des Kunden in Stripe, mit keiner Rechnung verrechnet"
    assert balances(customer(balance=minor("19"))) == ()


def test_the_same_credit_in_its_newer_field_counts_once() -> None:
    """``invoice_credit_balance`` has the opposite sign."""
    row = customer(balance=-minor("19"), invoice_credit_balance={"eur": minor("19"), "chf": 500})
    assert [(each.external_id, each.amount) for each in balances(row)] == [
        ("credit:cus_1:chf", Money(Decimal("5.00"), "CHF")),
        ("credit:cus_1:eur", euro("19")),
    ]


def test_cash_and_credit_are_two_lines() -> None:
    row = customer(balance=-500, cash_balance=cash(eur=700))
    assert [each.external_id for each in balances(row)] == ["cash:cus_1:eur", "credit:cus_1:eur"]


@pytest.mark.parametrize(
    "row",
    [
        customer(),
        customer(balance=GONE, currency=None),
        customer(cash_balance=None),
        customer(cash_balance=cash()),
        customer(cash_balance=cash(eur=None)),
        customer(invoice_credit_balance={"eur": -minor("19")}),
        {"id": "cus_1", "deleted": True},
    ],
)
def test_who_has_no_money_waiting_has_no_line(row: dict[str, Any]) -> None:
    assert balances(row) == ()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"balance": "viel"}, "balance"),
        ({"balance": -500, "currency": None}, "currency"),
        ({"cash_balance": cash(eur="viel")}, "cash_balance.available.eur"),
        ({"cash_balance": cash(euro=500)}, "cash_balance.available"),
        ({"invoice_credit_balance": {"eur": True}}, "invoice_credit_balance.eur"),
    ],
)
def test_a_balance_that_cannot_be_read_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as caught:
        balances(customer(**changes))
    assert caught.value.path == path
