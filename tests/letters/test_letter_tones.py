"""Which tone a letter strikes: before the due date, to key accounts, on instalments, in default."""

from __future__ import annotations

import re
from datetime import date

import pytest
from charge_samples import euro, fee, interest, late
from letter_reading import codes, text
from letter_samples import LEVEL_TEXTS, context, creditor, debtor, line
from test_letter_charges import said

from core.domain.model import ItemId, ItemKind, NoticeKind, NoticeLine
from core.letters.renderer import LetterRenderer
from core.letters.texts import load
from core.letters.view import view_of

RENDERER = LetterRenderer()
SINCE = date(2026, 3, 25)
FRIENDLY = ("pre_due", "reminder", "gentle_reminder", "gentle_first", "instalment", "residual")
MAHNUNGEN = ("first", "second", "final")
THREATS = ("gericht", "Inkasso", "Anwalt", "letztmals", "fordern", "court", "lawyer", "last time")


def due(n: int, day: date, amount: str = "119.00") -> NoticeLine:
    return line(n, amount)._replace(due_date=day)


def test_before_the_due_date_nothing_is_demanded() -> None:
    given = context([due(1, date(2026, 11, 30)), due(2, date(2026, 11, 30))], text="pre_due")
    for page in said(given):
        assert "Hinweis" in page
        assert "Der Gesamtbetrag von 238,00 € ist am 30.11.2026 fällig." in page
        assert re.search(r"Fällig am:? 30\.11\.2026", page)
        assert "07.12.2026" not in page  # the notice's own deadline is nobody's business here
        for word in ("Zahlbar bis", "Verzug", "Mahnung", "noch keine", "offenen"):
            assert word not in page
    assert "EUR238.00" in codes(RENDERER.letter(given))[0]


def test_items_due_on_different_days_point_to_the_list() -> None:
    given = context([due(1, date(2026, 11, 30)), due(2, date(2026, 12, 4))], text="pre_due")
    for page in said(given):
        assert "ist an den Tagen fällig, die in der Aufstellung stehen" in page
        assert "30.11.2026" in page
        assert "04.12.2026" in page
    assert "Fällig am" not in [label for label, _ in view_of(given).payment.rows]


def test_a_note_before_an_instalment_shows_the_share_not_a_payment() -> None:
    share = line(1, "250.00", of="1000.00", level=0)._replace(kind=ItemKind.INVOICE)
    given = context([share], text="instalment", kind=NoticeKind.PLAN)
    for page in said(given):
        assert "Die nächste Rate über 250,00 € ist am 07.12.2026 fällig." in page
        assert "750,00" not in page
        assert "Bezahlt" not in page
        assert "16.09.2026" not in page  # the invoice's old due date no longer holds
        assert "damit wir eine Lösung finden" in page
    pdf = RENDERER.letter(given)
    assert "Rechnung Datum Betrag Rate RE-2026-0001 02.09.2026 1.000,00 € 250,00 €" in text(pdf)
    assert "EUR250.00" in codes(pdf)[0]
    assert "RE-2026-0001 / 10001" in codes(pdf)[0]


def test_claims_without_a_level_are_claims_and_credits_are_credits() -> None:
    lines = [
        line(1, "100.00", level=0),
        line(2, "-30.00", level=0, kind=ItemKind.CREDIT_NOTE, number="GS-7"),
    ]
    view = view_of(context(lines, text="instalment", kind=NoticeKind.PLAN))
    assert [row[0] for row in view.table.rows] == ["RE-2026-0001"]
    assert [row[0] for row in view.table.credits] == ["Gutschrift GS-7"]
    assert ("Verwendungszweck", "RE-2026-0001 / 10001") in view.payment.rows
    assert ("Betrag", "70,00 €") in view.payment.rows


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("block", FRIENDLY)
def test_friendly_texts_threaten_nobody_and_claim_no_default(block: str, language: str) -> None:
    item = late(1, "119.00", since=SINCE, level=1)
    quiet = creditor(register_court="", register_number="")  # its foot would name a court
    given = context([item], text=block, owed_by=debtor(language=language), owed_to=quiet)
    page = text(RENDERER.letter(given))
    for word in (*THREATS, "Verzug", "default"):
        assert word not in page
    assert load(language).block(block)["title"] in page


