"""Checks what a user enters about the unattended work: whether, when and on which days."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.domain.schedule import BadSchedule, parse_days, parse_time
from core.errors import UsageError

_WORDS = {"yes": "yes", "ja": "yes", "no": "no", "nein": "no"}


def _switch(name: str, value: str) -> str:
    found = _WORDS.get(value.casefold())
    if found is None:
        raise UsageError(
            f"{name}: „{value}“ gibt es nicht; möglich: yes, no.",
            en=f"{name}: there is no {value!r}; possible: yes, no.",
        )
    return found


def _time(name: str, value: str) -> str:
    try:
        return f"{parse_time(value):%H:%M}"
    except BadSchedule:
        raise UsageError(
            f"{name}: „{value}“ ist keine Uhrzeit; üblich ist 07:30.",
            en=f"{name}: {value!r} is no time of day; usual is 07:30.",
        ) from None


def _days(name: str, value: str) -> str:
    try:
        parse_days(value)
    except BadSchedule:
        raise UsageError(
            f"{name}: „{value}“ sind keine Wochentage; möglich: mon-fri oder mon,wed,fri (mon, "
            "tue, wed, thu, fri, sat, sun).",
            en=f"{name}: {value!r} are no weekdays; possible: mon-fri or mon,wed,fri (mon, tue, "
            "wed, thu, fri, sat, sun).",
        ) from None
    return value.lower().replace(" ", "")


CHECKS: Mapping[str, Callable[[str, str], str]] = {
    "run_by_itself": _switch,
    "run_at": _time,
    "run_days": _days,
    "send_by_itself": _switch,
}
