"""The state of one account at the stand-in: what exists, and which ids come next."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from sandbox.common.clock import SandboxClock, berlin_day, midnight
from sandbox.common.variants import Variants
from sandbox.stripe.currencies import to_major, to_minor
from sandbox.stripe.model import (
    BalanceTransaction,
    Charge,
    CreditNote,
    Customer,
    Dispute,
    Intent,
    Invoice,
    InvoicePayment,
    Refund,
    TaxId,
)
from sandbox.stripe.replies import Json, missing
from sandbox.stripe.variants import VARIANTS
from sandbox.stripe.versions import VERSION

# (type, rendered object, previous attributes of an update)
Listener = Callable[[str, Json, Json | None], None]


class Kept(Protocol):
    """What stands in a table."""

    @property
    def id(self) -> str: ...

    @property
    def created(self) -> int: ...


Thing = TypeVar("Thing", bound=Kept)


class Table(dict[str, Thing], Generic[Thing]):
    """Objects by id, and in the order of lists: newest first, of one second the later made."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._newest: list[Thing] | None = None
        self._ranks: dict[str, int] | None = None

    def add(self, thing: Thing) -> Thing:
        self[thing.id] = thing
        self._newest = self._ranks = None
        return thing

    def drop(self, id_: str) -> None:
        del self[id_]
        self._newest = self._ranks = None

    def newest(self) -> list[Thing]:
        """Newest first; not to be changed."""
        if self._newest is None:
            made = list(reversed(self.values()))
            self._newest = sorted(made, key=lambda each: each.created, reverse=True)
        return self._newest

    def rank(self, id_: str) -> int | None:
        """The place of an id in that order; None for one that there is not."""
        if self._ranks is None:
            self._ranks = {each.id: place for place, each in enumerate(self.newest())}
        return self._ranks.get(id_)

    def one(self, id_: str, param: str = "id", status: int = 404) -> Thing:
        """Raises ApiError ``resource_missing``."""
        found = self.get(id_)
        if found is None:
            raise missing(self.kind, id_, param, status)
        return found


class World:
    """Everything the platform knows of one account.

    ``lock`` is held by every request and every control operation; what is kept here is only
    read and changed under it. The same operations give the same ids.
    """

    def __init__(self, clock: SandboxClock, *, livemode: bool = False) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.variants = Variants(VARIANTS)
        self.livemode = livemode
        self.account_id = "acct_1Mahnwerk000001"
        self.version = VERSION  # the account's default, for who sends no Stripe-Version
        self.company = "Musterbetrieb e.K."
        self.currency = "eur"
        self.timezone = "Europe/Berlin"
        self.origin = "http://127.0.0.1"  # where the PDFs lie
        self.restricted: set[str] = set()
        self.listeners: list[Listener] = []
        self.quiet = False  # a book is made without events
        self.customers: Table[Customer] = Table("customer")
        self.tax_ids: Table[TaxId] = Table("tax_id")
        self.invoices: Table[Invoice] = Table("invoice")
        self.payments: Table[InvoicePayment] = Table("invoice_payment")
        self.payments_of: defaultdict[str, list[str]] = defaultdict(list)  # by invoice
        self.payment_of: dict[str, str] = {}  # by payment intent
        self.intents: Table[Intent] = Table("payment_intent")
        self.charges: Table[Charge] = Table("charge")
        self.refunds: Table[Refund] = Table("refund")
        self.disputes: Table[Dispute] = Table("dispute")
        self.credit_notes: Table[CreditNote] = Table("credit_note")
        self.balance_transactions: Table[BalanceTransaction] = Table("balance_transaction")
        self.invoices_by: defaultdict[str, list[str]] = defaultdict(list)  # by customer
        self.refunds_by: defaultdict[str, list[str]] = defaultdict(list)  # by charge
        self.tax_ids_by: defaultdict[str, list[str]] = defaultdict(list)  # by customer
        self.cash_transactions: Table[BalanceTransaction] = Table("cash_balance_transaction")
        self._ids: dict[str, int] = {}

    def new_id(self, prefix: str) -> str:
        """``in_1Mahn00000001`` and so on."""
        self._ids[prefix] = self._ids.get(prefix, 0) + 1
        return f"{prefix}_1Mahn{self._ids[prefix]:08d}"

    def keep_payment(self, payment: InvoicePayment) -> InvoicePayment:
        """Adds one; its invoice and its payment intent know it."""
        self.payments_of[payment.invoice].append(payment.id)
        self.payment_of[payment.payment] = payment.id
        return self.payments.add(payment)

    def keep_refund(self, refund: Refund) -> Refund:
        """Adds one; its charge knows it."""
        self.refunds_by[refund.charge].append(refund.id)
        return self.refunds.add(refund)

    def payments_for(self, invoice: str) -> list[InvoicePayment]:
        """Oldest first; so are the next ones."""
        return [self.payments[each] for each in self.payments_of.get(invoice, ())]

    def invoice_of(self, intent: str) -> Invoice:
        """The invoice that a payment intent pays."""
        return self.invoices[self.payments[self.payment_of[intent]].invoice]

    def invoices_of(self, customer: str) -> list[Invoice]:
        return [self.invoices[each] for each in self.invoices_by.get(customer, ())]

    def refunds_of(self, charge: str) -> list[Refund]:
        return [self.refunds[each] for each in self.refunds_by.get(charge, ())]

    def tax_ids_of(self, customer: str) -> list[TaxId]:
        return [self.tax_ids[each] for each in self.tax_ids_by.get(customer, ())]

    def now(self) -> int:
        """Unix seconds of the stand-in's clock."""
        return int(self.clock.now().timestamp())

    @staticmethod
    def day(seconds: int) -> date:
        """The day in Berlin of an instant."""
        return berlin_day(datetime.fromtimestamp(seconds, UTC))

    def minor(self, amount: Decimal | str | int, currency: str) -> int:
        """Major units as minor ones. Raises ValueError for more decimals than there are."""
        return to_minor(amount, currency, self.variants["doubtful_currencies"])

    def major(self, amount: int, currency: str) -> Decimal:
        """Minor units as major ones."""
        return to_major(amount, currency, self.variants["doubtful_currencies"])

    def find(self, id_: str) -> Any:
        """Whatever has this id. Raises ApiError."""
        tables: tuple[Table[Any], ...] = (
            self.invoices,
            self.customers,
            self.payments,
            self.intents,
            self.charges,
            self.refunds,
            self.disputes,
            self.credit_notes,
        )
        for table in tables:
            if id_ in table:
                return table[id_]
        raise missing("object", id_)

    def emit(self, type: str, obj: Json, previous: Json | None = None) -> None:  # noqa: A002
        """Tells of a change: ``obj`` as it is now; ``previous`` for ``*.updated`` only."""
        if not self.quiet:
            for each in list(self.listeners):
                each(type, obj, previous)

    def may_read(self, resource: str) -> bool:
        """Whether the key has a right to read ``invoices``, ``customers`` and so on."""
        return resource not in self.restricted

    def at(self, day: date, hour: int = 9) -> int:
        """The instant of an hour of a day in Berlin."""
        return int(midnight(day, time(hour)).timestamp())
