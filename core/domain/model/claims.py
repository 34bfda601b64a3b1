"""What the law asks about a claim beside its amount: facts, history, charges owed so far.

Facts that no platform tells are settings with evidence: the item's own, else the debtor's, else the
creditor's (``core.domain.claim_facts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from core.domain.model.kinds import DebtorType, ItemId, NoticeId
from core.domain.money import Money


class Terms(StrEnum):
    """How a time for payment was agreed (§ 286 Abs. 2 Nr. 1, 2 BGB); printed alone is not agreed."""

    NO = "no"
    DATE = "date"  # a day by the calendar: the due date
    RECEIPT = "receipt"  # so many days from receipt of the invoice


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What a person said of one item; None = nothing, the debtor's or creditor's setting holds.

    ``evidence`` says for each field by name where it comes from.
    """

    type: DebtorType | None = None  # consumer or business for this claim (§ 13 BGB: per contract)
    terms: Terms | None = None
    consumer_notice: bool | None = None  # the notice of § 286 Abs. 3 BGB stood on the invoice
    invoice_received: date | None = None
    delivered_on: date | None = None  # goods or service received
    payment_claim: bool | None = None  # Entgeltforderung; None = yes
    served_on: date | None = None  # lawsuit or Mahnbescheid served
    refused_on: date | None = None  # final refusal or special reasons (§ 286 Abs. 2 Nr. 3, 4)
    acknowledged_on: date | None = None  # § 212 BGB
    evidence: Mapping[str, str] = field(default_factory=dict)


class PastNotice(NamedTuple):
    """A notice that left, as one of its items sees it."""

    notice: NoticeId
    level: int
    sent_on: date  # mail: day of sending; letter: day it was posted
    channel: str
    deadline: date | None
    counts_as_mahnung: bool
    contested: int = 0  # part of the item that it did not demand, in minor units


class Reduction(NamedTuple):
    """Money or a credit that made a claim smaller on its day, in minor units.

    Negative: it grew (a returned direct debit). What was open at the end of a day is what is
    outstanding now plus all later reductions.
    """

    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge of an earlier notice that is kept in the sub-ledger."""

    id: int
    kind: str  # dunning_fee | default_interest | lump_sum
    item: ItemId | None  # None: a fee, which belongs to its notice
    notice: NoticeId
    amount: Money
    basis: str
    since: date  # day the notice left
    # Settled, or an open item of its own: not demanded again, but set off against later costs.
    paid: bool = False
    waived: bool = False  # given up (``paid`` too): not demanded again, and nothing was paid on it
