"""The verdict of now on notices that have not left, when something about their invoices changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from delivery_desk import FRIDAY, MONDAY, office_in
from inbox_desk import reporting_office_in

from core.domain.model import Automation, HoldKind, NoticeState
from core.errors import ConfigError
from core.services.recheck import recheck_notices
from core.services.tasks import open_tasks
from core.store.notices import Notices

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 80,00 EUR of one customer, RE-3 over 50,00 of another."""
    with office_in(tmp_path, mailbox) as made:
        made.debtor("10001")
        made.debtor("10002", "Muster Bau GmbH", email="bau@muster.example")
        made.owes("10001", "RE-1", "119.00", DUE)
        made.owes("10001", "RE-2", "80.00", DUE)
        made.owes("10002", "RE-3", "50.00", DUE)
        yield made


def recheck(office, on=None, **options):
    return recheck_notices(office.app, office.id, on=on or office.clock.day, **options)


def test_what_still_holds_stays_as_it_is(office):
    proposed, approved = office.run().proposals
    office.approve(approved)
    assert recheck(office) == []
    assert (office.state(proposed), office.state(approved)) == (
        NoticeState.PROPOSED,
        NoticeState.APPROVED,
    )


@pytest.mark.parametrize("approved", [True, False], ids=["approved", "proposed"])
def test_paid_it_is_withdrawn_once_and_the_rest_is_free(office, approved):
    notice, _ = office.run().proposals
    if approved:
        office.approve(notice)
    office.paid("10001", "RE-1")
    [found] = recheck(office)
    assert (found.notice, found.now) == (notice, NoticeState.WITHDRAWN)
    assert recheck(office) == []
    lines = [office.notice(each).lines for each in office.run().proposals]
    assert [[line.number for line in each] for each in lines] == [["RE-3"], ["RE-2"]]
    assert office.audit_is_fine()


def test_a_printed_letter_that_was_paid_is_kept_from_the_post(office):
    """It lies in the office until somebody takes it there: the next send may be too late."""
    office.debtor("10001", email="")
    office.debtor("10002", email="")
    paid, other = office.propose_and_approve()
    office.send()
    assert office.state(paid) is NoticeState.PRINTED
    assert recheck(office) == []
    office.paid("10001", "RE-1")
    [found] = recheck(office, cause="gemeldet von online")
    assert (found.notice, found.before, found.now) == (
        paid,
        NoticeState.PRINTED,
        NoticeState.WITHDRAWN,
    )
    reason = office.notice(paid).reason
    assert reason.startswith("RE-1 ")
    assert "gemeldet von online. Den gedruckten Brief nicht mehr zur Post geben" in reason
    assert not [path for path in office.outbox() if f"-{paid}-" in path.name]
    assert (office.state(other), office.item("RE-2").pending) == (NoticeState.PRINTED, "none")
    [task] = open_tasks(office.app, office.id)
    assert f"Mahnung {paid}: RE-1" in task.task.text
    assert recheck(office) == []
    assert office.audit_is_fine()


def test_while_a_send_prints_the_letter_is_left_to_it(office):
    office.debtor("10001", email="")
    paid, _ = office.propose_and_approve()
    office.send()
    office.paid("10001", "RE-1")
    with office.app.store.write() as tx:
        assert tx.leases.take(office.id, "send", "anderswo/1/x", office.clock.now(), 300)
    assert recheck(office) == []
    assert office.state(paid) is NoticeState.PRINTED


def test_only_notices_of_the_debtors_concerned_are_looked_at(office):
    office.propose_and_approve()
    office.paid("10001", "RE-1")
    assert recheck(office, items=[office.item("RE-3").id]) == []
    assert len(recheck(office, items=[office.item("RE-2").id])) == 1


def test_a_hold_that_began_withdraws_and_names_it(office):
    _, notice = office.propose_and_approve()
    office.hold("10002", "RE-3", "Reklamation", HoldKind.DISPUTE)
    [found] = recheck(office, cause="gemeldet von laden")
    assert found.notice == notice
    assert "RE-3" in found.reason
    assert found.reason.endswith("; gemeldet von laden")


def test_money_that_is_not_booked_far_enough_holds_what_was_approved(office):
    """It waits by itself, and leaves when the bank is booked; a proposal needs no hold."""
    proposed, approved = office.run().proposals
    office.approve(approved)
    office.day(FRIDAY + timedelta(days=3), booked=False)
    # The approval is one of Monday; three working days are over as well.
    office.approve(approved)
    assert {(each.notice, each.now) for each in recheck(office)} == {(approved, NoticeState.HELD)}
    assert recheck(office) == [], "the same reason is not told twice"
    assert office.state(proposed) is NoticeState.PROPOSED


