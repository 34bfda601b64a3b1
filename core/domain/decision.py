"""What `decide` answers: a verdict with a reason for every item, and the notices to propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.domain.model import Automation, Charge, ItemId, NoticeKind, NoticeLine
from core.domain.money import Money
from core.domain.reasons import Reason


class Action(StrEnum):
    DUN = "dun"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why one item is or is not dunned on the day; ``next_on`` is the first day on which that
    could change by itself (None: only by an event).
    """

    item: ItemId
    action: Action
    reason: Reason
    level: int  # level to be sent (dun), or last level sent (skip)
    next_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice or task that the decision asks for; lines are ordered and credits come last.

    ``total`` is the sum of all lines and charges: what the letter demands and the GiroCode says.
    """

    kind: NoticeKind
    currency: str
    level: int
    lines: tuple[NoticeLine, ...]
    charges: tuple[Charge, ...]
    total: Money
    channels: tuple[str, ...]  # "email", "letter" or "task", in order of preference
    automation: Automation
    deadline: date | None
    scope: str = ""  # tells notices of one kind apart, see ``Notice``; "" = the store decides


@dataclass(frozen=True, slots=True)
class Decision:
    on: date
    verdicts: tuple[Verdict, ...]
    notices: tuple[PlannedNotice, ...]
