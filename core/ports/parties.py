"""Repositories of creditors, connections and debtors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from core.domain.model import (
    Connection,
    ConnectionId,
    Creditor,
    CreditorId,
    CreditorProfile,
    Debtor,
    DebtorId,
    Role,
)
from core.domain.records import (
    DebtorRecord,
)

# Why notices of test mode are withdrawn when a creditor goes live; no person writes it there.
TEST_MODE = "Testbetrieb"


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
    def awaited(self, creditor: CreditorId) -> frozenset[ConnectionId]:
        """Connections whose items stand on notices that are approved and have not left."""
        ...

    def cursors(
        self, creditor: CreditorId, connection: ConnectionId
    ) -> Mapping[str, Mapping[str, Any]]:
        """Where each stream of the platform goes on, by name of the stream."""
        ...

    def save_cursor(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        stream: str,
        cursor: Mapping[str, Any],
    ) -> None:
        """``cursor`` empty: that stream starts from the beginning."""
        ...

    def secrets(self, creditor: CreditorId, connection: ConnectionId) -> Mapping[str, str]:
        """Encrypted values by name."""
        ...

    def save_secret(
        self, creditor: CreditorId, connection: ConnectionId, name: str, encrypted: str
    ) -> None:
        """``encrypted`` empty: it is forgotten."""
        ...


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
