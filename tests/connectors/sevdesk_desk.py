"""sevDesk's stand-in, the connector that reads it, and what is stored of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from reading_desk import TODAY, NoGate, ReadingDesk, Watch

from connectors.sevdesk.connector import SevdeskConnector
from core.domain.model import ItemState
from core.domain.platform_records import BankLine, Batch
from sandbox.sevdesk import SevdeskSandbox

TOKEN = "0123456789abcdef0123456789abcdef"
JANUARY = date(2026, 1, 12)


@dataclass
class Desk(ReadingDesk):
    """One tenant; its clock moves on by a quarter of an hour with each sync."""

    bank: tuple[BankLine, ...] | None = None

    def build(self, token: str = TOKEN) -> SevdeskConnector:
        return SevdeskConnector(
            {"api_base": self.base},
            {"api_key": token},
            NoGate(),
            self.watch,
            sleep=lambda _seconds: None,
            limit=self.limit,
        )

    def put(self, batch: Batch) -> None:
        super().put(batch)
        if batch.bank_lines is not None:
            self.bank, self.booked_until = batch.bank_lines, batch.booked_until

    def customer(self, name: str = "Muster Bau GmbH", **fields: Any) -> str:
        return self.sandbox.add_contact(company=name, **fields)

    def invoice(self, gross: str = "119.00", contact: str | None = "", **fields: Any) -> str:
        contact = self.customer() if contact == "" else contact
        return self.sandbox.add_invoice(
            **{"contact": contact, "gross": gross, "on": JANUARY, **fields}
        )

    def state(self, invoice: str) -> tuple[ItemState, str]:
        found = self.record(invoice)
        return found.state, str(found.outstanding.amount)


def opened(limit: int = 1000, **variants: str) -> AbstractContextManager[Desk]:
    """A started stand-in with these variants."""
    watch = Watch(TODAY)
    return Desk.opened_at(SevdeskSandbox(api_key=TOKEN, now=watch.utc), watch, limit, **variants)
