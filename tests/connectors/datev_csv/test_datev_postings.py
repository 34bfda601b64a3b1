"""Buchungsstapel: whose side, how much, what kind, when due (datev.md §§2.1-2.7)."""

from __future__ import annotations

from datetime import date

import pytest
from datev_rows import invoice

from core.domain.records import PostingKind
from core.errors import ConfigError
from sandbox.datev_writer import Office

K = PostingKind


@pytest.mark.parametrize(
    ("changes", "effect", "kind"),
    [
        ({}, "1190.00", K.INVOICE),
        ({"c2": "H", "c7": "8400", "c8": "10001"}, "1190.00", K.INVOICE),
        ({"c7": "1200", "c8": "10001"}, "-1190.00", K.PAYMENT),
        ({"c7": "1360", "c8": "10001"}, "-1190.00", K.PAYMENT),
        ({"c7": "1200", "c8": "10001", "c1": "1166,20", "c13": "23,80"}, "-1190.00", K.PAYMENT),
        ({"c2": "H", "c7": "1200", "c8": "10001"}, "1190.00", K.REFUND),
        ({"c2": "H"}, "-1190.00", K.CREDIT_NOTE),
        ({"c2": "H", "c9": "20"}, "-1190.00", K.REVERSAL),
        ({"c2": "H", "c9": "29"}, "-1190.00", K.REVERSAL),
        ({"c2": "H", "c9": "3"}, "-1190.00", K.CREDIT_NOTE),
        ({"c2": "H", "c118": "1"}, "-1190.00", K.REVERSAL),
        ({"c2": "H", "c118": "G"}, "-1190.00", K.REVERSAL),
        ({"c2": "H", "c118": "0"}, "-1190.00", K.CREDIT_NOTE),
        ({"c7": "2400", "c8": "10001"}, "-1190.00", K.WRITE_OFF),
        ({"c8": "9000"}, "1190.00", K.OPENING),
        ({"c8": "9008", "c2": "H"}, "-1190.00", K.OPENING),
        ({"c18": "31"}, "1190.00", K.DUNNING_CHARGE),
        ({"c18": "40"}, "1190.00", K.DUNNING_CHARGE),
        ({"c18": "84"}, "1190.00", K.DUNNING_CHARGE),
        ({"c96": "AA"}, "1190.00", K.DOWN_PAYMENT_REQUEST),
        ({"c8": "70001", "c2": "H"}, "-1190.00", K.TRANSFER),
        ({"c8": "4930"}, "1190.00", K.OTHER),
    ],
)
def test_effect_and_kind(posting, changes, effect, kind) -> None:
    found = posting(invoice(**changes))
    assert (found.effect.plain(), found.kind) == (effect, kind)
    assert found.base_effect == found.effect


def test_a_cancelled_payment_brings_its_discount_back(posting) -> None:
    back = posting(invoice(c2="H", c7="1200", c8="10001", c1="1166,20", c13="23,80", c118="1"))
    assert (back.effect.plain(), back.kind) == ("1190.00", K.REVERSAL)


def test_discount_on_an_invoice_row_is_not_counted_but_reported(batch) -> None:
    result = batch(invoice(c13="23,80"))
    assert result.postings[0].effect.plain() == "1190.00"
    assert result.postings[0].discount is None
    assert [p.code for p in result.problems] == ["discount_ignored"]


def test_a_transfer_between_debtors_moves_both(batch) -> None:
    from_, to = batch(invoice(c2="H", c7="10001", c8="10002", c1="35,00")).postings
    assert (from_.account, from_.effect.plain()) == ("100010000", "-35.00")
    assert (to.account, to.effect.plain()) == ("100020000", "35.00")
    assert from_.kind is to.kind is K.TRANSFER
    assert from_.external_id != to.external_id
    assert from_.content_key == to.content_key


@pytest.mark.parametrize("chart", ["03", "04"])
def test_the_chart_decides_what_1800_is(posting, chart) -> None:
    row = invoice(c7="1800", c8="10001")
    found = posting(row, office=Office(chart=chart))
    assert found.kind is (K.PAYMENT if chart == "04" else K.OTHER)


def test_without_field_27_the_revenue_accounts_tell_the_chart(batch) -> None:
    rows = [invoice(c8="4400"), invoice(c8="4400"), invoice(c7="1800", c8="10001")]
    assert [p.kind for p in batch(*rows, office=Office(chart="")).postings][2] is K.PAYMENT


def test_an_unknown_chart_is_reported_and_gives_no_booked_until(batch) -> None:
    result = batch(invoice(c7="1200", c8="10001"), office=Office(chart="14"))
    assert [p.code for p in result.problems] == ["chart_unknown"]
    assert (result.postings[0].kind, result.info.booked_until) == (K.OTHER, None)


