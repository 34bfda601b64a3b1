"""Values of the domain in JSON's terms, for every document that somebody is shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from core.domain.money import Money


def jsonable(value: object) -> object:
    """``value`` in JSON's terms: money and decimals as strings, days ISO, sets sorted."""
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: jsonable(getattr(value, field.name)) for field in fields}
    return _container(value)


def _container(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(str(jsonable(each)) for each in value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return jsonable(value._asdict())
    if isinstance(value, (list, tuple)):
        return [jsonable(each) for each in value]
    return value
