"""The Protocols that the store, the connectors, the channels and the renderer fulfil.

Every store method takes the creditor first; ids resolve only inside that creditor. Methods of a
write transaction are visible to others only when the ``with`` block ends without an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from core.domain.decision import PlannedNotice, Verdict
from core.domain.ledger import LedgerResult
from core.domain.model import (
    Account,
    Connection,
    ConnectionId,
    Creditor,
    CreditorId,
    CreditorProfile,
    Debtor,
    DebtorId,
    DeliveryState,
    Hold,
    ItemId,
    Notice,
    NoticeId,
    NoticeState,
    OpenItem,
    Role,
    RunId,
    Task,
)
from core.domain.records import (
    Balance,
    BatchInfo,
    DebtorRecord,
    FileImport,
    PaymentTerm,
    Posting,
    SundryAddress,
)


class TestModeEnd(NamedTuple):
    """What ended with test mode: notices that had left as a test, and proposals that waited."""

    sent: int
    proposals: int


class CreditorRepo(Protocol):
    def add(self, creditor: CreditorId, profile: CreditorProfile, at: datetime) -> None: ...
    def get(self, creditor: CreditorId) -> Creditor | None: ...
    def all(self) -> list[Creditor]: ...
    def save_profile(self, creditor: CreditorId, profile: CreditorProfile) -> None: ...
    def set_live(self, creditor: CreditorId, live: bool) -> None: ...
    def forget_test_mode(self, creditor: CreditorId, on: date) -> TestModeEnd:
        """Takes back levels, contacts, tasks and proposals of notices that reached nobody.

        Their history stays.
        """
        ...

    def set_stopped(self, creditor: CreditorId, stopped: bool) -> None: ...
    def secrets(self, creditor: CreditorId) -> Mapping[str, str]:
        """Encrypted values by name."""
        ...

    def save_secret(self, creditor: CreditorId, name: str, encrypted: str) -> None: ...


class ConnectionRepo(Protocol):
    def add(
        self, creditor: CreditorId, platform: str, name: str, role: Role, client: str, on: date
    ) -> Connection: ...
    def get(self, creditor: CreditorId, connection: ConnectionId) -> Connection | None: ...
    def by_name(self, creditor: CreditorId, name: str) -> Connection | None: ...
    def all(self, creditor: CreditorId) -> list[Connection]: ...
    def save(self, creditor: CreditorId, connection: Connection) -> None: ...


class DebtorRepo(Protocol):
    def upsert(
        self, creditor: CreditorId, connection: ConnectionId, records: Sequence[DebtorRecord]
    ) -> None: ...
    def ensure(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Mapping[str, str]
    ) -> dict[str, DebtorId]:
        """Ids of the accounts (canonical -> label); unknown ones are created without data."""
        ...

    def get(self, creditor: CreditorId, debtor: DebtorId) -> Debtor | None: ...
    def record(self, creditor: CreditorId, debtor: DebtorId) -> DebtorRecord | None: ...
    def all(self, creditor: CreditorId) -> list[Debtor]: ...
    def records(
        self, creditor: CreditorId, connection: ConnectionId, accounts: Iterable[str]
    ) -> dict[str, DebtorRecord]: ...
    def find(self, creditor: CreditorId, text: str) -> list[Debtor]:
        """Debtors whose id, account or exact name is ``text``."""
        ...

    def overrides(self, creditor: CreditorId, debtor: DebtorId) -> Mapping[str, str]: ...
    def save_overrides(
        self, creditor: CreditorId, debtor: DebtorId, overrides: Mapping[str, str]
    ) -> None: ...


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
    ) -> LedgerChanges:
        """Upserts items, payments, allocations and synced holds of those debtors.

        Items not in a result any more are settled with outstanding 0. Level, cycle and history
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

    def restless_debtors(self, creditor: CreditorId, on: date) -> list[DebtorId]:
        """Debtors with an open item that `decide` must look at on that day, ascending."""
        ...

    def quiet_items(self, creditor: CreditorId, on: date) -> list[QuietItem]:
        """All open items of the other debtors: not due, whatever else is true of them.

        Ask for both in one transaction; together they are all open items.
        """
        ...

    def accounts_of(self, creditor: CreditorId, debtors: Sequence[DebtorId]) -> list[Account]:
        """The accounts of those debtors, by id; those that owe nothing are left out."""
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
    ) -> int: ...
    def release(self, creditor: CreditorId, hold: int, on: date) -> None: ...
    def active(self, creditor: CreditorId, on: date) -> list[Hold]: ...
    def of_debtor(self, creditor: CreditorId, debtor: DebtorId) -> list[Hold]: ...


@dataclass(frozen=True, slots=True)
class RunRecord:
    id: RunId
    on: date
    state: str
    counts: Mapping[str, int]
    procedures: Mapping[str, str]
    audit_head: str


