"""The life of an item, day by day: invoiced, partly paid, settled, cancelled, re-opened."""

from __future__ import annotations

from decimal import Decimal

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
    master,
    only,
    open_amounts,
    payment,
    posting,
    refund,
)

from core.domain.ledger import LedgerRules
from core.domain.model import HoldKind, ItemKind, ItemState, Reduction
from core.domain.money import Money
from core.domain.records import PostingKind


def test_an_invoice_is_paid_in_two_parts():
    claim = invoice("5.1.", "RE-1", "1190.00")
    first = payment("20.1.", "RE-1", "500.00", text="Abschlag")
    second = payment("9.2.", "RE-1", "690.00")

    item = only(build(claim))
    assert (item.state, item.outstanding, item.kind) == (
        ItemState.OPEN, eur("1190.00"), ItemKind.INVOICE
    )  # fmt: skip
    assert item.external_id == f"{ACCOUNT}/RE-1"

    item = only(build(claim, first))
    assert (item.state, item.outstanding, item.total) == (
        ItemState.PARTLY_PAID, eur("690.00"), eur("1190.00")
    )  # fmt: skip
    assert item.settled_on is None

    result = build(claim, first, second)
    item = only(result)
    assert (item.state, item.outstanding, item.settled_on) == (
        ItemState.SETTLED, eur("0.00"), day("9.2.")
    )  # fmt: skip
    assert [(p.received_on, p.amount, p.text, p.allocations) for p in result.payments] == [
        (day("20.1."), eur("500.00"), "Abschlag", ((item.external_id, eur("500.00"), "number"),)),
        (day("9.2."), eur("690.00"), "", ((item.external_id, eur("690.00"), "number"),)),
    ]


def test_a_discount_counts_for_the_item_but_is_not_money_received():
    result = build(
        invoice("1.3.", "AR-456/13", "119.00"),
        payment("8.3.", "AR-456/13", "119.00", discount=eur("2.38")),
    )
    assert only(result).state is ItemState.SETTLED
    paid = result.payments[0]
    assert (paid.amount, paid.discount) == (eur("116.62"), eur("2.38"))
    assert paid.allocations == ((f"{ACCOUNT}/AR-456/13", eur("119.00"), "number"),)


def test_several_rows_with_one_number_are_one_invoice():
    lines = [invoice("5.1.", "INV/2026/2", amount) for amount in ("100.00", "19.00", "-9.00")]
    item = only(build(*lines))
    assert (item.total, item.outstanding) == (eur("119.00"), eur("110.00"))


def test_a_cancelled_invoice_is_no_claim_and_the_number_can_be_used_again():
    rows = [
        invoice("5.1.", "RE-1", "35.00"),
        posting(PostingKind.REVERSAL, "7.1.", "RE-1", "-35.00"),
    ]
    item = only(build(*rows))
    assert (item.state, item.total, item.settled_on) == (
        ItemState.CANCELLED, eur("0.00"), day("7.1.")
    )  # fmt: skip

    rows.append(invoice("12.2.", "RE-1", "40.00", due_date=day("1.3."), due_rule="column_117"))
    item = only(build(*rows))
    assert (item.state, item.total, item.invoice_date, item.due_date) == (
        ItemState.OPEN, eur("40.00"), day("12.2."), day("1.3.")
    )  # fmt: skip


def test_a_number_used_again_in_the_next_year_is_summed_with_the_dates_of_the_last_debit():
    item = only(
        build(
            invoice("5.1.2025", "17", "10.00", due_date=day("19.1.2025")),
            payment("19.1.2025", "17", "10.00"),
            invoice("5.1.2026", "17", "20.00", due_date=day("19.1.2026"), row=77),
        )
    )
    assert (item.outstanding, item.total) == (eur("20.00"), eur("30.00"))
    assert (item.invoice_date, item.due_date) == (day("5.1."), day("19.1."))
    assert item.facts["file"] == "EXTF_Buchungsstapel.csv"
    assert item.facts["row"] == "77"


def test_a_write_off_ends_the_item_and_a_partial_one_reduces_it():
    claim = invoice("5.1.", "RE-1", "100.00")
    small = posting(PostingKind.WRITE_OFF, "5.3.", "RE-1", "-20.00")
    rest = posting(PostingKind.WRITE_OFF, "5.4.", "RE-1", "-80.00")
    paid = payment("6.4.", "RE-1", "80.00")
    assert only(build(claim, small)).state is ItemState.PARTLY_PAID
    assert only(build(claim, small)).outstanding == eur("80.00")
    assert only(build(claim, small, rest)).state is ItemState.WRITTEN_OFF
    assert only(build(claim, small, paid)).state is ItemState.SETTLED


