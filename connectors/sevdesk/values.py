"""Values as sevDesk writes them: everything a text, references that are absent (§1.1, §1.2). Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors._values import (
    FieldError,
    Json,
    berlin_day,
    child,
    day,
    optional_money,
    text,
)
from core.domain.money import Money

_NUMBER = re.compile(r"[+-]?\d{1,9}")
_GERMAN_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_SECONDS = re.compile(r"\d{9,11}")
# PHP adds floats: 16.1 + 17.2 may come as 33.300000000000004. Farther off it is no such noise.
_NOISE = Decimal("0.000001")


def ref(values: Json, key: str) -> str:
    """The id that a reference names; "" where there is none: then its key is absent (§1.1)."""
    return text(child(values, key), "id")


def ref_kind(values: Json, key: str) -> str:
    """What a reference names: "Invoice", "Order" …"""
    return text(child(values, key), "objectName")


def yes(values: Json, key: str) -> bool:
    """A boolean, which comes as "0" and "1", seldom as JSON's own (§1.2)."""
    return says_yes(values.get(key))


def says_yes(found: Any) -> bool:
    """Whether a value of an unknown kind says yes: computed embeds have no documented type."""
    if isinstance(found, str):
        return found.strip().lower() not in ("", "0", "false", "null", "no")
    return bool(found)


def whole(values: Json, key: str) -> int | None:
    """A whole number; None when there is none, or something else stands there."""
    found = text(values, key)
    return int(found) if _NUMBER.fullmatch(found) else None


def amount(values: Json, key: str, code: str) -> Money | None:
    """An amount; None when there is none. Noise of a float behind a JSON number is rounded off.

    Raises:
        FieldError: no amount, or one with more decimals than its currency.

    """
    found = values.get(key)
    if isinstance(found, str) and not found.strip():
        return None
    if isinstance(found, Decimal) and found.is_finite():
        near = Money(found, code).rounded()
        if abs(near.amount - found) < _NOISE:
            return near
    return optional_money(values, key, code)


def any_day(values: Json, key: str) -> date | None:
    """A day in each of the forms that were seen: ISO, ``01.01.2020``, Unix seconds (§1.2).

    Raises:
        FieldError: something else stands there.

    """
    found = text(values, key)
    if not found:
        return None
    german = _GERMAN_DAY.fullmatch(found)
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        if _SECONDS.fullmatch(found):
            return berlin_day(datetime.fromtimestamp(int(found), UTC))
    except ValueError:
        raise FieldError(key, f"„{found[:30]}“ ist kein Datum") from None
    return day({key: found}, key)


def readable(values: Json, key: str) -> date | None:
    """The same where nothing depends on it: None also for what is no day."""
    try:
        return any_day(values, key)
    except FieldError:
        return None
