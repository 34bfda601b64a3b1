"""Mahnverfahren: an ordered set of levels.

``core.domain.procedure_file`` parses it, ``config.procedures`` reads its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.model import Automation, ChargesMode, ItemKind, Notice, NoticeKind, Showing

# Text block of the note before an instalment, which belongs to no level.
INSTALMENT_TEXT = "instalment"
RESIDUAL_TEXT = "residual"
# Text of the letter that takes another one back; no level may be written with it.
APOLOGY_TEXT = "apology"


@dataclass(frozen=True, slots=True)
class DunningLevel:
    """One step. Days are calendar days; amounts are per currency, in units of that currency."""

    number: int  # 1-based position
    key: str  # stable name, e.g. "reminder"
    text: str  # text block of the letter
    days_after_due: int  # negative: a friendly note so many days before the due date
    interval_days: int  # since the last notice to the debtor
    deadline_days: int  # printed deadline after assumed receipt
    channels: tuple[str, ...]  # "email" and "letter" in order of preference; ("task",) = hand-over
    automation: Automation = Automation.APPROVE
    min_amount: Mapping[str, Decimal] = field(default_factory=dict)
    counts_as_mahnung: bool = True
    # Charges (architecture §4.6): none is on unless the level says so.
    fee: Mapping[str, Decimal] = field(default_factory=dict)  # Mahngebühr of a posted letter
    interest: Showing = Showing.OFF
    lump_sum: Showing = Showing.OFF

    @property
    def kind(self) -> NoticeKind:
        return NoticeKind.TASK if self.channels == ("task",) else NoticeKind.NOTICE

    @property
    def is_pre_due(self) -> bool:
        """True for a friendly note that comes before the due date, when nobody is late yet."""
        return self.days_after_due < 0


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
    charges: ChargesMode = ChargesMode.INFORMATIONAL
    # Smallest claim that carries the 40 euro of § 288 Abs. 5 BGB, per currency.
    lump_sum_minimum: Mapping[str, Decimal] = field(default_factory=dict)
    # Nothing is sent while the net of a notice is below this, whatever the level says.
    minimum_total: Mapping[str, Decimal] = field(default_factory=dict)
    # Two clocks: the next level counts from the due date and from the last notice; else only from
    # the due date, and the last notice keeps the contact gap alone.
    interval_counts: bool = True
    send_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # Monday = 0
    working_days_only: bool = False
    send_from: str = ""  # "08:00" in the creditor's zone; "" = any hour
    send_until: str = ""

    @property
    def has_charges(self) -> bool:
        """True when some level shows or demands a charge."""
        return any(
            level.fee or level.interest is not Showing.OFF or level.lump_sum is not Showing.OFF
            for level in self.levels
        )

    def level(self, number: int) -> DunningLevel:
        """The level with that 1-based number."""
        return self.levels[number - 1]

    def text_of(self, notice: Notice) -> str:
        """Text block that a notice is written with: that of its level, unless it has its own.

        Charges that were left when the invoice was paid get a gentle text at every level: the
        invoice itself is paid.
        """
        if notice.kind is NoticeKind.PLAN:
            return INSTALMENT_TEXT
        if notice.kind is NoticeKind.APOLOGY:
            return APOLOGY_TEXT
        dunned = [line for line in notice.lines if line.level > 0]
        if dunned and all(line.kind is ItemKind.CHARGE_RESIDUAL for line in dunned):
            return RESIDUAL_TEXT
        return self.level(notice.level).text

    @property
    def first_late_level(self) -> DunningLevel:
        """The first level that comes after the due date; each procedure has one."""
        return next(level for level in self.levels if not level.is_pre_due)
