"""Known failure 15: a batch marks what it skipped as done (OpenXE, iDempiere, kivitendo #648).

Guard: each notice gets its own outcome, and only what left gets the state of what left.
"""

from datetime import date
from decimal import Decimal

from core.domain.model import Address, NoticeState
from core.services.approve import approve_run


def three(office):
    office.debtor("10002", "Ohne Weg AG", email="", address=Address())
    office.owes("10002", "RE-2", "200.00", date(2026, 2, 10))
    office.debtor("10003", "Gross AG")
    office.owes("10003", "RE-3", "900.00", date(2026, 2, 10))
    return office.run()


def test_of_three_one_is_sent_one_fails_one_is_not_approved_and_each_says_so(office):
    report = three(office)
    approved = approve_run(
        office.app, office.id, report.run, max_amount=Decimal(500), by="erika", on=office.clock.day
    )
    first, second, third = report.proposals
    assert {o.notice: o.outcome for o in approved} == {
        first: "approved",
        second: "approved",
        third: "refused",
    }
    assert {o.proposal: o.outcome for o in office.send().outcomes} == {
        first: "sent",
        second: "failed",
    }
    states = [office.state(n) for n in (first, second, third)]
    assert states == [NoticeState.SENT, NoticeState.HELD, NoticeState.PROPOSED]
    assert [office.item(f"RE-{n}").level for n in (1, 2, 3)] == [1, 0, 0]


def test_of_two_printed_letters_only_the_named_one_is_posted(office):
    office.debtor("10001", email="")
    office.debtor("10004", "Zweite AG", email="")
    office.owes("10004", "RE-4", "50.00", date(2026, 2, 10))
    first, second = office.propose_and_approve()
    office.send()
    assert [o.notice for o in office.posted(first)] == [first]
    assert office.state(second) is NoticeState.PRINTED
    assert office.item("RE-4").level == 0
