"""`send` is killed in the middle and started again: nothing leaves twice, nothing disappears."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pypdf
import pytest
from delivery_desk import office_in

from core.domain.model import NoticeState, Pending
from sandbox.mailbox import Mailbox

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ACCOUNTS = ("10001", "10002", "10003")
NO_RETURN = ("after the hand-over is committed", "after the channel has answered")


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


def three_debtors(office, *, by_mail):
    for account in ACCOUNTS:
        mail = f"kunde{account}@beispiel.example" if by_mail else ""
        office.debtor(account, f"Beispiel {account} AG", email=mail)
        office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
    return office.propose_and_approve()


def kill_send(office, folder, point, number=2):
    """Starts send in another process and waits until it has died at that point."""
    day = office.clock.day.isoformat()
    ended = subprocess.run(
        [sys.executable, HERE / "crashing_send.py", folder, office.id, day, point, str(number)],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 9, ended.stderr


@pytest.mark.parametrize("point", ["rendering", "before the hand-over is committed"])
def test_killed_before_the_point_of_no_return_the_mail_leaves_with_the_next_send(
    tmp_path, mailbox, point
):
    with office_in(tmp_path, mailbox) as office:
        notices = three_debtors(office, by_mail=True)
        kill_send(office, tmp_path, point)
        assert mailbox.count() == 1
        outcomes = office.send().outcomes
        assert [o.outcome for o in outcomes] == ["sent", "sent"]
        assert {office.state(n) for n in notices} == {NoticeState.SENT}
        assert sorted(mailbox.message_ids().values()) == [1, 1, 1]
        assert office.send().outcomes == []


@pytest.mark.parametrize(("point", "arrived"), [(NO_RETURN[0], 1), (NO_RETURN[1], 2)])
def test_killed_after_it_nobody_knows_and_only_a_person_closes_it(
    tmp_path, mailbox, point, arrived
):
    with office_in(tmp_path, mailbox) as office:
        first, second, third = three_debtors(office, by_mail=True)
        kill_send(office, tmp_path, point)
        assert mailbox.count() == arrived
        outcomes = {o.proposal: o.outcome for o in office.send().outcomes}
        assert outcomes == {second: "unknown", third: "sent"}
        assert office.state(first) is NoticeState.SENT
        assert office.state(second) is NoticeState.UNKNOWN
        assert office.item("RE-10002").pending is Pending.UNKNOWN
        assert max(mailbox.message_ids().values()) == 1
        assert mailbox.count() == arrived + 1
        assert office.send().outcomes == []
        assert office.run().proposals == []
        assert office.audit_is_fine()


@pytest.mark.parametrize("point", NO_RETURN)
def test_a_letter_killed_around_its_rename_is_unknown(tmp_path, mailbox, point):
    with office_in(tmp_path, mailbox) as office:
        first, second, third = three_debtors(office, by_mail=False)
        kill_send(office, tmp_path, point)
        report = office.send()
        assert {o.proposal: o.outcome for o in report.outcomes} == {
            second: "unknown",
            third: "printed",
        }
        # The first letter lay there without a print file: it is in this one, and in no other.
        assert letters_in_print_files(office) == ["10001", "10003"]
        assert office.state(first) is NoticeState.PRINTED


@pytest.mark.parametrize("point", ["before the print file", "while the print file is written"])
def test_killed_around_the_print_file_every_letter_is_printed_in_exactly_one(
    tmp_path, mailbox, point
):
    with office_in(tmp_path, mailbox) as office:
        notices = three_debtors(office, by_mail=False)
        kill_send(office, tmp_path, point, number=1)
        assert {office.state(n) for n in notices} == {NoticeState.PRINTED}
        assert letters_in_print_files(office) == []
        assert office.send().outcomes == []
        assert letters_in_print_files(office) == list(ACCOUNTS)
        assert office.send().print_files == []
        assert letters_in_print_files(office) == list(ACCOUNTS)


def letters_in_print_files(office):
    """Accounts whose letter stands in a print file, behind the cover list; twice when twice."""
    found = []
    for path in office.outbox("*druckdatei*.pdf"):
        texts = [page.extract_text() for page in pypdf.PdfReader(path).pages]
        pages = [text for text in texts if "Musterweg 1" in text and "IBAN" in text]
        found += [a for a in ACCOUNTS for page in pages if f"RE-{a}" in page]
    return sorted(found)
