"""Known failure 18: an attempt is counted before it was made.

Guard: an event is done when its object is read, its ledger stored and its notices judged, and not
before: a worker that is killed leaves it for the next one (``inbox``).
"""

from __future__ import annotations

from datetime import date

import pytest
from delivery_desk import MONDAY
from fake_platform import Killed
from inbox_desk import reporting_office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox


def test_a_worker_that_is_killed_while_it_reads_leaves_the_event(tmp_path):
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        reporting_office_in(tmp_path, mailbox) as office,
    ):
        office.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        office.onboard()
        [notice] = office.propose_and_approve()
        office.platform.pay("1", "119.00", MONDAY)
        office.reports("1")
        office.platform.fault(Killed())
        with pytest.raises(Killed):
            office.works()
        office.works()
        assert office.state(notice) is NoticeState.WITHDRAWN
