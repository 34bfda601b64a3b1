"""Events that were given up: a person sees why, and has them tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.model import CreditorId
from core.errors import UsageError
from core.ports import NO_CONNECTION, InboxEvent
from core.services.app import App

_MOST = 1000


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """``connection``: its name, "" for a mail that came back."""

    connection: str
    event: InboxEvent


def failed_events(app: App, creditor: CreditorId) -> list[FailedEvent]:
    """The newest first, a thousand at most."""
    with app.store.read() as tx:
        names = {each.id: each.name for each in tx.connections.all(creditor)}
        names[NO_CONNECTION] = ""
        found = tx.inbox.failed(creditor, _MOST)
    return [FailedEvent(names.get(each.connection, "–"), each) for each in found]


def retry_events(app: App, creditor: CreditorId, ids: Collection[int], *, by: str) -> list[int]:
    """Lets failed events be tried again, all of them without ``ids``; returns which those are.

    Raises:
        UsageError: one of the numbers is no failed event.
    """
    failed = [each.event for each in failed_events(app, creditor)]
    unknown = sorted(set(ids) - {each.id for each in failed})
    if unknown:
        listed = ", ".join(map(str, unknown))
        raise UsageError(
            f"Kein gescheitertes Ereignis: {listed}. Ansehen: mahnwerk events",
            en=f"No failed event: {listed}. Look: mahnwerk events",
        )
    chosen = [each for each in failed if not ids or each.id in ids]
    with app.store.write() as tx:
        now = app.clock.now()
        again = tx.inbox.again(creditor, [each.id for each in chosen], now)
        for connection in sorted({each.connection for each in chosen}):
            tx.jobs.events_arrived(creditor, connection)
        if again:
            payload = {"by": by, "events": [each.id for each in chosen]}
            tx.events.append(creditor, "events_retried", {}, payload, now)
    return sorted(each.id for each in chosen)
