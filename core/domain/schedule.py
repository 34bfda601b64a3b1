"""When the unattended work of a creditor is due: which day's run, and from when mails leave.

Pure: the instant, the zone and the feast days are arguments. A day's run is made once, at its hour
or as soon after it as somebody is there to make it; days that passed without anybody are not made
up for one by one, because a run decides for the day on which it is made: nothing is skipped, and
nobody hears of two levels at once (architecture §4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256

from core.domain.business_days import Calendar
from core.domain.procedure import DunningProcedure
from core.domain.procedure_canonical import WEEKDAYS
from core.domain.sending_days import sends_on

# So that the creditors of one machine do not all begin in the same second.
JITTER = timedelta(minutes=15)
_DAY = timedelta(days=1)
# Without a feast day that long there is no day to find: a schedule without weekdays is refused.
_LOOK_AHEAD = 31


class BadSchedule(ValueError):
    """A time of day or a list of weekdays that cannot be read."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """``days``: weekdays of the daily run, Monday = 0; feast days are left out."""

    at: time
    days: frozenset[int]


def parse_time(text: str) -> time:
    """``07:30`` as a time of day.

    Raises:
        BadSchedule: it is none, or it names more than hours and minutes.
    """
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise BadSchedule(text)
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        raise BadSchedule(text) from None


def parse_days(text: str) -> frozenset[int]:
    """``mon-fri`` or ``mon,wed,fri`` as weekdays, Monday = 0.

    Raises:
        BadSchedule: no weekday, or a word that is none.
    """
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise BadSchedule(text)
        start = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if dash else start
        if end < start:
            raise BadSchedule(text)
        found.update(range(start, end + 1))
    return frozenset(found)


def jitter(creditor: str, on: date, at_most: timedelta = JITTER) -> timedelta:
    """How much later this creditor begins on that day: always the same, spread over ``at_most``."""
    digest = sha256(f"{creditor} {on.isoformat()}".encode()).digest()
    seconds = int.from_bytes(digest[:4]) % (int(at_most.total_seconds()) + 1)
    return timedelta(seconds=seconds)


def local_instant(on: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a time of day, aware UTC. An hour that the change to summer time leaves out
    is taken as much later; of an hour that comes twice the first one counts.
    """
    return datetime.combine(on, at, zone).astimezone(UTC)


def is_run_day(schedule: Schedule, on: date, calendar: Calendar) -> bool:
    """True when the daily run is made on that day."""
    return on.weekday() in schedule.days and on not in calendar.feast_days


def run_instant(schedule: Schedule, creditor: str, on: date, zone: tzinfo) -> datetime:
    """When the run of that day begins, aware UTC; never after the day itself has ended."""
    begin = local_instant(on, schedule.at, zone)
    end = local_instant(on + _DAY, time(), zone) - timedelta(minutes=1)
    return max(begin, min(begin + jitter(creditor, on), end))


def run_due(
    schedule: Schedule,
    creditor: str,
    ran_on: date | None,
    now: datetime,
    zone: tzinfo,
    calendar: Calendar,
) -> date | None:
    """The day whose run is to be made now; None: none is.

    ``ran_on`` is the day of the last run. One day ahead of today is where a change of zone or a
    clock that was set right leaves it: that day's run is made already. A day further ahead was
    never a day here, and counts no more.
    """
    today = now.astimezone(zone).date()
    if ran_on is not None and today <= ran_on <= today + _DAY:
        return None
    if not is_run_day(schedule, today, calendar):
        return None
    return today if now >= run_instant(schedule, creditor, today, zone) else None


def next_run(
    schedule: Schedule,
    creditor: str,
    ran_on: date | None,
    now: datetime,
    zone: tzinfo,
    calendar: Calendar,
) -> datetime | None:
    """When the next run begins, aware UTC; in the past when it is due. None: not within a month."""
    day = now.astimezone(zone).date()
    for _ in range(_LOOK_AHEAD):
        made = ran_on is not None and day <= ran_on <= day + _DAY
        if not made and is_run_day(schedule, day, calendar):
            return run_instant(schedule, creditor, day, zone)
        day += _DAY
    return None


def leaves_now(
    procedure: DunningProcedure,
    creditor: str,
    channels: tuple[str, ...],
    now: datetime,
    zone: tzinfo,
    calendar: Calendar,
) -> bool:
    """Whether the worker tries a notice with these channels now: on a day on which its procedure
    sends, and a mail at its hours, begun a little later for each creditor. A letter is printed at
    any hour: it leaves when somebody posts it.
    """
    local = now.astimezone(zone)
    if not sends_on(procedure, local.date(), calendar):
        return False
    if not procedure.send_from or not channels or channels[0] != "email":
        return True
    first, last = (
        local_instant(local.date(), time.fromisoformat(each), zone)
        for each in (procedure.send_from, procedure.send_until)
    )
    # Of a short window at most half is waited for.
    wait = jitter(creditor, local.date(), max(timedelta(), min(JITTER, (last - first) / 2)))
    return first + wait <= now < last
