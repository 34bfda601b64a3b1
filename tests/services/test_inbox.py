"""From event to effect: what an event names is read again, and notices of what is paid withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from delivery_desk import MONDAY
from inbox_desk import reporting_office_in

from core.domain.model import NoticeState
from core.ports import Lane
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("mails")) as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR of one customer, RE-3 over 50,00 of another."""
    with reporting_office_in(tmp_path, mailbox) as made:
        made.platform.invoice("1", "a", "119.00", DUE)
        made.platform.invoice("2", "a", "238.00", DUE)
        made.platform.invoice("3", "b", "50.00", DUE)
        made.onboard()
        yield made


def test_a_payment_that_is_reported_withdraws_the_approved_notice_and_no_other(office):
    paid, other = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    report = office.works()
    assert (report.done, report.left, report.error) == (1, False, "")
    assert office.platform.asks(Lane.EVENT) == ["1"]
    assert office.state(paid) is NoticeState.WITHDRAWN
    assert office.state(other) is NoticeState.APPROVED
    assert [each.notice for each in report.notices] == [paid]
    # The other invoice of the letter is proposed anew without it.
    lines = [office.notice(each).lines for each in office.run().proposals]
    assert [[line.number for line in each] for each in lines] == [["RE-3"], ["RE-2"]]


def test_explain_tells_of_the_payment_and_of_the_event(office):
    office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    office.works()
    told = " ".join(office.explain("RE-1").history)
    assert "RE-1 ist bezahlt (Zahlung vom 02.03.2026)" in told
    assert "gemeldet von online am 02.03.2026 um 10:00 Uhr" in told
