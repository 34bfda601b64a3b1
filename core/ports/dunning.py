"""Repositories of runs, notices, deliveries, tasks, events and leases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from core.domain.decision import PlannedNotice, Verdict
from core.domain.model import (
    Charge,
    CreditorId,
    DebtorId,
    DeliveryState,
    ItemId,
    Notice,
    NoticeId,
    NoticeState,
    OpenCharge,
    RunId,
    Task,
)
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class RunRecord:
    id: RunId
    on: date
    state: str
    counts: Mapping[str, int]
    procedures: Mapping[str, str]
    audit_head: str
    decisions_sha256: str = ""  # checksum of the document of decisions; "" = made before 0.2


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
        decisions_sha256: str = "",
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
        without a draft are withdrawn, approved ones with equal content stay approved.
        """
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
        and withdrawn also end ``living`` of its items.
        """
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

    def hand_over(
        self,
        creditor: CreditorId,
        delivery: int,
        owner: str,
        now: datetime,
        message_id: str = "",
        *,
        lease_seconds: int = 0,
    ) -> bool:
        """Reserved -> handing_over, only for the owner of a running lease, which then ends so many
        seconds from now (0: when it would have). ``message_id`` of its mail, which may come back
        before anybody has said that it was sent.
        """
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
    def by_message(self, creditor: CreditorId, message_id: str) -> DeliveryRecord | None:
        """The delivery whose mail had that Message-ID."""
        ...

    def expired_handing_over(self, creditor: CreditorId, now: datetime) -> list[DeliveryRecord]: ...
    def counts(self, creditor: CreditorId) -> Mapping[DeliveryState, int]:
        """How many deliveries there ever were, by the state they are in."""
        ...


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge of the sub-ledger; ``state`` is open, paid, waived, residual or withdrawn."""

    charge: OpenCharge
    state: str
    debtor: DebtorId
    mode: str  # receivable | waive_when_principal_paid
    settled_on: date | None
    settled_by: str
    number: str  # of the item; "" for a fee
    item_state: str  # of the item; "" for a fee
    principal_open: bool
    residual: ItemId | None = None  # the open item that it became
    arisen: date | None = None  # of its claim: the earlier of invoice and delivery


class ChargeRepo(Protocol):
    def keep(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        notice: NoticeId,
        charges: Sequence[Charge],
        mode: str,
        on: date,
    ) -> None: ...
    def rows(
        self, creditor: CreditorId, debtor: DebtorId | None = None, *, settled: bool = True
    ) -> list[ChargeRow]:
        """Kept charges by id, settled ones too unless ``settled`` is False."""
        ...

    def settle(
        self, creditor: CreditorId, charge: int, state: str, on: date | None, by: str
    ) -> bool: ...
    def reduce(self, creditor: CreditorId, charge: int, minor: int) -> None: ...
    def move(self, creditor: CreditorId, charge: int, item: ItemId, debtor: DebtorId) -> None:
        """Another item of the same claim bears the charge from now on."""
        ...

    def notice_states(self, creditor: CreditorId, notice: NoticeId) -> dict[str, bool]:
        """States of the items dunned by a notice, and whether one of that state is open."""
        ...

    def chase(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        notice: NoticeId,
        charges: Sequence[int],
        number: str,
        total: Money,
        on: date,
        arisen: date | None = None,
    ) -> ItemId:
        """Makes an open item of charges whose principal is paid (kind charge_residual).

        ``arisen``: from when they lapse, if not from ``on``; with their claim (§ 217 BGB).
        """
        ...


class TaskRepo(Protocol):
    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        notice: NoticeId | None,
        text: str,
        on: date,
        source_key: str = "",
    ) -> int: ...
    def known(self, creditor: CreditorId, source_keys: Sequence[str]) -> set[str]:
        """Those of the keys that a task was set for, done or not."""
        ...

    def close_of_debtor(
        self, creditor: CreditorId, debtor: DebtorId, kinds: Sequence[str], on: date
    ) -> list[int]:
        """Closes the open tasks of those kinds about a debtor and returns their ids."""
        ...

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
