"""Charges on a letter: what is demanded, what is only shown, and nothing where there is none."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from charge_samples import FEE, euro, fee, interest, late, lump_sum
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_reading import codes, text, texts
from letter_samples import context, creditor, debtor, line
from test_letter_mail import bodies, sent

from core.domain.law import ch
from core.domain.model import Charge, ItemId, ItemKind
from core.domain.money import Money
from core.letters.formats import money
from core.letters.renderer import LetterRenderer
from core.letters.view import view_of
from core.ports import LetterContext

RENDERER = LetterRenderer()
SINCE = date(2026, 3, 25)
# By hand, act/act: 1190 × 10.27 % × 98/365 = 32.8134; 1190 × 10.52 % × 146/365 = 50.0752.
INTEREST = "82,89 €"


def business(*charges: Charge, **changes: object) -> LetterContext:
    return context([late(1, "1190.00", since=SINCE)], charges=charges, **changes)  # type: ignore[arg-type]


def said(given: LetterContext) -> list[str]:
    """The words of letter, mail text and mail HTML, each with single spaces."""
    plain, html = bodies(sent(given)[1])
    words = re.sub(r"<[^>]+>", " ", html)
    return [" ".join(part.split()) for part in (text(RENDERER.letter(given)), plain, words)]


def test_a_letter_without_charges_says_nothing_of_them() -> None:
    """A consumer's first reminder: no default, no fee, no interest, no note on taxes."""
    for page in said(context([line(1, "49.90")])):
        for word in (
            "Verzug",
            "Zins",
            "gebühr",
            "Nachrichtlich",
            "Umsatzsteuer",
            "strittig",
            "§ 2",
        ):
            assert word not in page
    view = view_of(context())
    assert view.statement is None
    assert view.information is None
    assert view.table.charges == ()
    assert view.table.notes == ()


def test_demanded_charges_are_lines_above_the_total_and_part_of_it() -> None:
    given = business(interest(1, "1190.00", SINCE), lump_sum(1), fee("2.10"))
    page = text(RENDERER.letter(given))
    lines = [
        f"Verzugszinsen zu RE-2026-0001 bis 23.11.2026 (§ 288 Abs. 2 BGB) {INTEREST}",
        "Verzugspauschale zu RE-2026-0001 (§ 288 Abs. 5 BGB) 40,00 €",
        f"Mahngebühr ({FEE}) 2,10 €",
        "Gesamtbetrag 1.314,99 €",  # 1190.00 + 82.89 + 40.00 + 2.10
    ]
    places = [page.index(entry) for entry in lines]
    assert places == sorted(places)
    assert "EUR1314.99" in codes(RENDERER.letter(given))[0]
    assert "Nachrichtlich" not in page
    assert "enthalten keine Umsatzsteuer" in page


def test_charges_for_information_stand_apart_and_are_in_no_total() -> None:
    given = business(
        interest(1, "1190.00", SINCE, demanded=False), lump_sum(1, demanded=False), fee("2.50")
    )
    assert given.notice.total == euro("1192.50")
    page = text(RENDERER.letter(given))
    table, block = page.split("Nachrichtlich Weil")
    assert "Gesamtbetrag 1.192,50 €" in table
    assert "Verzugs" not in table
    assert "im Gesamtbetrag nicht enthalten; mit diesem Schreiben fordern wir sie nicht an" in block
    assert f"Verzugszinsen zu RE-2026-0001 bis 23.11.2026 (§ 288 Abs. 2 BGB) {INTEREST}" in block
    assert "Verzugspauschale zu RE-2026-0001 (§ 288 Abs. 5 BGB) 40,00 €" in block
    assert "Zusammen, im Gesamtbetrag nicht enthalten 122,89 €" in block
    assert "Rechnung RE-2026-0001 (nachrichtlich) In Verzug seit 25.03.2026" in block
    assert "EUR1192.50" in codes(RENDERER.letter(given))[0]


def test_a_single_charge_for_information_needs_no_sum_and_no_word_on_taxes() -> None:
    for page in said(business(lump_sum(1, demanded=False))):
        assert "Nachrichtlich" in page
        assert "Zusammen" not in page
        assert "Umsatzsteuer" not in page
        assert "Zinsberechnung" not in page


def test_kept_charges_of_earlier_letters_name_their_day() -> None:
    kept = (
        fee("2.50", of=date(2026, 3, 2)),
        lump_sum(1)._replace(since=date(2026, 5, 4), earlier=8),
        lump_sum(1)._replace(since=None, earlier=9),
        fee("1.00")._replace(earlier=10),
    )
    for page in said(business(*kept)):
        assert f"Mahngebühr vom 02.03.2026 ({FEE})" in page
        assert "Verzugspauschale zu RE-2026-0001 aus dem Schreiben vom 04.05.2026" in page
        assert "Verzugspauschale zu RE-2026-0001 aus einem früheren Schreiben" in page
        assert "Mahngebühr aus einem früheren Schreiben" in page


def test_a_lump_sum_that_was_set_off_says_so() -> None:
    reduced = lump_sum(1, amount="37.50", basis="§ 288 Abs. 5 Satz 1, 3 BGB")
    for page in said(business(reduced, fee("2.50"))):
        assert "(§ 288 Abs. 5 Satz 1, 3 BGB)" in page
        assert "Die Verzugspauschale haben wir auf die Mahngebühren angerechnet." in page
    for page in said(business(lump_sum(1))):
        assert "angerechnet" not in page


