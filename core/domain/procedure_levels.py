"""Reading the levels (Mahnstufen) of a procedure file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from core.domain.model import Automation, Showing
from core.domain.procedure import DunningLevel
from core.domain.procedure_table import MAX_DAYS, Table

LEVEL_KEYS = (
    "key",
    "text",
    "days_after_due",
    "interval_days",
    "deadline_days",
    "channels",
    "automation",
    "min_amount",
    "counts_as_mahnung",
    "fee",
    "interest",
    "lump_sum",
)
# A note so long before the due date that nobody would see the connection is a mistake.
MOST_DAYS_BEFORE_DUE = 60
_CHANNELS = ("email", "letter")


def parse_levels(table: Table) -> tuple[DunningLevel, ...]:
    """The levels of a procedure in ascending order of days.

    Raises:
        ConfigError: they cannot be used; names file, key and remedy.

    """
    value = table.required("levels")
    if not isinstance(value, list) or not value or not all(isinstance(e, Mapping) for e in value):
        raise table.refuse(
            "levels",
            "muss mindestens eine Stufe haben. Eine Tabelle [[levels]] ergänzen.",
            "must hold at least one level. Add a [[levels]] table.",
        )
    levels = tuple(
        _level(Table(entry, table.where, f"levels[{number}]."), number)
        for number, entry in enumerate(value, 1)
    )
    _check_order(table, levels)
    return levels


def _check_order(table: Table, levels: tuple[DunningLevel, ...]) -> None:
    if twice := _twice(level.key for level in levels):
        raise table.refuse(
            "levels",
            f"den Schlüssel „{twice}“ gibt es zweimal. Jeder Stufe einen eigenen geben.",
            f'the key "{twice}" is there twice. Give each its own key.',
        )
    for before, level in pairwise(levels):
        place = f"levels[{level.number}]"
        if level.days_after_due <= before.days_after_due:
            days = before.days_after_due
            raise table.refuse(
                f"{place}.days_after_due",
                f"kommt nicht später. Mehr als {days} wählen, die Tage der Stufe davor.",
                f"does not come later. Choose more than {days}, the days of the level before.",
            )
        if before.channels == ("task",):
            raise table.refuse(
                place,
                "steht nach der Abgabe, die das Mahnverfahren beendet. Die Abgabe ans Ende setzen.",
                "follows a hand-over task, which ends the procedure. Move the task to the end.",
            )
    if levels[-1].is_pre_due:
        raise table.refuse(
            "levels",
            "alle Stufen liegen vor der Fälligkeit. Eine Stufe mit days_after_due ab 1 ergänzen.",
            "all levels come before the due date. Add one with days_after_due of 1 or more.",
        )


def _twice(values: Iterable[str]) -> str:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return ""


def _level(table: Table, number: int) -> DunningLevel:
    table.only(LEVEL_KEYS)
    channels = _channels(table)
    days_after_due = _days_after_due(table)
    # A task prints no deadline; a note before due prints the due date.
    prints_deadline = channels != ("task",) and days_after_due > 0
    level = DunningLevel(
        number=number,
        key=table.slug("key"),
        text=table.slug("text"),
        days_after_due=days_after_due,
        # At least one day: a debtor never gets two levels on one day.
        interval_days=table.days("interval_days", least=1),
        deadline_days=table.days("deadline_days", least=1)
        if prints_deadline
        else table.days("deadline_days", 0),
        channels=channels,
        automation=table.choice("automation", Automation.APPROVE),
        min_amount=table.amounts("min_amount"),
        counts_as_mahnung=table.flag("counts_as_mahnung", default=True),
        fee=table.amounts("fee"),
        interest=table.choice("interest", Showing.OFF),
        lump_sum=table.choice("lump_sum", Showing.OFF),
    )
    _check_charges(table, level)
    if level.is_pre_due:
        _check_pre_due(table, level)
    return level


def _days_after_due(table: Table) -> int:
    """The due day itself is not late (§ 187 Abs. 1 BGB): before it or after it, never on it."""
    least = -MOST_DAYS_BEFORE_DUE
    days = table.days("days_after_due", least=min(least, _given(table)))
    if days < least or days == 0:
        raise table.refuse(
            "days_after_due",
            f"{days} liegt außerhalb. Möglich sind 1 bis {MAX_DAYS}, oder {least} bis -1 für einen "
            "freundlichen Hinweis vor der Fälligkeit.",
            f"{days} is out of range. Choose 1 to {MAX_DAYS}, or {least} to -1 for a friendly note "
            "before the due date.",
        )
    return days


def _given(table: Table) -> int:
    value = table.values.get("days_after_due")
    return value if isinstance(value, int) else 0


def _channels(table: Table) -> tuple[str, ...]:
    value = table.required("channels")
    known = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    channels = tuple(value) if known and isinstance(value, list) else ()
    usable = (
        channels and set(channels) <= set(_CHANNELS) and len(set(channels)) == len(channels)
    ) or channels == ("task",)
    if not usable:
        raise table.refuse(
            "channels",
            f'{value!r} geht nicht. ["email", "letter"] in der gewünschten Reihenfolge schreiben, '
            'oder ["task"] für die Abgabe.',
            f'{value!r} cannot be used. Write ["email", "letter"] in order of preference, or '
            '["task"] for a hand-over.',
        )
    return channels


def _check_charges(table: Table, level: DunningLevel) -> None:
    if level.fee and "letter" not in level.channels:
        raise table.refuse(
            "fee",
            "ohne Briefweg gibt es keine Mahngebühr: sie ersetzt Porto und Papier. „letter“ in "
            "channels aufnehmen oder fee streichen.",
            "there is no fee without a letter: it makes good postage and paper. Add "
            '"letter" to channels or remove fee.',
        )
    if level.channels != ("task",):
        return
    for key, showing in (("interest", level.interest), ("lump_sum", level.lump_sum)):
        if showing is not Showing.OFF:
            raise table.refuse(
                key,
                "eine Abgabe ist kein Schreiben und fordert nichts. Die Zeile streichen.",
                "a hand-over is no letter and demands nothing. Remove the line.",
            )


def _check_pre_due(table: Table, level: DunningLevel) -> None:
    """Before the due date nobody is late: no Mahnung, no charge, nothing to hand over."""
    if level.channels == ("task",):
        raise table.refuse(
            "channels",
            'vor der Fälligkeit gibt es nichts abzugeben. ["email", "letter"] verwenden.',
            'there is nothing to hand over before the due date. Use ["email", "letter"].',
        )
    if level.counts_as_mahnung:
        raise table.refuse(
            "counts_as_mahnung",
            "ein Hinweis vor der Fälligkeit ist keine Mahnung (§ 286 Abs. 1 BGB). "
            "counts_as_mahnung = false schreiben.",
            "a note before the due date is no Mahnung (§ 286 (1) BGB). Write "
            "counts_as_mahnung = false.",
        )
    charges = {"fee": bool(level.fee)} | {
        key: showing is not Showing.OFF
        for key, showing in (("interest", level.interest), ("lump_sum", level.lump_sum))
    }
    for key, there in charges.items():
        if there:
            raise table.refuse(
                key,
                "vor der Fälligkeit gibt es keine Kosten. Die Zeile streichen.",
                "there are no charges before the due date. Remove the line.",
            )
