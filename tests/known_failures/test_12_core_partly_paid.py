"""Known failure 12: partly paid invoices are forgotten, or judged by the gross total (OCA #330,
OpenXE, Lago).

Guards: a partly paid item is a claim (``dunning_account.is_running``), and lines, net, minimum
and unplaced money look at what is outstanding, never at the total (``dunning_notice``).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core_account import (
    STANDARD,
    account,
    after_due,
    amounts,
    dunned,
    invoice,
    letter,
    money,
    on,
    unapplied,
    verdict,
    with_level,
)

from core.domain.model import ItemState
from core.domain.reasons import Reason

LATE = after_due(30)
HALF = replace(invoice(1, "40.00", state=ItemState.PARTLY_PAID), total=money("1000.00"))


def test_the_rest_of_a_partly_paid_invoice_is_dunned() -> None:
    decision = on(LATE, account(HALF))
    assert dunned(decision) == {1: 1}
    notice = letter(decision)
    assert amounts(notice) == {"RE-1": "40.00"}
    assert notice.total == money("40.00")
    assert notice.lines[0].total == money("1000.00")


def test_the_minimum_looks_at_the_rest_and_not_at_the_total() -> None:
    strict = with_level(STANDARD, 1, min_amount={"EUR": Decimal("50.00")})
    assert verdict(on(LATE, account(HALF), strict)).reason is Reason.BELOW_MINIMUM
    enough = replace(HALF, outstanding=money("50.00"))
    assert dunned(on(LATE, account(enough), strict)) == {1: 1}


def test_unplaced_money_is_compared_with_the_rest() -> None:
    found = verdict(on(LATE, account(HALF, unapplied(2, "-40.00"))))
    assert found.reason is Reason.UNPLACED_MONEY
