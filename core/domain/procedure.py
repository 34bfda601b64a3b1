"""Mahnverfahren: an ordered set of levels.

``core.domain.procedure_file`` parses it, ``config.procedures`` reads its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.model import Automation, NoticeKind


@dataclass(frozen=True, slots=True)
class DunningLevel:
    """One step. Days are calendar days; amounts are per currency, in units of that currency."""

    number: int  # 1-based position
    key: str  # stable name, e.g. "reminder"
    text: str  # text block of the letter
    days_after_due: int
    interval_days: int  # since the last notice to the debtor
    deadline_days: int  # printed deadline after assumed receipt
    channels: tuple[str, ...]  # "email" and "letter" in order of preference; ("task",) = hand-over
    automation: Automation = Automation.APPROVE
    min_amount: Mapping[str, Decimal] = field(default_factory=dict)
    counts_as_mahnung: bool = True

    @property
    def kind(self) -> NoticeKind:
        return NoticeKind.TASK if self.channels == ("task",) else NoticeKind.NOTICE


@dataclass(frozen=True, slots=True)
class DunningProcedure:
    """A named rule set. ``version`` is a hash of its canonical content."""

    name: str
    version: str
    label: str
    levels: tuple[DunningLevel, ...]
    grace_days: int = 0
    min_days_in_arrears: int = 0
    contact_gap_days: int = 0
    # Above this net total a person must approve even where the level says "send".
    person_above: Mapping[str, Decimal] = field(default_factory=dict)
    consolidated: bool = True
    booked_through_working_days: int = 3
    bank_days_after_deadline: int = 3

    def level(self, number: int) -> DunningLevel:
        """The level with that 1-based number."""
        return self.levels[number - 1]
