"""From the content of a procedure file to a :class:`DunningProcedure`, or a sentence on why not.

Pure: the caller has read the TOML. Every refusal names the file, the key and the remedy.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from core.domain.model import Automation
from core.domain.money import Money, is_currency_code, minor_digits
from core.domain.procedure import DunningLevel, DunningProcedure
from core.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_MAX_DAYS = 3650
_CHANNELS = ("email", "letter")
_PROCEDURE_KEYS = (
    "name",
    "label",
    "grace_days",
    "min_days_in_arrears",
    "contact_gap_days",
    "person_above",
    "consolidated",
    "booked_through_working_days",
    "bank_days_after_deadline",
    "levels",
)
_LEVEL_KEYS = (
    "key",
    "text",
    "days_after_due",
    "interval_days",
    "deadline_days",
    "channels",
    "automation",
    "min_amount",
    "counts_as_mahnung",
)


def is_procedure_name(name: str) -> bool:
    """True for a name that can also be a file name: ``standard``, ``b2b-streng``."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file; reads typed values and refuses with the place."""

    values: Mapping[str, object]
    where: str  # file
    path: str  # "" or "levels[2]."

    def refuse(self, key: str, problem: str, remedy: str) -> ConfigError:
        return ConfigError(f"{self.where}: {self.path}{key}: {problem}. {remedy}")

    def only(self, allowed: Sequence[str]) -> None:
        """Refuses keys that mean nothing here: a misspelt key would silently be a default."""
        for key in self.values:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, n=1)
                hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(allowed)}."
                raise self.refuse(key, "is not a known key", hint)

    def required(self, key: str) -> object:
        if key not in self.values:
            raise self.refuse(key, "is missing", f'Add a line "{key} = …".')
        return self.values[key]

    def string(self, key: str) -> str:
        value = self.required(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "must be a text", f'Write {key} = "…".')
        return value.strip()

    def slug(self, key: str) -> str:
        value = self.string(key)
        if not is_procedure_name(value):
            remedy = "Use small letters, digits, - and _, beginning with a letter."
            raise self.refuse(key, f'"{value}" cannot be used as a name', remedy)
        return value

    def days(self, key: str, default: int | None = None, least: int = 0) -> int:
        value = self.required(key) if default is None else self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(key, "must be a whole number of days", f"Write {key} = 10.")
        if not least <= value <= _MAX_DAYS:
            remedy = f"Choose a number from {least} to {_MAX_DAYS}."
            raise self.refuse(key, f"{value} is out of range", remedy)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "must be true or false", f"Write {key} = true.")
        return value

    def amounts(self, key: str) -> dict[str, Decimal]:
        """Amounts by currency, in alphabetical order."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            raise self.refuse(key, "must be a table", f'Write {key} = {{ EUR = "5.00" }}.')
        inner = _Table(value, self.where, f"{self.path}{key}.")
        return {str(code): inner.amount(str(code)) for code in sorted(value, key=str)}

    def amount(self, currency: str) -> Decimal:
        if not is_currency_code(currency):
            remedy = "Use the three capital letters of ISO 4217, e.g. EUR."
            raise self.refuse(currency, "is not a currency", remedy)
        value = self.values[currency]
        # A float has already lost the exact amount; bool is an int in Python.
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise self.refuse(
                currency, "must be an exact amount", f'Write {currency} = "5.00" with quotes.'
            )
        try:
            amount = Decimal(value)
        except InvalidOperation:
            remedy = 'Write digits with a point: "5.00".'
            raise self.refuse(currency, f'"{value}" is not an amount', remedy) from None
        if not amount.is_finite() or amount < 0:
            raise self.refuse(currency, f"{value} is out of range", "Choose 0 or more.")
        if Money(amount, currency).rounded().amount != amount:
            remedy = f"{currency} has {minor_digits(currency)} decimals."
            raise self.refuse(currency, f"{value} is finer than the currency", remedy)
        return amount


def _channels(table: _Table) -> tuple[str, ...]:
    value = table.required("channels")
    known = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    channels = tuple(value) if known and isinstance(value, list) else ()
    usable = (
        channels and set(channels) <= set(_CHANNELS) and len(set(channels)) == len(channels)
    ) or channels == ("task",)
    if not usable:
        remedy = 'Write ["email", "letter"] in order of preference, or ["task"] for a hand-over.'
        raise table.refuse("channels", f"{value!r} cannot be used", remedy)
    return channels


def _automation(table: _Table) -> Automation:
    value = table.values.get("automation", Automation.APPROVE.value)
    known = [entry.value for entry in Automation]
    if value not in known:
        remedy = f"Choose one of {', '.join(known)}."
        raise table.refuse("automation", f"{value!r} is not known", remedy)
    return Automation(str(value))


def _level(table: _Table, number: int) -> DunningLevel:
    table.only(_LEVEL_KEYS)
    channels = _channels(table)
    return DunningLevel(
        number=number,
        key=table.slug("key"),
        text=table.slug("text"),
        # The due day itself is not late (§ 187 Abs. 1 BGB), so a level needs at least one day.
        days_after_due=table.days("days_after_due", least=1),
        # At least one day: a debtor never gets two levels on one day.
        interval_days=table.days("interval_days", least=1),
        # A task prints no deadline.
        deadline_days=table.days("deadline_days", 0)
        if channels == ("task",)
        else table.days("deadline_days", least=1),
        channels=channels,
        automation=_automation(table),
        min_amount=table.amounts("min_amount"),
        counts_as_mahnung=table.flag("counts_as_mahnung", default=True),
    )


def _twice(values: Iterable[str]) -> str:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return ""


def _levels(table: _Table) -> tuple[DunningLevel, ...]:
    value = table.required("levels")
    if not isinstance(value, list) or not value or not all(isinstance(e, Mapping) for e in value):
        raise table.refuse("levels", "must hold at least one level", "Add a [[levels]] table.")
    levels = tuple(
        _level(_Table(entry, table.where, f"levels[{number}]."), number)
        for number, entry in enumerate(value, 1)
    )
    if twice := _twice(level.key for level in levels):
        raise table.refuse("levels", f'the key "{twice}" is there twice', "Give each its own key.")
    for before, level in pairwise(levels):
        place = f"levels[{level.number}]"
        if level.days_after_due <= before.days_after_due:
            remedy = f"Choose more than {before.days_after_due}, the days of the level before."
            raise table.refuse(f"{place}.days_after_due", "does not come later", remedy)
        if before.channels == ("task",):
            remedy = "Move the task to the end."
            raise table.refuse(place, "follows a hand-over task, which ends the procedure", remedy)
    return levels


def _canonical_level(level: DunningLevel) -> dict[str, object]:
    return {
        "key": level.key,
        "text": level.text,
        "days_after_due": level.days_after_due,
        "interval_days": level.interval_days,
        "deadline_days": level.deadline_days,
        "channels": list(level.channels),
        "automation": level.automation.value,
        "min_amount": {c: Money(a, c).plain() for c, a in level.min_amount.items()},
        "counts_as_mahnung": level.counts_as_mahnung,
    }


def canonical(procedure: DunningProcedure) -> str:
    """The content as canonical JSON without the version: what a run stores to be replayable.

    Comments, order of keys and spelled-out defaults make no difference.
    """
    content = {
        "name": procedure.name,
        "label": procedure.label,
        "grace_days": procedure.grace_days,
        "min_days_in_arrears": procedure.min_days_in_arrears,
        "contact_gap_days": procedure.contact_gap_days,
        "person_above": {c: Money(a, c).plain() for c, a in procedure.person_above.items()},
        "consolidated": procedure.consolidated,
        "booked_through_working_days": procedure.booked_through_working_days,
        "bank_days_after_deadline": procedure.bank_days_after_deadline,
        "levels": [_canonical_level(level) for level in procedure.levels],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_procedure(data: Mapping[str, object], where: str) -> DunningProcedure:
    """The procedure of a file; its version is the sha256 of the canonical content.

    ``canonical`` parsed as JSON can be given back as ``data``: that is how a run is replayed.

    Raises:
        ConfigError: the content cannot be used; names ``where``, the key and the remedy.

    """
    table = _Table(data, where, "")
    table.only(_PROCEDURE_KEYS)
    procedure = DunningProcedure(
        name=table.slug("name"),
        version="",
        label=table.string("label"),
        levels=_levels(table),
        grace_days=table.days("grace_days", 0),
        min_days_in_arrears=table.days("min_days_in_arrears", 0),
        contact_gap_days=table.days("contact_gap_days", 0),
        person_above=table.amounts("person_above"),
        consolidated=table.flag("consolidated", default=True),
        booked_through_working_days=table.days("booked_through_working_days", 3),
        bank_days_after_deadline=table.days("bank_days_after_deadline", 3),
    )
    version = hashlib.sha256(canonical(procedure).encode()).hexdigest()
    return replace(procedure, version=version)
