"""On which days and at which hours a procedure lets anything leave."""

from __future__ import annotations

from datetime import date, time, timedelta

from core.domain.business_days import Calendar
from core.domain.procedure import DunningProcedure
from core.domain.procedure_canonical import WEEKDAYS


def sends_any_day(procedure: DunningProcedure) -> bool:
    """True when the procedure restricts neither weekdays nor feast days."""
    return not procedure.working_days_only and len(procedure.send_weekdays) == len(WEEKDAYS)


def sends_on(procedure: DunningProcedure, on: date, calendar: Calendar) -> bool:
    """True when notices of ``procedure`` may leave on that day."""
    return on.weekday() in procedure.send_weekdays and (
        not procedure.working_days_only or calendar.is_working_day(on)
    )


def sending_day(procedure: DunningProcedure, on: date, calendar: Calendar) -> date:
    """``on``, or the first day after it on which notices of ``procedure`` may leave."""
    while not sends_on(procedure, on, calendar):
        on += timedelta(days=1)
    return on


def sending_days(procedure: DunningProcedure) -> str:
    """The days on which the procedure sends, as the fact ``weekdays``: ``mon,tue`` and so on."""
    days = [WEEKDAYS[day] for day in procedure.send_weekdays]
    if not procedure.working_days_only:
        return ",".join(days)
    return ",".join([*(days if len(days) < len(WEEKDAYS) else ()), "working_days"])


def sends_at(procedure: DunningProcedure, at: time) -> bool:
    """True when a mail may leave at that time of day in the creditor's zone; the last minute is
    no part of it.
    """
    if not procedure.send_from:
        return True
    first, last = (time.fromisoformat(each) for each in (procedure.send_from, procedure.send_until))
    return first <= at < last
