"""The last step, told from run to task: approved like a letter, and the debtor hears nothing."""

from __future__ import annotations

from datetime import date

import pytest
from delivery_desk import MONDAY, TUESDAY, office_in

from core.domain.model import NoticeKind
from core.services.approve import approve_run
from core.services.tasks import open_tasks
from sandbox.mailbox import Mailbox

OLD = date(2025, 11, 1)


@pytest.fixture
def office(tmp_path):
    """RE-1 of 10001 had its last letter in January; RE-2 of 10002 is only just late."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", OLD)
        made.debtor("10002", "Zweite AG")
        made.owes("10002", "RE-2", "80.00", date(2026, 2, 10))
        with made.app.store.write() as tx:
            tx.items.record_level(made.id, {made.item("RE-1").id: 4}, date(2026, 1, 20))
        yield made


def test_an_approved_hand_over_becomes_a_task_and_no_letter(office):
    report = office.run()
    outcomes = approve_run(
        office.app, office.id, report.run, max_amount=None, by="erika", on=MONDAY
    )
    assert [o.outcome for o in outcomes] == ["approved", "approved"]
    kinds = {n: office.notice(n).kind for n in report.proposals}
    sent = {o.proposal: (o.channel, o.outcome) for o in office.send().outcomes}
    assert {kinds[n]: said for n, said in sent.items()} == {
        NoticeKind.TASK: ("task", "sent"),
        NoticeKind.NOTICE: ("email", "sent"),
    }
    assert office.mailbox.count() == 1
    [row] = open_tasks(office.app, office.id)
    assert "RE-1" in row.task.text
    assert office.item("RE-1").level == 5
    office.day(TUESDAY)
    assert office.run().proposals == []


def test_a_hand_over_is_no_contact(office):
    """ADR 0011: a younger invoice of the same customer does not wait for another interval."""
    office.propose_and_approve()
    office.send()
    office.owes("10001", "RE-3", "50.00", date(2026, 2, 19))
    office.day(TUESDAY)
    said = {verdict.number: verdict.verdict.reason.value for verdict in office.run().verdicts}
    assert (said["RE-3"], said["RE-1"]) == ("level_reached", "levels_exhausted")
