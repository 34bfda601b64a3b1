"""What is said to a debtor, and what a person must do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from core.domain.interest_types import InterestSegment
from core.domain.model.kinds import (
    Automation,
    DebtorId,
    ItemId,
    ItemKind,
    NoticeId,
    NoticeKind,
    NoticeState,
    RunId,
)
from core.domain.money import Money


# Charges and lines are NamedTuples, not frozen dataclasses: a run makes them for every item.
class Charge(NamedTuple):
    """Mahngebühr, Verzugszinsen or Verzugspauschale: three kinds, never one fee.

    ``demanded`` False is shown as information and not part of any total. Interest names its
    ``segments`` and the days it covers; ``open_ended`` says that more accrues whose rate is not
    known yet (architecture §4.9).
    """

    kind: str  # dunning_fee | default_interest | lump_sum
    amount: Money
    basis: str  # the paragraph or agreement it rests on
    item: ItemId | None = None  # None: a fee, which belongs to the notice
    number: str = ""  # of the item
    demanded: bool = True
    since: date | None = None  # first day of interest; of an earlier charge: day of its notice
    until: date | None = None  # last day of interest
    open_ended: bool = False
    segments: tuple[InterestSegment, ...] = ()
    earlier: int | None = None  # id of the sub-ledger charge that is demanded again


class NoticeLine(NamedTuple):
    """One line of a notice as it was frozen; credits are negative and have level 0."""

    item: ItemId
    number: str
    kind: ItemKind
    invoice_date: date | None
    due_date: date | None
    total: Money
    outstanding: Money
    level: int
    cycle: int
    default_since: date | None = None  # first day of default; None = not in default
    default_rule: str = ""
    counts_as_mahnung: bool = False
    disputed: Money | None = None  # part in dispute: not demanded, not in ``outstanding``


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one recipient about one or more items of one currency."""

    id: NoticeId
    run: RunId
    debtor: DebtorId
    kind: NoticeKind
    currency: str
    procedure: str
    procedure_version: str
    level: int
    lines: tuple[NoticeLine, ...]
    charges: tuple[Charge, ...]
    total: Money
    channels: tuple[str, ...]
    automation: Automation
    issue_date: date
    deadline: date | None
    state: NoticeState
    reason: str = ""
    approved_hash: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    printed_on: date | None = None
    sent_on: date | None = None  # mail: day of sending; letter: day it was posted
    channel: str = ""  # channel it left by
    document: str = ""  # file name below the outbox
    # What tells notices of one kind to a debtor apart: "" = all items, an item's id, a plan's rate,
    # of an apology the id of the notice that it takes back.
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Work for a person that Mahnwerk cannot do itself."""

    id: int
    kind: str
    debtor: DebtorId
    notice: NoticeId | None
    text: str
    created_on: date
    source_key: str = ""  # stable key of a task that a run sets once
