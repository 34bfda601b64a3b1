"""Reading the streams of one connection and storing what they bring, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.model import Connection, CreditorId
from core.domain.platform_records import Batch, Cursor, PaymentKind
from core.errors import Busy, Problem
from core.ports import Known, PlatformConnector, PlatformNoticeRow, SyncScope
from core.services.app import App
from core.services.asking import request_rate
from core.services.known import StoredRecords
from core.services.lease import Lease
from core.services.sync_store import store_batch

RENEW_AFTER = timedelta(seconds=60)
Fetch = Callable[[Cursor, Known, SyncScope], Iterator[Batch]]


@dataclass(slots=True)
class Meter:
    """How far a reading is. A progress bar looks at it while it lasts."""

    connection: str = ""
    stage: str = ""  # the stream that is read: debtors | invoices | payments; "" = none
    done: int = 0
    total: int | None = None
    requests_left: int | None = None
    rate: Decimal | None = None  # requests a second; None = not known
    connector: PlatformConnector | None = None
    stored: int = 0  # batches
    stop: Callable[[], bool] = lambda: False  # asked after each batch: whether to end here

    @property
    def requests(self) -> int:
        """Requests of this process to that connection so far."""
        return 0 if self.connector is None else self.connector.requests

    @property
    def seconds_left(self) -> int | None:
        """Time that the requests still needed take at that rate; None when nobody knows."""
        if self.requests_left is None or not self.rate:
            return None
        return int(self.requests_left / self.rate)


@dataclass(slots=True)
class Reading:
    """One connection while it is read; what it brought is counted here."""

    app: App
    creditor: CreditorId
    connection: Connection
    scope: SyncScope
    connector: PlatformConnector
    meter: Meter
    lease: Lease
    records: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notices: list[PlatformNoticeRow] = field(default_factory=list)
    _renewed: datetime | None = None

    def stream(
        self, name: str, fetch: Fetch, beside: Callable[[], dict[str, object]] | None = None
    ) -> None:
        """Reads one stream from where it ended last; each batch is stored before the next.

        What others read again since the stream began is newer than its batches.

        Raises:
            MahnwerkError: the platform failed, or another process took over; what was read before
                is stored.
        """
        began, own = self.app.clock.now(), set[str]()
        for batch in self._batches(name, fetch):
            self._store(name, batch, began, own, beside)
            own.update(each.external_id for each in batch.invoices)
            own.update(batch.bank_lines_of or ())
        self.meter.stage = ""

    def each(self, name: str, fetch: Fetch) -> Iterator[Batch]:
        """The same for records that the connector merges with stored ones: what changed in the
        store while a batch was read is newer than that batch, whoever changed it.
        """
        began = self.app.clock.now()
        for batch in self._batches(name, fetch):
            self._store(name, batch, began, set(), None)
            yield batch
            began = self.app.clock.now()
        self.meter.stage = ""

    def _batches(self, name: str, fetch: Fetch) -> Iterator[Batch]:
        self.meter.connection, self.meter.stage = self.connection.name, name
        self.meter.done, self.meter.total, self.meter.requests_left = 0, None, None
        self.meter.connector = self.connector
        self.meter.rate = request_rate(self.app, self.connection)
        with self.app.store.read() as tx:
            cursor = tx.connections.cursors(self.creditor, self.connection.id).get(name, {})
        known = StoredRecords(self.app.store, self.creditor, self.connection.id)
        return fetch(cursor, known, self.scope)

    def _store(
        self,
        name: str,
        batch: Batch,
        began: datetime,
        own: set[str],
        beside: Callable[[], dict[str, object]] | None,
    ) -> None:
        stored = store_batch(
            self.app,
            self.creditor,
            self.connection,
            name,
            batch,
            on=self.scope.today,
            began=began,
            own=own,
            beside=beside() if beside else None,
        )
        self._count(batch)
        self.notices += stored.notices
        self._renew()

    def _count(self, batch: Batch) -> None:
        self.records["invoices"] += len(batch.invoices)
        self.records["debtors"] += len(batch.debtors)
        self.records["payments"] += payments_in(batch)
        self.problems += [each.problem for each in batch.unread]
        self.problems += batch.problems
        self.meter.stored += 1
        if batch.progress is not None:
            self.meter.done, self.meter.total, self.meter.requests_left = batch.progress

    def _renew(self) -> None:
        """The lease must not run out while a slow platform is read.

        Raises:
            Busy: it was told to stop; the next reading goes on from here.
        """
        if self.meter.stop():
            raise Busy(
                f"Der Abruf von „{self.connection.name}“ wurde unterbrochen; der nächste setzt ihn "
                "fort.",
                en=f"Reading {self.connection.name} was interrupted; the next time goes on.",
            )
        now = self.app.clock.now()
        if self._renewed is None or now - self._renewed > RENEW_AFTER:
            self._renewed = now
            self.lease.renew()


def payments_in(batch: Batch) -> int:
    """Number of payments that the invoices of a batch tell."""
    return sum(
        part.kind is PaymentKind.PAYMENT
        for each in batch.invoices
        if each.payments_read
        for part in each.payments
    )
