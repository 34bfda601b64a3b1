"""Instalment plans (Ratenpläne): days and amounts that add up to what is owed.

Pure: amounts are of one currency, days are calendar days. Whether an instalment was paid is
weighed in ``core.domain.agreement``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from core.domain.model import Instalment
from core.domain.money import Money, total
from core.errors import UsageError

MAX_INSTALMENTS = 120
_MONTHS = 12
_SIGNS = str.maketrans(",.", ".,")


def _german(amount: Money) -> str:
    return f"{amount.rounded().amount:,}".translate(_SIGNS) + f" {amount.currency}"


class Every(StrEnum):
    """How far apart the instalments are."""

    MONTH = "month"
    TWO_WEEKS = "2weeks"
    WEEK = "week"


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter (§ 188 BGB)."""
    year, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + year, month + 1
    next_month = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return date(year, month, min(day.day, (next_month - timedelta(days=1)).day))


def due_days(first: date, count: int, every: Every = Every.MONTH) -> list[date]:
    """``count`` due days from ``first`` on; months count from ``first``, so that 31 January is
    followed by 28 February and 31 March.
    """
    if every is Every.MONTH:
        return [add_months(first, number) for number in range(count)]
    days = 7 if every is Every.WEEK else 14
    return [first + timedelta(days=days * number) for number in range(count)]


def in_parts(owed: Money, count: int) -> list[Money]:
    """``owed`` in ``count`` equal amounts; what rounding leaves is on the last.

    Raises:
        UsageError: fewer than one part, too many, or less than one cent for each.
    """
    if not 1 <= count <= MAX_INSTALMENTS or owed.minor < count:
        raise UsageError(
            f"{count} Raten über zusammen {_german(owed)} sind nicht möglich (1 bis {MAX_INSTALMENTS}).",
            en=f"{count} instalments of {owed} in all are not possible (1 to {MAX_INSTALMENTS}).",
        )
    each = owed.minor // count
    amounts = [each] * (count - 1)
    return [Money.from_minor(part, owed.currency) for part in (*amounts, owed.minor - sum(amounts))]


def by_amount(owed: Money, each: Money, count: int | None = None) -> list[Money]:
    """Instalments of ``each``; the last is what is left. ``count`` is how many they must be.

    Raises:
        UsageError: another currency, no positive amount, too many instalments, or a count that
            does not fit.
    """
    if each.currency != owed.currency or each.minor <= 0:
        raise UsageError(
            f"Eine Rate von {_german(each)} passt nicht zu {_german(owed)}.",
            en=f"An instalment of {each} does not fit {owed}.",
        )
    full, rest = divmod(owed.minor, each.minor)
    parts = full + bool(rest)
    if count is not None and count != parts:
        raise UsageError(
            f"{_german(owed)} in Raten von {_german(each)} sind {parts} Raten, nicht {count}. "
            "Entweder die Zahl oder den Betrag der Raten angeben.",
            en=f"{owed} in instalments of {each} makes {parts}, not {count}. "
            "Give either the number of instalments or their amount.",
        )
    if parts > MAX_INSTALMENTS:
        raise UsageError(
            f"{_german(owed)} in Raten von {_german(each)} sind {parts} Raten (höchstens {MAX_INSTALMENTS}).",
            en=f"{owed} in instalments of {each} makes {parts} (at most {MAX_INSTALMENTS}).",
        )
    amounts = [each] * full
    return [*amounts, Money.from_minor(rest, owed.currency)] if rest else amounts


def schedule(days: Iterable[date], amounts: Iterable[Money]) -> tuple[Instalment, ...]:
    """Days and amounts, one for one."""
    return tuple(Instalment(on, amount) for on, amount in zip(days, amounts, strict=True))


def check_plan(instalments: Sequence[Instalment], owed: Money) -> None:
    """Refuses a plan that is none.

    Raises:
        UsageError: no instalment, days that do not ascend, an amount that is not positive or of
            another currency, or a sum that is not ``owed``.
    """
    if not 1 <= len(instalments) <= MAX_INSTALMENTS:
        raise UsageError(
            f"Ein Ratenplan hat 1 bis {MAX_INSTALMENTS} Raten.",
            en=f"A plan has 1 to {MAX_INSTALMENTS} instalments.",
        )
    for earlier, later in pairwise(instalments):
        if later.on <= earlier.on:
            raise UsageError(
                f"Die Rate vom {later.on:%d.%m.%Y} steht nicht nach der vom {earlier.on:%d.%m.%Y}.",
                en=f"The instalment of {later.on} does not follow the one of {earlier.on}.",
            )
    for each in instalments:
        if each.amount.currency != owed.currency or each.amount.minor <= 0:
            raise UsageError(
                f"Eine Rate von {_german(each.amount)} passt nicht zu {_german(owed)}.",
                en=f"An instalment of {each.amount} does not fit {owed}.",
            )
    summed = total((each.amount for each in instalments), owed.currency)
    if summed != owed:
        raise UsageError(
            f"Die Raten ergeben {_german(summed)}, offen sind {_german(owed)}.",
            en=f"The instalments add up to {summed}, but {owed} is open.",
        )
