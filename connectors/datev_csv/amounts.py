"""What a row of a Buchungsstapel is worth, in its own and in the base currency (datev.md §2.2)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from connectors.datev_csv.fields import looks_damaged, parse_amount
from connectors.datev_csv.problems import RowError
from core.domain.money import is_currency_code, minor_digits

AMOUNT_FIELD = "Umsatz (ohne Soll/Haben-Kz)"
_RATE = re.compile(r"\d{1,8}(,\d{1,8})?")
_PLAIN = re.compile(r"[0-9]{1,12},[0-9]{2}")  # nearly every amount
_CENT = Decimal("0.01")
ZERO = Decimal(0)


class Value(NamedTuple):
    """Positive amount and discount of a row, both also in the base currency."""

    amount: Decimal
    discount: Decimal
    currency: str
    base_amount: Decimal
    base_discount: Decimal
    base_currency: str


class Amounts:
    """Reads amounts of one file."""

    def __init__(self, default_currency: str) -> None:
        self._default = default_currency

    def value(
        self, amount: str, discount: str, currency: str, base: str, base_currency: str, rate: str
    ) -> Value:
        """The value of one row.

        Raises:
            RowError: an amount or currency is not readable, or no base amount can be found.

        """
        own = self._currency(currency, "WKZ Umsatz") if currency else self._default
        home = self._currency(base_currency, "WKZ Basis-Umsatz") if base_currency else self._default
        if not amount:
            raise RowError("amount_missing", AMOUNT_FIELD, "Der Betrag fehlt. Buchung ergänzen.")
        worth = self.parse(amount, own, AMOUNT_FIELD)
        less = self.parse(discount, own, "Skonto") if discount else ZERO
        if own == home:
            return Value(worth, less, own, worth, less, home)
        ratio = self._ratio(worth, base, home, rate)
        base_worth = self.parse(base, home, "Basis-Umsatz") if base else _round(worth * ratio, home)
        return Value(worth, less, own, base_worth, _round(less * ratio, home), home)

    def _ratio(self, worth: Decimal, base: str, home: str, rate: str) -> Decimal:
        """Base units per foreign unit; Kurs is the other way round."""
        if base and worth:
            return self.parse(base, home, "Basis-Umsatz") / worth
        if _RATE.fullmatch(rate):
            factor = Decimal(rate.replace(",", "."))
            if factor:
                return 1 / factor
        raise RowError(
            "rate_missing",
            "Kurs",
            "Der Betrag ist in Fremdwährung, aber weder Basis-Umsatz noch Kurs ist angegeben. "
            "In DATEV mit Kurs exportieren.",
        )

    def _currency(self, text: str, field: str) -> str:
        if text == self._default:
            return self._default
        code = text.upper()
        if not is_currency_code(code):
            raise RowError(
                "currency_invalid",
                field,
                f"„{text[:10]}“ ist kein Währungskennzeichen (ISO, z. B. EUR). Buchung prüfen.",
            )
        return code

    def parse(self, text: str, currency: str, field: str) -> Decimal:
        """An amount with at least two decimals, so that equal amounts are written equally.

        Raises:
            RowError: it is not readable or has a fraction of the smallest unit.

        """
        digits = minor_digits(currency)
        if digits == 2 and _PLAIN.fullmatch(text):
            return Decimal(text.replace(",", "."))
        amount = parse_amount(text)
        if amount is None:
            raise RowError("amount_invalid", field, _unreadable(text))
        scaled = amount.scaleb(digits)
        if scaled != scaled.to_integral_value():
            raise RowError(
                "amount_invalid",
                field,
                f"{text[:20]} hat mehr Nachkommastellen als {currency} erlaubt. Buchung prüfen.",
            )
        return amount.quantize(_CENT if digits <= 2 else Decimal("0.001"))


def _round(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)


def _unreadable(text: str) -> str:
    shown = text[:20]
    if text.startswith("-"):
        return f"„{shown}“: DATEV-Beträge sind positiv, das Vorzeichen steht in S/H. Export prüfen."
    if looks_damaged(text):
        return (
            f"„{shown}“ wurde von einer Tabellenkalkulation verändert (erwartet z. B. 1190,00). "
            "Datei unverändert aus DATEV exportieren."
        )
    return f"„{shown}“ ist kein Betrag (erwartet z. B. 1190,00). Export prüfen."
