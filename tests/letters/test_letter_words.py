"""Which sentences a letter says, and which it must not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from letter_reading import text
from letter_samples import context, creditor, debtor, line

from core.errors import ConfigError
from core.letters.renderer import LetterRenderer
from core.letters.texts import load

RENDERER = LetterRenderer()


def test_the_consequence_is_said_only_at_the_end_and_only_for_its_items() -> None:
    mixed = [line(1, "100.00", level=4), line(2, "200.00", level=1), line(3, "300.00", level=2)]
    page = text(RENDERER.letter(context(mixed)))
    assert "Letzte Mahnung" in page
    assert "die Forderung aus RE-2026-0001 gerichtlich geltend zu machen" in page
    assert "verschiedener Mahnstufen" in page
    assert "200,00 € Erinnerung" in page
    assert "300,00 € 1. Mahnung" in page
    for level in (1, 2, 3):
        page = text(RENDERER.letter(context([line(1, "100.00", level=level)])))
        assert "gerichtlich" not in page
        assert "verschiedener Mahnstufen" not in page
    no_day = context(mixed, deadline=None)
    assert "gerichtlich" not in text(RENDERER.letter(no_day))
    not_last = replace(context(mixed), final_level=False)
    assert "gerichtlich" not in text(RENDERER.letter(not_last))


def test_many_final_items_are_named_by_their_mark() -> None:
    items = [line(n, "100.00", level=4) for n in range(1, 9)]
    page = text(RENDERER.letter(context(items)))
    assert "die mit „Letzte Mahnung“ gekennzeichneten Forderungen" in page


def test_the_debtors_own_salutation_is_used() -> None:
    page = text(RENDERER.letter(context(owed_by=debtor(salutation="Guten Tag Frau Dr. Probe"))))
    assert "Guten Tag Frau Dr. Probe, sicher ist" in page


def test_a_notice_without_deadline_or_customer_number_says_neither() -> None:
    page = text(
        RENDERER.letter(context(deadline=None, owed_by=debtor(external_id="cus_9001", label="")))
    )
    assert "bis zum" not in page
    assert "Zahlbar bis" not in page
    assert "Kundennummer" not in page
    assert "Zahlungserinnerung Unser Zeichen M-42" in page


def test_a_level_without_a_name_is_called_by_its_number() -> None:
    given = context([line(1, "100.00", level=3), line(2, "200.00", level=1)])
    page = text(RENDERER.letter(replace(given, level_texts={})))
    assert "100,00 € 2. Mahnung" in page
    assert "200,00 € Stufe 1" in page


def test_german_and_english_have_the_same_texts() -> None:
    german, english = load("de"), load("en")
    assert german.blocks.keys() == english.blocks.keys()
    for block, entries in german.blocks.items():
        assert entries.keys() == english.blocks[block].keys()
    assert german.sections.keys() == english.sections.keys()
    for section, keys in german.sections.items():
        assert keys.keys() == english.sections[section].keys()
        for key, template in keys.items():
            wanted = sorted(re.findall(r"{\w+}", template))
            assert sorted(re.findall(r"{\w+}", english.sections[section][key])) == wanted
    assert "consequence" not in german.blocks["second"]
    assert "consequence" in german.blocks["final"]


def test_an_unknown_text_block_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError, match="no text block 'rude'"):
        RENDERER.letter(context(text="rude"))
    with pytest.raises(ConfigError):
        RENDERER.text_version("rude", "de")


def test_the_text_version_follows_block_and_language() -> None:
    versions = {
        RENDERER.text_version(block, language)
        for block in ("reminder", "first", "second", "final")
        for language in ("de", "en")
    }
    assert len(versions) == 8
    assert RENDERER.text_version("first", "de-AT") == RENDERER.text_version("first", "")


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("AG", "Vorstand: Erika Muster"),
        ("e. K.", "Inhaber: Erika Muster"),
        ("GmbH & Co. KG", "Geschäftsführung: Erika Muster"),
        ("", "Geschäftsführung: Erika Muster"),
    ],
)
def test_the_foot_names_who_represents_the_firm(form: str, printed: str) -> None:
    firm = creditor(name="Muster", legal_form=form, managers="Erika Muster")
    page = text(RENDERER.letter(context(owed_to=firm)))
    assert printed in page
    assert (f"Muster ({form})" in page) is bool(form)


def test_a_sole_trader_without_register_is_the_owner() -> None:
    firm = creditor(
        name="Erika Muster", legal_form="", register_court="", register_number="", seat="",
        managers="Erika Muster", vat_id="", tax_number="000/000/00000",
    )  # fmt: skip
    page = text(RENDERER.letter(context(owed_to=firm)))
    assert "Inhaber: Erika Muster Steuernummer: 000/000/00000" in page
    assert "Registergericht" not in page


def test_a_salutation_with_an_exclamation_mark_starts_a_sentence() -> None:
    page = text(RENDERER.letter(context(owed_by=debtor(salutation="Guten Tag!"))))
    assert "Guten Tag! Sicher ist es nur übersehen worden" in page


def test_an_item_without_number_says_so_and_is_paid_by_our_mark() -> None:
    page = text(RENDERER.letter(context([line(1, "100.00", number="")])))
    assert "ohne Nummer" in page
    assert "Verwendungszweck M-42 / 10001" in page
