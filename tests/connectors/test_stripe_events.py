"""Stripe's feed of events: what is followed, how often, and that order and duplicates do not matter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reading_desk import Watch
from stripe_desk import Desk, opened

from connectors.stripe import changes
from connectors.stripe.client import Listed
from connectors.stripe.events import INVOICE_EVENTS, MONEY_EVENTS, Heard, listen
from connectors.stripe.lists import Lists
from connectors.stripe.optional import Optional
from connectors.stripe.position import Position, read_position
from core.domain.platform_records import PaymentKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


@dataclass
class Fast:
    """Half an hour ahead of Stripe."""

    stripe: Watch

    def now(self) -> datetime:
        return self.stripe.now() + timedelta(minutes=30)

    def today(self, zone: str) -> date:
        return self.now().astimezone(ZoneInfo(zone)).date()


class Feed:
    """A client that has these events, whatever is asked for; it keeps the questions."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = [{"id": f"evt_{n}", "created": 1772452800, **row} for n, row in enumerate(rows)]
        self.asked: list[Sequence[tuple[str, str]]] = []

    def every(
        self, path: str, params: Sequence[tuple[str, str]], limit: int = 100
    ) -> Iterator[Listed]:
        assert path == "events"
        self.asked.append(params)
        yield Listed([dict(row) for row in self.rows], False)


def heard_of(*rows: Mapping[str, Any], types: Sequence[str] = ()) -> Heard:
    return listen(Feed(*rows), types or [str(row["type"]) for row in rows], NOON)  # type: ignore[arg-type]


def event(type_: str, **inside: Any) -> dict[str, Any]:
    return {"type": type_, "data": {"object": inside}}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (event("invoice.paid", id="in_1"), "in_1"),
        (event("invoice.deleted", id="in_1", deleted=True), "in_1"),
        (event("invoice_payment.paid", id="inpay_1", invoice="in_2"), "in_2"),
        (event("invoice_payment.paid", id="inpay_1", invoice={"id": "in_2"}), "in_2"),
        (event("credit_note.created", id="cn_1", invoice="in_3"), "in_3"),
        (event("charge.refunded", id="ch_1", invoice="in_4"), "in_4"),
    ],
    ids=["paid", "deleted", "payment", "expanded", "credit-note", "before-basil"],
)
def test_events_name_their_invoice(row: dict[str, Any], found: str) -> None:
    assert heard_of(row).invoices == {found}


@pytest.mark.parametrize(
    ("row", "payments", "charges"),
    [
        (event("refund.created", id="re_1", payment_intent="pi_1", charge="ch_1"), {"pi_1"}, set()),
        (event("refund.failed", id="re_1", payment_intent=None, charge="ch_1"), set(), {"ch_1"}),
        (event("charge.dispute.closed", id="du_1", charge={"id": "ch_2"}), set(), {"ch_2"}),
        (event("charge.failed", id="ch_3", object="charge"), set(), {"ch_3"}),
        (event("charge.failed", id="py_3"), set(), {"py_3"}),
        (event("payment_intent.processing", id="pi_4"), {"pi_4"}, set()),
        (event("refund.created", id="re_9"), set(), set()),
    ],
    ids=["refund", "no-intent", "dispute", "charge", "old-id", "intent", "nothing"],
)
def test_events_about_money_name_the_payment(
    row: dict[str, Any], payments: set[str], charges: set[str]
) -> None:
    heard = heard_of(row)
    assert (heard.payments, heard.charges, heard.invoices) == (payments, charges, set())


@pytest.mark.parametrize(
    "row",
    [
        event("customer.updated", id="cus_1"),
        event("customer.tax_id.created", id="txi_1", customer="cus_1"),
        event("cash_balance.funds_available", object="cash_balance", customer="cus_1"),
    ],
    ids=["customer", "tax-id", "cash"],
)
def test_events_about_customers_name_them(row: dict[str, Any]) -> None:
    assert heard_of(row).customers == {"cus_1"}


def test_types_go_in_slices_of_twenty_and_five_minutes_back() -> None:
    feed = Feed()
    types = (*INVOICE_EVENTS, *MONEY_EVENTS)
    listen(feed, types, NOON)  # type: ignore[arg-type]
    named = [[value for name, value in each if name == "types[]"] for each in feed.asked]
    assert [len(each) for each in named] == [20, len(types) - 20]
    assert [name for each in named for name in each] == list(types)
    since = str(int((NOON - timedelta(minutes=5)).timestamp()))
    assert all(("created[gte]", since) in each for each in feed.asked)


def test_what_was_not_asked_for_is_ignored_even_when_the_filter_is() -> None:
    """A server that knows no types[] sends everything, also what nobody has heard of."""
    heard = heard_of(
        event("invoice.paid", id="in_1"),
        event("invoice.upcoming", id=None),
        event("plan.created", id="price_1"),
        types=["invoice.paid"],
    )
    assert (heard.invoices, set(heard.events)) == ({"in_1"}, {"evt_0"})


