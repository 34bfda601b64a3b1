"""The base rate of § 247 BGB as data: half-years with their source (config/law/de_base_rate.csv).

Nothing here computes interest. Until a half-year is entered its rate is not known, and `doctor`
says so in time: it is announced on 1 January and 1 July.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parent / "law" / "de_base_rate.csv"


@dataclass(frozen=True, slots=True)
class BaseRate:
    """One half-year, both days inclusive. ``percent`` may be negative (2013 to 2022).

    ``confirmed`` is False for a figure that was not seen at the Bundesbank itself.
    """

    valid_from: date
    valid_to: date
    percent: Decimal
    source: str
    confirmed: bool


@lru_cache(maxsize=1)
def base_rates() -> tuple[BaseRate, ...]:
    """All known half-years in order."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            BaseRate(
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]),
                Decimal(row["percent"]),
                row["source"],
                row["status"] == "confirmed",
            )
            for row in csv.DictReader(stream)
        )


def known_until() -> date:
    """The last day whose base rate is known."""
    return base_rates()[-1].valid_to
