"""How platforms report: subscriptions to their events, and what those are signed with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Subscription(NamedTuple):
    id: str
    event: str
    url: str
    created: str = ""
    new: bool = False  # made just now
    secret: str = ""  # of one made just now: what its events are signed with; never shown

    def __repr__(self) -> str:
        """Without the secret: a log or a traceback must not hold it."""
        return f"Subscription({self.id!r}, {self.event!r}, {self.url!r}, new={self.new})"


class PublicKey(NamedTuple):
    """``fingerprint``: SHA-256 of the DER SubjectPublicKeyInfo, in lower-case hex."""

    fingerprint: str
    bits: int
    pem: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """How the public key that a platform signs its events with is read and compared.

    ``read`` raises UsageError when a text holds no usable key. ``candidate``: the key that
    Mahnwerk ships as PEM; it counts for nothing until the operator confirmed it.
    """

    setting: str  # of the connection: the keys that are pinned, as PEM
    url: str  # where the platform publishes it
    read: Callable[[str], tuple[PublicKey, ...]]
    candidate: Callable[[], str]


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """How a platform signs its events when it shares a secret with us: one for each subscription.

    ``setting``: the secret of the connection that keeps them, the newest first, one a line.
    """

    setting: str