class RunRepo(Protocol):
    def start(
        self, creditor: CreditorId, on: date, procedures: Mapping[str, str], at: datetime
    ) -> RunId: ...
    def add_verdicts(
        self, creditor: CreditorId, run: RunId, seq: int, verdicts: Sequence[Verdict]
    ) -> None: ...
    def verdicts(self, creditor: CreditorId, run: RunId) -> Iterator[Mapping[str, object]]: ...
    def finish(
        self,
        creditor: CreditorId,
        run: RunId,
        state: str,
        counts: Mapping[str, int],
        audit_head: str,
        at: datetime,
    ) -> None: ...
    def get(self, creditor: CreditorId, run: RunId) -> RunRecord | None: ...
    def latest(self, creditor: CreditorId) -> RunRecord | None: ...


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A planned notice of one debtor, ready to be stored as a proposal."""

    debtor: DebtorId
    procedure: str
    procedure_version: str
    plan: PlannedNotice


class NoticeRepo(Protocol):
    def replace_proposals(
        self,
        creditor: CreditorId,
        run: RunId,
        issue_date: date,
        debtors: Sequence[DebtorId],
        drafts: Sequence[NoticeDraft],
    ) -> list[NoticeId]:
        """Refreshes the living proposals of ``debtors``: drafts become proposals, living ones
        without a draft are withdrawn, approved ones with equal content stay approved."""
        ...

    def get(self, creditor: CreditorId, notice: NoticeId) -> Notice | None: ...
    def many(
        self,
        creditor: CreditorId,
        *,
        states: Sequence[NoticeState] = (),
        run: RunId | None = None,
        debtor: DebtorId | None = None,
    ) -> list[Notice]: ...
    def of_item(self, creditor: CreditorId, item: ItemId) -> list[Notice]: ...
    def living_debtors(self, creditor: CreditorId) -> set[DebtorId]:
        """Debtors with a living proposal."""
        ...

    def approve(
        self, creditor: CreditorId, notice: NoticeId, hash_: str, by: str, on: date
    ) -> None: ...
    def set_state(
        self,
        creditor: CreditorId,
        notice: NoticeId,
        state: NoticeState,
        *,
        reason: str = "",
        channel: str | None = None,
        document: str | None = None,
        printed_on: date | None = None,
        sent_on: date | None = None,
        deadline: date | None = None,
    ) -> None:
        """Moves a notice. Leaving the proposal states ends ``living`` of the proposal; rejected
        and withdrawn also end ``living`` of its items."""
        ...

    def drop_item(self, creditor: CreditorId, notice: NoticeId, item: ItemId) -> Notice | None:
        """Takes one item off a proposal; None when nothing is left and it was withdrawn."""
        ...

    def record_contact(
        self, creditor: CreditorId, debtor: DebtorId, on: date, deadline: date | None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    id: int
    notice: NoticeId
    channel: str
    recipient: str
    state: DeliveryState
    lease_owner: str
    lease_until: str
    message_id: str
    file: str
    reason: str


class DeliveryRepo(Protocol):
    def reserve(
        self,
        creditor: CreditorId,
        notice: NoticeId,
        channel: str,
        recipient: str,
        owner: str,
        now: datetime,
        lease_seconds: int,
    ) -> DeliveryRecord | None:
        """Reserves the one living delivery; takes over a reserved one whose lease ended.

        None when somebody else holds it or it is past the point of no return.
        """
        ...

    def hand_over(self, creditor: CreditorId, delivery: int, owner: str, now: datetime) -> bool:
        """Reserved -> handing_over, only for the owner of a running lease."""
        ...

    def finish(
        self,
        creditor: CreditorId,
        delivery: int,
        state: DeliveryState,
        now: datetime,
        *,
        message_id: str = "",
        file: str = "",
        reason: str = "",
    ) -> None:
        """Ends a delivery; failed ends ``living`` and frees the key."""
        ...

    def of_notice(self, creditor: CreditorId, notice: NoticeId) -> list[DeliveryRecord]: ...
    def expired_handing_over(self, creditor: CreditorId, now: datetime) -> list[DeliveryRecord]: ...


class TaskRepo(Protocol):
    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        notice: NoticeId | None,
        text: str,
        on: date,
    ) -> int: ...
    def open(self, creditor: CreditorId) -> list[Task]: ...
    def done(self, creditor: CreditorId, task: int, on: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class AuditResult:
    ok: bool
    entries: int
    head: str
    problem: str = ""


class EventRepo(Protocol):
    def append(
        self,
        creditor: CreditorId,
        kind: str,
        refs: Mapping[str, int | str],
        payload: Mapping[str, object],
        at: datetime,
    ) -> str:
        """Appends to the creditor's hash chain and returns the new head."""
        ...

    def head(self, creditor: CreditorId) -> str: ...
    def verify(self, creditor: CreditorId, head: str = "") -> AuditResult: ...


