"""Values of Stripe: minor units by its own tables, Unix seconds in the creditor's zone (§1, §2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from stripe_rows import BERLIN, at

from connectors._values import FieldError
from connectors.stripe import values
from core.domain.money import Money


@pytest.mark.parametrize(
    ("minor", "code", "shown"),
    [
        (11900, "EUR", "119.00 EUR"),
        (1, "EUR", "0.01 EUR"),
        (11900, "CHF", "119.00 CHF"),
        (11900, "JPY", "11900 JPY"),
        (50, "KRW", "50 KRW"),
        (11900, "KWD", "11.900 KWD"),
        (11905, "TND", "11.905 TND"),  # whether its last digit must be 0 is UNVERIFIED
        # No decimals at Stripe and two at ISO 4217.
        (11900, "MGA", "11900.00 MGA"),
        # Three decimals at ISO 4217, and nothing of them in Stripe's tables.
        (11900, "IQD", "119.000 IQD"),
    ],
)
def test_minor_units_are_those_of_stripes_own_tables(minor: int, code: str, shown: str) -> None:
    assert str(values.money(minor, code, "total")) == shown


@pytest.mark.parametrize("written", [11900, "11900", Decimal(11900), Decimal("11900.0")])
def test_a_compatible_server_may_write_amounts_as_texts(written: object) -> None:
    assert values.money(written, "EUR", "total") == Money(Decimal("119.00"), "EUR")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "119,00",
        "119.00",
        Decimal("119.5"),
        Decimal("NaN"),
        Decimal("1e30"),
        True,
        [],
        10**15,
        1.5,
    ],
)
def test_what_is_no_whole_number_is_no_amount(written: object) -> None:
    with pytest.raises(FieldError, match="ist kein Betrag") as caught:
        values.money(written, "EUR", "total")
    assert caught.value.path == "total"


def test_a_negative_amount_must_be_expected() -> None:
    assert values.money(-500, "EUR", "total", signed=True) == Money(Decimal("-5.00"), "EUR")
    with pytest.raises(FieldError, match="amount_paid: „-500“ ist negativ"):
        values.money(-500, "EUR", "amount_paid")


def test_an_amount_that_its_currency_cannot_have_is_refused() -> None:
    with pytest.raises(FieldError, match="mehr Nachkommastellen als UYI"):
        values.money(150, "UYI", "total")


@pytest.mark.parametrize("code", ["ISK", "UGX"])
def test_of_contradictory_currencies_the_smaller_reading_is_shown(code: str) -> None:
    assert values.doubtful(code)
    assert str(values.money(500000, code, "total")) == f"5000 {code}"
    assert str(values.money(5050, code, "total")) == f"5050 {code}"  # cannot be 50.50
    assert not values.doubtful("EUR")


def test_missing_amounts_name_their_field() -> None:
    assert values.optional({"a": None}, "a", "EUR") is None
    assert values.optional({}, "a", "EUR") is None
    with pytest.raises(FieldError, match="amount_paid: fehlt"):
        values.amount({"amount_paid": None}, "amount_paid", "EUR")


def test_currencies_come_in_small_letters() -> None:
    assert values.currency({"currency": "chf"}) == "CHF"
    with pytest.raises(FieldError, match="currency: fehlt"):
        values.currency({"currency": None})
    with pytest.raises(FieldError, match="kein Währungscode"):
        values.currency({"currency": "euro"})


@pytest.mark.parametrize("written", [1772406000, "1772406000", Decimal(1772406000)])
def test_an_instant_becomes_the_day_of_the_creditors_zone(written: object) -> None:
    """2 March 2026, 0:00 in Berlin is still 1 March in UTC and in New York."""
    row = {"due_date": written}
    assert values.instant(row, "due_date") == datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    assert values.day(row, "due_date", BERLIN) == date(2026, 3, 2)
    assert values.day(row, "due_date", ZoneInfo("America/New_York")) == date(2026, 3, 1)


def test_summer_time_is_reckoned_with() -> None:
    for hour in (0, 23):
        row = {"due_date": at("2026-03-29", hour)}
        assert values.day(row, "due_date", BERLIN) == date(2026, 3, 29)


@pytest.mark.parametrize("written", [-1, "gestern", 1772406000000, True, Decimal("1.5"), {}])
def test_what_is_no_instant_is_refused_or_passed_over(written: object) -> None:
    with pytest.raises(FieldError, match=r"due_date: .* ist kein Zeitpunkt"):
        values.day({"due_date": written}, "due_date", BERLIN)
    assert values.readable_day({"due_date": written}, "due_date", BERLIN) is None


def test_no_instant_is_no_day() -> None:
    assert values.day({"due_date": None}, "due_date", BERLIN) is None
    assert values.instant({}, "due_date") is None


def test_a_reference_is_an_id_or_the_expanded_object() -> None:
    assert values.ref({"customer": "cus_1"}, "customer") == "cus_1"
    assert values.ref({"customer": {"id": "cus_1", "deleted": True}}, "customer") == "cus_1"
    assert values.ref({"customer": None}, "customer") == ""
