"""Base rates by half-year, and which rate a claim carries. The figures are data, passed in."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

# § 247 Abs. 1 BGB: the base rate changes on 1 January and 1 July. § 456 UGB takes the one of the
# first day of a half-year for all of it.
FIRST_DAYS = frozenset({(1, 1), (7, 1)})


def half_year_end(first: date) -> date:
    """Last day of the half-year that begins on ``first`` (1 January or 1 July)."""
    return date(first.year, 6, 30) if first.month == 1 else date(first.year, 12, 31)


@dataclass(frozen=True, slots=True)
class HalfYear:
    """A base rate in percent a year with the days it holds for, both inclusive.

    ``percent`` may be negative (Germany 2013 to 2022). ``confirmed`` is False for a figure that
    was not seen at its authority (Bundesbank, OeNB). ``source_en`` is the source in English, ""
    where nobody has put it so.
    """

    valid_from: date
    valid_to: date
    percent: Decimal
    source: str
    confirmed: bool
    source_en: str = ""

    def source_in(self, language: str) -> str:
        """The source for a reader of ``language``."""
        return self.source_en or self.source if language == "en" else self.source


@dataclass(frozen=True, slots=True, eq=False)
class RateTable:
    """The known half-years of one law, in order and without a gap.

    Compared and hashed by identity: a table is read once and is part of the key under which cut
    periods are kept (``core.domain.interest``).

    Raises:
        ValueError: no half-year, one that is none, or a gap; the sentence names the day.
    """

    half_years: tuple[HalfYear, ...]
    decimals: int = field(init=False)  # most decimals of any figure
    version: str = field(init=False)  # changes with any figure, for the inputs of a stored run
    _starts: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not self.half_years:
            raise ValueError("no half-year")
        due = self.half_years[0].valid_from
        for each in self.half_years:
            _check(each, due)
            due = each.valid_to + timedelta(days=1)
        text = ";".join(f"{each.valid_from}={each.percent.normalize()}" for each in self.half_years)
        set_field = object.__setattr__  # the way a frozen dataclass fills its own fields
        set_field(self, "_starts", tuple(each.valid_from for each in self.half_years))
        set_field(self, "decimals", max(decimals(each.percent) for each in self.half_years))
        set_field(self, "version", hashlib.sha256(text.encode()).hexdigest()[:12])

    @property
    def known_from(self) -> date:
        """The first day whose rate is known."""
        return self._starts[0]

    @property
    def known_until(self) -> date:
        """The last day whose rate is known."""
        return self.half_years[-1].valid_to

    def half_year(self, day: date) -> HalfYear | None:
        """The half-year of ``day``; None when it is not in the table."""
        if day > self.known_until or day < self.known_from:
            return None
        return self.half_years[bisect_right(self._starts, day) - 1]

    def rate_on(self, day: date) -> Decimal | None:
        """The base rate on ``day`` in percent a year; None when it is not known."""
        found = self.half_year(day)
        return None if found is None else found.percent


def _check(half_year: HalfYear, due: date) -> None:
    first = half_year.valid_from
    if (first.month, first.day) not in FIRST_DAYS:
        raise ValueError(f"{first} is neither 1 January nor 1 July")
    if half_year.valid_to != half_year_end(first):
        raise ValueError(f"the half-year from {first} does not end on {half_year.valid_to}")
    if first != due:
        raise ValueError(f"{due} is missing before {first}")


def decimals(figure: Decimal) -> int:
    """Number of decimals as written: 1.27 has two, 5 has none."""
    exponent = figure.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class RateRule:
    """Base rate plus ``points`` percentage points, or a ``fixed`` percentage a year; never both.

    ``basis`` is the paragraph it rests on, as a letter prints it.
    """

    points: Decimal | None
    fixed: Decimal | None
    basis: str

    def __post_init__(self) -> None:
        if (self.points is None) == (self.fixed is None):
            raise ValueError("a rate is either points above the base rate or fixed")

    def __hash__(self) -> int:
        # Equal rules have equal bases; a str keeps its hash, a Decimal computes it each time.
        return hash(self.basis)

    @property
    def decimals(self) -> int:
        """Number of decimals of its figure."""
        return sum(decimals(figure) for figure in (self.points, self.fixed) if figure is not None)

    def percent(self, base_rate: Decimal | None) -> Decimal:
        """Percent a year on a day with ``base_rate``; never below 0.

        Raises:
            ValueError: the rule needs a base rate and there is none.
        """
        if self.fixed is not None:
            return self.fixed
        if self.points is None or base_rate is None:
            raise ValueError("the base rate is not known")
        # A base rate below minus the points would make the creditor pay; no court reads it so.
        return max(base_rate + self.points, Decimal("0.00"))
