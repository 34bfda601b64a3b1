"""JSON whose numbers are Decimal on both ways: an amount never passes through a float."""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any, NoReturn


def loads(content: bytes) -> Any:
    """Numbers with a fraction as Decimal, others as int.

    Raises:
        ValueError: no JSON, no UTF-8, NaN or Infinity.
        RecursionError: nested too deeply to be meant.

    """
    text = content.decode("utf-8-sig")
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number)


def dumps(value: object) -> bytes:
    """Compact JSON; a Decimal becomes a number with exactly its digits.

    Raises:
        ValueError: a Decimal that is no number, or a float that is not finite.

    """
    # The encoder of the standard library writes no Decimal: each becomes a text that nobody can
    # have guessed, and then its digits.
    mark = secrets.token_hex(8)
    text = json.dumps(
        value,
        default=lambda each: mark + _digits(each),
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    return re.sub(f'"{mark}([^"]*)"', r"\1", text).encode()


def _digits(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    if not value.is_finite():
        raise ValueError("an amount that is no number")
    return format(value, "f")


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
