"""OPOS lists and opening balances: what was open on a day, and what only came later."""

from __future__ import annotations

from ledger_story import (
    ACCOUNT,
    balance,
    build,
    codes,
    credit_note,
    day,
    eur,
    invoice,
    items,
    listed,
    only,
    open_amounts,
    payment,
    posting,
    refund,
)

from core.domain.ledger import LedgerRules, history
from core.domain.ledger_problems import LEDGER_PROBLEM_CODES
from core.domain.model import ItemKind, ItemState
from core.domain.records import Posting, PostingKind
from core.errors import Severity


class TestList:
    def test_it_fixes_an_item_and_earlier_postings_never_add_to_it(self):
        line = balance(
            "31.1.", "RE-1", "60.00",
            total=eur("100.00"), invoice_date=day("5.1."), due_date=day("20.1."),
        )  # fmt: skip
        item = only(build(line))
        assert (item.outstanding, item.total, item.state) == (
            eur("60.00"), eur("100.00"), ItemState.PARTLY_PAID
        )  # fmt: skip
        assert (item.invoice_date, item.due_date, item.facts["due_rule"]) == (
            day("5.1."), day("20.1."), "opos"
        )  # fmt: skip

        claim = invoice("5.1.", "RE-1", "100.00")
        same_day = payment("31.1.", "RE-1", "5.00", id="in")
        result = build(line, claim, same_day)
        assert open_amounts(result) == {"RE-1": "60.00"}
        assert result.payments[0].allocations == ((f"{ACCOUNT}/RE-1", eur("5.00"), "number"),)

        later = payment("1.2.", "RE-1", "60.00")
        item = only(build(line, claim, same_day, later))
        assert (item.state, item.settled_on, item.total) == (
            ItemState.SETTLED, day("1.2."), eur("100.00")
        )  # fmt: skip

    def test_where_the_postings_agree_they_keep_their_history(self):
        rows = [invoice("5.1.", "RE-1", "100.00"), payment("20.1.", "RE-1", "40.00")]
        line = balance("31.1.", "RE-1", "60.00", due_date=day("25.1."))
        item = only(build(*rows, line))
        assert (item.state, item.total, item.due_date) == (
            ItemState.PARTLY_PAID, eur("100.00"), day("25.1.")
        )  # fmt: skip
        course = history(ACCOUNT, rows, [line], LedgerRules(), item.external_id)
        assert course == ((day("5.1."), eur("100.00")), (day("20.1."), eur("60.00")))

    def test_where_they_do_not_the_total_is_what_was_invoiced(self):
        rows = [invoice("5.1.", "RE-1", "100.00")]
        item = only(build(*rows, balance("31.1.", "RE-1", "60.00")))
        assert (item.total, item.outstanding) == (eur("100.00"), eur("60.00"))
        course = history(
            ACCOUNT, rows, [balance("31.1.", "RE-1", "60.00")], LedgerRules(), item.external_id
        )
        assert course == ((day("5.1."), eur("60.00")),)

    def test_the_balance_of_the_list_begins_with_the_last_debit_before_it(self):
        rows = [invoice("5.1.", "RE-1", "10.00"), invoice("9.1.", "RE-1", "90.00")]
        line = balance("31.1.", "RE-1", "60.00")
        course = history(ACCOUNT, rows, [line], LedgerRules(), f"{ACCOUNT}/RE-1")
        assert course == ((day("9.1."), eur("60.00")),)

    def test_the_latest_list_counts(self):
        old, new = balance("31.1.", "RE-1", "60.00"), balance("28.2.", "RE-1", "10.00")
        gone = balance("31.1.", "RE-2", "99.00")
        assert open_amounts(build(old, new, gone)) == {"RE-1": "10.00"}

    def test_a_number_absent_from_the_latest_list_is_settled_and_reported(self):
        claim = invoice("5.1.", "RE-1", "100.00", row=88)
        result = listed(claim, on="31.1.")
        item = only(result)
        assert (item.state, item.outstanding, item.settled_on, item.total) == (
            ItemState.SETTLED, eur("0.00"), day("31.1."), eur("100.00")
        )  # fmt: skip
        (problem,) = result.problems
        assert (problem.code, problem.severity, problem.where) == (
            "absent_from_opos", Severity.INFO, "EXTF_Buchungsstapel.csv:88"
        )  # fmt: skip
        assert "Posten RE-1 mit 100.00" in problem.message
        assert "31.01.2026" in problem.message

    def test_only_postings_after_it_count_then(self):
        rows = [invoice("5.1.", "RE-1", "100.00"), invoice("1.2.", "RE-2", "7.00")]
        assert open_amounts(listed(*rows, on="31.1.")) == {"RE-2": "7.00"}

    def test_what_was_settled_before_is_no_news(self):
        rows = [invoice("5.1.", "RE-1", "100.00"), payment("9.1.", "RE-1", "100.00")]
        result = listed(*rows, on="31.1.")
        assert (only(result).settled_on, codes(result)) == (day("9.1."), [])

    def test_overpaid_and_absent_is_settled_too(self):
        rows = [invoice("5.1.", "RE-1", "100.00"), payment("9.1.", "RE-1", "120.00")]
        item = only(listed(*rows, on="31.1."))
        assert (item.outstanding, item.settled_on) == (eur("0.00"), day("31.1."))

    def test_money_on_account_that_is_absent_was_placed_by_somebody(self):
        rows = [
            payment("5.1.", "AUSZUG 1", "30.00", id="keyed"),
            payment("6.1.", "", "20.00", id="loose"),
            payment("5.2.", "AUSZUG 1", "4.00", id="later"),
        ]
        result = listed(*rows, on="31.1.")
        assert open_amounts(result) == {"~later": "-4.00"}
        assert codes(result) == ["absent_from_opos", "absent_from_opos"]
        assert "Buchungen ohne Belegfeld 1 mit -20.00" in result.problems[1].message
        assert [p.allocations for p in result.payments] == [(), (), ()]

    def test_a_line_with_a_balance_of_zero_is_settled(self):
        line = balance("31.1.", "RE-1", "0.00", total=eur("100.00"))
        assert build(line).items == ()
        result = build(line, invoice("5.1.", "RE-1", "100.00"))
        assert (only(result).state, codes(result)) == (ItemState.SETTLED, [])

    def test_an_uncondensed_list_has_one_line_per_movement(self):
        lines = [
            balance("31.1.", "RE-1", "100.00", invoice_date=day("5.1."), due_date=day("20.1.")),
            balance("31.1.", "RE-1", "-40.00", invoice_date=day("18.1.")),
        ]
        item = only(build(*lines))
        assert (item.outstanding, item.invoice_date, item.due_date) == (
            eur("60.00"), day("5.1."), day("20.1.")
        )  # fmt: skip

    def test_a_credit_on_the_list_looks_for_its_invoice(self):
        lines = [
            balance("31.1.", "RE-1A", "100.00", invoice_date=day("5.1.")),
            balance("31.1.", "RE-2A", "71.00", invoice_date=day("5.1.")),
            balance("31.1.", "AUSZUG 2", "-30.00", text="Teilzahlung RE-1A"),
            balance("31.1.", "", "-71.00", invoice_date=day("9.1.")),
            balance("31.1.", "GS-1", "-3.00"),
        ]
        result = build(*lines, credit_note("8.1.", "GS-1", "4.00"))
        assert open_amounts(result) == {"RE-1A": "70.00", "GS-1": "-3.00"}
        assert items(result)["GS-1"].kind is ItemKind.CREDIT_NOTE

    def test_a_credit_of_the_list_with_later_money_under_its_number(self):
        lines = [balance("31.1.", "AUSZUG 2", "-30.00")]
        found = build(*lines, payment("2.2.", "AUSZUG 2", "5.00", id="p"))
        assert open_amounts(found) == {"AUSZUG2": "-30.00", "~p": "-5.00"}

    def test_lines_without_a_number_are_items_of_their_own(self):
        lines = [
            balance("31.1.", "", "50.00", invoice_date=day("5.1."), text="Rechnung 4711"),
            balance("31.1.", "", "50.00", invoice_date=day("5.1.")),
            balance("31.1.", "", "-8.00"),
        ]
        found = items(build(*lines))
        assert {key: (i.number, i.outstanding.plain()) for key, i in found.items()} == {
            "~opos:2026-01-05:50.00": ("4711", "50.00"),
            "~opos:2026-01-05:50.00:2": ("", "50.00"),
            "~opos::-8.00": ("", "-8.00"),
        }

    def test_a_posting_without_a_number_is_found_again_on_the_list(self):
        rows = [invoice("5.1.", "", "50.00", id="a"), invoice("6.1.", "", "60.00", id="b")]
        lines = [
            balance("31.1.", "", "9.00", invoice_date=day("5.1.")),
            balance("31.1.", "", "50.00", invoice_date=day("5.1.")),
        ]
        result = build(*rows, *lines)
        assert open_amounts(result) == {"~a": "50.00", "~opos:2026-01-05:9.00": "9.00"}
        assert codes(result) == ["absent_from_opos"]

    def test_an_overpaid_invoice_of_the_list_that_is_refunded(self):
        rows = [invoice("5.1.", "RE-1", "100.00"), refund("5.2.", "RE-1", "80.00")]
        item = only(build(*rows, balance("31.1.", "RE-1", "-50.00")))
        assert (item.kind, item.outstanding, item.total) == (
            ItemKind.INVOICE, eur("30.00"), eur("30.00")
        )  # fmt: skip

    def test_two_lists_of_one_day_are_not_added_up(self):
        lines = [
            balance("31.1.", "RE-1", "50.00", file="a.csv"),
            balance("31.1.", "RE-1", "60.00", file="b.csv"),
        ]
        result = build(*lines)
        assert open_amounts(result) == {"RE-1": "60.00"}
        assert codes(result) == ["opos_lists_same_day"]
        assert result.problems[0].where == "a.csv, b.csv"

    def test_lines_in_two_currencies_stay_apart(self):
        lines = [
            balance("31.1.", "RE-1", "60.00"),
            balance("31.1.", "RE-1", "7.00", currency="USD"),
        ]
        result = build(*lines)
        assert len(items(result)) == 2
        assert all(item.currency_unclear for item in result.items)

    def test_a_due_date_before_the_invoice_is_named_with_its_line(self):
        line = balance("31.1.", "RE-1", "60.00", invoice_date=day("5.1."), due_date=day("1.1."),
                       row=12)  # fmt: skip
        result = build(line)
        assert only(result).due_date == day("4.2.")
        assert result.problems[0].where == "OPOS.csv:12 Fälligkeit"

    def test_a_line_without_dates_has_no_due_date(self):
        item = only(build(balance("31.1.", "RE-1", "60.00")))
        assert (item.invoice_date, item.due_date, item.facts) == (
            None, None, {"due_rule": "unknown", "opos": item.facts["opos"]}
        )  # fmt: skip


