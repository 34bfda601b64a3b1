"""From the content of a procedure file to a :class:`DunningProcedure`, or a sentence on why not.

Pure: the caller has read the TOML. Every refusal names the file, the key and the remedy.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from core.domain.model import ChargesMode
from core.domain.procedure import DunningProcedure
from core.domain.procedure_canonical import LUMP_SUM_MINIMUM, WEEKDAYS, Clock, canonical
from core.domain.procedure_levels import parse_levels
from core.domain.procedure_table import Table, is_procedure_name

PROCEDURE_KEYS = (
    "name",
    "label",
    "grace_days",
    "min_days_in_arrears",
    "contact_gap_days",
    "person_above",
    "consolidated",
    "booked_through_working_days",
    "bank_days_after_deadline",
    "charges",
    "lump_sum_minimum",
    "minimum_total",
    "clock",
    "send_weekdays",
    "working_days_only",
    "send_hours",
    "levels",
)
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")


def parse_procedure(data: Mapping[str, object], where: str) -> DunningProcedure:
    """The procedure of a file; its version is the sha256 of the canonical content.

    ``canonical`` parsed as JSON can be given back as ``data``: that is how a run is replayed.

    Raises:
        ConfigError: the content cannot be used; names ``where``, the key and the remedy.

    """
    table = Table(data, where, "")
    table.only(PROCEDURE_KEYS)
    send_from, send_until = _hours(table)
    procedure = DunningProcedure(
        name=table.slug("name"),
        version="",
        label=table.string("label"),
        levels=parse_levels(table),
        grace_days=table.days("grace_days", 0),
        min_days_in_arrears=table.days("min_days_in_arrears", 0),
        contact_gap_days=table.days("contact_gap_days", 0),
        person_above=table.amounts("person_above"),
        consolidated=table.flag("consolidated", default=True),
        booked_through_working_days=table.days("booked_through_working_days", 3),
        bank_days_after_deadline=table.days("bank_days_after_deadline", 3),
        charges=table.choice("charges", ChargesMode.INFORMATIONAL),
        lump_sum_minimum=table.amounts("lump_sum_minimum", LUMP_SUM_MINIMUM),
        minimum_total=table.amounts("minimum_total"),
        interval_counts=table.choice("clock", Clock.BOTH) is Clock.BOTH,
        send_weekdays=_weekdays(table),
        working_days_only=table.flag("working_days_only", default=False),
        send_from=send_from,
        send_until=send_until,
    )
    _check_sending(table, procedure)
    version = hashlib.sha256(canonical(procedure).encode()).hexdigest()
    return replace(procedure, version=version)


def _weekdays(table: Table) -> tuple[int, ...]:
    """Monday = 0, in the order of the week."""
    value = table.values.get("send_weekdays", list(WEEKDAYS))
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(day, str) and day in WEEKDAYS for day in value)
        or len(set(value)) != len(value)
    ):
        raise table.refuse(
            "send_weekdays",
            f"{value!r} geht nicht. Wochentage als Liste schreiben, jeden höchstens einmal: "
            '["mon", "tue", "wed", "thu", "fri", "sat", "sun"].',
            f"{value!r} cannot be used. Write a list of weekdays, each at most once: "
            '["mon", "tue", "wed", "thu", "fri", "sat", "sun"].',
        )
    return tuple(sorted(WEEKDAYS.index(day) for day in value))


def _hours(table: Table) -> tuple[str, str]:
    """(from, until) as "HH:MM"; empty for any hour."""
    value = table.values.get("send_hours", "")
    if value == "":
        return "", ""
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] >= found[2]:
        raise table.refuse(
            "send_hours",
            f'{value!r} geht nicht. Schreibweise: send_hours = "08:00-18:00", früher vor später.',
            f'{value!r} cannot be used. Write send_hours = "08:00-18:00", the earlier one first.',
        )
    return found[1], found[2]


def _check_sending(table: Table, procedure: DunningProcedure) -> None:
    """A procedure that could never send anything would keep silent for ever."""
    if procedure.working_days_only and min(procedure.send_weekdays) >= WEEKDAYS.index("sat"):
        raise table.refuse(
            "send_weekdays",
            "Samstag und Sonntag sind keine Werktage: so ginge nie etwas hinaus. Einen Tag von "
            "mon bis fri aufnehmen oder working_days_only = false schreiben.",
            "Saturday and Sunday are no working days: nothing would ever leave. Add a day from "
            "mon to fri or write working_days_only = false.",
        )


__all__ = ["PROCEDURE_KEYS", "canonical", "is_procedure_name", "parse_procedure"]
