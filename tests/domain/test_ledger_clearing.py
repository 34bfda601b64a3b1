"""Second tries: money finds its invoice only inside its account and only when it is unique."""

from __future__ import annotations

import pytest
from ledger_story import (
    ACCOUNT,
    build,
    codes,
    credit_note,
    day,
    eur,
    invoice,
    items,
    only,
    open_amounts,
    payment,
    posting,
    refund,
)

from core.domain.ledger import LedgerPayment, LedgerResult, LedgerRules
from core.domain.ledger_tokens import guessed_number, tokens
from core.domain.model import ItemKind, ItemState
from core.domain.records import PostingKind


def placed(result: LedgerResult, payment_id: str) -> list[tuple[str, str, str]]:
    """What a payment settles: item, amount, rule."""
    found: LedgerPayment = next(p for p in result.payments if p.external_id == payment_id)
    return [(i.removeprefix(f"{ACCOUNT}/"), m.plain(), rule) for i, m, rule in found.allocations]


class TestTruncated:
    long = "RE2016-123456789"

    def test_a_payment_with_the_number_cut_to_12_characters(self):
        result = build(
            invoice("5.1.", self.long, "80.00"),
            invoice("5.1.", "RE2017-000000001", "80.00"),
            payment("9.1.", "16-123456789", "80.00", id="p"),
        )
        assert open_amounts(result) == {"RE2017-000000001": "80.00"}
        assert placed(result, "p") == [(self.long, "80.00", "truncated")]
        assert items(result)[self.long].facts["cleared_by"] == "truncated"

    def test_an_invoice_with_the_number_cut_and_the_payment_not(self):
        result = build(
            invoice("5.1.", "16-123456789", "80.00"),
            invoice("5.1.", "RE-7", "80.00"),
            payment("9.1.", self.long, "80.00", id="p"),
        )
        assert placed(result, "p") == [("16-123456789", "80.00", "truncated")]

    def test_blanks_counted_when_it_was_cut(self):
        result = build(
            invoice("5.1.", "RE 2016 123456", "80.00"),
            invoice("5.1.", "RE-7", "80.00"),
            payment("9.1.", " 2016 123456", "80.00", id="p"),
            payment("9.1.", "2016 123 456", "1.00", id="q"),
        )
        # " 2016 123456".strip() has 11 characters: not a cut number. "2016 123 456" has 12.
        assert placed(result, "p") == []
        assert placed(result, "q") == []

    @pytest.mark.parametrize("number", ["6-123456789", "16-123456780"])
    def test_other_endings_are_other_numbers(self, number):
        rows = [
            invoice("5.1.", self.long, "80.00"),
            invoice("6.1.", "RE-7", "80.00"),
            payment("9.1.", number, "80.00", id="p"),
        ]
        assert placed(build(*rows), "p") == []

    def test_the_amount_must_be_equal(self):
        rows = [invoice("5.1.", self.long, "80.00"), payment("9.1.", "16-123456789", "79.00")]
        assert open_amounts(build(*rows))["RE2016-123456789"] == "80.00"

    def test_two_invoices_with_that_ending_are_not_unique(self):
        rows = [
            invoice("5.1.", self.long, "80.00"),
            invoice("5.1.", "RX2016-123456789", "80.00"),
            payment("9.1.", "16-123456789", "80.00", id="p"),
        ]
        assert placed(build(*rows), "p") == []


class TestAlphanumeric:
    def test_special_characters_do_not_count(self):
        result = build(
            invoice("5.1.", "RE_2026#17", "80.00"),
            payment("9.1.", "RE2026-17", "30.00", id="p"),
            payment("10.1.", "re 2026/17", "70.00", id="q"),
        )
        assert placed(result, "p") == [("RE_2026#17", "30.00", "alphanumeric")]
        # No more than what is open is placed, the rest stays on account.
        assert placed(result, "q") == [("RE_2026#17", "50.00", "alphanumeric")]
        rest = items(result)["~q"]
        assert (rest.kind, rest.outstanding, rest.total, rest.state) == (
            ItemKind.UNAPPLIED, eur("-20.00"), eur("-70.00"), ItemState.PARTLY_PAID
        )  # fmt: skip
        assert rest.number == "re 2026/17"

    def test_two_invoices_that_read_the_same_are_not_unique(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            invoice("5.1.", "RE/1", "80.00"),
            payment("9.1.", "RE1", "50.00", id="p"),
        ]
        assert placed(build(*rows), "p") == []

    def test_a_number_without_letters_and_digits_is_no_number(self):
        rows = [invoice("5.1.", "--", "80.00"), payment("9.1.", "-", "50.00", id="p")]
        assert placed(build(*rows), "p") == []


