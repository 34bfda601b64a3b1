"""The dunning run beside everything else that happens: sends, many debtors, several currencies."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from delivery_desk import MONDAY, TUESDAY, office_in

from core.domain.model import NoticeState
from core.services.run import run
from sandbox.mailbox import Mailbox

DUE = date(2026, 2, 10)


@pytest.fixture
def office(tmp_path, store):
    """The office on every database."""
    with Mailbox(tmp_path / "mails") as mailbox, office_in(tmp_path, mailbox, store=store) as made:
        made.debtor("10001")
        yield made


class BetweenReadingAndWriting:
    """A store in which something happens right before the ``at``-th transaction that writes."""

    def __init__(self, store, at, happens):
        self._store, self._left, self._happens = store, at, happens

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def write(self):
        self._left -= 1
        if self._left == 0:
            self._happens()
        with self._store.write() as tx:
            yield tx


@pytest.mark.parametrize("at", range(2, 6))
def test_a_send_in_the_middle_of_a_run_stops_neither(office, at):
    """Whenever it comes: the run ends, the notice stays sent, and nothing is proposed twice."""
    office.owes("10001", "RE-1", "119.00", DUE)
    [first] = office.propose_and_approve()
    office.debtor("10002", "Beispiel 10002 AG")
    office.owes("10002", "RE-2", "80.00", DUE)
    busy = BetweenReadingAndWriting(office.app.store, at, office.send)
    report = run(replace(office.app, store=busy), office.id, on=MONDAY)
    assert office.state(first) is NoticeState.SENT
    [other] = {notice for notice in report.proposals if notice != first}
    assert office.state(other) is NoticeState.PROPOSED
    said = {verdict.number: verdict.verdict.reason.value for verdict in report.verdicts}
    assert said["RE-2"] == "level_reached"
    assert office.run().proposals == [other]
    assert office.audit_is_fine()


def test_a_run_names_the_head_of_the_event_log(office):
    office.owes("10001", "RE-1", "119.00", DUE)
    report = office.run()
    with office.app.store.read() as tx:
        assert (
            report.head
            == tx.events.head(office.id)
            == tx.runs.get(office.id, report.run).audit_head
        )
        assert tx.events.verify(office.id, report.head).ok
    assert run(office.app, office.id, on=MONDAY, dry_run=True).head == ""


def test_proposals_of_debtors_with_nothing_open_any_more_are_taken_back(office):
    office.owes("10001", "RE-1", "119.00", DUE)
    [gone] = office.run().proposals
    office.paid("10001", "RE-1")
    assert office.run().proposals == []
    assert office.state(gone) is NoticeState.WITHDRAWN


def test_two_currencies_leave_together_and_are_one_contact(office):
    """EUR and CHF never meet in a sum, but the debtor is written to on one day (§4.3, §4.4)."""
    office.owes("10001", "RE-1", "119.00", DUE)
    office.owes("10001", "RE-2", "80.00", DUE, currency="CHF")
    both = office.propose_and_approve()
    assert sorted(str(office.notice(n).total) for n in both) == ["119.00 EUR", "80.00 CHF"]
    assert [o.outcome for o in office.send().outcomes] == ["sent", "sent"]
    assert [office.item(n).level for n in ("RE-1", "RE-2")] == [1, 1]
    assert office.mailbox.count() == 2
    with office.app.store.read() as tx:
        account = tx.items.account(office.id, office.debtors["10001"], MONDAY)
    assert account.last_notice_on == MONDAY
    office.day(TUESDAY)
    assert office.run().proposals == []
    office.day(date(2026, 3, 24))
    assert len(office.run().proposals) == 2


def test_one_notice_per_invoice_all_leave_in_one_run(office):
    """`consolidated = false`: each invoice has its letter, and none waits for another's interval."""
    standard = office.app.procedure("standard")
    single = replace(standard, consolidated=False)
    office.app = replace(office.app, procedure=lambda _name: single)
    office.owes("10001", "RE-1", "119.00", DUE)
    office.owes("10001", "RE-2", "80.00", DUE)
    office.owes("10001", "GU-1", "-100.00", DUE)
    office.owes("10001", "RE-3", "50.00", DUE)
    proposed = office.propose_and_approve()
    totals = {office.notice(n).total.plain() for n in proposed}
    assert sum(office.notice(n).total.minor for n in proposed) == 14900
    assert {o.outcome for o in office.send().outcomes} == {"sent"}
    assert office.mailbox.count() == len(proposed) == len(totals)
    assert office.run().proposals == []
    assert office.audit_is_fine()
