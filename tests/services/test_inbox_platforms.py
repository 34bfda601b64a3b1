"""Events of lexoffice and Stripe, read as they come, worked on over real HTTP to their stand-ins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from delivery_desk import TUESDAY
from reporting_desk import AtLexoffice, AtStripe

from core.domain.model import ItemState, NoticeState


@pytest.fixture(params=[AtLexoffice, AtStripe], ids=["lexoffice", "stripe"])
def office(request, tmp_path, mailbox):
    """RE-1 over 119,00 and RE-2 over 238,00 EUR, long due, of two customers."""
    made = request.param(tmp_path, mailbox)
    one, two = made.customer(), made.customer("Muster Bau GmbH", "bau@muster.example")
    made.one, made.two = made.invoice("119.00", one, "RE-1"), made.invoice("238.00", two, "RE-2")
    made.sync()
    yield made
    made.close()


def test_a_payment_that_is_reported_stops_the_reminder_that_was_approved(office):
    paid, other = office.propose_and_approve()
    office.pay(office.one)
    office.reports(office.one)
    office.works()
    assert office.known(office.one).state is ItemState.SETTLED
    assert (office.state(paid), office.state(other)) == (
        NoticeState.WITHDRAWN,
        NoticeState.APPROVED,
    )
    told = " ".join(office.explain("RE-1").history)
    assert "RE-1 ist bezahlt (Zahlung" in told
    assert f"gemeldet von {office.slug} am 02.03.2026" in told
    outcomes = {each.proposal: each.outcome for each in office.send().outcomes}
    assert outcomes == {other: "sent"}


def test_the_order_in_which_events_come_says_nothing(office):
    """A "failed" that comes after "paid" reads the invoice again, and it is paid."""
    [notice, _] = office.propose_and_approve()
    late = {"lexoffice": "invoice.status.changed", "stripe": "invoice.payment_failed"}
    office.pay(office.one)
    office.reports(office.one)
    office.works()
    reason = office.notice(notice).reason
    office.reports(office.one, late[office.slug])
    assert office.works().notices == []
    assert office.known(office.one).state is ItemState.SETTLED
    assert office.notice(notice).reason == reason
    assert office.run().proposals != [notice]


def test_an_event_that_is_ahead_of_its_platform_changes_nothing(office):
    """Reported as paid, and the platform itself does not say so: the object is the truth."""
    [notice, _] = office.propose_and_approve()
    office.reports(office.one)
    office.works()
    assert office.state(notice) is NoticeState.APPROVED
    assert office.known(office.one).outstanding.plain() == "119.00"


def test_money_that_goes_back_opens_the_claim_again(office):
    office.pay(office.one)
    office.reports(office.one)
    office.works()
    settled = office.known(office.one)
    office.day(TUESDAY)
    office.take_back(office.one)
    kinds = {"lexoffice": "payment.changed", "stripe": "charge.dispute.closed"}
    office.reports(office.one, kinds[office.slug])
    office.works()
    again = office.known(office.one)
    assert (again.outstanding.plain(), again.state) == ("119.00", ItemState.OPEN)
    assert again.cycle == settled.cycle + 1


def test_the_same_event_a_hundred_times_is_stored_once(office):
    first = office.reports(office.one)
    with office.app.store.read() as tx:
        [event] = tx.inbox.waiting(office.id, office.live.id, office.clock.now(), 10)
        raw = tx.inbox.raw(office.id, event.id)
    assert [office.store_event(raw) for _ in range(99)] == [0] * 99
    assert (first, office.works().done) == (1, 1)
    office.clock.day += timedelta(days=1)
    assert office.store_event(raw) == 0
    assert office.works().done == 0
