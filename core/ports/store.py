"""The store: one transaction over all repositories."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from core.ports.access import ApiTokenRepo, BadAddressRepo, LoginRepo
from core.ports.books import HoldRepo, ItemRepo, LedgerRepo
from core.ports.dunning import (
    ChargeRepo,
    DeliveryRepo,
    EventRepo,
    LeaseRepo,
    NoticeRepo,
    RunRepo,
    TaskRepo,
)
from core.ports.fleet import FleetRepo
from core.ports.inbox import HookRepo, InboxRepo, WorkRepo
from core.ports.links import DebtorLinkRepo
from core.ports.parties import ConnectionRepo, CreditorRepo, DebtorRepo
from core.ports.platform_store import BankLineRepo, BudgetRepo, PlatformNoticeRepo, SourceRepo
from core.ports.run_inputs import RunInputRepo
from core.ports.taken_back import TakenBackRepo
from core.ports.twins import TwinRepo


class Tx(Protocol):
    """One transaction."""

    creditors: CreditorRepo
    connections: ConnectionRepo
    debtors: DebtorRepo
    ledger: LedgerRepo
    items: ItemRepo
    links: DebtorLinkRepo
    holds: HoldRepo
    runs: RunRepo
    run_inputs: RunInputRepo
    notices: NoticeRepo
    deliveries: DeliveryRepo
    charges: ChargeRepo
    tasks: TaskRepo
    events: EventRepo
    leases: LeaseRepo
    sources: SourceRepo
    bank_lines: BankLineRepo
    platform_notices: PlatformNoticeRepo
    budgets: BudgetRepo
    twins: TwinRepo
    hooks: HookRepo
    inbox: InboxRepo
    jobs: FleetRepo
    work: WorkRepo
    logins: LoginRepo
    api_tokens: ApiTokenRepo
    bad_addresses: BadAddressRepo
    taken_back: TakenBackRepo


class Store(Protocol):
    """``write`` begins at once with the write lock (BEGIN IMMEDIATE on SQLite)."""

    def read(self) -> AbstractContextManager[Tx]: ...
    def write(self) -> AbstractContextManager[Tx]: ...
    def migrate(self) -> None: ...
    def schema_state(self) -> str:
        """ "current", "empty" or "behind"."""
        ...

    def close(self) -> None: ...
