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
)
from core.domain.model.claims import ItemFacts, OpenCharge, PastNotice, Reduction, Terms
from core.domain.model.creditors import Connection, Creditor, CreditorProfile
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
]
