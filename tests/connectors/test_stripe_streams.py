"""Reading Stripe in full: onboarding, kills, gaps, servers that do not embed, missing rights."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from stripe_desk import JANUARY, LATER, Desk, opened

from connectors.stripe import flight
from core.domain.model import HoldKind, ItemState
from core.errors import AuthFailed, MahnwerkError, Unreachable

FEBRUARY = date(2026, 2, 3)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


@pytest.fixture
def small() -> Iterator[Desk]:
    """Pages of two rows."""
    with opened(limit=2) as made:
        yield made


def snapshot(desk: Desk) -> dict[str, object]:
    kept = desk.memory
    return {"invoices": kept.records, "debtors": kept.masters, "bad": kept.bad, "cash": desk.lines}


# --- the first reading ---------------------------------------------------------------------


def test_the_first_reading_brings_open_and_settled_with_payments_and_customers(desk: Desk) -> None:
    """119 € due on January 26th, 50 € paid on February 3rd."""
    owing = desk.customer("Muster Bau GmbH", email="post@muster.example")
    late = desk.invoice("119.00", owing)
    paid = desk.invoice("50.00")
    desk.sandbox.pay(paid, on=FEBRUARY)
    desk.sync()
    found = desk.record(late)
    assert (found.state, found.outstanding.amount) == (ItemState.OPEN, Decimal("119.00"))
    assert (found.invoice_date, found.due_date) == (JANUARY, LATER)
    assert found.pay_link.startswith("https://")
    assert desk.memory.masters[owing].email == "post@muster.example"
    settled = desk.record(paid)
    assert settled.payments_read
    assert [(part.on, part.amount.amount) for part in settled.payments] == [
        (FEBRUARY, Decimal("50.00"))
    ]


def test_the_first_reading_of_a_small_account_takes_a_dozen_requests(desk: Desk) -> None:
    for n in range(5):
        desk.invoice(f"{10 + n}.00")
    assert desk.sync() == 12
    assert desk.asked("/v1/customers") == 0
    assert desk.asked("/v1/invoice_payments") == 0


def test_an_idle_sync_takes_three_requests_and_brings_nothing(desk: Desk) -> None:
    desk.invoice()
    desk.sync()
    for _ in range(2):
        assert desk.sync() == 3
        assert desk.delivered() == []


def test_what_is_open_comes_first(small: Desk) -> None:
    paid = [small.invoice(f"{n}.00") for n in (11, 12, 13)]
    for each in paid:
        small.sandbox.pay(each)
    late = [small.invoice(f"{n}.00") for n in (21, 22, 23)]
    small.sync()
    assert set(small.delivered()[:3]) == set(late)
    assert Counter(small.delivered()) == Counter(late + paid)


def test_settled_invoices_from_before_the_window_stay_away_and_open_ones_come(desk: Desk) -> None:
    """The window is two years; an invoice of 2022 that nobody paid is still owed."""
    old = {"on": date(2022, 5, 2), "due": date(2022, 5, 16)}
    owed, settled = desk.invoice("30.00", **old), desk.invoice("40.00", **old)
    desk.sandbox.pay(settled, on=date(2022, 5, 10))
    desk.sync()
    assert set(desk.memory.records) == {owed}


def test_drafts_are_no_claims(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=JANUARY)
    desk.sync()
    assert desk.memory.records == {}
    desk.sandbox.finalize(draft)
    desk.sync()
    assert desk.state(draft) == ("open", "80.00")


def test_an_empty_account_is_an_empty_book(desk: Desk) -> None:
    desk.sync()
    assert (desk.memory.records, desk.problems, desk.booked_until) == ({}, [], desk.watch.on)


@pytest.mark.parametrize("status", ["void", "uncollectible"])
def test_closed_ones_come_with_their_state(desk: Desk, status: str) -> None:
    invoice = desk.invoice("75.00")
    getattr(desk.sandbox, status)(invoice)
    desk.sync()
    expected = {"void": "cancelled", "uncollectible": "written_off"}
    assert desk.state(invoice) == (expected[status], "0.00")


def test_what_stripe_collects_itself_is_marked_as_direct_debit(desk: Desk) -> None:
    invoice = desk.invoice("29.00", automatic=True, due=None)
    desk.sync()
    assert desk.record(invoice).direct_debit


def test_by_choice_automatic_invoices_wait_for_the_next_attempt(desk: Desk) -> None:
    """Stripe tries again on March 5th; until then nobody else asks for the 29 €."""
    invoice = desk.invoice("29.00", automatic=True, due=None)
    desk.sandbox.attempt_failed(invoice, date(2026, 3, 5))
    desk.rebuild(dun_automatic="yes")
    desk.sync()
    (hold,) = desk.record(invoice).holds
    assert (hold.kind.value, hold.until) == ("direct_debit_pending", date(2026, 3, 5))
    desk.pass_days(4)
    desk.sync()
    assert desk.holds(invoice) == []


def test_a_zone_decides_on_which_day_something_is_due(desk: Desk) -> None:
    """The end of January 26th in Berlin is the morning of the 27th in Tokyo."""
    invoice = desk.invoice()
    desk.rebuild(zone="Asia/Tokyo")
    desk.sync()
    assert desk.record(invoice).due_date == LATER + timedelta(days=1)


# --- kills ---------------------------------------------------------------------------------


def book(desk: Desk) -> list[str]:
    """Seven invoices in every state, and a balance of 12 €."""
    ids = [desk.invoice(f"{100 + n}.00") for n in range(7)]
    desk.sandbox.pay(ids[1])
    desk.sandbox.pay(ids[2], "2.00")
    desk.sandbox.void(ids[3])
    desk.sandbox.uncollectible(ids[4])
    owing = desk.customer("Guthaben & Muster GmbH")
    desk.sandbox.cash(owing, "12.00")
    return [*ids, desk.invoice("88.00", owing)]


def test_a_kill_after_any_batch_of_the_first_reading_ends_the_same() -> None:
    with opened(limit=2) as desk:
        book(desk)
        desk.sync()
        expected, batches = snapshot(desk), len(desk.batches)
        assert batches >= 5
        for step in range(1, batches):
            again = Desk(desk.sandbox, desk.base, desk.watch, 2)
            again.read("debtors")
            again.read("invoices", stop_after=step)
            again.sync()
            assert snapshot(again) == expected, f"killed after {step} batches"
            again.connector.close()


def test_a_kill_after_any_batch_of_a_later_sync_ends_the_same() -> None:
    with opened(limit=2) as desk:
        ids = book(desk)
        desk.sync()
        desk.pass_days()
        desk.sandbox.pay(ids[0])
        desk.sandbox.refund(ids[1], "5.00")
        desk.sandbox.void(ids[5])
        new = desk.invoice("77.00")
        before, cursors, lines = copy.deepcopy(desk.memory), dict(desk.cursors), dict(desk.lines)
        desk.sync()
        expected, batches = snapshot(desk), len(desk.batches)
        assert desk.state(new) == ("open", "77.00")
        assert batches >= 3
        for step in range(1, batches):
            again = Desk(desk.sandbox, desk.base, desk.watch, 2)
            again.memory, again.cursors = copy.deepcopy(before), dict(cursors)
            again.lines = dict(lines)
            again.read("debtors")
            again.read("invoices", stop_after=step)
            again.sync()
            assert snapshot(again) == expected, f"killed after {step} batches"
            again.connector.close()


def test_what_was_paid_between_a_kill_and_the_next_try_is_seen(small: Desk) -> None:
    """Page one was stored, then the process died; the customer paid before it was taken up again."""
    ids = [small.invoice(f"{n}.00") for n in range(31, 36)]
    small.read("debtors")
    small.read("invoices", stop_after=1)
    (stored,) = {*small.memory.records} & {ids[-1]}
    small.watch.minutes += 60
    small.sandbox.pay(stored)
    small.sync()
    assert small.state(stored) == ("settled", "0.00")
    assert set(small.memory.records) == set(ids)


def test_the_place_to_go_on_from_may_be_gone(small: Desk) -> None:
    """The last row that was stored is no invoice any more: the list begins anew."""
    ids = [small.invoice(f"{n}.00") for n in range(31, 36)]
    small.read("invoices", stop_after=1)
    small.cursors["invoices"]["after"] = "in_lost"
    small.sync()
    assert set(small.memory.records) == set(ids)


def test_what_changes_while_lists_are_read_is_followed_by_its_event(small: Desk) -> None:
    """5 € come in after each page; at the end all of them are seen."""
    ids = [small.invoice("100.00") for _ in range(6)]
    paid = 0
    stream = small.connector.fetch_invoices({}, small.memory, small.scope)
    for batch in stream:
        small.put(batch)
        small.cursors["invoices"] = dict(batch.cursor)
        if batch.invoices and paid < 3:
            small.watch.minutes += 10
            small.sandbox.pay(ids[-1], "5.00")
            paid += 1
    assert small.state(ids[-1]) == ("partly_paid", "85.00")


def test_a_refund_while_lists_are_read_is_not_missed(small: Desk) -> None:
    """The list of refunds was read before the money went back."""
    ids = [small.invoice("100.00") for _ in range(5)]
    small.sandbox.pay(ids[0])
    done = False
    for batch in small.connector.fetch_invoices({}, small.memory, small.scope):
        small.put(batch)
        if batch.invoices and not done:
            small.watch.minutes += 10
            small.sandbox.refund(ids[0], "40.00")
            done = True
    assert small.state(ids[0]) == ("partly_paid", "40.00")
    assert small.holds(ids[0]) == ["money_returned"]


def test_a_first_reading_that_lay_for_forty_days_begins_anew(small: Desk) -> None:
    """What was stored then was paid since, and its event is forgotten."""
    ids = [small.invoice(f"{n}.00") for n in range(31, 36)]
    small.read("invoices", stop_after=1)
    small.sandbox.pay(ids[-1])
    small.pass_days(40)
    small.sync()
    assert small.state(ids[-1]) == ("settled", "0.00")
    assert set(small.memory.records) == set(ids)


# --- the day's comparison, and gaps ---------------------------------------------------------


def test_once_a_day_what_is_believed_open_is_compared(desk: Desk) -> None:
    """The event of a payment was lost; the next day's list no longer shows the invoice."""
    invoice, other = desk.invoice(), desk.invoice("20.00")
    desk.sync()
    desk.sandbox.pay(invoice)
    desk.sandbox.feed.events.clear()
    desk.sync()
    assert desk.state(invoice) == ("open", "119.00")
    desk.pass_days()
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    assert desk.state(other) == ("open", "20.00")


