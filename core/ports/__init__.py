"""The Protocols that the store, the connectors, the channels and the renderer fulfil.

Every store method takes the creditor first; ids resolve only inside that creditor. Methods of a
write transaction are visible to others only when the ``with`` block ends without an exception.
"""

from __future__ import annotations

from core.ports.books import (
    BatchRow,
    HoldRepo,
    ItemPayment,
    ItemRepo,
    LedgerChanges,
    LedgerRepo,
    QuietItem,
    StoredBatch,
)
from core.ports.dunning import (
    AuditResult,
    ChargeRepo,
    ChargeRow,
    DeliveryRecord,
    DeliveryRepo,
    EventRepo,
    LeaseRepo,
    NoticeDraft,
    NoticeRepo,
    RunRecord,
    RunRepo,
    TaskRepo,
)
from core.ports.outside import (
    Clock,
    FileConnector,
    HandOver,
    ImportOptions,
    LetterChannel,
    LetterContext,
    MailChannel,
    MailMessage,
    ProposalList,
    Renderer,
    SheetOf,
)
from core.ports.parties import ConnectionRepo, CreditorRepo, DebtorRepo, TestModeEnd
from core.ports.run_inputs import InputChunk, Outcome, RunInputRepo
from core.ports.store import Store, Tx

__all__ = [
    "AuditResult",
    "BatchRow",
    "ChargeRepo",
    "ChargeRow",
    "Clock",
    "ConnectionRepo",
    "CreditorRepo",
    "DebtorRepo",
    "DeliveryRecord",
    "DeliveryRepo",
    "EventRepo",
    "FileConnector",
    "HandOver",
    "HoldRepo",
    "ImportOptions",
    "InputChunk",
    "ItemPayment",
    "ItemRepo",
    "LeaseRepo",
    "LedgerChanges",
    "LedgerRepo",
    "LetterChannel",
    "LetterContext",
    "MailChannel",
    "MailMessage",
    "NoticeDraft",
    "NoticeRepo",
    "Outcome",
    "ProposalList",
    "QuietItem",
    "Renderer",
    "RunInputRepo",
    "RunRecord",
    "RunRepo",
    "SheetOf",
    "Store",
    "StoredBatch",
    "TaskRepo",
    "TestModeEnd",
    "Tx",
]
