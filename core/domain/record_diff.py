"""Which fields differ between two records of one kind, and from what to what, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

# Field (with its path: "address.postcode"), value before, value after.
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
        (key, text_of(before.get(key)), text_of(after.get(key)))
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
    else:
        yield path, text_of(before), text_of(after)


def _named(values: Mapping[object, object]) -> dict[str, object]:
    return {str(key): value for key, value in values.items()}


def text_of(value: object) -> str:
    """A value as text: days ISO, amounts by currency, "–" for nothing."""
    if value is None or value == "":
        return ABSENT
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {text_of(each)}" for key, each in value.items()) or ABSENT
    if isinstance(value, tuple | list):
        return ", ".join(map(text_of, value)) or ABSENT
    return str(value)
