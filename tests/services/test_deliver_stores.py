"""The way of a reminder is the same on every database."""

from __future__ import annotations

from datetime import date

from delivery_desk import MONDAY, TUESDAY, office_in

from core.domain.model import NoticeState
from sandbox.mailbox import Mailbox


def test_one_mail_one_letter_one_unknown_and_nothing_twice(tmp_path, store):
    with (
        Mailbox(tmp_path / "mails") as mailbox,
        office_in(tmp_path, mailbox, store=store) as office,
    ):
        for account, email in (("10001", "kunde@beispiel.example"), ("10002", "")):
            office.debtor(account, f"Beispiel {account} AG", email=email)
            office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
        mailed, printed = office.propose_and_approve()
        assert [o.outcome for o in office.send().outcomes] == ["sent", "printed"]
        assert office.send().outcomes == []
        office.day(TUESDAY)
        assert [o.outcome for o in office.posted(printed)] == ["sent"]
        assert [office.notice(n).sent_on for n in (mailed, printed)] == [MONDAY, TUESDAY]

        office.debtor("10003", "Beispiel 10003 AG")
        office.owes("10003", "RE-10003", "50.00", date(2026, 2, 10))
        [unknown] = office.propose_and_approve()
        mailbox.behaviour.drop = "after"
        assert [o.outcome for o in office.send().outcomes] == ["unknown"]
        assert office.state(unknown) is NoticeState.UNKNOWN
        assert office.send().outcomes == []
        assert set(mailbox.message_ids().values()) == {1}
        assert office.audit_is_fine()


def test_a_payment_during_the_conversation_undoes_the_hand_over(tmp_path, store):
    from dataclasses import replace

    with (
        Mailbox(tmp_path / "mails") as mailbox,
        office_in(tmp_path, mailbox, store=store) as office,
    ):
        office.debtor("10001")
        office.owes("10001", "RE-1", "119.00", date(2026, 2, 10))
        office.owes("10001", "RE-2", "80.00", date(2026, 2, 10))
        [notice] = office.propose_and_approve()
        real = office.app.mail

        class PaidMeanwhile:
            def send(self, creditor, message, before_data):
                office.paid("10001", "RE-1")
                return real.send(creditor, message, before_data)

        [outcome] = office.send(replace(office.app, mail=PaidMeanwhile())).outcomes
        assert outcome.outcome == "withdrawn"
        assert office.item("RE-2").pending.value == "none"
        assert office.state(notice) is NoticeState.WITHDRAWN
        assert mailbox.count() == 0
