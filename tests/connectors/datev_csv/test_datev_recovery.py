"""Broken quotes, torn rows and line breaks cost one row, never its neighbours."""

from __future__ import annotations

import pytest
from datev_rows import invoice

from connectors.datev_csv.rows import MAX_LINE_LENGTH, BrokenRow, Records, broken_field, mend


def _spoil(row: int, old: bytes, new: bytes):
    """Changes one line of the file (0 = header, 1 = captions, 2 = first row)."""

    def change(content: bytes) -> bytes:
        lines = content.split(b"\r\n")
        assert old in lines[row]
        lines[row] = lines[row].replace(old, new)
        return b"\r\n".join(lines)

    return change


ROWS = [invoice(c11="A", c7="10001"), invoice(c11="B", c7="10002"), invoice(c11="C", c7="10003")]


@pytest.mark.parametrize("new", [b'"Lieferung', b'"Lieferung" x', b'Lieferung"'])
@pytest.mark.parametrize("row", [2, 3, 4])
def test_a_quote_that_does_not_match_costs_one_row(batch, row, new) -> None:
    result = batch(*ROWS, change=_spoil(row, b'"Lieferung"', new))
    left = [p.number for p in result.postings]
    if new == b'Lieferung"':  # a quote inside an unquoted field is plain text
        assert left == ["A", "B", "C"]
        return
    assert left == [n for n in "ABC" if n != "ABC"[row - 2]]
    (error,) = result.problems
    assert error.code == "broken_quotes"
    assert error.where == f"EXTF_Test.csv:{row + 1} Buchungstext"
    assert "Feld 14" in error.message
    assert result.row_error_accounts == {f"1000{row - 1}0000"}
    assert [p.row for p in result.postings] == [n for n in (3, 4, 5) if n != row + 1]


@pytest.mark.parametrize(
    ("new", "text"),
    [
        (b'"Tisch 24" Zoll"', 'Tisch 24" Zoll'),
        (b'" "Normalabschr. VermG" "', '"Normalabschr. VermG"'),
        (b'"Rohr "" 2" lang"', 'Rohr " 2" lang'),
    ],
)
def test_quotes_inside_a_text_are_read_where_every_delimiter_is_certain(batch, new, text) -> None:
    result = batch(*ROWS, change=_spoil(3, b'"Lieferung"', new))
    assert [p.number for p in result.postings] == ["A", "B", "C"]
    assert [p.text for p in result.postings] == ["Lieferung", text, "Lieferung"]
    (warning,) = result.problems
    assert (warning.code, warning.severity) == ("quotes_repaired", "warning")
    assert warning.where == "EXTF_Test.csv:4 Buchungstext"
    assert (result.info.refused, result.row_error_accounts) == (0, frozenset())


def test_quotes_and_a_delimiter_in_one_text_are_not_guessed(batch) -> None:
    result = batch(*ROWS, change=_spoil(3, b'"Lieferung"', b'"Rohr; 2" lang"'))
    assert [p.number for p in result.postings] == ["A", "C"]
    assert [p.code for p in result.problems] == ["broken_quotes"]


def test_a_row_of_another_width_is_not_guessed(batch) -> None:
    result = batch(*ROWS, change=_spoil(3, b';"Lieferung"', b';"Tisch 24" Zoll";;'))
    assert [p.number for p in result.postings] == ["A", "C"]
    assert [p.code for p in result.problems] == ["broken_quotes"]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('1;"a" b";2', ["1", 'a" b', "2"]),
        ('1;"a;2', None),  # the quoted field may go on behind the delimiter
        ('1;"a"";2"', None),  # and does so here: a doubled quote ends nothing
        ('1;";"', None),
        ('1;"a" b;2', None),
        ('1;a";2', None),
        ('1;"a" b"', None),
    ],
)
def test_a_broken_line_is_mended_only_where_there_is_one_way_to_read_it(line, fields) -> None:
    assert mend(line, ";", 3) == fields


def test_a_line_break_inside_quotes_is_text(batch) -> None:
    result = batch(*ROWS, change=_spoil(3, b'"Lieferung"', b'"Liefe\r\nrung"'))
    assert [p.number for p in result.postings] == ["A", "B", "C"]
    assert result.postings[1].text == "Liefe rung"
    assert [p.row for p in result.postings] == [3, 4, 6]


def test_a_torn_row_is_an_error_and_holds_the_debtor_of_the_row_before(batch) -> None:
    result = batch(*ROWS, change=_spoil(3, b'"Lieferung"', b"Liefe\r\nrung"))
    assert [p.number for p in result.postings] == ["A", "B", "C"]
    assert [p.code for p in result.problems] == ["torn_row"]
    assert result.row_error_accounts == {"100020000"}


def test_a_stray_fragment_at_the_end_is_one_error(batch) -> None:
    result = batch(*ROWS, change=lambda c: c + b';"";"";0;')
    assert len(result.postings) == 3
    assert [p.code for p in result.problems] == ["torn_row"]


def test_many_broken_lines_in_a_row() -> None:
    lines = ['"ok";1\r\n', *['"x" y;2\r\n'] * 50, '"ok";3\r\n', '"open;4\r\n']
    records = Records(lines, ";")
    records.width = 2
    found = list(records)
    assert [n for n, _ in found] == list(range(1, 54))
    assert [n for n, row in found if not isinstance(row, BrokenRow)] == [1, 52]


def test_a_quote_that_swallows_the_file_is_given_up_after_some_lines() -> None:
    lines = ['"open;1\r\n', *[f"{n};2\r\n" for n in range(1000)]]
    records = Records(lines, ";")
    records.width = 2
    found = list(records)
    assert isinstance(found[0][1], BrokenRow)
    assert [row for _, row in found[1:]] == [[str(n), "2"] for n in range(1000)]


@pytest.mark.parametrize(
    ("line", "field"),
    [('"a";"b', 2), ('"a" b;c', 1), ('1;2;"x"y;4', 3), ('"a;""b""', 1), ("plain", 1)],
)
def test_the_field_of_the_broken_quote_is_named(line, field) -> None:
    assert broken_field(line, ";") == field


def test_a_line_of_millions_of_delimiters_is_cut() -> None:
    records = Records([";" * 3_000_000 + "\r\n", "a;b\r\n"], ";")
    first, second = list(records)
    assert len(first[1]) == MAX_LINE_LENGTH + 1
    assert second == (2, ["a", "b"])
