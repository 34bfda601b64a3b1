"""Keeping the open items in step with live platforms (architecture §2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from core.domain.model import Connection, CreditorId, OpenItem
from core.domain.platform_records import Batch
from core.errors import Busy, MahnwerkError, Problem
from core.ports import Lane, PlatformConnector, PlatformNoticeRow
from core.services.app import App
from core.services.asking import asking, live_connections
from core.services.bank_lines import check_all
from core.services.connection_state import Attempt, last_attempt, record_attempt, record_synced
from core.services.known import StoredRecords
from core.services.lease import Lease
from core.services.onboarding_state import Onboarding, begin
from core.services.owner import this_task
from core.services.reading import Meter, Reading
from core.services.sync_store import DEBTORS, INVOICES, ONBOARDING, Stored, store_batch

EX_DATA = 65
# The worst first: what we must mend, what the operator must, what time may.
_WORST = (70, 78, 77, 69, 75, 64, EX_DATA)


class Reread(NamedTuple):
    """An invoice that was read again on request.

    ``before`` is None when it never was read, ``gone`` says that the platform does not have it.
    """

    now: OpenItem
    before: OpenItem | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What reading one connection brought. ``error``: why it ended early; all before is stored.

    ``invoices``: those that were asked for by name, None when all were (``sync_invoices``).
    """

    connection: str
    platform: str
    records: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notices: tuple[PlatformNoticeRow, ...] = ()  # dunnings of the platform that are new to us
    requests: int = 0
    seconds: float = 0.0
    booked_until: date | None = None
    first: bool = False  # the first reading, or a part of it
    refused: bool = False  # a record that could be read before, or is new, cannot be read
    error: MahnwerkError | None = None
    invoices: tuple[Reread, ...] | None = None

    @property
    def exit_code(self) -> int:
        """Of this connection alone (architecture §6)."""
        if self.error is not None:
            return self.error.exit_code
        return EX_DATA if self.refused else 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """All connections that were read. ``files``: names of those that are read from files."""

    connections: tuple[ConnectionReport, ...]
    files: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """The worst of all connections."""
        return worst(each.exit_code for each in self.connections)


def worst(codes: Iterable[int]) -> int:
    """The exit code that needs somebody's attention first; 0 when none does."""
    found = set(codes) - {0}
    return next((code for code in _WORST if code in found), max(found, default=0))


def sync(
    app: App,
    creditor: CreditorId,
    name: str | None = None,
    *,
    on: date,
    lane: Lane = Lane.SYNC,
    meter: Meter | None = None,
) -> SyncReport:
    """Reads what changed on every live connection, or on the named one.

    One that was never read is read for the first time. A failure of one connection does not keep
    the others from being read; it stands in the report.

    Raises:
        UsageError: there is no connection, or none of that name.
    """
    with app.store.read() as tx:
        live, files = live_connections(app, tx, creditor, name)
    reports = []
    for connection in live:
        now, state = begin(app, creditor, connection, on=on)
        reports.append(read_connection(app, creditor, now, state, on=on, lane=lane, meter=meter))
    return SyncReport(tuple(reports), tuple(each.name for each in files))


def read_connection(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    state: Onboarding,
    *,
    on: date,
    lane: Lane,
    meter: Meter | None = None,
) -> ConnectionReport:
    """Reads debtors and invoices of one connection; ends its first reading when that is open."""
    meter = meter or Meter()
    meter.connector = None
    started = time.perf_counter()
    before = unreadable(app, creditor, connection)
    lease = sync_lease(app, creditor, connection)
    error: MahnwerkError | None = None
    reading: Reading | None = None
    try:
        with lease.held(), asking(app, creditor, connection, lane) as connector:
            reading = Reading(app, creditor, connection, state.scope(on), connector, meter, lease)
            _read_streams(reading, state)
    except MahnwerkError as failed:
        error = failed
    _count_attempt(app, creditor, connection, error)
    report = ConnectionReport(
        connection.name,
        connection.platform,
        {
            name: reading.records[name] if reading else 0
            for name in ("invoices", "payments", "debtors")
        },
        tuple(reading.problems) if reading else (),
        tuple(reading.notices) if reading else (),
        meter.requests,
        time.perf_counter() - started,
        booked_until(app, creditor, connection),
        not state.done,
        bool(unreadable(app, creditor, connection) - before),
        error,
    )
    if reading is not None:
        log_reading(app, creditor, connection, report)
    return report


