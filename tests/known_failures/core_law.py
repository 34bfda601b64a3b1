"""Accounts with default and charges for the known failures that the pure core guards."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "domain"))

from law_story import (
    AGREED,
    FEE,
    INTEREST,
    LAW,
    LUMP_SUM,
    billed,
    business,
    charges,
    charging,
    consumer,
    daily_under,
    demanded,
    left,
    shown,
    told,
    view,
)

__all__ = [
    "AGREED",
    "FEE",
    "INTEREST",
    "LAW",
    "LUMP_SUM",
    "billed",
    "business",
    "charges",
    "charging",
    "consumer",
    "daily_under",
    "demanded",
    "left",
    "shown",
    "told",
    "view",
]
