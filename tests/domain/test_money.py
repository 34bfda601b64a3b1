"""Money: decimals with a currency, integer minor units at the edge, one rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.money import MINOR_DIGITS, Money, is_currency_code, minor_digits, total
from core.errors import CurrencyMismatch

CURRENCIES = st.sampled_from(["EUR", "CHF", "JPY", "ISK", "KWD", "BHD"])
# BIGINT is what the store keeps.
MINOR = st.integers(-(2**63), 2**63 - 1)


@given(MINOR, CURRENCIES)
def test_minor_units_survive_the_round_trip(minor, currency):
    assert Money.from_minor(minor, currency).minor == minor


@pytest.mark.parametrize(
    ("currency", "digits", "plain"),
    [("EUR", 2, "123.45"), ("JPY", 0, "12345"), ("KWD", 3, "12.345")],
)
def test_decimals_follow_the_currency(currency, digits, plain):
    assert minor_digits(currency) == digits
    money = Money.from_minor(12345, currency)
    assert money.plain() == plain
    assert str(money) == f"{plain} {currency}"


def test_every_listed_currency_is_a_code_with_other_decimals_than_two():
    assert all(is_currency_code(code) and n in {0, 3} for code, n in MINOR_DIGITS.items())


@pytest.mark.parametrize("text", ["", "eur", "EURO", "EU", "E1R", "EUR\n"])
def test_what_is_no_currency_code(text):
    assert not is_currency_code(text)


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("1.2345", "KWD")]
)
def test_a_fraction_of_a_minor_unit_is_refused(amount, currency):
    with pytest.raises(ValueError, match="fraction of a minor unit"):
        _ = Money(Decimal(amount), currency).minor


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.01"),
        ("0.0049", "EUR", "0.00"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "EUR", "2.68"),
        ("0.5", "JPY", "1"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_rounded_once_half_up(amount, currency, rounded):
    assert Money(Decimal(amount), currency).rounded() == Money(Decimal(rounded), currency)


@given(st.decimals(-(10**12), 10**12, places=6), CURRENCIES)
def test_rounding_moves_by_at_most_half_a_unit_and_is_storable(amount, currency):
    rounded = Money(amount, currency).rounded()
    assert abs(rounded.amount - amount) * 2 <= Decimal(1).scaleb(-minor_digits(currency))
    assert Money.from_minor(rounded.minor, currency) == rounded


@given(MINOR, MINOR, CURRENCIES)
def test_arithmetic_is_that_of_the_minor_units(a, b, currency):
    x, y = Money.from_minor(a, currency), Money.from_minor(b, currency)
    assert (x + y).minor == a + b
    assert (x - y).minor == a - b
    assert (-x).minor == -a
    assert (x < y, x <= y, x > y, x >= y, x == y) == (a < b, a <= b, a > b, a >= b, a == b)


@pytest.mark.parametrize(
    "combine",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: total([a, b], "EUR"),
    ],
)
def test_two_currencies_never_combine(combine):
    euros, francs = Money(Decimal(1), "EUR"), Money(Decimal(1), "CHF")
    with pytest.raises(CurrencyMismatch, match="EUR and CHF"):
        combine(euros, francs)
    assert euros != francs


@given(st.lists(MINOR, max_size=6))
def test_a_total_is_the_sum_and_zero_without_any(minors):
    assert total([Money.from_minor(m, "EUR") for m in minors], "EUR").minor == sum(minors)


def test_equal_amounts_are_equal_however_they_are_written():
    assert Money(Decimal(5), "EUR") == Money(Decimal("5.00"), "EUR")
    assert hash(Money(Decimal(5), "EUR")) == hash(Money(Decimal("5.00"), "EUR"))
    assert Money.zero("EUR").plain() == "0.00"


def test_printing_rounds_like_everything_else():
    assert Money(Decimal("0.125"), "EUR").plain() == "0.13"
    assert Money(Decimal("1E+3"), "EUR").plain() == "1000.00"


def test_no_negative_zero_is_printed():
    assert Money(Decimal("-0.00"), "EUR").plain() == "0.00"
    assert Money(Decimal("-0.004"), "EUR").plain() == "0.00"
    assert str(-Money.zero("EUR")) == "0.00 EUR"