def test_an_approval_that_ran_out_is_a_proposal_again(office):
    _, notice = office.propose_and_approve()
    office.day(MONDAY + timedelta(days=7))
    states = {each.notice: each.now for each in recheck(office)}
    assert states[notice] is NoticeState.PROPOSED


def test_what_needs_nobody_is_withdrawn_as_well(tmp_path, mailbox):
    with office_in(tmp_path, mailbox) as office:
        standard = office.app.procedure("standard")
        levels = tuple(replace(each, automation=Automation.SEND) for each in standard.levels)
        alone = replace(standard, levels=levels)
        office.app = replace(office.app, procedure=lambda _name: alone)
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", DUE)
        [notice] = office.run().proposals
        assert recheck(office) == []
        office.paid("10001", "RE-1")
        recheck(office)
        assert office.state(notice) is NoticeState.WITHDRAWN


def test_a_proposal_of_a_day_to_come_is_judged_as_on_that_day(tmp_path, mailbox):
    """In test mode a run may look ahead; that day is no reason to take it back."""
    with office_in(tmp_path, mailbox, live=False) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", MONDAY - timedelta(days=2))
        ahead = MONDAY + timedelta(days=20)
        office.day(ahead)
        [notice] = office.propose_and_approve()
        office.clock.day = MONDAY
        assert recheck(office) == []
        assert office.state(notice) is NoticeState.APPROVED


def test_one_procedure_that_cannot_be_read_keeps_no_other_notice(office, caplog):
    first, second = office.propose_and_approve()
    office.paid("10002", "RE-3")
    real = office.app.renderer

    class Broken:
        def text_version(self, text, language):
            raise ConfigError("Text „standard“ fehlt")

        def __getattr__(self, name):
            return getattr(real, name)

    office.app = replace(office.app, renderer=Broken())
    assert [each.notice for each in recheck(office)] == [second]
    assert office.state(first) is NoticeState.APPROVED
    assert "was not looked at" in caplog.text


def test_what_is_handed_over_at_that_moment_is_left_to_its_own_last_look(office, monkeypatch):
    """On PostgreSQL the sender may commit between our look and our writing."""
    notice, _ = office.propose_and_approve()
    office.paid("10001", "RE-1")
    real = Notices.set_state

    def late(self, creditor, id_, state, **fields):
        if state is NoticeState.WITHDRAWN:
            real(self, creditor, id_, NoticeState.HANDING_OVER)
        real(self, creditor, id_, state, **fields)

    monkeypatch.setattr(Notices, "set_state", late)
    assert recheck(office) == []
    monkeypatch.undo()
    assert office.state(notice) is NoticeState.APPROVED, "the transaction was undone"


def test_a_payment_seen_by_another_connection_withdraws_the_notice_of_the_one_that_leads(
    tmp_path, mailbox
):
    """RE-1 stands in a DATEV export and on a platform; the platform reports the payment."""
    with reporting_office_in(tmp_path, mailbox) as office:
        office.debtor("10001", name="Beispiel AG", email="kunde@beispiel.example")
        office.owes("10001", "RE-1", "119.00", DUE)
        office.platform.contact("a", "Beispiel AG", email="kunde@beispiel.example")
        office.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        office.onboard()
        [notice] = office.propose_and_approve()
        office.platform.pay("1", "119.00", MONDAY)
        office.reports("1")
        office.works()
        assert office.state(notice) is NoticeState.WITHDRAWN
        assert "laut online" in office.notice(notice).reason


def test_it_is_the_same_on_every_database(tmp_path, mailbox, store):
    with reporting_office_in(tmp_path, mailbox, store=store) as office:
        office.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        office.platform.invoice("2", "b", "238.00", date(2026, 1, 27))
        office.onboard()
        paid, other = office.propose_and_approve()
        office.platform.pay("1", "119.00", MONDAY)
        office.reports("1", "2")
        assert office.works().done == 2
        assert office.state(paid) is NoticeState.WITHDRAWN
        assert office.state(other) is NoticeState.APPROVED
        assert office.audit_is_fine()


def test_the_mail_that_is_rendered_when_the_event_comes_is_withdrawn_with_its_reason(
    tmp_path, mailbox
):
    """The worker reads the event while `send` renders: the second look finds the notice ended."""
    with reporting_office_in(tmp_path, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", date(2026, 1, 27))
        office.onboard()
        office.propose_and_approve()
        real, before = office.app.mail, mailbox.count()

        class EventMeanwhile:
            def send(self, creditor, message, before_data):
                office.platform.pay("1", "119.00", MONDAY)
                office.reports("1")
                office.works()
                return real.send(creditor, message, before_data)

        [outcome] = office.send(replace(office.app, mail=EventMeanwhile())).outcomes
        assert outcome.outcome == "withdrawn"
        assert "gemeldet von online" in outcome.reason
        assert mailbox.count() == before
