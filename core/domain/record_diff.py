"""Which fields differ between two records of one kind, and from what to what, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

# Field (with its path: "levels[2].interval_days"), value before, value after.
Changed = tuple[str, str, str]
ABSENT = "–"


def changed_fields(
    before: object, after: object, leave_out: frozenset[str] = frozenset()
) -> tuple[Changed, ...]:
    """The fields of two dataclasses that differ, inner ones by their path.

    ``leave_out`` are names of outer fields that do not count.
    """
    return tuple(
        change
        for name, one, two in _pairs(before, after)
        if name not in leave_out
        for change in _walk(name, one, two)
    )


def changed_keys(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Changed, ...]:
    """The keys of two mappings whose values differ, in alphabetical order."""
    return tuple(
        (key, _text(before.get(key)), _text(after.get(key)))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    )


def _pairs(before: object, after: object) -> Iterator[tuple[str, object, object]]:
    if not is_dataclass(before):
        return
    for spec in fields(before):
        yield spec.name, getattr(before, spec.name), getattr(after, spec.name)


def _walk(path: str, before: object, after: object) -> Iterator[Changed]:
    if before == after:
        return
    if is_dataclass(before) and type(before) is type(after):
        for name, one, two in _pairs(before, after):
            yield from _walk(f"{path}.{name}", one, two)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, one, two in changed_keys(_named(before), _named(after)):
            yield f"{path}.{key}", one, two
    elif _records(before) and _records(after):
        yield from _sequence(path, before, after)
    else:
        yield path, _text(before), _text(after)


def _named(values: Mapping[object, object]) -> dict[str, object]:
    return {str(key): value for key, value in values.items()}


def _records(value: object) -> bool:
    """True for a sequence whose elements have fields: the levels of a procedure."""
    return isinstance(value, tuple) and any(is_dataclass(each) for each in value)


def _sequence(path: str, before: object, after: object) -> Iterator[Changed]:
    ones, twos = (before if isinstance(before, tuple) else ()), after
    others = twos if isinstance(twos, tuple) else ()
    for number in range(max(len(ones), len(others))):
        place = f"{path}[{number + 1}]"
        if number >= len(ones):
            yield place, ABSENT, _text(others[number])
        elif number >= len(others):
            yield place, _text(ones[number]), ABSENT
        else:
            yield from _walk(place, ones[number], others[number])


def _text(value: object) -> str:
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return ", ".join(map(_text, value)) or ABSENT
    key = getattr(value, "key", None)  # a level by its name, not by all its fields
    return str(value if key is None else key)
