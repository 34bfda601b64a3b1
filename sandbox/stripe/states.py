"""The state machine of an invoice (§2): which call leads from where to where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.invoice_shape import frozen
from sandbox.stripe.model import (
    CHARGE,
    DRAFT,
    OPEN,
    PAID,
    UNCOLLECTIBLE,
    VOID,
    BalanceTransaction,
    Intent,
    Invoice,
    InvoicePayment,
)
from sandbox.stripe.replies import bad
from sandbox.stripe.telling import tell, updating

if TYPE_CHECKING:
    from sandbox.stripe.world import World

# The platform's smallest charge; below it the sum goes to the balance (variant small_amounts).
_SMALLEST = 50
UNDER_WAY = frozenset({"processing"})


def expect(invoice: Invoice, *statuses: str) -> None:
    """Raises ApiError 400 ``invoice_not_editable`` in any other status."""
    if invoice.status not in statuses:
        raise bad(
            f"This invoice is {invoice.status}; it must be {' or '.join(statuses)}.",
            code="invoice_not_editable",
        )


def finalize(world: World, invoice: Invoice, at: int) -> None:
    """Draft → open, or paid when nothing is due; freezes the customer and takes his balance in."""
    expect(invoice, DRAFT)
    customer = world.customers[invoice.customer or ""]
    invoice.number = invoice.number or f"{customer.prefix}-{customer.sequence:04d}"
    customer.sequence += 1
    customer.currency = customer.currency or invoice.currency
    invoice.frozen, invoice.finalized = frozen(world, customer), at
    _take_balance_in(world, invoice, at)
    invoice.status = OPEN
    if invoice.base:
        # The default InvoicePayment, which is open and no money (§3).
        add_payment(world, invoice, invoice.base, at, default=True)
    _replace(world, invoice, at)
    tell(world, "invoice.finalized", invoice)
    if not invoice.remaining:
        close(world, invoice, at)


def add_payment(
    world: World, invoice: Invoice, amount: int, at: int, *, default: bool = False
) -> InvoicePayment:
    """An open InvoicePayment with a payment intent of its own."""
    intent = world.intents.add(
        Intent(world.new_id("pi"), invoice.customer, amount, invoice.currency, at)
    )
    return world.keep_payment(
        InvoicePayment(
            world.new_id("inpay"),
            invoice.id,
            amount,
            invoice.currency,
            at,
            "payment_intent",
            intent.id,
            is_default=default,
        )
    )


def default_payment(world: World, invoice: Invoice) -> InvoicePayment | None:
    """The payment made at finalisation, unless it has ended or is under way."""
    for each in world.payments_for(invoice.id):
        intent = world.intents.get(each.payment)
        waits = intent is not None and intent.status == "requires_payment_method"
        if each.is_default and each.status == "open" and waits:
            return each
    return None


def request_rest(world: World, invoice: Invoice) -> None:
    """The default payment asks for what remains; that it follows is UNVERIFIED."""
    waiting = default_payment(world, invoice)
    if waiting is not None and invoice.remaining:
        waiting.requested = world.intents[waiting.payment].amount = invoice.remaining


def _take_balance_in(world: World, invoice: Invoice, at: int) -> None:
    """Customer balance: negative is credit, positive is owed in addition (§2 starting_balance)."""
    customer = world.customers[invoice.customer or ""]
    start = customer.balances.get(invoice.currency, 0)
    invoice.starting_balance = start
    due, end = max(0, invoice.total + start), min(0, invoice.total + start)
    if 0 < due < _SMALLEST and world.variants["small_amounts"] == "carried":
        due, end = 0, due
    invoice.base, invoice.ending_balance = due, end
    change_balance(world, customer.id, invoice.currency, end - start, at, invoice.id)


def change_balance(
    world: World, customer: str, currency: str, change: int, at: int, subject: str | None
) -> BalanceTransaction | None:
    """Moves a customer's balance; None when nothing moves."""
    if not change:
        return None
    who = world.customers[customer]
    who.currency = who.currency or currency
    with updating(world, "customer.updated", who):
        ending = who.balances[currency] = who.balances.get(currency, 0) + change
    kind = {"in": "applied_to_invoice", "cn": "credit_note"}.get((subject or "")[:2], "adjustment")
    return world.balance_transactions.add(
        BalanceTransaction(
            world.new_id("cbtxn"), customer, change, ending, currency, at, kind, subject
        )
    )


def _replace(world: World, invoice: Invoice, at: int) -> None:
    """A revision that is finalised voids what it replaces (§2 latest_revision)."""
    if invoice.from_invoice is None:
        return
    before = world.invoices[invoice.from_invoice]
    before.latest_revision = invoice.id
    void(world, before, at)


def close(world: World, invoice: Invoice, at: int) -> None:
    """→ paid: nothing remains; what else was to pay it is cancelled."""
    with updating(world, "invoice.updated", invoice):
        invoice.status, invoice.paid_at = PAID, at
        invoice.auto_advance, invoice.next_attempt = False, None
        cancel_payments(world, invoice, at)
    tell(world, "invoice.paid", invoice)
    if invoice.overpaid:
        tell(world, "invoice.overpaid", invoice)


def cancel_payments(world: World, invoice: Invoice, at: int) -> None:
    """Open payments end, except what is under way at a bank: that cannot be called back."""
    for each in world.payments_for(invoice.id):
        intent = world.intents.get(each.payment)
        if each.status != "open" or (intent is not None and intent.status in UNDER_WAY):
            continue
        each.status, each.canceled_at = "canceled", at
        if intent is not None and intent.status != "succeeded":
            intent.status, intent.canceled_at = "canceled", at
            tell(world, "payment_intent.canceled", intent)


def void(world: World, invoice: Invoice, at: int) -> None:
    """open, uncollectible → void, for good; credit that was taken in goes back."""
    expect(invoice, OPEN, UNCOLLECTIBLE)
    used = (invoice.ending_balance or 0) - invoice.starting_balance
    change_balance(world, invoice.customer or "", invoice.currency, -used, at, invoice.id)
    with updating(world, "invoice.updated", invoice):
        invoice.status, invoice.voided = VOID, at
        invoice.auto_advance, invoice.next_attempt = False, None
        cancel_payments(world, invoice, at)
    tell(world, "invoice.voided", invoice)


def mark_uncollectible(world: World, invoice: Invoice, at: int, reason: str) -> None:
    """Open → uncollectible, which can still be paid or voided."""
    expect(invoice, OPEN)
    with updating(world, "invoice.updated", invoice):
        invoice.status, invoice.uncollectible, invoice.reason = UNCOLLECTIBLE, at, reason
        invoice.auto_advance, invoice.next_attempt = False, None
    tell(world, "invoice.marked_uncollectible", invoice)


def delete(world: World, invoice: Invoice) -> None:
    """A draft is gone."""
    expect(invoice, DRAFT)
    world.invoices.drop(invoice.id)
    if invoice.customer:
        world.invoices_by[invoice.customer].remove(invoice.id)
    tell(world, "invoice.deleted", invoice)


def send(world: World, invoice: Invoice) -> None:
    """Mails it; a draft is finalised first."""
    if invoice.status == DRAFT:
        finalize(world, invoice, world.now())
    if invoice.collection == CHARGE:
        raise bad("You can only manually send an invoice if its collection method is send_invoice.")
    expect(invoice, OPEN)
    tell(world, "invoice.sent", invoice)
