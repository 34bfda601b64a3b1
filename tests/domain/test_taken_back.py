"""A notice that was taken back is a contact, and starts no interval; nor does its apology."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning_story import CALENDAR, STANDARD, account, after_due, dunned, invoice, letter, on

from core.domain.deadline import expected_channel
from core.domain.dunning import decide
from core.domain.joint_account import joint_account
from core.domain.model import Notice, NoticeKind
from core.domain.procedure import APOLOGY_TEXT
from core.domain.reasons import Reason

GAP = 7
SPACED = replace(STANDARD, contact_gap_days=GAP)
DAY = after_due(25)


def verdict(of, day):
    (found,) = decide(of, SPACED, day, CALENDAR).verdicts
    return found


def test_after_a_notice_that_was_taken_back_only_the_contact_gap_is_waited_for() -> None:
    of = replace(account(invoice()), last_word_on=DAY)
    waits = verdict(of, DAY + timedelta(days=GAP - 1))
    assert waits.reason is Reason.INTERVAL_RUNNING
    assert waits.next_on == DAY + timedelta(days=GAP)
    assert waits.facts["last_notice_on"] == DAY.isoformat()
    assert verdict(of, DAY + timedelta(days=GAP)).level == 1


def test_the_later_of_a_note_and_an_apology_counts() -> None:
    of = replace(account(invoice()), last_reminder_on=DAY, last_word_on=DAY - timedelta(days=GAP))
    assert verdict(of, DAY + timedelta(days=1)).next_on == DAY + timedelta(days=GAP)


def test_linked_debtors_share_the_last_word() -> None:
    one = replace(account(invoice()), last_word_on=DAY)
    other = replace(account(), last_word_on=DAY + timedelta(days=1))
    assert joint_account(one, [other]).last_word_on == DAY + timedelta(days=1)


def test_where_mails_come_back_a_letter_is_expected() -> None:
    debtor = account().debtor
    assert debtor.reachable_email == debtor.email
    assert expected_channel(("email", "letter"), debtor) == "email"
    returned = replace(debtor, mail_bounces=True)
    assert returned.reachable_email == ""
    assert expected_channel(("email", "letter"), returned) == "letter"


def test_an_apology_has_a_text_of_its_own() -> None:
    decision = on(DAY, account(invoice()))
    assert dunned(decision) == {1: 1}
    plan = letter(decision)
    apology = Notice(
        1, 1, 1, NoticeKind.APOLOGY, "EUR", "standard", "", 0, plan.lines, (), plan.total,
        ("email",), plan.automation, DAY, None, "approved",
    )  # fmt: skip
    assert STANDARD.text_of(apology) == APOLOGY_TEXT
