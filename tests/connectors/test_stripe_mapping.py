"""Invoices of Stripe -> records: states, days, amounts, holds and doubts (§2, traps of §8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stripe_rows import (
    GONE,
    address,
    at,
    attempt,
    automatic,
    beside,
    euro,
    intent,
    invoice,
    minor,
    note,
    payment,
    settled,
)

from connectors._values import FieldError
from connectors.stripe import facts
from connectors.stripe.beside import Beside
from connectors.stripe.invoices import Parsed, is_draft, parse_invoice
from core.domain.model import Address, HoldKind, ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import InvoiceRecord, PaymentKind


def read(row: dict[str, Any], around: Beside | None = None, **changes: Any) -> InvoiceRecord:
    record = parse_invoice(row, around or beside(**changes)).record
    assert record is not None
    return record


def codes(row: dict[str, Any], **changes: Any) -> list[str]:
    return [each.code for each in parse_invoice(row, beside(**changes)).problems]


def closed(status: str, name: str, on: str = "2026-03-30", **changes: Any) -> dict[str, Any]:
    return invoice(status=status, status_transitions={name: at(on)}, **changes)


# Open claims.


def test_an_open_invoice_is_a_claim_over_what_remains() -> None:
    record = read(invoice())
    assert record == InvoiceRecord(
        external_id="in_1",
        kind=ItemKind.INVOICE,
        number="RE-0001",
        debtor="cus_1",
        invoice_date=date(2026, 3, 2),
        due_date=date(2026, 3, 16),
        total=euro("119"),
        outstanding=euro("119"),
        state=ItemState.OPEN,
        source_state="open",
        mark=record.mark,
        due_rule="Stripe: Fälligkeit der Rechnung",
        payments_read=True,
        address=Address("Muster Bau GmbH", (), "Beispielweg 7", "20095", "Hamburg", "DE"),
        facts={"billing_reason": "manual"},
        pay_link="https://invoice.stripe.example/i/in_1?s=ap",
    )
    assert not codes(invoice())


def test_of_a_partly_paid_invoice_the_rest_is_owed() -> None:
    record = read(invoice("119", "50"), payments=[payment("50")])
    assert (record.state, record.outstanding) == (ItemState.PARTLY_PAID, euro("69"))
    assert record.total == euro("119")


def test_an_open_invoice_without_a_rest_is_settled() -> None:
    record = read(invoice("119", "119"), payments=[payment()])
    assert (record.state, record.outstanding, record.pay_link) == (ItemState.SETTLED, euro("0"), "")


def test_partial_payment_and_credit_note_together() -> None:
    """119 euros, 50 paid, 19 credited: 50 euros are owed."""
    row = invoice(
        "119",
        "50",
        amount_due=minor("100"),
        amount_remaining=minor("50"),
        pre_payment_credit_notes_amount=minor("19"),
    )
    record = read(row, payments=[payment("50")], credit_notes=[note(before="19")])
    assert (record.total, record.outstanding) == (euro("119"), euro("50"))
    assert [(part.kind, part.amount, part.text) for part in record.payments] == [
        (PaymentKind.PAYMENT, euro("50"), "Zahlung"),
        (PaymentKind.CREDIT, euro("19"), "Gutschrift GS-1"),
    ]


@pytest.mark.parametrize(
    ("currency", "total"),
    [("jpy", Money(Decimal(11900), "JPY")), ("kwd", Money(Decimal(11900), "KWD"))],
)
def test_zero_and_three_decimal_currencies(currency: str, total: Money) -> None:
    record = read(invoice("11900", currency=currency))
    assert (record.total, record.outstanding) == (total, total)
    assert record.state is ItemState.OPEN


@pytest.mark.parametrize("currency", ["isk", "ugx"])
def test_a_contradictory_currency_is_shown_and_not_dunned(currency: str) -> None:
    row = invoice("5000", currency=currency)
    record = read(row)
    assert (record.state, str(record.outstanding)) == (
        ItemState.UNKNOWN,
        f"5000 {currency.upper()}",
    )
    assert codes(row) == ["currency_decimals_unknown"]
    paid = settled("5000", currency=currency)
    assert (read(paid).state, codes(paid)) == (ItemState.SETTLED, [])


# Closed ones, by the status first.


def test_a_paid_invoice_is_settled_on_the_day_of_its_payment() -> None:
    record = read(settled(), payments=[payment()])
    assert (record.state, record.outstanding) == (ItemState.SETTLED, euro("0"))
    assert (record.settled_on, record.pay_link) == (date(2026, 3, 20), "")


def test_the_status_wins_over_amounts_that_contradict_it() -> None:
    assert read(settled(amount_remaining=minor("119"))).outstanding == euro("0")


@pytest.mark.parametrize("kept", ["119", "0"])
def test_a_void_invoice_is_cancelled_whatever_its_amounts_say(kept: str) -> None:
    record = read(closed("void", "voided_at", amount_remaining=minor(kept)))
    assert (record.state, record.outstanding) == (ItemState.CANCELLED, euro("0"))
    assert (record.settled_on, record.pay_link) == (date(2026, 3, 30), "")


def test_the_predecessor_of_a_revision_is_cancelled_and_names_it() -> None:
    record = read(closed("void", "voided_at", latest_revision="in_2"))
    assert (record.state, record.facts["revised_by"]) == (ItemState.CANCELLED, "in_2")
    revision = read(invoice(id="in_2", from_invoice={"action": "revision", "invoice": "in_1"}))
    assert revision.facts["revision_of"] == "in_1"


def test_uncollectible_is_written_off_and_says_why() -> None:
    row = closed(
        "uncollectible",
        "marked_uncollectible_at",
        paid="19",
        status_details={"uncollectible": {"reason": "user_forgiven"}},
    )
    record = read(row, payments=[payment("19")])
    assert (record.state, record.outstanding) == (ItemState.WRITTEN_OFF, euro("0"))
    assert record.facts["written_off_because"] == "von Hand erlassen"
    assert [(part.kind, part.amount, part.on) for part in record.payments] == [
        (PaymentKind.PAYMENT, euro("19"), date(2026, 3, 20)),
        (PaymentKind.WRITE_OFF, euro("100"), date(2026, 3, 30)),
    ]


def test_a_new_reason_of_a_write_off_is_shown_as_it_is() -> None:
    row = invoice(status="uncollectible", status_details={"uncollectible": {"reason": "of_2027"}})
    assert read(row).facts["written_off_because"] == "of_2027"


def test_uncollectible_and_paid_later_is_settled() -> None:
    moments = {"marked_uncollectible_at": at("2026-03-30"), "paid_at": at("2026-05-04")}
    record = read(settled(status_transitions=moments), payments=[payment(on="2026-05-04")])
    assert (record.state, record.settled_on) == (ItemState.SETTLED, date(2026, 5, 4))
    assert [part.kind for part in record.payments] == [PaymentKind.PAYMENT]


def test_a_draft_is_no_claim() -> None:
    row = invoice(status="draft", number=None, effective_at=None, total=None)
    assert parse_invoice(row, beside()) == Parsed(None)
    assert is_draft(row)
    assert not is_draft(invoice())


def test_a_status_of_tomorrow_is_shown_and_not_dunned() -> None:
    row = invoice(status="in_collection")
    record = read(row)
    assert (record.state, record.outstanding) == (ItemState.UNKNOWN, euro("119"))
    assert codes(row) == ["stripe_status_unknown"]


# Credits.


def test_a_negative_invoice_is_a_credit_that_went_to_the_balance() -> None:
    row = settled("-30", amount_due=0, amount_paid=0, amount_remaining=0)
    record = read(row)
    assert (record.kind, record.total) == (ItemKind.CREDIT_NOTE, euro("-30"))
    assert (record.state, record.outstanding, record.payments) == (
        ItemState.SETTLED,
        euro("0"),
        (),
    )


def test_a_negative_invoice_that_is_open_is_a_credit() -> None:
    record = read(invoice("-30"))
    assert (record.kind, record.outstanding) == (ItemKind.CREDIT_NOTE, euro("-30"))
    assert not record.pay_link
    positive = read(invoice("-30", amount_remaining=minor("30")))
    assert positive.outstanding == euro("0")


def test_credit_of_the_customer_lowers_the_invoice() -> None:
    """119 euros, 19 of which a credit of the customer settled when it was finalised."""
    row = invoice(
        amount_due=minor("100"), amount_remaining=minor("100"), starting_balance=-minor("19")
    )
    record = read(row)
    assert (record.total, record.outstanding) == (euro("119"), euro("100"))
    (part,) = record.payments
    assert (part.kind, part.amount, part.on) == (
        PaymentKind.CREDIT,
        euro("19"),
        date(2026, 3, 2),
    )
    assert record.facts["balance_before"] == "-19.00 EUR"


def test_an_older_debt_of_the_customer_joins_the_claim() -> None:
    row = invoice(
        amount_due=minor("139"), amount_remaining=minor("139"), starting_balance=minor("20")
    )
    record = read(row)
    assert (record.total, record.outstanding, record.payments) == (euro("139"), euro("139"), ())
    paid = read({**row, "status": "paid", "amount_remaining": 0, "amount_paid": minor("139")})
    assert (paid.total, paid.outstanding) == (euro("139"), euro("0"))


def test_an_invoice_may_be_a_claim_by_an_older_debt_alone() -> None:
    """A credit of 10 euros for a customer who owed 50: 40 are asked for."""
    row = invoice(
        "-10",
        amount_due=minor("40"),
        amount_remaining=minor("40"),
        starting_balance=minor("50"),
    )
    record = read(row)
    assert (record.kind, record.total, record.outstanding) == (
        ItemKind.INVOICE,
        euro("40"),
        euro("40"),
    )
    small = read(settled("-30", amount_due=0, amount_paid=0, starting_balance=minor("10")))
    assert (small.kind, small.total) == (ItemKind.CREDIT_NOTE, euro("-30"))


def test_a_credit_that_another_server_does_not_apply_makes_no_claim_smaller() -> None:
    record = read(invoice(starting_balance=-minor("150")))
    assert (record.outstanding, record.payments) == (euro("119"), ())


def test_an_amount_below_the_minimum_is_settled_without_a_payment() -> None:
    record = read(settled("0.30", amount_due=0, amount_paid=0))
    (part,) = record.payments
    assert (part.kind, part.amount) == (PaymentKind.OTHER, euro("0.30"))
    assert part.text == "in Stripe ohne Zahlung ausgeglichen"


# Days.


def test_the_invoice_date_is_what_stands_on_the_invoice() -> None:
    row = invoice(effective_at=at("2026-02-27"))
    assert read(row).invoice_date == date(2026, 2, 27)
    assert read({**row, "effective_at": None}).invoice_date == date(2026, 3, 2)
    bare = invoice(effective_at=GONE, status_transitions=GONE)
    assert read(bare).invoice_date == date(2026, 3, 2)
    with pytest.raises(FieldError, match="effective_at: fehlt, ebenso created"):
        read({**bare, "created": None})


def test_days_are_those_of_the_creditors_zone() -> None:
    """Due at the last second of 16 March in Berlin, which is the afternoon in New York."""
    row = invoice(due_date=at("2026-03-17", 0) - 1)
    assert read(row).due_date == date(2026, 3, 16)
    assert read(row, zone=ZoneInfo("Asia/Tokyo")).due_date == date(2026, 3, 17)


def test_an_open_invoice_without_due_date_is_not_guessed() -> None:
    row = invoice(due_date=None)
    record = read(row)
    assert (record.due_date, record.due_rule, record.direct_debit) == (None, "", False)
    assert codes(row) == ["stripe_due_missing"]
    assert not codes(settled(due_date=None))


# Automatic collection (§0.6).


def test_what_stripe_collects_is_left_to_stripe() -> None:
    record = read(automatic(next_payment_attempt=at("2026-04-05"), attempt_count=2, attempted=True))
    assert (record.direct_debit, record.due_date, record.holds) == (True, None, ())
    assert record.facts == {
        "billing_reason": "manual",
        "collection": "Einzug durch Stripe",
        "attempts": "2",
        "next_attempt": "2026-04-05",
    }
    assert not codes(automatic())


def test_by_choice_it_is_due_with_its_invoice_and_waits_for_stripes_attempts() -> None:
    row = automatic(next_payment_attempt=at("2026-04-05"), attempted=True)
    record = read(row, dun_automatic=True)
    assert (record.direct_debit, record.due_date) == (False, date(2026, 3, 2))
    assert record.due_rule == "Stripe: Einzug durch Stripe, fällig mit der Rechnung"
    (hold,) = record.holds
    assert (hold.key, hold.kind, hold.until) == (
        "retry:2026-04-05",
        HoldKind.DIRECT_DEBIT_PENDING,
        date(2026, 4, 5),
    )
    assert "am 05.04.2026" in hold.reason


@pytest.mark.parametrize(("next_attempt", "held"), [("2026-04-01", 1), ("2026-03-31", 0)])
def test_an_attempt_of_today_still_holds_and_one_of_yesterday_does_not(
    next_attempt: str, held: int
) -> None:
    row = automatic(next_payment_attempt=at(next_attempt), attempted=True, auto_advance=True)
    assert len(read(row, dun_automatic=True).holds) == held


def test_an_automatic_invoice_that_was_never_tried_is_not_dunned_yet() -> None:
    row = automatic(auto_advance=True, attempted=False)
    (hold,) = read(row, dun_automatic=True).holds
    assert (hold.key, hold.until) == ("first_attempt", None)
    assert not read({**row, "attempted": True}, dun_automatic=True).holds
    # Stripe will never try it: its automation is off.
    assert not read({**row, "auto_advance": False}, dun_automatic=True).holds


def test_an_automatic_invoice_with_a_due_date_of_its_own_keeps_it() -> None:
    assert read(automatic(due_date=at("2026-03-09")), dun_automatic=True).due_date == date(
        2026, 3, 9
    )


# Money under way.


@pytest.mark.parametrize(
    "around",
    [
        {"in_flight": {"pi_1"}},
        {"intents": {"pi_1": intent("processing")}},
        {"intents": {"pi_1": intent("succeeded")}},
        {"intents": {"pi_1": intent("of_2027")}},
        {"intents": {"pi_1": intent("canceled", latest_charge="ch_1")}, "in_flight": {"ch_1"}},
    ],
)
def test_a_sepa_debit_that_is_under_way_stops_the_letter(around: dict[str, Any]) -> None:
    record = read(invoice(), payments=[attempt()], **around)
    (hold,) = record.holds
    assert hold.kind is HoldKind.DIRECT_DEBIT_PENDING
    assert hold.key in {"in_flight:pi_1", "in_flight:ch_1"}
    assert record.facts["under_way"] == hold.key.removeprefix("in_flight:")


def test_an_expanded_payment_intent_tells_the_same() -> None:
    row = attempt(payment={"type": "payment_intent", "payment_intent": intent("processing")})
    assert [each.key for each in read(invoice(), payments=[row]).holds] == ["in_flight:pi_1"]


@pytest.mark.parametrize("status", ["requires_payment_method", "requires_action", "canceled"])
def test_an_attempt_at_rest_stops_nothing(status: str) -> None:
    assert not read(invoice(), payments=[attempt()], intents={"pi_1": intent(status)}).holds
    assert not read(invoice(), payments=[attempt()]).holds
    assert not read(invoice(), payments=[attempt("canceled")], in_flight={"pi_1"}).holds


def test_a_payment_in_a_state_of_tomorrow_stops_the_letter_and_is_named() -> None:
    rows = [attempt("escrowed")]
    record = read(invoice(), payments=rows)
    assert [each.key for each in record.holds] == ["in_flight:inpay_1"]
    assert codes(invoice(), payments=rows) == ["payment_status_unknown"]
    nameless = read(invoice(), payments=[{"status": "escrowed"}])
    assert [each.key for each in nameless.holds] == ["in_flight:payments"]


def test_nothing_that_is_settled_waits_for_money() -> None:
    rows = [payment(), attempt(id="inpay_2")]
    assert not read(settled(), payments=rows, in_flight={"pi_1"}).holds


def test_without_invoice_payments_an_old_field_names_the_payment() -> None:
    """Before basil invoices named their PaymentIntent (§0.4); another server may still do so."""
    row = invoice(payment_intent="pi_1", charge=None, paid=False)
    assert [each.key for each in read(row, payments=None, in_flight={"pi_1"}).holds] == [
        "in_flight:pi_1"
    ]
    assert not read(row, payments=[], in_flight={"pi_1"}).holds


# Traps of §8: null, missing, foreign.


def test_fields_of_old_versions_do_not_disturb() -> None:
    old = invoice(paid=False, charge="ch_9", subscription="sub_1", tax=19, closed=False, date=1)
    record = read(old, payments=[])
    assert record.facts == {"billing_reason": "manual", "subscription": "sub_1"}
    assert replace(record, mark="", facts={}) == replace(read(invoice()), mark="", facts={})


def test_the_subscription_is_found_where_basil_moved_it_to() -> None:
    parent = {"subscription_details": {"subscription": "sub_2"}, "type": "subscription_details"}
    assert read(invoice(parent=parent)).facts["subscription"] == "sub_2"


def test_no_optional_field_is_needed() -> None:
    """As another Stripe-compatible server may send it."""
    row = {
        "id": "in_9",
        "status": "open",
        "currency": "eur",
        "total": 11900,
        "amount_due": 11900,
        "amount_paid": 1900,
        "created": at("2026-03-02"),
        "due_date": at("2026-03-16"),
        "number": "RE-9",
        "customer": "cus_1",
    }
    record = read(row, payments=None)
    assert (record.state, record.outstanding) == (ItemState.PARTLY_PAID, euro("100"))
    assert (record.address, record.pay_link, record.payments_read) == (None, "", False)
    assert not codes(row, payments=None)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "id"),
        ({"status": None}, "status"),
        ({"currency": GONE}, "currency"),
        ({"total": None}, "total"),
        ({"amount_remaining": GONE, "amount_paid": GONE}, "amount_remaining"),
        ({"amount_remaining": GONE, "amount_due": GONE}, "amount_remaining"),
        ({"amount_remaining": -100}, "amount_remaining"),
        ({"amount_paid": "viel"}, "amount_paid"),
        ({"due_date": "bald"}, "due_date"),
        ({"effective_at": -1}, "effective_at"),
    ],
)
def test_what_is_needed_and_unreadable_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(FieldError) as caught:
        read(invoice(**changes))
    assert caught.value.path == path


def test_an_open_invoice_without_a_number_is_shown_by_its_id_and_not_dunned() -> None:
    row = invoice(number=None)
    record = read(row)
    assert (record.number, record.state) == ("in_1", ItemState.UNKNOWN)
    assert codes(row) == ["invoice_number_missing"]
    assert not codes(settled(number=None))


def test_live_and_test_data_are_not_mixed() -> None:
    row = invoice(livemode=True)
    assert read(row, livemode=False).state is ItemState.UNKNOWN
    problem = parse_invoice(row, beside(livemode=False)).problems[0]
    assert problem.code == "livemode_mixed"
    assert "Echtbetrieb" in problem.message
    other = parse_invoice(invoice(), beside(livemode=True)).problems[0]
    assert "Testmodus" in other.message
    assert read(row, livemode=True).state is ItemState.OPEN
    assert read(row).state is ItemState.OPEN  # nobody knows which the key is
    assert read(invoice(livemode=GONE), livemode=True).state is ItemState.OPEN


def test_the_debtor_is_the_customer_also_when_he_is_deleted() -> None:
    assert read(invoice(customer={"id": "cus_1", "deleted": True})).debtor == "cus_1"
    assert read(invoice(customer={"id": "cus_1", "name": "Muster"})).debtor == "cus_1"


def test_without_a_customer_the_address_tells_debtors_apart() -> None:
    one, same = invoice(customer=None), invoice(id="in_2", customer=None)
    assert read(one).debtor == read(same).debtor
    assert read(one).debtor.startswith("one-time:")
    bare = invoice(customer=None, customer_name=None, customer_address=None)
    assert (read(bare).debtor, read(bare).address) == ("voucher:in_1", None)


def test_addresses_stand_as_they_were_frozen() -> None:
    abroad = address(country="us", state="TX", city="Austin", postal_code="78701", line2="Suite 4")
    found = read(invoice(customer_address=abroad)).address
    assert found == Address(
        "Muster Bau GmbH", ("Suite 4",), "Beispielweg 7", "78701", "Austin TX", "US"
    )


@pytest.mark.parametrize(
    ("postcode", "country", "known"),
    [("20095", None, "DE"), ("", None, "DE"), ("8001", None, ""), ("20095", "Germany", "")],
)
def test_a_country_that_nobody_names_is_not_guessed(
    postcode: str, country: str | None, known: str
) -> None:
    place = address(postal_code=postcode or None, country=country)
    found = read(invoice(customer_address=place)).address
    assert found is not None
    assert found.country == known


@pytest.mark.parametrize("link", [None, "http://pay.example/i", "javascript:alert(1)"])
def test_only_a_safe_page_becomes_a_pay_link(link: str | None) -> None:
    assert read(invoice(hosted_invoice_url=link)).pay_link == ""


def test_a_server_on_this_machine_has_pay_links_too() -> None:
    here = "http://127.0.0.1:8902/i/in_1"
    assert read(invoice(hosted_invoice_url=here)).pay_link == here


def test_stripes_own_automation_is_a_fact() -> None:
    assert read(invoice(auto_advance=True)).facts[facts.AUTO_ADVANCE] == "eingeschaltet"


# Marks.


@pytest.mark.parametrize(
    "changes",
    [
        {"due_date": at("2026-03-20", 23)},
        {"amount_remaining": 6900, "amount_paid": 5000},
        {"post_payment_credit_notes_amount": 100},
        {"customer_name": "Muster Hoch- und Tiefbau GmbH"},
        {"customer_address": address(city="Lübeck")},
        {"status_transitions": {"paid_at": at("2026-03-20")}},
        {"auto_advance": True},
    ],
)
def test_a_mark_changes_with_the_invoice(changes: dict[str, Any]) -> None:
    assert read(invoice(**changes)).mark != read(invoice()).mark


def test_a_mark_does_not_change_with_the_way_of_reading() -> None:
    """The link, an expanded customer and our own metadata are no news of the invoice."""
    again = invoice(
        hosted_invoice_url="https://invoice.stripe.example/i/neu",
        customer={"id": "cus_1", "name": "Muster Bau GmbH"},
        metadata={"mahnwerk_level": "1"},
    )
    assert read(again, payments=None).mark == read(invoice()).mark


def test_a_mark_changes_with_what_stands_beside_the_invoice() -> None:
    held = read(invoice(), payments=[attempt()], in_flight={"pi_1"})
    assert held.mark != read(invoice(), payments=[attempt()]).mark
    assert read(automatic(), dun_automatic=True).mark != read(automatic()).mark
