"""sevDesk for the contract suite: our stand-in, steered.

What the stand-in shows is what the reference says of sevDesk; that a check holds here proves
nothing of the real service (docs/sandbox.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from scenario import Fault, Request, Scenario
from werkzeug.wrappers import Request as WerkzeugRequest
from wire import Wire

from config.platforms import PLATFORMS
from connectors.sevdesk.connector import SevdeskConnector
from core.ports import PlatformConnector
from sandbox.common.replies import Reply
from sandbox.sevdesk import SevdeskSandbox

ROOT = Path(__file__).resolve().parents[2]
_KINDS = {
    Fault.THROTTLE: "throttle",
    Fault.ERROR: "error500",
    Fault.UNAUTHORIZED: "unauthorized",
    Fault.SILENCE: "timeout",
    Fault.RESET: "reset",
    Fault.HTML: "html",
    Fault.TRUNCATED: "truncated",
    Fault.EMPTY: "empty",
    Fault.LATE_SUCCESS: "error500_after_write",
    Fault.REFUSED: "error_in_200",
}


def _echo(request: WerkzeugRequest) -> Reply:
    return Reply(403, {"error": {"message": request.headers.get("Authorization", "")}})


# What the stand-in never answers by itself, planted on the way out.
_PLANTED = {
    Fault.BAD_REQUEST: lambda _: Reply(400, {"error": {"message": "Bad Request"}}),
    Fault.SHAPE: lambda _: Reply(200, [7]),
    Fault.ECHO: _echo,
}
_LEVELS = {"Zahlungserinnerung": 1, "1. Mahnung": 2}


class SevdeskScenario(Scenario):
    slug = "sevdesk"
    folder = ROOT / "connectors" / "sevdesk"
    registry = PLATFORMS
    key = "5e7de5c0ffee0123456789abcdef0011"
    page_size = 100  # a thousand outside of tests
    page_word = "offset="
    several_batches = 101
    retry_after = 1.0
    write_path = "/createInvoiceReminder"
    shows_bank = True

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = SevdeskSandbox(api_key=self.key, now=self.clock.now)
        self.wire = Wire(self.sandbox, _KINDS, _PLANTED)

    def start(self) -> None:
        self.base = self.sandbox.start()

    def stop(self) -> None:
        self.sandbox.stop()

    def build(self, key: str, timeout: float, patience: float) -> PlatformConnector:
        made = SevdeskConnector(
            {"api_base": self.base},
            {"api_key": key},
            self.gate,
            self.clock,
            patience,
            sleep=self.naps.append,
            limit=self.page_size,
        )
        made._client._http._timeout = (timeout, timeout)
        return made

    def add_debtor(self, name: str, email: str = "") -> str:
        return self.sandbox.add_contact(company=name, email=email)

    def add_invoice(
        self,
        gross: str,
        *,
        on: date = date(2026, 1, 12),
        due: date = date(2026, 1, 26),
        debtor: str | None = None,
    ) -> str:
        debtor = debtor or self.add_debtor(f"Muster {len(self.sandbox.world.contacts)} GmbH")
        return self.sandbox.add_invoice(contact=debtor, gross=gross, on=on, due=due)

    def add_many(self, count: int) -> list[str]:
        """Settled ones: the list says all of them that the first reading needs."""
        debtor, on = self.add_debtor("Muster Menge GmbH"), date(2026, 1, 12)
        add = self.sandbox.add_invoice
        return [add(contact=debtor, gross="10.00", on=on, status=1000) for _ in range(count)]

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        self.sandbox.pay(invoice, amount)

    def credit(self, invoice: str, amount: Decimal) -> None:
        """Offset against the invoice; an open one is a record of its own (§2.7)."""
        self.sandbox.credit(invoice, amount, open=False)

    def void(self, invoice: str) -> None:
        self.sandbox.cancel(invoice)

    def delete(self, invoice: str) -> None:
        self.sandbox.delete(invoice)

    def dun(self, invoice: str, title: str) -> str:
        return self.sandbox.dun(invoice, on=self.today, level=_LEVELS[title])

    def written(self, invoice: str) -> int:
        return len(self.sandbox.reminders(invoice))

    def draft(self) -> str:
        debtor = self.add_debtor("Muster Entwurf GmbH")
        return self.sandbox.draft(contact=debtor, gross="119.00", on=self.today)

    def is_draft(self, invoice: str) -> bool:
        found = self.sandbox.world.invoices[invoice]
        return (found.status, found.number) == (100, None)

    def unassigned(self, amount: str, payer: str, text: str) -> str:
        return self.sandbox.unassigned(amount, payer, text=text)

    def assign(self, line: str, invoice: str) -> None:
        self.sandbox.assign(line, invoice)

    def bank_read(self, day: date) -> None:
        """The online account; the cash register has no bank."""
        at = datetime.combine(day, time(6), UTC)
        self.sandbox.sync_bank(next(iter(self.sandbox.world.accounts)), at)

    def spoil(self, invoice: str) -> None:
        self.sandbox.alter(invoice, sumGross="abc")

    def estrange(self, invoice: str) -> None:
        self.sandbox.alter(invoice, status="4711")

    def mend(self, invoice: str) -> None:
        self.sandbox.alter(invoice)

    def fault(self, fault: Fault, *, times: int = 1, method: str = "GET", path: str = "") -> None:
        self.wire.fault(fault, times=times, method=method, path=path)

    def clear_faults(self) -> None:
        self.wire.clear()

    @property
    def requests(self) -> Sequence[Request]:
        return [Request(*each) for each in self.sandbox.requests]
