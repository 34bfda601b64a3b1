"""How the platform writes values: timestamps, numbers, and no key for what is not there (§1.5)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sandbox.common.clock import BERLIN, midnight
from sandbox.common.wire import dumps as encode

_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)\Z", flags=re.ASCII
)
CENT = Decimal("0.01")


def stamp(instant: datetime) -> str:
    """``2026-01-05T09:14:20.123+01:00``: three digits, offset of Berlin in summer and winter."""
    return instant.astimezone(BERLIN).isoformat(timespec="milliseconds")


def second_stamp(instant: datetime) -> str:
    """The same instant as the voucherlist shows it: whole seconds, ``.000``."""
    return stamp(instant.replace(microsecond=0))


def day_stamp(day: date | None) -> str | None:
    """Midnight of a day in Berlin; the same instant in UTC is the evening before."""
    return None if day is None else stamp(midnight(day))


def parse_stamp(text: object) -> datetime | None:
    """An instant in exactly the platform's form; None for anything else, which it refuses."""
    if not isinstance(text, str) or not _TIMESTAMP.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def cents(value: Decimal) -> Decimal:
    """Rounded to two places, half up (rounding mode UNVERIFIED, §4.1)."""
    return value.quantize(CENT, ROUND_HALF_UP)


def number(value: Decimal) -> str:
    """A money amount as it may stand in an answer: ``0``, ``20.0``, ``99.8``, ``1190.00``.

    The platform is not consistent in its trailing zeros; which form an amount gets depends on
    the amount alone, so that answers are repeatable.
    """
    if not value:
        return "0"
    plain = f"{value:f}"
    if "." not in plain:
        plain += ".0"
    whole, _, fraction = plain.partition(".")
    short = fraction.rstrip("0")
    form = int(abs(value)) % 3
    if form == 0:
        return f"{whole}.{short}" if short else whole
    return f"{whole}.{short or '0'}" if form == 1 else f"{whole}.{short.ljust(2, '0')}"


def without_nulls(value: object) -> object:
    """``value`` without the keys that hold nothing: the platform leaves them out."""
    if isinstance(value, Mapping):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value


def dumps(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return encode(value, number)


def loads(body: bytes) -> object:
    """JSON with its fractions as Decimal."""
    return json.loads(body, parse_float=Decimal)
