"""Money, dates, countries and account numbers as a reader of that language expects them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from core.domain.money import Money

GERMAN = "de"
ENGLISH = "en"
_LOCALES = {GERMAN: "de_DE", ENGLISH: "en_GB"}
# Numbers like 02/03/2026 mean different days in London and Boston: English dates are in words.
_DATE_STYLES = {GERMAN: "dd.MM.yyyy", ENGLISH: "d MMMM yyyy"}
_SHORT_DATE_STYLES = {GERMAN: "dd.MM.yyyy", ENGLISH: "d MMM yyyy"}


def language_of(language: str) -> str:
    """The language a letter is written in: German for German and unknown, else English."""
    code = language.strip().lower().replace("_", "-").split("-")[0]
    return GERMAN if code in {"", GERMAN} else ENGLISH


def money(amount: Money, language: str) -> str:
    """``1.190,00 €`` or ``€1,190.00``, with the decimals of the currency and plain spaces."""
    return _money(amount, language)


@lru_cache(maxsize=4096)
def _money(amount: Money, language: str) -> str:
    text: str = format_currency(amount.amount, amount.currency, locale=_LOCALES[language])
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@lru_cache(maxsize=4096)
def day(value: date | None, language: str) -> str:
    """``22.11.2026`` or ``22 November 2026``; empty when there is no day."""
    if value is None:
        return ""
    return str(format_date(value, _DATE_STYLES[language], locale=_LOCALES[language]))


@lru_cache(maxsize=4096)
def short_day(value: date | None, language: str) -> str:
    """As :func:`day`, for table columns: ``22.11.2026`` or ``22 Nov 2026``."""
    if value is None:
        return ""
    return str(format_date(value, _SHORT_DATE_STYLES[language], locale=_LOCALES[language]))


def percent(value: Decimal, language: str) -> str:
    """A rate for a table, without its sign: ``10,27``; two decimals, or all that it has."""
    return str(format_decimal(value, "#,##0.00####", locale=_LOCALES[language]))


def percent_sign(value: str, language: str) -> str:
    """``10,27 %`` or ``10.27%``."""
    return f"{value} %" if language == GERMAN else f"{value}%"


def points(value: Decimal, language: str) -> str:
    """A rate or percentage points for a sentence: ``9`` or ``9,2``."""
    return str(format_decimal(value, "#,##0.######", locale=_LOCALES[language]))


def iban(text: str) -> str:
    """The IBAN in groups of four, as people read it."""
    compact = "".join(text.split()).upper()
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))


@lru_cache(maxsize=256)
def country_line(code: str) -> str:
    """Last line of an address abroad: the country's German name in capitals (Deutsche Post).

    An unknown code is printed as it is.
    """
    name = Locale(GERMAN).territories.get(code.upper(), code)
    return str(name).upper()
