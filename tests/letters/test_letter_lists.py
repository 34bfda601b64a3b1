"""The print file and the lists of proposals, read back."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
from charge_samples import fee, interest, late, lump_sum
from letter_reading import codes, text, texts
from letter_samples import ISSUED, LEVEL_TEXTS, context, creditor, debtor, line
from openpyxl import load_workbook
from pypdf import PdfReader

from core.domain.model import Creditor, Debtor, ItemKind, Notice, NoticeId, NoticeKind, RunId
from core.letters.print_file import checksum
from core.letters.renderer import LetterRenderer
from core.ports import ProposalList

RENDERER = LetterRenderer()
RUN = RunId(5)


def letters(*sizes: int) -> list[tuple[Notice, Debtor, bytes]]:
    result = []
    for number, size in enumerate(sizes, start=1):
        given = context(
            [line(n, "100.00") for n in range(1, size + 1)],
            id=NoticeId(number),
            owed_by=debtor(name=f"Kunde {number}"),
        )
        result.append((given.notice, given.debtor, RENDERER.letter(given)))
    return result


def proposals(
    *rows: tuple[Notice, Debtor], owed_to: Creditor | None = None, language: str = "de"
) -> ProposalList:
    named = {"standard": LEVEL_TEXTS}
    return ProposalList(owed_to or creditor(), RUN, ISSUED, rows, language, named)


def two_proposals() -> ProposalList:
    first = context(
        [
            line(1, "1190.00", level=2),
            line(2, "357.50", of="857.50"),
            line(3, "-90.00", level=0, kind=ItemKind.CREDIT_NOTE, number="GS-7"),
        ]
    )
    second = context([line(4, "88.10", currency="CHF", level=1)], id=NoticeId(43))
    return proposals((first.notice, first.debtor), (second.notice, debtor(name="Zweiter Kunde")))


def test_the_print_file_holds_all_letters_behind_a_list() -> None:
    written = letters(1, 30, 2)
    pdf = RENDERER.print_file(creditor(), RUN, ISSUED, written)
    pages = [len(PdfReader(io.BytesIO(entry)).pages) for _, _, entry in written]
    assert pages[1] > 1
    found = texts(pdf)
    assert len(found) == 1 + sum(pages)
    cover = found[0]
    assert f"3 Briefe, {sum(pages)} Seiten" in cover
    for number, (count, first, amount) in enumerate(
        [(pages[0], 1, "100,00"), (pages[1], 2, "3.000,00"), (pages[2], 2 + pages[1], "200,00")],
        start=1,
    ):
        row = f"{number} M-{number} Kunde {number} 10115 Berlin Stufe 1 {count} {first} {amount} €"
        assert row in cover
    assert "Summe EUR 3.300,00 €" in cover
    assert checksum(written) in cover
    order = [re.search(r"Unser Zeichen M-\d|Seite \d", page) for page in found[1:]]
    assert all(order)
    # Nothing was lost or swapped by storing shared parts once.
    alone = [code for _, _, entry in written for code in codes(entry)]
    assert codes(pdf) == alone
    assert [page for _, _, entry in written for page in texts(entry)] == found[1:]


def test_the_print_file_of_one_letter_is_equal_each_time() -> None:
    written = letters(1)
    pdf = RENDERER.print_file(creditor(), RUN, ISSUED, written)
    assert pdf == RENDERER.print_file(creditor(), RUN, ISSUED, written)
    assert "1 Brief, 1 Seiten" in text(pdf)


def test_the_checksum_notices_order_and_content() -> None:
    written = letters(1, 2)
    assert checksum(written) != checksum(written[::-1])
    assert checksum(written) != checksum(written[:1])


def test_the_client_signs_a_list_with_sums_per_currency() -> None:
    pdf = RENDERER.proposal_list_pdf(two_proposals())
    page = text(pdf)
    sheet = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert sheet.width > sheet.height
    assert "RE-2026-0001, RE-2026-0002, GS-7" in page
    assert "1. Mahnung" in page
    assert "1.457,50 €" in page
    assert "Summe CHF (1) 88,10 CHF" in page
    assert "Summe EUR (1) 1.457,50 €" in page
    assert "Ort, Datum, Unterschrift" in page
    assert "☐ ja" in page


def test_long_and_empty_lists_are_lists() -> None:
    assert "Keine Vorschläge." in text(RENDERER.proposal_list_pdf(proposals()))
    long = context([line(n, "1.00", number=f"RE{'9' * 40}{n}") for n in range(1, 301)])
    rows = [(long.notice, long.debtor) for _ in range(30)]
    pages = texts(RENDERER.proposal_list_pdf(proposals(*rows, language="en")))
    assert len(pages) > 1
    assert all("Customer number" in page for page in pages if "(+288)" in page)


def test_unreleased_creditors_lists_are_marked() -> None:
    given = context()
    listed = proposals((given.notice, given.debtor), owed_to=creditor(live=False))
    assert "TEST" in text(RENDERER.proposal_list_pdf(listed))


def test_the_spreadsheet_has_typed_cells_and_sums() -> None:
    book = load_workbook(io.BytesIO(RENDERER.proposal_list_xlsx(two_proposals())))
    assert book.sheetnames == ["Mahnvorschläge", "Posten"]
    sheet = book["Mahnvorschläge"]
    assert sheet.freeze_panes == "A2"
    rows = {tuple(cell.value for cell in row)[0:2]: row for row in sheet.iter_rows(min_row=2)}
    first = rows[(42, "Beispiel Bau AG")]
    values = [cell.value for cell in first]
    assert values[2:5] == ["10001", "1. Mahnung", "RE-2026-0001, RE-2026-0002, GS-7"]
    assert values[5] == datetime(2026, 9, 16)
    assert values[8:10] == [1457.5, "EUR"]
    assert first[5].is_date
    assert first[5].number_format == "dd.mm.yyyy"
    assert first[8].data_type == "n"
    assert first[8].number_format == '#,##0.00 "EUR"'
    sums = {row[9].value: row[8].value for key, row in rows.items() if key[0] is None}
    assert sums == {"EUR": 1457.5, "CHF": 88.1}

    items = list(book["Posten"].iter_rows(min_row=2, values_only=True))
    assert items[1] == (
        42,
        "Beispiel Bau AG",
        "10001",
        "RE-2026-0002",
        datetime(2026, 9, 3),
        datetime(2026, 9, 17),
        857.5,
        500,
        357.5,
        "EUR",
        "Erinnerung",
        None,
        None,
    )
    assert items[2][8] == -90


@pytest.mark.parametrize(
    "name",
    ['=HYPERLINK("http://beispiel.example")', "+49 89", "-1+1", "@SUM(A1)", "#N/A", "=1", "0815"],
)
def test_text_in_the_spreadsheet_stays_text(name: str) -> None:
    given = context([line(1, "1.00", number=name)])
    listed = proposals((given.notice, debtor(name=name, label=name)))
    book = load_workbook(io.BytesIO(RENDERER.proposal_list_xlsx(listed)))
    for sheet in book.worksheets:
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == name]
        assert len(cells) == 3
        assert {cell.data_type for cell in cells} == {"s"}
        assert {bool(cell.quotePrefix) for cell in cells} == {name[0] in "=+-@"}


@pytest.mark.parametrize("name", ["株式会社 Muster", "Muster 🦫 GmbH", "x" * 5000, "wort " * 2000])
def test_one_strange_name_does_not_cost_the_lists_of_the_others(name: str) -> None:
    strange = context([line(1, "10.00")], owed_by=debtor(name=name))
    other = context([line(2, "20.00")], id=NoticeId(43), owed_by=debtor(name="Zweiter Kunde"))
    listed = proposals((strange.notice, strange.debtor), (other.notice, other.debtor))
    assert "Zweiter Kunde" in text(RENDERER.proposal_list_pdf(listed))
    letter = RENDERER.letter(other)
    written = [(strange.notice, strange.debtor, letter), (other.notice, other.debtor, letter)]
    assert "Zweiter Kunde" in text(RENDERER.print_file(creditor(), RUN, ISSUED, written))


def with_charges() -> ProposalList:
    since = date(2026, 3, 25)
    demanded = context(
        [
            late(1, "1190.00", since=since),
            late(2, "300.00", of="500.00", since=None, disputed="50"),
        ],
        charges=(interest(1, "1190.00", since), lump_sum(1), lump_sum(2, demanded=False), fee()),
    )
    plan = context(
        [line(3, "100.00", of="400.00", level=0)],
        text="instalment",
        kind=NoticeKind.PLAN,
        id=NoticeId(43),
    )
    return proposals((demanded.notice, demanded.debtor), (plan.notice, plan.debtor))


def test_the_list_shows_charges_by_kind_and_since_when_there_is_default() -> None:
    page = text(RENDERER.proposal_list_pdf(with_charges()))
    for wanted in (
        "In Verzug seit Nebenforderungen",
        "25.03.2026",
        "Verzugszinsen 82,89 €",
        "Verzugspauschale 40,00 €",
        "Verzugspauschale (nachrichtlich) 40,00 €",
        "Mahngebühr 2,50 €",
        "1.615,39 €",
        "Rate RE-2026-0003",
        "Summe EUR (2) 1.715,39 €",
    ):
        assert wanted in page, wanted
    plain = text(RENDERER.proposal_list_pdf(two_proposals()))
    assert "Nebenforderungen" not in plain
    assert "Verzug" not in plain


def test_the_spreadsheet_tells_demanded_charges_from_shown_ones() -> None:
    book = load_workbook(io.BytesIO(RENDERER.proposal_list_xlsx(with_charges())))
    assert book.sheetnames == ["Mahnvorschläge", "Posten", "Nebenforderungen"]
    notices = list(book["Mahnvorschläge"].iter_rows(values_only=True))
    first = dict(zip(notices[0], notices[1], strict=True))
    assert first["Nebenforderungen"] == 125.39
    assert first["Nachrichtlich"] == 40
    assert first["In Verzug seit"] == datetime(2026, 3, 25)
    items = list(book["Posten"].iter_rows(values_only=True))
    disputed, rate = (dict(zip(items[0], row, strict=True)) for row in items[2:4])
    assert (disputed["Bezahlt"], disputed["Offen"], disputed["Davon strittig"]) == (150, 300, 50)
    assert (rate["Bezahlt"], rate["Stufe"]) == (None, "Rate")
    charges = list(book["Nebenforderungen"].iter_rows(min_row=2, values_only=True))
    assert [(row[3], row[8], row[10]) for row in charges] == [
        ("Verzugszinsen", 82.89, "ja"),
        ("Verzugspauschale", 40, "ja"),
        ("Verzugspauschale (nachrichtlich)", 40, "nein"),
        ("Mahngebühr", 2.5, "ja"),
    ]
    assert charges[0][4:8] == (
        "RE-2026-0001",
        "§ 288 Abs. 2 BGB",
        datetime(2026, 3, 25),
        datetime(2026, 11, 23),
    )


@pytest.mark.parametrize("name", ["=1+1", "#read", "株式会社", "x" * 3000])
def test_foreign_text_in_charges_is_text_in_the_lists(name: str) -> None:
    odd = lump_sum(1)._replace(number=name, basis=name, kind=name)
    given = context([line(1, "1.00")], charges=(odd,))
    listed = proposals((given.notice, given.debtor))
    assert "Gesamt" not in text(RENDERER.proposal_list_pdf(listed))
    book = load_workbook(io.BytesIO(RENDERER.proposal_list_xlsx(listed)))
    row = [cell.value for cell in book["Nebenforderungen"][2]]
    assert row[3:6] == [name] * 3
    assert book["Nebenforderungen"]["E2"].data_type == "s"


def test_the_cover_list_calls_an_instalment_by_its_name() -> None:
    plan = with_charges().rows[1]
    written = [(*plan, RENDERER.letter(context()))]
    assert "10115 Berlin Rate 1 1 100,00 €" in text(
        RENDERER.print_file(creditor(), RUN, ISSUED, written)
    )
