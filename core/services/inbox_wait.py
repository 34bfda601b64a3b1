"""How long events wait: because their platform cannot be asked, or because they fail themselves.

A platform that is away, or refuses its key, would meet every event of its connection alike, so all of
them wait together and nobody asks for each; one that cannot be worked on by itself waits alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from core.domain.model import Connection, CreditorId
from core.errors import AuthFailed, ConfigError, MahnwerkError, RateLimited
from core.ports import Tx
from core.services.app import App
from core.services.connection_state import Cursors, account_checked_at
from core.services.deliver_report import told
from core.services.gate import microseconds
from core.services.onboarding_state import onboarding_of

EVENTS = "events"  # kept beside the cursors of the connector, as the other states of a connection
# A payment is to be seen in seconds, so a platform that was away is asked again soon.
FIRST, LONGEST = timedelta(seconds=15), timedelta(minutes=15)
# A key that was refused will be refused again; platforms block keys that go on (ADR 0029).
REFUSED_FIRST, REFUSED_LONGEST = timedelta(minutes=15), timedelta(hours=24)
NOT_READ = timedelta(minutes=1)  # until the first reading of the connection is through
TRIES = 8  # of one event, in about two hours; the next sync reads its object anyway
_RETRY, _RETRY_LONGEST = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """Failures of a connection in a row, while its events were worked on."""

    failures: int
    at: datetime
    until: datetime
    reason: str

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self | None:
        if not kept:
            return None
        at, until = (datetime.fromisoformat(str(kept[name])) for name in ("at", "until"))
        return cls(int(kept["failures"]), at, until, str(kept["reason"]))

    def kept(self) -> dict[str, Any]:
        return {
            "failures": self.failures,
            "at": self.at.isoformat(),
            "until": self.until.isoformat(),
            "reason": self.reason,
        }


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """``first``, doubled so many times, but never more than ``longest``."""
    # The exponent has a limit of its own: a key may stay refused for a year.
    factor: int = 2 ** min(times, 20)
    return min(longest, first * factor)


def after_failure(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection, error: MahnwerkError
) -> Silence:
    """How long the connection is left alone after this error, counting those before."""
    now = app.clock.now()
    cursors = tx.connections.cursors(creditor, connection.id)
    before = Silence.of(cursors.get(EVENTS, {}))
    failures = 0 if before is None or _connected_since(cursors, before) else before.failures
    wait = doubled(FIRST, failures, LONGEST)
    if isinstance(error, AuthFailed | ConfigError):
        wait = doubled(REFUSED_FIRST, failures, REFUSED_LONGEST)
    blocked = tx.budgets.blocked(creditor, connection.id, microseconds(now))
    asked = error.retry_after if isinstance(error, RateLimited) else None
    wait = max(wait, timedelta(microseconds=blocked)) if asked is None else timedelta(seconds=asked)
    return Silence(failures + 1, now, now + wait, told(app, error))


def waits_until(
    app: App, tx: Tx, creditor: CreditorId, connection: Connection
) -> tuple[datetime, str] | None:
    """Until when the events of a live connection wait, and why; None: they can be worked on."""
    now = app.clock.now()
    cursors = tx.connections.cursors(creditor, connection.id)
    state = onboarding_of(connection, cursors)
    if state is None or not state.done:
        # A record that was read before its event would be taken for newer: the event has to stay.
        return now + NOT_READ, app.say(
            "wartet, bis die Anbindung ganz eingelesen ist",
            "waits until the connection is read to the end",
        )
    silence = Silence.of(cursors.get(EVENTS, {}))
    if silence is None or _connected_since(cursors, silence):
        return None
    # A clock that was set back must not make them wait for what it said before.
    if silence.at > now or silence.until <= now:
        return None
    return silence.until, silence.reason


def _connected_since(cursors: Cursors, silence: Silence) -> bool:
    """With a key that may be another."""
    connected = account_checked_at(cursors)
    return connected is not None and connected > silence.at


def retry_at(now: datetime, tries: int) -> datetime:
    """When an event is tried again that failed by itself; ``tries`` before this one."""
    return now + doubled(_RETRY, tries, _RETRY_LONGEST)
