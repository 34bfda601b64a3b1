"""Known failure 8: off by one and sign of days (iDempiere-5793, ERPNext #45685, Dolibarr #30771,
DMW #18, pretix #4344).

Guards: the due day itself is not late (``dunning_item.examine``), days count from the due date
to the day of the run (``dunning_timing.wait_for``, ``dunning_notice._dun``), both ends of a hold
are held (``model.Hold.active``), and money may lag exactly as many working days as set
(``dunning_account.booked_through``).
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_account import (
    DUE,
    STANDARD,
    account,
    after_due,
    dunned,
    hold,
    invoice,
    on,
    verdict,
    with_level,
)

from core.domain.reasons import Reason

AT_ONCE = with_level(STANDARD, 1, days_after_due=1)


@pytest.mark.parametrize(
    ("late", "reason"),
    [
        (-20, Reason.NOT_DUE),
        (-1, Reason.NOT_DUE),
        (0, Reason.NOT_DUE),
        (1, Reason.LEVEL_REACHED),
        (20, Reason.LEVEL_REACHED),
    ],
)
def test_due_today_is_not_late(late: int, reason: Reason) -> None:
    assert verdict(on(after_due(late), account(invoice()), AT_ONCE)).reason is reason


def test_a_level_comes_on_its_day_and_not_the_day_before() -> None:
    assert not dunned(on(after_due(9), account(invoice())))
    decision = on(after_due(10), account(invoice()))
    assert dunned(decision) == {1: 1}
    assert verdict(decision).facts["days_late"] == "10"


def test_grace_days_are_over_the_day_after_the_last() -> None:
    patient = replace(AT_ONCE, grace_days=5)
    assert verdict(on(after_due(5), account(invoice()), patient)).reason is Reason.WITHIN_GRACE
    assert dunned(on(after_due(6), account(invoice()), patient)) == {1: 1}


def test_the_interval_is_over_on_its_last_day() -> None:
    """Last notice on the 1st, interval 14: a run on the 15th duns, on the 14th not."""
    of = account(invoice(due=after_due(-60)), last_notice_on=DUE)
    assert not dunned(on(after_due(13), of))
    assert dunned(on(after_due(14), of)) == {1: 1}


def test_a_hold_holds_on_its_first_and_on_its_last_day() -> None:
    for day in (20, 25):
        of = account(invoice(), holds=[hold(after_due(20), after_due(25))])
        assert verdict(on(after_due(day), of)).reason is Reason.HELD
    assert dunned(on(after_due(19), of)) == {1: 1}


def test_three_working_days_behind_is_allowed_and_four_is_not() -> None:
    wednesday = after_due(30)
    assert wednesday.weekday() == 2
    assert dunned(on(wednesday, account(invoice(), booked_until=after_due(25))))  # Friday
    assert not dunned(on(wednesday, account(invoice(), booked_until=after_due(24))))  # Thursday
