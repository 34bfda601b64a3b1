"""What the store keeps of live platforms: their records, their dunnings, their request budgets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from core.domain.bank_lines import Line, LineHold, Payer
from core.domain.model import ConnectionId, CreditorId, DebtorId, ItemId, NoticeId
from core.domain.platform_records import (
    BankLine,
    Batch,
    InvoiceRecord,
    LostCredit,
    NoticeToWrite,
    PlatformNotice,
    Unread,
)
from core.domain.records import DebtorRecord
from core.ports.books import LedgerChanges
from core.ports.platform import Lane


class SourceRepo(Protocol):
    """Records as the platform has them; ``core.domain.platform_ledger`` makes open items of them."""

    def save(
        self, creditor: CreditorId, connection: ConnectionId, batch: Batch, at: datetime
    ) -> set[str]:
        """Stores invoices, debtors, unread and gone of a batch; returns the external ids of the
        debtors whose ledger must be computed anew.
        """
        ...

    def invoices(
        self, creditor: CreditorId, connection: ConnectionId, debtors: Collection[str]
    ) -> dict[str, list[InvoiceRecord]]:
        """Invoices by debtor, by date and external id."""
        ...

    def by_id(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, InvoiceRecord]:
        """Invoices by external id."""
        ...

    def debtors(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, DebtorRecord]: ...
    def unread(self, creditor: CreditorId, connection: ConnectionId) -> list[Unread]: ...
    def marks(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> dict[str, str]: ...
    def open_marks(self, creditor: CreditorId, connection: ConnectionId) -> dict[str, str]: ...
    def changed_since(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        external_ids: Collection[str],
        at: datetime,
        until: datetime | None = None,
    ) -> set[str]:
        """Those invoices whose record was stored or changed after ``at``, at most at ``until``.

        Later than now nothing was stored: the clock was ahead then, and was set right since.
        """
        ...

    def lost_credits(self, creditor: CreditorId, connection: ConnectionId) -> frozenset[LostCredit]:
        """Open credits of which nobody can tell whose they are, as the ledger has them."""
        ...

    def forget_marks(self, creditor: CreditorId, connection: ConnectionId) -> None:
        """Every invoice counts as changed when it is seen next; nothing else is forgotten."""
        ...

    def known_debtors(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> frozenset[str]: ...
    def without_payments(
        self, creditor: CreditorId, connection: ConnectionId, limit: int
    ) -> list[str]: ...
    def counts(self, creditor: CreditorId, connection: ConnectionId) -> Mapping[str, int]:
        """Stored records: invoices, open, debtors, unread, without_payments."""
        ...


class BankLineRepo(Protocol):
    """Money at the bank that is assigned to nothing, and the holds that come of it."""

    def replace(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        lines: Sequence[BankLine],
        at: datetime,
        debtors: Collection[str] | None = None,
    ) -> bool:
        """All lines of the connection, in place of those before; whether anything changed.

        ``debtors``: only lines whose ``debtor`` is one of these external ids are replaced.
        """
        ...

    def changed_since(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        debtors: Collection[str],
        at: datetime,
        until: datetime,
    ) -> set[str]:
        """Those of the debtors (external ids) of whom a line was stored after ``at``, at most at
        ``until``.
        """
        ...

    def all(self, creditor: CreditorId) -> dict[Line, bool]:
        """All lines of the creditor, each with whether it is known whose it is."""
        ...

    def save_explained(self, creditor: CreditorId, lines: Mapping[Line, bool]) -> None:
        """Writes down of which lines it is known whose they are."""
        ...

    def payers(
        self, creditor: CreditorId, debtors: Collection[DebtorId] | None = None
    ) -> list[Payer]:
        """These debtors (None: all) as a bank statement may name them, with their open items."""
        ...

    def unlike(
        self, creditor: CreditorId, holds: Mapping[DebtorId, Sequence[LineHold]]
    ) -> set[DebtorId]:
        """Debtors whose holds for lines are others than these, which are those of everybody."""
        ...

    def keep_holds(
        self,
        creditor: CreditorId,
        holds: Mapping[DebtorId, Sequence[LineHold]],
        debtors: Collection[DebtorId],
        on: date,
    ) -> LedgerChanges:
        """Sets and ends holds of ``debtors`` until they are these; released ones stay released."""
        ...


@dataclass(frozen=True, slots=True)
class PlatformNoticeRow:
    """A dunning on the platform beside what we know of it.

    ``state``: foreign (nobody said whether it was sent), confirmed (sent, level taken over),
    dismissed (not sent); of our own: writing (intended, answer not known), written, failed.
    """

    id: int
    connection: ConnectionId
    external_id: str  # "" while writing
    item: ItemId | None
    invoice: str
    on: date | None
    title: str
    marker: str
    notice: NoticeId | None
    state: str
    level: int = 0
    reason: str = ""
    sent_on: date | None = None  # of a confirmed one, as the person said
    tries: int = 0  # of our own: how often the platform was asked to make it
    asked_at: str = ""  # and when last, ISO 8601 in UTC; "" = never


class PlatformNoticeRepo(Protocol):
    def save_seen(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        notices: Sequence[PlatformNotice],
        at: datetime,
    ) -> list[PlatformNoticeRow]:
        """Stores dunnings that were read; one with our marker completes our own row. Returns the
        rows that are new and foreign.
        """
        ...

    def known(
        self, creditor: CreditorId, connection: ConnectionId, external_ids: Collection[str]
    ) -> frozenset[str]: ...
    def rows(
        self, creditor: CreditorId, *, states: Sequence[str] = (), notice: NoticeId | None = None
    ) -> list[PlatformNoticeRow]: ...
    def get(self, creditor: CreditorId, row: int) -> PlatformNoticeRow | None: ...
    def intend(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        notice: NoticeId,
        item: ItemId,
        write: NoticeToWrite,
        at: datetime,
    ) -> int | None:
        """A row in state writing, before anything is asked; None when that marker has one."""
        ...

    def set_state(
        self,
        creditor: CreditorId,
        row: int,
        state: str,
        *,
        external_id: str | None = None,
        level: int = 0,
        reason: str = "",
        sent_on: date | None = None,
        tries: int | None = None,
        asked_at: str | None = None,
    ) -> None:
        """``external_id``, ``tries`` and ``asked_at`` stay as they are when they are None."""
        ...


class Place(NamedTuple):
    """An answer to "may I ask the platform?". ``wait`` in microseconds.

    ``mine``: the request may be sent after the wait. Otherwise it is asked again after the wait:
    others go first, or (``refused``) the platform wants nobody to ask before.
    """

    wait: int
    mine: bool
    refused: bool = False


class BudgetRepo(Protocol):
    """Request budgets: one row per connection (architecture §4.13). Times in microseconds UTC."""

    def take(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        lane: Lane,
        now: int,
        interval: int,
        burst: int,
    ) -> Place:
        """Reserves the next place for a request, when it is this lane's turn."""
        ...

    def block(
        self, creditor: CreditorId, connection: ConnectionId, now: int, seconds: float | None
    ) -> int:
        """The platform refused a request: nobody asks before the returned wait is over; without
        ``seconds`` it doubles with each refusal in a row.
        """
        ...

    def ease(self, creditor: CreditorId, connection: ConnectionId) -> None:
        """A request was answered: refusals before it count no more."""
        ...

    def blocked(self, creditor: CreditorId, connection: ConnectionId, now: int) -> int:
        """How long nobody asks, because the platform refused a request; 0 when anybody may."""
        ...
