"""The principal is paid: what of the charges that were demanded is still owed?

1,000 EUR due on 2 March 2026, in default since the 3rd; notice 7 left on Thursday 12 March.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from charges_story import BEFORE_ON, FEE, INTEREST, LUMP_SUM, after_notice, kept
from dunning_story import money
from law_story import LAW, billed, business, consumer, view

from core.domain.charges_settled import owed_of_paid
from core.domain.model import Reduction

LUMP = kept(1, LUMP_SUM, "40.00")
ACCRUED = kept(2, INTEREST, "2.81")  # 3 to 12 March at 10.27 %
POSTED = kept(3, FEE, "5.00")


def paid(on: date | None, id_: int = 1):
    """Paid in full on that day; None: by the source, which names no day."""
    reductions = () if on is None else (Reduction(on, 100000),)
    return replace(billed(id_), outstanding=money("0.00", "EUR"), reductions=reductions)


def owed(charge, *claims, who=business, **under) -> str:
    of = after_notice(who(*claims), charge, items=tuple(c.id for c in claims))
    seen = view(of, charge.since, **under)
    return owed_of_paid(charge, claims, of, seen).plain()


@pytest.mark.parametrize("charge", [LUMP, ACCRUED, POSTED])
@pytest.mark.parametrize("on", [date(2026, 2, 20), date(2026, 3, 2)])
def test_who_paid_in_time_owes_nothing_though_the_books_knew_it_late(charge, on) -> None:
    assert owed(charge, paid(on)) == "0.00"


def test_who_paid_a_day_late_owes_the_lump_sum_and_no_interest() -> None:
    """The day of payment bears no interest, and there was no day before it."""
    found = [owed(charge, paid(date(2026, 3, 3))) for charge in (LUMP, ACCRUED, POSTED)]
    assert found == ["40.00", "0.00", "5.00"]


def test_interest_is_owed_up_to_the_payment_that_came_to_light() -> None:
    """3 to 7 March: five days of 1,000 EUR at 10.27 %."""
    assert owed(ACCRUED, paid(date(2026, 3, 8))) == "1.41"


@pytest.mark.parametrize("on", [date(2026, 3, 20), None])
def test_later_money_and_money_of_an_unknown_day_change_nothing(on) -> None:
    assert [owed(c, paid(on)) for c in (LUMP, ACCRUED, POSTED)] == ["40.00", "2.81", "5.00"]


def test_a_consumer_owes_no_lump_sum_less_interest_and_a_capped_fee() -> None:
    late = paid(date(2026, 3, 20))
    found = [owed(charge, late, who=consumer) for charge in (LUMP, ACCRUED, POSTED)]
    assert found == ["0.00", "1.72", "2.50"]


def test_a_fee_is_owed_when_one_claim_of_its_notice_was_late() -> None:
    early, late = paid(date(2026, 3, 2), 1), paid(date(2026, 3, 20), 2)
    assert owed(POSTED, early, late) == "5.00"


def test_without_default_before_the_notice_nothing_is_owed() -> None:
    """Nobody agreed on a day: only this Mahnung could bring default about, on 25 March."""
    late = paid(date(2026, 4, 20))
    assert [owed(c, late, under=LAW) for c in (LUMP, ACCRUED, POSTED)] == ["0.00"] * 3
    assert date(2026, 3, 25) > BEFORE_ON


@pytest.mark.parametrize("charge", [LUMP, ACCRUED, POSTED])
def test_an_invoice_that_was_paid_twice_had_been_late_as_the_notice_said(charge) -> None:
    """The books call it money of the debtor then, and know no due date of it."""
    twice = replace(paid(date(2026, 3, 20)), due_date=None, outstanding=money("-10.00", "EUR"))
    assert owed(charge, twice) == charge.amount.plain()
