"""Known failure 16: one bad record stops everybody, or one silent stop.

Guards: whatever one event does, the others are worked on; it is tried again later, and after some
tries it is shown to a person with its reason (``inbox``).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY
from inbox_desk import reporting_office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox

DATED = date(2026, 1, 27)


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119,00 and RE-2 over 50,00 EUR of two customers; RE-2 breaks its reader."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        reporting_office_in(tmp_path, mailbox) as made,
    ):
        made.platform.invoice("1", "a", "119.00", DATED)
        made.platform.invoice("2", "b", "50.00", DATED)
        made.onboard()
        made.notice_of_1 = made.propose_and_approve()[0]
        made.platform.invoices["2"] = object()
        yield made


def test_the_payment_behind_a_bad_event_is_seen(office):
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("2")
    office.reports("1")
    with suppress(AttributeError):  # judged by what became of the other
        office.works()
    assert office.state(office.notice_of_1) is NoticeState.WITHDRAWN


def test_a_bad_event_is_given_up_loudly(office):
    office.reports("2")
    for _ in range(8):
        office.works()
        office.later(timedelta(hours=1))
    [failed] = office.given_up()
    assert failed.event.external_id == "2"
    assert "Unerwarteter Fehler" in failed.reason
