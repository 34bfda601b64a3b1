"""When the next level comes (architecture §4.3).

The latest of: due date + the level's days; last notice to the debtor + interval (or, where the
procedure counts from the due date alone, the contact gap); last printed deadline + bank days +
1 day. Time in a hold does not count for any of them. Then it waits for a day on which the
procedure sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.domain.decision import Verdict
from core.domain.dunning_account import AccountView, day, skip
from core.domain.model import Hold, NoticeKind, OpenItem
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.reasons import Reason
from core.domain.sending_days import sending_day, sending_days, sends_any_day, sends_on

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
        return _other_day(item, level, view)
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
    if next_on and _bound_to_days(level, view):
        next_on = sending_day(view.procedure, next_on, view.calendar)
    facts["next_on"] = next_on.isoformat() if next_on else ""
    return skip(item, reason, facts, next_on)


def _reminder_over(view: AccountView) -> int:
    """First day after the contact gap since the last note about an instalment, or since a notice
    that was taken back and its apology; 0: there is none.

    These are contacts, but start no interval of a level anew: a note was agreed on, and what was
    taken back is no Mahnung. Never on the same day: he would be told that it is void, and dunned.
    """
    last = _last_word(view)
    return last.toordinal() + _gap(view) if last else 0


def _gap(view: AccountView) -> int:
    return max(view.procedure.contact_gap_days, 1)


def _last_word(view: AccountView) -> date | None:
    days = (view.account.last_reminder_on, view.account.last_word_on)
    return max((each for each in days if each is not None), default=None)


def _reminder_facts(view: AccountView) -> dict[str, str]:
    last = _last_word(view)
    return {
        "last_notice_on": last.isoformat() if last else "",
        "interval_days": str(_gap(view)),
    }


def _bound_to_days(level: DunningLevel, view: AccountView) -> bool:
    """A hand-over is work in the office: it leaves for nobody and may come on any day."""
    return level.kind is NoticeKind.NOTICE and not sends_any_day(view.procedure)


def _other_day(item: OpenItem, level: DunningLevel, view: AccountView) -> Verdict | None:
    """The level is reached, but the procedure does not send on this day."""
    if not _bound_to_days(level, view) or sends_on(view.procedure, view.on, view.calendar):
        return None
    next_on = sending_day(view.procedure, view.on, view.calendar)
    facts = {"weekdays": sending_days(view.procedure), "next_on": next_on.isoformat()}
    return skip(item, Reason.NO_SENDING_DAY, facts, next_on)


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
        "interval_days": str(interval_of(level, view.procedure)),
    }


def _level_facts(due: int, level: DunningLevel, view: AccountView) -> dict[str, str]:
    return {
        "due_date": date.fromordinal(due).isoformat(),
        "days_late": str(view.today - due),
        "level": str(level.number),
        "days_after_due": str(level.days_after_due),
    }
