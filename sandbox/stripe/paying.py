"""Money that comes in (§3): cards, SEPA, bank transfers through the cash balance, elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.stripe.model import (
    OPEN,
    UNCOLLECTIBLE,
    BalanceTransaction,
    Charge,
    Intent,
    Invoice,
    InvoicePayment,
)
from sandbox.stripe.replies import bad
from sandbox.stripe.states import (
    add_payment,
    change_balance,
    close,
    default_payment,
    expect,
    request_rest,
)
from sandbox.stripe.telling import tell, updating

if TYPE_CHECKING:
    from sandbox.stripe.world import World

OPENED = (OPEN, UNCOLLECTIBLE)


def pay(world: World, invoice: Invoice, amount: int, method: str, at: int) -> InvoicePayment:
    """A payment that has come in: a part, the whole, or more than that."""
    expect(invoice, *OPENED)
    if method == "out_of_band":
        return _elsewhere(world, invoice, amount, at)
    if method == "customer_balance":
        fund(world, invoice.customer or "", amount, invoice.currency, at)
        return apply_cash(world, invoice, at)
    payment = _to_pay(world, invoice, amount, at)
    _charge(world, payment, amount, method, "succeeded", at)
    _received(world, payment, amount, at)
    return payment


def _to_pay(world: World, invoice: Invoice, amount: int, at: int) -> InvoicePayment:
    """The open default payment for the whole, or a new one for a part."""
    default = default_payment(world, invoice)
    if default is not None and amount >= invoice.remaining:
        intent = world.intents[default.payment]
        intent.amount = amount
        return default
    return add_payment(world, invoice, amount, at)


def _charge(
    world: World, payment: InvoicePayment, amount: int, method: str, status: str, at: int
) -> Charge:
    intent = world.intents[payment.payment]
    id_ = world.new_id("ch" if method == "card" else "py")
    charge = world.charges.add(
        Charge(id_, intent.customer, amount, intent.currency, at, intent.id, method, status)
    )
    intent.charge, intent.method, intent.failure = charge.id, method, None
    return charge


def _received(world: World, payment: InvoicePayment, amount: int, at: int) -> None:
    """Books money on an invoice; the events in no special order (§4: none is guaranteed)."""
    invoice, intent = world.invoices[payment.invoice], world.intents.get(payment.payment)
    if intent is not None:
        intent.status, intent.received = "succeeded", amount
        tell(world, "charge.succeeded", world.charges[intent.charge or ""])
        tell(world, "payment_intent.succeeded", intent)
    capped = world.variants["overpaid_payment"] == "capped"
    said = min(amount, invoice.remaining) if capped else amount
    payment.status, payment.amount, payment.paid_at = "paid", said, at
    with updating(world, "invoice.updated", invoice):
        counted = min(amount, invoice.remaining)
        invoice.paid += counted
        invoice.overpaid += amount - counted
        if intent is None:
            invoice.off_stripe += counted
        else:
            invoice.attempts += 1
        request_rest(world, invoice)
    # What is too much is credited to the customer (§2 amount_overpaid).
    change_balance(
        world, invoice.customer or "", invoice.currency, -(amount - counted), at, invoice.id
    )
    tell(world, "invoice_payment.paid", payment)
    if not invoice.remaining and invoice.status in OPENED:
        close(world, invoice, at)
        if intent is not None:
            tell(world, "invoice.payment_succeeded", invoice)


def _elsewhere(world: World, invoice: Invoice, amount: int, at: int) -> InvoicePayment:
    """Paid outside of Stripe: no charge; which InvoicePayment it leaves is a variant."""
    payment = InvoicePayment(
        world.new_id("inpay"),
        invoice.id,
        amount,
        invoice.currency,
        at,
        "payment_record",
        world.new_id("pr"),
    )
    if world.variants["out_of_band_payment"] == "payment_record":
        world.keep_payment(payment)
    _received(world, payment, amount, at)
    return payment


def start_sepa(world: World, invoice: Invoice, amount: int, at: int) -> Intent:
    """A direct debit that is under way: processing is normal for days (§3)."""
    expect(invoice, *OPENED)
    payment = _to_pay(world, invoice, amount, at)
    charge = _charge(world, payment, amount, "sepa_debit", "pending", at)
    intent = world.intents[payment.payment]
    intent.status = "processing"
    tell(world, "charge.pending", charge)
    tell(world, "payment_intent.processing", intent)
    return intent


def settle_sepa(world: World, intent: Intent, at: int) -> None:
    """The bank has paid."""
    charge = _under_way(world, intent)
    charge.status = "succeeded"
    _received(world, world.payments[world.payment_of[intent.id]], intent.amount, at)


def fail_sepa(world: World, intent: Intent, code: str = "insufficient_funds") -> None:
    """The bank has refused before success: no dispute, a failed payment (§0.7)."""
    charge = _under_way(world, intent)
    charge.status = "failed"
    failed(world, world.invoice_of(intent.id), intent, charge, code)


def failed(world: World, invoice: Invoice, intent: Intent, charge: Charge, code: str) -> None:
    """An attempt came to nothing."""
    charge.failure = intent.failure = code
    intent.status = "requires_payment_method"
    tell(world, "charge.failed", charge)
    tell(world, "payment_intent.payment_failed", intent)
    with updating(world, "invoice.updated", invoice):
        invoice.attempts += 1
    tell(world, "invoice.payment_failed", invoice)


def decline(world: World, invoice: Invoice, at: int) -> None:
    """A card is declined."""
    payment = _to_pay(world, invoice, invoice.remaining, at)
    charge = _charge(world, payment, invoice.remaining, "card", "failed", at)
    failed(world, invoice, world.intents[payment.payment], charge, "card_declined")


def _under_way(world: World, intent: Intent) -> Charge:
    if intent.status != "processing":
        raise bad(f"This PaymentIntent is {intent.status}, not processing.")
    return world.charges[intent.charge or ""]


def fund(world: World, customer: str, amount: int, currency: str, at: int) -> BalanceTransaction:
    """A bank transfer comes into the cash balance, where it pays nothing by itself (§0.9)."""
    moved = _move_cash(world, customer, amount, currency, at, "funded")
    tell(world, "customer_cash_balance_transaction.created", moved)
    if amount > 0 and not world.quiet:
        from sandbox.stripe.customer_shape import cash_balance

        world.emit("cash_balance.funds_available", cash_balance(world, world.customers[customer]))
    return moved


def apply_cash(world: World, invoice: Invoice, at: int) -> InvoicePayment:
    """Pays the whole invoice from the cash balance; too little pays nothing (§0.9)."""
    expect(invoice, *OPENED)
    customer = world.customers[invoice.customer or ""]
    amount = invoice.remaining
    if customer.cash.get(invoice.currency, 0) < amount:
        raise bad("The cash balance does not cover the invoice.", code="balance_insufficient")
    payment = _to_pay(world, invoice, amount, at)
    _charge(world, payment, amount, "customer_balance", "succeeded", at)
    used = _move_cash(
        world, customer.id, -amount, invoice.currency, at, "applied_to_payment", payment.payment
    )
    tell(world, "customer_cash_balance_transaction.created", used)
    _received(world, payment, amount, at)
    return payment


def _move_cash(
    world: World,
    customer: str,
    amount: int,
    currency: str,
    at: int,
    kind: str,
    subject: str | None = None,
) -> BalanceTransaction:
    who = world.customers[customer]
    ending = who.cash[currency] = who.cash.get(currency, 0) + amount
    id_ = world.new_id("ccsbtxn")
    return world.cash_transactions.add(
        BalanceTransaction(id_, customer, amount, ending, currency, at, kind, subject)
    )
