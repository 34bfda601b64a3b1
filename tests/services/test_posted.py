"""A printed letter waits for the post: level, contact and deadline count from the day it is posted."""

from __future__ import annotations

from datetime import date

import pypdf
import pytest
from delivery_desk import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, office_in

from core.domain.model import NoticeState, Pending
from core.errors import IllegalTransition, UsageError
from core.services.posted import resolve_unknown, stale_letters
from sandbox.mailbox import Mailbox

NEXT_MONDAY = date(2026, 3, 9)


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def office(tmp_path, mailbox):
    with office_in(tmp_path, mailbox) as made:
        for account in ("10001", "10002"):
            made.debtor(account, f"Beispiel {account} AG", email="")
            made.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
        yield made


def text_of(office, file):
    pages = pypdf.PdfReader(office.composed.outbox / file).pages
    return "\n".join(page.extract_text() for page in pages)


def test_two_letters_lie_in_the_outbox_one_by_one_and_in_one_print_file(office):
    office.propose_and_approve()
    report = office.send()
    assert [o.outcome for o in report.outcomes] == ["printed", "printed"]
    names = [path.name for path in office.outbox()]
    assert names == [
        "2026-03-02-1-10001.pdf",
        "2026-03-02-2-10002.pdf",
        f"2026-03-02-druckdatei-lauf-{office.notice(1).run}.pdf",
    ]
    [file] = report.print_files
    text = text_of(office, file)
    assert "RE-10001" in text
    assert "RE-10002" in text
    again = office.send()
    assert (again.outcomes, again.print_files) == ([], [])
    assert [path.name for path in office.outbox()] == names


def test_a_later_send_makes_a_print_file_of_the_new_letters_only(office):
    first, second = office.run().proposals
    office.approve(first)
    office.send()
    office.approve(second)
    [file] = office.send().print_files
    assert file.endswith("-2.pdf")
    text = text_of(office, file)
    assert "RE-10002" in text
    assert "RE-10001" not in text


def test_the_archive_keeps_the_letter_as_it_was_printed(office):
    office.propose_and_approve()
    [first, _] = office.send().outcomes
    printed = (office.composed.outbox / first.file).read_bytes()
    assert printed in [path.read_bytes() for path in office.outbox("archive/*.pdf")]


def test_nothing_counts_until_the_letter_is_posted(office):
    notice, other = office.propose_and_approve()
    office.send()
    item = office.item("RE-10001")
    assert (item.level, item.last_notice_on, item.pending) == (0, None, Pending.PRINTED)
    office.day(TUESDAY)
    [done] = office.posted(notice)
    assert done.outcome == "sent"
    item = office.item("RE-10001")
    assert (item.level, item.last_notice_on, item.pending) == (1, TUESDAY, Pending.NONE)
    assert office.notice(notice).sent_on == TUESDAY
    assert office.state(other) is NoticeState.PRINTED
    [refused] = office.posted(notice)
    assert refused.outcome == "refused"
    assert "03.03.2026" in refused.reason


def test_a_whole_run_is_posted_at_once(office):
    notices = office.propose_and_approve()
    office.send()
    run = office.notice(notices[0]).run
    assert [o.outcome for o in office.posted(run=run)] == ["sent", "sent"]
    with pytest.raises(UsageError, match="kein gedruckter Brief"):
        office.posted(run=run)


def test_the_day_of_posting_lies_between_printing_and_today(office):
    notice, _ = office.propose_and_approve()
    office.send()
    [refused] = office.posted(notice, on=date(2026, 2, 27))
    assert refused.outcome == "refused"
    assert "02.03.2026" in refused.reason
    with pytest.raises(UsageError, match="Zukunft"):
        office.posted(notice, on=TUESDAY)
    with pytest.raises(UsageError, match="999"):
        office.posted(notice, 999)
    assert office.state(notice) is NoticeState.PRINTED


