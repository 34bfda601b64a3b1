"""Demo Books for the contract suite: how it is steered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from scenario import Fault, Report, Request, Scenario

from core.domain.platform_records import ConnectorEvent
from core.ports import PlatformConnector
from demo import webhooks
from demo.client import PAGE_SIZE
from demo.connector import DemoConnector
from demo.demo_books import Books, new_invoice
from demo.platform import REGISTRY
from demo.server import RETRY_AFTER, DemoServer, Switched


class DemoReports:
    """Reports of Demo Books, and the connector's half of them."""

    header = webhooks.HEADER
    keys = ("key-of-demo-books", "key-of-somebody-else")

    def __init__(self, now: Callable[[], object]) -> None:
        self._now = now

    def signed(self, invoice: str) -> Report:
        raw = json.dumps(
            {"event": "invoice.changed", "invoice": invoice, "at": str(self._now())}
        ).encode()
        return Report(raw, {self.header: webhooks.sign(raw, self.keys[0])})

    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        webhooks.verify(raw, headers, keys)

    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]:
        return webhooks.parse_events(raw)


class DemoScenario(Scenario):
    slug = "demo"
    folder = Path(__file__).parent
    registry = REGISTRY
    key = "demo-key-4711"
    page_size = PAGE_SIZE
    several_batches = 2 * PAGE_SIZE + 1
    retry_after = float(RETRY_AFTER)
    shows_bank = shows_returns = shows_flight = shows_balances = has_modes = True
    # Broken variants are tested by the same scenario.
    connector_class: type[DemoConnector] = DemoConnector

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(self.key, self.clock.now)
        self.server = DemoServer(self.books)
        self.reports = DemoReports(self.clock.now)

    def start(self) -> None:
        self.base = self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def build(self, key: str, timeout: float, patience: float) -> PlatformConnector:
        return self.connector_class(
            {"api_base": self.base},
            {"api_key": key},
            self.gate,
            self.clock,
            patience,
            timeout=(timeout, timeout),
            sleep=self.naps.append,
        )

    def add_debtor(self, name: str, email: str = "") -> str:
        id_ = self.books.new_id("customer")
        self.books.customers[id_] = {"id": id_, "name": name, "email": email}
        return id_

    def add_invoice(
        self,
        gross: str,
        *,
        on: date = date(2026, 1, 12),
        due: date = date(2026, 1, 26),
        debtor: str | None = None,
    ) -> str:
        debtor = debtor or self.add_debtor(f"Muster {len(self.books.customers)} GmbH")
        return new_invoice(self.books, debtor, Decimal(gross), on, due)

    def add_many(self, count: int) -> list[str]:
        return [self.add_invoice("10.00") for _ in range(count)]

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        rest = self.books.invoices[invoice]["open"]
        self.books.book(invoice, rest if amount is None else amount, "money")

    def credit(self, invoice: str, amount: Decimal) -> None:
        self.books.book(invoice, amount, "credit")

    def void(self, invoice: str) -> None:
        found = self.books.invoices[invoice]
        found |= {"status": "void", "open": Decimal(0)}
        self.books.touch(found)

    def delete(self, invoice: str) -> None:
        del self.books.invoices[invoice]

    def dun(self, invoice: str, title: str) -> str:
        id_ = self.books.new_id("reminder")
        made = {"id": id_, "title": title, "date": self.today.isoformat(), "text": "Bitte zahlen"}
        found = self.books.invoices[invoice]
        found["reminders"].append(made)
        self.books.touch(found)
        return id_

    def written(self, invoice: str) -> int:
        return len(self.books.invoices[invoice]["reminders"])

    def draft(self) -> str:
        made = self.add_invoice("119.00")
        self.books.invoices[made]["status"] = "draft"
        return made

    def is_draft(self, invoice: str) -> bool:
        return bool(self.books.invoices[invoice]["status"] == "draft")

    def unassigned(self, amount: str, payer: str, text: str) -> str:
        id_ = self.books.new_id("line")
        on = self.today.isoformat()
        line = {"id": id_, "date": on, "amount": Decimal(amount), "payer": payer, "text": text}
        self.books.bank[id_] = line
        return id_

    def assign(self, line: str, invoice: str) -> None:
        self.pay(invoice, self.books.bank.pop(line)["amount"])

    def bank_read(self, day: date) -> None:
        self.books.bank_read_until = day

    def renew_link(self, invoice: str) -> None:
        self.books.invoices[invoice]["pay_link"] += "/new"

    def give_back(self, invoice: str, amount: Decimal) -> None:
        self.books.give_back(invoice, amount)

    def set_off(self, invoice: str) -> None:
        found = self.books.invoices[invoice]
        found["under_way"] = True
        self.books.touch(found)

    def leave_money(self, debtor: str, amount: Decimal) -> None:
        self.books.balances[debtor] = amount

    def swap_mode(self, invoice: str) -> None:
        self._change(invoice, {"test": True})

    def spoil(self, invoice: str) -> None:
        self._change(invoice, {"total": "abc"})

    def estrange(self, invoice: str) -> None:
        self._change(invoice, {"status": "in_limbo"})

    def mend(self, invoice: str) -> None:
        self._change(invoice, {})

    def _change(self, invoice: str, changed: dict[str, object]) -> None:
        self.books.changes[invoice] = changed
        self.books.touch(self.books.invoices[invoice])

    def fault(self, fault: Fault, *, times: int = 1, method: str = "GET", path: str = "") -> None:
        self.server.faults.append(Switched(fault, times, method, path))

    def clear_faults(self) -> None:
        self.server.faults.clear()

    @property
    def requests(self) -> Sequence[Request]:
        return self.server.requests
