"""Repositories of the books: postings, open items, holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from core.domain.ledger import LedgerResult
from core.domain.model import (
    Account,
    ConnectionId,
    CreditorId,
    DebtorId,
    Hold,
    HoldTerms,
    ItemFacts,
    ItemId,
    ItemState,
    OpenItem,
)
from core.domain.records import (
    Balance,
    BatchInfo,
    PaymentTerm,
    Posting,
    SundryAddress,
)


class BatchRow(NamedTuple):
    """What a posting of a stored batch does to its account, in minor units of the base currency."""

    account: str
    base_effect_minor: int


class LedgerRepo(Protocol):
    """Postings and OPOS balances as imported, and the open items computed from them."""

    def batches(self, creditor: CreditorId, connection: ConnectionId) -> list[StoredBatch]: ...
    def add_batch(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        info: BatchInfo,
        row_error_accounts: Iterable[str],
        at: datetime,
    ) -> int: ...
    def supersede_batch(self, creditor: CreditorId, batch: int) -> set[str]:
        """Takes the postings or balances of a replaced batch away; returns their accounts."""
        ...

    def batch_rows(
        self, creditor: CreditorId, connection: ConnectionId, batch: int
    ) -> dict[str, BatchRow]:
        """The postings of one batch by external id."""
        ...

    def known_rows(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Sequence[str]
    ) -> set[str]:
        """Those external ids that a stored posting has, whatever its batch."""
        ...

    def add_postings(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        batch: int,
        postings: Sequence[Posting],
    ) -> set[str]:
        """Stores postings whose external id is new; returns the accounts that changed."""
        ...

    def add_balances(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        batch: int,
        balances: Sequence[Balance],
    ) -> set[str]: ...
    def save_terms(
        self, creditor: CreditorId, connection: ConnectionId, terms: Sequence[PaymentTerm]
    ) -> None: ...
    def terms(self, creditor: CreditorId, connection: ConnectionId) -> dict[int, PaymentTerm]: ...
    def save_addresses(
        self, creditor: CreditorId, connection: ConnectionId, addresses: Sequence[SundryAddress]
    ) -> None: ...
    def addresses(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, dict[str, SundryAddress]]:
        """Sundry addresses by account and number."""
        ...

    def accounts(self, creditor: CreditorId, connection: ConnectionId) -> set[str]:
        """All accounts with a posting or balance."""
        ...

    def postings(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, list[Posting]]: ...
    def balances(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Sequence[str]
    ) -> dict[str, list[Balance]]: ...
    def opos_days(self, creditor: CreditorId, connection: ConnectionId) -> list[date]:
        """As-of days of all OPOS lists of that connection, ascending."""
        ...

    def equal_rows(
        self, creditor: CreditorId, connection: ConnectionId, content_keys: Iterable[str]
    ) -> set[str]:
        """Those content keys that postings without GUID of earlier, living batches carry."""
        ...

    def save_ledger(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        results: Mapping[DebtorId, LedgerResult],
        *,
        backlog_before: date | None,
        start_level: int,
        on: date,
        gone: ItemState = ItemState.SETTLED,
    ) -> LedgerChanges:
        """Upserts items, payments, allocations and synced holds of those debtors.

        Items not in a result any more become ``gone`` with outstanding 0. Level, cycle and history
        survive; cycle grows by one when a settled item re-opens. New items whose due date lies
        before ``backlog_before`` are marked backlog with ``start_level``.
        """
        ...


@dataclass(frozen=True, slots=True)
class LedgerChanges:
    """Payments and holds that came, changed or went: what the event log keeps of an import."""

    payments: tuple[tuple[int, str, int, str], ...] = ()  # id, day, minor units, currency
    payments_gone: tuple[int, ...] = ()
    holds: tuple[tuple[int, str, str | None], ...] = ()  # id, kind, last day
    holds_ended: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.payments or self.payments_gone or self.holds or self.holds_ended)

    def __add__(self, other: LedgerChanges) -> LedgerChanges:
        return LedgerChanges(
            self.payments + other.payments,
            self.payments_gone + other.payments_gone,
            self.holds + other.holds,
            self.holds_ended + other.holds_ended,
        )


@dataclass(frozen=True, slots=True)
class StoredBatch:
    id: int
    info: BatchInfo
    row_error_accounts: frozenset[str]
    superseded: bool
    imported_at: str


class QuietItem(NamedTuple):
    """An open item of a debtor with nothing to decide: certain claims that are not due yet."""

    item: ItemId
    connection: ConnectionId
    number: str
    external_id: str
    level: int
    due_date: date


class ItemRepo(Protocol):
    def get(self, creditor: CreditorId, item: ItemId) -> OpenItem | None: ...
    def many(self, creditor: CreditorId, items: Iterable[ItemId]) -> dict[ItemId, OpenItem]: ...
    def find(self, creditor: CreditorId, text: str) -> list[OpenItem]:
        """Items, open or settled, with that number, external id or ``connection:external_id``."""
        ...

    def open_items(self, creditor: CreditorId) -> list[OpenItem]:
        """All items with outstanding other than 0, credits negative."""
        ...

    def facts(self, creditor: CreditorId, item: ItemId) -> Mapping[str, str]: ...
    def accounts(
        self,
        creditor: CreditorId,
        on: date,
        after: DebtorId | None = None,
        limit: int | None = None,
    ) -> Iterator[Account]:
        """Debtors with an open item in order of their id, at most ``limit``, read in chunks."""
        ...

    def restless_debtors(
        self, creditor: CreditorId, on: date, lead_days: int | None = 0
    ) -> list[DebtorId]:
        """Debtors with an open item that `decide` must look at on that day, ascending.

        ``lead_days``: so many days before its due date an item can get a note already; None: look
        at everybody.
        """
        ...

    def quiet_items(
        self, creditor: CreditorId, on: date, lead_days: int | None = 0
    ) -> list[QuietItem]:
        """All open items of the other debtors: not due, whatever else is true of them.

        Ask for both in one transaction; together they are all open items.
        """
        ...

    def accounts_of(self, creditor: CreditorId, debtors: Sequence[DebtorId]) -> list[Account]:
        """The accounts of those debtors, by id; those that owe nothing are left out. Linked debtors
        have one account, that of their head.
        """
        ...

    def account(self, creditor: CreditorId, debtor: DebtorId, on: date) -> Account | None: ...
    def record_level(self, creditor: CreditorId, items: Mapping[ItemId, int], on: date) -> None:
        """Sets level and last notice day of the items of a notice that was sent."""
        ...

    def set_pending(self, creditor: CreditorId, items: Iterable[ItemId], pending: str) -> None: ...
    def record_local_payment(
        self, creditor: CreditorId, item: ItemId, amount_minor: int, on: date, author: str
    ) -> None: ...
    def payments(self, creditor: CreditorId, item: ItemId) -> list[ItemPayment]: ...
    def claims_arisen_before(self, creditor: CreditorId, day: date) -> list[OpenItem]:
        """Open claims whose delivery, invoice or (without either) due date lies before ``day``."""
        ...

    def set_start_level(self, creditor: CreditorId, connection: ConnectionId, level: int) -> int:
        """First level of that connection's backlog items that were never dunned; how many."""
        ...

    def save_own(self, creditor: CreditorId, item: ItemId, own: ItemFacts) -> None:
        """Replaces what a person said of the item; it survives every sync."""
        ...


@dataclass(frozen=True, slots=True)
class ItemPayment:
    received_on: date
    amount_minor: int
    currency: str
    rule: str
    source: str
    text: str


class HoldRepo(Protocol):
    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        item: ItemId | None,
        reason: str,
        author: str,
        from_on: date,
        until_on: date | None,
        source_key: str = "",
        terms: HoldTerms | None = None,
    ) -> int: ...
    def release(self, creditor: CreditorId, hold: int, on: date) -> None: ...
    def settle(
        self, creditor: CreditorId, hold: int, terms: HoldTerms, free_from: date | None
    ) -> None:
        """Writes down how a promise or plan ended, and the first day without it."""
        ...

    def active(self, creditor: CreditorId, on: date) -> list[Hold]: ...
    def of_debtor(self, creditor: CreditorId, debtor: DebtorId) -> list[Hold]: ...
