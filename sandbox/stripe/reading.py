"""``GET`` of every object and list (§2 List parameters, §3), search included (§1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.common.replies import Call, Reply
from sandbox.stripe import customer_shape, invoice_shape, note_shape, payment_shape
from sandbox.stripe.expand import expand
from sandbox.stripe.model import CHARGE, SEND, STATUSES
from sandbox.stripe.paging import CURSORS, known, listed, moments, page
from sandbox.stripe.replies import Json, bad

if TYPE_CHECKING:
    from sandbox.stripe.world import Table, World

Keep = Callable[[Any], bool]
Filter = Callable[[object], Keep]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: where its objects stand, how they look, what its list may be filtered by."""

    path: str
    table: Callable[[World], Table[Any]]
    shown: Callable[[World, Any], Json]
    filters: Mapping[str, Filter]
    moments: tuple[str, ...] = ("created",)

    def get(self, world: World, call: Call, id_: str) -> Reply:
        """``GET /v1/…/{id}``."""
        known(call.body)
        row = self.shown(world, self.table(world).one(id_))
        return Reply(200, expand(world, row, call.body))

    def rows(self, world: World, call: Call) -> Reply:
        """``GET /v1/…``: newest first."""
        params: Json = call.body
        known(params, *CURSORS, *self.filters, *self.moments)
        table = self.table(world)
        rows: list[Any] = table.newest()
        if table is world.customers:
            rows = [each for each in rows if not each.deleted]
        for keep in self._keeps(params):
            rows = [each for each in rows if keep(each)]
        found = page(
            world,
            params,
            rows,
            table.rank,
            lambda each: self.shown(world, each),
            url=f"/v1/{self.path}",
            kind=table.kind,
        )
        return Reply(200, expand(world, found, params))

    def _keeps(self, params: Json) -> list[Keep]:
        found = [make(params[name]) for name, make in self.filters.items() if name in params]
        for name in self.moments:
            meets = moments(params, name)
            if meets is not None:
                found.append(_moment(_FIELDS.get(name, name), meets))
        return found

    def search(self, world: World, call: Call) -> Reply:
        """``GET /v1/…/search``: eventually consistent, so what is younger than a minute is missing.

        The language of queries is not played: every object is found.
        """
        known(call.body, "query", "limit", "page")
        if "query" not in call.body:
            raise bad("Missing required param: query.", param="query", code="parameter_missing")
        rows = [each for each in self.table(world).newest() if each.created < world.now() - 60]
        found = listed(f"/v1/{self.path}/search", [self.shown(world, each) for each in rows[:10]])
        return Reply(200, {**found, "object": "search_result", "next_page": None})


_FIELDS = {"due_date": "due"}


def _moment(field: str, meets: Callable[[int | None], bool]) -> Keep:
    return lambda each: meets(getattr(each, field))


def _is(field: str) -> Filter:
    def make(wanted: object) -> Keep:
        return lambda each: bool(getattr(each, field) == wanted)

    return make


def _one_of(field: str, *values: str, param: str = "status") -> Filter:
    def make(wanted: object) -> Keep:
        if wanted not in values:
            raise bad(f"Invalid {param}: must be one of {', '.join(values)}", param=param)
        return _is(field)(wanted)

    return make


def _none(_wanted: object) -> Keep:
    return lambda _each: False


def _payment(wanted: object) -> Keep:
    """``payment[type]`` with ``payment[payment_intent]`` or another id."""
    if not isinstance(wanted, dict) or "type" not in wanted:
        raise bad("Missing required param: payment[type].", param="payment[type]")
    kind, id_ = wanted["type"], wanted.get(wanted["type"])
    return lambda each: each.kind == kind and (id_ is None or each.payment == id_)


INVOICES = Resource(
    "invoices",
    lambda world: world.invoices,
    invoice_shape.invoice,
    {
        "customer": _is("customer"),
        "customer_account": _none,
        "subscription": _none,
        "status": _one_of("status", *STATUSES),
        "collection_method": _one_of("collection", SEND, CHARGE, param="collection_method"),
    },
    ("created", "due_date"),
)
INVOICE_PAYMENTS = Resource(
    "invoice_payments",
    lambda world: world.payments,
    invoice_shape.invoice_payment,
    {
        "invoice": _is("invoice"),
        "status": _one_of("status", "open", "paid", "canceled"),
        "payment": _payment,
    },
)
CUSTOMERS = Resource(
    "customers",
    lambda world: world.customers,
    customer_shape.customer,
    {"email": _is("email"), "test_clock": _none},
)
PAYMENT_INTENTS = Resource(
    "payment_intents",
    lambda world: world.intents,
    payment_shape.intent,
    {"customer": _is("customer"), "customer_account": _none},
)
CHARGES = Resource(
    "charges",
    lambda world: world.charges,
    payment_shape.charge,
    {"customer": _is("customer"), "payment_intent": _is("intent"), "transfer_group": _none},
)
REFUNDS = Resource(
    "refunds",
    lambda world: world.refunds,
    payment_shape.refund,
    {"charge": _is("charge"), "payment_intent": _is("intent")},
)
DISPUTES = Resource(
    "disputes",
    lambda world: world.disputes,
    payment_shape.dispute,
    {"charge": _is("charge"), "payment_intent": _is("intent")},
)
CREDIT_NOTES = Resource(
    "credit_notes",
    lambda world: world.credit_notes,
    note_shape.credit_note,
    {"invoice": _is("invoice"), "customer": _is("customer"), "customer_account": _none},
)
RESOURCES = (
    INVOICES,
    INVOICE_PAYMENTS,
    CUSTOMERS,
    PAYMENT_INTENTS,
    CHARGES,
    REFUNDS,
    DISPUTES,
    CREDIT_NOTES,
)
SEARCHED = (INVOICES, CUSTOMERS, CHARGES, PAYMENT_INTENTS)
