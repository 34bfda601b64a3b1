"""The first reading of a live platform: everything open, its history, then how it was paid."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from shlex import quote

from core.domain.model import Connection, CreditorId
from core.errors import UsageError
from core.ports import Lane
from core.services.app import App
from core.services.asking import asking, live_connections
from core.services.lease import Lease
from core.services.onboard_report import OnboardReport, report_of
from core.services.onboarding_state import begin, onboarding_of
from core.services.owner import this_task
from core.services.reading import Meter, Reading
from core.services.sync import ConnectionReport, read_connection, sync_lease, worst
from core.services.sync_store import PAYMENTS


@dataclass(frozen=True, slots=True)
class Onboarded:
    """One connection after its first reading. ``again``: it was done before."""

    reading: ConnectionReport
    report: OnboardReport
    again: bool


@dataclass(frozen=True, slots=True)
class OnboardingReport:
    """All connections that were read for the first time, or taken up again."""

    connections: tuple[Onboarded, ...]
    files: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The worst of all connections (architecture §6)."""
        return worst(each.reading.exit_code for each in self.connections)


@dataclass(frozen=True, slots=True)
class History:
    """How far the payments of settled invoices are: ``left`` invoices are still to be asked for."""

    connection: str
    read: int = 0
    left: int = 0
    requests: int = 0
    seconds: float = 0.0


def onboard(
    app: App,
    creditor: CreditorId,
    name: str | None = None,
    *,
    on: date,
    months: int | None = None,
    start_level: int | None = None,
    restart: bool = False,
    meter: Meter | None = None,
) -> OnboardingReport:
    """Reads every live connection, or the named one, for the first time; goes on where it ended.

    Once it is done, it reads what changed, as a sync does. ``months`` of history (24 unless said
    otherwise), ``start_level``: first level of items that are overdue by more than 180 days and
    are proposal-only. ``restart``: everything is read again, and nothing of our own is forgotten.

    Raises:
        UsageError: no connection, none of that name, another span of months, no such level; with
            ``restart``: another process reads it right now.
    """
    with app.store.read() as tx:
        live, files = live_connections(app, tx, creditor, name)
    begun = []
    for each in live:
        # Who reads it right now would store his cursor over the new beginning.
        with sync_lease(app, creditor, each).held() if restart else nullcontext():
            begun.append(
                begin(
                    app,
                    creditor,
                    each,
                    on=on,
                    months=months,
                    start_level=start_level,
                    restart=restart,
                )
            )
    done = []
    for connection, state in begun:
        found = read_connection(
            app, creditor, connection, state, on=on, lane=Lane.ONBOARDING, meter=meter
        )
        report = report_of(app, creditor, connection, on=on)
        done.append(Onboarded(found, report, state.done))
    return OnboardingReport(tuple(done), tuple(each.name for each in files))


def load_history(
    app: App,
    creditor: CreditorId,
    connection: str,
    *,
    on: date,
    meter: Meter | None = None,
    told: Callable[[History], None] | None = None,
) -> History:
    """Asks for the payments of settled invoices, the newest first, behind everybody else.

    It takes a request per invoice and may last for hours; a sync may run meanwhile. What was read
    is kept, whenever it ends. ``told`` hears after each step how far it is.

    Raises:
        ConnectorError: the platform failed.
        UsageError: another process does the same, or there is no such connection.
    """
    with app.store.read() as tx:
        live, _ = live_connections(app, tx, creditor, connection)
        states = {c.id: onboarding_of(c, tx.connections.cursors(creditor, c.id)) for c in live}
    chosen = next((each for each in live if states[each.id]), None)
    if chosen is None:
        raise UsageError(
            f"„{connection}“ ist noch nicht eingelesen: mahnwerk onboard {quote(connection)}",
            en=f"{connection} was not read yet: mahnwerk onboard {quote(connection)}",
        )
    state = states[chosen.id]
    assert state is not None  # noqa: S101 - as chosen above
    meter = meter or Meter()
    started, left = time.perf_counter(), history_left(app, creditor, chosen)
    total, found = left, History(chosen.name, 0, left)
    lease = _lease(app, creditor, chosen)
    with lease.held(), asking(app, creditor, chosen, Lane.HISTORY) as connector:
        reading = Reading(app, creditor, chosen, state.scope(on), connector, meter, lease)
        for batch in reading.each(PAYMENTS, connector.fetch_payments):
            now = history_left(app, creditor, chosen)
            spent = time.perf_counter() - started
            read = found.read + len(batch.invoices)
            found = History(chosen.name, read, now, connector.requests, spent)
            # The platform need not know how many there are; each costs a request.
            meter.done, meter.total, meter.requests_left = total - now, total, now
            if told is not None:
                told(found)
            if now >= left:
                # Nothing came of it: what the platform cannot tell is not asked for again today.
                break
            left = now
    return found


def history_left(app: App, creditor: CreditorId, connection: Connection) -> int:
    """Settled invoices whose payments were never read."""
    with app.store.read() as tx:
        return tx.sources.counts(creditor, connection.id)["without_payments"]


def _lease(app: App, creditor: CreditorId, connection: Connection) -> Lease:
    what = (f"Abruf alter Zahlungen von „{connection.name}“", f"history of {connection.name}")
    return Lease(app, creditor, f"history:{connection.id}", this_task(), what)
