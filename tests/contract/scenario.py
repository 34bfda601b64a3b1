"""What the contract suite asks of a platform: that it can be steered, and watched.

Each platform brings one :class:`Scenario`: our stand-in with its clock, its faults and its log of
requests. Days and amounts are the suite's, ids are the platform's.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol, Self
from zoneinfo import ZoneInfo

from mirror import Mirror

from core.domain.platform_records import ConnectorEvent
from core.ports import Platform, PlatformConnector, SyncScope

ATTEMPTS = 6  # tries of a read before it is given up: the default of connectors._http


class Fault(StrEnum):
    """Ways in which a platform can fail. ``seconds`` means the Retry-After of THROTTLE."""

    THROTTLE = "throttle"  # 429
    ERROR = "error"  # 500
    BAD_REQUEST = "bad_request"  # 400
    UNAUTHORIZED = "unauthorized"  # 401
    ECHO = "echo"  # 403 whose body quotes the key
    SILENCE = "silence"  # no answer
    RESET = "reset"  # the connection breaks
    HTML = "html"  # a page of a gateway, status 200
    TRUNCATED = "truncated"  # JSON that ends in the middle
    EMPTY = "empty"  # status 200 without a body
    SHAPE = "shape"  # JSON, but not what was agreed
    LATE_SUCCESS = "late_success"  # carried out, but answered by 504 or 500
    REFUSED = "refused"  # status 200, and the body says that it failed


class Request(NamedTuple):
    """One request that the platform received."""

    method: str
    path: str
    query: str
    status: int


class Report(NamedTuple):
    """A report of the platform (webhook) as it arrives."""

    raw: bytes
    headers: Mapping[str, str]


class Reports(Protocol):
    """How the platform signs its reports, and how the connector takes them."""

    header: str  # that carries the signature
    keys: tuple[str, str]  # the key to check with, and one of somebody else

    def signed(self, invoice: str) -> Report:
        """What the platform sends when the invoice has changed now."""
        ...

    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None: ...
    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]: ...


@dataclass
class SuiteClock:
    """Stands still until a check moves it."""

    instant: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def today(self, zone: str) -> date:
        return self.instant.astimezone(ZoneInfo(zone)).date()

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


@dataclass
class RecordingGate:
    """A budget that never lets anybody wait, and notes what it was told."""

    refused: list[float | None] = field(default_factory=list)
    waits: int = 0
    eases: int = 0

    def wait(self) -> None:
        self.waits += 1

    def throttled(self, retry_after: float | None) -> float:
        self.refused.append(retry_after)
        return retry_after or 1.0

    def eased(self) -> None:
        self.eases += 1


class Scenario(ABC):
    """One account at a stand-in of one platform, empty at first; used as a context manager."""

    slug: ClassVar[str]
    folder: ClassVar[Path]  # of the connector, with its manifest.toml
    registry: ClassVar[Mapping[str, Platform]]
    key: ClassVar[str]
    page_size: ClassVar[int]  # rows of a list page
    page_word: ClassVar[str] = "page="  # in the query of a list page
    several_batches: ClassVar[int]  # open invoices that take at least three batches
    # Seconds that a refusal names; None where the platform never says how long to wait.
    retry_after: ClassVar[float | None] = None
    marker: ClassVar[str] = "Mahnwerk 1/7"  # in the form that a connector finds again
    write_path: str = ""  # part of the path of the one POST that writes a notice
    # Requests that a refusal of everything costs at most. More than one where a key may lack the
    # right to single resources: that one was refused says nothing of the next.
    refusals: ClassVar[int] = 1
    shows_bank: ClassVar[bool] = False  # money that came in, and until when the bank was read
    shows_returns: ClassVar[bool] = False  # money that went back after an invoice was paid
    shows_flight: ClassVar[bool] = False  # money that was sent off and takes days
    shows_balances: ClassVar[bool] = False  # money of a debtor that pays no invoice yet
    has_modes: ClassVar[bool] = False  # test data that a live key must not meet, or the reverse
    hook_url: ClassVar[str] = "https://mahnwerk.example/hooks/1"

    def __init__(self) -> None:
        self.clock = SuiteClock()
        self.gate = RecordingGate()
        self.naps: list[float] = []  # what the plumbing wanted to sleep
        self.opened: list[PlatformConnector] = []
        self.reports: Reports | None = None

    @property
    def today(self) -> date:
        return self.clock.today("Europe/Berlin")

    @property
    def scope(self) -> SyncScope:
        return SyncScope(self.today - timedelta(days=730), self.today)

    def synced(self) -> Mirror:
        """A mirror after one whole read with a connector of its own."""
        mirror = Mirror()
        mirror.sync(self.connector(), self.scope)
        return mirror

    def connector(
        self, *, key: str | None = None, timeout: float = 20.0, patience: float = 300.0
    ) -> PlatformConnector:
        """A new connector of the account; closed at the end of the scenario."""
        made = self.build(self.key if key is None else key, timeout, patience)
        self.opened.append(made)
        return made

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.opened:
            close = getattr(each, "close", None)
            if close is not None:
                close()
        self.stop()

    @abstractmethod
    def start(self) -> None: ...
    @abstractmethod
    def stop(self) -> None: ...
    @abstractmethod
    def build(self, key: str, timeout: float, patience: float) -> PlatformConnector: ...

    @abstractmethod
    def add_debtor(self, name: str, email: str = "") -> str: ...
    @abstractmethod
    def add_invoice(
        self,
        gross: str,
        *,
        on: date = date(2026, 1, 12),
        due: date = date(2026, 1, 26),
        debtor: str | None = None,
    ) -> str:
        """An open invoice; without ``debtor`` of a new one. Returns its external id."""

    @abstractmethod
    def add_many(self, count: int) -> list[str]:
        """Invoices for which nothing but list pages must be read, where there are such."""

    @abstractmethod
    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        """Some of what is open, or all of it, on the clock's day."""

    @abstractmethod
    def credit(self, invoice: str, amount: Decimal) -> None:
        """A credit note that lowers the invoice."""

    @abstractmethod
    def void(self, invoice: str) -> None: ...
    @abstractmethod
    def delete(self, invoice: str) -> None: ...
    @abstractmethod
    def dun(self, invoice: str, title: str) -> str:
        """A person duns on the platform."""

    @abstractmethod
    def written(self, invoice: str) -> int:
        """How many dunnings of an invoice the platform has."""

    @abstractmethod
    def draft(self) -> str:
        """An invoice that nobody has sent yet."""

    @abstractmethod
    def is_draft(self, invoice: str) -> bool: ...

    def unassigned(self, amount: str, payer: str, text: str) -> str:
        """Money at the bank that belongs to no invoice yet; returns its id."""
        raise NotImplementedError

    def assign(self, line: str, invoice: str) -> None:
        """A person says which invoice the money is for."""
        raise NotImplementedError

    def bank_read(self, day: date) -> None:
        """The platform has read its bank accounts up to that day, and not since."""
        raise NotImplementedError

    @property
    def write_keys(self) -> Sequence[str]:
        """The key of each write so far, where the platform does what comes again under the same key
        once; () where it has no such keys.
        """
        return ()

    def renew_link(self, invoice: str) -> None:
        """The page on which the invoice is paid has another address now."""
        raise NotImplementedError

    def give_back(self, invoice: str, amount: Decimal) -> None:
        """Money of a paid invoice goes back to whoever paid it."""
        raise NotImplementedError

    def set_off(self, invoice: str) -> None:
        """Whoever owes the invoice has paid; the money is under way."""
        raise NotImplementedError

    def leave_money(self, debtor: str, amount: Decimal) -> None:
        """All that the platform holds for a debtor and that pays no invoice yet."""
        raise NotImplementedError

    def swap_mode(self, invoice: str) -> None:
        """The invoice is test data if the key is live, and live if the key is for tests."""
        raise NotImplementedError

    @abstractmethod
    def spoil(self, invoice: str) -> None:
        """The record loses a field without which it cannot be read, until ``mend``."""

    @abstractmethod
    def estrange(self, invoice: str) -> None:
        """The record gets a status that nobody has heard of, until ``mend``."""

    @abstractmethod
    def mend(self, invoice: str) -> None: ...
    @abstractmethod
    def fault(self, fault: Fault, *, times: int = 1, method: str = "GET", path: str = "") -> None:
        """The next requests fail; those of another method or whose path lacks ``path`` do not."""

    @abstractmethod
    def clear_faults(self) -> None: ...
    @property
    @abstractmethod
    def requests(self) -> Sequence[Request]:
        """Everything received so far, oldest first."""


@contextmanager
def logged() -> Iterator[list[str]]:
    """Every log line of every logger, down to DEBUG, traceback included."""
    lines: list[str] = []
    formatter = logging.Formatter()

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    root, catcher = logging.getLogger(), Catcher()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(catcher)
        root.setLevel(level)
