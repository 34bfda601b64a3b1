"""What random stories on Stripe brought to light once, each told by itself.

Muster GmbH has an invoice over 119 EUR of 12 January 2026, due on the 26th; the office reads for the
first time on 26 March.
"""

from __future__ import annotations

from datetime import date

import pytest
from stripe_reader import PLACE, opened

from core.domain.model import ItemState
from core.services.sync import refresh_invoices

JANUARY, DUE = date(2026, 1, 12), date(2026, 1, 26)


@pytest.fixture
def office(tmp_path):
    with opened(tmp_path) as made:
        made.who = made.box.add_customer("Muster GmbH", "post@muster.example", address=PLACE)
        made.invoice = made.box.add_invoice(made.who, "119.00", on=JANUARY, due=DUE)
        yield made


@pytest.mark.parametrize("slice_", [0, 1])
def test_a_key_that_is_withdrawn_while_events_are_read_is_no_missing_right(office, slice_):
    """At the end of the first reading. 119 EUR that are given back an hour later would be missed."""
    office.box.pay(office.invoice)

    def withdraw():
        listed = "/v1/invoices" in office.requests
        if listed and office.requests[-1 - slice_ :] == ["/v1/events"] * (1 + slice_):
            office.box.fault("key_expired", times=0)

    office.between = withdraw
    assert office.sync((0, 77)).exit_code == 77
    office.between = lambda: None
    office.box.clear_faults()
    office.box.refund(office.invoice)
    office.later(at=(10, 0))
    assert office.sync().problems == ()
    assert (office.owed(), office.holds()) == ({office.invoice: "119.00"}, ["money_returned"])


@pytest.mark.parametrize("days", [10, 35])
def test_what_happened_while_events_could_not_be_read_is_told_afterwards(office, days):
    """A right that was taken for so many days; in between 119 EUR came that had been given up."""
    office.box.uncollectible(office.invoice)
    office.sync()
    office.box.restrict("events")
    office.later(1)
    office.sync()
    office.box.pay(office.invoice)
    for _ in range(3):
        office.later(days // 3)
        office.sync()
    assert office.item(office.invoice).state is ItemState.WRITTEN_OFF
    office.box.restrict()
    office.later(days % 3 + 1)
    office.sync()
    office.later(at=(10, 0))
    office.sync()
    assert office.item(office.invoice).state is ItemState.SETTLED
    office.later(at=(11, 0))
    office.requests.clear()
    office.sync()
    assert "/v1/invoices" not in office.requests, "only once is everything listed"


def test_a_credit_in_another_currency_than_the_customers_own_holds_too(office):
    """Muster GmbH is billed in francs, owes 200 CHF and 119 EUR, and has 20 EUR of credit."""
    office.box.update_customer(office.who, currency="chf")
    francs = office.box.add_invoice(office.who, "200.00", on=JANUARY, due=DUE, currency="chf")
    office.box.balance(office.who, "-20.00", "eur")
    office.sync()
    assert {k: str(v) for k, v in office.bank_lines().items()} == {
        f"credit:{office.who}:eur": "20.00 EUR"
    }
    assert office.asks_for(office.proposed()) == {francs: "200.00"}
    office.box.balance(office.who, "0", "eur")
    office.box.balance(office.who, "-5.00", "chf")
    office.approve()
    assert office.leaving() == [], "the last look sees it as well"


def test_a_bank_transfer_that_funds_a_part_is_money_on_its_way(office):
    """50 of 119 EUR came by bank transfer, and Stripe keeps them with the PaymentIntent."""
    office.sync()
    assert office.asks_for(office.proposed()) == {office.invoice: "119.00"}
    office.approve()
    (intent,) = office.box.world.intents
    office.box.alter(intent, status="requires_action", amount_received=5000)
    assert office.leaving() == []
    assert office.holds() == ["direct_debit_pending"]


def test_a_debit_that_takes_three_weeks_is_not_proposed(office):
    office.box.start_sepa(office.invoice)
    for _ in range(20):
        office.later(1)
    office.sync()
    assert office.proposed() == []


def test_money_from_elsewhere_that_names_no_day_bears_no_interest(office):
    """19 EUR came past Stripe and left no InvoicePayment; 100 EUR closed the invoice on 26 March."""
    office.box.variant("out_of_band_payment", "none")
    office.box.pay(office.invoice, "19.00", method="out_of_band", on=date(2026, 2, 3))
    office.box.pay(office.invoice)
    office.sync()
    item = office.item(office.invoice)
    assert item.state is ItemState.SETTLED
    assert [(each.on, each.minor) for each in item.reductions] == [(date(2026, 3, 26), 10000)]


def test_money_that_a_last_look_sees_during_a_sync_is_not_forgotten_by_it(office):
    """50 EUR come while the daily comparison is under way; it has read the customer before."""
    gone = office.box.add_invoice(office.who, "50.00", on=JANUARY, due=DUE)
    office.sync()
    office.proposed()
    office.approve()
    office.later(1)
    office.box.world.quiet = True  # its event is lost: the comparison reads it alone
    office.box.pay(gone)
    office.box.world.quiet = False

    def look_meanwhile():
        if office.requests[-1].endswith(gone):
            office.between = lambda: None
            office.box.cash(office.who, "50.00")
            with office.app.store.read() as tx:
                stripe = tx.connections.by_name(office.id, "stripe")
            refresh_invoices(office.app, office.id, stripe, [office.invoice], on=office.day)

    office.between = look_meanwhile
    office.sync()
    assert str(office.bank_lines()[f"cash:{office.who}:eur"]) == "50.00 EUR"
    assert office.holds() == ["unassigned_money"]
    assert office.asks_for(office.leaving()) == {}
