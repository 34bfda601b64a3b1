"""The model of architecture §3: who owes what to whom, and what was said about it.

Sign convention, written once: an amount that the debtor owes is positive; a credit note, a
payment or unapplied money is negative. Days are plain dates in the creditor's zone.
"""

from __future__ import annotations

from core.domain.model.accounts import Account, Address, ConnectionFacts, Debtor, Hold, OpenItem
from core.domain.model.creditors import Connection, Creditor, CreditorProfile
from core.domain.model.kinds import (
    Automation,
    ConnectionId,
    CreditorId,
    DebtorId,
    DebtorType,
    DeliveryState,
    HoldKind,
    ItemId,
    ItemKind,
    ItemState,
    NoticeId,
    NoticeKind,
    NoticeState,
    Pending,
    Role,
    RunId,
)
from core.domain.model.notices import Charge, Notice, NoticeLine, Task

__all__ = [
    "Account",
    "Address",
    "Automation",
    "Charge",
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
    "ItemId",
    "ItemKind",
    "ItemState",
    "Notice",
    "NoticeId",
    "NoticeKind",
    "NoticeLine",
    "NoticeState",
    "OpenItem",
    "Pending",
    "Role",
    "RunId",
    "Task",
]
