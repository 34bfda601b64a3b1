"""Money that goes back of a paid invoice is noticed within a day, also where its event was lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from stripe_desk import Desk, opened

from connectors.stripe.followed import compare

MONDAY = date(2026, 3, 2)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as found:
        yield found


def lose_events(desk: Desk) -> None:
    desk.sandbox.feed.events.clear()


def a_day_later(desk: Desk) -> int:
    """The requests of the next day's sync."""
    lose_events(desk)
    desk.pass_days()
    desk.forget_requests()
    return desk.sync()


def test_a_refund_whose_event_was_lost_is_seen_on_the_next_day(desk: Desk) -> None:
    """119 € paid, 50 € given back, and nobody said so; the invoice is read again, no other one is."""
    refunded, other = desk.invoice(), desk.invoice("60.00")
    for each in (refunded, other):
        desk.sandbox.pay(each)
    desk.sync()
    desk.sandbox.refund(refunded, "50.00")
    a_day_later(desk)
    assert desk.state(refunded) == ("partly_paid", "50.00")
    assert desk.holds(refunded) == ["money_returned"]
    assert desk.asked("invoice_payments?") == 1
    assert desk.asked(f"invoices/{other}") == 0


def test_what_was_followed_once_is_not_followed_on_the_days_after(desk: Desk) -> None:
    refunded = desk.invoice()
    desk.sandbox.pay(refunded)
    desk.sync()
    idle = a_day_later(desk)
    desk.sandbox.refund(refunded, "50.00")
    assert a_day_later(desk) == idle + 2  # of which payment, and the invoice
    assert a_day_later(desk) == idle + 1  # the invoice: open here, and on no list of open ones
    assert desk.asked("invoice_payments?") == 0
    assert desk.state(refunded) == ("partly_paid", "50.00")


def test_what_the_first_reading_has_seen_is_not_followed_again(desk: Desk) -> None:
    refunded = desk.invoice()
    desk.sandbox.pay(refunded)
    desk.sandbox.refund(refunded, "50.00")
    desk.sync()
    a_day_later(desk)
    assert desk.asked("invoice_payments?") == 0


def test_a_refund_that_failed_later_is_seen_too(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    refund = desk.sandbox.refund(invoice, "50.00", status="pending")
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "50.00")
    desk.sandbox.fail_refund(refund)
    a_day_later(desk)
    assert desk.state(invoice) == ("settled", "0.00")


def test_a_dispute_that_is_lost_after_three_months_is_seen(desk: Desk) -> None:
    """It began long before the 60 days that are remembered, but nobody had decided it."""
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    dispute = desk.sandbox.dispute(invoice)
    desk.sync()
    for _ in range(4):
        desk.pass_days(24)
        desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    desk.sandbox.close_dispute(dispute, "lost")
    a_day_later(desk)
    assert desk.state(invoice) == ("open", "119.00")


def test_without_the_feed_refunds_are_seen_with_the_next_sync(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    desk.sandbox.restrict("events")
    desk.sync()
    desk.sandbox.refund(invoice, "119.00")
    desk.sync()
    assert desk.state(invoice) == ("open", "119.00")


def test_many_at_once_are_found_by_lists(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three refunds, where two at most are followed one by one."""
    monkeypatch.setattr("connectors.stripe.changes.MANY", 2)
    invoices = [desk.invoice(f"{n}.00") for n in (10, 20, 30)]
    for each in invoices:
        desk.sandbox.pay(each)
    desk.sync()
    for each in invoices:
        desk.sandbox.refund(each, "5.00")
    a_day_later(desk)
    assert desk.asked("status=paid") == 1
    assert desk.asked("invoice_payments?") == 0
    assert [desk.state(each)[1] for each in invoices] == ["5.00"] * 3


def row(id_: str, status: str, days_ago: int, amount: int = 5000) -> dict[str, object]:
    at = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 12, tzinfo=UTC) - timedelta(days=days_ago)
    return {"id": id_, "status": status, "amount": amount, "created": int(at.timestamp())}


def test_a_dispute_over_another_amount_is_news() -> None:
    seen = compare([row("du_1", "needs_response", 3)], (), MONDAY)
    again = compare([row("du_1", "needs_response", 3, amount=2000)], seen.marks, MONDAY)
    assert (seen.news, again.news) == ({"du_1"}, {"du_1"})


def test_what_ended_long_ago_is_neither_news_nor_remembered() -> None:
    old = [row("re_1", "succeeded", 61), row("du_1", "lost", 200), row("du_2", "won", 90)]
    assert compare(old, (), MONDAY) == (frozenset(), frozenset())


def test_what_is_undecided_or_of_no_known_status_stays_remembered() -> None:
    living = [row("re_1", "pending", 100), row("du_1", "appeal_pending", 300)]
    seen = compare(living, (), MONDAY)
    assert seen.news == {"re_1", "du_1"}
    assert compare(living, seen.marks, MONDAY).news == frozenset()


def test_one_without_a_day_is_followed() -> None:
    assert compare([{"id": "re_1", "status": "succeeded"}], (), MONDAY).news == {"re_1"}