class LeaseRepo(Protocol):
    def take(
        self, creditor: CreditorId, name: str, owner: str, now: datetime, seconds: int
    ) -> bool: ...
    def release(self, creditor: CreditorId, name: str, owner: str) -> None: ...
    def holder(self, creditor: CreditorId, name: str) -> str:
        """Owner of the lease row, running or ended; "" when nobody has it."""
        ...


class Tx(Protocol):
    """One transaction."""

    creditors: CreditorRepo
    connections: ConnectionRepo
    debtors: DebtorRepo
    ledger: LedgerRepo
    items: ItemRepo
    holds: HoldRepo
    runs: RunRepo
    notices: NoticeRepo
    deliveries: DeliveryRepo
    tasks: TaskRepo
    events: EventRepo
    leases: LeaseRepo


class Store(Protocol):
    """``write`` begins at once with the write lock (BEGIN IMMEDIATE on SQLite)."""

    def read(self) -> AbstractContextManager[Tx]: ...
    def write(self) -> AbstractContextManager[Tx]: ...
    def migrate(self) -> None: ...
    def schema_state(self) -> str:
        """ "current", "empty" or "behind"."""
        ...

    def close(self) -> None: ...


# --- files in ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportOptions:
    as_of: date | None = None
    client: str = ""  # BERATER/MANDANT for files that do not carry it
    settings: Mapping[str, str] = field(default_factory=dict)  # of the connection


class FileConnector(Protocol):
    """Reads export files. Raises ``DataRefused`` for a file that is refused as a whole."""

    slug: str

    def read(self, path: Path, options: ImportOptions) -> FileImport: ...


# --- letters and channels ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterContext:
    """All that a letter or mail is made of. Foreign text is data, never template source."""

    creditor: Creditor
    debtor: Debtor
    notice: Notice
    text: str  # text block, e.g. "reminder"
    final_level: bool = False  # the last level before the hand-over: its consequence is true
    test_mode: bool = False
    # Text blocks of the procedure's levels by number, to name the level of every line.
    level_texts: Mapping[int, str] = field(default_factory=dict)
    # Date header of a mail; None = noon of the issue date in the creditor's zone.
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A rendered mail: what goes through SMTP, byte for byte, and its envelope."""

    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class ProposalList:
    """Proposals of one run for the client's signature."""

    creditor: Creditor
    run: RunId
    on: date
    rows: tuple[tuple[Notice, Debtor], ...]
    language: str = "de"
    # Text blocks of the levels by procedure and number; a level without one shows its number.
    level_texts: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class Renderer(Protocol):
    def letter(self, context: LetterContext) -> bytes:
        """The letter as PDF/A-2b."""
        ...

    def mail(self, context: LetterContext, pdf: bytes, to: str) -> MailMessage: ...
    def print_file(
        self,
        creditor: Creditor,
        run: RunId,
        on: date,
        letters: Sequence[tuple[Notice, Debtor, bytes]],
    ) -> bytes:
        """All letters of a run in one PDF behind a cover list."""
        ...

    def proposal_list_pdf(self, proposals: ProposalList) -> bytes:
        """The proposals as a list for the client's signature."""
        ...

    def proposal_list_xlsx(self, proposals: ProposalList) -> bytes: ...
    def text_version(self, text: str, language: str) -> str:
        """Version of the text block, part of what an approval is bound to."""
        ...


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a channel reports back. ``state`` is sent, printed, failed or unknown."""

    state: DeliveryState
    reason: str = ""
    permanent: bool = False  # failed for good: the next channel may be tried
    message_id: str = ""
    file: str = ""


class MailChannel(Protocol):
    def send(
        self, creditor: Creditor, message: MailMessage, before_data: Callable[[], bool]
    ) -> HandOver:
        """One SMTP conversation. ``before_data`` is called before the DATA command, commits
        handing_over, and returns False when the delivery must not go on."""
        ...


class LetterChannel(Protocol):
    def put(
        self, creditor: Creditor, name: str, pdf: bytes, before_rename: Callable[[], bool]
    ) -> HandOver:
        """Writes the PDF into the outbox; the rename is the point of no return."""
        ...

    def place(self, creditor: Creditor, name: str) -> str:
        """The name below the outbox that ``put`` would give to ``name``."""
        ...

    def archive(self, creditor: Creditor, name: str, content: bytes) -> str:
        """Keeps what leaves, byte for byte; returns its name below the outbox. Raises Rejected
        when it cannot be kept: then nothing may leave."""
        ...

    def read(self, creditor: Creditor, file: str) -> bytes | None:
        """The bytes of a file below the outbox; None when it is not there (any more)."""
        ...

    def void(self, creditor: Creditor, file: str) -> None:
        """Takes a letter that must not be posted out of the folder that people print from."""
        ...


class Clock(Protocol):
    """The only source of time: instants are aware UTC, the day is in the creditor's zone."""

    def now(self) -> datetime: ...
    def today(self, zone: str) -> date: ...
