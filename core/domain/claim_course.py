"""The course of a claim: what was open of it from day to day, when money came and went back.

What is open now is certain, and so is what was invoiced; between them the parts may explain too
much or too little. Of all courses that agree with both the one with the least open on every day is
taken, so that no day bears more interest than it may (§ 288 BGB).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple


class Step(NamedTuple):
    """What one movement made of a claim, in minor units: positive, it became smaller; negative, it
    grew. ``left`` is what was open after it.
    """

    on: date
    minor: int
    left: int = 0


def changes(total: int, outstanding: int, movements: Iterable[Step]) -> tuple[Step, ...]:
    """The movements by day, each with as much of it as changed the claim.

    The claim starts at ``total`` at most (less where the movements do not explain what is missing:
    that was never owed), is never below zero and ends at ``outstanding``, which is not negative.
    Of money that came in excess the latest gives way.
    """
    ordered = sorted(movements, key=lambda step: (step.on, -step.minor))
    highest, ceilings = outstanding, []
    for step in reversed(ordered):
        ceilings.append(highest)
        highest = max(0, min(highest + step.minor, max(total, highest)))
    open_, found = highest, []
    to_come = -sum(step.minor for step in ordered if step.minor < 0)  # back to the debtor
    for step, ceiling in zip(ordered, reversed(ceilings), strict=True):
        if step.minor > 0:
            now = max(open_ - step.minor, outstanding - to_come, 0)
        else:
            to_come += step.minor
            now = min(open_ - step.minor, ceiling)
        found.append(Step(step.on, open_ - now, now))
        open_ = now
    return tuple(found)


def came_back_on(steps: Sequence[Step]) -> str:
    """The last day (ISO) on which a claim that was settled was owed again; "unknown" where nobody
    knows the day, "" for never.
    """
    days = [step.on for step in steps if step.minor < 0 and step.left + step.minor == 0]
    if not days:
        return ""
    return "unknown" if max(days) == date.max else max(days).isoformat()
