"""Known failure 1: paid, and the reminder that was approved before still leaves.

Guards: an event only names what to read again; what it changed is judged anew at once, so that the
notice is withdrawn before anybody sends (``inbox``, ``recheck``).
"""

from __future__ import annotations

import pytest
from delivery_desk import MONDAY
from inbox_desk import approved_reminder_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    """RE-1 over 119,00 EUR, 34 days old; its reminder is approved."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        approved_reminder_in(tmp_path, mailbox) as made,
    ):
        yield made


def test_a_reported_payment_withdraws_the_reminder_before_anybody_sends(office):
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    office.works()
    assert office.state(office.notice_of_1) is NoticeState.WITHDRAWN


def test_a_report_without_a_payment_behind_it_withdraws_nothing(office):
    """The payload is never the truth: who can forge one must not be able to stop reminders."""
    office.reports("1")
    office.works()
    assert office.state(office.notice_of_1) is NoticeState.APPROVED
    assert [each.outcome for each in office.send().outcomes] == ["sent"]
