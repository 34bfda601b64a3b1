"""Stripe's stand-in, the connector that reads it, and what is stored of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reading_desk import TODAY, NoGate, ReadingDesk, Watch

from connectors.stripe.connector import StripeConnector
from core.domain.platform_records import BankLine, Batch
from sandbox.stripe import StripeSandbox

KEY = "sk_test_mahnwerk0123456789"
JANUARY = date(2026, 1, 12)
LATER = date(2026, 1, 26)


@dataclass
class Desk(ReadingDesk):
    """One account; its clock moves on by a quarter of an hour with each sync."""

    lines: dict[str, BankLine] = field(default_factory=dict)

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

    def put(self, batch: Batch) -> None:
        super().put(batch)
        self.booked_until = batch.booked_until or self.booked_until
        if batch.bank_lines is not None:
            of = batch.bank_lines_of
            self.lines = {k: v for k, v in self.lines.items() if of and v.debtor not in of}
            self.lines |= {each.external_id: each for each in batch.bank_lines}

    def customer(self, name: str = "Muster Bau GmbH", **fields: Any) -> str:
        return self.sandbox.add_customer(name, **fields)

    def invoice(self, gross: str = "119.00", customer: str = "", **fields: Any) -> str:
        fields = {"on": JANUARY, "due": LATER, **fields}
        return self.sandbox.add_invoice(customer or self.customer(), gross, **fields)

    def state(self, invoice: str) -> tuple[str, str]:
        found = self.record(invoice)
        return found.state.value, str(found.outstanding.amount)

    def holds(self, invoice: str) -> list[str]:
        return [each.kind.value for each in self.record(invoice).holds]

    def delivered(self) -> list[str]:
        """Invoices of the batches of the last sync."""
        return [each.external_id for batch in self.batches for each in batch.invoices]

    def forget_requests(self) -> None:
        self.sandbox.requests.clear()


def opened(limit: int = 100, **variants: str) -> AbstractContextManager[Desk]:
    """A started stand-in with these variants."""
    watch = Watch(TODAY)
    return Desk.opened_at(StripeSandbox(api_key=KEY, now=watch.utc), watch, limit, **variants)
