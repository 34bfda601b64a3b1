"""Invoices and what stands around them: payments, refunds, disputes, credit notes, customers.

Lists show it by ``expand[]`` (§1); a server may ignore that, and a key may lack a right for it. What
is missing is read by its own path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors._values import Json, child, children, text
from connectors.stripe.back import MoneyBack
from connectors.stripe.beside import Beside
from connectors.stripe.client import Listed, Pairs, path_of
from connectors.stripe.events import ref
from connectors.stripe.flight import Flight, Untold
from connectors.stripe.kinds import OPEN, UNCOLLECTIBLE
from connectors.stripe.lists import Lists
from connectors.stripe.meaning import CursorGone
from connectors.stripe.optional import lacks
from connectors.stripe.payments import names_payment
from core.errors import AuthFailed, ConnectorError, NotFound, Rejected

_Found = TypeVar("_Found")

LIVING = (OPEN, UNCOLLECTIBLE)  # states of an invoice that may still be paid (§2)
# Shown with every row of a list, and with a single invoice: four levels are the most (§1).
_LISTED = (
    "data.customer", "data.customer.tax_ids", "data.customer.cash_balance",
    "data.customer.invoice_credit_balance", "data.payments",
)  # fmt: skip
_ALONE = (
    "customer", "customer.tax_ids", "customer.cash_balance", "customer.invoice_credit_balance",
    "payments", "payments.data.payment.payment_intent",
)  # fmt: skip
_CUSTOMER = ("tax_ids", "cash_balance", "invoice_credit_balance")
# Credit in every currency; ``balance`` tells one. Whether it must be asked for is not said (§3): where
# it may not be, all else is still embedded.
_CREDIT = "invoice_credit_balance"
_EVERYTHING, _ALL_BUT_CREDIT, _NOTHING = range(3)
_PAGES = "pages of invoices"  # they embed less than one alone
_CASH = "cash_balance_transactions"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the creditor chose for a connection."""

    zone: ZoneInfo
    dun_automatic: bool = False
    number_key: str = ""
    books: bool = True  # Stripe itself knows what came in: nobody pays past it
    livemode: bool | None = None  # of the key; None = not known


