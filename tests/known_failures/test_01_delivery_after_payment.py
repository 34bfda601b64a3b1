"""Known failure 1: a reminder leaves although the money is there (OCA, Tryton, Akaunting).

Guard: ``send`` decides again from the store before each notice (``deliver_look.look``).
"""

import pytest

from core.domain.model import NoticeState


@pytest.mark.parametrize("email", ["kunde@beispiel.example", ""])
def test_paid_between_approval_and_send_neither_mail_nor_letter_leaves(office, email):
    office.debtor("10001", email=email)
    [notice] = office.propose_and_approve()
    office.paid("10001", "RE-1")
    [outcome] = office.send().outcomes
    assert (outcome.outcome, office.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "RE-1 steht nicht mehr offen" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.outbox() == []


def test_paid_while_the_printed_letter_lay_there_it_is_taken_back(office):
    from delivery_desk import FRIDAY

    office.debtor("10001", email="")
    [notice] = office.propose_and_approve()
    office.send()
    office.paid("10001", "RE-1")
    office.day(FRIDAY)
    assert [o.outcome for o in office.send().outcomes] == ["withdrawn"]
    assert [p.name for p in office.outbox() if "druckdatei" not in p.name] == []
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_the_printed_letter_is_taken_back_at_the_very_next_send(office):
    """Not only when it has lain there for so long that it is printed anew anyway."""
    from delivery_desk import TUESDAY

    office.debtor("10001", email="")
    [notice] = office.propose_and_approve()
    office.send()
    office.paid("10001", "RE-1")
    office.day(TUESDAY)
    assert [o.outcome for o in office.send().outcomes] == ["withdrawn"]
    assert office.state(notice) is NoticeState.WITHDRAWN
