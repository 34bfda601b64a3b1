"""Known failure 5: a hold is ignored by one channel, or an empty mail goes out (Tryton).

Guard: the last look is taken for the notice, before any channel, and once more at its hand-over.
"""

from datetime import date

import pytest

from core.domain.model import NoticeState


@pytest.mark.parametrize("email", ["kunde@beispiel.example", ""])
@pytest.mark.parametrize("on_the_invoice", [True, False])
def test_a_hold_stops_mail_and_letter_alike(office, email, on_the_invoice):
    office.debtor("10001", email=email)
    [notice] = office.propose_and_approve()
    office.hold("10001", "RE-1" if on_the_invoice else None)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "withdrawn"
    assert "Reklamation" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.outbox() == []
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_a_hold_that_comes_while_the_mail_is_refused_stops_the_letter_too(office):
    """The server refuses the content for good; before the letter is printed, there is a dispute."""
    office.propose_and_approve()
    office.mailbox.behaviour.answer = "554 content refused"
    real = office.app.mail

    class DisputeAfterMail:
        def send(self, creditor, message, before_data):
            result = real.send(creditor, message, before_data)
            office.hold("10001", "RE-1")
            return result

    from dataclasses import replace

    [outcome] = office.send(replace(office.app, mail=DisputeAfterMail())).outcomes
    assert (outcome.outcome, outcome.channel) == ("withdrawn", "letter")
    assert office.outbox() == []


def test_when_all_invoices_are_paid_no_empty_notice_leaves(office):
    office.owes("10001", "RE-2", "10.00", date(2026, 2, 10))
    office.propose_and_approve()
    office.paid("10001", "RE-1")
    office.paid("10001", "RE-2")
    assert [o.outcome for o in office.send().outcomes] == ["withdrawn"]
    assert office.mailbox.count() == 0