class TestReference:
    @pytest.mark.parametrize(
        "text",
        [
            "RE-2026-17",
            "Zahlung Rechnung re-2026-17.",
            "RE 2026-17? Ihre Nr. (RE-2026-17), danke",
            "Kd. 4/RE-2026-17 RE-2026-17/",
            "Rg.Nr.RE-2026-17 vom 05.01.2026 über 1.080,00",
        ],
    )
    def test_a_number_named_as_a_whole(self, text):
        result = build(
            invoice("5.1.", "RE-2026-17", "80.00"),
            invoice("5.1.", "2026", "50.00"),
            payment("9.1.", "", "50.00", text=text, id="p"),
        )
        assert placed(result, "p") == [("RE-2026-17", "50.00", "reference")]

    @pytest.mark.parametrize("text", ["RE-2026-171", "XRE-2026-17", "RE-2026", "17", "2026-17"])
    def test_part_of_a_number_names_nothing(self, text):
        rows = [
            invoice("5.1.", "RE-2026-17", "80.00"),
            invoice("5.1.", "17", "9.00"),
            payment("9.1.", "", "50.00", text=text, id="p"),
        ]
        assert placed(build(*rows), "p") == []

    def test_other_fields_and_numbers_with_blanks(self):
        rows = [
            invoice("5.1.", "RE 2026 17", "80.00"),
            payment("9.1.", "AUSZUG 4", "50.00", references=("RE 2026 17",), id="p"),
        ]
        assert placed(build(*rows), "p") == [("RE202617", "50.00", "reference")]

    def test_a_debit_without_a_number_is_found_by_the_one_in_its_text(self):
        rows = [
            invoice("5.1.", "", "80.00", text="Rechnung 4711", id="a"),
            payment("9.1.", "", "50.00", text="zu 4711", id="p"),
        ]
        assert placed(build(*rows), "p") == [("~a", "50.00", "reference")]

    def test_two_named_invoices_are_not_unique_unless_one_is_settled(self):
        rows = [
            invoice("5.1.", "RE-1A", "80.00"),
            invoice("5.1.", "RE-2A", "90.00"),
            payment("9.1.", "", "50.00", text="RE-1A und RE-2A", id="p"),
        ]
        assert placed(build(*rows), "p") == []
        rows.append(payment("8.1.", "RE-2A", "90.00"))
        assert placed(build(*rows), "p") == [("RE-1A", "50.00", "reference")]

    def test_dates_and_amounts_name_nothing(self):
        found = set(tokens(["vom 5.1.2026 über 1.190,00 EUR"]))
        assert not found & {"2026", "5.1.2026", "190", "1190", "1.190,00"}
        assert "4711" in set(tokens(["Nr.4711"]))
        assert guessed_number((), ["vom 17.03.2026 1.190,00 2026"]) == ""


