"""Known failure 21: removing one invoice from a letter mutes the others (OCA #460).

Guards: what stands against one item is asked of that item only (``dunning_account.holds_of``,
``dunning_item._stopped``), and an item below its minimum leaves the notice without the others
(``dunning_notice._worth_it``).
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from core_account import STANDARD, account, after_due, dunned, hold, invoice, letter, on, with_level

from core.domain.model import ItemState, OpenItem

LATE = after_due(30)


@pytest.mark.parametrize(
    "off",
    [
        invoice(1, state=ItemState.CANCELLED),
        invoice(1, state=ItemState.UNKNOWN),
        invoice(1, due=None),
        invoice(1, due=after_due(100)),
        invoice(1, currency_unclear=True),
        invoice(1, direct_debit=True),
        invoice(1, level=5),
    ],
    ids=lambda item: str(item.state),
)
def test_an_item_that_drops_out_leaves_the_others_on_the_notice(off: OpenItem) -> None:
    decision = on(LATE, account(off, invoice(2, "50.00"), invoice(3, "70.00")))
    assert dunned(decision) == {2: 1, 3: 1}
    assert letter(decision).total.plain() == "120.00"


def test_a_hold_on_one_item_leaves_the_others() -> None:
    of = account(invoice(1), invoice(2), invoice(3), holds=[hold(LATE, item=1)])
    assert dunned(on(LATE, of)) == {2: 1, 3: 1}


def test_and_they_escalate_while_it_is_held() -> None:
    held = [hold(LATE, item=1)]
    of = account(invoice(1, level=1), invoice(2, level=1), holds=held)
    assert dunned(on(LATE, of)) == {2: 2}


def test_an_item_below_the_minimum_of_its_level_leaves_the_others() -> None:
    strict = with_level(STANDARD, 2, min_amount={"EUR": Decimal("500.00")})
    of = account(invoice(1, "40.00", level=1), invoice(2, "30.00"))
    assert dunned(on(LATE, of, strict)) == {2: 1}
