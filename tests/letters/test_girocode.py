"""EPC069-12: what stands in the code, byte by byte."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.money import Money
from core.letters import girocode

IBAN = "DE89 3704 0044 0532 0130 00"


def payload(**changes: object) -> str | None:
    values: dict[str, object] = {
        "name": "Muster GmbH",
        "iban": IBAN,
        "bic": "COBADEFFXXX",
        "amount": Money(Decimal("12.3"), "EUR"),
        "reference": "RE-1 / 10001",
    }
    return girocode.payload(**{**values, **changes})  # type: ignore[arg-type]


def test_the_lines_are_those_of_the_standard() -> None:
    assert payload() == (
        "BCD\n002\n1\nSCT\nCOBADEFFXXX\nMuster GmbH\nDE89370400440532013000\n"
        "EUR12.30\n\n\nRE-1 / 10001"
    )


def test_nothing_follows_the_last_used_line() -> None:
    text = payload(reference="", bic="")
    assert text is not None
    assert text.endswith("\nEUR12.30")
    assert text.split("\n")[4] == ""


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0.00", False),
        ("-5.00", False),
        ("0.01", True),
        ("999999999.99", True),
        ("1000000000.00", False),
    ],
)
def test_amounts_outside_the_standard_have_no_code(amount: str, *, told: bool) -> None:
    assert (payload(amount=Money(Decimal(amount), "EUR")) is not None) is told


@pytest.mark.parametrize(
    "changes",
    [
        {"iban": ""},
        {"name": "  "},
        {"amount": Money(Decimal(1), "CHF")},
        {"reference": "x" * 141},
    ],
)
def test_what_cannot_be_told_has_no_code(changes: dict[str, object]) -> None:
    assert payload(**changes) is None


def test_a_long_name_is_cut_to_characters_and_then_to_bytes() -> None:
    text = payload(name="N" * 100)
    assert text is not None
    assert text.split("\n")[5] == "N" * 70
    text = payload(name="Ü" * 70, reference="R" * 140)
    assert text is not None
    assert len(text.encode()) <= girocode.MAX_BYTES
    assert text.endswith("R" * 140)
    assert set(text.split("\n")[5]) == {"Ü"}


def test_the_largest_text_still_fits_the_largest_allowed_symbol() -> None:
    text = payload(name="N" * 70, reference="R" * 140)
    assert text is not None
    side = int(girocode.svg(text).split('viewBox="0 0 ')[1].split()[0])
    assert side - 8 <= 69  # version 13
