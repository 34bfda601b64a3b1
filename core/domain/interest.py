"""Default interest to the cent: actual days, cut where rate, year or principal change.

Counting (docs/law.md): both days inclusive; a day counts 1/365, in a leap year 1/366, of the
year; money that arrives on a day lowers the principal on that day already. Everything is exact
until one rounding half up of the sum; the lines are rounded by largest remainder so that they add
up to it. Interest bears no interest (§ 289 BGB).
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from core.domain.interest_types import InterestSegment
from core.domain.law.rates import RateRule, RateTable
from core.domain.money import Money

_DAY = timedelta(days=1)
_BOTH_YEARS = 365 * 366  # a whole number of days' shares for either length of a year
_KEPT = 1 << 13  # cut periods kept; a run has one end and at most some years of beginnings


class Interest(NamedTuple):
    """What has accrued, with the lines that show how.

    ``until`` is the last day it covers, None when it covers none. ``open_ended``: more has
    accrued since, at a base rate that is not known yet. ``open_start``: days before ``segments``
    bear interest at a base rate that the table does not reach back to.
    """

    total: Money
    segments: tuple[InterestSegment, ...]
    until: date | None
    open_ended: bool
    open_start: bool = False


class _Span(NamedTuple):
    """Days with one rate; ``weight`` / ``_Cut.unit`` is the interest on one unit of principal."""

    start: date
    end: date
    days: int
    rate: Decimal
    base_rate: Decimal | None
    weight: int


class _Cut(NamedTuple):
    spans: tuple[_Span, ...]
    weight: int
    unit: int
    until: date | None
    open_ended: bool
    open_start: bool


@lru_cache(maxsize=_KEPT)
def _cut(start: date, end: date, rule: RateRule, table: RateTable | None) -> _Cut:
    """The days cut at half-years (points) and year ends, as far as their rate is known."""
    first, last = start, end
    places = rule.decimals
    if rule.points is not None:
        if table is None:
            return _Cut((), 0, 1, None, open_ended=start <= end, open_start=False)
        first, last = max(start, table.known_from), min(end, table.known_until)
        places = max(places, table.decimals)
    spans = tuple(_spans(first, last, rule, table, places))
    return _Cut(
        spans,
        sum(span.weight for span in spans),
        100 * 10**places * _BOTH_YEARS,
        last if spans else None,
        open_ended=last < end and start <= end,
        open_start=start < first and start <= end,
    )


def _spans(
    first: date, last: date, rule: RateRule, table: RateTable | None, places: int
) -> Iterator[_Span]:
    start = first
    while start <= last:
        end = min(last, date(start.year, 12, 31))
        base = None
        if rule.points is not None and table is not None:
            half_year = table.half_year(start)
            assert half_year is not None  # noqa: S101 — between known_from and known_until
            end, base = min(end, half_year.valid_to), half_year.percent
        rate = rule.percent(base)
        days = (end - start).days + 1
        share = 365 if isleap(start.year) else 366  # the other factor of _BOTH_YEARS
        yield _Span(start, end, days, rate, base, int(rate.scaleb(places)) * days * share)
        if end == last:  # the last day of the calendar has no day after it
            return
        start = end + _DAY


def compute(
    principal: int,
    currency: str,
    start: date,
    end: date,
    rule: RateRule,
    table: RateTable | None = None,
    *,
    changes: Sequence[tuple[date, int]] = (),
    pauses: Sequence[tuple[date, date]] = (),
) -> Interest:
    """Interest on a claim from ``start`` to ``end``, both inclusive.

    Args:
        principal: minor units of ``currency`` (cents) before any of ``changes``.
        currency: of the claim and of its interest.
        start: first day that bears interest (first day of default).
        end: last day.
        rule: the rate, see ``LawPack.interest_rule``.
        table: base rates; needed for a rule in points. Interest runs only as far as it reaches.
        changes: (day, reduction in minor units): the principal is smaller on that day already;
            a negative reduction makes it larger. Order does not matter.
        pauses: (first, last) days without interest (a deferral, a plan without interest).
    """
    cut = _cut(start, end, rule, table)
    if changes or pauses:
        stretches = _stretches(principal, start, end, changes, pauses)
        parts = [(minor, _cut(a, b, rule, table)) for a, b, minor in stretches if minor > 0]
    else:
        parts = [(principal, cut)] if principal > 0 else []
    total, segments = _settle(parts, currency, cut.unit)
    return Interest(total, segments, cut.until, cut.open_ended, cut.open_start)


def interest_minor(
    principal: int, start: date, end: date, rule: RateRule, table: RateTable | None = None
) -> int:
    """The total of :func:`compute` alone, in minor units, for a principal that did not change."""
    cut = _cut(start, end, rule, table)
    return _half_up(principal * cut.weight, cut.unit) if principal > 0 else 0


def exact(segment: InterestSegment) -> Fraction:
    """Unrounded interest of one segment in units of its currency (EUR)."""
    year = 366 if isleap(segment.start.year) else 365
    return Fraction(segment.principal.amount) * Fraction(segment.rate) / 100 * segment.days / year


def _half_up(above: int, below: int) -> int:
    return (2 * above + below) // (2 * below)


@lru_cache(maxsize=64)
def _step(currency: str) -> Decimal:
    """One minor unit: 0.01 for EUR."""
    return Money.from_minor(1, currency).amount


def _settle(
    parts: Sequence[tuple[int, _Cut]], currency: str, unit: int
) -> tuple[Money, tuple[InterestSegment, ...]]:
    """The rounded total, and its lines made to add up to it by largest remainder."""
    step = _step(currency)
    if len(parts) == 1 and len(parts[0][1].spans) == 1:
        # The way of most claims: one line takes all, and nothing has to be made to add up.
        minor, cut = parts[0]
        amount = Money(step * _half_up(minor * cut.weight, unit), currency)
        return amount, (InterestSegment(*cut.spans[0][:5], Money(step * minor, currency), amount),)
    lines: list[tuple[_Span, Money]] = []
    whole: list[int] = []
    rests: list[int] = []
    for minor, cut in parts:
        owed = Money(step * minor, currency)
        for span in cut.spans:
            quotient, rest = divmod(minor * span.weight, unit)
            lines.append((span, owed))
            whole.append(quotient)
            rests.append(rest)
    for _ in range(_half_up(sum(rests), unit)):
        place = rests.index(max(rests))  # of two equal remainders the earlier line gets the cent
        whole[place] += 1
        rests[place] = -1
    segments = [
        InterestSegment(*span[:5], owed, Money(step * minor, currency))
        for (span, owed), minor in zip(lines, whole, strict=True)
    ]
    return Money(step * sum(whole), currency), tuple(segments)


def _stretches(
    principal: int,
    start: date,
    end: date,
    changes: Iterable[tuple[date, int]],
    pauses: Sequence[tuple[date, date]],
) -> Iterator[tuple[date, date, int]]:
    """(first, last, principal) of the days between changes that bear interest."""
    if start > end:
        return
    steps: dict[date, int] = {}
    for day, reduction in changes:
        if day <= start:
            principal -= reduction
        elif day <= end:
            steps[day] = steps.get(day, 0) + reduction
    edges = {day for day, reduction in steps.items() if reduction}
    spans = [(first, last) for first, last in pauses if first <= last]
    edges.update(first for first, _ in spans if start < first <= end)
    edges.update(last + _DAY for _, last in spans if start <= last < end)
    begins = sorted(edges)
    ends = [*(day - _DAY for day in begins), end]
    for first, last in zip([start, *begins], ends, strict=True):
        principal -= steps.get(first, 0)
        if not any(a <= first <= b for a, b in spans):
            yield first, last, principal
