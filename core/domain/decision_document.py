"""The decisions of a run as one canonical document, and its checksum.

The document is a JSON list with one entry per account in the order of the run: keys sorted, no
white space, UTF-8. Fields at their default are left out, so that a field that a later version adds
does not change the checksum of an old run. `mahnwerk replay` prints the list; anybody can hash it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, cast

from core.domain.decision import Decision, PlannedNotice, Verdict
from core.domain.model import ItemId
from core.domain.money import Money, minor_digits

Entry = dict[str, Any]
SHORT = 16  # hex digits of the checksum of one entry, which only serves to find it again
CENTS = 2
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(document: object) -> str:
    """``document`` as JSON that is equal for equal content, byte by byte."""
    return _ENCODER.encode(document)


def account_entry(
    debtor: int, procedure: str, decision: Decision, numbers: Mapping[ItemId, str]
) -> Entry:
    """What was decided about one account; ``numbers`` are those of its items."""
    return {
        "debtor": debtor,
        "procedure": procedure,
        "verdicts": [verdict_entry(v, numbers[v.item]) for v in decision.verdicts],
        "notices": [notice_entry(plan) for plan in decision.notices],
    }


def quiet_entry(verdicts: Iterable[Verdict], numbers: Iterable[str]) -> Entry:
    """What was decided about claims of debtors with nothing to look at."""
    pairs = zip(verdicts, numbers, strict=True)
    return {"verdicts": [verdict_entry(verdict, number) for verdict, number in pairs]}


def verdict_entry(verdict: Verdict, number: str) -> Entry:
    """One verdict; ``number`` is the item's."""
    next_on = verdict.next_on
    return {
        "action": verdict.action.value,
        "facts": dict(verdict.facts),
        "item": verdict.item,
        "level": verdict.level,
        "next_on": None if next_on is None else next_on.isoformat(),
        "number": number,
        "reason": verdict.reason.value,
    }


def notice_entry(plan: PlannedNotice) -> Entry:
    """A planned notice with its lines, charges, total and deadline."""
    return cast("Entry", plain(plan))


class DocumentHash:
    """The sha256 of the document, entry by entry: the whole of it is never in memory."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(b"[")
        self._first = True

    def add(self, entry: Entry) -> str:
        """Takes the next entry in; returns the beginning of its own checksum."""
        content = canonical(entry).encode()
        if not self._first:
            self._hash.update(b",")
        self._first = False
        self._hash.update(content)
        return hashlib.sha256(content).hexdigest()[:SHORT]

    def hexdigest(self) -> str:
        """The checksum of the list of all entries taken in so far."""
        whole = self._hash.copy()
        whole.update(b"]")
        return whole.hexdigest()


def document_sha256(entries: Sequence[Entry]) -> str:
    """The checksum of a whole document: what ``DocumentHash`` says of the same entries."""
    return hashlib.sha256(canonical(list(entries)).encode()).hexdigest()


# --- values -------------------------------------------------------------------------------------

Writer = Callable[[Any], object]


def plain(value: object) -> object:
    """``value`` in JSON's terms: money as "119.00 EUR", days ISO, records without defaults."""
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is None:
        writer = _WRITERS[kind] = _writer_for(kind)
    return writer(value)


def _same(value: object) -> object:
    return value


def _list(values: Iterable[object]) -> list[object]:
    return [plain(value) for value in values]


def _mapping(values: Mapping[object, object]) -> dict[str, object]:
    return {str(key): plain(value) for key, value in values.items()}


def _enum(value: Enum) -> object:
    return value.value


def _writer_for(kind: type) -> Writer:
    if issubclass(kind, Enum):
        return _enum
    if is_dataclass(kind):
        return _record(kind)
    if hasattr(kind, "_fields"):
        return _record(kind) if getattr(kind, "_field_defaults", None) else _list
    if issubclass(kind, Mapping):
        return _mapping
    if issubclass(kind, str):
        return str
    raise TypeError(f"{kind.__name__} has no canonical form")


def _record(kind: type) -> Writer:
    known = _defaults(kind)
    get = attrgetter(*(name for name, _ in known))  # a tuple: every record has several fields

    def write(value: object) -> Entry:
        return {
            name: plain(own)
            for (name, default), own in zip(known, get(value), strict=True)
            if own is not default and (default is MISSING or own != default)
        }

    return write


def _money(value: Money) -> str:
    """``str(value)``, which is slow, or the same text by a shorter way where it is one."""
    text = str(value.amount)
    if text[-3:-2] == "." and value.amount and minor_digits(value.currency) == CENTS:
        return f"{text} {value.currency}"
    return str(value)


def _defaults(kind: Any) -> list[tuple[str, object]]:
    """Names of the fields of a dataclass or named tuple, and their defaults."""
    if is_dataclass(kind):
        return [(spec.name, _default(spec)) for spec in fields(kind)]
    return [(name, kind._field_defaults.get(name, MISSING)) for name in kind._fields]


def _default(spec: Field[Any]) -> object:
    if spec.default is not MISSING:
        return spec.default
    return MISSING if spec.default_factory is MISSING else spec.default_factory()


_WRITERS: dict[type, Writer] = {
    str: _same,
    int: _same,
    bool: _same,
    type(None): _same,
    Decimal: str,
    date: date.isoformat,
    Money: _money,
    tuple: _list,
    list: _list,
    dict: _mapping,
}
