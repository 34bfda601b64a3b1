"""Live platforms: what their connectors offer, and what the store keeps of them.

A connector never writes to the store and holds no state but its HTTP session: a service stores
each :class:`Batch` and its cursor in one transaction, at least once, keyed by (connection,
external id).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Protocol

from core.domain.model import Connection, CreditorId
from core.domain.platform_records import (
    AccountInfo,
    Batch,
    Cursor,
    Document,
    EventKind,
    InvoiceRecord,
    NoticeToWrite,
    PayAccount,
    PlatformNotice,
)
from core.errors import NotSupported
from core.ports.inbox import EventReader
from core.ports.signing import SharedSecret, SigningKey, Subscription


class Capability(StrEnum):
    """What a platform can do beside being read."""

    DOCUMENT = "document"  # the original invoice as a file
    WRITE_BACK = "write_back"  # our notices can be shown on the platform
    WEBHOOKS = "webhooks"  # the platform reports changes by itself
    PLATFORM_NOTICES = "platform_notices"  # its own dunnings can be read
    PAY_LINK = "pay_link"  # its invoices are paid on a page of the platform


class BankTransfers(StrEnum):
    """Values of ``Platform.bank_transfers``: which account letters on its invoices name."""

    OFF = "off"  # none: the pay link only
    PLATFORM = "platform"  # the platform's own, which books what comes
    WATCHED = "watched"  # the creditor's, because he books there what comes


class Lane(IntEnum):
    """Who goes first when requests are scarce (architecture §4.13); lower numbers go first."""

    LAST_LOOK = 0
    EVENT = 1
    SYNC = 2
    ONBOARDING = 3  # at most 70 % of the rate while a higher lane asks
    HISTORY = 4  # payments of settled invoices; waits for everybody


class Gate(Protocol):
    """The request budget of one connection, shared by every process."""

    def wait(self) -> None:
        """Returns when the next request may be made."""
        ...

    def throttled(self, retry_after: float | None) -> float:
        """The platform asked to slow down; nobody asks again before the returned seconds."""
        ...

    def eased(self) -> None:
        """The platform answers again; called once after ``throttled``."""
        ...


class Known(Protocol):
    """What the store has of a connection, so that a connector reads only what is new to us."""

    def marks(self, external_ids: Collection[str]) -> Mapping[str, str]:
        """``mark`` by external id, of those invoices that are stored."""
        ...

    def invoices(self, external_ids: Collection[str]) -> Mapping[str, InvoiceRecord]:
        """The stored records: what a list row does not say need not be read again."""
        ...

    def open_invoices(self) -> Mapping[str, str]:
        """``mark`` of every invoice that is believed open (outstanding other than 0)."""
        ...

    def debtors(self, external_ids: Collection[str]) -> frozenset[str]:
        """Those debtors that are stored."""
        ...

    def notices(self, external_ids: Collection[str]) -> frozenset[str]:
        """Those dunnings of the platform that are stored, our own ones too."""
        ...

    def unread(self) -> frozenset[str]:
        """External ids of records that could not be read so far."""
        ...

    def without_payments(self, limit: int) -> Sequence[str]:
        """Settled invoices whose payments were never read, newest first, at most ``limit``."""
        ...


@dataclass(frozen=True, slots=True)
class SyncScope:
    """What a stream covers. ``since``: invoices from that day on, open ones whatever their day."""

    since: date
    today: date


class PlatformConnector(Protocol):
    """One account at one platform. Construction does no I/O.

    All methods raise ``ConnectorError`` (style §5.5); a bad record is an ``Unread`` of its batch.
    An empty cursor starts from the beginning; every batch's cursor is safe to go on from.
    """

    slug: str
    capabilities: frozenset[Capability]

    @property
    def requests(self) -> int:
        """HTTP requests sent so far, repetitions included."""
        ...

    def close(self) -> None:
        """Gives its network connections back; may be called twice."""
        ...

    def check(self) -> AccountInfo: ...
    def fetch_debtors(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]: ...
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """From an empty cursor everything open, then the history; else what changed since.

        What is believed open is compared every time: a missed change does not survive.
        """
        ...

    def fetch_payments(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        """Payment history of settled invoices, newest first."""
        ...

    def fetch_invoice(self, external_id: str, known: Known) -> Batch:
        """One invoice as it is now, with its payments; ``gone`` when the platform lost it."""
        ...

    def fetch_named(self, kind: EventKind, external_id: str, known: Known) -> Batch:
        """What an event of that kind names, as it is now: an invoice, a debtor with the money on
        his account, or a dunning with its invoice.

        Raises NotSupported where such a thing cannot be read alone: the next sync brings it.
        """
        ...

    def fetch_document(self, external_id: str) -> Document:
        """The original invoice as PDF. Raises ``Rejected`` when there is none."""
        ...

    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        """Shows a sent notice on the platform. Never repeated by itself: see ``find_notice``."""
        ...

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        """The notice with that marker, when the platform has it."""
        ...

    def fetch_pay_account(self, debtor: str, currency: str) -> PayAccount | None:
        """The platform's own account that this debtor pays to by bank transfer; None = he has none.

        Raises NotSupported where a platform has no such accounts.
        """
        ...

    def subscriptions(self) -> list[Subscription]: ...
    def subscribe(self, url: str) -> list[Subscription]:
        """Subscribes ``url`` to every event that Mahnwerk uses; what is there stays."""
        ...

    def unsubscribe(self, subscription: str) -> None: ...


@dataclass(frozen=True, slots=True)
class PlatformSetting:
    """One setting of a connection. ``form``: regular expression that its value must match."""

    name: str
    form: str
    example: str
    de: str  # what it does, for people
    en: str
    default: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False  # stored encrypted, never shown
    optional: bool = False  # a secret without which the platform can be read
    only_with: str = ""  # another yes/no setting without which "yes" does nothing


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that Mahnwerk can connect to, before any connection to it is open."""

    slug: str
    label: str
    settings: tuple[PlatformSetting, ...]
    capabilities: frozenset[Capability] = frozenset()
    # Sentences (German, English) for whoever connects: e.g. how to switch off its own reminders.
    notes: tuple[tuple[str, str], ...] = ()
    # Records that one request of a list brings at most: what a first reading costs at least.
    list_page: int = 100
    # Whether its lists show documents whole, so that no open item is read alone.
    lists_whole: bool = False
    signing: SigningKey | SharedSecret | None = None
    # The setting whose value is one of ``BankTransfers``; "" = it has no say in how debtors pay,
    # and the creditor's own account stands on every letter.
    bank_transfers: str = ""

    def value(self, settings: Mapping[str, str], name: str) -> str:
        """A setting as it counts: what was given, else the platform's own value; "" for none."""
        own = next((each.default for each in self.settings if each.name == name), "")
        return settings.get(name) or own


