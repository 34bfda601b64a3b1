"""Stripe for the contract suite: our stand-in, steered."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scenario import Fault
from stand_in_scenario import CONNECTORS, StandInScenario
from stripe_reports import StripeReports
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response
from wire import Wire

from connectors.stripe.connector import StripeConnector
from sandbox.common.replies import Reply
from sandbox.stripe import StripeSandbox

_KINDS = {
    Fault.THROTTLE: "throttle",
    Fault.ERROR: "error500",
    Fault.BAD_REQUEST: "bad_request",
    Fault.UNAUTHORIZED: "unauthorized",
    Fault.ECHO: "echo",
    Fault.SILENCE: "timeout",
    Fault.RESET: "reset",
    Fault.HTML: "html",
    Fault.TRUNCATED: "truncated",
    Fault.EMPTY: "empty",
    Fault.LATE_SUCCESS: "late_success",
}
_FAILED = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
_PLANTED = {
    Fault.SHAPE: lambda _: Reply(200, [7]),
    Fault.REFUSED: lambda _: Reply(200, _FAILED),
}
_NOTICES = "mahnwerk_notice"  # where write-back stands in the metadata of an invoice


class StripeScenario(StandInScenario):
    slug = "stripe"
    connects = StripeConnector
    debtor_field = "customer"
    folder = CONNECTORS / "stripe"
    key = "sk_test_mahnwerk0123456789"
    page_size = 5  # a hundred outside of tests
    page_word = "status="
    several_batches = 11
    retry_after = None  # Stripe says why it refuses, and never for how long (§1)
    write_path = "/v1/invoices/"
    # Events, refunds, disputes and charges may each be forbidden or missing, and so may what stands
    # inside of invoices: whether the invoices may be read as well only they can tell.
    refusals = 6
    shows_returns = shows_flight = shows_balances = has_modes = True

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = StripeSandbox(api_key=self.key, now=self.clock.now)
        self.wire = Wire(self.sandbox, _KINDS, _PLANTED)
        self.reports = StripeReports(self.sandbox)
        self.intents: dict[str, str] = {}  # of direct debits under way, by invoice
        self._written: list[str] = []
        self._answer = self.sandbox.gateway.answer
        self.sandbox.gateway.answer = self._noted  # type: ignore[method-assign]

    def _noted(self, request: WerkzeugRequest) -> Response:
        if request.method == "POST" and self.write_path in request.path:
            self._written.append(request.headers.get("Idempotency-Key", ""))
        return self._answer(request)

    @property
    def write_keys(self) -> Sequence[str]:
        return self._written

    def add_debtor(self, name: str, email: str = "") -> str:
        return self.sandbox.add_customer(name, email)

    def add_many(self, count: int) -> list[str]:
        """Void ones, of which no events tell: the list says all that is read of them."""
        self.sandbox.world.quiet = True
        ids = [self.add_invoice("10.00") for _ in range(count)]
        for each in ids:
            self.sandbox.void(each)
        self.sandbox.world.quiet = False
        return ids

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        intent = self.intents.pop(invoice, "")
        if intent:
            self.sandbox.settle_sepa(intent)
        else:
            self.sandbox.pay(invoice, amount)

    def delete(self, invoice: str) -> None:
        """Stripe deletes drafts only (§2): one that it does not show any more stands for that, as when
        an account was changed or a server resembles Stripe's. No event tells of it.
        """
        with self.sandbox.world.lock:
            self.sandbox.world.invoices.drop(invoice)

    def dun(self, invoice: str, title: str) -> str:
        """Stripe's own mail; it is no notice of which anything is shown."""
        self.sandbox.send(invoice)
        return ""

    def written(self, invoice: str) -> int:
        found = self.sandbox.world.invoices.one(invoice).metadata.get(_NOTICES, "")
        return len([each for each in found.split(";") if each.strip()])

    def is_draft(self, invoice: str) -> bool:
        found = self.sandbox.world.invoices.one(invoice)
        return (found.status, found.number) == ("draft", None)

    def renew_link(self, invoice: str) -> None:
        self.sandbox.new_link(invoice)

    def give_back(self, invoice: str, amount: Decimal) -> None:
        self.sandbox.refund(invoice, amount)

    def set_off(self, invoice: str) -> None:
        """A direct debit; it takes days (§3 PaymentIntent)."""
        self.intents[invoice] = self.sandbox.start_sepa(invoice)

    def leave_money(self, debtor: str, amount: Decimal) -> None:
        """A bank transfer that no invoice was paid from (§0.9)."""
        has = self.sandbox.world.customers.one(debtor).cash.get("eur", 0)
        self.sandbox.cash(debtor, amount - Decimal(has) / 100)

    def swap_mode(self, invoice: str) -> None:
        self.sandbox.alter(invoice, livemode=not self.sandbox.world.livemode)

    def spoil(self, invoice: str) -> None:
        self.sandbox.alter(invoice, amount_remaining="abc")

    def estrange(self, invoice: str) -> None:
        self.sandbox.alter(invoice, status="in_limbo")
