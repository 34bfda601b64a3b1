"""Amounts of money: a Decimal with its currency, never a float (architecture §4.1).

The store keeps integer minor units; :meth:`Money.from_minor` and :attr:`Money.minor` are the
only two places where one form becomes the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.errors import CurrencyMismatch

# ISO 4217, list one: every currency that is not named here has two decimals.
MINOR_DIGITS: dict[str, int] = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_SCALE = {0: Decimal(1), 2: Decimal("0.01"), 3: Decimal("0.001")}


def minor_digits(currency: str) -> int:
    """Number of decimals of ``currency`` (EUR 2, JPY 0, KWD 3)."""
    return MINOR_DIGITS.get(currency, 2)


def is_currency_code(text: str) -> bool:
    """True when ``text`` has the form of an ISO 4217 code; says nothing about its existence."""
    return _CURRENCY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` units of ``currency``; positive increases what the debtor owes."""

    amount: Decimal
    currency: str

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Money from integer minor units, e.g. ``from_minor(12345, "EUR")`` is 123.45 EUR."""
        return cls(Decimal(minor) * _SCALE[minor_digits(currency)], currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls.from_minor(0, currency)

    @property
    def minor(self) -> int:
        """Integer minor units.

        Raises:
            ValueError: the amount has more decimals than its currency; round it first.

        """
        scaled = self.amount.scaleb(minor_digits(self.currency))
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(f"{self.amount} {self.currency} has a fraction of a minor unit")
        return whole

    def rounded(self) -> Money:
        """Rounded once, half up, to the minor unit."""
        step = _SCALE[minor_digits(self.currency)]
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be combined")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"

    def plain(self) -> str:
        """The amount as a plain decimal string with its currency's decimals: ``"1190.00"``.

        Rounded half up like every amount (formatting alone would round half to even), and never
        a negative zero.
        """
        return f"{self.rounded().amount:zf}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum of ``amounts``, all in ``currency``; zero when there are none."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
