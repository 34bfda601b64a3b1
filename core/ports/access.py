"""Who may look in from outside, and which mail addresses do not work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from core.domain.model import CreditorId, DebtorId, NoticeId


class Login(NamedTuple):
    """A one-time link, or the session that it opened; ``person`` stands in the event log."""

    creditor: CreditorId
    person: str
    expires_at: str  # ISO 8601 in UTC


class LoginRepo(Protocol):
    """Only sha256 digests are kept. ``kind`` is link or session."""

    def add(
        self,
        creditor: CreditorId,
        digest: str,
        kind: str,
        person: str,
        at: datetime,
        expires_at: datetime,
    ) -> None: ...
    def find(self, digest: str, kind: str, now: datetime) -> Login | None:
        """The one that is neither used nor expired. It knows no creditor: it says whose it is."""
        ...

    def end(self, creditor: CreditorId, digest: str, at: datetime) -> bool:
        """Used or logged out; False when it was before, so that a link opens one session."""
        ...

    def end_all(self, creditor: CreditorId, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of the creditor's own tools; what it says itself is signed (JWT)."""

    jti: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str
    revoked_at: str  # "" = it counts


class ApiTokenRepo(Protocol):
    def add(
        self,
        creditor: CreditorId,
        jti: str,
        name: str,
        scopes: Sequence[str],
        at: datetime,
        expires_at: datetime,
    ) -> None: ...
    def get(self, creditor: CreditorId, jti: str) -> ApiToken | None: ...
    def all(self, creditor: CreditorId) -> list[ApiToken]: ...
    def revoke(self, creditor: CreditorId, jti: str, at: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class BadAddress:
    """A mail address that cannot be delivered to; it counts until a person ends it."""

    debtor: DebtorId
    address: str  # in lower case
    reason: str
    since: date
    notice: NoticeId | None


class BadAddressRepo(Protocol):
    def mark(
        self,
        creditor: CreditorId,
        debtor: DebtorId,
        address: str,
        reason: str,
        on: date,
        notice: NoticeId | None,
    ) -> None: ...
    def of(self, creditor: CreditorId, debtors: Collection[DebtorId]) -> list[BadAddress]: ...
    def all(self, creditor: CreditorId) -> list[BadAddress]: ...
    def end(self, creditor: CreditorId, debtor: DebtorId, address: str, on: date) -> bool: ...