def test_rows_without_what_they_should_have_do_no_harm() -> None:
    heard = heard_of(
        {"type": "invoice.paid", "created": None},
        {"type": "invoice.paid", "data": {"object": None}},
        {"type": "invoice.paid", "created": 10**20, "data": {"object": {"id": "in_1"}}},
        {"type": "invoice.paid", "created": True, "data": {"object": {"id": "in_2"}}},
    )
    assert heard.invoices == {"in_1", "in_2"}
    assert heard.newest == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_known_events_are_not_followed_again_but_count_for_the_clock() -> None:
    feed = Feed(event("invoice.paid", id="in_1"), event("invoice.paid", id="in_2"))
    heard = listen(feed, ["invoice.paid"], NOON, {"evt_0"})  # type: ignore[arg-type]
    assert heard.invoices == {"in_2"}
    assert heard.recent(heard.newest) == {"evt_0", "evt_1"}
    assert heard.recent(NOON + timedelta(minutes=6)) == frozenset()
    assert heard.recent(None) == frozenset()


def test_a_cursor_survives_json() -> None:
    position = Position(
        fed=NOON,
        heard=frozenset({"evt_1"}),
        read_at=NOON,
        compared_on=NOON.date(),
        began=NOON,
        status="paid",
        after="in_1",
        pages=4,
        missing=frozenset({"events"}),
        unread=frozenset({"in_2"}),
        resumed=True,
    )
    assert read_position(json.loads(json.dumps(dict(position.cursor())))) == position
    assert read_position({}) == Position()
    assert dict(Position().cursor()) == {}


# --- following them ------------------------------------------------------------------------


def test_one_payment_costs_three_more_requests(desk: Desk) -> None:
    """The invoice, and the refunds and disputes of its payment; whatever the number of events."""
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.pay(invoice)
    assert desk.sync() == 6
    assert desk.state(invoice) == ("settled", "0.00")
    assert desk.sync() == 3


