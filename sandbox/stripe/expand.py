"""``expand[]`` (§1 Lists): ids that become objects, and fields that only it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.stripe import customer_shape, invoice_shape, note_shape, payment_shape
from sandbox.stripe.model import Customer, Invoice
from sandbox.stripe.paging import listed, sub_list
from sandbox.stripe.replies import ApiError, Json, bad

if TYPE_CHECKING:
    from sandbox.stripe.world import World

DEEPEST = 4  # levels, ``data`` of a list counted as one
# (kind of object, path in it) -> the resource that the id names.
_REFERENCES: Mapping[tuple[str, str], str] = {
    ("invoice", "customer"): "customers",
    ("invoice", "latest_revision"): "invoices",
    ("invoice", "from_invoice.invoice"): "invoices",
    ("invoice_payment", "invoice"): "invoices",
    ("invoice_payment", "payment.payment_intent"): "payment_intents",
    ("payment_intent", "customer"): "customers",
    ("payment_intent", "latest_charge"): "charges",
    ("charge", "customer"): "customers",
    ("charge", "payment_intent"): "payment_intents",
    ("refund", "charge"): "charges",
    ("refund", "payment_intent"): "payment_intents",
    ("dispute", "charge"): "charges",
    ("dispute", "payment_intent"): "payment_intents",
    ("credit_note", "customer"): "customers",
    ("credit_note", "invoice"): "invoices",
    ("credit_note", "refunds.refund"): "refunds",
    ("customer_balance_transaction", "invoice"): "invoices",
    ("customer_balance_transaction", "credit_note"): "credit_notes",
}


def _payments(world: World, each: Invoice) -> Json:
    rows = [
        invoice_shape.invoice_payment(world, world.payments[one])
        for one in reversed(world.payments_of.get(each.id, ()))
    ]
    return sub_list(world, f"/v1/invoice_payments?invoice={each.id}", rows)


def _tax_ids(world: World, each: Customer) -> Json:
    rows = [customer_shape.tax_id(world, one) for one in world.tax_ids_of(each.id)]
    return sub_list(world, f"/v1/customers/{each.id}/tax_ids", rows)


# (kind of object, field) -> what it shows; these fields are absent unless they are asked for.
_INCLUDED: Mapping[tuple[str, str], Callable[[World, Any], object]] = {
    ("invoice", "payments"): _payments,
    ("invoice", "amount_paid_off_stripe"): lambda _world, each: each.off_stripe,
    ("customer", "tax_ids"): _tax_ids,
    ("customer", "cash_balance"): customer_shape.cash_balance,
    ("customer", "invoice_credit_balance"): (
        lambda _world, each: customer_shape.invoice_credit_balance(each)
    ),
    ("customer", "sources"): lambda _w, each: listed(f"/v1/customers/{each.id}/sources", []),
    ("customer", "subscriptions"): (
        lambda _w, each: listed(f"/v1/customers/{each.id}/subscriptions", [])
    ),
}
# Fields that can be named though they are always null here.
_EMPTY = frozenset(
    {"default_payment_method", "default_source", "payment_method", "balance_transaction"}
)


def expand(world: World, row: Json, params: Json) -> Json:
    """The object or list with what ``expand[]`` asks for; changes it in place.

    Raises:
        ApiError: 400, too deep or nothing that can be expanded; what the key may not read.
    """
    paths = params.get("expand", [])
    if not isinstance(paths, list):
        raise bad("Invalid array", param="expand")
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise bad(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
                param="expand",
            )
        if world.variants["expand"] == "honoured":
            _Walk(world, path, in_list=row.get("object") == "list").on(row, parts)
    return row


class _Walk:
    """One path of ``expand[]`` through one answer."""

    def __init__(self, world: World, path: str, *, in_list: bool) -> None:
        self._world, self._path, self._in_list = world, path, in_list

    def on(self, row: Any, parts: list[str], kind: str = "", behind: str = "") -> None:
        """Goes on at ``parts``; ``behind`` is the path since the last object of a ``kind``."""
        if row is None or not parts:
            return
        if isinstance(row, list):
            for each in row:
                self.on(each, parts, kind, behind)
        elif not isinstance(row, dict):
            raise self._not()
        elif row.get("object") == "list":
            if parts[0] != "data":
                raise self._not()
            for each in row["data"]:
                self.on(each, parts[1:])
        elif "object" in row:
            self._field(row, parts, row["object"], "")
        else:
            self._field(row, parts, kind, behind)

    def _field(self, row: Json, parts: list[str], kind: str, behind: str) -> None:
        name, rest = parts[0], parts[1:]
        dotted = f"{behind}.{name}" if behind else name
        if row.get("deleted"):
            return
        if (kind, dotted) in _INCLUDED:
            self._include(row, name, kind)
        elif (kind, dotted) in _REFERENCES:
            self._refer(row, name, _REFERENCES[kind, dotted])
        elif name in _EMPTY and name in row:
            return
        elif not rest or name not in row:
            raise self._not()
        if isinstance(row.get(name), (dict, list)):
            self.on(row[name], rest, kind, dotted)

    def _include(self, row: Json, name: str, kind: str) -> None:
        variants = self._world.variants
        hidden = (name == "payments" and variants["expand_payments"] == "ignored") or (
            name == "cash_balance"
            and self._in_list
            and variants["cash_balance_in_lists"] != "honoured"
        )
        if hidden or name in row:
            return
        table: Any = self._world.invoices if kind == "invoice" else self._world.customers
        row[name] = _INCLUDED[kind, name](self._world, table[row["id"]])

    def _refer(self, row: Json, name: str, resource: str) -> None:
        id_ = row.get(name)
        if not isinstance(id_, str):
            return
        world = self._world
        if resource == "customers" and world.variants["expand_customer"] == "ignored":
            return
        if not world.may_read(resource):
            if world.variants["expand_denied"] == "refused":
                status = int(world.variants["permission_error"])
                raise ApiError(status, f"The key may not read {resource}: {self._path}")
            return
        row[name] = _shown(world, resource, id_)

    def _not(self) -> ApiError:
        return bad(f"This property cannot be expanded ({self._path}).", param="expand")


_SHAPES: Mapping[str, Callable[[World, Any], Json]] = {
    "customers": customer_shape.customer,
    "invoices": invoice_shape.invoice,
    "payment_intents": payment_shape.intent,
    "charges": payment_shape.charge,
    "refunds": payment_shape.refund,
    "credit_notes": note_shape.credit_note,
}


def _shown(world: World, resource: str, id_: str) -> Json | str:
    """The object by its id, unexpanded; an id that there is not (a test altered it) stays one."""
    try:
        thing = world.find(id_)
    except ApiError:
        return id_
    return _SHAPES[resource](world, thing)
