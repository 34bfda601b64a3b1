"""sevDesk is read whole, and every change is seen, although nothing says that there was one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sevdesk_desk import Desk, opened

from core.domain.model import ItemState
from core.domain.platform_records import PaymentKind
from core.errors import MalformedResponse

OPEN, PARTLY, SETTLED = ItemState.OPEN, ItemState.PARTLY_PAID, ItemState.SETTLED
_FILTERED = re.compile("updateAfter|status|invoiceType|partiallyPaid")
CANCELLED, UNKNOWN = ItemState.CANCELLED, ItemState.UNKNOWN


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


# What it costs.


def test_a_first_reading_costs_one_request_for_each_page() -> None:
    with opened(limit=10) as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(100)]
        assert desk.read("debtors") == 4  # contacts, their addresses, ways and account numbers
        assert desk.read("invoices") == 10 + 4  # credit notes, reminders, accounts, transactions
        assert sorted(desk.memory.records) == sorted(ids)


def test_a_quiet_sync_costs_six_requests(desk: Desk) -> None:
    desk.invoice()
    desk.sync()
    assert desk.sync() == 6


def test_a_changed_invoice_on_two_lists_is_read_and_told_of_once(desk: Desk) -> None:
    """It stands on the list of changes and on that of open ones."""
    foreign = desk.invoice(currency="CHF")
    desk.sync()
    desk.sandbox.alter(foreign, header="Rechnung, zweite Fassung")
    read: list[str] = []
    store = desk.put
    desk.put = lambda batch: (read.extend(e.external_id for e in batch.invoices), store(batch))[1]  # type: ignore[method-assign]
    desk.sync()
    assert (read, desk.codes()) == ([foreign], ["invoice_currency_foreign"])


def test_once_a_day_everything_is_compared(desk: Desk) -> None:
    """A booking of last week whose trace was lost is found by the comparison at the latest."""
    desk.sandbox.variant("booking_bumps_update", "no")
    settled = desk.invoice()
    desk.sandbox.pay(settled, via="cash")
    desk.sync()
    assert desk.state(settled) == (SETTLED, "0.00")
    desk.invoice()
    desk.sync()
    with desk.sandbox.world.lock:  # reopened, and its update did not move
        invoice = desk.sandbox.world.invoices[settled]
        invoice.status, invoice.paid, invoice.pay_date = 750, Decimal("19.00"), None
    desk.sync()
    assert desk.state(settled) == (SETTLED, "0.00")
    desk.pass_days()
    desk.sync()
    assert desk.state(settled) == (PARTLY, "100.00")


def test_a_killed_first_reading_goes_on_with_the_page_it_was_at() -> None:
    with opened(limit=10) as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(100)]
        desk.read("debtors")
        desk.read("invoices", stop_after=8)
        desk.read("invoices")
        whole = [
            each.query
            for each in desk.sandbox.requests
            if each.path.endswith("/Invoice") and not _FILTERED.search(each.query)
        ]
        assert len(whole) == 10  # no page of everything was asked for twice
        assert sorted(desk.memory.records) == sorted(ids)


def test_a_large_book_survives_kills() -> None:
    """Customers, invoices, credit notes and reminders; a kill now and then loses nothing."""
    with opened(limit=60) as desk:
        for n in range(110):
            desk.customer(f"Muster {n} GmbH")
        contact = desk.customer("Beispiel AG")
        for n in range(110):
            invoice = desk.invoice(contact=contact)
            desk.sandbox.credit(invoice, f"{n + 1}.00")
            desk.sandbox.dun(invoice)
        for stream in ("debtors", "invoices"):
            for batches in (1, 3, 5):
                desk.read(stream, stop_after=batches)
            desk.read(stream)
        assert len(desk.memory.masters) == 111
        assert len(desk.memory.records) == 220
        assert len(desk.memory.dunnings) == 110


# What nobody tells.


@pytest.mark.parametrize("via", ["bank", "cash"])
def test_a_payment_that_leaves_no_trace_is_seen_with_the_next_sync(via: str) -> None:
    with opened(bank_match_bumps_update="no", booking_bumps_update="no") as desk:
        paid, partly, open_one = desk.invoice(), desk.invoice(), desk.invoice()
        desk.sync()
        desk.sandbox.pay(paid, via=via)
        desk.sandbox.pay(partly, "19.00", via=via)
        desk.sync()
        assert desk.state(paid) == (SETTLED, "0.00")
        assert desk.state(partly) == (PARTLY, "100.00")
        assert desk.state(open_one) == (OPEN, "119.00")


@pytest.mark.parametrize("rows", [3, 30], ids=["a few", "many"])
def test_many_traceless_payments_cost_pages_and_not_one_request_each(rows: int) -> None:
    with opened(limit=10, bank_match_bumps_update="no") as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(rows)]
        desk.sync()
        for each in ids:
            desk.sandbox.pay(each)
        requests = desk.sync()
        assert {desk.state(each) for each in ids} == {(SETTLED, "0.00")}
        assert requests <= 6 + 1 + (rows + 9) // 10 + 4


def test_partly_paid_ones_are_listed_and_not_read_one_by_one() -> None:
    with opened() as desk:
        contact = desk.customer()
        for _ in range(8):
            desk.sandbox.pay(desk.invoice(contact=contact), "19.00")
        desk.sync()
        desk.invoice(contact=contact)
        desk.sync()
        assert desk.sync() == 6 + 1


def test_an_ignored_filter_is_told_once_a_day_and_loses_nothing() -> None:
    with opened(invoice_update_after="ignored") as desk:
        invoice = desk.invoice()
        desk.sync()
        desk.invoice("50.00", on=date(2026, 2, 2))
        desk.sync()
        for _ in range(2):
            desk.pass_days()
            told = []
            for _ in range(3):  # the first one of a day compares everything without any filter
                desk.sync()
                told.append(desk.codes())
            assert told == [[], ["filter_ignored"], []]
        desk.sandbox.pay(invoice, "19.00")
        desk.sync()
        assert desk.state(invoice) == (PARTLY, "100.00")


def forgetting(desk: Desk, name: str) -> None:
    """SevDesk does not know that filter any more."""
    client = desk.connector._client
    page = client.page
    client.page = lambda resource, at=0, limit=1000, **asked: page(  # type: ignore[method-assign]
        resource, at, limit, **{key: value for key, value in asked.items() if key != name}
    )


@pytest.mark.parametrize("name", ["status", "partiallyPaid", "invoiceType", "contact[id]"])
def test_no_filter_is_trusted(desk: Desk, name: str) -> None:
    contact = desk.customer()
    partly = [desk.invoice(contact=contact) for _ in range(4)]
    gone, dunned, settled = desk.invoice(), desk.invoice(), desk.invoice("70.00")
    desk.sandbox.pay(settled)
    desk.sync()
    forgetting(desk, name)
    for each in partly:
        desk.sandbox.pay(each, "19.00")
    made = desk.sandbox.dun(dunned, on=date(2026, 3, 2))
    desk.sandbox.delete(gone)
    desk.sync()
    desk.pass_days()
    desk.sync()
    desk.look(dunned)
    assert {desk.state(each) for each in partly} == {(PARTLY, "100.00")}
    assert desk.state(settled) == (SETTLED, "0.00")
    assert gone not in desk.memory.records
    assert [(each.external_id, each.invoice) for each in desk.memory.dunnings.values()] == [
        (made, dunned)
    ]
    assert set(desk.codes()) <= {"filter_ignored"}


def test_half_a_page_is_not_the_whole_book() -> None:
    with opened(limit=10) as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(25)]
        desk.sync()
        desk.pass_days()
        desk.sandbox.fault("half_page", times=0, path="/Invoice")
        with pytest.raises(MalformedResponse):
            desk.read("invoices")
        assert sorted(desk.memory.records) == sorted(ids)
        desk.sandbox.clear_faults()
        desk.sandbox.fault("half_page", times=1, path="/Invoice")
        desk.read("invoices")
        assert sorted(desk.memory.records) == sorted(ids)


def test_an_empty_answer_for_an_invoice_is_not_its_end(desk: Desk) -> None:
    """Gone was measured as 404 (§1.6); what 200 with nothing means, nobody knows: it is told of."""
    invoice = desk.invoice()
    desk.sync()
    for _ in range(2):
        desk.sandbox.fault("half_page", path=f"/Invoice/{invoice}")
        desk.look(invoice)
        assert desk.state(invoice) == (OPEN, "119.00")
        (unread,) = desk.memory.bad.values()
        assert (unread.external_id, "ist leer" in unread.problem.message) == (invoice, True)
        assert desk.record(invoice).number in unread.problem.where
    desk.look(invoice)
    assert desk.memory.bad == {}
    desk.sandbox.delete(invoice)
    desk.look(invoice)
    assert invoice not in desk.memory.records


# Cancelled, drafts, down payments.


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_cancelled_invoice_that_looks_paid_is_cancelled(order: str) -> None:
    """Status 1000 for both; here even with an amount paid, so that only the SR tells (§2.6)."""
    with opened(limit=3, list_order=order) as desk:
        contact = desk.customer()
        first = desk.invoice(contact=contact)
        for _ in range(8):
            desk.invoice(contact=contact)
        desk.sandbox.cancel(first)
        desk.sandbox.alter(first, paidAmount="119", payDate="2026-02-02T00:00:00+01:00")
        desk.sandbox.variant("embeds", "absent")
        desk.sync()
        assert desk.state(first) == (CANCELLED, "0.00")
        desk.sandbox.alter(first, paidAmount="119", payDate="2026-02-03T00:00:00+01:00")
        desk.watch.on = date(2026, 3, 2)
        desk.sync()
        assert desk.state(first) == (CANCELLED, "0.00")


def test_a_cancellation_of_an_earlier_page_survives_a_kill() -> None:
    with opened(limit=3, embeds="absent") as desk:
        contact = desk.customer()
        first = desk.invoice(contact=contact)
        for _ in range(8):
            desk.invoice(contact=contact)
        desk.sandbox.cancel(first)
        desk.sandbox.alter(first, paidAmount="119", payDate="2026-02-02T00:00:00+01:00")
        desk.read("invoices", stop_after=2)
        desk.read("invoices")
        assert desk.state(first) == (CANCELLED, "0.00")


def test_an_open_invoice_with_a_cancellation_stays_out_of_dunning(desk: Desk) -> None:
    """Its row alone says open; the list of open ones shows no cancellation."""
    invoice = desk.invoice()
    desk.sandbox.cancel(invoice)
    desk.sandbox.alter(invoice, status="200")
    desk.sandbox.variant("embeds", "absent")
    desk.sync()
    assert desk.state(invoice) == (UNKNOWN, "119.00")
    assert desk.codes() == ["invoice_cancelled_open"]
    desk.sandbox.alter(invoice, status="200", header="Rechnung, korrigiert", addressName="Neu")
    desk.sync()
    assert desk.state(invoice)[0] is UNKNOWN
    desk.look(invoice)
    assert desk.state(invoice)[0] is UNKNOWN


def test_a_draft_is_no_claim_and_one_taken_back_is_none_any_more(desk: Desk) -> None:
    contact = desk.customer()
    draft = desk.sandbox.draft(contact=contact, gross="50.00", on=date(2026, 3, 1))
    invoice = desk.invoice(contact=contact)
    desk.sync()
    assert sorted(desk.memory.records) == [invoice]
    with desk.sandbox.world.lock:
        found = desk.sandbox.world.invoices[invoice]
        found.status = 100
        desk.sandbox.world.touch(found)
    desk.sync()
    assert desk.state(invoice) == (CANCELLED, "0.00")
    assert desk.look(draft).invoices == ()
    with desk.sandbox.world.lock:
        found.status = 200
    desk.sync()
    assert desk.state(invoice) == (OPEN, "119.00")


def test_a_partial_invoice_is_not_dunned_beside_its_final_one(desk: Desk) -> None:
    contact = desk.customer()
    part = desk.invoice("50.00", contact, kind="TR", order="77")
    desk.sync()
    assert desk.state(part) == (OPEN, "50.00")
    final = desk.invoice("119.00", contact, kind="ER", order="77")
    for _ in range(2):
        desk.sync()
        assert desk.state(part)[0] is UNKNOWN
        assert desk.state(final)[0] is UNKNOWN
    desk.sandbox.pay(final)
    desk.look(part)
    assert desk.state(part)[0] is UNKNOWN


# Payments and credit notes.


@pytest.mark.parametrize("counted", ["no", "yes"])
def test_a_credit_note_lowers_what_is_owed_once(counted: str) -> None:
    """Whether paidAmount of the invoice has it is not known (§9.7); 89 euros are owed either way."""
    with opened(credit_note_in_paid_amount=counted) as desk:
        invoice = desk.invoice()
        desk.sync()
        desk.sandbox.credit(invoice, "30.00")
        for _ in range(2):
            desk.sync()
            owed = sum(each.outstanding.amount for each in desk.memory.records.values())
            assert owed == Decimal("89.00")
        desk.look(invoice)
        assert sum(e.outstanding.amount for e in desk.memory.records.values()) == Decimal("89.00")


@pytest.mark.parametrize(
    ("logs", "day", "seen"),
    [("listed", date(2026, 2, 20), False), ("404", date(2026, 3, 2), True),
     ("empty", date(2026, 3, 2), True)],
)  # fmt: skip
def test_the_day_of_a_part_payment_comes_from_its_booking(logs: str, day: date, seen: bool) -> None:
    with opened(embeds="absent", booking_logs=logs) as desk:
        invoice = desk.invoice()
        desk.sandbox.pay(invoice, "19.00", on=date(2026, 2, 20))
        desk.sync()
        (part,) = desk.record(invoice).payments
        assert (part.on, part.amount.amount, part.seen) == (day, Decimal("19.00"), seen)
        desk.pass_days(5)  # and a day on which it was first seen does not move on
        desk.sync()
        assert desk.record(invoice).payments == (part,)


def test_bookings_of_settled_invoices_come_from_one_list() -> None:
    with opened(embeds="absent") as desk:
        contact = desk.customer()
        ids = [desk.invoice(contact=contact) for _ in range(5)]
        for each in ids:
            desk.sandbox.pay(each, "100.00", on=date(2026, 2, 10))
            desk.sandbox.pay(each, on=date(2026, 2, 20))
        desk.sync()
        assert {desk.record(each).payments_read for each in ids} == {False}
        assert desk.read("payments") == 1
        assert desk.read("payments") == 0
        assert [part.on for part in desk.record(ids[0]).payments] == [
            date(2026, 2, 10),
            date(2026, 2, 20),
        ]
        desk.look(ids[0])
        assert desk.record(ids[0]).payments_read


def test_bookings_that_were_read_once_are_not_read_again() -> None:
    with opened(embeds="absent") as desk:
        invoice = desk.invoice()
        desk.sandbox.pay(invoice, on=date(2026, 2, 10))
        desk.sync()
        desk.read("payments")
        before = desk.record(invoice)
        requests = desk.asked("/CheckAccountTransactionLog")
        desk.look(invoice)
        assert desk.record(invoice) == before
        assert desk.asked("/CheckAccountTransactionLog") == requests


def test_a_booking_that_cannot_be_read_is_told_and_asked_for_once() -> None:
    with opened(embeds="absent") as desk:
        good, bad = desk.invoice("50.00"), desk.invoice("60.00")
        for each in (good, bad):
            desk.sandbox.pay(each)
        desk.sync()
        page = desk.connector._client.page

        def spoiled(resource: str, *at: int, **asked: object) -> object:
            found = page(resource, *at, **asked)
            for row in found.rows if resource == "CheckAccountTransactionLog" else ():
                if row["object"]["id"] == bad:
                    row["amountPaid"] = "viel"
            return found

        desk.connector._client.page = spoiled  # type: ignore[assignment]
        desk.read("payments")
        assert desk.codes() == ["bookings_unreadable"]
        assert desk.read("payments") == 0
        assert desk.record(good).payments_read


def test_the_payment_that_settles_an_invoice_is_read_with_it() -> None:
    with opened(embeds="absent") as desk:
        invoice = desk.invoice()
        desk.sync()
        desk.sandbox.pay(invoice, on=date(2026, 2, 28))
        desk.sync()
        (part,) = desk.record(invoice).payments
        assert (part.on, part.kind) == (date(2026, 2, 28), PaymentKind.PAYMENT)
        assert desk.record(invoice).payments_read


def test_the_term_comes_from_the_contact_then_from_the_tenant(desk: Desk) -> None:
    thirty = desk.invoice(contact=desk.customer(time_to_pay=30), time_to_pay=None)
    tenant = desk.invoice(time_to_pay=None)
    for embeds in ("shown", "absent"):
        desk.sandbox.variant("embeds", embeds)
        desk.sync()
        assert desk.record(thirty).due_date == date(2026, 2, 11)
        assert desk.record(tenant).due_date == date(2026, 1, 26)
        desk.pass_days()
    desk.sandbox.variant("sev_client", "404")
    desk.look(tenant)
    assert desk.record(tenant).due_date is None
    assert "invoice_due_missing" in desk.codes()


# The bank.


def test_unassigned_money_is_shown_until_it_is_assigned(desk: Desk) -> None:
    invoice = desk.invoice()
    line = desk.sandbox.unassigned("119.00", "Muster Bau", "DE00", "RE-1001", date(2026, 2, 27))
    desk.sandbox.unassigned("-40.00", "Beispiel Strom AG")
    desk.sync()
    assert desk.bank is not None
    assert [(each.external_id, each.amount.amount, each.on) for each in desk.bank] == [
        (line, Decimal("119.00"), date(2026, 2, 27))
    ]
    assert desk.booked_until == date(2026, 3, 2)
    desk.sandbox.assign(line, invoice)
    desk.sync()
    assert desk.bank == ()


def test_a_bank_list_that_is_not_sorted_out_is_cut_by_day(desk: Desk) -> None:
    old = desk.sandbox.unassigned("50.00", "Muster", on=date(2024, 1, 2))
    new = desk.sandbox.unassigned("60.00", "Beispiel", on=date(2026, 2, 27))
    booked = desk.invoice()
    desk.sandbox.pay(booked)
    desk.sync()
    assert desk.bank is not None
    assert {each.external_id for each in desk.bank} == {old, new}
    forgetting(desk, "status")
    desk.sync()
    assert [each.external_id for each in desk.bank] == [new]
    assert "filter_ignored" in desk.codes()


def test_bank_accounts_nobody_knows_the_state_of_are_told_once_a_day() -> None:
    with opened(last_sync="missing") as desk:
        desk.sandbox.unassigned("60.00", "Beispiel")
        told = []
        for _ in range(2):
            desk.sync()
            told.append(desk.codes())
        desk.pass_days()
        desk.sync()
        assert [*told, desk.codes()] == [["bank_sync_unknown"], [], ["bank_sync_unknown"]]
        assert desk.booked_until is None


def test_a_bank_account_that_cannot_be_read_is_told(desk: Desk) -> None:
    desk.sandbox.unassigned("70.00", "Muster")
    page = desk.connector._client.page

    def spoiled(resource: str, *at: int, **asked: object) -> object:
        found = page(resource, *at, **asked)
        for row in found.rows[:1] if resource == "CheckAccount" else ():
            row["id"] = None
        return found

    desk.connector._client.page = spoiled  # type: ignore[assignment]
    desk.sync()
    assert desk.codes() == ["bank_line_unreadable"]
    assert desk.bank is not None
    assert [each.payer for each in desk.bank] == ["Muster"]
    assert desk.booked_until is None  # money may have come to the account that nobody read


def test_a_transaction_that_cannot_be_read_hides_no_other(desk: Desk) -> None:
    bad = desk.sandbox.unassigned("60.00", "Beispiel")
    good = desk.sandbox.unassigned("70.00", "Muster")
    page = desk.connector._client.page

    def spoiled(resource: str, *at: int, **asked: object) -> object:
        found = page(resource, *at, **asked)
        for row in found.rows if resource == "CheckAccountTransaction" else ():
            if row["id"] == bad:
                row["amount"] = "viel"
        return found

    desk.connector._client.page = spoiled  # type: ignore[assignment]
    desk.sync()
    assert desk.bank is not None
    assert [each.external_id for each in desk.bank] == [good]
    assert desk.codes() == ["bank_line_unreadable"]
