"""Payments of lexoffice -> ours: kinds, signs, and what they do not explain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._values import FieldError
from connectors.lexoffice.kinds import PAYMENT_KINDS, PAYMENT_TEXTS, VOUCHER_TYPES
from connectors.lexoffice.payments import Payments, difference, parse_payments
from core.domain.money import Money
from core.domain.platform_records import PaymentKind, PaymentPart

INVOICE = VOUCHER_TYPES["invoice"]


def euro(amount: str | Decimal) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")


def item(kind: str = "manualPayment", amount: object = Decimal("500.0"), **more: Any) -> Any:
    on = "2026-01-22T00:00:00.000+01:00"
    return {"paymentItemType": kind, "postingDate": on, "amount": amount, "currency": "EUR"} | more


def read(*items: Any, kind: str = "invoice", **changes: Any) -> Payments:
    values = {
        "openAmount": Decimal("690.00"),
        "currency": "EUR",
        "voucherStatus": "open",
        "paymentItems": list(items),
    }
    return parse_payments(values | changes, VOUCHER_TYPES[kind], "EUR", "RE-1")


def test_an_open_amount_may_be_a_text() -> None:
    assert read(openAmount="690.00").open == read().open == euro("690")


@pytest.mark.parametrize(("kind", "ours"), sorted(PAYMENT_KINDS.items()))
def test_every_known_kind_has_ours_and_a_german_word(kind: str, ours: PaymentKind) -> None:
    (part,) = read(item(kind)).parts
    assert part == PaymentPart(date(2026, 1, 22), euro("500"), ours, PAYMENT_TEXTS[kind])


def test_an_unknown_kind_is_kept_and_reported() -> None:
    found = read(item(), item("bitcoin"))
    assert found.parts[1].kind is PaymentKind.OTHER
    assert found.parts[1].text == "bitcoin"
    (problem,) = found.problems
    assert problem.code == "payment_type_unknown"
    assert problem.where == "RE-1 paymentItems[1].paymentItemType"


def test_a_credit_note_is_open_below_zero() -> None:
    assert read(kind="creditnote").open == euro("-690")


def test_the_day_of_payment_and_items_without_a_day() -> None:
    found = read(item(postingDate=None), voucherStatus="paid", openAmount=0,
                 paidDate="2026-02-28T00:00:00.000+01:00")  # fmt: skip
    assert found.paid_on == date(2026, 2, 28)
    assert found.parts[0].on is None


def test_no_items_are_no_movements() -> None:
    assert read(paymentItems=None).parts == ()


def test_a_write_off_is_told() -> None:
    assert read(item("irrecoverableReceivable")).written_off
    assert not read(item()).written_off


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"openAmount": "abc"}, "openAmount"),
        ({"openAmount": None}, "openAmount"),
        ({"voucherStatus": None}, "voucherStatus"),
        ({"currency": "USD"}, "currency"),
        ({"paidDate": "bald"}, "paidDate"),
        ({"paymentItems": [item(), item(amount="abc")]}, "paymentItems[1].amount"),
        ({"paymentItems": [item(amount=None)]}, "paymentItems[0].amount"),
        ({"paymentItems": [item(postingDate="bald")]}, "paymentItems[0].postingDate"),
        ({"paymentItems": [item(currency="USD")]}, "paymentItems[0].currency"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as refused:
        read(**changes)
    assert refused.value.path == path


def test_an_item_without_currency_has_that_of_the_voucher() -> None:
    bare = item()
    del bare["currency"]
    assert read(bare).parts[0].amount == euro("500")


def _part(amount: str | Decimal, kind: PaymentKind = PaymentKind.PAYMENT) -> PaymentPart:
    return PaymentPart(date(2026, 1, 22), euro(amount), kind)


def test_five_hundred_of_1190_explain_690() -> None:
    assert difference(euro("1190"), euro("690"), (_part("500"),)) == euro("0")
    assert difference(euro("1190"), euro("690"), (_part("450"),)) == euro("50")


def test_money_for_a_dunning_charge_is_not_for_the_invoice() -> None:
    parts = (_part("500"), _part("5", PaymentKind.CHARGE))
    assert difference(euro("1190"), euro("690"), parts) == euro("0")


def test_of_a_credit_note_what_was_paid_out_counts() -> None:
    assert difference(euro("-100"), euro("-40"), (_part("60"),)) == euro("0")


@given(st.lists(st.integers(1, 10**6), max_size=6), st.integers(0, 10**6), st.booleans())
def test_what_movements_explain_and_do_not_is_the_whole_change(
    cents: list[int], left: int, credit: bool
) -> None:
    parts = tuple(_part(Decimal(each).scaleb(-2)) for each in cents)
    whole = Money.from_minor(sum(cents) + left, "EUR")
    rest = Money.from_minor(left, "EUR")
    assert difference(-whole if credit else whole, -rest if credit else rest, parts) == euro("0")
