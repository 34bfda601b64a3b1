"""Every change of state is told: what changed as an event's object, with what it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.stripe import customer_shape, invoice_shape, note_shape, payment_shape
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
from sandbox.stripe.replies import Json

if TYPE_CHECKING:
    from sandbox.stripe.world import World

_SHAPES: dict[type, Callable[[World, Any], Json]] = {
    Customer: customer_shape.customer,
    TaxId: customer_shape.tax_id,
    Invoice: invoice_shape.invoice,
    InvoicePayment: invoice_shape.invoice_payment,
    Intent: payment_shape.intent,
    Charge: payment_shape.charge,
    Refund: payment_shape.refund,
    Dispute: payment_shape.dispute,
    CreditNote: note_shape.credit_note,
    BalanceTransaction: customer_shape.cash_transaction,
}


def shown(world: World, thing: object) -> Json:
    """The object as it is now."""
    return _SHAPES[type(thing)](world, thing)


def tell(world: World, type_: str, thing: object) -> None:
    """Emits an event of a type about a thing as it is now."""
    if not world.quiet:
        world.emit(type_, shown(world, thing))


@contextmanager
def updating(world: World, type_: str, thing: object) -> Iterator[None]:
    """Emits ``*.updated`` with ``previous_attributes`` for what happens inside, if anything does."""
    if world.quiet:
        yield
        return
    before = shown(world, thing)
    yield
    after = shown(world, thing)
    previous = {name: value for name, value in before.items() if after.get(name) != value}
    previous |= dict.fromkeys(after.keys() - before.keys())
    if previous:
        world.emit(type_, after, previous)
