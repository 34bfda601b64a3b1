"""Länder that a German postcode may lie in (config/law/postcode_laender.csv).

The table is the union of two public lists of postcode ranges, reduced to their facts: the Perl
module Business::PLZ 0.11 (after a list of the University of Cologne) and the list of Länder in the
calendar of OrgaMon; both read in November 2026. They agree but for single postcodes on a border
and for whole groups near Günzburg, Wittenberge and Miltenberg; where they differ, both Länder
count, and so do all Länder of a postcode that crosses a border (21039: Hamburg and
Schleswig-Holstein). No list knows every border village.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent / "law" / "postcode_laender.csv"
# ISO 3166-2:DE without "DE-".
LAENDER = frozenset(
    ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"]
)


@lru_cache(maxsize=1)
def postcode_ranges() -> tuple[tuple[str, str, frozenset[str]], ...]:
    """(first, last, Länder) in order, without overlap."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["first"], row["last"], frozenset(row["laender"].split()))
            for row in csv.DictReader(stream)
        )


@lru_cache(maxsize=1)
def _firsts() -> list[str]:
    return [first for first, _, _ in postcode_ranges()]


def laender_of(postcode: str) -> frozenset[str]:
    """Every Land that the postcode may lie in; all of them when it is not known.

    "D-80331" is understood. Four digits are not: a zero may be missing, or the country.
    """
    digits = postcode.strip().upper().removeprefix("DE").removeprefix("D").lstrip("- ")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 5):
        return LAENDER
    at = bisect_right(_firsts(), digits) - 1
    if at < 0:
        return LAENDER
    _, last, laender = postcode_ranges()[at]
    return laender if digits <= last else LAENDER
