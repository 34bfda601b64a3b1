"""JSON of our frozen records (dataclasses, named tuples): only what differs from the default is written.

Small rows matter (30,000 debtors are decoded in every run), and a field that is added later
reads as its default. What an older version wrote and nobody knows any more is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Generic, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core.domain.money import Money

T = TypeVar("T")
Convert = Callable[[Any], Any]


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: object) -> str:
    """Compact JSON with readable umlauts."""
    return "{}" if value == {} else _ENCODER.encode(value)


def _same(value: Any) -> Any:
    return value


def converters(hint: Any) -> tuple[Convert, Convert]:
    """Functions to and from JSON for one annotated type."""
    if isinstance(hint, NewType):
        return converters(hint.__supertype__)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _optional(args)
    if origin is tuple:
        return _sequence(args[0], tuple, list)
    if origin is frozenset:
        return _sequence(args[0], frozenset, sorted)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(args)
    if issubclass(hint, Enum):
        return _enum_out, hint
    codec: Codec[Any] = Codec(hint)
    return codec.encode, codec.decode


def _money_out(value: Money) -> list[object]:
    return [value.minor, value.currency]


def _money_in(value: list[Any]) -> Money:
    return Money.from_minor(value[0], value[1])


def _enum_out(value: Enum) -> object:
    return value.value


_SIMPLE: dict[Any, tuple[Convert, Convert]] = {
    str: (_same, _same),
    int: (_same, _same),
    bool: (_same, _same),
    Decimal: (str, Decimal),
    date: (date.isoformat, date.fromisoformat),
    Money: (_money_out, _money_in),
}


def _optional(args: tuple[Any, ...]) -> tuple[Convert, Convert]:
    (inner,) = (a for a in args if a is not NoneType)
    out, into = converters(inner)
    return (
        lambda value: None if value is None else out(value),
        lambda value: None if value is None else into(value),
    )


def _sequence(inner: Any, build: Convert, order: Convert) -> tuple[Convert, Convert]:
    out, into = converters(inner)
    return (
        lambda value: order([out(v) for v in value]),
        lambda value: build([into(v) for v in value]),
    )


def _mapping(args: tuple[Any, ...]) -> tuple[Convert, Convert]:
    """Keys are text in JSON, whatever they were."""
    if args == (str, str):
        return dict, dict
    (_, key), (out, into) = _key(args[0]), converters(args[1])
    return (
        lambda value: {str(k): out(v) for k, v in value.items()},
        lambda value: {key(k): into(v) for k, v in value.items()},
    )


def _key(hint: Any) -> tuple[Convert, Convert]:
    supertype = getattr(hint, "__supertype__", hint)
    return str, int if supertype is int else converters(supertype)[1]


class Codec(Generic[T]):
    """Encodes one kind of record; ``skip`` are fields that have columns of their own."""

    def __init__(self, kind: type[T], skip: frozenset[str] = frozenset()) -> None:
        hints = get_type_hints(kind)
        self._kind = kind
        self._fields: list[tuple[str, object, Convert]] = []
        self._into: dict[str, Convert] = {}
        for name, default in defaults(kind):
            if name in skip:
                continue
            out, into = converters(hints[name])
            self._fields.append((name, default, out))
            self._into[name] = into

    def encode(self, value: T) -> dict[str, object]:
        """The fields that are not at their default."""
        found: dict[str, object] = {}
        for name, default, out in self._fields:
            own = getattr(value, name)
            if own != default:
                found[name] = out(own)
        return found

    def decode(self, data: Mapping[str, Any], **given: object) -> T:
        """The record again; ``given`` are the skipped fields."""
        into = self._into
        found = {name: into[name](value) for name, value in data.items() if name in into}
        return self._kind(**found, **given)

    def dumps(self, value: T) -> str:
        return dumps(self.encode(value))

    def loads(self, text: str, **given: object) -> T:
        return self.decode(json.loads(text), **given)


def defaults(kind: type) -> Iterator[tuple[str, object]]:
    """Names of the fields and their defaults; ``MISSING`` = none."""
    if issubclass(kind, tuple):
        named = cast("Any", kind)
        yield from ((name, named._field_defaults.get(name, MISSING)) for name in named._fields)
        return
    for spec in fields(cast("Any", kind)):
        yield spec.name, _default(spec)


def _default(spec: Field[Any]) -> object:
    if spec.default is not MISSING:
        return spec.default
    if spec.default_factory is not MISSING:
        return spec.default_factory()
    return MISSING
