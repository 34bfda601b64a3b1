"""When an item is due, and what was open of it on any day."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ledger_story import (
    ACCOUNT,
    balance,
    build,
    codes,
    day,
    eur,
    invoice,
    master,
    only,
    payment,
    posting,
)

from core.domain.due_date import term_due
from core.domain.ledger import LedgerRules, history, outstanding_on
from core.domain.records import PaymentTerm, PostingKind, TermPeriod

# Term 14 of DATEV's own sample: invoices up to the 10th, the 20th, and the rest of the month.
PERIODS = PaymentTerm(
    14, "Drei Zeiträume", 0, (TermPeriod(31, 20, 1), TermPeriod(10, 31, 0), TermPeriod(20, 10, 1))
)
RULES = LedgerRules(
    terms={10: PaymentTerm(10, "60 Tage", 60), 14: PERIODS, 15: PaymentTerm(15, "leer", None)}
)


def due(row, **more) -> tuple[str, str]:
    """Due date and the rule that gave it."""
    item = only(build(row, rules=RULES, **more))
    return f"{item.due_date:%d.%m.%Y}", item.facts["due_rule"]


def test_the_posting_decides_first():
    row = invoice("5.1.", "RE-1", "1.00", due_date=day("20.1."), due_rule="belegfeld_2", term=10)
    assert due(row, master=master(term=14, due_days=7)) == ("20.01.2026", "belegfeld_2")
    assert due(row._replace(due_rule="")) == ("20.01.2026", "posting")


def test_then_its_payment_term_then_the_debtor_then_the_default():
    with_term = invoice("5.1.", "RE-1", "1.00", term=10)
    without = invoice("5.1.", "RE-1", "1.00")
    agreed = master(term=14, due_days=7)
    assert due(with_term, master=agreed) == ("06.03.2026", "term")
    assert due(with_term._replace(term=99), master=agreed) == ("31.01.2026", "debtor_term")
    assert due(without, master=agreed) == ("31.01.2026", "debtor_term")
    assert due(without, master=master(term=15, due_days=7)) == ("12.01.2026", "debtor_days")
    # An export writes 0 days where nothing was agreed.
    assert due(without, master=master(due_days=0)) == ("04.02.2026", "default")
    assert due(without) == ("04.02.2026", "default")


def test_what_a_list_says_of_the_item_goes_before_what_is_agreed_with_the_debtor():
    line = balance("31.1.", "RE-1", "1.00", invoice_date=day("5.1."), due_date=day("20.1."))
    item = only(build(line, rules=RULES, master=master(due_days=7)))
    assert (item.due_date, item.facts["due_rule"]) == (day("20.1."), "opos")
    item = only(build(replace(line, due_date=None), rules=RULES, master=master(due_days=7)))
    assert (item.due_date, item.facts["due_rule"]) == (day("12.1."), "debtor_days")


def test_of_several_rows_of_one_invoice_the_latest_due_date_counts():
    rows = [
        invoice("5.1.", "RE-1", "1.00", due_date=day("20.1.")),
        invoice("5.1.", "RE-1", "1.00", due_date=day("19.1.")),
        invoice("5.1.", "RE-1", "1.00"),
    ]
    assert only(build(*rows)).due_date == day("20.1.")


@pytest.mark.parametrize(
    ("invoiced", "expected"),
    [
        ("1.1.", "31.1."),
        ("10.1.", "31.1."),
        ("10.2.", "28.2."),
        ("11.1.", "10.2."),
        ("20.12.", "10.1.2027"),
        ("21.1.", "20.2."),
        ("31.12.", "20.1.2027"),
    ],
)
def test_a_term_by_periods(invoiced, expected):
    assert term_due(PERIODS, day(invoiced)) == day(expected)


def test_a_term_may_say_nothing_about_a_day():
    to_the_tenth = PaymentTerm(16, "", 30, (TermPeriod(10, 31, 2),))
    assert term_due(to_the_tenth, day("31.12.")) is None
    assert term_due(to_the_tenth, day("10.12.")) == day("28.2.2027")


def test_a_due_date_before_the_invoice_is_not_used_and_reported():
    row = invoice("5.1.", "RE-1", "1.00", due_date=day("4.1."), due_rule="column_117", row=4711)
    result = build(row, master=master(due_days=7))
    assert (only(result).due_date, only(result).facts["due_rule"]) == (day("12.1."), "debtor_days")
    (problem,) = result.problems
    assert problem.where == "EXTF_Buchungsstapel.csv:4711 Fälligkeit"
    assert "04.01.2026 (column_117)" in problem.message
    assert "12.01.2026 (debtor_days)" in problem.message
    # The day of the invoice itself is not before it.
    assert due(row._replace(due_date=day("5.1."))) == ("05.01.2026", "column_117")


def test_a_term_that_falls_before_the_invoice_is_passed_over_too():
    early = LedgerRules(terms={1: PaymentTerm(1, "", None, (TermPeriod(31, 5, 0),))})
    result = build(invoice("8.1.", "RE-1", "1.00", term=1), rules=early)
    assert (only(result).due_date, codes(result)) == (day("7.2."), ["due_before_invoice"])


class TestHistory:
    rows = (
        invoice("5.1.", "RE-1", "100.00"),
        payment("9.1.", "RE-1", "30.00"),
        payment("9.1.", "RE-1", "20.00"),
        posting(PostingKind.WRITE_OFF, "1.3.", "", "-50.00"),
        payment("2.2.", "AUSZUG 1", "7.00", id="p"),
    )

    def test_what_is_outstanding_on_any_day(self):
        course = history(ACCOUNT, self.rows, (), LedgerRules(), f"{ACCOUNT}/RE-1")
        assert course == (
            (day("5.1."), eur("100.00")), (day("9.1."), eur("50.00")), (day("1.3."), eur("0.00")),
        )  # fmt: skip
        assert outstanding_on(course, day("4.1.")) is None
        assert outstanding_on(course, day("5.1.")) == eur("100.00")
        assert outstanding_on(course, day("8.1.")) == eur("100.00")
        assert outstanding_on(course, day("9.1.")) == eur("50.00")
        assert outstanding_on(course, day("1.1.2030")) == eur("0.00")

    def test_of_money_on_account(self):
        course = history(ACCOUNT, self.rows, (), LedgerRules(), f"{ACCOUNT}/~p")
        assert course == ((day("2.2."), eur("-7.00")),)

    def test_of_an_item_that_is_not_there(self):
        assert history(ACCOUNT, self.rows, (), LedgerRules(), f"{ACCOUNT}/RE-9") == ()
