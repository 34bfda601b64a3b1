"""The working parts of the ledger: movements, and the groups of movements under one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from core.domain.records import Posting, PostingKind

ZERO = Decimal(0)


class Part(IntEnum):
    """What a movement does to an item; also the order of movements of one day."""

    CLAIM = 0
    REVERSAL = 1
    CREDIT_NOTE = 2
    CREDIT = 3
    PAYMENT = 4
    RETURN = 5  # money back or a returned direct debit
    CORRECTION = 6  # any other debit that takes a credit back
    WRITE_OFF = 7


_CREDIT_PARTS = {
    PostingKind.REVERSAL: Part.REVERSAL,
    PostingKind.CREDIT_NOTE: Part.CREDIT_NOTE,
    PostingKind.INVOICE: Part.CREDIT_NOTE,
    PostingKind.PAYMENT: Part.PAYMENT,
    PostingKind.WRITE_OFF: Part.WRITE_OFF,
}
_DEBIT_PARTS = {
    PostingKind.REFUND: Part.RETURN,
    PostingKind.PAYMENT: Part.CORRECTION,
    PostingKind.REVERSAL: Part.CORRECTION,
    PostingKind.CREDIT_NOTE: Part.CORRECTION,
    PostingKind.WRITE_OFF: Part.CORRECTION,
}


class Move(NamedTuple):
    """A change of one item's balance. ``ref`` is a posting, or the item at the other end."""

    day: date
    part: Part
    ref: str  # "" = a line of an OPOS list
    value: Decimal
    rule: str = "number"


class ListRow(NamedTuple):
    """All lines of one number on the OPOS list that counts."""

    key: str
    number: str
    currency: str
    outstanding: Decimal
    total: Decimal | None
    invoice_date: date | None
    due_date: date | None
    text: str
    where: str


@dataclass(slots=True)
class Group:
    """What stands under one number: a claim, or money and credits that look for one.

    ``left`` is always the sum of ``moves``. ``postings`` also holds those that a list replaced.
    """

    external_id: str
    key: str
    number: str
    currency: str
    unclear: bool
    claim: bool
    postings: list[Posting]
    row: ListRow | None = None
    moves: list[Move] = field(default_factory=list)
    beyond: Decimal = ZERO  # claim side that a list says was there before and is settled
    left: Decimal = ZERO

    def add(self, move: Move) -> None:
        self.moves.append(move)
        self.left += move.value

    @property
    def day(self) -> date:
        """Day of the last movement."""
        return max(move.day for move in self.moves)

    @property
    def start(self) -> date:
        """Day of the first debit; an open item exists from then on."""
        debits = (move.day for move in self.moves if move.part is Part.CLAIM)
        return min(debits, default=self.day)


@dataclass(slots=True)
class Books:
    """The groups of one account, and what had to be passed over on the way."""

    groups: list[Group] = field(default_factory=list)
    absent: list[tuple[str, list[Posting], Decimal]] = field(default_factory=list)
    as_of: date | None = None
    lost_openings: list[Posting] = field(default_factory=list)
    rival_lists: tuple[str, ...] = ()


def part_of(kind: PostingKind, value: Decimal) -> Part:
    if value < 0:
        return _CREDIT_PARTS.get(kind, Part.CREDIT)
    return _DEBIT_PARTS.get(kind, Part.CLAIM)


def is_carried_sum(group: Group) -> bool:
    """A sum carried forward without a number: owed, but no invoice that anybody received."""
    return not group.key and any(p.kind is PostingKind.OPENING for p in group.postings)


def rows_of(postings: Sequence[Posting]) -> str:
    """Where the postings stand; at most five, so that a report stays readable."""
    named = [f"{p.file}:{p.row}" for p in postings[:5]]
    rest = len(postings) - len(named)
    return ", ".join(named) + (f" und {rest} weitere" if rest > 0 else "")