class OpenPlatform(Protocol):
    """Builds the connector of a platform; no I/O. Raises ConfigError, AuthFailed (no key)."""

    def __call__(
        self, slug: str, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate
    ) -> PlatformConnector: ...


class ConnectPlatform(Protocol):
    """The connector of a stored connection: with its secrets and its shared request budget.

    Raises AuthFailed when its key is missing, NotSupported when its platform is not a live one.
    """

    def __call__(
        self, creditor: CreditorId, connection: Connection, lane: Lane
    ) -> PlatformConnector: ...


def _no_platform(slug: str) -> NotSupported:
    return NotSupported(
        f"„{slug}“ ist keine Plattform, die Mahnwerk selbst abruft.",
        en=f"{slug} is not a platform that Mahnwerk reads by itself.",
    )


def _open_nothing(
    slug: str, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate
) -> PlatformConnector:
    raise _no_platform(slug)


def _connect_nothing(creditor: CreditorId, connection: Connection, lane: Lane) -> PlatformConnector:
    raise _no_platform(connection.platform)


def _keep_nothing(_secret: str) -> str:
    raise NotSupported


def _hear_nothing(slug: str) -> EventReader:
    raise _no_platform(slug)


@dataclass(frozen=True, slots=True)
class Platforms:
    """All live platforms, and how to open a connection to one."""

    all: Mapping[str, Platform] = field(default_factory=dict)
    open: OpenPlatform = _open_nothing
    connect: ConnectPlatform = _connect_nothing
    encrypt: Callable[[str], str] = _keep_nothing  # for what the store keeps of a secret
    decrypt: Callable[[str], str] = _keep_nothing  # raises AuthFailed when the key is not here
    # How its events are believed and read; raises NotSupported where a platform reports nothing
    events: Callable[[str], EventReader] = _hear_nothing
