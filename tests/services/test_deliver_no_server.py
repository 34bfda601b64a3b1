"""Who has no mail server sends letters, as the doctor says, and reads no trace of the program."""

import logging

import pytest
from delivery_desk import MONDAY, office_in

from core.services.creditors import init_creditor
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox) as made:
        made.debtor("10001", email="kunde@beispiel.example")
        made.owes("10001", "RE-1", "119.00", MONDAY.replace(month=2, day=2))
        yield made


def set_up(office, **fields):
    init_creditor(office.app, office.id, fields, secrets={}, by="erika")


def test_a_notice_for_a_debtor_with_mail_leaves_as_a_letter(office):
    set_up(office, smtp_host="")
    office.propose_and_approve()
    (found,) = office.send().outcomes
    assert (found.channel, found.outcome) == ("letter", "printed")
    assert found.reason == "Kein Mailserver eingerichtet (mahnwerk init --set smtp_host=…)"
    assert office.mailbox.count() == 0


def test_where_only_mail_may_be_used_it_is_a_failure_that_says_what_to_do(office):
    set_up(office, smtp_host="", procedure="saas")
    office.owes("10001", "RE-2", "119.00", MONDAY.replace(month=3, day=5))
    office.paid("10001", "RE-1")
    office.propose_and_approve()
    (found,) = office.send().outcomes
    assert found.outcome == "failed"
    assert "smtp_host" in found.reason


def test_a_setting_that_is_wrong_is_a_line_of_the_log_without_a_trace(office, caplog):
    set_up(office, smtp_host="mail.muster.example", smtp_security="none")
    office.propose_and_approve()
    (found,) = office.send().outcomes
    assert (found.outcome, found.channel) == ("failed", "email")
    (line,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert "smtp_security" in line.getMessage()
    assert line.exc_info is None


def test_a_fault_of_ours_keeps_its_trace(office, caplog):
    def broken(*_given):
        raise ZeroDivisionError

    office.propose_and_approve()
    office.app.mail.send = broken
    (found,) = office.send().outcomes
    assert found.outcome == "failed"
    (line,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert line.exc_info is not None
