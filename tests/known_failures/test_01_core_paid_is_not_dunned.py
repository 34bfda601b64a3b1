"""Known failure 1: dunning after payment (Tryton, OCA, Akaunting #259).

Guards: a settled item and an outstanding of 0 are no claim (``dunning_item._no_claim``); money
that is there but not assigned holds what it could pay, and nothing is dunned while money is not
booked up to date (``dunning_item._stopped``); a net that is not positive is never dunned
(``dunning_notice.plan``).
"""

from __future__ import annotations

from core_account import account, after_due, credit, dunned, hold, invoice, on, unapplied, verdict

from core.domain.model import ItemState
from core.domain.reasons import Reason

LATE = after_due(30)


def test_a_settled_item_is_not_dunned() -> None:
    assert not dunned(on(LATE, account(invoice(state=ItemState.SETTLED))))


def test_an_item_with_nothing_open_is_not_dunned_whatever_its_state_says() -> None:
    found = verdict(on(LATE, account(invoice(open_="0.00", state=ItemState.OPEN))))
    assert found.reason is Reason.NOT_A_CLAIM


def test_money_that_nobody_assigned_stops_the_invoice_it_could_pay() -> None:
    found = verdict(on(LATE, account(invoice(1, "119.00"), unapplied(2, "-119.00"))))
    assert found.reason is Reason.UNPLACED_MONEY


def test_nothing_is_dunned_while_the_bank_is_not_booked() -> None:
    found = verdict(on(LATE, account(invoice(), booked_until=after_due(20))))
    assert found.reason is Reason.NOT_BOOKED_THROUGH


def test_an_account_in_credit_is_not_dunned() -> None:
    found = verdict(on(LATE, account(invoice(1, "119.00"), credit(2, "-119.00"))))
    assert found.reason is Reason.NET_NOT_POSITIVE


def test_nor_while_the_credit_that_covers_it_is_being_cleared_up() -> None:
    """The disputed credit is not deducted on a notice, but it may well stand."""
    disputed = [hold(after_due(0), item=2)]
    of = account(invoice(1, "119.00"), credit(2, "-119.00"), holds=disputed)
    assert verdict(on(LATE, of)).reason is Reason.NET_NOT_POSITIVE


def test_a_credit_that_covers_what_is_late_stops_the_letter_though_more_is_owed_later() -> None:
    """100 EUR late, 500 EUR not due, a credit note of 150 EUR: a letter over -50 EUR."""
    of = account(
        invoice(1, "100.00"), invoice(2, "500.00", due=after_due(60)), credit(3, "-150.00")
    )
    decision = on(LATE, of)
    assert verdict(decision).reason is Reason.NET_NOT_POSITIVE
    assert decision.notices == ()
