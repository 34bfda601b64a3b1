"""A note before the due date is not entered on the platform: nobody was late."""

from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY
from source_desk import live_office_in
from write_desk import ON, dunnings, states

from core.services.deliver_look import Desk
from core.services.write_back_intent import intend
from sandbox.mailbox import Mailbox

NOT_DUE = date(2026, 2, 19)  # due on 05.03., three days after the Monday
LATE = date(2026, 1, 27)


@pytest.fixture
def office(tmp_path):
    """One customer, whose procedure begins five days before the due date."""
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        live_office_in(tmp_path, mailbox, settings=ON, procedure="saas") as made,
    ):
        made.platform.contact("a", "Beispiel AG", email="a@kunde.example")
        yield made


def test_a_note_before_the_due_date_leaves_and_is_not_entered(office):
    office.platform.invoice("1", "a", "119.00", NOT_DUE)
    office.read()
    [notice] = office.propose_and_approve()
    assert office.notice(notice).issue_date == MONDAY < date(2026, 3, 5)
    report = office.send()
    assert [each.outcome for each in report.outcomes] == ["sent"]
    assert (report.written, office.rows(), dunnings(office)) == (0, [], [])


def test_the_reminder_that_follows_is_entered(office):
    office.platform.invoice("1", "a", "119.00", LATE)
    office.read()
    office.propose_and_approve()
    assert (office.send().written, states(office)) == (1, ["written"])


@pytest.mark.parametrize(("on", "entered"), [(NOT_DUE, 0), (LATE, 1)])
def test_without_its_procedure_the_days_tell_which_it_was(office, on, entered):
    office.platform.invoice("1", "a", "119.00", on)
    office.read()
    [notice] = office.propose_and_approve()
    lost = replace(office.notice(notice), procedure="weg")
    desk = Desk(office.app, office.creditor, MONDAY, "test")
    with office.app.store.write() as tx:
        intend(tx, desk, lost, "email")
    assert len(office.rows()) == entered
