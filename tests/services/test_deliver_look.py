"""The last look: whatever changed between approval and sending stops the reminder, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY, TUESDAY, WEDNESDAY, office_in

from core.domain.model import Automation, HoldKind, NoticeState
from core.errors import UsageError
from core.services.deliver import send
from sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    """Two invoices, 119,00 and 238,00 EUR, on one approved reminder over 357,00 EUR."""
    with office_in(tmp_path, mailbox) as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        made.owes("10001", "RE-2", "238.00", date(2026, 2, 12))
        made.propose_and_approve()
        yield made


def send_one(office):
    [outcome] = office.send().outcomes
    return outcome


def test_a_payment_after_approval_withdraws_and_names_the_invoice(office):
    office.paid("10001", "RE-1")
    outcome = send_one(office)
    assert outcome.outcome == "withdrawn"
    assert "RE-1 steht nicht mehr offen" in outcome.reason
    assert office.state(outcome.proposal) is NoticeState.WITHDRAWN
    assert office.mailbox.count() == 0
    # Known failure 21: the other invoice is not muted.
    [again] = office.propose_and_approve()
    assert [line.number for line in office.notice(again).lines] == ["RE-2"]
    assert send_one(office).outcome == "sent"


def test_a_part_payment_of_19_euros_withdraws_and_says_what_is_left(office):
    office.paid("10001", "RE-1", left="100.00")
    outcome = send_one(office)
    assert outcome.outcome == "withdrawn"
    assert "100,00 EUR statt 119,00 EUR" in outcome.reason


def test_a_credit_note_after_approval_withdraws_because_the_sum_changed(office):
    office.owes("10001", "GS-1", "-57.00", date(2026, 2, 20))
    outcome = send_one(office)
    assert outcome.outcome == "withdrawn"
    assert "300,00 EUR statt 357,00 EUR" in outcome.reason


def test_a_dispute_after_approval_withdraws_with_its_reason(office):
    office.hold("10001", "RE-2", "Ware beschädigt")
    outcome = send_one(office)
    assert outcome.outcome == "withdrawn"
    assert outcome.reason.startswith("RE-2: Mahnsperre")
    assert "Ware beschädigt" in outcome.reason


def test_a_hold_that_begins_after_the_issue_date_stops_too(office):
    office.day(TUESDAY)
    office.hold("10001", reason="Zahlung zugesagt", kind=HoldKind.PROMISE, on=TUESDAY)
    assert send_one(office).outcome == "withdrawn"


def test_a_new_invoice_on_the_account_is_no_change_of_what_was_approved(office):
    office.owes("10001", "RE-3", "50.00", date(2026, 3, 20))
    assert send_one(office).outcome == "sent"


def test_a_dropped_invoice_stays_off_and_the_rest_leaves(office):
    from core.services.proposals import drop

    with office.app.store.read() as tx:
        [notice] = tx.notices.many(office.id, states=(NoticeState.APPROVED,))
    drop(office.app, office.id, notice.id, "RE-1", by="erika", on=MONDAY)
    assert office.send().outcomes == [], "dropping an invoice ends the approval"
    office.approve(notice.id)
    assert send_one(office).outcome == "sent"
    assert (office.item("RE-1").level, office.item("RE-2").level) == (0, 1)


def test_money_that_is_not_booked_through_holds_and_leaves_once_it_is(office):
    office.day(WEDNESDAY, booked=False)
    office.booked(date(2026, 2, 20))
    outcome = send_one(office)
    assert outcome.outcome == "held"
    assert "20.02.2026" in outcome.reason
    assert office.state(outcome.proposal) is NoticeState.HELD
    office.booked(WEDNESDAY)
    assert send_one(office).outcome == "sent"


@pytest.mark.parametrize("change", ["recipient", "iban", "go-live"])
def test_what_the_letter_shows_is_part_of_the_approval(office, change):
    if change == "recipient":
        office.debtor("10001", email="neu@beispiel.example")
    else:
        with office.app.store.write() as tx:
            who = tx.creditors.get(office.id)
            if change == "iban":
                profile = replace(who.profile, iban="DE89370400440532013000")
                tx.creditors.save_profile(office.id, profile)
            else:
                tx.creditors.set_live(office.id, False)
    outcome = send_one(office)
    assert outcome.outcome == "held"
    assert "erneut freigeben" in outcome.reason
    assert office.state(outcome.proposal) is NoticeState.PROPOSED
    assert office.mailbox.count() == 0
    office.approve(outcome.proposal)
    assert send_one(office).outcome == "sent"


def test_a_payment_between_the_first_look_and_data_still_stops_it(office):
    """Known failure 2: the payment arrives while the letter is rendered."""

    class PaidMeanwhile:
        def __init__(self, real):
            self._real = real

        def letter(self, context):
            office.paid("10001", "RE-1")
            return self._real.letter(context)

        def __getattr__(self, name):
            return getattr(self._real, name)

    app = replace(office.app, renderer=PaidMeanwhile(office.app.renderer))
    [outcome] = office.send(app).outcomes
    assert outcome.outcome == "withdrawn"
    assert "RE-1 steht nicht mehr offen" in outcome.reason
    assert office.state(outcome.proposal) is NoticeState.WITHDRAWN
    assert office.mailbox.count() == 0
    assert [d.state for d in office.deliveries(outcome.proposal)] == ["failed"]


def test_a_stopped_office_sends_nothing_and_says_how_to_go_on(office):
    with office.app.store.write() as tx:
        tx.creditors.set_stopped(office.id, True)
    with pytest.raises(UsageError, match="resume"):
        office.send()
    assert office.mailbox.count() == 0


def test_a_day_in_the_future_is_refused(office):
    with pytest.raises(UsageError, match=r"03\.03\.2026"):
        send(office.app, office.id, on=TUESDAY, owner="test")


def test_two_sends_at_once_are_refused(office):
    with office.app.store.write() as tx:
        assert tx.leases.take(office.id, "send", "anderswo/1/x", office.clock.now(), 300)
    with pytest.raises(UsageError, match="anderswo"):
        office.send()
    assert office.mailbox.count() == 0


def test_notices_of_one_run_leave_together_even_when_one_comes_a_day_later(tmp_path, mailbox):
    """119,00 EUR and 200,00 CHF: two notices, one contact; the interval is not between them."""
    with office_in(tmp_path / "b", mailbox) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.owes("10001", "RE-2", "200.00", date(2026, 2, 10), "CHF")
        first, second = office.propose_and_approve()
        real = office.app.renderer

        class FailsForFrancs:
            def letter(self, context):
                if context.notice.currency == "CHF":
                    raise RuntimeError("Schrift fehlt")
                return real.letter(context)

            def __getattr__(self, name):
                return getattr(real, name)

        outcomes = office.send(replace(office.app, renderer=FailsForFrancs())).outcomes
        assert sorted(o.outcome for o in outcomes) == ["failed", "sent"]
        office.day(TUESDAY)
        [late] = office.send().outcomes
        assert late.outcome == "sent", late.reason
        assert {office.state(first), office.state(second)} == {NoticeState.SENT}


def automatic(office):
    """Levels that leave without anybody's approval."""
    standard = office.app.procedure("standard")
    levels = tuple(replace(level, automation=Automation.SEND) for level in standard.levels)
    procedure = replace(standard, levels=levels)
    office.app = replace(office.app, procedure=lambda _name: procedure)
    office.debtor("10001")
    office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))


def test_automation_send_needs_nobody_and_is_on_record(tmp_path, mailbox):
    with office_in(tmp_path / "c", mailbox) as office:
        automatic(office)
        office.debtor("10002", "Gross AG")
        office.owes("10002", "RE-2", "5000.01", date(2026, 2, 10))
        small, large = office.run().proposals
        assert [(o.proposal, o.outcome) for o in office.send().outcomes] == [(small, "sent")]
        assert office.notice(small).approved_by == "automatisch"
        assert office.state(large) is NoticeState.PROPOSED


def test_what_needs_nobody_does_not_leave_weeks_after_its_date(tmp_path, mailbox):
    """Proposed on Monday, 2 March, and nobody sent: its date and its interest would be wrong."""
    with office_in(tmp_path / "c", mailbox) as office:
        automatic(office)
        [old] = office.run().proposals
        office.day(date(2026, 3, 6))  # four working days later
        outcome = send_one(office)
        assert (outcome.proposal, outcome.outcome) == (old, "withdrawn")
        assert "Vorschlag vom 02.03.2026 ist zu alt" in outcome.reason
        [new] = office.run().proposals
        assert send_one(office).outcome == "sent"
        assert office.notice(new).issue_date == date(2026, 3, 6)
