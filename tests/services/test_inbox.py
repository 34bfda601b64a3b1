"""From event to effect: what an event names is read again, and notices of what is paid withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from delivery_desk import MONDAY
from inbox_desk import reporting_office_in, three_invoices_in

from core.domain.model import ItemState, NoticeState
from core.domain.platform_records import EventChange, EventKind
from core.ports import Lane

DUE = date(2026, 1, 27)


@pytest.fixture
def office(tmp_path, mailbox):
    with three_invoices_in(tmp_path, mailbox) as made:
        yield made


def test_a_payment_that_is_reported_withdraws_the_approved_notice_and_no_other(office):
    paid, other = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    report = office.works()
    assert (report.done, report.left, report.error) == (1, False, "")
    assert office.platform.asks(Lane.EVENT) == ["1"]
    assert office.state(paid) is NoticeState.WITHDRAWN
    assert office.state(other) is NoticeState.APPROVED
    assert [each.notice for each in report.notices] == [paid]
    # The other invoice of the letter is proposed anew without it.
    lines = [office.notice(each).lines for each in office.run().proposals]
    assert [[line.number for line in each] for each in lines] == [["RE-3"], ["RE-2"]]


def test_explain_tells_of_the_payment_and_of_the_event(office):
    office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1")
    office.works()
    told = " ".join(office.explain("RE-1").history)
    assert "RE-1 ist bezahlt (Zahlung vom 02.03.2026)" in told
    assert "gemeldet von online am 02.03.2026 um 10:00 Uhr" in told


def test_nothing_is_asked_for_what_mahnwerk_does_not_read(office):
    office.reports("q-1", kind=EventKind.OTHER)
    office.reports("nobody", kind=EventKind.DEBTOR)  # a customer who owes nothing
    office.reports("d-1", kind=EventKind.PLATFORM_NOTICE)  # this platform cannot read one alone
    report = office.works()
    assert (report.done, office.waiting()) == (3, 0)
    assert office.platform.asked == [(Lane.EVENT, "d-1")]


def test_a_storm_of_events_of_one_invoice_is_one_question(office):
    [notice, _] = office.propose_and_approve()
    office.platform.pay("1", "119.00", MONDAY)
    for kind in (EventKind.PAYMENT, EventKind.INVOICE, EventKind.CREDIT_NOTE):
        for _ in range(20):
            office.reports("1", kind=kind)
    report = office.works()
    assert report.done == 60
    assert office.platform.asked == [(Lane.EVENT, "1")]
    assert len(office.events("recheck")) == 1
    assert office.state(notice) is NoticeState.WITHDRAWN


def test_an_invoice_that_was_deleted_is_gone(office):
    [notice, _] = office.propose_and_approve()
    office.platform.delete("2")
    office.reports("2", kind=EventKind.INVOICE, change=EventChange.DELETED)
    office.works()
    assert office.item("RE-2").state is ItemState.CANCELLED
    assert "RE-2 ist storniert" in office.notice(notice).reason


def test_a_new_invoice_is_there_before_the_next_sync(office):
    office.platform.invoice("9", "c", "75.00", MONDAY)
    office.reports("9", kind=EventKind.INVOICE, change=EventChange.CREATED)
    office.works()
    assert office.item("RE-9").outstanding.plain() == "75.00"


def test_a_new_address_of_a_customer_ends_the_approval(office):
    """It was approved for another recipient."""
    [notice, other] = office.propose_and_approve()
    office.platform.contact("a", "Beispiel a GmbH", email="neu@kunde.example")
    office.reports("a", kind=EventKind.DEBTOR)
    office.works()
    assert office.state(notice) is NoticeState.PROPOSED
    assert "erneut freigeben" in office.notice(notice).reason
    assert office.state(other) is NoticeState.APPROVED


def test_a_part_payment_withdraws_and_the_rest_is_proposed_anew(office):
    [notice, _] = office.propose_and_approve()
    office.platform.pay("1", "19.00", MONDAY)
    office.reports("1")
    office.works()
    reason = office.notice(notice).reason
    assert "RE-1 hat sich geändert: offen sind 100,00 EUR statt 119,00 EUR" in reason
    assert "(Zahlung vom 02.03.2026); gemeldet von online" in reason
    proposals = [office.notice(each) for each in office.run().proposals]
    assert sorted(each.total.plain() for each in proposals) == ["338.00", "50.00"]


def test_while_sending_is_stopped_paid_is_paid_and_nothing_is_held(office):
    """The stop switch stops mails, not the books; it is no reason that stands on a notice."""
    [paid, other] = office.propose_and_approve()
    with office.app.store.write() as tx:
        tx.creditors.set_stopped(office.id, True)
    office.platform.pay("1", "119.00", MONDAY)
    office.reports("1", "3")
    office.works()
    assert office.state(paid) is NoticeState.WITHDRAWN
    assert office.state(other) is NoticeState.APPROVED


def test_events_wait_until_the_connection_was_read_to_the_end(tmp_path, mailbox):
    """What was read before an event would be taken for newer than it."""
    with reporting_office_in(tmp_path, mailbox) as office:
        office.platform.invoice("1", "a", "119.00", DUE)
        office.reports("1")
        report = office.works()
        assert (report.done, office.platform.asked) == (0, [])
        assert "ganz eingelesen" in report.error
        assert not office.is_due()
        office.onboard()
        office.later(timedelta(minutes=1))
        assert office.works().done == 1


def test_two_workers_do_not_read_the_same_events(office):
    office.reports("1")
    with office.app.store.write() as tx:
        now = office.app.clock.now()
        assert tx.leases.take(office.id, f"inbox:{office.muster.id}", "elsewhere/1/x", now, 300)
    report = office.works()
    assert (report.busy, report.done, office.platform.asked) == (True, 0, [])


def test_a_worker_that_is_asked_to_stop_leaves_the_rest_for_the_next(office):
    office.reports("1", "2", "3")
    asked = []
    report = office.works(stop=lambda: bool(office.platform.asked) or asked.append(1))
    assert (report.done, report.left) == (1, True)
    assert office.works().done == 2


def test_a_call_is_bounded_and_says_that_more_waits(office, monkeypatch):
    monkeypatch.setattr("core.services.inbox.OBJECTS", 2)
    office.reports("1", "2", "3")
    assert (office.works().left, office.works().left) == (True, False)
    assert office.waiting() == 0
