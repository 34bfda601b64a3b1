"""Events that come in from outside: where they arrive, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.domain.model import Automation, ConnectionId, CreditorId, NoticeState
from core.domain.platform_records import ConnectorEvent

# ``InboxEvent.connection`` of what belongs to none: returned mails.
NO_CONNECTION = ConnectionId(0)


class HookKind(StrEnum):
    """Who is expected to call."""

    PLATFORM = "platform"  # the connection's own platform; it signs by its own rules
    INBOUND = "inbound"  # another system of the creditor; it signs with a secret of ours
    RETURNED_MAIL = "returned_mail"  # a mail server that hands over what came back


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that takes events. ``token`` is its unguessable part, encrypted as stored."""

    creditor: CreditorId
    id: int
    kind: HookKind
    connection: ConnectionId  # NO_CONNECTION for returned mails
    token: str
    secret: str  # encrypted; "" for platforms, whose secrets are the connection's


class HookRepo(Protocol):
    def by_token(self, digest: str) -> Hook | None:
        """The living hook with that token; ``digest``: sha256 of the token in hex. It is the only
        lookup without a creditor: nobody has said yet whose event it is.
        """
        ...

    def of(
        self, creditor: CreditorId, kind: HookKind, connection: ConnectionId = NO_CONNECTION
    ) -> Hook | None:
        """The living hook of that kind."""
        ...

    def all(self, creditor: CreditorId) -> list[Hook]: ...
    def add(
        self,
        creditor: CreditorId,
        kind: HookKind,
        connection: ConnectionId,
        digest: str,
        token: str,
        secret: str,
        at: datetime,
    ) -> Hook:
        """A new hook; the one before of the same kind and connection ends."""
        ...

    def end(self, creditor: CreditorId, hook: int, at: datetime) -> bool: ...


class InboxState(StrEnum):
    """What became of an event."""

    NEW = "new"  # stored, not worked on yet, or to be tried again
    DONE = "done"
    FAILED = "failed"  # given up; a person looks at it


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """One event as it was stored before anybody was answered."""

    id: int
    connection: ConnectionId
    event: ConnectorEvent
    received_at: str
    state: InboxState
    tries: int
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in one request. ``reason``: why it is FAILED already."""

    connection: ConnectionId
    events: tuple[ConnectorEvent, ...]
    raw: bytes
    at: datetime
    state: InboxState = InboxState.NEW
    reason: str = ""


class Backlog(NamedTuple):
    """Events of one connection that wait. ``oldest``: ISO 8601 in UTC, "" when none waits."""

    new: int
    failed: int
    oldest: str


class InboxRepo(Protocol):
    def add(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        events: Sequence[ConnectorEvent],
        raw: bytes,
        at: datetime,
        *,
        state: InboxState = InboxState.NEW,
        reason: str = "",
    ) -> int:
        """Stores what is new by (connection, key) and returns how many that were."""
        ...

    def add_many(self, creditor: CreditorId, arrivals: Sequence[Arrival]) -> list[int]:
        """The same for several at once: of each how many were new."""
        ...

    def waiting(
        self, creditor: CreditorId, connection: ConnectionId, now: datetime, limit: int
    ) -> list[InboxEvent]:
        """New events whose time has come, in the order in which they arrived."""
        ...

    def raw(self, creditor: CreditorId, event: int) -> bytes: ...
    def finish(
        self,
        creditor: CreditorId,
        events: Sequence[int],
        state: InboxState,
        at: datetime,
        reason: str = "",
    ) -> None: ...
    def retry(
        self, creditor: CreditorId, events: Sequence[int], next_at: datetime, reason: str
    ) -> None:
        """Counts one more try; the events wait until ``next_at``."""
        ...

    def wait(
        self, creditor: CreditorId, connection: ConnectionId, until: datetime, reason: str = ""
    ) -> int:
        """All new events of the connection wait ``until`` then, or as long no more when that is
        past; it counts as no try. Returns how many there are.
        """
        ...

    def due(self, now: datetime) -> list[tuple[CreditorId, ConnectionId]]:
        """Whose new events can be worked on now, over all creditors; the longest waiting first."""
        ...

    def backlog(self, creditor: CreditorId) -> Mapping[ConnectionId, Backlog]: ...
    def failed(self, creditor: CreditorId, limit: int = 100) -> list[InboxEvent]: ...
    def again(self, creditor: CreditorId, events: Sequence[int], at: datetime) -> int:
        """Failed events become new ones, to be tried from ``at`` on; returns how many were."""
        ...

    def forget(self, creditor: CreditorId, before: datetime) -> int:
        """Empties the raw bytes of events that were done before; their keys stay."""
        ...


class EventReader(Protocol):
    """How events of one platform are believed and read; errors are ``WebhookError``.

    ``unknown_status`` and ``foreign_status``: the HTTP status that the platform needs to hear of a
    hook that does not exist, and of a rightly signed event of another account.
    """

    unknown_status: int
    foreign_status: int

    def verify(
        self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str], now: datetime
    ) -> None:
        """Returns when one of ``keys`` signed these bytes; nothing is parsed before.

        Raises EventTooLarge before anything else for more than the platform ever sends.
        """
        ...

    def parse(self, raw: bytes) -> list[ConnectorEvent]: ...


class JobRepo(Protocol):
    """Work for the fleet, deferred in the transaction that makes it necessary.

    On SQLite, where no fleet runs, nothing happens: the loop finds the work by itself.
    """

    def events_arrived(self, creditor: CreditorId, connection: ConnectionId) -> None:
        """The inbox of this connection has something new."""
        ...

    def account_changed(self, creditor: CreditorId) -> None:
        """Something was approved, or a decision is wanted, for this creditor."""
        ...


@dataclass(frozen=True, slots=True)
class WorkState:
    """How the unattended work of one creditor stands. Instants are ISO 8601 in UTC, "" = never."""

    ran_on: str = ""  # ISO day of the last run that the worker made
    advanced_at: str = ""
    failures: int = 0  # in a row
    next_at: str = ""  # not before, after failures
    error: str = ""
    mail_at: str = ""  # when the mailbox of returned mails is read next
    mail_failures: int = 0  # in a row


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process and when it last said that it lives."""

    name: str
    kind: str  # loop | fleet
    started_at: str
    seen_at: str


class NoticesWaiting(NamedTuple):
    """Notices of one creditor that are alike to whoever works on them; ``newest`` is an id."""

    state: NoticeState
    automation: Automation
    procedure: str
    channels: tuple[str, ...]
    number: int
    newest: int


class WorkRepo(Protocol):
    def notices(self, creditor: CreditorId, states: Sequence[NoticeState]) -> list[NoticesWaiting]:
        """Notices in these states, counted by what decides whether they can leave."""
        ...

    def state(self, creditor: CreditorId) -> WorkState: ...
    def save(self, creditor: CreditorId, state: WorkState) -> None:
        """All but what is said of the mailbox, which others read at the same time."""
        ...

    def save_mailbox(self, creditor: CreditorId, at: str, failures: int) -> None: ...
    def beat(self, worker: str, kind: str, at: datetime) -> None: ...
    def leave(self, worker: str) -> None: ...
    def workers(self) -> list[WorkerSeen]: ...
