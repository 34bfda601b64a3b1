"""JSON as it goes over the wire: numbers that never were a float."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal

# Marks numbers on their way through the encoder, which writes no Decimal; texts cannot hold it.
_MARK = "\ue000"
_MARKED = re.compile(f'"{_MARK}(-?[0-9.]+)"')


def dumps(value: object, number: Callable[[Decimal], str]) -> bytes:
    """Compact JSON in UTF-8; ``number`` says how the platform writes a Decimal."""

    def other(each: object) -> str:
        if isinstance(each, Decimal):
            return _MARK + number(each)
        raise TypeError(f"{type(each).__name__} has no place in an answer")

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=other)
    return _MARKED.sub(r"\1", text).encode()