def test_settings_replace_chart_and_lists(batch) -> None:
    row = invoice(c7="1800", c8="10001")
    assert batch(row, chart="SKR04").postings[0].kind is K.PAYMENT
    result = batch(row, money_accounts="1800", bank_accounts="1700-1899")
    assert (result.postings[0].kind, result.info.booked_until) == (K.PAYMENT, date(2026, 3, 5))
    for wrong in ({"chart": "SKR99"}, {"bank_accounts": "Sparkasse"}):
        with pytest.raises(ConfigError):
            batch(row, **wrong)


def test_booked_until_is_the_last_bank_row_inside_the_period(batch) -> None:
    bank = {1: "85,00", 2: "H", 7: "1200", 8: "4910", 14: "Porto"}
    result = batch(
        invoice(c10="3006"), bank | {10: "0506"}, bank | {10: "0406"}, bank | {10: "3112"},
        period=(date(2026, 1, 1), date(2026, 6, 30)),
    )  # fmt: skip
    assert result.info.booked_until == date(2026, 6, 5)


@pytest.mark.parametrize(
    ("length", "account", "canonical"),
    [(4, "10001", "100010000"), (5, "100010", "100010000"), (8, "100010000", "100010000"),
     (4, "69999", "699990000"), (4, "0010001", "100010000")],
)  # fmt: skip
def test_debtors_have_one_digit_more_than_ledger_accounts(
    posting, length, account, canonical
) -> None:
    revenue = "8400".ljust(length, "0")
    found = posting(invoice(c7=account, c8=revenue), office=Office(account_length=length))
    assert (found.account, found.account_label, found.kind) == (canonical, account, K.INVOICE)


def test_suppliers_and_ledger_rows_make_no_posting(batch) -> None:
    assert batch(invoice(c7="70001"), invoice(c7="85"), invoice(c7="0085")).postings == ()


def test_an_account_too_long_for_the_header_is_an_error(batch) -> None:
    result = batch(invoice(c7="100010"), invoice())
    assert [p.code for p in result.problems] == ["account_length"]


def test_own_and_foreign_currency(posting) -> None:
    swiss = {"c1": "124,00", "c3": "CHF", "c8": "8120"}
    filled = posting(invoice(**swiss, c4="1,240402", c5="100,00", c6="EUR"))
    assert (str(filled.effect), str(filled.base_effect)) == ("124.00 CHF", "100.00 EUR")
    by_rate = posting(invoice(**swiss, c4="1,240402"))
    assert str(by_rate.base_effect) == "99.97 EUR"
    paid = {"c7": "1200", "c8": "10001", "c1": "122,00", "c13": "2,00", "c3": "CHF"}
    with_discount = posting(invoice(**paid, c5="98,39", c6="EUR"))
    assert str(with_discount.effect) == "-124.00 CHF"
    assert str(with_discount.base_effect) == "-100.00 EUR"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"c1": ""}, "amount_missing", "Umsatz"),
        ({"c1": "-5,00"}, "amount_invalid", "Umsatz"),
        ({"c1": "5,005"}, "amount_invalid", "Umsatz"),
        ({"c1": "1.190"}, "amount_invalid", "Umsatz"),
        ({"c2": "X"}, "side_invalid", "Soll/Haben"),
        ({"c3": "FRANKEN"}, "currency_invalid", "WKZ"),
        ({"c3": "CHF"}, "rate_missing", "Kurs"),
        ({"c8": ""}, "account_missing", "Gegenkonto"),
        ({"c10": ""}, "date_missing", "Belegdatum"),
        ({"c10": "3202"}, "date_invalid", "Belegdatum"),
        ({"c10": "2902"}, "date_invalid", "Belegdatum"),
    ],
)
def test_one_bad_row_is_named_and_its_neighbours_survive(batch, changes, code, field) -> None:
    result = batch(invoice(c11="A"), invoice(**changes), invoice(c11="B"))
    assert [p.number for p in result.postings] == ["A", "B"]
    (error,) = [p for p in result.problems if p.severity == "error"]
    assert error.code == code
    assert error.where.startswith(f"EXTF_Test.csv:4 {field}")
    assert result.row_error_accounts == {"100010000"}


@pytest.mark.parametrize(
    ("amount", "plain"), [("230", "230.00"), ("618,9", "618.90"), ("1.190,00", "1190.00")]
)
def test_amounts_as_tools_write_them(posting, amount, plain) -> None:
    assert posting(invoice(c1=amount)).effect.plain() == plain


