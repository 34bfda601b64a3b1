"""Known failure 14, one step on: the mail server took the mail, and it came back all the same.

Guards: a notice whose mail came back is undone (``returned_mail._Returned._judge``), its address is
not used again (``deliver_recipient.recipient_of``), and in test mode nothing is learnt of a debtor
from a mail that went to the creditor (``returned_mail._Returned.take``).
"""

import pytest
from delivery_desk import TUESDAY
from returned_mails import block, report

from core.domain.model import NoticeState
from core.services.returned_mail import take_returned

KUNDE = "kunde@beispiel.example"


def came_back(office, address=KUNDE):
    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    office.day(TUESDAY)
    raw = report(outcome.message_id, block(address))
    take_returned(office.app, office.id, raw, on=TUESDAY)
    return notice


def test_a_notice_that_never_arrived_does_not_count(office):
    notice = came_back(office)
    assert office.state(notice) is NoticeState.FAILED
    assert office.item("RE-1").level == 0


def test_the_next_notice_goes_by_letter(office):
    came_back(office)
    office.propose_and_approve()
    assert [o.channel for o in office.send().outcomes] == ["letter"]


@pytest.fixture
def in_test_mode(office):
    with office.app.store.write() as tx:
        tx.creditors.set_live(office.id, False)
    return office


def test_a_mail_of_test_mode_says_nothing_of_the_debtor(in_test_mode):
    notice = came_back(in_test_mode, "buchhaltung@muster.example")
    assert in_test_mode.state(notice) is NoticeState.SENT
    assert in_test_mode.item("RE-1").level == 1
