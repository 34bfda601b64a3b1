"""The deadline that a notice prints (architecture §4.3): no clock, the issue day is an argument."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from core.domain.business_days import Calendar
from core.domain.model import Debtor

# Working days until a notice is assumed to be received: mail the next working day, a letter as
# long as ordinary post takes with a margin (§ 130 BGB: a declaration acts when it is received).
MAIL_RECEIPT_DAYS = 1
LETTER_RECEIPT_DAYS = 4


def assumed_receipt(issue_date: date, channel: str, calendar: Calendar) -> date:
    """The working day on which a notice issued on ``issue_date`` counts as received.

    Every channel but ``"email"`` is taken to be as slow as a letter.
    """
    days = MAIL_RECEIPT_DAYS if channel == "email" else LETTER_RECEIPT_DAYS
    return calendar.add(issue_date, days)


@lru_cache(maxsize=1024)
def deadline_for(issue_date: date, deadline_days: int, channel: str, calendar: Calendar) -> date:
    """First working day not before assumed receipt + ``deadline_days`` calendar days (§ 193 BGB).

    ``issue_date`` is the day a mail is sent or a letter is posted: a letter that was posted late
    gets its deadline anew from that day (architecture §4.8).
    """
    received = assumed_receipt(issue_date, channel, calendar)
    return calendar.on_or_after(received + timedelta(days=deadline_days))


@lru_cache(maxsize=1024)
def after_deadline(deadline: date, bank_days: int, calendar: Calendar) -> date:
    """First day on which a notice may follow a printed ``deadline``.

    Money that was paid on the last day needs ``bank_days`` bank days to be seen, and the day
    after that is the first on which it is known to be missing.
    """
    return calendar.add(deadline, bank_days) + timedelta(days=1)


def expected_channel(channels: tuple[str, ...], debtor: Debtor) -> str:
    """The first of ``channels`` that can reach the debtor; a letter when none is known to."""
    usable = {"email": bool(debtor.reachable_email), "letter": debtor.address.is_postal}
    for channel in channels:
        if usable.get(channel, True):
            return channel
    return "letter"
