"""withdraw(send(x)) == x: levels, charges, default and what comes next, at every level."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from charges_desk import charges_office
from delivery_desk import TUESDAY

from core.domain.forecast import course
from core.services.explain_law import explain_law
from core.services.judge import Judge
from core.services.owner import this_task
from core.services.withdraw_sent import withdraw

# Long enough after each other for the next level, and for the contact gap to be over.
DAYS = (TUESDAY, date(2026, 4, 13), date(2026, 6, 8))


@pytest.fixture(params=["consumer", "business"])
def office(request, tmp_path):
    with charges_office(tmp_path) as made:
        made.owing(type_=request.param)
        yield made


def state(office, on):
    """All that a decision is made of, and the decisions of the coming months; the contact that a
    letter was stays, and is told apart.
    """
    with office.app.store.read() as tx:
        account = tx.items.account(office.id, office.debtors["10001"], on)
    judge = Judge.for_creditor(office.app, office.creditor)
    _, decision = judge.decide(account, on)
    law = explain_law(judge, account, account.items[0], on, "de")
    ahead = [
        (day, notice.level, notice.total)
        for day, notice in course(
            account, lambda a, d: judge.decide(a, d)[1], on, on + timedelta(days=120)
        )
    ]
    return {
        "items": account.items,
        "notices": account.notices,
        "charges": account.charges,
        "contact": (account.last_notice_on, account.last_deadline),
        "default": law,
        "verdict": decision.verdicts[0].level,
        "ahead": ahead,
    }


def take_back(office, notice):
    (outcome,) = withdraw(
        office.app, office.id, [notice], apology=False, by="erika", on=office.clock.day,
        owner=this_task(),
    )  # fmt: skip
    assert outcome.outcome == "withdrawn"


def test_at_every_level_it_is_as_before(office):
    for number, day in enumerate(DAYS, 1):
        office.day(day)
        later = day + timedelta(days=15)  # behind the contact gap, which counts the letter
        before = state(office, later)
        notice = office.letter(posted_on=day)
        assert office.item("RE-1").level == number
        assert state(office, later) != before
        take_back(office, notice.id)
        assert state(office, later) == before
        office.day(later)
        assert office.letter(posted_on=later).level == number


def test_the_order_of_payment_and_withdrawal_does_not_matter(tmp_path):
    found = []
    for name, order in (("a", "pay first"), ("b", "withdraw first")):
        (tmp_path / name).mkdir()
        with charges_office(tmp_path / name) as office:
            office.owing(type_="business")
            notice = office.letter()
            if order == "pay first":
                office.paid("10001", "RE-1", left="400.00")
            take_back(office, notice.id)
            if order != "pay first":
                office.paid("10001", "RE-1", left="400.00")
            found.append((state(office, date(2026, 4, 13)), office.kept(settled=True)))
    assert found[0] == found[1]


def test_paid_in_full_before_it_is_taken_back_leaves_no_charge_behind(tmp_path):
    """The invoice was paid, its charges became an item of their own, and then it was a mistake."""
    with charges_office(tmp_path) as office:
        office.owing(type_="business")
        notice = office.letter()
        office.paid("10001", "RE-1")
        office.day(date(2026, 3, 4))
        office.run()
        assert office.residuals()
        take_back(office, notice.id)
        assert office.residuals() == {}
        assert office.kept() == []