def test_a_credit_note_under_the_number_of_the_invoice_reduces_it():
    item = only(build(invoice("5.1.", "RE-1", "100.00"), credit_note("9.1.", "RE-1", "30.00")))
    assert (item.outstanding, item.total) == (eur("70.00"), eur("100.00"))


def test_a_returned_direct_debit_reopens_the_item_and_it_is_no_longer_collected():
    claim = invoice("5.1.", "RE-1", "100.00", direct_debit=True)
    collected = payment("15.1.", "RE-1", "100.00")
    returned = refund("20.1.", "RE-1", "103.50", text="Rücklastschrift mit Gebühr")

    assert only(build(claim)).direct_debit
    assert only(build(claim, collected)).state is ItemState.SETTLED

    item = only(build(claim, collected, returned))
    assert (item.state, item.outstanding, item.direct_debit) == (
        ItemState.OPEN, eur("103.50"), False
    )  # fmt: skip
    # Never "paid -3.50": more can be open than was invoiced.
    assert item.total == eur("103.50")


def test_the_mandate_may_stand_in_the_master_data_only():
    claim = invoice("5.1.", "RE-1", "100.00")
    assert only(build(claim, master=master(direct_debit=True))).direct_debit
    assert not only(build(claim, master=master())).direct_debit


def test_one_row_with_a_mandate_is_enough():
    rows = [
        invoice("5.1.", "RE-1", "80.00", direct_debit=True),
        invoice("5.1.", "RE-1", "20.00"),
    ]
    assert only(build(*rows)).direct_debit


def test_the_number_is_shown_as_the_last_debit_has_it():
    rows = [invoice("5.1.", "re 1", "80.00"), invoice("9.1.", "RE1", "20.00")]
    paid = payment("9.2.", "Re 1", "1.00")
    item = only(build(*rows, paid))
    assert (item.number, item.external_id) == ("RE1", f"{ACCOUNT}/RE1")


def test_money_refunded_before_any_payment_does_not_end_the_direct_debit():
    item = only(
        build(
            invoice("5.1.", "RE-1", "100.00", direct_debit=True),
            refund("6.1.", "RE-1", "10.00"),
            payment("7.1.", "RE-1", "50.00"),
        )
    )
    assert item.direct_debit


def test_a_payment_taken_back_in_the_books_opens_the_item_again():
    item = only(
        build(
            invoice("5.1.", "RE-1", "100.00", direct_debit=True),
            payment("9.1.", "RE-1", "100.00"),
            posting(PostingKind.REVERSAL, "10.1.", "RE-1", "100.00"),
        )
    )
    # Taking a wrong booking back is not a returned direct debit.
    assert (item.outstanding, item.total, item.direct_debit) == (
        eur("100.00"), eur("100.00"), True
    )  # fmt: skip


def test_overpaid_becomes_money_on_account_with_the_number_of_the_invoice():
    result = build(invoice("5.1.", "RE-1", "100.00"), payment("9.1.", "RE-1", "150.00"))
    item = only(result)
    assert (item.kind, item.number, item.outstanding, item.total, item.due_date) == (
        ItemKind.UNAPPLIED, "RE-1", eur("-50.00"), eur("-50.00"), None
    )  # fmt: skip
    assert item.external_id == f"{ACCOUNT}/RE-1"


def test_invoices_in_another_direction_become_credit_notes():
    """A row on the wrong side lowers what is owed; nothing guesses that it was meant otherwise."""
    item = only(build(posting(PostingKind.INVOICE, "5.1.", "2345", "-119.00")))
    assert (item.kind, item.outstanding) == (ItemKind.CREDIT_NOTE, eur("-119.00"))


@pytest.mark.parametrize(
    ("kind", "item_kind"),
    [
        (PostingKind.DUNNING_CHARGE, ItemKind.DUNNING_CHARGE),
        (PostingKind.DOWN_PAYMENT_REQUEST, ItemKind.DOWN_PAYMENT_REQUEST),
        (PostingKind.OPENING, ItemKind.INVOICE),
        (PostingKind.TRANSFER, ItemKind.INVOICE),
        (PostingKind.OTHER, ItemKind.INVOICE),
    ],
)
def test_the_kind_of_an_item_follows_its_debits(kind, item_kind):
    assert only(build(posting(kind, "5.1.", "X-1", "10.00"))).kind is item_kind