@pytest.mark.parametrize("block", MAHNUNGEN)
@pytest.mark.parametrize(("language", "said_"), [("de", "in Verzug seit 25.03.2026"),
                                                  ("en", "in default since 25 Mar 2026")])  # fmt: skip
def test_a_mahnung_says_since_when_an_item_is_in_default(
    block: str, language: str, said_: str
) -> None:
    items = [late(1, "119.00", since=SINCE, level=4), late(2, "80.00", since=None, level=4)]
    view = view_of(context(items, text=block, owed_by=debtor(language=language)))
    assert view.table.notes == ((said_,), ())
    for page in said(context(items, text=block, owed_by=debtor(language=language))):
        assert page.count(said_) == 1


@pytest.mark.parametrize(
    "item",
    [
        line(1, "119.00", level=2),
        late(1, "119.00", since=None),
        late(1, "119.00", since=date(2026, 11, 24)),  # the day after the letter
        late(1, "119.00", since=SINCE)._replace(counts_as_mahnung=False),
    ],
)
def test_default_is_not_claimed_where_it_is_not_set(item: NoticeLine) -> None:
    for page in said(context([item], text="first")):
        assert "Verzug" not in page


def test_the_disputed_part_is_neither_paid_nor_demanded() -> None:
    item = late(1, "800.00", of="1200.00", since=SINCE, disputed="250.00")
    given = context([item], charges=(fee(),))
    page = text(RENDERER.letter(given))
    assert (
        "RE-2026-0001 in Verzug seit 25.03.2026 davon strittig 250,00 € "
        "02.09.2026 16.09.2026 1.200,00 € 150,00 € 800,00 € 1. Mahnung"
    ) in page
    assert "Gesamtbetrag 802,50 €" in page
    assert "EUR802.50" in codes(RENDERER.letter(given))[0]
    for part in said(given):
        assert "davon strittig 250,00 €" in part
        assert "strittig bezeichneten Teil klären wir gesondert mit Ihnen" in part
    nothing = item._replace(disputed=euro("0.00"))
    assert "strittig" not in text(RENDERER.letter(context([nothing])))


def test_a_dispute_is_named_on_friendly_letters_too() -> None:
    item = line(1, "800.00", of="1000.00")._replace(disputed=euro("200.00"))
    page = text(RENDERER.letter(context([item], text="gentle_reminder")))
    assert "davon strittig 200,00 €" in page
    assert "1.000,00 € 0,00 € 800,00 € Erinnerung" in page


def test_a_letter_on_mixed_levels_calls_only_the_mahnungen_in_default() -> None:
    items = [late(1, "119.00", since=SINCE, level=4), line(2, "80.00", level=1)]
    friendly = items[1]._replace(default_since=SINCE, default_rule="calendar")
    view = view_of(context([items[0], friendly]))
    assert view.table.notes == (("in Verzug seit 25.03.2026",), ())


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_block_is_complete_and_fills_only_what_there_is(language: str) -> None:
    texts = load(language)
    allowed = {"demand": {"total", "deadline"}, "demand_open": {"total"}, "in_default": {"day"},
               "questions": {"contact"}, "consequence": {"numbers"}, "consequence_one": {"numbers"},
               "consequence_few": {"numbers"}, "consequence_many": {"level"}}  # fmt: skip
    assert {*LEVEL_TEXTS.values(), *FRIENDLY} == texts.blocks.keys()
    for block in texts.blocks.values():
        assert {"title", "level", "intro", "demand", "demand_open"} <= block.keys()
        for key, template in block.items():
            assert set(re.findall(r"{(\w+)}", template)) == allowed.get(key, set())


def test_new_sentences_ask_for_a_new_approval() -> None:
    versions = {RENDERER.text_version(block, "de") for block in (*FRIENDLY, *MAHNUNGEN)}
    assert len(versions) == len(FRIENDLY) + len(MAHNUNGEN)


def test_right_to_left_and_endless_numbers_stay_in_their_column() -> None:
    number = "\u202eמספר" + "9" * 120
    item = late(1, "800.00", of="1000.00", since=SINCE, disputed="200.00")._replace(number=number)
    charge = interest(1, "1000.00", SINCE)._replace(number=number, item=ItemId(1))
    page = text(RENDERER.letter(context([item], charges=(charge,))))
    assert "\u202e" not in page
    assert "davon strittig 200,00 €" in page
    assert "800,00 € 1. Mahnung" in page