class TestAmount:
    def test_the_only_open_item_of_exactly_that_amount(self):
        result = build(
            invoice("5.1.", "RE-1", "80.00"),
            invoice("5.1.", "RE-2", "80.01"),
            payment("9.1.", "AUSZUG 3", "80.00", id="p"),
        )
        assert placed(result, "p") == [("RE-1", "80.00", "amount")]
        assert items(result)["RE-1"].settled_on == day("9.1.")

    def test_two_equal_items_are_not_unique(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            invoice("6.1.", "RE-2", "80.00"),
            payment("9.1.", "", "80.00", id="p"),
        ]
        result = build(*rows)
        assert placed(result, "p") == []
        assert open_amounts(result) == {"RE-1": "80.00", "RE-2": "80.00", "~p": "-80.00"}

    def test_money_that_came_before_the_invoice_pays_no_later_one(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            invoice("10.1.", "RE-2", "80.00"),
            payment("9.1.", "", "80.00", id="p"),
        ]
        assert placed(build(*rows), "p") == [("RE-1", "80.00", "amount")]
        assert placed(build(*rows[1:]), "p") == []

    def test_who_names_an_invoice_pays_no_other(self):
        """Paid twice: the second payment names a settled invoice (§ 366 Abs. 1 BGB)."""
        rows = [
            invoice("5.1.", "RE-1A", "80.00"),
            payment("8.1.", "RE-1A", "80.00"),
            invoice("6.1.", "RE-2A", "80.00"),
            payment("9.1.", "", "80.00", text="RE-1A", id="p"),
        ]
        assert open_amounts(build(*rows)) == {"RE-2A": "80.00", "~p": "-80.00"}

    def test_an_equal_part_payment_settles_the_rest(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            payment("8.1.", "RE-1", "30.00"),
            payment("9.1.", "", "50.00", id="p"),
        ]
        assert placed(build(*rows), "p") == [("RE-1", "50.00", "amount")]

    def test_money_may_come_on_the_day_of_the_invoice(self):
        rows = [invoice("5.1.", "RE-1", "80.00"), payment("5.1.", "", "80.00")]
        assert open_amounts(build(*rows)) == {}

    def test_two_equal_payments_settle_one_item_once(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            payment("10.1.", "", "80.00", id="late"),
            payment("9.1.", "", "80.00", id="early"),
        ]
        assert open_amounts(build(*rows)) == {"~late": "-80.00"}


class TestCreditNotes:
    def test_a_credit_note_of_several_rows_is_one_document(self):
        rows = [credit_note("9.1.", "RINV/1", amount) for amount in ("30.00", "5.70")]
        item = only(build(*rows))
        assert (item.kind, item.number, item.external_id, item.outstanding) == (
            ItemKind.CREDIT_NOTE, "RINV/1", f"{ACCOUNT}/RINV/1", eur("-35.70")
        )  # fmt: skip
        assert (item.invoice_date, item.due_date) == (day("9.1."), None)

        result = build(*rows, invoice("5.1.", "INV/1", "35.70"))
        assert open_amounts(result) == {}
        assert result.payments == ()

    def test_without_a_number(self):
        item = only(build(credit_note("9.1.", "", "35.70", id="c")))
        assert (item.kind, item.external_id) == (ItemKind.CREDIT_NOTE, f"{ACCOUNT}/~c")

    def test_beside_a_payment_under_the_same_foreign_number(self):
        rows = [credit_note("9.1.", "B-1", "30.00"), payment("9.1.", "B-1", "5.00", id="p")]
        found = items(build(*rows))
        assert {key: item.kind for key, item in found.items()} == {
            "B-1": ItemKind.CREDIT_NOTE, "~p": ItemKind.UNAPPLIED
        }  # fmt: skip


