"""sevDesk for the contract suite: our stand-in, steered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from scenario import Fault
from stand_in_scenario import CONNECTORS, StandInScenario
from werkzeug.wrappers import Request as WerkzeugRequest
from wire import Wire

from connectors.sevdesk.connector import SevdeskConnector
from sandbox.common.replies import Reply
from sandbox.sevdesk import SevdeskSandbox

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


class SevdeskScenario(StandInScenario):
    slug = "sevdesk"
    connects = SevdeskConnector
    folder = CONNECTORS / "sevdesk"
    settled = 1000
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

    def credit(self, invoice: str, amount: Decimal) -> None:
        """Offset against the invoice; an open one is a record of its own (§2.7)."""
        self.sandbox.credit(invoice, amount, open=False)

    def void(self, invoice: str) -> None:
        self.sandbox.cancel(invoice)

    def dun(self, invoice: str, title: str) -> str:
        return self.sandbox.dun(invoice, on=self.today, level=_LEVELS[title])

    def written(self, invoice: str) -> int:
        return len(self.sandbox.reminders(invoice))

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
