"""A store in memory for the lexoffice connector, and the stand-in that it reads."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.lexoffice import LexofficeConnector
from connectors.lexoffice.client import LexofficeClient
from core.domain.platform_records import Batch, InvoiceRecord, PlatformNotice, Unread
from core.domain.records import DebtorRecord
from core.errors import Problem
from core.ports import SyncScope
from sandbox.lexoffice import LexofficeSandbox

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 2)


@dataclass
class Memory:
    """Fulfils ``core.ports.Known``, stores as ``core.store.sources`` does."""

    records: dict[str, InvoiceRecord] = field(default_factory=dict)
    masters: dict[str, DebtorRecord] = field(default_factory=dict)
    dunnings: dict[str, PlatformNotice] = field(default_factory=dict)
    bad: dict[str, Unread] = field(default_factory=dict)

    def store(self, batch: Batch) -> None:
        read = [*(each.external_id for each in batch.invoices), *batch.gone]
        read += [each.external_id for each in batch.debtors]
        for id_ in read:
            self.bad.pop(id_, None)
        for id_ in batch.gone:
            self.records.pop(id_, None)
        self.records |= {each.external_id: each for each in batch.invoices}
        self.masters |= {each.external_id: each for each in batch.debtors}
        self.dunnings |= {each.external_id: each for each in batch.notices}
        self.bad |= {each.external_id: each for each in batch.unread}

    def marks(self, external_ids: Collection[str]) -> Mapping[str, str]:
        return {id_: self.records[id_].mark for id_ in external_ids if id_ in self.records}

    def invoices(self, external_ids: Collection[str]) -> Mapping[str, InvoiceRecord]:
        return {id_: self.records[id_] for id_ in external_ids if id_ in self.records}

    def open_invoices(self) -> Mapping[str, str]:
        return {id_: each.mark for id_, each in self.records.items() if each.open}

    def debtors(self, external_ids: Collection[str]) -> frozenset[str]:
        return frozenset(id_ for id_ in external_ids if id_ in self.masters)

    def notices(self, external_ids: Collection[str]) -> frozenset[str]:
        return frozenset(id_ for id_ in external_ids if id_ in self.dunnings)

    def unread(self) -> frozenset[str]:
        return frozenset(self.bad)

    def without_payments(self, limit: int) -> Sequence[str]:
        found = [e for e in self.records.values() if not e.open and not e.payments_read]
        found.sort(key=lambda each: each.invoice_date or date.min, reverse=True)
        return [each.external_id for each in found[:limit]]


class NoGate:
    """A budget without end, that waits for nothing."""

    def wait(self) -> None:
        return

    def throttled(self, retry_after: float | None) -> float:
        return retry_after or 0.0

    def eased(self) -> None:
        return


@dataclass
class Watch:
    """A clock that stands; noon in Berlin."""

    on: date = TODAY

    def now(self) -> datetime:
        return datetime(self.on.year, self.on.month, self.on.day, 12, tzinfo=BERLIN)

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()


@dataclass
class Desk:
    """One account at the stand-in, its connector, and what is stored of it."""

    sandbox: LexofficeSandbox
    connector: LexofficeConnector
    watch: Watch
    memory: Memory = field(default_factory=Memory)
    cursors: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    @property
    def scope(self) -> SyncScope:
        return SyncScope(self.watch.on - timedelta(days=730), self.watch.on)

    def stream(self, name: str) -> Iterator[Batch]:
        fetch = getattr(self.connector, f"fetch_{name}")
        yield from fetch(self.cursors.get(name, {}), self.memory, self.scope)

    def read(self, name: str, *, stop_after: int | None = None) -> int:
        """Stores a stream batch by batch; returns the requests it took. A stop is a kill."""
        before = self.connector.requests
        self.problems.clear()
        self.batches.clear()
        for count, batch in enumerate(self.stream(name), 1):
            self.put(batch, name)
            if count == stop_after:
                break
        return self.connector.requests - before

    def put(self, batch: Batch, name: str = "") -> None:
        self.memory.store(batch)
        self.problems += batch.problems
        self.batches.append(batch)
        if name:
            self.cursors[name] = json.loads(json.dumps(batch.cursor))

    def sync(self) -> int:
        return self.read("debtors") + self.read("invoices")

    def look(self, invoice: str) -> Batch:
        batch = self.connector.fetch_invoice(invoice, self.memory)
        self.put(batch)
        return batch

    def record(self, invoice: str) -> InvoiceRecord:
        return self.memory.records[invoice]

    def pass_days(self, days: int = 1) -> None:
        self.watch.on += timedelta(days=days)


def open_desk(*, today: date = TODAY, **options: Any) -> Desk:
    """A started stand-in without its limiter; close it with ``close``."""
    watch = Watch(today)
    options.setdefault("limiter", False)
    sandbox = LexofficeSandbox(now=lambda: watch.now().astimezone(UTC), **options)
    base = sandbox.start()
    connector = LexofficeConnector(
        {"api_base": base},
        {"api_key": sandbox.api_key},
        NoGate(),
        watch,
        sleep=lambda _seconds: None,
    )
    return Desk(sandbox, connector, watch)


def close(desk: Desk) -> None:
    desk.connector.close()
    desk.sandbox.stop()


@contextmanager
def client_at(sandbox: LexofficeSandbox) -> Iterator[LexofficeClient]:
    """A client of the stand-in that waits for nothing."""
    client = LexofficeClient(
        sandbox.base_url, sandbox.api_key, NoGate(), sleep=lambda _seconds: None
    )
    try:
        yield client
    finally:
        client.close()
