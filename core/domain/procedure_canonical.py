"""The canonical form of a procedure: what its version is the hash of and a run stores.

Settings that came later are left out while they stand at their defaults, so that a procedure keeps
its version when Mahnwerk learns a new one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from core.domain.model import ChargesMode, Showing
from core.domain.money import Money
from core.domain.procedure import DunningLevel, DunningProcedure

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# No lump sum for a claim that is hardly bigger than itself (architecture §4.6).
LUMP_SUM_MINIMUM = {"EUR": "100.00"}


class Clock(StrEnum):
    """From which days the next level counts."""

    BOTH = "due_date_and_last_notice"
    DUE_DATE = "due_date"  # the last notice keeps the contact gap alone


def canonical(procedure: DunningProcedure) -> str:
    """The content as canonical JSON without the version: what a run stores to be replayable.

    Comments, order of keys and spelled-out defaults make no difference.
    """
    return json.dumps(content(procedure), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content(procedure: DunningProcedure) -> dict[str, object]:
    """The settings by the keys of the file; later ones only where they are not at their default."""
    return {
        "name": procedure.name,
        "label": procedure.label,
        "grace_days": procedure.grace_days,
        "min_days_in_arrears": procedure.min_days_in_arrears,
        "contact_gap_days": procedure.contact_gap_days,
        "person_above": _amounts(procedure.person_above),
        "consolidated": procedure.consolidated,
        "booked_through_working_days": procedure.booked_through_working_days,
        "bank_days_after_deadline": procedure.bank_days_after_deadline,
        "levels": [_level(level) for level in procedure.levels],
    } | _without(later_settings(procedure), LATER_DEFAULTS)


def later_settings(procedure: DunningProcedure) -> dict[str, object]:
    """All settings of a procedure that the first version of the format did not have."""
    hours = f"{procedure.send_from}-{procedure.send_until}" if procedure.send_from else ""
    return {
        "charges": procedure.charges.value,
        "lump_sum_minimum": _amounts(procedure.lump_sum_minimum),
        "minimum_total": _amounts(procedure.minimum_total),
        "clock": (Clock.BOTH if procedure.interval_counts else Clock.DUE_DATE).value,
        "send_weekdays": [WEEKDAYS[day] for day in procedure.send_weekdays],
        "working_days_only": procedure.working_days_only,
        "send_hours": hours,
    }


LATER_DEFAULTS: Mapping[str, object] = {
    "charges": ChargesMode.INFORMATIONAL.value,
    "lump_sum_minimum": LUMP_SUM_MINIMUM,
    "minimum_total": {},
    "clock": Clock.BOTH.value,
    "send_weekdays": list(WEEKDAYS),
    "working_days_only": False,
    "send_hours": "",
}
_LATER_LEVEL_DEFAULTS: Mapping[str, object] = {
    "fee": {},
    "interest": Showing.OFF.value,
    "lump_sum": Showing.OFF.value,
}


def level_settings(level: DunningLevel) -> dict[str, object]:
    """All settings of a level by the keys of the file."""
    return {
        "key": level.key,
        "text": level.text,
        "days_after_due": level.days_after_due,
        "interval_days": level.interval_days,
        "deadline_days": level.deadline_days,
        "channels": list(level.channels),
        "automation": level.automation.value,
        "min_amount": _amounts(level.min_amount),
        "counts_as_mahnung": level.counts_as_mahnung,
        "fee": _amounts(level.fee),
        "interest": level.interest.value,
        "lump_sum": level.lump_sum.value,
    }


def _level(level: DunningLevel) -> dict[str, object]:
    return _without(level_settings(level), _LATER_LEVEL_DEFAULTS)


def _without(settings: Mapping[str, object], defaults: Mapping[str, object]) -> dict[str, object]:
    return {
        key: value
        for key, value in settings.items()
        if key not in defaults or value != defaults[key]
    }


def _amounts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: Money(amount, currency).plain() for currency, amount in amounts.items()}
