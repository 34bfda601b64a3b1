"""The letter as it lies on the table: positions, pages, and what stands on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from letter_reading import characters, codes, find, lines, text, texts
from letter_samples import (
    IBAN,
    context,
    creditor,
    debtor,
    line,
)

from core.domain.model import Address, Charge, ItemKind, NoticeId
from core.domain.money import Money
from core.errors import NotPrintable
from core.letters.renderer import LetterRenderer

RENDERER = LetterRenderer()
FIELD = {"A": 27.0, "B": 45.0}
FOLDS = {"A": (87.0, 192.0), "B": (105.0, 210.0)}
PUNCH = 148.5
TOLERANCE = 1.0


@pytest.mark.parametrize("form", ["A", "B"])
def test_address_and_marks_lie_where_din_5008_wants_them(form: str) -> None:
    pdf = RENDERER.letter(context(owed_to=creditor(letter_form=form)))
    recipient = find(pdf, "Beispiel Bau AG")
    # 5 mm return line and 12.7 mm notes come first; the ascent of the first line lies below.
    assert abs(recipient.left - 25) < TOLERANCE
    assert abs(recipient.top - (FIELD[form] + 17.7)) < TOLERANCE
    sender = find(pdf, "Muster Handwerk GmbH · Musterstraße")
    assert FIELD[form] <= sender.top <= sender.bottom <= FIELD[form] + 5
    info = find(pdf, "23.11.2026")
    assert info.left >= 125
    assert info.top >= FIELD[form] + 5
    subject = find(pdf, "Zahlungserinnerung")
    assert abs(subject.top - (FIELD[form] + 45 + 8.46)) < TOLERANCE

    marks = [box for box in lines(pdf) if box.left < 20]
    tops = sorted((box.top + box.bottom) / 2 for box in marks)
    assert len(tops) == 3
    for found, wanted in zip(tops, sorted((*FOLDS[form], PUNCH)), strict=True):
        assert abs(found - wanted) < 0.2


@pytest.mark.parametrize(
    "address",
    [
        Address("Beispiel", (), "Weg 1", "10115", "Berlin"),
        Address("Gesellschaft für überaus lange Firmennamen mit beschränkter Haftung & Co. KG "
                "Zweigniederlassung Süddeutschland", ("Abteilung Einkauf", "z. Hd. Frau Probe"),
                "Am sehr langen Beispielweg 123 a, Hinterhaus", "80331", "München", "AT"),
        Address("X" * 300, ("W" * 120, "M" * 120), "W" * 100, "W" * 30, "W" * 60, "CH"),
        Address("Wort " * 80, ("zwei", "drei", "vier", "fünf", "sechs", "sieben"), "acht", "1", "Ort"),
    ],
)  # fmt: skip
def test_no_address_leaves_the_field(address: Address) -> None:
    pdf = RENDERER.letter(context(owed_by=debtor(address=address)))
    zone = [
        box
        for _, box in characters(pdf)
        if box.left < 110 and box.right < 120 and 60 < box.top < 97
    ]
    assert zone
    assert min(box.left for box in zone) >= 24.5
    assert max(box.right for box in zone) <= 105.5
    assert min(box.top for box in zone) >= 62.2
    assert max(box.bottom for box in zone) <= 90.5
    # The whole name must be there: the print gets smaller, nothing is cut off.
    ending = (address.city or "").replace(" ", "")[-4:]
    assert ending in "".join(sign for sign, box in characters(pdf) if box in zone)


def test_everything_of_a_bad_letter_stays_on_the_sheet() -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 5
    items = [line(n, "1234567.89", of="99999999.99", number=long) for n in range(1, 4)]
    pdf = RENDERER.letter(
        context(items, owed_to=creditor(name=long, contact=long, managers=long, website=long))
    )
    for page in range(len(texts(pdf))):
        for _, box in characters(pdf, page):
            assert box.left >= 24
            assert box.right <= 201
            assert box.bottom <= 292


def test_five_items_fill_one_page_and_say_everything() -> None:
    pdf = RENDERER.letter(context())
    (page,) = texts(pdf)
    for wanted in (
        "Zahlungserinnerung",
        "Kundennummer 10001",
        "Sehr geehrte Damen und Herren,",
        "RE-2026-0002 03.09.2026 17.09.2026 857,50 € 500,00 € 357,50 € Erinnerung",
        "Gesamtbetrag 4.060,78 €",
        "bis zum 07.12.2026",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
        "Musterbank",
        "M-42 / 10001",
        "Haben Sie inzwischen bezahlt?",
        "nicht einverstanden",
        "Telefon 089 000000-0, post@muster-handwerk.example",
        # § 35a GmbHG: firm, legal form, seat, court and number, managing directors
        "Muster Handwerk GmbH",
        "Sitz: München",
        "Registergericht: Amtsgericht München HRB 000001",
        "Geschäftsführung: Erika Mustermann, Max Mustermann",
    ):
        assert wanted in page
    assert "Seite" not in page
    assert "TEST" not in page
    assert "Gutschrift" not in page
    assert "Mahngebühr" not in page


def test_the_banking_app_reads_the_total_of_the_letter() -> None:
    pdf = RENDERER.letter(context([line(1, "1190.00"), line(2, "357.50", of="857.50")]))
    (code,) = codes(pdf)
    assert code.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Muster Handwerk GmbH",
        IBAN,
        "EUR1547.50",
        "",
        "",
        "RE-2026-0001, RE-2026-0002 / 10001",
    ]
    assert "1.547,50 €" in text(pdf)
    assert "RE-2026-0001, RE-2026-0002 / 10001" in text(pdf)


@pytest.mark.parametrize(
    ("currency", "amount", "printed"),
    [("JPY", "119000", "119.000 ¥"), ("CHF", "1190.50", "1.190,50 CHF")],
)
def test_other_currencies_have_no_girocode(currency: str, amount: str, printed: str) -> None:
    pdf = RENDERER.letter(context([line(1, amount, currency=currency)]))
    assert codes(pdf) == []
    assert "GiroCode" not in text(pdf)
    assert f"Gesamtbetrag {printed}" in text(pdf)


def test_without_iban_there_is_no_girocode() -> None:
    assert codes(RENDERER.letter(context(owed_to=creditor(iban="")))) == []


def test_three_hundred_items_repeat_the_head_and_count_the_pages() -> None:
    items = [line(n, "100.00") for n in range(1, 301)]
    pdf = RENDERER.letter(context(items))
    pages = texts(pdf)
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"Seite {number} von {len(pages)}" in page
        if "RE-2026-" in page:
            assert "Rechnung Datum Fällig am Betrag Bezahlt Offen Stufe" in page
        if number > 1:
            assert "Zahlungserinnerung vom 23.11.2026, Kundennummer 10001" in page
    whole = " ".join(pages)
    assert all(f"RE-2026-{n:04d}" in whole for n in range(1, 301))
    assert "Gesamtbetrag 30.000,00 €" in whole
    (code,) = codes(pdf, first=len(pages) - 2)
    assert "EUR30000.00" in code
    assert code.endswith("M-42 / 10001")


def test_credits_and_charges_come_below_and_are_part_of_the_total() -> None:
    items = [
        line(1, "1190.00", level=2),
        line(2, "-90.00", level=0, kind=ItemKind.CREDIT_NOTE, number="GS-7"),
        line(3, "-50.00", level=0, kind=ItemKind.UNAPPLIED, number=""),
    ]
    fee = Charge("dunning_fee", Money(Decimal("2.50"), "EUR"), "§ 286 BGB")
    pdf = RENDERER.letter(context(items, charges=(fee,)))
    page = text(pdf)
    assert "Gutschrift GS-7 03.09.2026 -90,00 € 0,00 € -90,00 €" in page
    assert "Zahlung ohne Zuordnung 04.09.2026 -50,00 €" in page
    assert "Mahngebühr (§ 286 BGB) 2,50 €" in page
    assert "Gesamtbetrag 1.052,50 €" in page
    assert "haben wir abgezogen" in page
    positions = [page.index(w) for w in ("RE-2026-0001", "GS-7", "Mahngebühr", "Gesamtbetrag")]
    assert positions[:3] == sorted(positions[:3])
    assert "EUR1052.50" in codes(pdf)[0]


def test_an_englishman_reads_english_and_the_postman_german() -> None:
    address = Address("Sample Ltd", (), "1 Sample Street", "SW1A 0XX", "London", "GB")
    pdf = RENDERER.letter(context(owed_by=debtor(language="en-GB", address=address)))
    page = text(pdf)
    assert "Payment reminder" in page
    assert "by 7 December 2026" in page
    assert "€4,060.78" in page
    assert "London VEREINIGTES KÖNIGREICH" in page
    assert "Zahlungserinnerung" not in page


def test_an_austrian_creditor_writes_home_without_a_country() -> None:
    address = Address("Beispiel", (), "Weg 1", "1010", "Wien", "AT")
    assert "ÖSTERREICH" in text(RENDERER.letter(context(owed_by=debtor(address=address))))
    home = context(owed_to=creditor(country="AT"), owed_by=debtor(address=address))
    assert "ÖSTERREICH" not in text(RENDERER.letter(home))


@pytest.mark.parametrize("live", [True, False])
def test_test_mode_is_seen_on_every_page(*, live: bool) -> None:
    items = [line(n, "100.00") for n in range(1, 60)]
    pdf = RENDERER.letter(context(items, owed_to=creditor(live=live), test_mode=live))
    pages = texts(pdf)
    assert len(pages) > 1
    assert all("TEST" in page for page in pages)
    for page in range(len(pages)):
        mark = find(pdf, "TEST", page)
        assert mark.right - mark.left > 40


def test_equal_notices_give_equal_bytes_and_others_do_not() -> None:
    assert RENDERER.letter(context()) == LetterRenderer().letter(context())
    assert RENDERER.letter(context()) != RENDERER.letter(context(id=NoticeId(43)))
    assert RENDERER.letter(context()) != RENDERER.letter(context(issue_date=date(2026, 11, 24)))


def test_a_sign_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(NotPrintable, match=r"U\+65E5"):
        RENDERER.letter(context(owed_by=debtor(address=Address("日本", (), "Weg", "1", "Ort"))))