def test_a_row_of_nothing_is_passed_over_with_a_warning(batch) -> None:
    result = batch(invoice(c1="0,00"))
    assert ([p.code for p in result.problems], result.postings) == (["amount_zero"], ())


@pytest.mark.parametrize(
    ("start", "period", "text", "day", "code"),
    [
        (date(2026, 1, 1), (date(2026, 1, 1), date(2026, 12, 31)), "503", date(2026, 3, 5), None),
        (date(2025, 7, 1), (date(2025, 7, 1), date(2026, 6, 30)), "0107", date(2025, 7, 1), None),
        (date(2025, 7, 1), (date(2025, 7, 1), date(2026, 6, 30)), "3006", date(2026, 6, 30), None),
        (date(2025, 1, 1), (date(2026, 1, 1), date(2026, 1, 31)), "0501", date(2026, 1, 5), "year_from_period"),
        (date(2023, 1, 1), (date(2024, 2, 1), date(2024, 2, 29)), "2902", date(2024, 2, 29), "year_from_period"),
        (date(2026, 1, 1), (date(2026, 1, 1), date(2026, 1, 31)), "0503", date(2026, 3, 5), "date_outside_period"),
    ],
)  # fmt: skip
def test_year_of_the_document_date(batch, start, period, text, day, code) -> None:
    result = batch(invoice(c10=text), office=Office(year_start=start), period=period)
    assert result.postings[0].booked_on == day
    assert [p.code for p in result.problems] == ([code] if code else [])


@pytest.mark.parametrize(
    ("changes", "due", "rule", "term", "references", "code"),
    [
        ({"c117": "19032026"}, date(2026, 3, 19), "column_117", None, (), None),
        ({"c117": "4042026"}, date(2026, 4, 4), "column_117", None, (), None),
        ({"c117": "19032026", "c12": "040426"}, date(2026, 3, 19), "column_117", None, ("040426",), None),
        ({"c12": "040426"}, date(2026, 4, 4), "belegfeld_2", None, (), None),
        ({"c12": "40426"}, date(2026, 4, 4), "belegfeld_2", None, (), None),
        ({"c12": "030326"}, date(2026, 3, 3), "belegfeld_2", None, (), "due_before_document"),
        ({"c12": "160318"}, None, "", None, ("160318",), "due_before_document"),
        ({"c12": "010129"}, None, "", None, ("010129",), "due_date_implausible"),
        ({"c12": "10"}, None, "term", 10, (), None),
        ({"c12": "PO-4711"}, None, "", None, ("PO-4711",), None),
        ({"c117": "31022026"}, None, "", None, (), "due_date_invalid"),
        ({"c117": "01012025"}, None, "", None, (), "due_before_document"),
        ({"c12": "040426", "c7": "1200", "c8": "10001"}, None, "", None, ("040426",), None),
    ],
)  # fmt: skip
def test_due_date(batch, changes, due, rule, term, references, code) -> None:
    result = batch(invoice(**changes))
    found = result.postings[0]
    assert (found.due_date, found.due_rule, found.term) == (due, rule, term)
    assert found.references == references
    assert [p.code for p in result.problems] == ([code] if code else [])


def test_blocks_mandate_sundry_address_and_references(posting) -> None:
    plain = posting(invoice(c11=" re 1 "))
    assert (plain.blocked, plain.direct_debit, plain.item_key) == (False, False, "RE1")
    full = posting(
        invoice(c15="1", c111="30062026", c105="MANDAT-1", c16="DIV500", c95="BEST-77", c115="01032026",
                c21="Rechnung", c22="INV/2026/9", c24="Filiale Mitte", c26="05.03.2026")
    )  # fmt: skip
    assert (full.blocked, full.blocked_until) == (True, date(2026, 6, 30))
    assert (full.direct_debit, full.sundry_address) == (True, "DIV500")
    assert full.references == ("BEST-77", "INV/2026/9")
    assert full.delivery_date == date(2026, 3, 1)
    assert posting(invoice(c111="30062026")).blocked


def test_an_unreadable_block_date_blocks_without_end(batch) -> None:
    result = batch(invoice(c111="bald"))
    assert (result.postings[0].blocked, result.postings[0].blocked_until) == (True, None)
    assert [p.code for p in result.problems] == ["block_date_invalid"]


@pytest.mark.parametrize(
    ("flags", "locked"), [(("1", "1"), True), (("1", "0"), False), (("", ""), False)]
)
def test_a_batch_with_an_open_row_is_not_locked(batch, flags, locked) -> None:
    assert batch(*(invoice(c114=flag) for flag in flags)).info.locked is locked
