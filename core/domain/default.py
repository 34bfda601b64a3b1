"""When default (Verzug) begins: § 286 BGB as a decision table (law §1.1). No clock, no calendar.

Two claims stand apart: since when interest may be asked, and by which rule. The earliest trigger
wins ("spätestens", § 286 Abs. 3 BGB). Where the texts are silent the later day is taken: interest
that is asked for too early is owed by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from core.domain.business_days import Calendar
from core.domain.model import DebtorType, NoticeId, Terms

# § 286 Abs. 3 BGB.
GENERAL_PERIOD_DAYS = 30
# Laws whose rules are known; only the German one has the 30-day rule.
GERMAN_LAW = "de"
_DAY = timedelta(days=1)
_CACHE = 4096  # days and calendars repeat: a run asks for few of them, very often


class DefaultRule(StrEnum):
    """What brought default about."""

    CALENDAR = "calendar"  # § 286 Abs. 2 Nr. 1 BGB
    EVENT = "event"  # § 286 Abs. 2 Nr. 2 BGB
    REMINDER = "reminder"  # § 286 Abs. 1 Satz 1 BGB
    SERVED = "served"  # § 286 Abs. 1 Satz 2 BGB
    REFUSED = "refused"  # § 286 Abs. 2 Nr. 3, 4 BGB; a person says so
    THIRTY_DAYS = "thirty_days"  # § 286 Abs. 3 BGB


class DefaultReason(StrEnum):
    """Why there is default, or why not (yet). Ids are stable; sentences: ``default_texts``."""

    CALENDAR = "default_by_calendar"
    EVENT = "default_by_event"
    REMINDER = "default_by_reminder"
    REMINDER_PROVEN = "default_by_proven_reminder"
    SERVED = "default_by_service"
    REFUSED = "default_by_refusal"
    THIRTY_DAYS = "default_by_thirty_days"
    DELIVERY = "default_by_thirty_days_of_delivery"  # receipt of the invoice is not known
    NOT_DUE = "default_not_due"
    PERIOD_RUNNING = "default_period_running"
    REMINDER_NOT_YET_EFFECTIVE = "default_reminder_not_yet_effective"
    DUE_DATE_UNKNOWN = "default_due_date_unknown"
    NO_REMINDER = "default_no_reminder"
    NOT_A_PAYMENT_CLAIM = "default_not_a_payment_claim"
    CONSUMER_WITHOUT_NOTICE = "default_consumer_without_notice"
    RECEIPT_UNKNOWN = "default_receipt_unknown"
    DIRECT_DEBIT = "default_direct_debit"


class Reminder(NamedTuple):
    """A notice that counts as Mahnung and arrived, as far as one may assume."""

    received_on: date  # § 130 BGB
    deadline: date | None = None  # printed; a working day already
    notice: NoticeId | None = None
    channel: str = ""
    proven: bool = False  # the day of receipt is known; else it is assumed


# A NamedTuple, not a frozen dataclass: a run makes one for every item.
class DefaultFacts(NamedTuple):
    """What default of one claim depends on. None = not known.

    ``period_days`` is the agreed period from receipt of the invoice in days; it matters with
    ``Terms.RECEIPT`` only. ``refused_on`` is entered by a person (final refusal, special reasons).
    ``reminders`` were sent after the due date.
    """

    due_date: date | None
    debtor_type: DebtorType = DebtorType.UNKNOWN  # UNKNOWN counts as consumer
    terms: Terms = Terms.NO
    period_days: int = 0
    invoice_received: date | None = None
    delivered_on: date | None = None
    consumer_notice: bool = False
    payment_claim: bool = True
    served_on: date | None = None
    refused_on: date | None = None
    reminders: tuple[Reminder, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultState:
    """Since when, by which rule and from which facts a claim is in default; or why it is not.

    ``since`` is the first day of default and of interest; it may lie ahead. ``last_day_to_pay`` is
    the last day without default where the rule has one, moved by § 193 BGB. ``assumed``: the day
    rests on a receipt that is only assumed ("angenommen"). ``facts`` hold ISO days and plain text.
    """

    since: date | None
    rule: DefaultRule | None
    last_day_to_pay: date | None
    assumed: bool
    reason: DefaultReason
    facts: Mapping[str, str] = field(default_factory=dict)

    def holds(self, on: date) -> bool:
        """True when the debtor is in default on ``on``."""
        return self.since is not None and self.since <= on


def default_of(
    facts: DefaultFacts, on: date | None, calendar: Calendar, law: str = GERMAN_LAW
) -> DefaultState:
    """Default of one claim by law §1.1; the earliest trigger wins.

    ``calendar`` is that of the place of performance, normally the debtor's (§§ 269, 270 Abs. 4
    BGB). On ``on`` only the reason depends: with None no day is looked at. ``law`` is "de", "at" or
    "ch"; abroad there is no 30-day rule.
    """
    best = _agreed(facts, calendar)
    if facts.reminders:
        best = _earlier(best, _by_reminders(facts, calendar))
    if facts.served_on is not None:
        best = _earlier(best, _on_day(DefaultRule.SERVED, facts.served_on, facts, calendar))
    if facts.refused_on is not None:
        best = _earlier(best, _on_day(DefaultRule.REFUSED, facts.refused_on, facts, calendar))
    if law == GERMAN_LAW and (thirty := _thirty_days(facts, calendar)) is not None:
        best = _earlier(best, thirty)
    if best is None:
        return _why_not(facts, on, law)
    if on is None or best.holds(on):
        return best
    return not_yet(best, facts.due_date, on)


def _earlier(first: DefaultState | None, second: DefaultState | None) -> DefaultState | None:
    """The state that begins earlier; the first when both begin on the same day."""
    if first is None or second is None:
        return first or second
    assert first.since is not None  # noqa: S101 — triggers always have a day
    assert second.since is not None  # noqa: S101
    return second if second.since < first.since else first


def _agreed(facts: DefaultFacts, calendar: Calendar) -> DefaultState | None:
    """An agreed day or period. A day that the creditor writes on the invoice alone is not enough.

    Source: BGH 25.10.2007, III ZR 91/07.
    """
    if facts.terms is Terms.DATE and facts.due_date is not None:
        return _by_calendar(facts.due_date, calendar)
    if facts.terms is Terms.RECEIPT and facts.invoice_received is not None:
        return _by_event(facts.invoice_received, facts.period_days, facts.due_date, calendar)
    return None


@lru_cache(maxsize=_CACHE)
def last_day(day: date, days: int, calendar: Calendar) -> date:
    """``day`` + ``days``, moved to the next working day; ``day`` itself is not counted.

    Source: § 187 Abs. 1, § 188 Abs. 1, § 193 BGB; BGH 01.02.2007, III ZR 159/06 (§ 193 acts on
    periods after which default begins).
    """
    return calendar.on_or_after(day + timedelta(days=days))


@lru_cache(maxsize=_CACHE)
def _by_calendar(due_date: date, calendar: Calendar) -> DefaultState:
    last = last_day(due_date, 0, calendar)
    return _state(DefaultRule.CALENDAR, DefaultReason.CALENDAR, last, {"due_date": due_date})


@lru_cache(maxsize=_CACHE)
def _by_event(received: date, days: int, due: date | None, calendar: Calendar) -> DefaultState:
    """The period from receipt; never before the debt is due (a day of receipt may be mistyped)."""
    last = last_day(received, days, calendar)
    if due is not None:
        last = max(last, last_day(due, 0, calendar))
    known = {"received_on": received, "period_days": days}
    return _state(DefaultRule.EVENT, DefaultReason.EVENT, last, known)


def _by_reminders(facts: DefaultFacts, calendar: Calendar) -> DefaultState | None:
    """The Mahnung that acts first; one received on the last day to pay or before is none."""
    due = facts.due_date
    last = date.min if due is None else last_day(due, 0, calendar)
    best: DefaultState | None = None
    for reminder in facts.reminders:
        if reminder.received_on > last:
            best = _earlier(best, _by_reminder(*reminder))
    return best


@lru_cache(maxsize=_CACHE)
def _by_reminder(
    received: date, deadline: date | None, notice: NoticeId | None, channel: str, proven: bool
) -> DefaultState:
    """Whether a Mahnung with a deadline acts at receipt or after it is not settled: the later."""
    last = received if deadline is None else max(received, deadline)
    given = {"received_on": received, "deadline": deadline, "notice": notice, "channel": channel}
    known = {name: value for name, value in given.items() if value}
    reason = DefaultReason.REMINDER_PROVEN if proven else DefaultReason.REMINDER
    state = _state(DefaultRule.REMINDER, reason, last, known)
    # Without a deadline there was no day to pay by: the debt was due before.
    return replace(state, assumed=not proven, last_day_to_pay=deadline and last)


def _on_day(rule: DefaultRule, day: date, facts: DefaultFacts, calendar: Calendar) -> DefaultState:
    """Service or refusal: from the next day on, the careful choice; never before the debt is late.

    Source: § 187 Abs. 1 BGB for interest after service (UNVERIFIED for default itself).
    """
    due = facts.due_date
    last = day if due is None else max(day, last_day(due, 0, calendar))
    reason = DefaultReason.SERVED if rule is DefaultRule.SERVED else DefaultReason.REFUSED
    return replace(_state(rule, reason, last, {f"{rule}_on": day}), last_day_to_pay=None)


def _thirty_days(facts: DefaultFacts, calendar: Calendar) -> DefaultState | None:
    """§ 286 Abs. 3 BGB; a consumer only with the notice on the invoice and a known receipt."""
    due = facts.due_date
    if due is None or not facts.payment_claim:
        return None
    received = facts.invoice_received
    if received is not None:
        if facts.debtor_type is DebtorType.BUSINESS or facts.consumer_notice:
            return _by_receipt(due, received, calendar)
    elif facts.debtor_type is DebtorType.BUSINESS and facts.delivered_on is not None:
        return _by_delivery(due, facts.delivered_on, calendar)
    return None


@lru_cache(maxsize=_CACHE)
def _by_receipt(due: date, received: date, calendar: Calendar) -> DefaultState:
    last = last_day(max(due, received), GENERAL_PERIOD_DAYS, calendar)
    known = {"due_date": due, "received_on": received}
    return _state(DefaultRule.THIRTY_DAYS, DefaultReason.THIRTY_DAYS, last, known)


@lru_cache(maxsize=_CACHE)
def _by_delivery(due: date, delivered: date, calendar: Calendar) -> DefaultState:
    last = last_day(max(due, delivered), GENERAL_PERIOD_DAYS, calendar)
    known = {"due_date": due, "delivered_on": delivered}
    return _state(DefaultRule.THIRTY_DAYS, DefaultReason.DELIVERY, last, known)


def _state(
    rule: DefaultRule, reason: DefaultReason, last: date, known: Mapping[str, object]
) -> DefaultState:
    since = last + _DAY
    facts = {name: str(value) for name, value in known.items()}
    return DefaultState(
        since, rule, last, False, reason, {**facts, "last_day": str(last), "since": str(since)}
    )


def not_yet(state: DefaultState, due: date | None, on: date) -> DefaultState:
    """A trigger whose day has not come: the day and the rule stay, the reason says when."""
    if state.rule is DefaultRule.REMINDER:
        return replace(state, reason=DefaultReason.REMINDER_NOT_YET_EFFECTIVE)
    if due is not None and on <= due:
        facts = {**state.facts, "due_date": str(due)}
        return replace(state, reason=DefaultReason.NOT_DUE, facts=facts)
    return replace(state, reason=DefaultReason.PERIOD_RUNNING)


def _why_not(facts: DefaultFacts, on: date | None, law: str) -> DefaultState:
    due = facts.due_date
    if due is None:
        return _none(DefaultReason.DUE_DATE_UNKNOWN, None)
    if on is not None and on <= due:
        return _none(DefaultReason.NOT_DUE, due)
    return _none(_missing(facts, law), due)


def _missing(facts: DefaultFacts, law: str) -> DefaultReason:
    """What is missing first: a person can supply it, or send a Mahnung."""
    if facts.terms is Terms.RECEIPT:
        return DefaultReason.RECEIPT_UNKNOWN
    if law != GERMAN_LAW or facts.reminders:  # none of them came after the due date
        return DefaultReason.NO_REMINDER
    if not facts.payment_claim:
        return DefaultReason.NOT_A_PAYMENT_CLAIM
    if facts.debtor_type is not DebtorType.BUSINESS and not facts.consumer_notice:
        return DefaultReason.CONSUMER_WITHOUT_NOTICE
    return DefaultReason.RECEIPT_UNKNOWN


def collected(due: date | None) -> DefaultState:
    """No default of a claim that the creditor collects by direct debit: it is for him to act."""
    return _none(DefaultReason.DIRECT_DEBIT, due)


@lru_cache(maxsize=_CACHE)
def _none(reason: DefaultReason, due: date | None) -> DefaultState:
    known = {} if due is None else {"due_date": str(due)}
    return DefaultState(None, None, None, False, reason, known)
