"""Money at Stripe's stand-in is conserved, whatever is done to an invoice in whichever order."""

from contextlib import suppress
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.stripe import StripeSandbox
from sandbox.stripe.model import OPEN, PAID, UNCOLLECTIBLE, VOID
from sandbox.stripe.replies import ApiError

DAY = date(2026, 11, 20)
EUROS = st.integers(1, 300)
METHODS = st.sampled_from(["card", "sepa_debit", "out_of_band"])
STEPS = st.one_of(
    st.tuples(st.just("pay"), EUROS, METHODS),
    st.tuples(st.just("credit"), EUROS, st.sampled_from(["", "new", "out_of_band"])),
    st.tuples(st.just("refund"), EUROS),
    st.tuples(st.just("dispute"), EUROS),
    st.tuples(st.just("sepa"), EUROS, st.booleans()),
    st.tuples(st.just("cash"), EUROS),
    st.tuples(st.just("uncollectible")),
    st.tuples(st.just("void")),
)


def do(stripe, customer, invoice, step):
    kind, *values = step
    if kind == "pay":
        stripe.pay(invoice, values[0], method=values[1])
    elif kind == "credit":
        stripe.credit(invoice, values[0], refund=values[1])
    elif kind == "refund":
        stripe.refund(invoice, values[0])
    elif kind == "dispute":
        stripe.dispute(invoice, values[0], "lost")
    elif kind == "sepa":
        intent = stripe.start_sepa(invoice, values[0])
        (stripe.settle_sepa if values[1] else stripe.fail_sepa)(intent)
    elif kind == "cash":
        stripe.cash(customer, values[0])
        stripe.apply_cash(invoice)
    elif kind == "uncollectible":
        stripe.uncollectible(invoice)
    else:
        stripe.void(invoice)


def check(stripe, customer, invoice, start):
    world = stripe.world
    each, who = world.invoices[invoice], world.customers[customer]
    assert each.amount_due == each.paid + each.remaining
    assert 0 <= each.remaining <= each.amount_due
    assert each.base == each.total + min(0, max(start, -each.total))
    if each.status in {OPEN, UNCOLLECTIBLE}:
        assert each.remaining
    elif each.status == PAID:
        assert each.paid_at is not None
        assert not each.remaining
    payments = world.payments_for(invoice)
    received = sum(one.amount or 0 for one in payments if one.status == "paid")
    assert received == each.paid + each.overpaid
    waiting = [one for one in payments if one.status == "open" and one.is_default]
    assert [one.requested for one in waiting] in ([], [each.remaining])
    for charge in world.charges.values():
        assert charge.refunded == sum(one.amount for one in world.refunds_of(charge.id))
        assert charge.refunded <= charge.amount
    assert who.cash.get("eur", 0) == sum(t.amount for t in world.cash_transactions.values())
    assert who.balances.get("eur", 0) == sum(t.amount for t in world.balance_transactions.values())
    used = 0 if each.status == VOID else each.total - each.base
    notes = [note for note in world.credit_notes.values() if note.balance_transaction]
    credited = sum(note.post for note in notes)
    assert who.balances.get("eur", 0) == start + used - each.overpaid - credited


@settings(max_examples=120, deadline=None)
@given(
    gross=st.integers(50, 400),
    start=st.integers(-200, 0),
    steps=st.lists(STEPS, max_size=8),
)
def test_what_is_due_is_what_was_paid_and_what_remains(gross, start, steps):
    stripe = StripeSandbox(today=DAY)
    stripe.world.quiet = True
    customer = stripe.add_customer("Muster GmbH")
    stripe.balance(customer, start)
    invoice = stripe.add_invoice(customer, gross, on=DAY)
    check(stripe, customer, invoice, start * 100)
    for step in steps:
        with suppress(ApiError, ValueError):  # not allowed in this state
            do(stripe, customer, invoice, step)
        check(stripe, customer, invoice, start * 100)