def _count_attempt(
    app: App, creditor: CreditorId, connection: Connection, error: MahnwerkError | None
) -> None:
    """How the reading ended decides when it is repeated; another process that reads the same is
    no failure.
    """
    if isinstance(error, Busy):
        return
    now = app.clock.now()
    with app.store.write() as tx:
        last = last_attempt(tx.connections.cursors(creditor, connection.id)) or Attempt(now)
        record_attempt(tx, creditor, connection.id, last.ended(error, now))


def sync_lease(app: App, creditor: CreditorId, connection: Connection) -> Lease:
    """So that two processes never read the same connection at once."""
    what = (f"Abruf von „{connection.name}“", f"sync of {connection.name}")
    return Lease(app, creditor, f"sync:{connection.id}", this_task(), what)


def _read_streams(reading: Reading, state: Onboarding) -> None:
    app, connector = reading.app, reading.connector
    started = time.perf_counter()

    def far() -> Onboarding:
        spent = int(time.perf_counter() - started)
        return replace(
            state, requests=state.requests + connector.requests, seconds=state.seconds + spent
        )

    beside = None if state.done else lambda: far().kept()
    reading.stream(DEBTORS, connector.fetch_debtors, beside)
    reading.stream(INVOICES, connector.fetch_invoices, beside)
    check_all(app, reading.creditor, on=reading.scope.today)
    with app.store.write() as tx:
        creditor, id_ = reading.creditor, reading.connection.id
        record_synced(tx, creditor, id_, app.clock.now())
        if not state.done:
            done = replace(far(), done=True)
            tx.connections.save_cursor(creditor, id_, ONBOARDING, done.kept())


def booked_until(app: App, creditor: CreditorId, connection: Connection) -> date | None:
    """Up to which day money is booked now; reading may have changed it."""
    with app.store.read() as tx:
        now = tx.connections.get(creditor, connection.id)
    return connection.booked_until if now is None else now.booked_until


def unreadable(app: App, creditor: CreditorId, connection: Connection) -> set[tuple[str, str]]:
    """(external id, problem code) of every record of the connection that cannot be read now."""
    with app.store.read() as tx:
        found = tx.sources.unread(creditor, connection.id)
    return {(each.external_id, each.problem.code) for each in found}


def log_reading(
    app: App, creditor: CreditorId, connection: Connection, report: ConnectionReport
) -> None:
    """Puts into the event log what a reading brought."""
    payload: dict[str, object] = {
        "records": report.records,
        "problems": len(report.problems),
        "requests": report.requests,
        "first": report.first,
        "error": str(report.error) if report.error else "",
    }
    if report.invoices is not None:
        payload["invoices"] = [each.now.external_id for each in report.invoices]
    with app.store.write() as tx:
        refs = {"connection": connection.id}
        tx.events.append(creditor, "sync", refs, payload, app.clock.now())


def refresh_invoices(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    external_ids: Sequence[str],
    *,
    on: date,
    lane: Lane = Lane.LAST_LOOK,
    connector: PlatformConnector | None = None,
    told: Callable[[str, Batch, Stored], None] | None = None,
) -> None:
    """Reads these invoices anew, each once, and stores what they are now.

    ``connector``: one that is open already, for many notices in a row; ``told`` hears of each
    invoice when it is stored. An invoice that cannot be
    read holds its debtor; what was read before a failure is stored.

    Raises:
        ConnectorError: the platform could not be asked, or the connection has no key.
    """
    with _open(app, creditor, connection, lane, connector) as open_one:
        known = StoredRecords(app.store, creditor, connection.id)
        for external_id in dict.fromkeys(external_ids):
            began = app.clock.now()
            batch = open_one.fetch_invoice(external_id, known)
            stored = store_batch(app, creditor, connection, "", batch, on=on, began=began)
            if told is not None:
                told(external_id, batch, stored)


@contextmanager
def _open(
    app: App,
    creditor: CreditorId,
    connection: Connection,
    lane: Lane,
    connector: PlatformConnector | None,
) -> Iterator[PlatformConnector]:
    if connector is not None:
        yield connector
        return
    with asking(app, creditor, connection, lane) as opened:
        yield opened