class TestReturnedMoney:
    def test_under_the_bank_statement_number_of_the_payment_it_cancels_that_payment(self):
        result = build(
            invoice("5.1.", "RE-1", "80.00"),
            payment("9.1.", "AUSZUG 3", "80.00", id="p"),
            refund("12.1.", "AUSZUG 3", "80.00"),
        )
        assert open_amounts(result) == {"RE-1": "80.00"}
        assert placed(result, "p") == []

    def test_two_payments_of_a_statement_less_a_return_are_placed_together(self):
        result = build(
            invoice("5.1.", "RE-1", "130.00"),
            payment("9.1.", "AUSZUG 3", "100.00", id="p"),
            payment("9.1.", "AUSZUG 3", "50.00", id="q"),
            payment("10.1.", "AUSZUG 3", "5.00", id="r"),
            refund("12.1.", "AUSZUG 3", "25.00"),
        )
        assert open_amounts(result) == {}
        assert placed(result, "p") == [("RE-1", "100.00", "amount")]
        assert placed(result, "q") == [("RE-1", "30.00", "amount")]
        assert placed(result, "r") == []

    def test_naming_the_invoice_it_reopens_it(self):
        result = build(
            invoice("5.1.", "RE-1A", "80.00", direct_debit=True),
            invoice("5.1.", "RE-2A", "80.00"),
            payment("9.1.", "RE-1A", "80.00"),
            refund("12.1.", "AUSZUG 9", "80.00", text="Rücklastschrift RE-1A"),
        )
        assert open_amounts(result) == {"RE-1A": "80.00", "RE-2A": "80.00"}
        assert not items(result)["RE-1A"].direct_debit

    def test_naming_the_invoice_a_part_of_the_payment_may_go_back(self):
        rows = [invoice("5.1.", "RE-1A", "80.00"), payment("9.1.", "RE-1A", "80.00")]
        part = refund("12.1.", "", "30.00", text="Erstattung RE-1A")
        assert open_amounts(build(*rows, part)) == {"RE-1A": "30.00"}
        # More than was paid cannot have been paid on it.
        more = refund("12.1.", "", "80.01", text="Erstattung RE-1A", id="r")
        assert open_amounts(build(*rows, more)) == {"~r": "80.01"}

    def test_without_a_number_it_reopens_the_one_item_paid_with_that_amount(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            invoice("5.1.", "RE-2", "90.00"),
            payment("9.1.", "RE-1", "80.00"),
            payment("9.1.", "RE-2", "90.00"),
            refund("12.1.", "", "80.00"),
        ]
        assert open_amounts(build(*rows)) == {"RE-1": "80.00"}
        # The same money does not come back twice.
        result = build(*rows, refund("13.1.", "", "80.00", id="again"))
        assert open_amounts(result) == {"RE-1": "80.00", "~again": "80.00"}

    def test_what_was_overpaid_goes_back_first(self):
        result = build(
            invoice("5.1.", "RE-1", "50.00"),
            payment("9.1.", "RE-1", "80.00"),
            invoice("5.1.", "RE-2", "30.00"),
            payment("9.1.", "RE-2", "30.00"),
            refund("12.1.", "", "30.00"),
        )
        assert open_amounts(result) == {}

    def test_that_belongs_nowhere_is_owed_but_never_due(self):
        settled = [invoice("5.1.", "A-1", "7.00"), payment("9.1.", "A-1", "7.00")]
        result = build(*settled, refund("12.1.", "AUSZUG 9", "80.00"))
        item = items(result)["AUSZUG9"]
        assert (item.kind, item.outstanding, item.due_date, item.facts["due_rule"]) == (
            ItemKind.OTHER, eur("80.00"), None, "unknown"
        )  # fmt: skip
        assert codes(result) == ["refund_not_placed"]

    def test_before_any_payment_it_reopens_nothing(self):
        rows = [
            invoice("5.1.", "RE-1", "80.00"),
            refund("8.1.", "", "80.00", id="r"),
            payment("9.1.", "RE-1", "80.00"),
        ]
        assert open_amounts(build(*rows)) == {"~r": "80.00"}

    def test_a_credit_note_taken_back_is_nothing(self):
        rows = [
            credit_note("9.1.", "GS-1", "30.00"),
            posting(PostingKind.REVERSAL, "10.1.", "GS-1", "30.00"),
        ]
        assert build(*rows).items == ()


def test_money_under_the_number_of_one_currency_pays_no_other_currency():
    rules = LedgerRules(currency_mode="input")
    rows = [
        invoice("5.1.", "RE-1A", "80.00", currency="CHF", base=eur("70.00")),
        payment("9.1.", "AUSZUG 1", "80.00", text="RE-1A", id="p"),
        refund("9.1.", "AUSZUG 2", "80.00", text="RE-1A", id="r"),
    ]
    result = build(*rows, rules=rules)
    assert {(i.outstanding.currency, i.outstanding.plain()) for i in result.items} == {
        ("CHF", "80.00")
    }


def test_a_write_off_without_a_number_ends_the_item_of_its_amount():
    rows = [
        invoice("5.1.", "RE-1", "80.00"),
        posting(PostingKind.WRITE_OFF, "9.1.", "", "-80.00"),
    ]
    assert items(build(*rows))["RE-1"].state is ItemState.WRITTEN_OFF