def opening(on: str, number: str, amount: str, **more) -> Posting:
    more.setdefault("fiscal_year_start", day(on))
    return posting(PostingKind.OPENING, on, number, amount, **more)


class TestOpening:
    def test_it_counts_where_the_year_before_is_not_loaded(self):
        item = only(build(opening("1.1.", "RE-1", "80.00", due_date=day("9.12.2025"))))
        assert (item.outstanding, item.due_date) == (eur("80.00"), day("9.12.2025"))
        # The first of January is not when it was invoiced.
        assert item.invoice_date is None

    def test_movements_of_its_own_year_do_not_replace_it(self):
        rows = [opening("1.1.", "RE-1", "80.00"), invoice("1.1.", "RE-2", "5.00")]
        assert open_amounts(build(*rows)) == {"RE-1": "80.00", "RE-2": "5.00"}

    def test_it_is_ignored_where_the_year_before_is_loaded(self):
        rows = [
            invoice("5.11.2025", "RE-1", "100.00"),
            payment("5.12.2025", "RE-1", "20.00"),
            opening("1.1.2026", "RE-1", "80.00"),
        ]
        result = build(*rows)
        assert open_amounts(result) == {"RE-1": "80.00"}
        assert codes(result) == []

    def test_of_two_years_the_earliest_counts(self):
        rows = [
            opening("1.1.2025", "RE-1", "80.00"),
            payment("5.2.2025", "RE-1", "20.00"),
            opening("1.1.2026", "RE-1", "60.00"),
        ]
        assert open_amounts(build(*rows)) == {"RE-1": "60.00"}
        assert open_amounts(build(rows[0], rows[2])) == {"RE-1": "80.00"}

    def test_one_that_is_lost_is_reported(self):
        rows = [invoice("5.11.2025", "RE-9", "1.00"), opening("1.1.2026", "RE-1", "80.00", row=7)]
        result = build(*rows)
        assert open_amounts(result) == {"RE-9": "1.00"}
        assert codes(result) == ["opening_row_ignored"]
        assert result.problems[0].where == "EXTF_Buchungsstapel.csv:7"

    def test_one_whose_payment_alone_is_loaded_is_reported_too(self):
        rows = [
            invoice("5.11.2025", "RE-9", "1.00"),
            opening("1.1.2026", "RE-1", "80.00"),
            payment("5.2.2026", "RE-1", "80.00", id="p"),
        ]
        result = build(*rows)
        assert open_amounts(result) == {"RE-9": "1.00", "~p": "-80.00"}
        assert codes(result) == ["opening_row_ignored"]

    def test_credits_carried_forward_and_sums_are_known_from_the_year_before(self):
        rows = [
            payment("5.11.2025", "B-1", "5.00"),
            opening("1.1.2026", "B-1", "-5.00"),
            opening("1.1.2026", "", "-5.00"),
        ]
        assert codes(build(*rows)) == []
        assert codes(build(*rows, opening("1.1.2026", "B-2", "-5.00"))) == ["opening_row_ignored"]

    def test_a_later_list_says_that_it_is_settled(self):
        assert codes(listed(opening("1.1.2026", "RE-1", "80.00"), on="31.1.")) == []
        assert codes(listed(opening("1.1.2026", "RE-1", "80.00"), on="31.12.2025")) == [
            "opening_row_ignored"
        ]

    def test_beside_a_list_it_never_counts(self):
        line = balance("31.12.2025", "RE-1", "80.00")
        assert open_amounts(build(line, opening("1.1.2026", "RE-1", "80.00"))) == {"RE-1": "80.00"}

    def test_the_year_may_be_unknown(self):
        row = opening("1.1.2026", "RE-1", "80.00", fiscal_year_start=None)
        assert open_amounts(build(row)) == {"RE-1": "80.00"}

    def test_the_list_knows_when_it_was_invoiced(self):
        line = balance("31.12.2025", "RE-1", "80.00", invoice_date=day("1.12.2025"))
        rows = [invoice("1.12.2025", "RE-1", "80.00"), opening("1.1.2026", "RE-1", "80.00")]
        assert only(build(line, *rows)).invoice_date == day("1.12.2025")

    def test_a_sum_without_a_number_is_owed_but_never_due(self):
        result = build(opening("1.1.", "", "5000.00"))
        item = only(result)
        assert (item.kind, item.outstanding, item.due_date) == (
            ItemKind.OTHER, eur("5000.00"), None
        )  # fmt: skip
        assert codes(result) == ["opening_without_number"]

    def test_a_credit_carried_forward_is_money_on_account(self):
        item = only(build(opening("1.1.", "", "-50.00")))
        assert (item.kind, item.outstanding) == (ItemKind.UNAPPLIED, eur("-50.00"))


def test_every_code_is_told_and_every_message_names_the_account():
    seen = [
        *build(invoice("5.1.", "RE-1", "1.00", due_date=day("4.1."))).problems,
        *listed(invoice("5.1.", "RE-1", "1.00"), on="31.1.").problems,
        *build(refund("5.1.", "RE-1", "1.00")).problems,
        *build(opening("1.1.", "", "5000.00")).problems,
        *build(balance("1.1.", "R", "1", file="a"), balance("1.1.", "R", "1", file="b")).problems,
        *listed(opening("1.1.", "RE-1", "1.00"), on="1.12.2025").problems,
    ]
    assert sorted(problem.code for problem in seen) == sorted(LEDGER_PROBLEM_CODES)
    for problem in seen:
        assert "10100" in problem.message
        assert problem.where
        assert problem.message.endswith(".")
