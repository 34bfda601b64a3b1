"""The Zinsberechnung: can a lawyer follow each line, and is no invoice cut in two?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from charge_samples import interest, late, lump_sum
from letter_reading import text, texts
from letter_samples import context, creditor, debtor, line
from test_letter_mail import bodies, sent

from core.domain.default import DefaultRule
from core.domain.law import at, ch, de
from core.domain.law.rates import RateRule
from core.domain.money import Money
from core.letters.renderer import LetterRenderer
from core.letters.statement import statement_of
from core.letters.texts import load
from core.ports import LetterContext

RENDERER = LetterRenderer()
SINCE = date(2026, 3, 25)
_ROW = re.compile(
    r"(\d\d\.\d\d\.\d{4}) – (\d\d\.\d\d\.\d{4}) (\d+) ([\d.,]+) € "
    r"(-?[\d,]+) % \+ ([\d,]+) = ([\d,]+) % ([\d.,]+) €"
)
HEAD = "Zeitraum Tage Hauptforderung Zinssatz im Jahr Zinsen"


def _day(text_: str) -> date:
    return date(int(text_[6:]), int(text_[3:5]), int(text_[:2]))


def _number(text_: str) -> Decimal:
    return Decimal(text_.replace(".", "").replace(",", "."))


def two_invoices() -> LetterContext:
    """One over the change of the rate, one also over the year's end and with a part payment."""
    return context(
        [
            late(1, "1190.00", since=SINCE),
            late(2, "457.50", of="857.50", since=date(2025, 11, 3), rule="reminder"),
        ],
        charges=(
            interest(1, "1190.00", SINCE),
            interest(2, "857.50", date(2025, 11, 3), changes=[(date(2026, 8, 14), "400.00")]),
        ),
    )


def test_each_line_can_be_followed() -> None:
    """By hand, act/act. RE-2: 857.50 × 10.27 % × 59/365 = 14.2351, × 181/365 = 43.6708;
    × 10.52 % × 44/365 = 10.8746; 457.50 × 10.52 % × 102/365 = 13.4497; together 82.2302.
    """
    page = text(RENDERER.letter(two_invoices()))
    statement = page[page.index("Zinsberechnung Zeitraum") :]
    for wanted in (
        (
            "Rechnung RE-2026-0001 In Verzug seit 25.03.2026: Es war vereinbart, bis zu einem "
            "bestimmten Kalendertag zu zahlen"
        ),
        (
            "(§ 286 Abs. 2 Nr. 1 BGB). Zinssatz: 9 Prozentpunkte über dem Basiszinssatz "
            "(§ 288 Abs. 2 BGB)."
        ),
        "25.03.2026 – 30.06.2026 98 1.190,00 € 1,27 % + 9,00 = 10,27 % 32,81 €",
        "01.07.2026 – 23.11.2026 146 1.190,00 € 1,52 % + 9,00 = 10,52 % 50,08 €",
        "Zinsen zu diesem Posten 82,89 €",
        (
            "Rechnung RE-2026-0002 In Verzug seit 03.11.2025: Die Rechnung war fällig und ist auch "
            "nach unserer Mahnung nicht vollständig bezahlt worden (§ 286 Abs. 1 Satz 1 BGB)."
        ),
        "03.11.2025 – 31.12.2025 59 857,50 € 1,27 % + 9,00 = 10,27 % 14,24 €",
        "01.01.2026 – 30.06.2026 181 857,50 € 1,27 % + 9,00 = 10,27 % 43,67 €",
        "01.07.2026 – 13.08.2026 44 857,50 € 1,52 % + 9,00 = 10,52 % 10,87 €",
        "14.08.2026 – 23.11.2026 102 457,50 € 1,52 % + 9,00 = 10,52 % 13,45 €",
        "Zinsen zu diesem Posten 82,23 €",
        "Verzugszinsen im Gesamtbetrag 165,12 €",
        "Taggenau gerechnet (act/act): Hauptforderung × Zinssatz × Tage ÷ 365",
        "Zahlungen und Gutschriften mindern die Hauptforderung",
        "Der Basiszinssatz (§ 247 BGB)",
    ):
        assert wanted in statement, wanted
    assert "zuzüglich" not in statement
    assert "nachrichtlich" not in statement


