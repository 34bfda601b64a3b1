"""The base rates: what is known, and entering a half-year once it has been announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.domain.law import HalfYear, RateTable
from core.domain.law.rate_file import contradiction, merged, parse_rates, percent_of
from core.domain.law.rates import FIRST_DAYS, half_year_end
from core.errors import ConfigError, DataRefused, UsageError


class RateBook(Protocol):
    """Where base rates are kept: those that come with Mahnwerk and the user's own."""

    def shipped(self, law: str) -> tuple[HalfYear, ...]: ...

    def own(self, law: str) -> tuple[HalfYear, ...]: ...

    def table(self, law: str) -> RateTable | None: ...

    def save(self, law: str, half_years: tuple[HalfYear, ...]) -> None: ...


@dataclass(frozen=True, slots=True)
class RateRow:
    """One known half-year; ``own`` True = the user has entered it."""

    half_year: HalfYear
    own: bool


@dataclass(frozen=True, slots=True)
class RatesImported:
    """What an import did; ``corrected`` holds (before, after)."""

    new: tuple[HalfYear, ...]
    corrected: tuple[tuple[HalfYear, HalfYear], ...]
    confirmed: tuple[HalfYear, ...]
    unchanged: int
    known_until: date


def rate_rows(book: RateBook, law: str) -> list[RateRow]:
    """All known half-years of a law, the latest first; none for a law with a fixed rate.

    Raises:
        ConfigError: the user's file cannot be used.
    """
    table = book.table(law)
    if table is None:
        return []
    own = set(book.own(law))
    return [RateRow(each, each in own) for each in reversed(table.half_years)]


def half_year_of(first: date, percent: str, source: str) -> HalfYear:
    """A half-year as a person enters it, with where it was announced.

    Raises:
        UsageError: not 1 January or 1 July, no base rate, or no source.
    """
    if (first.month, first.day) not in FIRST_DAYS:
        raise UsageError(
            f"{first:%d.%m.%Y} ist kein 1. Januar und kein 1. Juli; nur an diesen Tagen ändert "
            "sich der Satz.",
            en=f"{first} is neither 1 January nor 1 July, the only days on which the rate changes.",
        )
    figure = percent_of(percent)
    if figure is None:
        raise UsageError(
            f"„{percent}“ ist kein Basiszinssatz in Prozent; so: 1,27 oder -0,88.",
            en=f"{percent!r} is no base rate in percent; write 1.27 or -0.88.",
        )
    if not source.strip():
        raise UsageError(
            "Angeben, wo der Satz bekannt gemacht ist: --source …",
            en="Say where the rate was announced: --source …",
        )
    return HalfYear(first, half_year_end(first), figure, source.strip(), confirmed=True)


def read_rates(content: bytes, where: str) -> tuple[HalfYear, ...]:
    """The half-years of a CSV file that a person hands in.

    Raises:
        DataRefused: it cannot be used; the sentence names line, field and remedy.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # a spreadsheet on Windows; figures are ASCII
    try:
        return parse_rates(text, where)
    except ConfigError as error:
        raise DataRefused(str(error), en=error.en) from error


def import_rates(
    book: RateBook, law: str, given: tuple[HalfYear, ...], where: str
) -> RatesImported:
    """Adds half-years, corrects unconfirmed and own ones. All of them or none.

    Args:
        book: where they are kept.
        law: "de" or "at".
        given: the half-years in any order.
        where: their file, for a refusal.

    Raises:
        DataRefused: one contradicts a confirmed shipped one, two contradict each other, or a
            half-year in between would be missing.
        ConfigError: the user's file cannot be used or written.
    """
    shipped, own = book.shipped(law), {each.valid_from: each for each in book.own(law)}
    settled = {each.valid_from: each for each in shipped if each.confirmed}
    known = {each.valid_from: each for each in shipped} | own | settled
    asked: dict[date, HalfYear] = {}
    for each in given:
        rival = settled.get(each.valid_from) or asked.get(each.valid_from)
        if rival is not None and rival.percent != each.percent:
            refused = contradiction(each, rival, where)
            raise DataRefused(str(refused), en=refused.en)
        asked[each.valid_from] = each
    new = tuple(asked[first] for first in sorted(asked.keys() - known.keys()))
    seen = [(known[first], asked[first]) for first in sorted(asked.keys() & known.keys())]
    corrected = tuple((old, now) for old, now in seen if old.percent != now.percent)
    confirmed = tuple(
        now
        for old, now in seen
        if old.percent == now.percent and now.confirmed and not old.confirmed
    )
    taken = (*new, *(now for _, now in corrected), *confirmed)
    if taken:
        _save(book, law, own | {each.valid_from: each for each in taken}, where)
    table = book.table(law)
    until = table.known_until if table is not None else date.max
    return RatesImported(new, corrected, confirmed, len(asked) - len(taken), until)


def _save(book: RateBook, law: str, own: dict[date, HalfYear], where: str) -> None:
    half_years = tuple(own[first] for first in sorted(own))
    try:
        merged(book.shipped(law), half_years, where)
    except ConfigError as error:
        raise DataRefused(str(error), en=error.en) from error
    book.save(law, half_years)
