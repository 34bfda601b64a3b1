"""Payments of sevDesk: days from bookings where there are any, else from what changed (§2.5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sevdesk_rows import GONE, TODAY, credit_note, euro, invoice, log, paid, ref

from connectors._values import FieldError
from connectors.sevdesk.beside import LOGS, NOTHING, Beside
from connectors.sevdesk.invoices import parse_invoice, with_logs
from connectors.sevdesk.payments import Claim, Log, index_logs, parse_logs, read_payments
from core.domain.model import ItemState
from core.domain.money import Money, total
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart

LATER = TODAY + timedelta(days=6)
CLOSING = {PaymentKind.DISCOUNT, PaymentKind.WRITE_OFF}


def read(
    row: dict[str, Any],
    beside: Beside = NOTHING,
    before: InvoiceRecord | None = None,
    today: date = TODAY,
) -> InvoiceRecord:
    record = parse_invoice(row, beside, before, today).record
    assert record is not None
    return record


def partly(amount: str, **changes: Any) -> dict[str, Any]:
    return invoice(status="750", paidAmount=Decimal(amount), **changes)


def shown(record: InvoiceRecord) -> list[tuple[str, str, str]]:
    """Day, amount and kind of each movement; a day on which we only saw it has a "?"."""
    return [
        (f"{part.on or '-'}{'?' if part.seen else ''}", part.amount.plain(), part.kind.value)
        for part in record.payments
    ]


def with_log(*rows: dict[str, Any]) -> Beside:
    return Beside(logs={"1002": rows})


# Bookings name the day of the money.


def test_two_payments_keep_their_days() -> None:
    row = partly("80", **{LOGS: [log("50", "2026-03-25", "52"), log("30", "2026-03-12")]})
    assert shown(read(row)) == [
        ("2026-03-12", "30.00", "payment"),
        ("2026-03-25", "50.00", "payment"),
    ]


def test_bookings_are_the_same_embedded_or_listed() -> None:
    rows = [log("80", "2026-03-12")]
    listed = read(partly("80"), with_log(*rows))
    assert read(partly("80", **{LOGS: rows})).payments == listed.payments


@pytest.mark.parametrize("name", ["amountPaid", "ammountPayed", "amountPayed"])
def test_the_amount_has_three_spellings(name: str) -> None:
    row = log("80", "2026-03-12", amountPaid=GONE) | {name: "80.00"}
    assert shown(read(partly("80"), with_log(row))) == [("2026-03-12", "80.00", "payment")]


def test_the_day_may_stand_on_the_transaction_alone_or_nowhere() -> None:
    value = log("30", "", bookingDate=None, checkAccountTransaction={"id": "41", "valueDate": "2026-03-12T00:00:00+01:00"})  # fmt: skip
    none = log("50", "", bookingDate="?")
    record = read(partly("80"), with_log(value, none))
    assert shown(record) == [("-", "50.00", "payment"), ("2026-03-12", "30.00", "payment")]


def test_a_booking_that_was_undone_is_not_counted_and_neither_is_money_back() -> None:
    rows = [
        log("80", "2026-03-10", "51", toStatus="100"),
        log("-80", "2026-03-11", "52"),
        log("80", "2026-03-12", "53"),
        log("0", "2026-03-13", "54", amountPaid=None),
    ]
    assert shown(read(partly("80"), with_log(*rows))) == [("2026-03-12", "80.00", "payment")]


def test_what_is_more_than_was_paid_is_cut_from_the_latest() -> None:
    """Stale bookings of a payment that was taken off again (resetToOpen)."""
    rows = [log("50", "2026-03-10", "51"), log("50", "2026-03-20", "52")]
    assert shown(read(partly("70"), with_log(*rows))) == [
        ("2026-03-10", "50.00", "payment"),
        ("2026-03-20", "20.00", "payment"),
    ]
    assert shown(read(invoice(), with_log(*rows))) == []


def test_an_unreadable_booking_makes_the_invoice_unreadable() -> None:
    with pytest.raises(FieldError) as refused:
        read(partly("80"), with_log(log("80", "2026-03-12", amountPaid="viel")))
    assert refused.value.path == "amountPaid"


def test_bookings_are_found_by_their_document_each_once() -> None:
    rows = [
        log("5", "2026-03-10", "1"),
        log("5", "2026-03-10", "1"),
        log("7", "2026-03-10", "2"),
        log("9", "2026-03-10", "3", object=ref("1002", "CreditNote")),
        log("9", "2026-03-10", "4", object=GONE),
    ]
    found = index_logs(rows)
    assert {key: [each["id"] for each in logs] for key, logs in found.items()} == {
        ("Invoice", "1002"): ["1", "2"],
        ("CreditNote", "1002"): ["3"],
    }


# Without bookings: the day of the whole payment, or the day on which we saw the change.


def test_paid_in_one_step_has_the_day_that_the_invoice_names() -> None:
    assert shown(read(paid())) == [("2026-03-20", "119.00", "payment")]
    assert shown(read(paid(), before=read(invoice()))) == [("2026-03-20", "119.00", "payment")]
    assert read(paid(), before=read(invoice())).payments_read


def test_a_part_without_a_day_counts_from_the_day_on_which_we_saw_it() -> None:
    record = read(partly("50"))
    assert shown(record) == [("2026-04-01?", "50.00", "payment")]


def test_the_day_on_which_we_saw_it_does_not_move_on() -> None:
    first = read(partly("50"))
    again = read(partly("50"), before=first, today=LATER)
    assert again == first
    more = read(partly("80"), before=again, today=LATER)
    assert shown(more) == [("2026-04-01?", "50.00", "payment"), ("2026-04-07?", "30.00", "payment")]


def test_the_last_rate_is_seen_and_not_dated_back_to_cover_the_first() -> None:
    first = read(partly("50"))
    closed = read(paid(on="2026-04-05"), before=first, today=LATER)
    assert shown(closed) == [
        ("2026-04-01?", "50.00", "payment"),
        ("2026-04-07?", "69.00", "payment"),
    ]
    assert closed.settled_on == date(2026, 4, 5)


def test_a_payment_that_is_taken_off_again_shrinks_the_latest() -> None:
    known = read(partly("80"), before=read(partly("50")), today=LATER)
    back = read(partly("60"), before=known, today=LATER)
    assert shown(back) == [("2026-04-01?", "50.00", "payment"), ("2026-04-07?", "10.00", "payment")]
    assert shown(read(invoice(), before=known)) == []


def test_bookings_that_become_known_later_take_the_place_of_what_was_seen() -> None:
    seen = read(partly("50"))
    dated = read(partly("50"), with_log(log("50", "2026-03-28")), before=seen, today=LATER)
    assert shown(dated) == [("2026-03-28", "50.00", "payment")]


def test_what_no_booking_explains_keeps_the_day_it_was_seen_on() -> None:
    logs = with_log(log("50", "2026-03-28"))
    first = read(partly("70"), logs)
    assert shown(first) == [("2026-03-28", "50.00", "payment"), ("2026-04-01?", "20.00", "payment")]
    again = read(partly("70"), logs, before=first, today=LATER)
    assert again == first
    more = with_log(log("50", "2026-03-28"), log("10", "2026-04-02", "52"))
    assert shown(read(partly("80"), more, before=first, today=LATER)) == [
        ("2026-03-28", "50.00", "payment"),
        ("2026-04-02", "10.00", "payment"),
        ("2026-04-01?", "20.00", "payment"),
    ]


def test_a_closed_invoice_settled_by_us_seeing_it_has_no_day_of_its_own() -> None:
    record = read(paid() | {"payDate": None})
    assert shown(record) == [("2026-04-01?", "119.00", "payment")]
    assert record.settled_on is None
    assert read(paid() | {"payDate": None}, with_log(log("119", "2026-03-19"))).settled_on == date(
        2026, 3, 19
    )


# Closed for less, or for more.


@pytest.mark.parametrize(
    ("changes", "kind"),
    [({"discount": "2", "discountTime": "7"}, "discount"), ({}, "write_off")],
)
def test_closed_for_less_the_rest_was_given_up(changes: dict[str, Any], kind: str) -> None:
    record = read(paid("116.62", **changes))
    assert (record.state, record.outstanding) == (ItemState.SETTLED, euro("0"))
    assert shown(record) == [("2026-03-20", "116.62", "payment"), ("2026-03-20", "2.38", kind)]


def test_a_skonto_is_no_money_where_sevdesk_counts_it_as_paid() -> None:
    row = paid("119", discount="2", discountTime="7")
    record = read(row, with_log(log("116.62", "2026-03-12")))
    expected = [("2026-03-12", "116.62", "payment"), ("2026-03-20", "2.38", "discount")]
    assert shown(record) == expected
    assert shown(read(row, before=record, today=LATER)) == expected
    # Without one the rest came at some time, and a larger rest is no Skonto.
    late = with_log(log("110", "2026-03-12"))
    assert shown(read(row, late))[1] == ("2026-04-01?", "9.00", "payment")
    assert shown(read(paid(), late))[1] == ("2026-04-01?", "9.00", "payment")
    odd = paid("119", discount="etwas", discountTime="7")
    assert shown(read(odd, late))[1] == ("2026-04-01?", "9.00", "payment")


def test_closed_without_any_money_nothing_was_received() -> None:
    row = paid("0", discount="2", discountTime="7")
    assert shown(read(row)) == [("2026-03-20", "119.00", "write_off")]


def test_closed_for_more_the_rest_was_for_reminder_charges() -> None:
    """sevDesk refuses any other overpayment (§2.5, OF); it settles nothing of the invoice."""
    row = paid("124")
    assert shown(read(row)) == [
        ("2026-03-20", "119.00", "payment"),
        ("2026-03-20", "5.00", "charge"),
    ]
    again = read(row, before=read(row, before=read(invoice())))
    assert shown(again) == shown(read(row))
    rows = with_log(log("119", "2026-03-18"), log("5", "2026-03-20", "52"))
    assert shown(read(row, rows)) == [("2026-03-18", "119.00", "payment"), ("2026-03-20", "5.00", "charge")]  # fmt: skip


def test_overpaid_and_still_open_is_money_on_account() -> None:
    record = read(partly("130"))
    assert record.outstanding == euro("-11")
    assert shown(record) == [("2026-04-01?", "130.00", "payment")]


# Credit notes that lower the invoice.


def test_a_credit_note_that_lowers_its_invoice_is_no_money() -> None:
    beside = Beside(logs={"9": []}, credit_notes={"1002": [credit_note()]})
    record = read(partly("20"), beside)
    assert shown(record) == [("2026-03-10", "20.00", "credit")]
    assert shown(read(partly("20"), beside, before=record, today=LATER)) == shown(record)
    blind = Beside(credit_notes={"1002": [credit_note()]})
    assert shown(read(partly("20"), blind, before=record, today=LATER)) == shown(record)
    assert shown(read(partly("20"), blind)) == [("2026-04-01?", "20.00", "payment")]
    assert shown(read(partly("20"), beside, before=read(partly("20"), blind))) == shown(record)
    paid_too = Beside(
        logs={"1002": [log("99", "2026-03-20")]}, credit_notes={"1002": [credit_note()]}
    )
    assert shown(read(paid(), paid_too, before=record, today=LATER)) == [
        ("2026-03-20", "99.00", "payment"),
        ("2026-03-10", "20.00", "credit"),
    ]


# The history: bookings of what was settled before we came.


def test_history_of_a_settled_invoice() -> None:
    record = read(paid())
    assert not record.payments_read
    rows = [log("19", "2026-03-12", "51"), log("100", "2026-03-20", "52")]
    told = with_logs(record, rows, TODAY)
    assert told.payments_read
    assert shown(told) == [("2026-03-12", "19.00", "payment"), ("2026-03-20", "100.00", "payment")]
    assert shown(with_logs(record, (), TODAY)) == [("2026-03-20", "119.00", "payment")]


def test_history_of_one_that_was_closed_with_skonto() -> None:
    record = read(paid("116.62", discount="2", discountTime="7"))
    told = with_logs(record, [log("116.62", "2026-03-12")], TODAY)
    assert shown(told) == [("2026-03-12", "116.62", "payment"), ("2026-03-20", "2.38", "discount")]


def test_history_of_which_a_part_has_no_booking() -> None:
    told = with_logs(read(paid()), [log("99", "2026-03-12")], TODAY)
    assert shown(told) == [("2026-03-12", "99.00", "payment"), ("2026-03-20?", "20.00", "payment")]
    undated = with_logs(read(paid() | {"payDate": None}), [log("99", "2026-03-12")], LATER)
    assert shown(undated)[1] == ("2026-04-01?", "20.00", "payment")


def test_what_was_watched_needs_no_history() -> None:
    assert read(paid(), before=read(invoice())).payments_read
    old = read(paid())
    assert not read(paid(update="2026-03-30T00:00:00+02:00"), before=old).payments_read


# Always.

AMOUNTS = st.integers(0, 20_000)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 4, 1)))
LOGS_OF = st.lists(st.tuples(DAYS, st.integers(1, 9_000)), max_size=4)


def _cents(minor: int) -> Money:
    return Money.from_minor(minor, "EUR")


@given(st.integers(1, 20_000), AMOUNTS, AMOUNTS, LOGS_OF, st.booleans(), AMOUNTS, DAYS)
def test_movements_add_up_to_what_is_paid_whatever_is_known(
    whole: int, paid_: int, known: int, booked: list[Any], closed: bool, skonto: int, on: Any
) -> None:
    logs = sorted(
        (Log(day, _cents(minor)) for day, minor in booked), key=lambda e: e.on or date.min
    )
    first = Claim(_cents(whole), _cents(known), False, None, _cents(skonto))
    before = read_payments(first, None, (), (), TODAY)
    claim = Claim(_cents(whole), _cents(paid_), closed, on, _cents(skonto))
    found = read_payments(claim, logs or None, (), before, LATER)
    assert total((part.amount for part in found), "EUR") == _cents(
        max(whole, paid_) if closed else paid_
    )
    assert all(part.amount.minor > 0 for part in found)
    money = total((part.amount for part in found if part.kind not in CLOSING), "EUR")
    assert money <= _cents(paid_)
    charges = total((part.amount for part in found if part.kind is PaymentKind.CHARGE), "EUR")
    assert charges == (_cents(max(0, paid_ - whole)) if closed else _cents(0))
    # Reading the same again changes nothing.
    assert read_payments(claim, logs or None, (), found, LATER) == found


def test_bookings_are_sorted_by_day_with_those_without_one_first() -> None:
    rows = [log("2", "2026-03-12", "1"), log("1", "?", "2"), log("1", "2026-03-12", "3")]
    assert [(each.on, each.amount.minor) for each in parse_logs(rows, "EUR")] == [
        (None, 100),
        (date(2026, 3, 12), 100),
        (date(2026, 3, 12), 200),
    ]


def test_a_part_says_that_its_day_is_ours() -> None:
    (part,) = read(partly("50")).payments
    assert part == PaymentPart(TODAY, euro("50"), PaymentKind.PAYMENT, "Zahlung, in sevDesk ohne Tag", True)  # fmt: skip