def test_printed_lines_are_right_without_gap_and_add_up() -> None:
    starts = [date(2015, 12, 3), date(2020, 2, 29), date(2023, 6, 30), date(2026, 6, 30)]
    rules = [de.CONSUMER, de.BUSINESS, de.FORMER, de.BUSINESS]
    charges = tuple(
        interest(n, "9999.99", start, rule=rule, changes=[(date(2026, 9, 1), "1234.56")])
        for n, (start, rule) in enumerate(zip(starts, rules, strict=True), start=1)
    )
    items = [late(n, "8765.43", of="9999.99", since=s) for n, s in enumerate(starts, start=1)]
    page = text(RENDERER.letter(context(items, charges=charges)))
    parts = page[page.index("Zinsberechnung Zeitraum") :].split("Rechnung RE-2026-")[1:]
    assert len(parts) == 4
    for part, start in zip(parts, starts, strict=True):
        rows = [match.groups() for match in _ROW.finditer(part)]
        assert rows
        following, whole = start, Decimal(0)
        for first, last, days, principal, base, points, rate, amount in rows:
            assert _day(first) == following
            following = _day(last) + timedelta(days=1)
            assert int(days) == (following - _day(first)).days
            assert _number(base) + _number(points) == _number(rate)
            year = 366 if _day(first).year % 4 == 0 else 365
            exact = _number(principal) * _number(rate) / 100 * int(days) / year
            assert abs(exact - _number(amount)) < Decimal("0.01")
            whole += _number(amount)
        assert following == date(2026, 11, 24)
        printed = re.search(r"Zinsen zu diesem Posten ([\d.,]+) €", part)
        assert printed is not None
        assert _number(printed.group(1)) == whole


def test_mail_and_letter_show_the_same_lines() -> None:
    given = two_invoices()
    plain, html = bodies(sent(given)[1])
    for body in (plain, html):
        for wanted in ("Zinsberechnung", "01.07.2026 – 13.08.2026", "857,50 €", "43,67 €"):
            assert wanted in body
        assert "1,52 % + 9,00 = 10,52 %" in body
        assert "165,12 €" in body
    assert "Tage: 59, Hauptforderung: 857,50 €, 1,27 % + 9,00 = 10,27 %: 14,24 €" in plain


def test_interest_without_any_known_rate_is_announced_and_not_a_line_of_nought() -> None:
    """In default since 5 January 2027: no day has a known rate, and none is guessed."""
    since, day = date(2027, 1, 5), date(2027, 1, 20)
    charge = interest(1, "1190.00", since, until=day)
    assert (charge.amount, charge.open_ended) == (Money(Decimal("0.00"), "EUR"), True)
    given = context([late(1, "1190.00", since=since)], charges=(charge,), issue_date=day)
    page = text(RENDERER.letter(given))
    assert "zuzüglich weiterer Zinsen ab 05.01.2027" in page
    assert "Verzugszinsen zu RE-2026-0001" not in page
    assert "Nachrichtlich" not in page


def test_after_the_last_known_rate_interest_is_left_open() -> None:
    """Architecture §4.9: known until 31.12.2026; the days after it are named, not guessed."""
    later = date(2027, 1, 15)
    charge = interest(1, "1190.00", SINCE, until=later)
    assert charge.open_ended
    given = context([late(1, "1190.00", since=SINCE)], charges=(charge,), issue_date=later)
    page = text(RENDERER.letter(given))
    assert "Verzugszinsen zu RE-2026-0001 bis 31.12.2026" in page
    wanted = (
        "zuzüglich weiterer Zinsen ab 01.01.2027 in Höhe von 9 Prozentpunkten über dem "
        "Basiszinssatz; er steht für diese Zeit noch nicht fest"
    )
    assert wanted in page
    for body in bodies(sent(given)[1]):
        assert wanted in body
    assert statement_of(given, load("de")).notes[-1].startswith("Der Basiszinssatz")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("since", "wanted"),
    [(date(2027, 1, 4), "zuzüglich weiterer Zinsen ab 04.01.2027"), (None, "weiterer Zinsen")],
)
def test_interest_of_which_nothing_is_known_yet_is_named(since: date | None, wanted: str) -> None:
    day = date(2027, 1, 15)
    known = interest(1, "1190.00", date(2027, 1, 4), until=day)
    assert known.segments == ()
    item = late(1, "1190.00", since=since)
    given = context([item], charges=(known._replace(since=since),), issue_date=day)
    page = text(RENDERER.letter(given))
    assert wanted in page
    assert "Taggenau" not in page


