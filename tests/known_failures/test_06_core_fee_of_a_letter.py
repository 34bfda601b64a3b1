"""Known failure 6: a fee without a letter (Tryton, Invoice Ninja).

Guards: a fee only where the notice will leave by post, never on the one that brings default about,
never before default and never on a note before the due date (``charges._fee``, ``charges._owes``,
``dunning_notice._charges``); a hand-over to a person carries none.
"""

from __future__ import annotations

from dataclasses import replace

from core_account import after_due
from core_law import (
    FEE,
    LAW,
    billed,
    business,
    charges,
    charging,
    consumer,
    daily_under,
    demanded,
    told,
)

from core.domain.model import ChargesMode, DebtorType, NoticeKind, Showing

CHARGING = charging(mode=ChargesMode.RECEIVABLE)
LATE = after_due(30)
MAIL = "kunde@muster.example"


def test_a_mail_carries_no_fee_and_a_letter_does() -> None:
    assert charges(told(consumer(billed(), email=MAIL), LATE, CHARGING), FEE) == []
    assert len(charges(told(consumer(billed()), LATE, CHARGING), FEE)) == 1


def test_the_letter_that_brings_default_about_and_those_before_carry_none() -> None:
    """Nothing agreed: a friendly reminder, then the Mahnung that begins default, then fees."""
    letters = daily_under(consumer(billed()), after_due(0), 150, CHARGING, LAW)
    kinds = [sorted({c.kind for c in charges(d)}) for d in letters]
    assert kinds == [[], [], ["default_interest", "dunning_fee"],
                     ["default_interest", "dunning_fee"], []]  # fmt: skip
    mahnung = letters[1].notices[0]
    assert mahnung.lines[0].counts_as_mahnung
    assert mahnung.total == mahnung.lines[0].outstanding


def test_a_friendly_note_before_the_due_date_carries_none() -> None:
    """Even if default had begun: nobody pays for what is not due."""
    first = replace(CHARGING.levels[0], days_after_due=-5)
    early = replace(CHARGING, levels=(first, *CHARGING.levels[1:]))
    (notice,) = told(consumer(billed()), after_due(-3), early).notices
    assert notice.charges == ()
    assert notice.total == notice.lines[0].outstanding


def test_a_hand_over_to_a_person_carries_none() -> None:
    """Its own figures are stated with it; nothing is added to what letters asked for."""
    levels = tuple(
        replace(level, interest=Showing.CHARGE, lump_sum=Showing.CHARGE)
        for level in CHARGING.levels
    )
    of = business(billed(level=4, last_notice_on=after_due(52)), last_notice_on=after_due(52))
    (task,) = told(of, after_due(120), replace(CHARGING, levels=levels)).notices
    assert task.kind is NoticeKind.TASK
    assert task.charges == ()


def test_one_item_in_default_beside_one_that_is_not() -> None:
    """The fee is owed for the one, and the other's interest and lump sum are not there."""
    item = billed(1, delivered_on=after_due(-40), due=after_due(-40))
    of = business(item, billed(2, "80.00"))
    (notice,) = told(of, LATE, CHARGING, LAW).notices
    assert [line.default_since is not None for line in notice.lines] == [True, False]
    assert {c.number for c in notice.charges} == {"RE-1"}


def test_what_the_letter_asks_for_is_lines_and_charges() -> None:
    for kind in DebtorType:
        (notice,) = told(business(billed(), type=kind), LATE, CHARGING).notices
        assert demanded(notice).amount > 0
        assert notice.total == notice.lines[0].outstanding + demanded(notice)