def test_an_event_is_not_followed_twice_although_the_overlap_shows_it_again(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.pay(invoice, "19.00")
    desk.watch.minutes -= 14  # the next sync comes a minute later
    desk.sync()
    desk.forget_requests()
    desk.sync()
    assert desk.asked(invoice) == 0


def test_a_clock_that_is_half_an_hour_fast_misses_no_event(desk: Desk) -> None:
    invoice = desk.invoice("119.00")
    desk.sandbox.pay(invoice)
    desk.watch.minutes += 10  # nothing has happened for a while when it is first read
    desk.connector._clock = Fast(desk.watch)
    desk.sync()
    desk.sandbox.refund(invoice)
    desk.sync()
    assert desk.state(invoice) == ("open", "119.00")


def test_an_event_that_is_listed_late_is_followed(desk: Desk) -> None:
    """It bears an instant before the newest one that was seen, and comes into the list after it."""
    first, second = desk.invoice("30.00"), desk.invoice("40.00")
    desk.sync()
    desk.sandbox.pay(second)
    desk.sync()
    desk.watch.minutes -= 17
    desk.sandbox.pay(first)
    desk.watch.minutes += 17
    desk.sync()
    assert desk.state(first) == ("settled", "0.00")


def test_twelve_payments_need_lists_of_refunds_instead_of_24_questions(desk: Desk) -> None:
    ids = [desk.invoice(f"{10 + n}.00") for n in range(12)]
    desk.sync()
    for each in ids:
        desk.sandbox.pay(each)
    assert desk.sync() == 3 + 3 + 12
    assert {desk.state(each) for each in ids} == {("settled", "0.00")}


def test_very_many_changes_are_read_in_lists(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody paid on one day: five pages cost less than six requests."""
    monkeypatch.setattr(changes, "MANY", 5)
    ids = [desk.invoice(f"{10 + n}.00") for n in range(6)]
    desk.sync()
    for each in ids:
        desk.sandbox.pay(each)
    desk.forget_requests()
    desk.sync()
    assert desk.asked("/v1/invoices/") == 0
    assert desk.asked("/v1/invoices?status=") == 4
    assert {desk.state(each) for each in ids} == {("settled", "0.00")}


def test_a_part_payment_and_a_credit_note_together(desk: Desk) -> None:
    """119 €, 19 € paid, 50 € credited: 50 € are left."""
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.pay(invoice, "19.00")
    desk.sandbox.credit(invoice, "50.00")
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "50.00")


def test_money_given_back_opens_a_paid_invoice_and_holds_it(desk: Desk) -> None:
    """119 € were paid, 19 € of them refunded on March 2nd: nobody is dunned for them unasked."""
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    desk.sync()
    refund = desk.sandbox.refund(invoice, "19.00")
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "19.00")
    assert desk.holds(invoice) == ["money_returned"]
    kinds = [part.kind for part in desk.record(invoice).payments]
    assert kinds == [PaymentKind.PAYMENT, PaymentKind.RETURNED]
    desk.sandbox.fail_refund(refund)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")


def test_a_refund_that_a_credit_note_explains_opens_nothing(desk: Desk) -> None:
    """30 € were credited after payment and given back: nothing is owed for them."""
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    desk.sync()
    desk.sandbox.credit(invoice, "30.00", refund="new")
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")


def test_a_returned_direct_debit_opens_the_invoice_eight_weeks_later(desk: Desk) -> None:
    invoice = desk.invoice()
    intent = desk.sandbox.start_sepa(invoice)
    desk.sandbox.settle_sepa(intent)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    for _ in range(3):
        desk.pass_days(18)
        desk.sync()
    desk.sandbox.sepa_return(invoice)
    desk.sync()
    assert desk.state(invoice) == ("open", "119.00")
    assert desk.holds(invoice) == ["money_returned"]


@pytest.mark.parametrize(("end", "state"), [("won", "settled"), ("lost", "open")])
def test_a_dispute_counts_when_it_is_lost(desk: Desk, end: str, state: str) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    desk.sync()
    dispute = desk.sandbox.dispute(invoice)
    desk.sync()
    assert desk.state(invoice)[0] == "settled"
    desk.sandbox.close_dispute(dispute, end)
    desk.sync()
    assert desk.state(invoice)[0] == state


def test_a_dispute_of_a_part_payment_holds_the_rest(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice, "19.00")
    desk.sync()
    dispute = desk.sandbox.dispute(invoice)
    desk.sync()
    assert desk.holds(invoice) == ["dispute"]
    desk.sandbox.close_dispute(dispute, "won")
    desk.sync()
    assert (desk.holds(invoice), desk.state(invoice)[1]) == ([], "100.00")


def test_a_debit_under_way_holds_until_it_fails(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    intent = desk.sandbox.start_sepa(invoice)
    desk.sync()
    assert desk.holds(invoice) == ["direct_debit_pending"]
    desk.sandbox.fail_sepa(intent)
    desk.sync()
    assert desk.holds(invoice) == []


def assert_stays_the_same(desk: Desk, invoice: str) -> None:
    """On the next day, and alone."""
    before = desk.record(invoice)
    desk.pass_days()
    desk.sync()
    assert desk.delivered() == []
    desk.look(invoice)
    assert desk.record(invoice) == before


def test_a_debit_under_way_is_the_same_record_from_a_list(desk: Desk) -> None:
    """By the PaymentIntent on Monday, by the list of charges on Tuesday: nothing has changed."""
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.start_sepa(invoice)
    desk.sync()
    assert_stays_the_same(desk, invoice)


def test_a_returned_payment_is_the_same_record_whoever_is_asked(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    desk.sync()
    desk.sandbox.refund(invoice, "19.00")
    desk.sync()
    assert_stays_the_same(desk, invoice)


def test_uncollectible_can_be_paid_later(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.uncollectible(invoice)
    desk.sync()
    assert desk.state(invoice) == ("written_off", "0.00")
    desk.sandbox.pay(invoice)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")


def test_a_revision_replaces_its_predecessor(desk: Desk) -> None:
    old = desk.invoice("119.00")
    desk.sync()
    new = desk.sandbox.revise(old, "99.00")
    desk.sync()
    assert (desk.state(old)[0], desk.state(new)) == ("cancelled", ("open", "99.00"))


def test_another_due_day_is_seen(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    later = desk.watch.on + timedelta(days=20)
    desk.sandbox.change_due(invoice, later)
    desk.sync()
    assert desk.record(invoice).due_date == later


def test_a_deleted_draft_is_nobodys_loss(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=desk.watch.on)
    desk.sync()
    desk.sandbox.delete(draft)
    desk.sync()
    assert [batch.gone for batch in desk.batches if batch.gone] == []


class Payments(Feed):
    """The list of InvoicePayments of a server that ignores its filters."""

    def page(
        self, path: str, params: Sequence[tuple[str, str]] = (), *, limit: int = 100
    ) -> Listed:
        assert path == "invoice_payments"
        self.asked.append(params)
        return Listed([dict(row) for row in self.rows], True)


def test_only_the_invoice_of_that_payment_is_read() -> None:
    """A refund of pi_1; the server shows everybody's payments, and only the first page is asked."""
    client = Payments(
        {"invoice": "in_1", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}},
        {"invoice": "in_2", "payment": {"type": "payment_intent", "payment_intent": "pi_2"}},
        {"invoice": "in_3", "payment": {"type": "charge", "charge": "ch_3"}},
        {"invoice": "in_4"},
    )
    lists = Lists(client, Optional([]), 100)  # type: ignore[arg-type]
    assert lists.invoices_of("pi_1") == {"in_1"}
    assert lists.invoices_of("pi_9") == set()
    assert len(client.asked) == 2
