"""Accounts for the known failures that the pure core guards: those of the dunning stories."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "domain"))

from dunning_story import (
    DUE,
    STANDARD,
    account,
    after_due,
    amounts,
    credit,
    daily,
    dunned,
    hold,
    invoice,
    letter,
    money,
    on,
    sent,
    unapplied,
    verdict,
    with_level,
)

__all__ = [
    "DUE",
    "STANDARD",
    "account",
    "after_due",
    "amounts",
    "credit",
    "daily",
    "dunned",
    "hold",
    "invoice",
    "letter",
    "money",
    "on",
    "sent",
    "unapplied",
    "verdict",
    "with_level",
]
