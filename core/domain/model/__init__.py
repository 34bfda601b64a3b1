"""The model of architecture §3: who owes what to whom, and what was said about it.

Sign convention, written once: an amount that the debtor owes is positive; a credit note, a
payment or unapplied money is negative. Days are plain dates in the creditor's zone.
"""

from __future__ import annotations

from core.domain.model.accounts import (
    Account,
    Address,
    ConnectionFacts,
    Debtor,
    Hold,
    HoldTerms,
    Instalment,
    OpenItem,
    Twin,
)
from core.domain.model.claims import ItemFacts, OpenCharge, PastNotice, Reduction, Terms
from core.domain.model.creditors import BY_PLATFORM, Connection, Creditor, CreditorProfile
from core.domain.model.kinds import (
    Automation,
    ChargesMode,
    ConnectionId,
    CreditorId,
    DebtorId,
    DebtorType,
    DeliveryState,
    HoldKind,
    ItemId,
    ItemKind,
    ItemState,
    Match,
    NoticeId,
    NoticeKind,
    NoticeState,
    Pending,
    Role,
    RunId,
    Showing,
)
from core.domain.model.notices import Charge, Notice, NoticeLine, Task

__all__ = [
    "BY_PLATFORM",
    "Account",
    "Address",
    "Automation",
    "Charge",
    "ChargesMode",
    "Connection",
    "ConnectionFacts",
    "ConnectionId",
    "Creditor",
    "CreditorId",
    "CreditorProfile",
    "Debtor",
    "DebtorId",
    "DebtorType",
    "DeliveryState",
    "Hold",
    "HoldKind",
    "HoldTerms",
    "Instalment",
    "ItemFacts",
    "ItemId",
    "ItemKind",
    "ItemState",
    "Match",
    "Notice",
    "NoticeId",
    "NoticeKind",
    "NoticeLine",
    "NoticeState",
    "OpenCharge",
    "OpenItem",
    "PastNotice",
    "Pending",
    "Reduction",
    "Role",
    "RunId",
    "Showing",
    "Task",
    "Terms",
    "Twin",
]
