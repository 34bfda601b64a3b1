"""Feast days per Land from the library ``holidays``."""

from __future__ import annotations

from functools import lru_cache

from core.domain.business_days import Calendar

# Far enough back for old invoices and ahead for any deadline; about 80 days per decade and Land.
FIRST_YEAR, LAST_YEAR = 2000, 2060
# Länder with feast days in some municipalities only.
CATHOLIC_DAYS = frozenset({"BY", "SN", "TH"})


@lru_cache(maxsize=32)
def calendar_for(land: str = "", years: range = range(FIRST_YEAR, LAST_YEAR + 1)) -> Calendar:
    """Working days in ``land`` ("BY", "NW", …); "" knows only the feast days of all Länder.

    The store knows the Land, not the town: days that are feast days only where Catholics are the
    majority (15 August in Bavaria) count, so that no deadline is too short; Augsburg's own does
    not. 24 and 31 December are no feast days by law and stay working days.
    """
    import holidays  # not before a day is counted: commands that only look start sooner

    categories = ("public", "catholic") if land in CATHOLIC_DAYS else ("public",)
    days = holidays.country_holidays("DE", subdiv=land or None, years=years, categories=categories)
    return Calendar(frozenset(days))
