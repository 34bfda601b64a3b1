"""Who looks like one customer on two platforms, and who only looks like it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from core.domain.model import Address, ConnectionId, Debtor, DebtorId
from core.domain.same_debtor import Sign, Strength, similarity, suggest

HOME = Address("", (), "Musterstraße 5", "10115", "Berlin")


def debtor(id_: int, name: str, connection: int = 1, address: Address = HOME, **more) -> Debtor:
    return Debtor(
        DebtorId(id_), ConnectionId(connection), more.pop("external_id", str(id_)), name, address,
        **more,
    )  # fmt: skip


FIRM = debtor(1, "Muster Maschinenbau GmbH", vat_id="DE 111 111 117")


@pytest.mark.parametrize(
    ("other", "strength", "best"),
    [
        ({"vat_id": "DE111111117"}, Strength.STRONG, Sign.VAT_ID),
        ({"iban": "DE02120300000000202051"}, Strength.STRONG, Sign.IBAN),
        ({"email": "Erika@Muster.example"}, Strength.STRONG, Sign.EMAIL),
        ({}, Strength.LIKELY, Sign.NAME),
        ({"address": replace(HOME, street="Musterstr. 5")}, Strength.LIKELY, Sign.NAME),
        ({"address": replace(HOME, street="")}, Strength.LIKELY, Sign.NAME),
        ({"address": Address()}, Strength.WEAK, Sign.NAME),
        ({"address": replace(HOME, street="Am Hang 5")}, Strength.WEAK, Sign.NAME),
        ({"name": "Beispiel Bau GmbH"}, Strength.NONE, Sign.OTHER_NAME),
    ],
    ids=[
        "vat", "iban", "mail", "name-address", "street-short", "name-place", "name-only",
        "firm-elsewhere", "neighbour",
    ],
)  # fmt: skip
def test_strength_follows_the_best_sign(other: dict, strength: Strength, best: Sign) -> None:
    """Given a firm as sevDesk knows it, when DATEV has a similar one, then so sure are we."""
    first = replace(FIRM, iban="DE02 1203 0000 0000 2020 51", email="erika@muster.example")
    known = {"name": "Muster Maschinenbau GmbH", **other}

    alike = similarity(first, debtor(2, known.pop("name"), 2, **known))

    assert (alike.strength, alike.reasons[0]) == (strength, best)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Erika Muster", "Muster, Erika"),
        ("Müller & Söhne GmbH", "MUELLER UND SOEHNE GmbH"),
        ("Firma Beispiel Bau e. K.", "Beispiel-Bau e.K."),
        ("Muster Gesellschaft mit beschränkter Haftung", "Muster GmbH"),
        ("Dr. Erika Muster", "Frau Erika Muster"),
    ],
    ids=["order", "umlauts", "dots", "long-form", "titles"],
)
def test_the_same_name_written_otherwise_is_the_same_name(name: str, other: str) -> None:
    alike = similarity(debtor(1, name), debtor(2, other, 2))
    assert alike.reasons == (Sign.NAME, Sign.ADDRESS)
    assert alike.recognised


def test_two_vat_ids_are_two_firms_whatever_else_agrees() -> None:
    """Given one mailbox, one bank account and one name but two VAT ids, then never."""
    shared = {"iban": "DE02120300000000202051", "email": "info@muster.example"}
    a = debtor(1, "Muster GmbH", vat_id="DE111111117", **shared)
    b = debtor(2, "Muster GmbH", 2, vat_id="DE222222224", **shared)

    assert similarity(a, b).score == 0
    assert similarity(a, b).reasons == (Sign.OTHER_VAT_ID,)
    assert not similarity(a, b).recognised
    assert suggest([a, b]) == []


def test_spouses_with_one_account_and_mailbox_are_never_a_strong_suggestion() -> None:
    shared = {"iban": "DE02120300000000202051", "email": "familie@muster.example"}
    erika, max_ = debtor(1, "Erika Muster", **shared), debtor(2, "Max Muster", 2, **shared)
    alike = similarity(erika, max_)
    assert alike.strength is Strength.LIKELY
    assert Sign.OTHER_NAME in alike.reasons


def test_the_general_partner_is_not_the_partnership() -> None:
    """„Muster GmbH“ and „Muster GmbH & Co. KG“ at one address are two legal persons."""
    alike = similarity(debtor(1, "Muster GmbH"), debtor(2, "Muster GmbH & Co. KG", 2))
    assert alike.reasons[0] is Sign.OTHER_FORM
    assert not alike.recognised
    assert alike.score == 0


def test_a_namesake_in_another_town_is_a_stranger() -> None:
    away = Address("", (), "Ring 1", "80331", "München")
    assert similarity(debtor(1, "Erika Muster"), debtor(2, "Erika Muster", 2, away)).score == 0


def test_a_company_group_with_one_vat_id_is_looked_at_one_by_one() -> None:
    shared = {"vat_id": "DE111111117"}
    alike = similarity(
        debtor(1, "Muster Holding AG", **shared), debtor(2, "Beispiel Logistik GmbH", 2, **shared)
    )
    assert alike.strength is Strength.LIKELY


def test_what_is_no_vat_id_contradicts_nothing() -> None:
    a = debtor(1, "Muster GmbH", vat_id="12/345/67890")
    assert similarity(a, debtor(2, "Muster GmbH", 2, vat_id="DE111111117")).score >= 80


def test_a_mailbox_of_many_debtors_suggests_nobody() -> None:
    """Given a property manager with six owners, then his mailbox makes them no customer."""
    shared = {"address": Address(), "email": "max@beispiel.example"}
    names = ("Muster", "Beispiel", "Probe", "Vorlage", "Skizze", "Entwurf")
    owners = [debtor(n, f"Erika {name}", n % 2, **shared) for n, name in enumerate(names)]
    assert suggest(owners) == []
    assert [s.likeness.strength for s in suggest(owners[:2])] == [Strength.LIKELY]


def test_a_role_mailbox_is_no_sign_where_the_names_differ() -> None:
    shared = {"address": Address(), "email": "rechnung@beispiel.example"}
    assert suggest([debtor(1, "Erika Muster", **shared), debtor(2, "Max Probe", 2, **shared)]) == []


def test_three_accounts_of_one_customer_make_two_suggestions() -> None:
    found = suggest([replace(FIRM, id=DebtorId(n), connection=ConnectionId(n)) for n in (1, 2, 3)])
    assert [(s.debtor, s.other) for s in found] == [(1, 2), (1, 3)]


def test_only_other_connections_are_suggested_and_nobody_made_for_one_document() -> None:
    twice = replace(FIRM, id=DebtorId(2))
    once = replace(FIRM, id=DebtorId(3), connection=ConnectionId(2), external_id="voucher:9")
    assert suggest([FIRM, twice, once]) == []


def test_what_is_kept_apart_or_linked_is_not_suggested_again() -> None:
    other = replace(FIRM, id=DebtorId(2), connection=ConnectionId(2))
    assert len(suggest([FIRM, other])) == 1
    assert suggest([FIRM, other], apart=[(DebtorId(2), DebtorId(1))]) == []
    assert suggest([FIRM, other], heads={DebtorId(2): DebtorId(1)}) == []


def test_no_detour_joins_what_a_person_keeps_apart() -> None:
    """Given 1 and 3 are kept apart and both look like 2, then only one of them is suggested."""
    three = [replace(FIRM, id=DebtorId(n), connection=ConnectionId(n)) for n in (1, 2, 3)]
    found = suggest(three, apart=[(DebtorId(1), DebtorId(3))])
    assert [(s.debtor, s.other) for s in found] == [(1, 2)]


def test_similarity_is_the_same_from_both_sides() -> None:
    others = [debtor(2, "Muster Maschinen GmbH", 2), debtor(3, "E. Muster", 2), debtor(4, "", 2)]
    for other in others:
        assert similarity(FIRM, other) == similarity(other, FIRM)


def test_four_thousand_debtors_are_not_compared_with_each_other() -> None:
    """Sixteen million comparisons would take minutes."""
    many = [
        debtor(n, f"Muster {n // 2} GmbH", n % 2, replace(HOME, street=f"Weg {n // 2}"))
        for n in range(4000)
    ]
    began = time.process_time()
    assert len(suggest(many)) == 2000
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("other", "best", "recognised"),
    [
        ("Muster Maschinenbau Nord GmbH", Sign.LIKE_NAME, True),
        ("Muster Maschinenbau Nord AG", Sign.OTHER_FORM, False),
        ("M. Maschinenbau GmbH", Sign.LIKE_NAME, True),
        ("Muster Maschinenbau 2 GmbH", Sign.LIKE_NAME, True),
    ],
    ids=["long", "long-other-form", "initial", "number"],
)
def test_a_short_form_of_the_name_is_less_than_the_name(
    other: str, best: Sign, recognised: bool
) -> None:
    """At the same address, where the name itself would be nearly certain."""
    alike = similarity(FIRM, debtor(2, other, 2))
    assert alike.reasons[0] is best
    assert alike.score < similarity(FIRM, debtor(2, FIRM.name, 2)).score
    assert bool(alike.score) == recognised


@pytest.mark.parametrize(
    "there",
    [
        replace(HOME, street="Musterstraße 7"),
        replace(HOME, country="AT"),
        replace(HOME, postcode="", city="Wien"),
    ],
    ids=["house", "country", "town"],
)
def test_a_namesake_next_door_or_abroad_is_no_neighbour_of_ours(there: Address) -> None:
    alike = similarity(debtor(1, "Erika Muster"), debtor(2, "Erika Muster", 2, there))
    assert (alike.score, alike.reasons) == (0, (Sign.NAME, Sign.OTHER_ADDRESS))


def test_without_a_name_only_the_address_can_be_the_same() -> None:
    nameless = [debtor(n, "", n) for n in (1, 2)]
    assert suggest(nameless) == []
