"""Approved reminders leave by mail, once, and only then count as sent."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from delivery_desk import MONDAY, TUESDAY, WEDNESDAY, office_in

from core.domain.model import NoticeState, Pending
from core.services.deliver import send
from sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    with office_in(tmp_path, mailbox) as made:
        made.debtor("10001")
        made.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        yield made


def test_an_approved_reminder_is_sent_once_and_counts_from_that_day(office):
    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    assert (outcome.outcome, outcome.channel, outcome.reason) == ("sent", "email", "")
    assert office.mailbox.message_ids() == {outcome.message_id: 1}
    sent = office.notice(notice)
    assert (sent.state, sent.sent_on, sent.channel) == (NoticeState.SENT, MONDAY, "email")
    item = office.item("RE-1")
    assert (item.level, item.last_notice_on, item.pending) == (1, MONDAY, Pending.NONE)
    assert office.send().outcomes == []
    assert office.run().proposals == []
    assert office.mailbox.count() == 1
    assert office.audit_is_fine()


def test_the_mail_reaches_the_debtor_with_the_letter_and_is_archived_byte_for_byte(office):
    [notice] = office.propose_and_approve()
    office.send()
    raw = office.mailbox.files()[0].read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["To"].addresses[0].addr_spec == "kunde@beispiel.example"
    assert [p.get_content_type() for p in message.iter_attachments()] == ["application/pdf"]
    kept = (office.composed.outbox / office.notice(notice).document).read_bytes()
    assert raw.endswith(kept.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_in_test_mode_the_mail_goes_to_the_creditor(tmp_path, mailbox):
    with office_in(tmp_path, mailbox, live=False) as office:
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.propose_and_approve()
        office.send()
        text = mailbox.files()[0].read_text("utf-8", "replace")
        assert "X-Envelope-To: buchhaltung@muster.example" in text
        assert "X-Envelope-To: kunde@" not in text


def test_without_approval_nothing_leaves(office):
    [notice] = office.run().proposals
    assert office.send().outcomes == []
    assert office.state(notice) is NoticeState.PROPOSED
    assert office.mailbox.count() == 0


def test_a_greylisted_reminder_stays_approved_and_leaves_the_next_day(office):
    [notice] = office.propose_and_approve()
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "450 later"
    [outcome] = office.send().outcomes
    assert (outcome.outcome, outcome.channel) == ("failed", "email")
    assert "450 later" in outcome.reason
    assert office.state(notice) is NoticeState.APPROVED
    assert office.item("RE-1").level == 0
    office.mailbox.behaviour.refuse.clear()
    office.day(TUESDAY)
    [outcome] = office.send().outcomes
    assert outcome.outcome == "sent"
    assert office.notice(notice).sent_on == TUESDAY
    assert office.mailbox.count() == 1


def test_a_refusal_after_data_is_no_contact_and_may_be_tried_again(office):
    """The hand-over was committed, but the server said no: nothing was sent, nothing counts."""
    [notice] = office.propose_and_approve()
    office.mailbox.behaviour.answer = "451 disk full"
    assert office.send().outcomes[0].outcome == "failed"
    assert office.state(notice) is NoticeState.APPROVED
    assert office.item("RE-1").pending is Pending.NONE
    office.mailbox.behaviour.answer = ""
    assert office.send().outcomes[0].outcome == "sent"
    assert office.mailbox.count() == 1


@pytest.mark.parametrize("how", ["refused", "too large", "no address", "bad address"])
def test_what_mail_can_never_do_becomes_a_letter(office, how):
    reasons = {"no address": "", "bad address": "kunde beispiel"}
    office.debtor("10001", email=reasons.get(how, "kunde@beispiel.example"))
    if how == "refused":
        office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "550 unknown"
    if how == "too large":
        office.mailbox.behaviour.size_limit = 1000
    [notice] = office.propose_and_approve()
    report = office.send()
    [outcome] = report.outcomes
    assert (outcome.outcome, outcome.channel) == ("printed", "letter")
    assert (office.composed.outbox / outcome.file).read_bytes().startswith(b"%PDF")
    assert outcome.reason
    assert office.state(notice) is NoticeState.PRINTED
    assert office.mailbox.count() == 0


def test_the_deadline_of_the_letter_is_later_than_that_of_the_mail(office):
    """A letter needs three working days more than a mail; the debtor keeps his ten days."""
    [notice] = office.propose_and_approve()
    planned = office.notice(notice).deadline
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "550 unknown"
    office.send()
    assert office.notice(notice).deadline > planned


def test_neither_mail_nor_post_is_a_failure_that_says_what_to_do(office):
    from core.domain.model import Address

    office.debtor("10001", email="", address=Address())
    [notice] = office.propose_and_approve()
    [outcome] = office.send().outcomes
    assert outcome.outcome == "failed"
    assert "Postanschrift" in outcome.reason
    assert "debtor set" in outcome.reason
    assert office.state(notice) is NoticeState.HELD
    assert office.notice(notice).reason == outcome.reason
    # Mending the address makes it another recipient: a person looks at it again.
    office.debtor("10001")
    [outcome] = office.send().outcomes
    assert (outcome.outcome, office.state(notice)) == ("held", NoticeState.PROPOSED)
    office.approve(notice)
    assert office.send().outcomes[0].outcome == "sent"


def test_an_approval_holds_for_three_working_days(office):
    [notice] = office.propose_and_approve()
    office.day(date(2026, 3, 5))
    assert office.clock.day.strftime("%A") == "Thursday"
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "450 later"
    assert office.send().outcomes[0].outcome == "failed"
    office.mailbox.behaviour.refuse.clear()
    office.day(date(2026, 3, 6))
    [outcome] = office.send().outcomes
    assert outcome.outcome == "held"
    assert "02.03.2026" in outcome.reason
    assert office.state(notice) is NoticeState.PROPOSED
    assert office.mailbox.count() == 0


def test_when_the_answer_is_lost_the_notice_is_unknown_and_never_repeated(office):
    [notice] = office.propose_and_approve()
    office.mailbox.behaviour.drop = "after"
    [outcome] = office.send().outcomes
    assert outcome.outcome == "unknown"
    assert office.state(notice) is NoticeState.UNKNOWN
    assert office.item("RE-1").pending is Pending.UNKNOWN
    office.mailbox.behaviour.drop = ""
    for later in (MONDAY, TUESDAY, WEDNESDAY):
        office.day(later)
        assert office.send().outcomes == []
        assert office.run().proposals == []
    assert office.mailbox.count() == 1


class FarMailServer:
    """Its answers take ``before`` seconds in all until the mail is asked for, ``after`` to take it;
    meanwhile ``meanwhile`` happens on another machine.
    """

    def __init__(self, office, clock, before, after, meanwhile):
        self._way, self._clock, self._meanwhile = office.app.mail, clock, meanwhile
        self._before, self._after = before, after

    def send(self, creditor, message, before_data):
        self._clock.instant += timedelta(seconds=self._before)

        def handed_over():
            allowed = before_data()
            self._clock.instant += timedelta(seconds=self._after)
            self._meanwhile()
            return allowed

        return self._way.send(creditor, message, handed_over)


def test_a_mail_under_way_to_a_slow_server_is_nobody_elses_to_judge(office):
    [notice] = office.propose_and_approve()
    clock = SimpleNamespace(instant=office.clock.now(), today=lambda _zone: MONDAY)
    clock.now = lambda: clock.instant
    others = []

    def other_machine():
        report = send(app, office.id, on=MONDAY, owner="kanzlei2/9/0a0a0a0a-1")
        others.extend(report.outcomes)

    app = replace(office.app, clock=clock)
    slow = FarMailServer(office, clock, before=280, after=200, meanwhile=other_machine)
    [outcome] = office.send(app=replace(app, mail=slow)).outcomes
    assert ("unknown" not in [each.outcome for each in others], outcome.outcome) == (True, "sent")
    assert office.state(notice) is NoticeState.SENT
    assert max(office.mailbox.message_ids().values()) == 1
