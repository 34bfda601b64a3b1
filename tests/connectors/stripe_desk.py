"""Stripe's stand-in, the connector that reads it, and what is stored of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lexoffice_desk import TODAY, Memory, NoGate, Watch

from connectors.stripe.connector import StripeConnector
from core.domain.platform_records import BankLine, Batch, InvoiceRecord
from core.errors import Problem
from core.ports import SyncScope
from sandbox.stripe import StripeSandbox

KEY = "sk_test_mahnwerk0123456789"
JANUARY = date(2026, 1, 12)
LATER = date(2026, 1, 26)


@dataclass
class Clock(Watch):
    """Noon in Berlin, and some minutes."""

    minutes: int = 0

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=self.minutes)


@dataclass
class Desk:
    """One account; its clock moves on by a quarter of an hour with each sync."""

    sandbox: StripeSandbox
    base: str
    limit: int
    watch: Clock = field(default_factory=Clock)
    memory: Memory = field(default_factory=Memory)
    cursors: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, BankLine] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    booked_until: date | None = None

    def __post_init__(self) -> None:
        self.connector = self.build()

    def build(
        self, key: str = KEY, zone: str = "Europe/Berlin", **settings: str
    ) -> StripeConnector:
        return StripeConnector(
            {"api_base": self.base, **settings},
            {"api_key": key},
            NoGate(),
            self.watch,
            sleep=lambda _seconds: None,
            limit=self.limit,
            zone=zone,
        )

    def rebuild(self, **settings: str) -> None:
        """The same account with other settings."""
        self.connector.close()
        self.connector = self.build(**settings)

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
        self.booked_until = batch.booked_until or self.booked_until
        if batch.bank_lines is not None:
            of = batch.bank_lines_of
            self.lines = {k: v for k, v in self.lines.items() if of and v.debtor not in of}
            self.lines |= {each.external_id: each for each in batch.bank_lines}

    def sync(self) -> int:
        """Both streams; problems and batches are those of this sync."""
        self.problems.clear()
        self.batches.clear()
        requests = self.read("debtors") + self.read("invoices")
        self.watch.minutes += 15
        return requests

    def look(self, invoice: str) -> Batch:
        batch = self.connector.fetch_invoice(invoice, self.memory)
        self.put(batch)
        return batch

    def customer(self, name: str = "Muster Bau GmbH", **fields: Any) -> str:
        return self.sandbox.add_customer(name, **fields)

    def invoice(self, gross: str = "119.00", customer: str = "", **fields: Any) -> str:
        fields = {"on": JANUARY, "due": LATER, **fields}
        return self.sandbox.add_invoice(customer or self.customer(), gross, **fields)

    def record(self, invoice: str) -> InvoiceRecord:
        return self.memory.records[invoice]

    def state(self, invoice: str) -> tuple[str, str]:
        found = self.record(invoice)
        return found.state.value, str(found.outstanding.amount)

    def holds(self, invoice: str) -> list[str]:
        return [each.kind.value for each in self.record(invoice).holds]

    def delivered(self) -> list[str]:
        """Invoices of the batches of the last sync."""
        return [each.external_id for batch in self.batches for each in batch.invoices]

    def codes(self) -> list[str]:
        return [each.code for each in self.problems]

    def asked(self, part: str) -> int:
        """Requests whose path and query hold that part."""
        return sum(part in f"{each.path}?{each.query}" for each in self.sandbox.requests)

    def forget_requests(self) -> None:
        self.sandbox.requests.clear()

    def pass_days(self, days: int = 1) -> None:
        self.watch.on += timedelta(days=days)


@contextmanager
def opened(limit: int = 100, **variants: str) -> Iterator[Desk]:
    """A started stand-in with these variants."""
    watch = Clock(TODAY)
    sandbox = StripeSandbox(api_key=KEY, now=lambda: watch.now().astimezone(UTC))
    for name, value in variants.items():
        sandbox.variant(name, value)
    desk = Desk(sandbox, sandbox.start(), limit, watch)
    try:
        yield desk
    finally:
        desk.connector.close()
        sandbox.stop()