def test_a_charge_under_the_number_of_an_invoice_does_not_make_the_invoice_younger():
    item = only(
        build(
            invoice("5.1.", "RE-1", "100.00"),
            posting(PostingKind.DUNNING_CHARGE, "5.3.", "RE-1", "5.00"),
        )
    )
    assert (item.kind, item.invoice_date, item.outstanding) == (
        ItemKind.INVOICE, day("5.1."), eur("105.00")
    )  # fmt: skip


def test_charges_under_the_number_of_an_invoice_bear_no_interest():
    """15.00 EUR of fee and interest are owed, but the claim that bears interest is as before."""
    item = only(
        build(
            invoice("5.1.", "RE-1", "1190.00"),
            payment("1.3.", "RE-1", "100.00"),
            posting(PostingKind.DUNNING_CHARGE, "5.3.", "RE-1", "5.00"),
            posting(PostingKind.DUNNING_CHARGE, "5.3.", "RE-1", "10.00"),
        )
    )
    assert (item.outstanding, item.charged_minor) == (eur("1105.00"), 1500)
    assert item.reductions == (Reduction(day("1.3."), 10000),)
    alone = only(build(posting(PostingKind.DUNNING_CHARGE, "5.3.", "RE-1", "5.00")))
    assert alone.charged_minor == 0


def test_a_debit_without_a_number_is_an_item_of_its_own():
    rows = [
        invoice("27.2.", "", "100.00", text="Umsatz Schweiz", id="a"),
        invoice("27.2.", "", "20.00", text="Rechnung Nr. 4711 vom 27.2.2026 über 20,00", id="b"),
        invoice("27.2.", "", "30.00", text="Miete 2026", references=("Auftrag", "A 17"), id="c"),
        invoice("27.2.", "", "40.00", references=("Projekt 3", "RE-77"), id="d"),
    ]
    found = items(build(*rows))
    assert {key: (i.number, i.outstanding.plain()) for key, i in found.items()} == {
        "~a": ("", "100.00"),
        "~b": ("4711", "20.00"),
        "~c": ("A 17", "30.00"),
        "~d": ("RE-77", "40.00"),
    }
    assert found["~c"].facts["references"] == "Auftrag, A 17"


def test_a_zero_invoice_is_settled_not_cancelled():
    item = only(build(invoice("5.1.", "RE-1", "0.00")))
    assert (item.state, item.settled_on) == (ItemState.SETTLED, day("5.1."))


class TestForeignCurrency:
    """Swiss francs in euro books."""

    claim = invoice("27.2.", "CH-1", "124.00", currency="CHF", base=eur("100.00"))
    paid = payment(
        "9.3.", "CH-1", "62.00", currency="CHF", base=eur("-50.00"), discount=Money(
            Decimal("12.40"), "CHF")
    )  # fmt: skip

    def test_it_is_kept_in_the_base_currency_and_someone_must_choose(self):
        item = only(build(self.claim))
        assert (item.outstanding, item.currency_unclear) == (eur("100.00"), True)

    def test_unless_the_debtor_is_dunned_in_the_base_currency(self):
        chosen = master(dun_in_base_currency=True)
        assert not only(build(self.claim, master=chosen)).currency_unclear
        for unclear in (master(), master(dun_in_base_currency=False)):
            assert only(build(self.claim, master=unclear)).currency_unclear

    def test_or_the_connection_keeps_the_input_currency(self):
        result = build(self.claim, self.paid, rules=LedgerRules(currency_mode="input"))
        item = only(result)
        assert (item.outstanding, item.currency_unclear) == (Money(Decimal(62), "CHF"), False)
        assert result.payments[0].amount == Money(Decimal("49.60"), "CHF")

    def test_mixed_input_currencies_fall_back_to_the_base_currency(self):
        euros = payment("9.3.", "CH-1", "40.00")
        item = only(build(self.claim, euros, rules=LedgerRules(currency_mode="input")))
        assert (item.outstanding, item.currency_unclear) == (eur("60.00"), True)

    def test_the_discount_follows_the_payment_into_the_base_currency(self):
        paid = build(self.claim, self.paid).payments[0]
        assert (paid.amount, paid.discount) == (eur("40.00"), eur("10.00"))

    def test_amounts_that_cannot_be_added_stay_apart(self):
        dollars = Money(Decimal(7), "USD")
        odd = invoice("1.3.", "CH-1", "7.00", currency="USD", base=dollars)
        found = items(build(self.claim, odd))
        assert {key: item.outstanding for key, item in found.items()} == {
            "CH-1": eur("100.00"), "CH-1~USD": dollars
        }  # fmt: skip
        assert all(item.currency_unclear for item in found.values())

    def test_a_payment_in_euros_does_not_settle_francs(self):
        euros = payment("9.3.", "", "124.00", text="CH-1")
        result = build(self.claim, euros, rules=LedgerRules(currency_mode="input"))
        assert {item.outstanding for item in result.items} == {
            Money(Decimal(124), "CHF"), eur("-124.00")
        }  # fmt: skip


