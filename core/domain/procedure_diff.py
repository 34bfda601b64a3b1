"""What differs between two procedures, key by key, as the file writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.domain.procedure import DunningProcedure
from core.domain.procedure_canonical import content, later_settings, level_settings


class Difference(NamedTuple):
    """One setting that is not the same; None where a procedure has no such level.

    ``key`` is the key of the file, with the level's own key in brackets: ``levels[first].text``.
    Values are those of the file: numbers, texts, lists, amounts by currency.
    """

    key: str
    first: object
    second: object


def differences(first: DunningProcedure, second: DunningProcedure) -> list[Difference]:
    """All settings that differ, those of the procedure before those of its levels.

    Levels are the same when their key is: a level that moved is compared, not replaced.
    """
    before, after = _settings(first), _settings(second)
    found = [
        Difference(key, value, after[key]) for key, value in before.items() if value != after[key]
    ]
    levels, others = _levels(first), _levels(second)
    for key in dict.fromkeys([*levels, *others]):
        found += _level_differences(key, levels.get(key), others.get(key))
    return found


def _settings(procedure: DunningProcedure) -> dict[str, object]:
    return {
        key: value
        for key, value in (content(procedure) | later_settings(procedure)).items()
        if key not in ("name", "levels")
    }


def _levels(procedure: DunningProcedure) -> dict[str, dict[str, object]]:
    return {
        level.key: {"number": level.number, **level_settings(level)} for level in procedure.levels
    }


def _level_differences(
    name: str, first: Mapping[str, object] | None, second: Mapping[str, object] | None
) -> list[Difference]:
    place = f"levels[{name}]"
    if first is None or second is None:
        return [Difference(place, first, second)]
    return [
        Difference(f"{place}.{key}", value, second[key])
        for key, value in first.items()
        if value != second[key]
    ]
