"""Legal forms are found as whole words, and names of people are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.legal_form import assumed_type, legal_form, public_office
from core.domain.model import DebtorType


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Muster GmbH", "GmbH"),
        ("MUSTER GMBH", "GmbH"),
        ("Muster gmbh, Köln", "GmbH"),
        ("Muster-GmbH", "GmbH"),
        ("Muster G.m.b.H.", "GmbH"),
        ("Muster Ges.m.b.H.", "GmbH"),
        ("Muster Gesellschaft mit beschränkter Haftung", "GmbH"),
        ("Muster Bauges. mbH", "GmbH"),
        ("Muster gGmbH", "gGmbH"),
        ("Muster UG (haftungsbeschränkt)", "UG"),
        ("Muster Unternehmergesellschaft (haftungsbeschränkt)", "UG"),
        ("Muster AG", "AG"),
        ("MUSTER AG", "AG"),
        ("Muster Aktiengesellschaft", "AG"),
        ("Muster SE", "SE"),
        ("Muster KG", "KG"),
        ("Muster & Co. KG", "KG"),
        ("Muster GmbH & Co. KG", "GmbH & Co. KG"),
        ("Muster GmbH & Co KG", "GmbH & Co. KG"),
        ("Muster GmbH&Co.KG", "GmbH & Co. KG"),
        ("Muster UG (haftungsbeschränkt) & Co. KG", "UG & Co. KG"),
        ("Muster SE & Co. KGaA", "SE & Co. KGaA"),
        ("Muster KGaA", "KGaA"),
        ("Muster OHG", "OHG"),
        ("Muster oHG", "OHG"),
        ("Muster eG", "eG"),
        ("Muster Wohnungsgenossenschaft", "eG"),
        ("Max Muster e.K.", "e.K."),
        ("Max Muster e. K.", "e.K."),
        ("Max Muster eK", "e.K."),
        ("Max Muster e.Kfm.", "e.Kfm."),
        ("Erika Muster e. Kfr.", "e.Kfr."),
        ("Herrn Max Muster e.K.", "e.K."),
        ("Dr. Muster & Partner PartG mbB", "PartG"),
        ("Muster Rechtsanwälte PartGmbB", "PartG mbB"),
        ("Muster Partnerschaft mbB", "PartG mbB"),
        ("Muster Ltd.", "Ltd."),
        ("Muster Limited", "Ltd."),
        ("Muster S.A.", "S.A."),
        ("Muster SA", "S.A."),
        ("Muster SARL", "S.à r.l."),
        ("Muster S.à r.l.", "S.à r.l."),
        ("Muster Sàrl", "S.à r.l."),
        ("Muster B.V.", "B.V."),
        ("Muster BV", "B.V."),
        ("Muster S.p.A.", "S.p.A."),
        ("Muster Sp. z o.o.", "Sp. z o.o."),
        ("Max Muster e.U.", "e.U."),
        ("Muster OG", "OG"),
        ("Muster e.V.", "e.V."),
        ("Turnverein Muster e. V.", "e.V."),
        ("Muster Kulturstiftung", "Stiftung"),
        ("Stiftung Muster", "Stiftung"),
        ("Klinikum Muster AöR", "AöR"),
        # Not evidence: people, places, initials, and what consumers can be.
        ("Erika Muster", ""),
        ("Frau Kegel", ""),
        ("Ag Muster", ""),
        ("AG Muster", ""),
        ("Lagerhaus Agnes", ""),
        ("Seb Seele", ""),
        ("KIM SE", ""),
        ("Frau Kim SE", ""),
        ("Frau Erika Muster, Muster GmbH", ""),  # perhaps where she works
        ("WEG Musterstraße 5", ""),  # consumers own flats (BGH, VIII ZR 243/13)
        ("Muster, S. A.", ""),
        ("E.K. Muster", ""),
        ("Muster E.V.", ""),
        ("Max Muster, 2. OG", ""),
        ("Max Muster 1 UG", ""),
        ("Muster EG", ""),
        ("Schach-AG", ""),
        ("Wellness & Spa Muster", ""),
        ("Muster und Beispiel GbR", ""),
        ("Muster GmbH und Erika Beispiel GbR", ""),
        ("Muster & Beispiel eGbR", ""),
        ("Erika Muster c/o Beispiel GmbH", ""),
        ("Ingmbh Muster", ""),
        ("", ""),
    ],
)
def test_form(name: str, form: str) -> None:
    assert legal_form(name) == form


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("Stadt Musterhausen", "Stadt"),
        ("Gemeinde Musterdorf", "Gemeinde"),
        ("Evangelische Kirchengemeinde Musterdorf", "Kirchengemeinde"),
        ("FINANZAMT MUSTERHAUSEN", "FINANZAMT"),
        ("Frau Stadt Muster", ""),
        ("Stadt", ""),
        ("Anna Muster Universität Musterhausen", ""),
        ("Stadtler Muster", ""),
    ],
)
def test_office(name: str, office: str) -> None:
    assert public_office(name) == office


@pytest.mark.parametrize(
    ("name", "vat_id", "type_", "evidence"),
    [
        ("Erika Muster", "DE123456789", DebtorType.BUSINESS, "USt-IdNr. DE123456789"),
        ("Muster GmbH", "", DebtorType.BUSINESS, "Rechtsform im Namen: GmbH"),
        (
            "Muster e.V.",
            "",
            DebtorType.BUSINESS,
            "Rechtsform im Namen: e.V. (keine natürliche Person, § 13 BGB)",
        ),
        (
            "Stadt Musterhausen",
            "",
            DebtorType.BUSINESS,
            "Öffentliche Stelle: Stadt (keine natürliche Person, § 13 BGB)",
        ),
        ("Erika Muster", "", DebtorType.UNKNOWN, ""),
    ],
)
def test_assumed(name: str, vat_id: str, type_: DebtorType, evidence: str) -> None:
    assert assumed_type(name, vat_id) == (type_, evidence)


# No letters that make a form of any word: "Mohgstiftung" is one.
_letters = st.text(
    st.characters(whitelist_categories=("Lu", "Ll")), min_size=1, max_size=12
).filter(lambda text: not text.lower().endswith(("stiftung", "genossenschaft", "kdör", "aör")))


@given(before=_letters, after=_letters)
def test_a_form_inside_of_a_word_is_none(before: str, after: str) -> None:
    assert legal_form(f"Erika {before}ohg{after}") == ""


@given(st.text(max_size=40))
def test_no_name_is_too_odd(name: str) -> None:
    assert (assumed_type(name).type is DebtorType.BUSINESS) == bool(assumed_type(name).evidence)
