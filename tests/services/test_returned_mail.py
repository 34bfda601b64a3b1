"""Mails that came back: undone, told or ignored; and what a broken or forged one cannot do."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY, TUESDAY, WEDNESDAY, Office
from returned_mails import absence, block, complaint, report

from core.domain.model import DeliveryState, NoticeState
from core.errors import Unavailable
from core.ports import LetterContext
from core.services.delivery_report import read_report
from core.services.links import link, unlink
from core.services.owner import this_task
from core.services.returned_mail import IGNORED, NOT_ARRIVED, TOLD, UNCHANGED, take_returned
from core.services.tasks import open_tasks
from core.services.withdraw_sent import withdraw
from sandbox.mailbox import Mailbox

DUE = date(2026, 2, 10)
KUNDE = "kunde@beispiel.example"


@pytest.fixture
def office(tmp_path):
    with Mailbox(tmp_path / "mail") as mailbox:
        made = Office(tmp_path, mailbox)
        made.debtor("10001")
        made.owes("10001", "RE-1", "1190.00", DUE)
        yield made
        made.close()


def sent(office):
    """(notice, Message-ID)"""
    (notice,) = office.propose_and_approve()
    (outcome,) = office.send().outcomes
    assert outcome.outcome == "sent"
    return notice, outcome.message_id


def take(office, raw):
    return take_returned(office.app, office.id, raw, on=office.clock.day)


def account(office):
    with office.app.store.read() as tx:
        return tx.items.account(office.id, office.debtors["10001"], office.clock.day)


def test_a_hard_bounce_undoes_the_notice_and_the_next_run_writes_a_letter(office):
    before = account(office)
    notice, message_id = sent(office)
    office.day(TUESDAY)
    taken = take(office, report(message_id, block(KUNDE)))
    assert (taken.outcome, taken.notice, taken.address) == (NOT_ARRIVED, notice, KUNDE)
    failed = office.notice(notice)
    assert (failed.state, failed.sent_on) == (NoticeState.FAILED, MONDAY)
    assert "User unknown" in failed.reason
    (record,) = office.deliveries(notice)
    assert record.state is DeliveryState.FAILED
    after = account(office)
    assert after.items == before.items
    assert (after.last_notice_on, after.last_deadline, after.last_word_on) == (None, None, None)
    assert after.debtor.mail_bounces
    (again,) = office.propose_and_approve()
    (outcome,) = office.send().outcomes
    assert (outcome.proposal, outcome.channel, outcome.outcome) == (again, "letter", "printed")
    assert "kommen zurück" in outcome.reason
    assert office.audit_is_fine()


def test_the_same_report_twice_has_one_effect(office):
    notice, message_id = sent(office)
    raw = report(message_id, block(KUNDE))
    assert take(office, raw).outcome == NOT_ARRIVED
    office.propose_and_approve()
    state = account(office)
    assert take(office, raw).outcome == UNCHANGED
    assert account(office) == state
    assert office.state(notice) is NoticeState.FAILED


def test_a_report_about_a_mail_that_was_refused_does_not_undo_the_letter_that_followed(office):
    """Some servers refuse a mail and send a report as well; the letter has long been posted."""
    (notice,) = office.propose_and_approve()
    office.mailbox.behaviour.answer = "554 rejected"
    (outcome,) = office.send().outcomes
    assert (outcome.channel, outcome.outcome) == ("letter", "printed")
    office.posted(notice)
    office.day(TUESDAY)
    mail, letter = office.deliveries(notice)
    assert take(office, report(mail.message_id, block(KUNDE))).outcome == UNCHANGED
    assert (office.state(notice), office.item("RE-1").level) == (NoticeState.SENT, 1)
    assert letter.state is DeliveryState.SENT
    assert office.run().proposals == []


def test_debtors_that_were_parted_since_are_both_as_before(office):
    """One mail to two linked customers; parted, it comes back: neither of them was written to."""
    office.debtor("10002", "Beispiel Bau AG")
    office.owes("10002", "RE-2", "500.00", DUE)
    link(office.app, office.id, "10001", ["10002"], by="erika")
    _, message_id = sent(office)
    unlink(office.app, office.id, ["10002"], by="erika")
    office.day(TUESDAY)
    assert take(office, report(message_id, block(KUNDE))).outcome == NOT_ARRIVED
    with office.app.store.read() as tx:
        accounts = list(tx.items.accounts(office.id, TUESDAY))
    assert [(each.last_notice_on, each.last_deadline) for each in accounts] == [(None, None)] * 2
    assert len(office.run().proposals) == 2


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "headers"])
def test_the_mail_is_found_by_what_the_report_returns_of_it(office, whole):
    notice, message_id = sent(office)
    assert take(office, report(message_id, block(KUNDE), whole=whole)).notice == notice


def test_the_mail_is_found_by_the_references_when_nothing_was_returned(office):
    notice, message_id = sent(office)
    raw = report("<anderes@x.example>", block(KUNDE), more=f"References: {message_id}\n")
    assert take(office, raw).notice == notice


@pytest.mark.parametrize(
    ("blocks", "outcome"),
    [
        ((block(KUNDE, "delayed", "4.4.1"),), TOLD),
        ((block(KUNDE, "geplatzt"),), TOLD),
        ((block(KUNDE, "delivered", "2.1.5"),), TOLD),
        ((block("einer@list.example", "delivered", "2.1.5"), block(KUNDE)), TOLD),
        ((block("KUNDE@BEISPIEL.EXAMPLE"),), NOT_ARRIVED),
        ((block("wohin@anders.example", original=KUNDE),), NOT_ARRIVED),
        ((block("weiter@anders.example"),), NOT_ARRIVED),  # forwarded; there is no other copy
    ],
    ids=["delayed", "unknown", "delivered", "list", "case", "original", "forwarded"],
)
def test_what_a_report_means(office, blocks, outcome):
    notice, message_id = sent(office)
    assert take(office, report(message_id, *blocks)).outcome == outcome
    expected = NoticeState.FAILED if outcome == NOT_ARRIVED else NoticeState.SENT
    assert office.state(notice) is expected


def test_a_full_mailbox_gets_a_second_mail_and_then_a_letter(office):
    _, message_id = sent(office)
    full = block(KUNDE, status="5.2.2", said="mailbox full")
    first = take(office, report(message_id, full))
    assert (first.outcome, first.address) == (NOT_ARRIVED, "")
    assert not account(office).debtor.mail_bounces
    office.day(TUESDAY)
    _, message_id = sent(office)
    second = take(office, report(message_id, full, n=2))
    assert (second.outcome, second.address) == (NOT_ARRIVED, KUNDE)


def test_only_the_copy_for_the_archive_came_back(tmp_path):
    with Mailbox(tmp_path / "mail") as mailbox:
        office = Office(tmp_path, mailbox, archive_to="archiv@muster.example")
        office.debtor("10001")
        office.owes("10001", "RE-1", "1190.00", DUE)
        notice, message_id = sent(office)
        copy = take(office, report(message_id, block("archiv@muster.example")))
        assert copy.outcome == TOLD
        unclear = take(office, report(message_id, block("hinten@anders.example")))
        assert unclear.outcome == TOLD
        (task,) = open_tasks(office.app, office.id)
        assert "hinten@anders.example" in task.task.text
        again = take(office, report(message_id, block("hinten@anders.example"), n=2))
        assert again.outcome == UNCHANGED
        assert office.state(notice) is NoticeState.SENT
        assert account(office).items[0].level == 1
        office.close()


@pytest.mark.parametrize("other", [absence, complaint], ids=["absence", "complaint"])
def test_what_is_no_report_changes_nothing(office, other):
    notice, message_id = sent(office)
    assert take(office, other(message_id)).outcome == IGNORED
    assert office.state(notice) is NoticeState.SENT


def test_a_report_about_somebody_elses_mail_is_ignored(office):
    notice, _ = sent(office)
    assert take(office, report("<fremd@x.example>", block(KUNDE))).outcome == IGNORED
    assert take(office, report("", block(KUNDE))).outcome == IGNORED
    assert office.state(notice) is NoticeState.SENT


def test_nobody_who_has_not_seen_the_mail_knows_its_message_id(office):
    """Made of the notice alone it could be computed; what was approved is in it too."""
    notice, message_id = sent(office)
    found = office.notice(notice)
    assert re.fullmatch(r"<[0-9a-f]{32}@muster\.example>", message_id)
    with office.app.store.read() as tx:
        debtor = tx.debtors.get(office.id, found.debtor)
    guessed = office.app.renderer.mail(
        LetterContext(office.creditor, debtor, replace(found, approved_hash=""), "reminder"),
        b"%PDF",
        KUNDE,
    )
    assert guessed.message_id != message_id


def test_in_test_mode_the_debtor_stays_as_he_is(tmp_path):
    with Mailbox(tmp_path / "mail") as mailbox:
        office = Office(tmp_path, mailbox, live=False)
        office.debtor("10001")
        office.owes("10001", "RE-1", "1190.00", DUE)
        notice, message_id = sent(office)
        raw = report(message_id, block("buchhaltung@muster.example"))
        assert take(office, raw).outcome == IGNORED
        assert office.state(notice) is NoticeState.SENT
        assert not account(office).debtor.mail_bounces
        office.close()


def test_a_person_ends_a_bad_address_or_enters_another(office):
    _, message_id = sent(office)
    take(office, report(message_id, block(KUNDE)))
    debtor = office.debtors["10001"]
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, debtor, {"email": "neu@beispiel.example"})
    assert not account(office).debtor.mail_bounces
    with office.app.store.write() as tx:
        tx.debtors.save_overrides(office.id, debtor, {})
    assert account(office).debtor.mail_bounces
    with office.app.store.write() as tx:
        assert tx.bad_addresses.end(office.id, debtor, KUNDE, TUESDAY)
    assert not account(office).debtor.mail_bounces


def test_an_apology_that_came_back_goes_by_letter(office):
    notice, _ = sent(office)
    office.day(TUESDAY)
    withdraw(office.app, office.id, [notice], by="erika", on=TUESDAY, owner=this_task())
    (outcome,) = office.send().outcomes
    office.day(WEDNESDAY)
    assert take(office, report(outcome.message_id, block(KUNDE))).outcome == NOT_ARRIVED
    (letter,) = office.send().outcomes
    assert (letter.channel, letter.outcome) == ("letter", "printed")


def test_a_notice_that_was_taken_back_only_teaches_the_address(office):
    notice, message_id = sent(office)
    withdraw(
        office.app, office.id, [notice], apology=False, by="erika", on=MONDAY, owner=this_task()
    )
    taken = take(office, report(message_id, block(KUNDE)))
    assert (taken.outcome, taken.address) == (TOLD, KUNDE)
    assert office.state(notice) is NoticeState.WITHDRAWN


class Silent:
    """A mail server that takes the mail and is never heard of again."""

    def __init__(self, real, meanwhile=lambda _message_id: None):
        self.real, self.meanwhile = real, meanwhile

    def send(self, creditor, message, before):
        self.real.send(creditor, message, before)
        self.meanwhile(message.message_id)
        raise OSError("gone")


def test_a_report_about_an_uncertain_delivery_helps_the_person_who_closes_it(office):
    known = []
    office.app = replace(office.app, mail=Silent(office.app.mail, known.append))
    (notice,) = office.propose_and_approve()
    assert [each.outcome for each in office.send().outcomes] == ["unknown"]
    raw = report(known[0], block(KUNDE))
    assert take(office, raw).outcome == TOLD
    assert take(office, raw).outcome == UNCHANGED
    (task,) = open_tasks(office.app, office.id)
    assert f"mahnwerk deliveries resolve {notice} not_sent" in task.task.text
    assert office.state(notice) is NoticeState.UNKNOWN


def test_a_report_that_is_faster_than_the_mail_server_is_taken_later(office):
    """It comes while the conversation is not over: nobody has said yet that it was sent."""
    raised = []

    def meanwhile(message_id):
        try:
            take(office, report(message_id, block(KUNDE)))
        except Unavailable as error:
            raised.append(error)

    office.app = replace(office.app, mail=Silent(office.app.mail, meanwhile))
    office.propose_and_approve()
    office.send()
    assert len(raised) == 1


def test_a_later_level_keeps_the_level_that_it_reached(office):
    first, message_id = sent(office)
    office.day(date(2026, 4, 6))
    second, _ = sent(office)
    assert take(office, report(message_id, block(KUNDE))).outcome == NOT_ARRIVED
    assert office.state(first) is NoticeState.FAILED
    assert office.state(second) is NoticeState.SENT
    assert office.item("RE-1").level == 2


def test_no_mail_makes_the_reader_fall(office):
    """Broken on purpose, a thousand times; the same ones in each run."""
    notice, message_id = sent(office)
    whole = report(message_id, block(KUNDE))
    dice = random.Random(286)
    for n in range(1000):
        raw = bytearray(whole)
        for _ in range(dice.randrange(1, 30)):
            place = dice.randrange(len(raw))
            raw[place : place + dice.randrange(4)] = dice.randbytes(dice.randrange(4))
        read_report(bytes(raw[: dice.randrange(1, len(raw))] if n % 3 == 0 else raw))
    nested = b"Content-Type: multipart/report; boundary=a\r\n\r\n" + b"--a\r\n" * 20_000
    deep = b"Content-Type: message/rfc822\r\n\r\n" * 3000
    boundaries = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3000)
    )
    odd = (
        b'Content-Type: text/plain; charset="\xff\xfe"\r\nMessage-ID: =?x?q?\xff?=\r\n\r\n\x00\xff'
    )
    for raw in (b"", b"\0" * 100_000, nested, deep, boundaries, odd, b"x" * 2_000_000):
        assert read_report(raw) is None
    assert office.state(notice) is NoticeState.SENT


@pytest.mark.parametrize(
    "bomb",
    [
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(99)
        )
        + b"\n" * 99_000,
        b"Content-Type: message/delivery-status\n\n" * 99 + b"\n" * 99_000,
        b'Content-Type: multipart/report;\r a="' + b';\\"' * 30_000 + b"\n\n",
    ],
    ids=["multiparts", "reports", "parameters"],
)
def test_a_mail_made_to_keep_us_busy_is_not_taken_apart(bomb, monkeypatch):
    """Whoever knows the return address could stop the worker for minutes with each of these."""
    parsed = []
    monkeypatch.setattr("email.message_from_bytes", lambda raw, **_: parsed.append(raw))
    assert read_report(b"From: a@kunde.example\r\n" + bomb) is None
    assert not parsed


def test_a_report_names_a_few_mails_and_not_a_hundred_thousand(office):
    """Each is looked up while nobody else may write."""
    _, message_id = sent(office)
    more = "References:" + "".join(f"\n <{n}@kunde.example>" for n in range(5000)) + "\n"
    found = read_report(report(message_id, block(KUNDE), more=more))
    assert found.message_ids[0] == message_id
    assert len(found.message_ids) <= 20


def test_what_lies_far_behind_the_report_does_not_hide_it(office):
    """A report with our whole mail, attachments and all."""
    notice, message_id = sent(office)
    raw = report(message_id, block(KUNDE)) + b"JVBERi0xLjcK" * 60_000
    assert take(office, raw).outcome == NOT_ARRIVED
    assert office.state(notice) is NoticeState.FAILED
