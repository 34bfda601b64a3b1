"""Known failure 1: the money is there, and only nobody has assigned it yet.

Guards: unassigned lines of the bank hold what they could pay, and a bank feed that stands still
lets nothing leave (architecture §2, booked-through).
"""

from datetime import date

import pytest

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox

DUE = date(2026, 1, 27)
IBAN = "DE89370400440532013000"


@pytest.fixture
def live_office(tmp_path):
    """Monday, 2 March 2026: RE-1 over 119,00 EUR is 20 days late, approved to be dunned by mail."""
    from delivery_desk import MONDAY
    from source_desk import LiveOffice

    from core.services.onboard import onboard

    with Mailbox(tmp_path / "mails") as mailbox:
        made = LiveOffice(tmp_path, mailbox, settings={"attach_invoices": "no"})
        made.platform.contact("a", "Adler Muster GmbH", iban=IBAN)
        made.platform.invoice("1", "a", "119.00", DUE)
        made.platform.booked = MONDAY
        onboard(made.app, made.id, on=MONDAY)
        [made.waiting] = made.propose_and_approve()
        made.platform.asked.clear()
        yield made
        made.close()


def next_day(office, *, booked=True):
    from delivery_desk import TUESDAY

    office.day(TUESDAY)
    if booked:
        office.platform.booked = TUESDAY


@pytest.mark.parametrize(
    ("amount", "line"),
    [
        ("60.00", {"payer": "ADLER MUSTER"}),
        ("60.00", {"payer": "Beispiel Treuhand", "text": "SVWZ+RE-1 Teilzahlung"}),
        ("60.00", {"iban": IBAN}),
        ("119.00", {"payer": "Beispiel Treuhand"}),
    ],
)
def test_money_that_nobody_has_assigned_stops_what_it_could_pay(live_office, amount, line):
    office = live_office
    next_day(office)
    office.platform.receive("t1", amount, office.clock.day, **line)
    [outcome] = office.send().outcomes
    assert office.mailbox.count() == 0
    assert (outcome.outcome, office.state(office.waiting)) == ("withdrawn", NoticeState.WITHDRAWN)


def test_money_of_somebody_else_stops_nothing(live_office):
    office = live_office
    next_day(office)
    office.platform.receive("t1", "60.00", office.clock.day, payer="Beispiel Treuhand")
    office.send()
    assert office.mailbox.count() == 1


def test_a_bank_feed_that_turns_out_to_stand_still_lets_nothing_leave(live_office):
    """A second account was connected there; its last day is in February."""
    office = live_office
    next_day(office)
    office.platform.booked = date(2026, 2, 20)
    office.send()
    assert office.mailbox.count() == 0
    assert office.state(office.waiting) is NoticeState.HELD