@pytest.mark.parametrize("rule", [entry.value for entry in DefaultRule])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_ground_of_default_has_a_sentence_and_a_paragraph(rule: str, language: str) -> None:
    item = late(1, "1190.00", since=SINCE, rule=rule)
    given = context(
        [item], charges=(interest(1, "1190.00", SINCE),), owed_by=debtor(language=language)
    )
    statement = statement_of(given, load(language))
    assert statement is not None
    said = statement.items[0].text
    texts_ = load(language)
    assert texts_.sections["grounds"][rule] in said
    assert texts_.sections["ground_basis"][f"de_{rule}"] in said
    assert "§ 286" in said


def test_every_ground_is_one_of_the_decision_table() -> None:
    grounds = load("de").sections["grounds"].keys()
    assert grounds == {entry.value for entry in DefaultRule}
    known = {f"{law}_{ground}" for law in ("de", "at", "ch") for ground in grounds}
    assert load("de").sections["ground_basis"].keys() <= known


@pytest.mark.parametrize(
    ("law", "rule", "ground", "wanted", "unwanted"),
    [
        ("at", at.BUSINESS, "reminder", ["(§ 1334 ABGB)", "9,2 Prozentpunkte", "(§ 456 UGB)"],
         [" BGB", "Bundesbank", "§ 286"]),
        ("at", at.CIVIL, "refused", ["Zinssatz: 4 % im Jahr (§ 1333 Abs. 1, § 1000 Abs. 1 ABGB)",
         "245 1.190,00 € 4,00 % "], ["§ 286", "Basiszins"]),
        ("ch", ch.FIVE, "calendar", ["(Art. 102 Abs. 2 OR)", "Zinssatz: 5 % im Jahr",
         "(Art. 104 Abs. 1 OR)"], ["BGB", "Basiszins"]),
    ],
)  # fmt: skip
def test_other_laws_cite_their_own_paragraphs(
    law: str, rule: RateRule, ground: str, wanted: list[str], unwanted: list[str]
) -> None:
    since = date(2026, 3, 24)
    charge = interest(1, "1190.00", since, rule=rule, law=law)
    given = context(
        [late(1, "1190.00", since=since, rule=ground)],
        charges=(charge,),
        owed_to=creditor(governing_law=law),
    )
    page = text(RENDERER.letter(given))
    statement = page[page.index("Zinsberechnung Zeitraum") :]
    for entry in wanted:
        assert entry in statement
    for entry in unwanted:
        assert entry not in statement


def test_the_law_of_the_debtor_goes_before_that_of_the_creditor() -> None:
    given = context(
        [late(1, "1190.00", since=SINCE)],
        charges=(interest(1, "1190.00", SINCE, rule=ch.FIVE, law="ch"),),
        owed_by=debtor(governing_law="ch"),
    )
    assert "Art. 102 Abs. 2 OR" in text(RENDERER.letter(given))


def test_default_is_never_claimed_where_none_is_known() -> None:
    unknown = late(1, "1190.00", since=None)
    nameless = late(2, "1190.00", since=SINCE, rule="")
    given = context(
        [unknown, nameless], charges=(interest(1, "1190.00", SINCE), interest(2, "1.00", SINCE))
    )
    statement = statement_of(given, load("de"))
    assert statement is not None
    assert statement.items[0].text.startswith("Verzinst ab 25.03.2026. Zinssatz")
    assert statement.items[1].text.startswith("In Verzug seit 25.03.2026. Zinssatz")


