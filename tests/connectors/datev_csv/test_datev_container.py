"""Encodings, delimiters, headers and captions: what is around the rows."""

from __future__ import annotations

import codecs
from datetime import date

import pytest
from datev_rows import invoice

from core.errors import DataRefused
from sandbox.datev_captions import POSTINGS_13
from sandbox.datev_writer import write_postings

UMLAUT = invoice(c14="Überweisung Müller – 5 €")


def _recode(bom: bytes, encoding: str):
    return lambda content: bom + content.decode("cp1252").encode(encoding)


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (bytes, "cp1252"),
        (_recode(b"", "utf-8"), "utf-8"),
        (_recode(codecs.BOM_UTF8, "utf-8"), "utf-8-sig"),
        (_recode(codecs.BOM_UTF16_LE, "utf-16-le"), "utf-16"),
        (_recode(codecs.BOM_UTF16_BE, "utf-16-be"), "utf-16"),
    ],
)
def test_every_encoding_gives_the_same_posting(batch, change, encoding) -> None:
    result = batch(UMLAUT, change=change)
    assert result.info.encoding == encoding
    assert result.postings[0].text == "Überweisung Müller – 5 €"
    assert result.postings[0].external_id == batch(UMLAUT).postings[0].external_id


def test_a_byte_that_cp1252_lacks_is_replaced_and_reported(batch) -> None:
    result = batch(UMLAUT, change=lambda c: c.replace(b"\x80", b"\x81"))
    assert result.postings[0].text.endswith("5 \ufffd")
    assert [(p.code, p.where) for p in result.problems] == [("undefined_bytes", "EXTF_Test.csv:3")]


@pytest.mark.parametrize("delimiter", [b"\t", b","])
def test_other_delimiters(batch, delimiter) -> None:
    def change(content: bytes) -> bytes:
        return content.replace(b"1190,00", b'"1190,00"').replace(b";", delimiter)

    assert batch(invoice(), change=change).postings[0].effect.plain() == "1190.00"


def _header(content: bytes, edit) -> bytes:
    head, rest = content.split(b"\r\n", 1)
    return b";".join(edit(head.split(b";"))) + b"\r\n" + rest


@pytest.mark.parametrize(
    "edit",
    [
        lambda f: f + [b""] * 94,  # padded to the width of the data
        lambda f: f[:22],  # home-made exporters stop early
        lambda f: [f[0].strip(b'"'), b"510", *f[2:]],
        lambda f: [f[0], b"300", *f[2:]],
        lambda f: [b'"DTVF"', *f[1:]],
        lambda f: [*f[:5], b"2,02604E+16", *f[6:]],
        lambda f: [*f[:12], b'"20260101"', *f[13:]],
    ],
)
def test_headers_of_other_tools(batch, edit) -> None:
    result = batch(invoice(), change=lambda c: _header(c, edit))
    assert result.postings[0].booked_on == date(2026, 3, 5)
    assert result.info.client == "29098/55003"


def test_category_22_is_a_buchungsstapel_by_its_name(batch) -> None:
    result = batch(invoice(), change=lambda c: _header(c, lambda f: [*f[:2], b"22", *f[3:]]))
    assert len(result.postings) == 1
    assert [p.code for p in result.problems] == ["category_by_name"]


def test_a_header_with_one_field_too_many_is_understood(batch) -> None:
    result = batch(invoice(), change=lambda c: _header(c, lambda f: [*f[:6], b"", *f[6:]]))
    assert result.postings[0].booked_on == date(2026, 3, 5)
    assert [p.code for p in result.problems] == ["header_shifted"]


@pytest.mark.parametrize("field", [12, 13])
def test_without_year_or_account_length_the_file_is_refused(batch, field) -> None:
    def edit(fields):
        return [*fields[:field], b"", *fields[field + 1 :]]

    with pytest.raises(DataRefused, match=r"Kopfzeile Feld 1[34]"):
        batch(invoice(), change=lambda c: _header(c, edit))


def test_known_categories_are_named_and_passed_over(batch) -> None:
    def edit(fields):
        return [*fields[:2], b"65", b'"Wiederkehrende Buchungen"', *fields[4:]]

    result = batch(invoice(), change=lambda c: _header(c, edit))
    assert result.info.category == "ignored"
    assert "Wiederkehrende Buchungen" in result.info.note
    assert result.postings == ()


def test_an_unknown_category_is_refused(batch) -> None:
    def edit(fields):
        return [*fields[:2], b"99", b'"Sternzeichen"', *fields[4:]]

    with pytest.raises(DataRefused, match="Sternzeichen"):
        batch(invoice(), change=lambda c: _header(c, edit))


def _captions(content: bytes, captions: list[str] | None) -> bytes:
    head, _, rest = content.split(b"\r\n", 2)
    lines = [head] if captions is None else [head, ";".join(captions).encode("cp1252")]
    return b"\r\n".join([*lines, rest])


@pytest.mark.parametrize(
    "captions",
    [
        None,
        [""] * 125,
        ["Umsatz", "S/H", *[""] * 4, "Konto", "Gegenkonto", *[""] * 117],
        [text.replace(" - ", " – ").replace("ü", "ue").upper() for text in POSTINGS_13],
        ["Spalte"] * 125,
    ],
)
def test_position_holds_where_captions_are_missing_blank_or_foreign(batch, captions) -> None:
    row = invoice(c105="MANDAT-1", c117="19032026")
    posting = batch(row, change=lambda c: _captions(c, captions)).postings[0]
    assert (posting.direct_debit, posting.due_date) == (True, date(2026, 3, 19))


def test_a_recognised_caption_at_another_position_wins(read) -> None:
    head = write_postings([], from_on=date(2026, 1, 1), until_on=date(2026, 12, 31))
    head = head.split(b"\r\n")[0]
    body = (
        "Konto;Gegenkonto;Belegdatum;Umsatz;S/H;Fälligkeit;Belegfeld 1\r\n"
        "10001;8400;0503;1190,00;S;19032026;RE-7\r\n"
    )
    posting = read(head + b"\r\n" + body.encode("cp1252")).postings[0]
    assert (posting.account, posting.number) == ("100010000", "RE-7")
    assert posting.effect.plain() == "1190.00"
    assert posting.due_date == date(2026, 3, 19)


def test_short_rows_are_read_and_blank_lines_do_not_count(batch) -> None:
    def change(content: bytes) -> bytes:
        head, captions, row, _ = content.split(b"\r\n")
        return b"\r\n".join([head, captions, b"", b";".join(row.split(b";")[:14]), b";;;;", b""])

    result = batch(invoice(), change=change)
    assert (result.info.rows, len(result.postings)) == (1, 1)
    assert result.postings[0].row == 4