def test_a_letter_posted_late_keeps_its_printed_deadline_with_a_warning(office):
    """Printed on Monday with ten days after receipt; posted on Thursday they are fewer."""
    notice, _ = office.propose_and_approve()
    office.send()
    printed = office.notice(notice).deadline
    office.day(THURSDAY)
    [done] = office.posted(notice)
    assert done.outcome == "sent"
    assert f"{printed:%d.%m.%Y}" in done.reason
    assert office.notice(notice).deadline == printed


def test_unposted_for_three_working_days_it_is_printed_anew_with_a_later_deadline(office):
    notice, other = office.propose_and_approve()
    office.send()
    old = office.notice(notice)
    for day in (WEDNESDAY, THURSDAY):
        office.day(day)
        assert stale_letters(office.app, office.id, day) == []
        assert office.send().outcomes == []
    office.day(FRIDAY)
    assert [n.id for n in stale_letters(office.app, office.id, FRIDAY)] == [notice, other]
    report = office.send()
    [renewed] = [o for o in report.outcomes if o.proposal == notice]
    assert (renewed.outcome, renewed.reason) == ("printed", "neu gedruckt")
    assert renewed.file.endswith("-10001-2.pdf")
    new = office.notice(notice)
    assert (new.printed_on, new.state) == (FRIDAY, NoticeState.PRINTED)
    assert new.deadline > old.deadline
    assert f"{new.deadline:%d.%m.%Y}" in text_of(office, renewed.file)
    assert old.document.rpartition("/")[2] in [p.name for p in office.outbox("archive/void/*.pdf")]
    assert not (office.composed.outbox / old.document).exists()
    [file] = report.print_files
    assert text_of(office, file).count(f"{old.deadline:%d.%m.%Y}") == 0
    assert office.send().outcomes == []
    assert office.posted(notice)[0].outcome == "sent"
    assert office.audit_is_fine()


def test_a_letter_that_was_paid_while_it_lay_there_is_taken_back(office):
    notice, _ = office.propose_and_approve()
    office.send()
    file = office.notice(notice).document
    office.paid("10001", "RE-10001")
    office.day(NEXT_MONDAY)
    [outcome] = [o for o in office.send().outcomes if o.proposal == notice]
    assert outcome.outcome == "withdrawn"
    assert "RE-10001 steht nicht mehr offen" in outcome.reason
    assert "nicht mehr zur Post" in outcome.reason
    assert not (office.composed.outbox / file).exists()
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_an_unknown_delivery_is_closed_by_a_person_as_sent(office):
    office.debtor("10001", email="kunde@beispiel.example")
    notice, _ = office.propose_and_approve()
    office.mailbox.behaviour.drop = "after"
    office.send()
    office.day(TUESDAY)
    with pytest.raises(UsageError, match="Zukunft"):
        resolve_unknown(office.app, office.id, notice, "sent", by="erika", on=WEDNESDAY)
    closed = resolve_unknown(office.app, office.id, notice, "sent", by="erika", on=MONDAY)
    assert (closed.state, closed.sent_on, closed.channel) == (NoticeState.SENT, MONDAY, "email")
    assert office.item("RE-10001").level == 1
    with pytest.raises(IllegalTransition):
        resolve_unknown(office.app, office.id, notice, "not_sent", by="erika", on=TUESDAY)


def test_an_unknown_delivery_closed_as_not_sent_is_proposed_again(office):
    office.debtor("10001", email="kunde@beispiel.example")
    notice, _ = office.propose_and_approve()
    office.mailbox.behaviour.drop = "during"
    office.send()
    resolve_unknown(office.app, office.id, notice, "not_sent", by="erika", on=MONDAY)
    assert office.state(notice) is NoticeState.FAILED
    item = office.item("RE-10001")
    assert (item.level, item.pending) == (0, Pending.NONE)
    office.mailbox.behaviour.drop = ""
    [again] = office.propose_and_approve()
    assert again != notice
    assert [o.outcome for o in office.send().outcomes] == ["sent"]
    assert office.mailbox.count() == 1
