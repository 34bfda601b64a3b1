"""What a user enters about a creditor: checked, and every refusal names the remedy."""

import pytest

from config.procedures import load_procedure
from core.domain.model import CreditorProfile
from core.errors import UsageError
from core.services.profile_check import (
    LAENDER,
    apply_fields,
    check_email,
    check_field,
    missing_for_letters,
)


@pytest.mark.parametrize("land", LAENDER)
def test_every_land_is_known_by_code_and_name(land):
    assert check_field("land", land.lower()) == land
    assert check_field("land", LAENDER[land]) == land


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("name", "  Muster GmbH ", "Muster GmbH"),
        ("name", "Mu\u0308ller", "Müller"),
        ("iban", "de02 1203 0000 0000 2020 51", "DE02120300000000202051"),
        ("iban", "", ""),
        ("bic", "byladem1001", "BYLADEM1001"),
        ("country", "at", "AT"),
        ("zone", "Europe/Vienna", "Europe/Vienna"),
        ("email", "Post@Muster.example", "Post@muster.example"),
        ("reply_to", "chef@buero.local", "chef@buero.local"),
        ("smtp_port", "465", "465"),
        ("smtp_security", "TLS", "tls"),
        ("letter_form", "a", "A"),
        ("language", "EN", "en"),
        ("managers", "Erika Beispiel, Max Muster", "Erika Beispiel, Max Muster"),
        ("governing_law", "AT", "at"),
        ("payment_terms_agreed", "ja", "date"),
        ("payment_terms_agreed", "zugang", "receipt"),
        ("payment_terms_agreed", "nein", "no"),
        ("payment_terms_agreed", "", "no"),
        ("consumer_notice_since", "01.03.2026", "2026-03-01"),
        ("consumer_notice_since", "nie", ""),
        ("consumer_notice_since", "", ""),
    ],
)
def test_what_is_stored(name, value, stored):
    assert check_field(name, value) == stored


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("name", " ", "leer"),
        ("iban", "DE02120300000000202052", "Prüfziffer"),
        ("iban", "DE0212030000000020205", "22 Stellen"),
        ("iban", "keine", "IBAN"),
        ("bic", "XX", "aus der IBAN"),
        ("country", "Deutschland", "DE"),
        ("land", "XX", "BW, BY"),
        ("zone", "Berlin", "Europe/Berlin"),
        ("zone", "../etc/passwd", "Europe/Berlin"),
        ("email", "nicht bekannt", "E-Mail"),
        ("mail_from", "Muster <post@muster.example>", "E-Mail"),
        ("archive_to", "a@b.example, c@d.example", "E-Mail"),
        ("governing_law", "fr", "de, at, ch"),
        ("payment_terms_agreed", "14 Tage", "no, date, receipt"),
        ("consumer_notice_since", "März", "2026-11-22"),
        ("smtp_port", "0", "587"),
        ("smtp_port", "70000", "587"),
        ("smtp_port", "٥٨٧", "587"),
        ("smtp_security", "ssl", "starttls, tls, none"),
        ("letter_form", "C", "A, B"),
        ("language", "fr", "de, en"),
        ("name", "Muster\r\nBcc: x@y.example", "einer Zeile"),
        ("contact", "a\x1b[31m", "einer Zeile"),
        ("ibam", "x", "iban"),
        ("live", "1", "Felder"),
    ],
)
def test_what_is_refused_names_the_remedy(name, value, hint):
    with pytest.raises(UsageError) as caught:
        check_field(name, value)
    assert caught.value.exit_code == 64
    assert hint in str(caught.value)
    assert caught.value.en
    assert caught.value.en != str(caught.value)


def test_a_port_is_stored_as_a_number():
    profile = apply_fields(CreditorProfile("Muster"), {"smtp_port": "465"}, load_procedure)
    assert profile.smtp_port == 465


def test_a_foreign_iban_without_known_bank_leaves_the_bic_open():
    fields = {"iban": "AT611904300234573201"}
    profile = apply_fields(CreditorProfile("Muster", bic="BYLADEM1001"), fields, load_procedure)
    assert profile.iban == "AT611904300234573201"
    assert profile.bic != "BYLADEM1001"


def test_an_empty_address_is_no_address():
    assert check_email("email", "") == ""


COMPLETE = {
    "street": "Beispielgasse 7",
    "postcode": "90403",
    "city": "Nürnberg",
    "iban": "DE02120300000000202051",
    "email": "post@muster.example",
}


def test_a_sole_trader_needs_no_register():
    assert missing_for_letters(CreditorProfile("Erika Muster", **COMPLETE)) == []


@pytest.mark.parametrize("name", ["Muster GmbH", "Muster UG (haftungsbeschränkt)", "Muster AG"])
def test_a_company_needs_what_the_law_asks_for_on_its_letters(name):
    """§ 35a GmbHG, § 80 AktG: legal form, seat, register, managers."""
    missing = missing_for_letters(CreditorProfile(name, **COMPLETE))
    assert missing == ["seat", "register_court", "register_number", "managers"]


def test_a_registered_merchant_needs_the_rest_of_it():
    """§ 37a HGB."""
    profile = CreditorProfile("Erika Muster e.K.", register_number="HRA 0", **COMPLETE)
    assert missing_for_letters(profile) == ["seat", "register_court", "managers"]


def test_somebody_must_answer_questions():
    profile = CreditorProfile("Erika Muster", **(COMPLETE | {"email": ""}))
    assert missing_for_letters(profile) == ["email"]
    assert (
        missing_for_letters(
            CreditorProfile("Erika Muster", phone="+49 911 0", **(COMPLETE | {"email": ""}))
        )
        == []
    )


def test_a_consumer_notice_needs_its_wording():
    profile = CreditorProfile(name="Muster GmbH")
    since = {"consumer_notice_since": "01.03.2026"}
    with pytest.raises(UsageError, match="Wortlaut") as refused:
        apply_fields(profile, since, load_procedure)
    assert "needs the wording" in refused.value.sentence("en")
    told = apply_fields(profile, since | {"consumer_notice_wording": "Hinweis"}, load_procedure)
    assert (told.consumer_notice_since, told.consumer_notice_wording) == ("2026-03-01", "Hinweis")
    with pytest.raises(UsageError, match="Ohne Hinweis"):
        apply_fields(told, {"consumer_notice_wording": ""}, load_procedure)
    none = {"consumer_notice_since": "nie", "consumer_notice_wording": ""}
    assert apply_fields(told, none, load_procedure) == profile
