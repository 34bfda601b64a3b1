"""Known failure 1: paid on the platform after the last sync, and reminded all the same.

Guard: ``send`` reads every invoice at its source before the notice leaves (``deliver_source``).
"""

from datetime import date

import pytest

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)


@pytest.fixture
def live_office(tmp_path):
    """Monday, 2 March 2026: RE-1 over 119,00 EUR of a live platform is 20 days late."""
    from source_desk import LiveOffice

    with Mailbox(tmp_path / "mails") as mailbox:
        made = LiveOffice(tmp_path, mailbox)
        yield made
        made.close()


@pytest.mark.parametrize("email", ["kunde@beispiel.example", ""])
def test_paid_there_between_approval_and_send_neither_mail_nor_letter_leaves(live_office, email):
    office = live_office
    office.platform.contact("a", "Beispiel AG", email=email)
    office.platform.invoice("1", "a", "119.00", DUE)
    office.read()
    [notice] = office.propose_and_approve()
    office.platform.pay("1", "119.00", office.clock.day)
    [outcome] = office.send().outcomes
    assert (outcome.outcome, office.state(notice)) == ("withdrawn", NoticeState.WITHDRAWN)
    assert "RE-1 ist bezahlt" in outcome.reason
    assert office.mailbox.count() == 0
    assert office.outbox() == []


def test_paid_there_while_the_printed_letter_lies_here_it_is_taken_back(live_office):
    from delivery_desk import TUESDAY

    office = live_office
    office.platform.contact("a", "Beispiel AG", email="")
    office.platform.invoice("1", "a", "119.00", DUE)
    office.read()
    [notice] = office.propose_and_approve()
    office.send()
    assert office.state(notice) is NoticeState.PRINTED
    office.day(TUESDAY)
    office.platform.pay("1", "119.00", TUESDAY)
    office.send()
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_when_the_platform_cannot_be_asked_nothing_leaves(live_office):
    """Not knowing is no permission."""
    from core.errors import Unreachable

    office = live_office
    office.platform.invoice("1", "a", "119.00", DUE)
    office.read()
    [notice] = office.propose_and_approve()
    office.platform.pay("1", "119.00", office.clock.day)
    office.platform.fault(Unreachable("Keine Antwort."))
    office.send()
    assert office.state(notice) is NoticeState.HELD
    assert office.mailbox.count() == 0
