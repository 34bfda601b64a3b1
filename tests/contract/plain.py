"""Records as plain JSON, for golden files: what stands at its default is left out."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from core.domain.money import Money

WRITE = "MAHNWERK_WRITE_GOLDEN"  # set by `make golden`


def plain(value: Any) -> Any:
    """Money as "119.00 EUR", days as ISO text, records as objects."""
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        return _fields(value)
    if isinstance(value, frozenset):
        return sorted(map(plain, value))
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _fields(record: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(record):
        empty = {f.name: f.default for f in dataclasses.fields(record)}
    else:
        empty = {
            name: record._field_defaults.get(name, dataclasses.MISSING) for name in record._fields
        }
    found = {name: getattr(record, name) for name in empty}
    return {
        name: plain(value)
        for name, value in found.items()
        if value != empty[name] and value != {} and value != ()
    }


def dump(value: Any) -> str:
    """One form for one content, so that a golden file changes only when a record does."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def assert_golden(path: Path, value: Any) -> None:
    """``value`` is what the golden file says; ``make golden`` makes it so."""
    text = dump(value)
    if os.environ.get(WRITE):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    assert path.exists(), f"{path.name} is missing: make golden"
    assert json.loads(path.read_text("utf-8")) == json.loads(text)
