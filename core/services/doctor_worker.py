"""Doctor: does somebody do the work that waits, and what went wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.model import Creditor
from core.services.app import App
from core.services.backlog import AccountBacklog, backlog
from core.services.schedule import sends

Say = Callable[[str, str], str]
_OK, _WARN = "ok", "warn"


def examine_worker(app: App, creditor: Creditor, say: Say) -> Iterator[tuple[str, str, str]]:
    """Name, status and sentence of each finding."""
    standing = backlog(app, creditor.id)
    for account in standing.accounts:
        yield _worker(app, creditor, account, bool(standing.workers), say)
        yield _events(account, say)
        if account.error:
            yield "work", _WARN, _error(creditor, account, say)


def _worker(
    app: App, creditor: Creditor, account: AccountBacklog, alive: bool, say: Say
) -> tuple[str, str, str]:
    if alive:
        return "worker", _OK, say("Ein Worker arbeitet.", "A worker is at work.")
    waiting = _waiting(app, creditor, account, say)
    if not waiting:
        told = say(
            "Kein Worker läuft, und nichts wartet auf einen.",
            "No worker is running, and nothing waits for one.",
        )
        return "worker", _OK, told
    told = say(
        f"Seit mehr als 10 Minuten kein Worker, obwohl etwas wartet: {', '.join(waiting)}. "
        "Starten: mahnwerk work (oder mahnwerk serve --with-worker)",
        f"No worker for more than 10 minutes although something waits: {', '.join(waiting)}. "
        "Start one: mahnwerk work (or mahnwerk serve --with-worker)",
    )
    return "worker", _WARN, told


def _waiting(app: App, creditor: Creditor, account: AccountBacklog, say: Say) -> list[str]:
    """What a worker would have done by now. A run that is due counts only where somebody has let
    a worker make one: others make theirs by hand.
    """
    found = []
    if account.waiting_events:
        number = account.waiting_events
        found.append(say(f"Ereignisse ({number})", f"events ({number})"))
    worked = account.tried_at is not None
    if worked and account.approved and sends(creditor):
        number = account.approved
        found.append(say(f"freigegebene Mahnungen ({number})", f"approved notices ({number})"))
    due = account.next_run is not None and account.next_run <= app.clock.now()
    if worked and due:
        found.append(say("der Mahnlauf des Tages", "the run of the day"))
    return found


def _events(account: AccountBacklog, say: Say) -> tuple[str, str, str]:
    if not account.failed_events:
        return "events", _OK, say("Kein Ereignis ist gescheitert.", "No event has failed.")
    number = account.failed_events
    told = say(
        f"Gescheiterte Ereignisse: {number}. Ansehen: mahnwerk events; noch einmal versuchen: "
        "mahnwerk events retry",
        f"Failed events: {number}. Look: mahnwerk events; try again: mahnwerk events retry",
    )
    return "events", _WARN, told


def _error(creditor: Creditor, account: AccountBacklog, say: Say) -> str:
    when = _moment(account.tried_at, creditor, say)
    number = account.failures
    return say(
        f"Die unbeaufsichtigte Arbeit ist {number}-mal in Folge gescheitert, zuletzt {when}: "
        f"{account.error} Gleich versuchen: mahnwerk work --once",
        f"The unattended work failed {number} times in a row, last on {when}: {account.error} "
        "Try at once: mahnwerk work --once",
    )


def _moment(at: datetime | None, creditor: Creditor, say: Say) -> str:
    if at is None:
        return "–"
    local = at.astimezone(ZoneInfo(creditor.profile.zone))
    return say(f"am {local:%d.%m.%Y %H:%M}", f"{local:%Y-%m-%d %H:%M}")
