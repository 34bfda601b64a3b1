"""From the mailbox to the effect: a bounce is fetched, kept once, and its notice undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from delivery_desk import TUESDAY, Office
from imap_server import PASSWORD, USER, ImapServer
from imap_tools import MailBoxUnencrypted
from returned_mails import absence, block, report
from test_returned_mail import DUE, KUNDE, sent

from connectors.imap import ImapMailbox
from core.domain.model import NoticeState
from core.ports import NO_CONNECTION
from core.services.creditors import init_creditor
from core.services.inbox import work_inbox
from core.services.mail_intake import read_mailbox
from sandbox.mailbox import Mailbox


@pytest.fixture
def office(tmp_path):
    with Mailbox(tmp_path / "mail") as mailbox, ImapServer() as server:
        made = Office(tmp_path, mailbox)
        made.returned = server
        fields = {
            "imap_host": "127.0.0.1",
            "imap_port": str(server.port),
            "imap_user": USER,
            "imap_security": "none",
        }
        init_creditor(made.app, None, fields, secrets={}, by="erika")
        made.app = replace(made.app, mailbox=ImapMailbox(lambda _creditor: PASSWORD, timeout=20))
        made.debtor("10001")
        made.owes("10001", "RE-1", "1190.00", DUE)
        yield made
        made.close()


def read(office):
    return read_mailbox(office.app, office.id, on=office.clock.day)


def test_a_bounce_in_the_mailbox_undoes_its_notice_and_is_fetched_once(office):
    notice, message_id = sent(office)
    office.day(TUESDAY)
    office.returned.deliver(absence(message_id), report(message_id, block(KUNDE)))
    intake = read(office)
    assert (intake.read, intake.new) == (2, 1)
    assert office.state(notice) is NoticeState.SENT  # kept, not worked on yet
    done = work_inbox(office.app, office.id, NO_CONNECTION, on=TUESDAY)
    assert (done.done, done.failed) == (1, 0)
    assert office.state(notice) is NoticeState.FAILED
    assert (read(office).read, office.returned.count()) == (0, 2)


def test_what_customers_write_to_that_mailbox_is_not_kept_here(office):
    """Neither in the database nor in its backups; and nobody fills the disk by mail."""
    letter = (
        b"From: kunde@beispiel.example\r\nSubject: Privat\r\n\r\nBitte vertraulich behandeln.\r\n"
    )
    office.returned.deliver(letter, letter + b"x" * 100_000)
    intake = read(office)
    assert (intake.read, intake.new, office.returned.unseen()) == (2, 0, 0)
    with office.app.store.read() as tx:
        assert not tx.inbox.backlog(office.id)


def test_a_process_that_dies_between_keeping_and_marking_doubles_nothing(office, monkeypatch):
    notice, message_id = sent(office)
    office.returned.deliver(report(message_id, block(KUNDE)))

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(MailBoxUnencrypted, "flag", die)
        with pytest.raises(SystemExit):
            read(office)
    assert office.returned.unseen() == 1
    again = read(office)
    assert (again.read, again.new) == (1, 0)
    assert work_inbox(office.app, office.id, NO_CONNECTION, on=TUESDAY).done == 1
    assert office.state(notice) is NoticeState.FAILED


def test_the_same_mail_in_the_mailbox_twice_is_worked_on_once(office):
    _, message_id = sent(office)
    raw = report(message_id, block(KUNDE))
    office.returned.deliver(raw, raw)
    intake = read(office)
    assert (intake.read, intake.new) == (2, 1)
