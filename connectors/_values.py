"""Values in the JSON of German platforms: amounts as numbers or texts, days with Berlin's offset.

Pure. What is missing or unreadable raises :class:`FieldError` with its JSON path. The § are those
of the platform's reference: lexoffice §0 and §1.5, sevDesk §1.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.money import Money, is_currency_code

BERLIN = ZoneInfo("Europe/Berlin")

Json = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UTC = ("Z", "z", "+00:00")
_AMOUNT = re.compile(r"[+-]?\d{1,15}(\.\d+)?([eE][+-]?\d{1,2})?")
_LARGEST = Decimal(10) ** 15  # beyond it is no invoice, and BIGINT minor units would not hold it


class FieldError(Exception):
    """A field that a record cannot do without: its JSON path, and what is wrong in German."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def child(values: Json, key: str) -> Json:
    """The object below ``key``; empty when there is none (null, or left out)."""
    found = values.get(key)
    return found if isinstance(found, Mapping) else {}


def children(values: Json, key: str) -> Sequence[Json]:
    """The objects of the list below ``key``."""
    found = values.get(key)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text(values: Json, key: str) -> str:
    """One line of text; "" when there is none."""
    found = values.get(key)
    if isinstance(found, str):
        return " ".join(found.split())
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return ""
    return str(found)  # customer numbers are numbers


def required(values: Json, key: str) -> str:
    """Text that must be there."""
    found = text(values, key)
    if not found:
        raise FieldError(key, "fehlt")
    return found


def flag(values: Json, key: str) -> bool:
    return values.get(key) is True


def currency(values: Json, key: str = "currency") -> str:
    """The currency; EUR where none is named: lexoffice has no other and leaves empty values out."""
    code = text(values, key) or "EUR"
    if not is_currency_code(code):
        raise FieldError(key, f"„{code[:10]}“ ist kein Währungscode")
    return code


def money(values: Json, key: str, code: str) -> Money:
    """An amount that must be there.

    Raises:
        FieldError: it is missing, no number, or has more decimals than its currency.

    """
    found = optional_money(values, key, code)
    if found is None:
        raise FieldError(key, "fehlt")
    return found


def optional_money(values: Json, key: str, code: str) -> Money | None:
    """An amount; None when there is none. Never rounded: a third decimal is no amount of money."""
    found = values.get(key)
    if found is None:
        return None
    amount = _decimal(found)
    if amount is None or abs(amount) >= _LARGEST:
        raise FieldError(key, f"„{str(found)[:20]}“ ist kein Betrag")
    result = Money(amount, code)
    try:
        return Money.from_minor(result.minor, code)
    except ValueError:
        raise FieldError(key, f"„{amount}“ hat mehr Nachkommastellen als {code}") from None


def _decimal(found: object) -> Decimal | None:
    """Numbers come as numbers or as quoted texts, with any number of zeros behind."""
    if isinstance(found, bool) or not isinstance(found, int | Decimal | str):
        return None
    written = str(found).strip()
    if not _AMOUNT.fullmatch(written):
        return None
    try:
        return Decimal(written)
    except InvalidOperation:  # pragma: no cover - the pattern lets nothing else through
        return None


def day(values: Json, key: str) -> date | None:
    """The calendar day that the text itself shows; None when there is none.

    Both write Berlin's midnight with Berlin's offset: a way over UTC would shift the day
    (lexoffice §0.16, sevDesk §1.2). Only an instant in UTC is taken to Berlin first.
    """
    found = values.get(key)
    if found is None:
        return None
    if not isinstance(found, str) or not _DAY.match(found):
        raise FieldError(key, f"„{str(found)[:30]}“ ist kein Datum")
    try:
        if found.endswith(_UTC):
            return datetime.fromisoformat(found).astimezone(BERLIN).date()
        return date.fromisoformat(found[:10])
    except (ValueError, OverflowError):
        raise FieldError(key, f"„{found[:30]}“ ist kein Datum") from None


def readable_day(values: Json, key: str) -> date | None:
    """The same where nothing depends on it: None also for what is no day."""
    try:
        return day(values, key)
    except FieldError:
        return None


def required_day(values: Json, key: str) -> date:
    found = day(values, key)
    if found is None:
        raise FieldError(key, "fehlt")
    return found


def second(values: Json, key: str) -> str:
    """An instant as UTC to the second; "" when there is none or it cannot be read.

    Lists of lexoffice show whole seconds, documents milliseconds: only the second is comparable.
    """
    found = values.get(key)
    if not isinstance(found, str):
        return ""
    try:
        at = datetime.fromisoformat(found)
        if at.tzinfo is None:
            at = at.replace(tzinfo=BERLIN)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return ""


def berlin_day(at: datetime) -> date:
    """The day in Berlin at an aware instant."""
    return at.astimezone(BERLIN).date()


def day_before(at: datetime) -> date:
    """The day before that of ``at`` in Berlin: some filters take whole days."""
    return berlin_day(at) - timedelta(days=1)