def test_a_charge_without_basis_or_number_is_still_a_line() -> None:
    bare = Charge("dunning_fee", euro("1.00"), "")
    odd = Charge("storage", euro("3.00"), "", ItemId(1), "", since=SINCE)
    page = text(RENDERER.letter(business(bare, odd)))
    assert "Mahngebühr 1,00 €" in page
    assert "storage 3,00 €" in page


def test_an_english_letter_cites_paragraphs_in_english() -> None:
    given = business(
        interest(1, "1190.00", SINCE),
        lump_sum(1, basis="§ 288 Abs. 5 Satz 1, 3 BGB"),
        fee(of=date(2026, 3, 2)),
        lump_sum(1, demanded=False)._replace(basis="§ 288 Abs. 2 BGB a. F., Art. 229 § 34 EGBGB"),
        owed_by=debtor(language="en"),
    )
    for page in said(given):
        assert "Default interest on RE-2026-0001 until 23 Nov 2026 (§ 288 (2) BGB)" in page
        assert "(§ 288 (5) sentence 1, 3 BGB)" in page
        assert "Reminder fee of 2 Mar 2026 (§ 280 (1), (2), § 286 BGB)" in page
        assert "(§ 288 (2) BGB (old version), art. 229 § 34 EGBGB)" in page
        assert "not included in the total amount" in page
        assert "in default since 25 Mar 2026" in page
        assert "Abs." not in page


def test_taxes_are_named_only_where_the_law_is_known() -> None:
    swiss = business(
        interest(1, "1190.00", SINCE, rule=ch.FIVE, law="ch"),
        owed_by=debtor(governing_law="ch"),
    )
    for page in said(swiss):
        assert "Umsatzsteuer" not in page
        assert "Zinsberechnung am Ende" in page
    austrian = business(fee(), owed_to=creditor(governing_law="at"))
    assert "enthalten keine Umsatzsteuer" in said(austrian)[0]


@pytest.mark.parametrize("name", ['#read("secret")', "{{ 7*7 }}", "{day}", "<b>x</b>", "W" * 400])
def test_foreign_text_in_a_charge_is_only_text(name: str) -> None:
    item = late(1, "1190.00", since=SINCE, rule=name)._replace(number=name)
    hostile = interest(1, "1190.00", SINCE)._replace(number=name, basis=name)
    other = lump_sum(9, demanded=False)._replace(number=name, basis=name, kind=name)
    lost = hostile._replace(item=ItemId(99))
    given = context([item], charges=(hostile, other, lost))
    page = "".join(text(RENDERER.letter(given)).split())
    assert page.count("".join(name.split())) >= 8
    for entry in bodies(sent(given)[1]):
        assert "<b>x</b>" not in entry or "<html" not in entry


def test_invisible_and_turning_signs_are_taken_out_of_a_charge() -> None:
    hostile = Charge("lump_sum", euro("40.00"), "§\u202e 5\r\nBGB", ItemId(1), "RE\u200b-7")
    for page in said(business(hostile)):
        assert "Verzugspauschale zu RE-7 (§ 5 BGB)" in page


def test_residual_items_are_called_what_they_are() -> None:
    left = [
        line(1, "42.50", kind=ItemKind.CHARGE_RESIDUAL, number="RE-7"),
        line(2, "2.50", kind=ItemKind.CHARGE_RESIDUAL, number=""),
    ]
    for page in said(context(left, text="residual")):
        assert "Offene Nebenforderungen" in page or "Restbetrag" in page
        assert "Nebenforderungen zu RE-7" in page
        assert "sind bezahlt, dafür vielen Dank" in page
    pages = texts(RENDERER.letter(context(left, text="residual")))
    assert len(pages) == 1
    assert "Nebenforderungen 03.09.2026" in pages[0]


def test_the_total_is_what_lines_and_demanded_charges_add_up_to() -> None:
    given = business(interest(1, "1190.00", SINCE), lump_sum(1, demanded=False), fee("0.01"))
    amounts = [entry.outstanding.amount for entry in given.notice.lines]
    amounts += [charge.amount.amount for charge in given.notice.charges if charge.demanded]
    assert sum(amounts, Decimal(0)) == given.notice.total.amount
    assert f"EUR{given.notice.total.plain()}" in codes(RENDERER.letter(given))[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["dunning_fee", "default_interest", "lump_sum"]),
            st.integers(1, 10_000_000),
            st.text(max_size=30),
            st.booleans(),
            st.none() | st.dates(date(2020, 1, 1), date(2026, 11, 23)),
            st.none() | st.integers(1, 9),
        ),
        max_size=12,
    )
)
def test_each_charge_is_shown_once_on_the_right_side(drawn: list[tuple]) -> None:  # type: ignore[type-arg]
    charges = tuple(
        Charge(
            kind, Money.from_minor(minor, "EUR"), text_, ItemId(1), text_, demanded, day, day,
            earlier=earlier,
        )
        for kind, minor, text_, demanded, day, earlier in drawn
    )  # fmt: skip
    view = view_of(business(*charges))
    shown = () if view.information is None else view.information.rows
    wanted = [money(charge.amount, "de") for charge in charges if charge.demanded]
    assert [amount for _, amount in view.table.charges] == wanted
    assert [amount for _, amount in shown] == [
        money(charge.amount, "de") for charge in charges if not charge.demanded
    ]
    for label, _ in (*view.table.charges, *shown):
        assert label.isprintable()
        assert "{" not in label or any("{" in text_ for _, _, text_, *_ in drawn)