class TestHolds:
    """Stops that the books themselves ask for."""

    def test_a_block_on_the_posting_holds_the_item(self):
        result = build(invoice("5.1.", "RE-1", "100.00", blocked=True, row=9))
        (hold,) = result.holds
        assert (hold.key, hold.kind, hold.item, hold.until_on) == (
            f"block:{ACCOUNT}/RE-1", HoldKind.PLATFORM_BLOCK, f"{ACCOUNT}/RE-1", None
        )  # fmt: skip
        assert hold.reason == "Postensperre in der Buchung (EXTF_Buchungsstapel.csv:9)"

    def test_a_block_with_an_end_holds_until_then(self):
        rows = [
            invoice("5.1.", "RE-1", "1.00", blocked=True, blocked_until=day("1.4.")),
            invoice("5.1.", "RE-1", "1.00", blocked_until=day("3.4.")),
        ]
        (hold,) = build(*rows).holds
        assert hold.until_on == day("3.4.")
        assert " bis 03.04.2026 " in hold.reason
        # One row without an end outlasts every end.
        (hold,) = build(*rows, invoice("5.1.", "RE-1", "1.00", blocked=True)).holds
        assert hold.until_on is None

    def test_a_settled_item_needs_no_hold(self):
        rows = [invoice("5.1.", "RE-1", "9.00", blocked=True), payment("6.1.", "RE-1", "9.00")]
        assert build(*rows).holds == ()

    def test_the_master_data_hold_the_debtor(self):
        record = master(no_dunning=True, blocked_until=day("1.5."), insolvent=True)
        holds = build(master=record).holds
        assert [(h.key, h.kind, h.item, h.until_on) for h in holds] == [
            ("debtor:no_dunning", HoldKind.PLATFORM_BLOCK, None, None),
            ("debtor:blocked_until", HoldKind.PLATFORM_BLOCK, None, day("1.5.")),
            ("debtor:insolvent", HoldKind.INSOLVENCY, None, None),
        ]
        assert "01.05.2026" in holds[1].reason
        assert build(master=master()).holds == ()

    def test_equal_rows_of_two_batches_are_both_kept_and_hold_the_debtor(self):
        rows = [
            payment("6.1.", "RE-1", "9.00", content_key="k", batch="B1", row=501),
            payment("6.1.", "RE-1", "9.00", content_key="k", batch="B2", row=502),
            payment("6.1.", "RE-1", "9.00", content_key="k", has_guid=True, row=503),
            invoice("5.1.", "RE-1", "100.00", content_key="other"),
        ]
        result = build(*rows, double_keys=frozenset({"k"}))
        assert open_amounts(result) == {"RE-1": "73.00"}
        (hold,) = result.holds
        assert (hold.key, hold.kind, hold.item) == (
            "double:k:2", HoldKind.POSSIBLE_DOUBLE_IMPORT, None
        )  # fmt: skip
        assert "EXTF_Buchungsstapel.csv:501, EXTF_Buchungsstapel.csv:502)" in hold.reason
        assert build(*rows).holds == ()

    def test_a_long_list_of_rows_is_cut(self):
        rows = [payment("6.1.", "RE-1", "1.00", content_key="k") for _ in range(7)]
        (hold,) = build(*rows, double_keys=frozenset({"k"})).holds
        assert hold.reason.count("EXTF_") == 5
        assert "und 2 weitere" in hold.reason


def test_an_account_without_anything_has_nothing():
    result = build()
    assert (result.items, result.payments, result.holds, codes(result)) == ((), (), (), [])
