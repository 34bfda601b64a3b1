"""When the next level comes (architecture §4.3).

The latest of: due date + the level's days; last notice to the debtor + interval (or, where the
procedure counts from the due date alone, the contact gap); last printed deadline + bank days +
1 day. Time in a hold does not count for any of them. Then it waits for a day on which the
procedure sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from core.domain.business_days import Calendar
from core.domain.decision import Verdict
from core.domain.dunning_account import AccountView, day, skip
from core.domain.model import Hold, NoticeKind, OpenItem
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.procedure_canonical import WEEKDAYS
from core.domain.reasons import Reason

Span = tuple[int, int]


def past_spans(holds: Iterable[Hold], on: date) -> list[Span]:
    """Days (ordinals, both inclusive) spent in holds that ended before ``on``; overlapping and
    adjoining holds are one.
    """
    spans = sorted(
        (hold.from_on.toordinal(), hold.until_on.toordinal())
        for hold in holds
        if hold.until_on is not None and hold.from_on <= hold.until_on < on
    )
    united: list[Span] = []
    for first, last in spans:
        if united and first <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united


def shifted(candidate: int, start: int, spans: Iterable[Span]) -> int:
    """``candidate`` moved by the days of ``spans`` that lie after ``start`` and before it is
    reached: end of the hold + what was left. ``spans`` ascend and do not overlap.
    """
    for first, last in spans:
        begin = max(first, start + 1)
        if begin <= min(last, candidate):
            candidate += last - begin + 1
    return candidate


def interval_of(level: DunningLevel, procedure: DunningProcedure) -> int:
    """Days that must lie between the last notice to a debtor and ``level``; at least one: nobody
    gets two levels on one day.
    """
    gap = procedure.contact_gap_days
    return max(level.interval_days, gap) if procedure.interval_counts else max(gap, 1)


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


def wait_for(item: OpenItem, due: int, level: DunningLevel, view: AccountView) -> Verdict | None:
    """Why ``level`` must not come today; None when it may. ``due`` is the due day's ordinal."""
    last = view.last_contact
    by_level = due + level.days_after_due
    by_interval = last + interval_of(level, view.procedure) if last else 0
    by_deadline = view.deadline_over
    plain = earliest = max(by_level, by_interval, by_deadline)
    if view.held and (spans := past_spans(view.holds_of(item), view.on)):
        # A hold that was over before a clock started does not stop that clock.
        earliest = max(
            shifted(by_level, max(due, last), spans),
            shifted(by_interval, last, spans) if last else 0,
            shifted(by_deadline, last or _deadline_day(view), spans),
        )
    spoken = _reminder_over(view)
    if max(earliest, spoken) <= view.today:
        return None
    if spoken >= earliest:
        reason, facts = Reason.INTERVAL_RUNNING, _reminder_facts(view)
    elif plain <= view.today:
        reason, facts = Reason.HOLD_ENDED_RECENTLY, {"held_days": str(earliest - plain)}
    elif plain == by_deadline:
        reason, facts = Reason.DEADLINE_RUNNING, _deadline_facts(view)
    elif plain == by_interval:
        reason, facts = Reason.INTERVAL_RUNNING, _interval_facts(level, view)
    else:
        reason, facts = Reason.LEVEL_NOT_REACHED, _level_facts(due, level, view)
    next_on = day(max(earliest, spoken))
    facts["next_on"] = next_on.isoformat() if next_on else ""
    return skip(item, reason, facts, next_on)


def _reminder_over(view: AccountView) -> int:
    """First day after the contact gap since the last note about an instalment; 0: there is none.

    Such a note was agreed on: it is a contact, but starts no interval of a level anew.
    """
    last = view.account.last_reminder_on
    return last.toordinal() + view.procedure.contact_gap_days if last else 0


def _reminder_facts(view: AccountView) -> dict[str, str]:
    last = view.account.last_reminder_on
    return {
        "last_notice_on": last.isoformat() if last else "",
        "interval_days": str(view.procedure.contact_gap_days),
    }


def _deadline_day(view: AccountView) -> int:
    deadline = view.account.last_deadline
    return deadline.toordinal() if deadline else 0


def _deadline_facts(view: AccountView) -> dict[str, str]:
    deadline = view.account.last_deadline
    return {
        "deadline": deadline.isoformat() if deadline else "",
        "bank_days": str(view.procedure.bank_days_after_deadline),
    }


def _interval_facts(level: DunningLevel, view: AccountView) -> dict[str, str]:
    return {
        "last_notice_on": date.fromordinal(view.last_contact).isoformat(),
        "interval_days": str(max(level.interval_days, view.procedure.contact_gap_days)),
    }


def _level_facts(due: int, level: DunningLevel, view: AccountView) -> dict[str, str]:
    return {
        "due_date": date.fromordinal(due).isoformat(),
        "days_late": str(view.today - due),
        "level": str(level.number),
        "days_after_due": str(level.days_after_due),
    }
