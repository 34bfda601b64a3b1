"""Many records of one kind by column: what a run stores of 100,000 items in a second or two.

A column in which everything is at its default is left out, so that a field that is added later
reads as its default; what an older version wrote and nobody knows any more is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING
from itertools import repeat
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_type_hints

from core.store.codec import converters, defaults

T = TypeVar("T")
Columns = Mapping[str, Sequence[Any]]


class RecordTable(Generic[T]):
    """Encodes records of one kind; ``skip`` are fields that are stored apart."""

    def __init__(self, kind: type[T], skip: frozenset[str] = frozenset()) -> None:
        hints = get_type_hints(kind)
        known = [(name, default) for name, default in defaults(kind) if name not in skip]
        self._kind = kind
        self._get: Callable[[T], tuple[Any, ...]] = attrgetter(*(name for name, _ in known))
        self._fields = [(name, default, *converters(hints[name])) for name, default in known]

    def encode(self, records: Iterable[T]) -> dict[str, list[Any]]:
        """The columns in which something is not at its default."""
        columns = zip(*map(self._get, records), strict=True)
        found: dict[str, list[Any]] = {}
        for (name, default, out, _), column in zip(self._fields, columns, strict=False):
            if default is MISSING or column.count(default) != len(column):
                found[name] = list(map(out, column))
        return found

    def decode(self, data: Columns, length: int, **given: Iterable[object]) -> Iterator[T]:
        """The ``length`` records again; ``given`` are the skipped fields, a value for each record.

        Raises:
            ValueError: a column is not as long as that.
            KeyError: a column that is always there is missing.
        """
        columns: dict[str, Iterable[object]] = dict(given)
        for name, default, _, into in self._fields:
            if name in data:
                if len(data[name]) != length:
                    raise ValueError(f"{name} has {len(data[name])} values, not {length}")
                columns[name] = map(into, data[name])
            elif default is MISSING and length:
                raise KeyError(name)
            else:
                columns[name] = repeat(default, length)
        names = tuple(columns)
        for row in zip(*columns.values(), strict=True):
            yield self._kind(**dict(zip(names, row, strict=True)))
