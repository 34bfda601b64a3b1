"""How sevDesk writes and reads values: strings for numbers, Berlin offsets, days in (§1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sandbox.common.clock import BERLIN, midnight
from sandbox.sevdesk.replies import bad_request

CENT = Decimal("0.01")
_GERMAN = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})\Z", flags=re.ASCII)
_SECONDS = re.compile(r"-?\d{1,11}\Z", flags=re.ASCII)


def stamp(instant: datetime | None) -> str | None:
    """``2026-03-02T09:20:01+01:00``: whole seconds, offset of Berlin in summer and winter."""
    return None if instant is None else instant.astimezone(BERLIN).isoformat(timespec="seconds")


def day_stamp(day: date | None) -> str | None:
    """Midnight of a day in Berlin; the same instant in UTC is the evening before."""
    return None if day is None else stamp(midnight(day))


def plain(value: Decimal) -> str:
    """An amount without padding: ``34.51``, ``29``, ``-46.65``."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(value: Decimal | int | None) -> str | None:
    """A number as the platform sends it: a string, or null."""
    return None if value is None else plain(Decimal(value))


def flag(value: bool) -> str:
    """``"1"`` or ``"0"``."""
    return "1" if value else "0"


def cents(value: Decimal) -> Decimal:
    """Rounded to two places, half up (§6.13, inferred from samples)."""
    return value.quantize(CENT, ROUND_HALF_UP)


def amount_in(value: object, name: str) -> Decimal:
    """An amount of a request: a number or a string.

    Raises:
        ApiError: 400, neither.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise bad_request(f"{name} must be a number")
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise bad_request(f"{name} must be a number") from None
    if not found.is_finite():
        raise bad_request(f"{name} must be a number")
    return found


def day_in(value: object, name: str) -> date | None:
    """A day of a request: Unix seconds, ``dd.mm.yyyy`` or ISO.

    Raises:
        ApiError: 400, none of these.
    """
    if value is None or value == "":
        return None
    word = str(value)
    try:
        if isinstance(value, int) or _SECONDS.match(word):
            return seconds_in(word).astimezone(BERLIN).date()
        german = _GERMAN.match(word)
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        if len(word) == len("2026-03-02"):
            return date.fromisoformat(word)
        instant = datetime.fromisoformat(word)
    except (ValueError, OverflowError, OSError):
        raise bad_request(f"{name} is no date") from None
    return (instant if instant.tzinfo is None else instant.astimezone(BERLIN)).date()


def seconds_in(word: str) -> datetime:
    """An instant of Unix seconds."""
    return datetime.fromtimestamp(int(word), UTC)


def seconds_of(query: Mapping[str, str], name: str) -> int | None:
    """Unix seconds of a filter; None where it is absent or no number, which is ignored."""
    word = query.get(name, "")
    return int(word) if _SECONDS.match(word) else None


def reference(kind: str, id_: str | None) -> dict[str, Any] | None:
    """``{id, objectName}``."""
    return None if id_ is None else {"id": id_, "objectName": kind}