class Around:
    """Everything beside the invoices of one pass on the day ``today``."""

    def __init__(self, lists: Lists, wishes: Wishes, today: date) -> None:
        self.lists = lists
        self.today = today
        self._frame = Beside(wishes.zone, today, wishes.dun_automatic, livemode=wishes.livemode)
        self._embeds: dict[str, int] = {}  # what of it may be embedded, by path
        self.forget()

    def forget(self) -> None:
        """What was read before some instant says nothing of what came after it."""
        self.back = MoneyBack(self.lists)
        self._flight = Flight(self.lists)

    def load(self, since: date) -> None:
        """Three lists instead of requests for each invoice."""
        self.back.load(since)
        self._flight.load(self.today)

    def fetch(self, invoice: str) -> Json:
        """One invoice as it is now, with what a list shows of it.

        Raises:
            NotFound: there is none.

        """
        return self._expanded("invoices", invoice, _ALONE)

    def customer(self, id_: str) -> Json:
        """One customer as he is now, with his cash balance. Raises as ``fetch``."""
        row = self._expanded("customers", id_, _CUSTOMER)
        if "cash_balance" in row or row.get("deleted") is True:
            return row
        # Not embedded: the newest movement of each currency says what is there since (§3).
        path = path_of("customers", id_, _CASH)
        moved = self.lists.optional.ask(_CASH, lambda: self.lists.walked(path, ()))
        if moved is None:
            return row
        left = {text(each, "currency"): each.get("ending_balance") for each in reversed(moved)}
        return {**row, "cash_balance": {"available": left}}

    def _expanded(self, kind: str, id_: str, expand: Sequence[str]) -> Json:
        path, client = path_of(kind, id_), self.lists.client
        return self._embedding(kind, expand, lambda some: client.get(path, some))

    def pages(self, params: Pairs, after: str = "") -> Iterator[Listed]:
        """Pages of the list of invoices, with what is embedded where that may be read."""
        client, limit = self.lists.client, self.lists.limit

        def begin(some: Sequence[str]) -> tuple[Listed, Iterator[Listed]]:
            asked = [*params, *(("expand[]", each) for each in some)]
            pages = client.every("invoices", asked, limit, after=after)
            return next(pages), pages

        first, rest = self._embedding(_PAGES, _LISTED, begin)
        yield first
        yield from rest

    def _embedding(
        self, kind: str, expand: Sequence[str], ask: Callable[[Sequence[str]], _Found]
    ) -> _Found:
        """Perhaps only what is embedded may not be read (which answer that brings is UNVERIFIED):
        then it is asked for by its own paths.
        """
        level = self._embeds.get(kind, _EVERYTHING)
        fewer = [each for each in expand if not each.endswith(_CREDIT)]
        try:
            return ask((expand, fewer, ())[level])
        except (AuthFailed, Rejected) as error:
            gone = isinstance(error, NotFound | CursorGone)
            if level == _NOTHING or gone or not lacks(error):
                raise
        self._embeds[kind] = level + 1
        try:
            return self._embedding(kind, expand, ask)
        except ConnectorError:
            self._embeds[kind] = level  # it was something else
            raise

    def beside(self, row: Json, *, deep: bool) -> tuple[Json, Beside]:
        """The invoice without what is embedded in its payments, and what decides about it.

        ``deep``: also its payments, where that costs a request for this invoice alone.
        """
        payments = self._payments(row, deep=deep)
        # Without InvoicePayments the invoice itself must do: before basil it named them (§0.4).
        carriers = [row] if payments is None else payments
        status = text(row, "status")
        refunds, disputes = self.back.of(carriers, status)
        in_flight = self._under_way(row, payments) if status in LIVING else frozenset()
        beside = replace(
            self._frame,
            payments=payments,
            in_flight=in_flight or frozenset(),
            flight_untold=in_flight is None,
            refunds=refunds,
            disputes=disputes,
            credit_notes=self._credit_notes(row) if refunds or disputes else None,
        )
        return {key: value for key, value in row.items() if key != "payments"}, beside

    def _under_way(self, row: Json, payments: list[Json] | None) -> frozenset[str] | None:
        """Payments on their way to an invoice; of its customer, where nothing names its own. None:
        nobody can tell.
        """
        try:
            if payments is None and not names_payment(row):
                return self._flight.of_customer(ref(row, "customer"))
            return self._flight.of([row] if payments is None else payments)
        except Untold:
            return None

    def _payments(self, row: Json, *, deep: bool) -> list[Json] | None:
        shown = row.get("payments")
        if isinstance(shown, Mapping) and isinstance(shown.get("data"), list):
            # Lists inside of objects are cut at 10 (§1).
            if not shown.get("has_more"):
                return [self._flat(each) for each in children(shown, "data")]
            deep = True
        rows = self.lists.rows("invoice_payments", [("invoice", text(row, "id"))]) if deep else None
        if rows is None:
            return None
        return [self._flat(each) for each in rows if ref(each, "invoice") == text(row, "id")]

    def _flat(self, row: Json) -> Json:
        """With the id of its PaymentIntent instead of the object, which is kept beside."""
        payment = child(row, "payment")
        intent = payment.get("payment_intent")
        if not isinstance(intent, Mapping):
            return row
        self._flight.note(intent)
        return {**row, "payment": {**payment, "payment_intent": text(intent, "id")}}

    def _credit_notes(self, row: Json) -> list[Json] | None:
        """They explain why money went back (§3); asked for only where some did."""
        if not row.get("post_payment_credit_notes_amount"):
            return None
        id_ = text(row, "id")
        found = self.lists.rows("credit_notes", [("invoice", id_)])
        return None if found is None else [each for each in found if ref(each, "invoice") == id_]
