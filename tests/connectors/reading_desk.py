"""A store in memory, a clock, and the desk at which tests read the stand-in of a platform."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from core.domain.platform_records import Batch, InvoiceRecord, PlatformNotice, Unread
from core.domain.records import DebtorRecord
from core.errors import Problem
from core.ports import SyncScope

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
    """A clock that stands; noon in Berlin, and some minutes."""

    on: date = TODAY
    minutes: int = 0

    def now(self) -> datetime:
        noon = datetime(self.on.year, self.on.month, self.on.day, 12, tzinfo=BERLIN)
        return noon + timedelta(minutes=self.minutes)

    def utc(self) -> datetime:
        return self.now().astimezone(UTC)

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()


@dataclass
class ReadingDesk(ABC):
    """One account at a stand-in that runs, its connector, and what is stored of it."""

    pace: ClassVar[int] = 15  # minutes that a sync takes the clock on

    sandbox: Any
    base: str
    watch: Watch
    limit: int = 0  # rows of a list page, where that can be chosen
    memory: Memory = field(default_factory=Memory)
    cursors: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    booked_until: date | None = None

    def __post_init__(self) -> None:
        self.connector = self.build()

    @abstractmethod
    def build(self) -> Any:
        """A connector of the account that waits for nothing."""

    @classmethod
    @contextmanager
    def opened_at(cls, sandbox: Any, watch: Watch, limit: int, **variants: str) -> Iterator[Self]:
        """At a stand-in with these variants, as long as it lasts."""
        for name, value in variants.items():
            sandbox.variant(name, value)
        desk = cls(sandbox, sandbox.start(), watch, limit)
        try:
            yield desk
        finally:
            desk.close()

    def close(self) -> None:
        self.connector.close()
        self.sandbox.stop()

    @property
    def scope(self) -> SyncScope:
        return SyncScope(self.watch.on - timedelta(days=730), self.watch.on)

    def read(self, name: str, *, stop_after: int | None = None) -> int:
        """Stores a stream batch by batch; returns the requests it took. A stop is a kill."""
        before = self.connector.requests
        fetch = getattr(self.connector, f"fetch_{name}")
        for count, batch in enumerate(
            fetch(self.cursors.get(name, {}), self.memory, self.scope), 1
        ):
            self.put(batch)
            self.cursors[name] = json.loads(json.dumps(dict(batch.cursor)))
            if count == stop_after:
                break
        return self.connector.requests - before

    def put(self, batch: Batch) -> None:
        self.memory.store(batch)
        self.batches.append(batch)
        self.problems += batch.problems

    def forget(self) -> None:
        self.problems.clear()
        self.batches.clear()

    def sync(self) -> int:
        """Both streams; problems and batches are those of this sync."""
        self.forget()
        requests = self.read("debtors") + self.read("invoices")
        self.watch.minutes += self.pace
        return requests

    def look(self, invoice: str) -> Batch:
        batch = self.connector.fetch_invoice(invoice, self.memory)
        self.put(batch)
        return batch

    def record(self, invoice: str) -> InvoiceRecord:
        return self.memory.records[invoice]

    def codes(self) -> list[str]:
        return [each.code for each in self.problems]

    def asked(self, part: str) -> int:
        """Requests whose path and query hold that part."""
        return sum(part in f"{each.path}?{each.query}" for each in self.sandbox.requests)

    def pass_days(self, days: int = 1) -> None:
        self.watch.on += timedelta(days=days)
