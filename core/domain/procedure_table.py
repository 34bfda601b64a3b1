"""Reading one table of a procedure file: typed values, and refusals that name place and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from core.domain.money import Money, is_currency_code, minor_digits
from core.errors import ConfigError

MAX_DAYS = 3650
_Word = TypeVar("_Word", bound=StrEnum)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def is_procedure_name(name: str) -> bool:
    """True for a name that can also be a file name: ``standard``, ``b2b-streng``."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file; reads typed values and refuses with the place."""

    values: Mapping[str, object]
    where: str  # file
    path: str  # "" or "levels[2]."

    def refuse(self, key: str, de: str, en: str) -> ConfigError:
        """The error for ``key``; each sentence says what is wrong and how it is mended."""
        place = f"{self.where}: {self.path}{key}"
        return ConfigError(f"{place}: {de}", en=f"{place}: {en}")

    def only(self, allowed: Sequence[str]) -> None:
        """Refuses keys that mean nothing here: a misspelt key would silently be a default."""
        for key in self.values:
            if key in allowed:
                continue
            near = difflib.get_close_matches(key, allowed, n=1)
            known = ", ".join(allowed)
            raise self.refuse(
                key,
                "Diesen Schlüssel gibt es hier nicht. "
                + (f"Ist „{near[0]}“ gemeint?" if near else f"Möglich: {known}."),
                "is not a known key. "
                + (f'Did you mean "{near[0]}"?' if near else f"Known: {known}."),
            )

    def required(self, key: str) -> object:
        """The value of ``key``, which must be there."""
        if key not in self.values:
            raise self.refuse(
                key,
                f"fehlt. Eine Zeile „{key} = …“ ergänzen.",
                f'is missing. Add a line "{key} = …".',
            )
        return self.values[key]

    def string(self, key: str) -> str:
        """A text with something in it."""
        value = self.required(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(
                key,
                f'muss ein Text sein. Schreibweise: {key} = "…".',
                f'must be a text. Write {key} = "…".',
            )
        return value.strip()

    def slug(self, key: str) -> str:
        """A text that can be a name."""
        value = self.string(key)
        if not is_procedure_name(value):
            raise self.refuse(
                key,
                f"„{value}“ taugt nicht als Name. Kleinbuchstaben, Ziffern, - und _ verwenden, am "
                "Anfang ein Buchstabe.",
                f'"{value}" cannot be used as a name. Use small letters, digits, - and _, '
                "beginning with a letter.",
            )
        return value

    def days(self, key: str, default: int | None = None, least: int = 0) -> int:
        """A whole number of days, at least ``least``."""
        value = self.required(key) if default is None else self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(
                key,
                f"muss eine ganze Zahl von Tagen sein. Schreibweise: {key} = 10.",
                f"must be a whole number of days. Write {key} = 10.",
            )
        if not least <= value <= MAX_DAYS:
            raise self.refuse(
                key,
                f"{value} liegt außerhalb. Möglich sind {least} bis {MAX_DAYS}.",
                f"{value} is out of range. Choose a number from {least} to {MAX_DAYS}.",
            )
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(
                key,
                f"muss true oder false sein. Schreibweise: {key} = true.",
                f"must be true or false. Write {key} = true.",
            )
        return value

    def choice(self, key: str, default: _Word) -> _Word:
        """One word of the closed set that ``default`` is of."""
        words = type(default)
        value = self.values.get(key, default.value)
        known = [word.value for word in words]
        if value not in known:
            raise self.refuse(
                key,
                f"{value!r} gibt es nicht. Möglich: {', '.join(known)}.",
                f"{value!r} is not known. Choose one of {', '.join(known)}.",
            )
        return words(str(value))

    def amounts(self, key: str, default: Mapping[str, str] | None = None) -> dict[str, Decimal]:
        """Amounts by currency, in alphabetical order; per currency and never converted."""
        value = self.values.get(key, default or {})
        if not isinstance(value, Mapping):
            raise self.refuse(
                key,
                f'muss eine Tabelle sein. Schreibweise: {key} = {{ EUR = "5.00" }}.',
                f'must be a table. Write {key} = {{ EUR = "5.00" }}.',
            )
        inner = Table(value, self.where, f"{self.path}{key}.")
        return {str(code): inner._amount(str(code)) for code in sorted(value, key=str)}

    def _amount(self, currency: str) -> Decimal:
        if not is_currency_code(currency):
            raise self.refuse(
                currency,
                "ist keine Währung. Drei Großbuchstaben nach ISO 4217, z. B. EUR.",
                "is not a currency. Use the three capital letters of ISO 4217, e.g. EUR.",
            )
        amount = self._exact(currency)
        if not amount.is_finite() or amount < 0:
            raise self.refuse(
                currency,
                f"{amount} liegt außerhalb. Möglich ist 0 oder mehr.",
                f"{amount} is out of range. Choose 0 or more.",
            )
        if Money(amount, currency).rounded().amount != amount:
            digits = minor_digits(currency)
            raise self.refuse(
                currency,
                f"{amount} ist feiner als die Währung. {currency} hat {digits} Nachkommastellen.",
                f"{amount} is finer than the currency. {currency} has {digits} decimals.",
            )
        return amount

    def _exact(self, currency: str) -> Decimal:
        value = self.values[currency]
        # A float has already lost the exact amount; bool is an int in Python.
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.refuse(
                currency,
                "muss ein genauer Betrag sein. Schreibweise: "
                f'{currency} = "5.00" mit Anführungszeichen.',
                f'must be an exact amount. Write {currency} = "5.00" with quotes.',
            )
        try:
            return Decimal(value)
        except InvalidOperation:
            raise self.refuse(
                currency,
                f'„{value}“ ist kein Betrag. Ziffern mit Punkt schreiben: "5.00".',
                f'"{value}" is not an amount. Write digits with a point: "5.00".',
            ) from None
