"""Debitoren, Zahlungsbedingungen and Diverse Adressen (datev.md §§3, 3.1)."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.model import Address, DebtorType
from core.domain.records import TermPeriod
from sandbox.datev_writer import Office, write_terms

FIRM = {
    1: "10001", 2: "Muster Bau", 7: "2", 15: "STR", 16: "Musterweg 1", 18: "90402",
    19: "Nürnberg", 20: "DE",
}  # fmt: skip
PERSON = {1: "10002", 4: "Beispiel", 5: "Erika", 7: "1", 12: "Dr.", 16: "Weg 2", 19: "Fürth"}


def _firm(**more: str) -> dict[int, str]:
    return FIRM | {int(key[1:]): value for key, value in more.items()}


def test_address_and_contact(debtors) -> None:
    row = _firm(c22="Hinterhaus", c24="c/o Beispiel", c29="0911 1", c33="a@muster.example")
    (found,) = debtors(row).debtors
    assert found.address == Address(
        "Muster Bau", ("Hinterhaus", "c/o Beispiel"), "Musterweg 1", "90402", "Nürnberg", "DE"
    )
    assert (found.external_id, found.account_label) == ("100010000", "10001")
    assert (found.phone, found.email, found.row) == ("0911 1", "a@muster.example", 3)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (FIRM, "Muster Bau"),
        (PERSON, "Dr. Erika Beispiel"),
        (_firm(c7="1"), "Muster Bau"),  # the name sits in the field of another type
        (PERSON | {7: "2"}, "Dr. Erika Beispiel"),
        (_firm(c2="", c6="Ohne Angabe", c7="0"), "Ohne Angabe"),
        (_firm(c2="", c8="Kurz"), "Kurz"),
        (PERSON | {13: "Gräfin", 14: "von"}, "Dr. Erika Gräfin von Beispiel"),
    ],
)
def test_name_by_address_type(debtors, row, name) -> None:
    assert debtors(row).debtors[0].name == name


@pytest.mark.parametrize(
    ("more", "street"),
    [
        ({"c15": "PF", "c17": "12 34"}, "Postfach 12 34"),
        ({"c16": "", "c17": "12 34"}, "Postfach 12 34"),
        ({"c17": "12 34"}, "Musterweg 1"),
        ({"c15": "PF", "c17": "Postfach 5"}, "Postfach 5"),
    ],
)
def test_po_box(debtors, more, street) -> None:
    address = debtors(_firm(**more)).debtors[0].address
    assert (address.street, address.is_postal) == (street, True)


@pytest.mark.parametrize(
    ("more", "postal"),
    [
        ({"c15": "STR"}, True),
        ({"c15": "STR", "c16": ""}, False),
        ({"c15": "", "c16": ""}, False),
        ({"c15": "STR", "c16": "", "c22": "2. Stock"}, False),
        ({"c15": "PF", "c16": "", "c17": "12 34"}, True),
        ({"c15": "GK", "c16": ""}, True),  # Großempfänger: their postcode is the address
        ({"c15": "GK", "c16": "", "c18": ""}, False),
        ({"c15": "GK", "c16": "", "c19": ""}, False),
    ],
)
def test_a_letter_can_go_where_the_post_finds_the_recipient(debtors, more, postal) -> None:
    assert debtors(_firm(**more)).debtors[0].address.is_postal is postal


def test_a_postcode_that_lost_its_zero_stays_a_postcode_of_their_own(debtors) -> None:
    row = _firm(c15="GK", c16="", c18="1054", c19="Dresden", c20="DE")
    address = debtors(row).debtors[0].address
    assert (address.postcode, address.own_postcode, address.is_postal) == ("01054", True, True)


@pytest.mark.parametrize(
    ("more", "street", "code"),
    [
        ({"c27": "01012012"}, "Musterweg 1", None),
        ({"c28": "31122027"}, "Musterweg 1", None),
        ({"c28": "31122024"}, "", "address_expired"),
        ({"c27": "01012027"}, "", "address_expired"),
        ({"c28": "31122024", "c154": "Neuweg 2", "c157": "Fürth"}, "Neuweg 2", None),
    ],
)
def test_only_an_address_valid_on_the_day_of_the_export_is_used(
    debtors, more, street, code
) -> None:
    result = debtors(_firm(**more))  # written on 1 January 2026
    assert result.debtors[0].address.street == street
    assert [p.code for p in result.problems] == ([code] if code else [])


@pytest.mark.parametrize(
    ("row", "type_", "evidence"),
    [
        (FIRM, DebtorType.BUSINESS, "Adressattyp 2"),
        (PERSON | {9: "DE", 10: "123456789"}, DebtorType.BUSINESS, "USt-IdNr. DE123456789"),
        (_firm(c7="", c2="Muster GmbH & Co. KG"), DebtorType.BUSINESS, "Rechtsform im Namen: GmbH"),
        (_firm(c7="0", c2="Muster e.K."), DebtorType.BUSINESS, "e.K."),
        (_firm(c7="", c2="Turnverein Muster e.V."), DebtorType.BUSINESS, "§ 13 BGB"),
        (PERSON, DebtorType.UNKNOWN, "natürliche Person"),
        # A person of that name, not the town: the books say so.
        (_firm(c7="1", c2="Stadt Anna"), DebtorType.UNKNOWN, "natürliche Person"),
        (_firm(c7="", c2="Muster und Beispiel GbR"), DebtorType.UNKNOWN, ""),
        (_firm(c7=""), DebtorType.UNKNOWN, ""),
        (_firm(c7="", c2="Lagerhaus Agnes"), DebtorType.UNKNOWN, ""),
    ],
)
def test_type_with_its_evidence(debtors, row, type_, evidence) -> None:
    (found,) = debtors(row).debtors
    assert found.type is type_
    assert evidence in found.type_evidence
    assert bool(found.type_evidence) == bool(evidence)


@pytest.mark.parametrize(
    ("text", "levels", "stopped"),
    [("", 0, False), ("0", 0, False), ("1", 1, False), ("2", 2, False), ("3", 3, False),
     ("4", 4, False), ("6", 6, False), ("7", 7, False), ("9", 0, True), ("5", 0, True)],
)  # fmt: skip
def test_mahnung(debtors, text, levels, stopped) -> None:
    result = debtors(_firm(c121=text))
    assert (result.debtors[0].allowed_levels, result.debtors[0].no_dunning) == (levels, stopped)
    assert [p.code for p in result.problems] == (["mahnung_unknown"] if text == "5" else [])


def test_flags(debtors) -> None:
    row = _firm(c221="1", c233="30062026", c133="8", c109="10", c110="21", c105="1", c107="2")
    (found,) = debtors(row).debtors
    assert (found.insolvent, found.blocked_until) == (True, date(2026, 6, 30))
    assert (found.direct_debit, found.collective, found.dun_in_base_currency) == (True, True, True)
    assert (found.term, found.due_days) == (10, 21)
    (plain,) = debtors(_firm(c133="9", c109="0", c110="0", c107="0")).debtors
    assert (plain.direct_debit, plain.term, plain.due_days) == (False, None, None)
    assert plain.dun_in_base_currency is False


def test_vat_id_with_the_country_repeated(debtors) -> None:
    assert debtors(_firm(c9="DE", c10="DE 123456789")).debtors[0].vat_id == "DE123456789"
    assert debtors(_firm(c9="", c10="ATU12345678")).debtors[0].vat_id == "ATU12345678"


@pytest.mark.parametrize(
    ("row", "salutation"),
    [
        (PERSON | {97: "Sehr geehrte Frau"}, "Sehr geehrte Frau Dr. Beispiel"),
        (_firm(c97="Sehr geehrte Frau"), ""),
        (PERSON | {97: "Liebe Erika,"}, "Liebe Erika"),
    ],
)
def test_salutation(debtors, row, salutation) -> None:
    assert debtors(row).debtors[0].salutation == salutation


@pytest.mark.parametrize(
    ("more", "attribute", "value", "code"),
    [
        ({"c101": "4"}, "language", "en", None),
        ({"c101": "5"}, "language", "de", "language_unknown"),
        ({"c33": "kein Konto"}, "email", "", "email_unusable"),
        ({"c33": "a@x.example;b@x.example"}, "email", "a@x.example", None),
        ({"c33": "a@x.example\nBcc: b@x.example"}, "email", "a@x.example", None),
        ({"c109": "zehn"}, "term", None, "number_invalid"),
        ({"c233": "bald"}, "blocked_until", date.max, "block_date_invalid"),
        ({"c2": ""}, "name", "", "name_missing"),
    ],
)
def test_doubtful_fields_are_reported(debtors, more, attribute, value, code) -> None:
    result = debtors(_firm(**more))
    assert getattr(result.debtors[0], attribute) == value
    assert [p.code for p in result.problems] == ([code] if code else [])


def test_a_postcode_that_lost_its_zero(debtors) -> None:
    lost, unsure = debtors(_firm(c18="1067"), _firm(c18="1067", c20="")).debtors
    assert (lost.address.postcode, unsure.address.postcode) == ("01067", "1067")


def test_suppliers_are_counted_and_wrong_accounts_refused(debtors) -> None:
    result = debtors(FIRM, FIRM | {1: "70001"}, FIRM | {1: "1001"}, FIRM | {1: "100011"})
    assert [d.account_label for d in result.debtors] == ["10001"]
    assert [(p.code, p.severity) for p in result.problems] == [
        ("account_length", "error"), ("account_length", "error"), ("creditors_skipped", "info"),
    ]  # fmt: skip


def test_longer_account_systems(debtors) -> None:
    (found,) = debtors(FIRM | {1: "1000100"}, office=Office(account_length=6)).debtors
    assert found.external_id == "100010000"


def test_payment_terms(read) -> None:
    result = read(
        write_terms(
            [
                {1: "10", 2: "14 Tage", 3: "1", 4: "200", 5: "8", 8: "14"},
                {1: "11", 2: "Tippfehler", 3: "1", 4: "2200", 8: "30"},
                {
                    1: "12",
                    2: "Perioden",
                    3: "2",
                    9: "15",
                    14: "31",
                    15: "0",
                    16: "31",
                    21: "15",
                    22: "1",
                },
                {1: "13", 2: "nichts", 3: "2"},
                {1: "zehn"},
            ]
        )
    )
    assert [(t.number, t.due_days) for t in result.terms] == [
        (10, 14),
        (11, 30),
        (12, None),
        (13, None),
    ]
    assert result.terms[2].periods == (TermPeriod(15, 31, 0), TermPeriod(31, 15, 1))
    assert [p.code for p in result.problems] == [
        "percent_implausible", "term_without_due", "number_invalid",
    ]  # fmt: skip