def test_a_negative_base_rate_is_taken_off() -> None:
    """§ 247 BGB: −0.88 % in 2020; 9 points above make 8.12 %."""
    since, until = date(2020, 3, 2), date(2020, 6, 30)
    charge = interest(1, "1000.00", since, until=until)
    given = context([late(1, "1000.00", since=since)], charges=(charge,))
    assert "-0,88 % + 9,00 = 8,12 %" in text(RENDERER.letter(given))


def test_demanded_and_shown_interest_have_their_own_sums() -> None:
    items = [late(n, "1190.00", since=SINCE) for n in (1, 2, 3)]
    charges = tuple(interest(n, "1190.00", SINCE, demanded=n < 3) for n in (1, 2, 3))
    page = text(RENDERER.letter(context(items, charges=charges)))
    assert "Verzugszinsen im Gesamtbetrag 165,78 €" in page
    assert "Verzugszinsen nachrichtlich, im Gesamtbetrag nicht enthalten 82,89 €" in page
    assert "Rechnung RE-2026-0003 (nachrichtlich)" in page
    assert "Gesamtbetrag 3.735,78 €" in page  # 3 × 1190.00 + 2 × 82.89


def test_forty_invoices_are_not_cut_and_keep_their_head() -> None:
    since = date(2025, 6, 20)
    items = [late(n, "1190.00", since=since) for n in range(1, 41)]
    charges = [c for n in range(1, 41) for c in (interest(n, "1190.00", since), lump_sum(n))]
    assert sum(len(charge.segments) for charge in charges) >= 120
    pages = texts(RENDERER.letter(context(items, charges=tuple(charges))))
    where = [page for page in pages if "In Verzug seit 20.06.2025:" in page]
    assert len(where) < 10
    for page in where:
        assert page.count(HEAD) == 1
        starts = [match.start() for match in re.finditer("Rechnung RE-2026-", page)]
        for start, end in zip(starts, [*starts[1:], len(page)], strict=True):
            part = page[start:end]
            assert len(_ROW.findall(part)) == 4
            assert "Zinsen zu diesem Posten 176,33 €" in part
    assert "Zinsberechnung" in where[0]
    assert "RE-2026-0040" in where[-1]
    assert "Verzugszinsen im Gesamtbetrag 7.053,20 €" in where[-1]
    assert where[-1] is pages[-1]
    # The statement begins where the letter ends; no page is left nearly empty.
    assert "Mit freundlichen Grüßen" in where[0]


def test_an_invoice_with_very_many_lines_goes_on_under_the_same_head() -> None:
    payments = [(SINCE + timedelta(days=2 * n), "1.00") for n in range(1, 100)]
    charge = interest(1, "1190.00", SINCE, changes=payments)
    assert len(charge.segments) > 90
    given = context([late(1, "1091.00", of="1190.00", since=SINCE)], charges=(charge,))
    pages = texts(RENDERER.letter(given))
    rows = [page for page in pages if _ROW.search(page)]
    assert len(rows) > 1
    assert all(HEAD in page for page in rows)
    assert sum(len(_ROW.findall(page)) for page in rows) == len(charge.segments)


def test_a_short_statement_is_not_torn_off_its_heading() -> None:
    for number in range(1, 16):
        items = [line(n, "100.00", level=2) for n in range(2, 2 + number)]
        given = context([late(1, "1190.00", since=SINCE), *items], charges=two_charges())
        (page,) = (p for p in texts(RENDERER.letter(given)) if "Zinsberechnung Zeitraum" in p)
        for wanted in (HEAD, "Rechnung RE-2026-0001 In Verzug", "82,89 €", "Taggenau", "§ 247"):
            assert wanted in page


def two_charges() -> tuple:  # type: ignore[type-arg]
    return (interest(1, "1190.00", SINCE), lump_sum(1))
