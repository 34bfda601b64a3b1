"""The same file again changes nothing; two equal rows both count (datev.md §7)."""

from __future__ import annotations

from datetime import date

from datev_rows import invoice

GUID = "0123abcd-4567-89ab-cdef-0123456789ab"
OTHER = "1123abcd-4567-89ab-cdef-0123456789ab"


def _ids(result) -> list[str]:
    return [posting.external_id for posting in result.postings]


def test_reading_twice_gives_the_same_ids(batch) -> None:
    rows = [invoice(), invoice(), invoice(c11="RE-2"), invoice(c103=GUID)]
    assert _ids(batch(*rows)) == _ids(batch(*rows))
    assert len(set(_ids(batch(*rows)))) == 4


def test_equal_rows_are_numbered_and_share_a_content_key(batch) -> None:
    first, second = batch(invoice(), invoice()).postings
    assert first.external_id != second.external_id
    assert first.content_key == second.content_key


def test_an_equal_row_in_another_batch_is_another_posting_with_the_same_content(batch) -> None:
    (january,) = batch(invoice(), label="Januar").postings
    (february,) = batch(invoice(), label="Februar").postings
    assert january.external_id != february.external_id
    assert january.content_key == february.content_key
    assert january.batch != february.batch


def test_the_stamp_of_the_export_does_not_change_the_batch(batch) -> None:
    again = batch(invoice(), change=lambda c: c.replace(b"20261231120000000", b"20270101080000000"))
    assert again.info.identity == batch(invoice()).info.identity
    assert again.info.sha256 != batch(invoice()).info.sha256


def test_a_guid_is_the_id_in_every_batch(batch) -> None:
    (one,) = batch(invoice(c103=GUID), label="A").postings
    (two,) = batch(invoice(c103="{" + GUID.upper() + "}"), label="B").postings
    assert one.external_id == two.external_id == GUID
    assert one.has_guid


def test_the_same_guid_and_content_twice_counts_once(batch) -> None:
    result = batch(invoice(c103=GUID), invoice(c103=GUID))
    assert _ids(result) == [GUID]
    assert [p.code for p in result.problems] == ["guid_repeated"]


def test_rows_that_share_a_guid_all_count_whatever_their_order(batch) -> None:
    one, two = invoice(c103=GUID), invoice(c103=GUID, c1="5,00")
    rest = invoice(c103=OTHER)
    assert len(_ids(batch(one, two, rest))) == 3
    assert set(_ids(batch(one, two, rest))) == set(_ids(batch(rest, two, one)))
    assert OTHER in _ids(batch(one, two, rest))


def test_text_that_is_no_guid_is_no_id(batch) -> None:
    (posting,) = batch(invoice(c103="Leerfeld")).postings
    assert not posting.has_guid


def test_identity_names_category_client_period_and_label(batch) -> None:
    result = batch(invoice(), period=(date(2026, 3, 1), date(2026, 3, 31)), label="März")
    assert result.info.identity == "21|29098/55003|2026-03-01|2026-03-31|März"
