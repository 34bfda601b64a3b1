"""sevDesk's stand-in, the connector that reads it, and what is stored of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lexoffice_desk import TODAY, Memory, NoGate, Watch

from connectors.sevdesk.connector import SevdeskConnector
from core.domain.model import ItemState
from core.domain.platform_records import BankLine, Batch, InvoiceRecord
from core.errors import Problem
from core.ports import SyncScope
from sandbox.sevdesk import SevdeskSandbox

TOKEN = "0123456789abcdef0123456789abcdef"
JANUARY = date(2026, 1, 12)


@dataclass
class Clock(Watch):
    """Noon in Berlin, and some minutes."""

    minutes: int = 0

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=self.minutes)


@dataclass
class Desk:
    """One tenant; its clock moves on by a quarter of an hour with each sync."""

    sandbox: SevdeskSandbox
    base: str
    limit: int
    watch: Clock = field(default_factory=Clock)
    memory: Memory = field(default_factory=Memory)
    cursors: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bank: tuple[BankLine, ...] | None = None
    booked_until: date | None = None

    def __post_init__(self) -> None:
        self.connector = self.build()

    def build(self, token: str = TOKEN) -> SevdeskConnector:
        return SevdeskConnector(
            {"api_base": self.base},
            {"api_key": token},
            NoGate(),
            self.watch,
            sleep=lambda _seconds: None,
            limit=self.limit,
        )

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
        self.problems += batch.problems
        if batch.bank_lines is not None:
            self.bank, self.booked_until = batch.bank_lines, batch.booked_until

    def sync(self) -> int:
        """Both streams; problems are those of this sync."""
        self.problems.clear()
        requests = self.read("debtors") + self.read("invoices")
        self.watch.minutes += 15
        return requests

    def look(self, invoice: str) -> Batch:
        batch = self.connector.fetch_invoice(invoice, self.memory)
        self.put(batch)
        return batch

    def customer(self, name: str = "Muster Bau GmbH", **fields: Any) -> str:
        return self.sandbox.add_contact(company=name, **fields)

    def invoice(self, gross: str = "119.00", contact: str | None = "", **fields: Any) -> str:
        contact = self.customer() if contact == "" else contact
        return self.sandbox.add_invoice(
            **{"contact": contact, "gross": gross, "on": JANUARY, **fields}
        )

    def record(self, invoice: str) -> InvoiceRecord:
        return self.memory.records[invoice]

    def state(self, invoice: str) -> tuple[ItemState, str]:
        found = self.record(invoice)
        return found.state, str(found.outstanding.amount)

    def codes(self) -> list[str]:
        return [each.code for each in self.problems]

    def asked(self, part: str) -> int:
        """Requests whose path and query hold that part."""
        return sum(part in f"{each.path}?{each.query}" for each in self.sandbox.requests)

    def pass_days(self, days: int = 1) -> None:
        self.watch.on += timedelta(days=days)


@contextmanager
def opened(limit: int = 1000, **variants: str) -> Iterator[Desk]:
    """A started stand-in with these variants."""
    watch = Clock(TODAY)
    sandbox = SevdeskSandbox(api_key=TOKEN, now=lambda: watch.now().astimezone(UTC))
    for name, value in variants.items():
        sandbox.variant(name, value)
    desk = Desk(sandbox, sandbox.start(), limit, watch)
    try:
        yield desk
    finally:
        desk.connector.close()
        sandbox.stop()
