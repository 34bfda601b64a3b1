"""What random stories on Stripe brought to light once, each told by itself.

Muster GmbH has an invoice over 119 EUR of 12 January 2026, due on the 26th; the office reads for the
first time on 26 March.
"""

from __future__ import annotations

from datetime import date

import pytest
from stripe_office import PLACE, opened

JANUARY, DUE = date(2026, 1, 12), date(2026, 1, 26)


@pytest.fixture
def office(tmp_path):
    with opened(tmp_path) as made:
        made.who = made.box.add_customer("Muster GmbH", "post@muster.example", address=PLACE)
        made.invoice = made.box.add_invoice(made.who, "119.00", on=JANUARY, due=DUE)
        yield made


@pytest.mark.parametrize("last", [1, 2])
def test_a_key_that_is_withdrawn_while_events_are_read_is_no_missing_right(
    office, tmp_path_factory, last
):
    """At the end of the first reading. 119 EUR that are given back an hour later would be missed."""
    office.box.pay(office.invoice)
    office.requests.clear()
    with opened(tmp_path_factory.mktemp("other")) as other:
        other.sync()
        whole = len(other.requests)
    assert office.cut_off(whole + 1 - last).exit_code == 77
    assert len(office.requests) == whole + 2 - last, "what every key may read is asked for"
    office.box.refund(office.invoice)
    office.later(at=(10, 0))
    assert office.sync().problems == ()
    assert (office.owed(), office.holds()) == ({office.invoice: "119.00"}, ["money_returned"])


@pytest.mark.parametrize("days", [10, 35])
def test_what_happened_while_events_could_not_be_read_is_told_afterwards(office, days):
    """A right that was taken for so many days; in between 119 EUR went back."""
    office.box.pay(office.invoice)
    office.sync()
    office.box.restrict("events")
    office.later(1)
    office.sync()
    office.box.refund(office.invoice)
    for _ in range(3):
        office.later(days // 3)
        office.sync()
    assert office.owed() == {}
    office.box.restrict()
    office.later(days % 3 + 1)
    office.sync()
    office.later(at=(10, 0))
    office.sync()
    assert (office.owed(), office.holds()) == ({office.invoice: "119.00"}, ["money_returned"])
    office.later(at=(11, 0))
    office.requests.clear()
    office.sync()
    assert "/v1/invoices" not in office.requests, "only once is everything listed"
