"""Feast days from the library ``holidays``: of a Land, and of the place where a debtor is.

A debt is paid where the debtor is (§§ 269, 270 Abs. 4 BGB), so his feast days move the last day to
pay (§ 193 BGB). Where the Land is not known, a day counts as a feast day if it is one in any Land
in question: default begins too late rather than too early (ADR 0018).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from config.places import LAENDER, laender_of
from core.domain.business_days import Calendar
from core.domain.model import Debtor

# Far enough back for old invoices and ahead for any deadline; about 80 days per decade and Land.
FIRST_YEAR, LAST_YEAR = 2000, 2060
# Länder with feast days in some municipalities only.
CATHOLIC_DAYS = frozenset({"BY", "SN", "TH"})
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


@lru_cache(maxsize=32)
def calendar_for(land: str = "", years: range = YEARS) -> Calendar:
    """Working days in ``land`` ("BY", "NW", …); "" knows only the feast days of all Länder.

    The store knows the Land, not the town: days that are feast days only where Catholics are the
    majority (15 August in Bavaria) count, so that no deadline is too short; Augsburg's own does
    not. 24 and 31 December are no feast days by law and stay working days.
    """
    import holidays  # not before a day is counted: commands that only look start sooner

    categories = ("public", "catholic") if land in CATHOLIC_DAYS else ("public",)
    days = holidays.country_holidays("DE", subdiv=land or None, years=years, categories=categories)
    return Calendar(frozenset(days))


def calendar_at(debtor: Debtor) -> Calendar:
    """Working days at the debtor's place; equal places share one calendar."""
    address = debtor.address
    return place_calendar(address.country, debtor.land, address.postcode)


@lru_cache(maxsize=16384)
def place_calendar(country: str = "DE", land: str = "", postcode: str = "") -> Calendar:
    """Working days at a place: country (ISO 3166-1 alpha-2), German Land ("BY"), German postcode.

    A known Land decides; else all Länder that the postcode may lie in, and with an unknown postcode
    all sixteen. A country that nobody knows has the feast days that all of Germany has.
    """
    code = country.strip().upper() or "DE"
    if code != "DE":
        return _abroad(code)
    known = land.strip().upper().removeprefix("DE-")
    return _union(frozenset({known}) if known in LAENDER else laender_of(postcode))


@lru_cache(maxsize=256)
def _union(laender: frozenset[str]) -> Calendar:
    if len(laender) == 1:
        return calendar_for(*laender)
    return Calendar(frozenset().union(*(calendar_for(land).feast_days for land in laender)))


@lru_cache(maxsize=256)
def _abroad(country: str) -> Calendar:
    import holidays

    if country not in holidays.list_supported_countries():
        return calendar_for("")
    days = set(holidays.country_holidays(country, years=YEARS))
    if country == "AT":
        days |= _good_fridays()
    if country == "CH":
        # Few days are feast days everywhere, and nothing tells the canton: any of them counts.
        for canton in holidays.country_holidays(country).subdivisions:
            days |= set(holidays.country_holidays(country, subdiv=canton, years=YEARS))
    return Calendar(frozenset(days))


def _good_fridays() -> set[date]:
    """Periods do not end on a Good Friday in Austria (BGBl. Nr. 37/1961; UNVERIFIED)."""
    nationwide = calendar_for("").feast_days
    # The only feast day of all Germany on a Friday in March or April.
    return {day for day in nationwide if day.weekday() == 4 and day.month in {3, 4}}
