"""What a worker does for the store beside its work: says that it lives, and clears away."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.model import CreditorId
from core.ports import WorkerSeen
from core.services.app import App
from core.services.owner import is_gone, this_task

# Raw bytes of events: long enough to find out what a platform sent, no longer.
KEEP_EVENTS = timedelta(days=30)
# A worker that has not been seen for so long does not work any more, wherever it ran.
LIVES = timedelta(minutes=10)
# One that cron calls is expected again within the hour.
_ONCE, _COMES_AGAIN = "once", timedelta(hours=1)
_FORGOTTEN = timedelta(days=1)


def beat(app: App, name: str, kind: str) -> None:
    """Says that this worker lives; forgets those that ended without a word."""
    now = app.clock.now()
    with app.store.write() as tx:
        for each in tx.work.workers():
            if is_gone(each.name) or now - seen_at(each) > _FORGOTTEN:
                tx.work.leave(each.name)
        tx.work.beat(name, kind, now)


def seen_once(app: App) -> None:
    """Says that this machine works now and then (``mahnwerk work --once``)."""
    machine = this_task().partition("/")[0]
    beat(app, f"{machine}/{_ONCE}", _ONCE)


def leave(app: App, name: str) -> None:
    """Says that this worker has ended."""
    with app.store.write() as tx:
        tx.work.leave(name)


def living(app: App) -> list[WorkerSeen]:
    """Workers that were seen of late; those that are called now and then too."""
    now = app.clock.now()
    with app.store.read() as tx:
        workers = tx.work.workers()
    return [each for each in workers if _lives(each, now)]


def _lives(worker: WorkerSeen, now: datetime) -> bool:
    patience = _COMES_AGAIN if worker.kind == _ONCE else LIVES
    return now - seen_at(worker) <= patience and not is_gone(worker.name)


def seen_at(worker: WorkerSeen) -> datetime:
    """When it last said that it lives."""
    return datetime.fromisoformat(worker.seen_at)


def forget_old_events(app: App, creditor: CreditorId, keep: timedelta) -> int:
    """Empties the raw bytes of events that were worked on before; how many that were."""
    with app.store.write() as tx:
        return tx.inbox.forget(creditor, app.clock.now() - keep)
