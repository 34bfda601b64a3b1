"""What differs between two procedures, by the keys of their files."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from dunning_story import STANDARD, with_level

from config.procedures import load_procedure, procedure_names
from core.domain.model import ChargesMode, Showing
from core.domain.procedure_diff import Difference, differences


@pytest.mark.parametrize("name", procedure_names())
def test_a_procedure_differs_in_nothing_from_itself(name: str) -> None:
    assert differences(load_procedure(name), load_procedure(name)) == []


def test_settings_come_before_those_of_levels() -> None:
    changed = with_level(STANDARD, 2, interest=Showing.SHOW, fee={"EUR": Decimal("2.50")})
    changed = replace(changed, charges=ChargesMode.RECEIVABLE, send_weekdays=(0, 1), grace_days=3)
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert differences(STANDARD, changed) == [
        Difference("grace_days", 0, 3),
        Difference("charges", "informational", "receivable"),
        Difference("send_weekdays", week, ["mon", "tue"]),
        Difference("levels[first].fee", {}, {"EUR": "2.50"}),
        Difference("levels[first].interest", "off", "show"),
    ]


def test_a_level_that_is_not_there_is_named_once_from_either_side() -> None:
    short = replace(STANDARD, levels=STANDARD.levels[:-1])
    [gone] = differences(STANDARD, short)
    [new] = differences(short, STANDARD)
    assert (gone.key, gone.second) == ("levels[hand_over]", None)
    assert (new.key, new.first, new.second) == ("levels[hand_over]", None, gone.first)


def test_a_level_that_moved_is_compared() -> None:
    moved = tuple(replace(level, number=level.number - 1) for level in STANDARD.levels[1:])
    found = differences(STANDARD, replace(STANDARD, levels=moved))
    assert found[0].key == "levels[reminder]"
    assert found[1] == Difference("levels[first].number", 2, 1)


def test_the_name_and_the_version_are_no_setting() -> None:
    assert differences(STANDARD, replace(STANDARD, name="anders", version="x")) == []
