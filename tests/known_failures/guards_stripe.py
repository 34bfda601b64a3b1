"""Guards at Stripe, where money may be there, on its way or gone again although an invoice is open."""

from __future__ import annotations

from guard_off import Guard, rewritten, without

MOVES, OF_CUSTOMER = (
    "connectors.stripe.flight:Flight._moves",
    "connectors.stripe.flight:Flight.of_customer",
)
BALANCES, DOUBTS = "connectors.stripe.customers:balances", "connectors.stripe.states:_doubts"
CHANGES, CLOSED = "connectors.stripe.changes:changes", "connectors.stripe.invoices:_outstanding"
PAID = "test_01_stripe_money_on_its_way.py"

STRIPE = (
    Guard(
        1, "a debit under way at Stripe holds its invoice", MOVES,
        rewritten(MOVES, ("return id_ in self._pending", "return False")),
        f"{PAID}::test_a_debit_that_takes_days_stops_the_reminder",
    ),
    Guard(
        1, "the last look at Stripe asks for debits that began long ago", MOVES,
        without(MOVES, lambda *_: False),
        f"{PAID}::test_a_debit_that_began_long_ago_is_seen_by_the_last_look",
    ),
    Guard(
        1, "where a server names no payments a debit holds all of its customer", OF_CUSTOMER,
        without(OF_CUSTOMER, lambda *_: frozenset()),
        f"{PAID}::test_a_debit_that_names_no_invoice_stops_what_it_may_be_for",
    ),
    Guard(
        1, "money on a customer's account at Stripe is told", BALANCES, without(BALANCES, lambda _: ()),
        f"{PAID}::test_a_transfer_that_pays_nothing_by_itself_is_told",
    ),
    Guard(
        1, "money that went back after payment waits for a person", DOUBTS,
        without(DOUBTS, lambda _: iter(())),
        f"{PAID}::test_a_refund_is_asked_for_by_nobody_but_a_person",
    ),
    Guard(
        1, "what Stripe lists as open no more is read alone, event or not", CHANGES,
        rewritten(CHANGES, ("(changed | believed | again)", "(changed | again)")),
        f"{PAID}::test_a_payment_whose_event_was_never_heard_is_seen_the_next_day",
    ),
    Guard(
        20, "nothing is left of an invoice that is void at Stripe", CLOSED,
        rewritten(CLOSED, ("if is_closed(status):", 'if status == "none":')),
        "test_20_stripe_written_off.py::test_what_was_given_up_there_is_not_owed_here",
    ),
)  # fmt: skip