def test_after_forty_days_everything_is_listed_anew(desk: Desk) -> None:
    """Events are kept for 30 days: a payment and a refund in between left none."""
    paid, refunded = desk.invoice("119.00"), desk.invoice("60.00")
    desk.sandbox.pay(refunded)
    desk.sync()
    desk.sandbox.pay(paid)
    desk.sandbox.refund(refunded, "60.00")
    desk.pass_days(40)
    desk.forget_requests()
    desk.sync()
    assert desk.asked("status=paid") == 1
    assert desk.state(paid) == ("settled", "0.00")
    assert desk.state(refunded) == ("open", "60.00")
    desk.forget_requests()
    desk.sync()
    assert desk.asked("status=") == 0


def test_after_twenty_eight_days_events_still_do(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sync()
    desk.pass_days(28)
    desk.sandbox.pay(invoice)
    desk.forget_requests()
    desk.sync()
    assert desk.asked("status=paid") == 0
    assert desk.state(invoice) == ("settled", "0.00")


def test_an_old_open_invoice_that_was_paid_in_a_gap_is_read_alone(desk: Desk) -> None:
    """It is of 2022 and stands on no list that goes two years back."""
    old = desk.invoice("30.00", on=date(2022, 5, 2), due=date(2022, 5, 16))
    desk.sync()
    desk.sandbox.pay(old)
    desk.pass_days(40)
    desk.sync()
    assert desk.state(old) == ("settled", "0.00")


def test_whoever_confirms_transfers_himself_is_not_overruled(desk: Desk) -> None:
    """Money may have come to his own account: only he knows until when it is booked."""
    desk.rebuild(bank_transfers="watched")
    desk.invoice()
    desk.sync()
    assert desk.booked_until is None


def test_stripes_own_reminders_are_told_of_once_a_day(desk: Desk) -> None:
    for n in range(3):
        desk.invoice(f"{10 + n}.00", advance=True)
    desk.invoice("99.00")
    desk.sync()
    (problem,) = [each for each in desk.problems if each.code == "auto_advance_on"]
    assert "3 offene" in problem.message
    desk.sync()
    assert desk.codes() == []
    desk.pass_days()
    desk.sync()
    assert desk.codes() == ["auto_advance_on"]


# --- customers and their money ---------------------------------------------------------------


def test_money_on_a_customers_account_is_a_line_of_his(desk: Desk) -> None:
    owing, other = desk.customer(), desk.customer("Beispiel AG")
    desk.invoice("119.00", owing)
    desk.invoice("50.00", other)
    desk.sandbox.cash(owing, "100.00")
    desk.sandbox.balance(other, "-7.50")
    desk.sync()
    assert {k: (v.debtor, str(v.amount.amount)) for k, v in desk.lines.items()} == {
        f"cash:{owing}:eur": (owing, "100.00"),
        f"credit:{other}:eur": (other, "7.50"),
    }


def test_money_that_comes_later_is_heard_of_and_goes_when_it_is_applied(desk: Desk) -> None:
    """100 € are transferred, which do not pay 119 € (§0.9); 19 € more do."""
    owing = desk.customer()
    invoice = desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.cash(owing, "100.00")
    desk.sync()
    assert [str(each.amount.amount) for each in desk.lines.values()] == ["100.00"]
    assert desk.state(invoice) == ("open", "119.00")
    desk.sandbox.cash(owing, "19.00")
    desk.sandbox.apply_cash(invoice)
    desk.sync()
    assert desk.lines == {}
    assert desk.state(invoice) == ("settled", "0.00")


def test_a_new_mail_address_is_heard_of(desk: Desk) -> None:
    owing = desk.customer(email="alt@muster.example")
    desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.update_customer(owing, email="neu@muster.example")
    assert desk.sync() == 4
    assert desk.memory.masters[owing].email == "neu@muster.example"
    assert desk.sync() == 3


def test_customers_who_owe_nothing_are_not_read(desk: Desk) -> None:
    shopper = desk.customer("Niemand Muster")
    desk.sync()
    desk.sandbox.update_customer(shopper, email="neu@niemand.example")
    assert desk.sync() == 3
    assert desk.memory.masters == {}


def test_of_a_deleted_customer_the_frozen_address_counts(desk: Desk) -> None:
    place = {"line1": "Hafenweg 3", "postal_code": "24103", "city": "Kiel", "country": "DE"}
    gone = desk.customer("Muster Bau GmbH", email="post@muster.example", address=place)
    invoice = desk.invoice("119.00", gone)
    desk.sandbox.delete_customer(gone)
    desk.sync()
    debtor = desk.memory.masters[desk.record(invoice).debtor]
    assert (debtor.name, debtor.address.city) == ("Muster Bau GmbH", "Kiel")


def test_after_a_long_pause_customers_are_asked_for_as_far_back_as_events_go(desk: Desk) -> None:
    owing = desk.customer(email="alt@muster.example")
    desk.invoice("119.00", owing)
    desk.sync()
    desk.sandbox.update_customer(owing, email="neu@muster.example")
    desk.pass_days(60)
    desk.sync()
    assert desk.memory.masters[owing].email == "neu@muster.example"


# --- other servers, and missing rights -------------------------------------------------------


@pytest.mark.parametrize(
    "variants",
    [
        {"expand": "ignored"},
        {"expand_customer": "ignored"},
        {"expand_payments": "ignored"},
        {"cash_balance_in_lists": "ignored"},
    ],
    ids=["all", "customer", "payments", "cash"],
)
def test_a_server_that_does_not_embed_gives_the_same_book(variants: dict[str, str]) -> None:
    """What lists do not show is read by its own path, and the book is the same."""
    books = []
    for chosen in ({}, variants):
        with opened(limit=3, **chosen) as desk:
            ids = book(desk)
            desk.sandbox.refund(ids[1], "10.00")
            desk.sandbox.start_sepa(ids[6])
            desk.sync()
            desk.read("payments")
            assert desk.holds(ids[6]) == ["direct_debit_pending"]
            assert desk.state(ids[1]) == ("partly_paid", "10.00")
            books.append(snapshot(desk))
            desk.pass_days()
            desk.sync()
            assert desk.delivered() == []
    assert books[0] == books[1]


def test_more_than_ten_payments_of_one_invoice_are_all_read(desk: Desk) -> None:
    """Twelve instalments of 10 €; lists inside of objects are cut at ten."""
    invoice = desk.invoice("150.00")
    for _ in range(12):
        desk.sandbox.pay(invoice, "10.00")
    desk.sync()
    found = desk.record(invoice)
    assert found.outstanding.amount == Decimal("30.00")
    assert len(found.payments) == 12


def test_without_the_feed_every_sync_compares_what_is_open(desk: Desk) -> None:
    """A key without the right to events: 119 € paid on the same day are seen all the same."""
    invoice = desk.invoice()
    desk.sandbox.restrict("events")
    desk.sync()
    assert desk.codes() == ["feed_missing"]
    desk.sandbox.pay(invoice)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    assert desk.codes() == []
    desk.pass_days()
    desk.sync()
    assert desk.codes() == ["feed_missing"]


def test_a_feed_that_comes_back_is_followed_again(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.restrict("events")
    desk.sync()
    desk.sandbox.restrict()
    desk.pass_days()
    desk.sync()
    assert desk.codes() == []
    desk.sandbox.pay(invoice)
    assert desk.sync() == 6
    assert desk.state(invoice) == ("settled", "0.00")


@pytest.mark.parametrize("right", ["refunds", "disputes", "credit_notes"])
def test_a_missing_right_is_told_once_and_the_rest_is_read(desk: Desk, right: str) -> None:
    open_one, paid = desk.invoice(), desk.invoice("50.00")
    desk.sandbox.pay(paid)
    desk.sandbox.credit(paid, "10.00")
    desk.sandbox.refund(paid, "20.00")
    desk.sandbox.restrict(right)
    desk.sync()
    assert desk.codes() == ["resource_missing"]
    assert desk.problems[0].where == right
    assert desk.state(open_one) == ("open", "119.00")
    desk.sync()
    assert desk.codes() == []


def test_without_charges_each_debit_under_way_is_asked_for(desk: Desk) -> None:
    moving, still = desk.invoice(), desk.invoice("20.00")
    desk.sandbox.start_sepa(moving)
    desk.sandbox.restrict("charges")
    desk.sync()
    assert desk.holds(moving) == ["direct_debit_pending"]
    assert desk.holds(still) == []
    assert desk.codes() == ["resource_missing"]


def test_nobody_is_dunned_where_a_debit_under_way_cannot_be_told(desk: Desk) -> None:
    """Neither charges nor PaymentIntents may be read: the invoice is held, and says why."""
    invoice = desk.invoice()
    desk.sandbox.restrict("charges", "payment_intents")
    desk.sync()
    (hold,) = desk.record(invoice).holds
    assert hold.kind is HoldKind.DIRECT_DEBIT_PENDING
    assert "Leserecht" in hold.reason
    desk.sandbox.restrict()
    desk.pass_days()
    desk.sync()
    assert desk.holds(invoice) == []
    assert desk.state(invoice) == ("open", "119.00")


def test_a_key_that_may_only_read_reads_everything(desk: Desk) -> None:
    ids = book(desk)
    resources = ("invoices", "customers", "charges", "refunds", "disputes", "events")
    desk.sandbox.restrict(*(f"{each}:write" for each in resources))
    desk.sync()
    assert set(desk.memory.records) == set(ids)
    assert desk.codes() == []
    assert desk.connector.fetch_document(ids[0]).content.startswith(b"%PDF")


def test_where_embedding_payments_is_refused_customers_are_still_embedded_alone() -> None:
    """The key lacks the right to payments of invoices: the lists are read bare."""
    with opened(expand_denied="refused") as desk:
        owing = desk.customer(tax_id=("eu_vat", "DE111111111"))
        invoice = desk.invoice("119.00", owing)
        desk.sandbox.cash(owing, "60.00")
        desk.sandbox.restrict("invoice_payments")
        desk.sync()
        assert desk.state(invoice) == ("open", "119.00")
        assert set(desk.lines) == {f"cash:{owing}:eur"}
        assert desk.memory.masters[owing].vat_id == "DE111111111"
        assert desk.asked("cash_balance_transactions") == 0


@pytest.mark.parametrize("right", ["invoices", "customers"])
def test_without_invoices_or_customers_nothing_can_be_read(desk: Desk, right: str) -> None:
    desk.invoice()
    desk.sandbox.restrict(right)
    with pytest.raises(AuthFailed) as caught:
        desk.sync()
    assert {"invoices": "Rechnungen", "customers": "Kunden"}[right] in str(caught.value)


def test_payments_that_nobody_can_tell_are_not_asked_for_for_ever() -> None:
    with opened(expand_payments="ignored") as desk:
        paid = desk.invoice("50.00")
        desk.sandbox.pay(paid)
        desk.sandbox.restrict("invoice_payments")
        desk.sync()
        assert not desk.record(paid).payments_read
        desk.read("payments")
        assert desk.record(paid).payments_read
        assert desk.read("payments") == 0


# --- what cannot be read ---------------------------------------------------------------------


def test_one_bad_invoice_keeps_no_other(desk: Desk) -> None:
    """The amount of one is a text; its customer is not dunned until it can be read."""
    owing = desk.customer()
    bad, good = desk.invoice("30.00", owing), desk.invoice("40.00")
    desk.sandbox.alter(bad, amount_remaining="viel")
    desk.sync()
    assert desk.state(good) == ("open", "40.00")
    assert desk.memory.bad[bad].debtor == owing
    desk.sandbox.alter(bad)
    desk.sync()
    assert desk.memory.bad == {}
    assert desk.state(bad) == ("open", "30.00")


def test_a_row_of_the_other_mode_is_refused(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.alter(invoice, livemode=True)
    desk.sync()
    assert desk.record(invoice).state is ItemState.UNKNOWN
    assert "livemode_mixed" in desk.codes()


def test_a_failing_page_keeps_what_came_before(small: Desk) -> None:
    ids = [small.invoice(f"{n}.00") for n in range(31, 36)]
    small.read("invoices", stop_after=1)
    small.sandbox.fault("error500", times=99)
    with pytest.raises(Unreachable):
        small.sync()
    small.sandbox.clear_faults()
    small.sync()
    assert set(small.memory.records) == set(ids)


def test_errors_name_the_connector_and_hold_no_key(desk: Desk) -> None:
    desk.sandbox.fault("echo", times=99)
    with pytest.raises(MahnwerkError) as caught:
        desk.sync()
    assert "sk_test" not in f"{caught.value} {caught.value.en}"


def test_progress_counts_what_was_read(small: Desk) -> None:
    for n in range(5):
        small.invoice(f"{30 + n}.00")
    small.sync()
    done = [each.progress.done for each in small.batches if each.progress]
    assert done == sorted(done)
    assert done[-1] == 5


def test_a_window_that_begins_long_ago_is_no_error(desk: Desk) -> None:
    desk.invoice()
    scope = desk.scope.__class__(date.min + timedelta(days=1), desk.watch.on)
    assert [b for b in desk.connector.fetch_invoices({}, desk.memory, scope) if b.invoices]


def test_a_customer_whose_money_cannot_be_read_is_not_dunned(desk: Desk) -> None:
    """Whether he has paid already is what his balance says."""
    owing = desk.customer()
    invoice = desk.invoice("119.00", owing)
    desk.sandbox.alter(owing, balance="viel")
    desk.sync()
    assert desk.memory.bad[owing].problem.code == "stripe_customer_unreadable"
    assert desk.state(invoice) == ("open", "119.00")
    desk.sandbox.alter(owing)
    desk.pass_days()
    desk.sync()
    assert desk.memory.bad == {}


def test_an_invoice_without_a_customer_goes_by_its_address() -> None:
    with opened(deleted_customer="null") as desk:
        gone = desk.customer("Muster Bau GmbH", address={"line1": "Hafenweg 3", "city": "Kiel"})
        invoice = desk.invoice("119.00", gone)
        desk.sandbox.delete_customer(gone)
        desk.sync()
        debtor = desk.memory.masters[desk.record(invoice).debtor]
        assert debtor.external_id != gone
        assert debtor.name == "Muster Bau GmbH"


def test_a_customer_that_is_gone_altogether_goes_by_the_address_too() -> None:
    with opened(expand_customer="ignored") as desk:
        invoice = desk.invoice("119.00", desk.customer("Muster Bau GmbH"))
        desk.sandbox.alter(invoice, customer="cus_lost")
        desk.sync()
        assert desk.memory.masters[desk.record(invoice).debtor].name == "Muster Bau GmbH"


def test_an_invoice_that_stripe_refuses_to_show_keeps_no_other(desk: Desk) -> None:
    paid = [desk.invoice(f"{10 + n}.00") for n in range(3)]
    desk.sync()
    for each in paid:
        desk.sandbox.pay(each)
    # With everything embedded, with less, and with nothing.
    desk.sandbox.fault("bad_request", times=3, path=f"/v1/invoices/{paid[0]}")
    desk.sync()
    assert [desk.state(each)[0] for each in paid] == ["open", "settled", "settled"]
    assert set(desk.memory.bad) == {paid[0]}
    desk.sync()
    assert desk.state(paid[0])[0] == "settled"
    assert desk.memory.bad == {}


def test_where_charges_are_very_many_each_debit_is_asked_for(
    small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop with thousands of card payments in two weeks, and one debit under way."""
    monkeypatch.setattr(flight, "_PAGES", 1)
    for _ in range(3):
        small.sandbox.pay(small.invoice("9.00"))
    moving = small.invoice()
    small.sandbox.start_sepa(moving)
    for _ in range(3):
        small.sandbox.pay(small.invoice("9.00"))
    small.sync()
    assert small.holds(moving) == ["direct_debit_pending"]
    assert small.asked("/v1/payment_intents/") == 1


def test_a_refund_that_names_only_its_charge_is_found(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.pay(invoice)
    refund = desk.sandbox.refund(invoice, "19.00")
    desk.sandbox.alter(refund, payment_intent=None)
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "19.00")
    desk.look(invoice)
    assert desk.state(invoice) == ("partly_paid", "19.00")


def test_what_is_settled_and_was_read_alone_is_not_rewritten_by_a_list() -> None:
    """The server's lists show no payments: those that were read stay."""
    with opened(expand_payments="ignored") as desk:
        paid = desk.invoice("50.00")
        desk.sandbox.pay(paid)
        desk.sync()
        desk.read("payments")
        before = desk.record(paid)
        assert len(before.payments) == 1
        desk.pass_days(40)
        desk.sync()
        assert desk.delivered() == []
        assert desk.record(paid) == before
