"""The traps for a connector to Stripe, §8 of the reference: one test for each, in its order.

Against our stand-in, which proves nothing about Stripe. What each trap has of details is tested beside
its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
from reading_desk import TODAY
from stripe_desk import JANUARY, LATER, Desk, opened
from test_stripe_writing import notice

from connectors.stripe.client import PAGE_SIZE
from connectors.stripe.platform import API_VERSION, PLATFORM
from connectors.stripe.webhooks import SIGNATURE_HEADER, parse_events, verify
from core.domain.model import ItemKind
from core.domain.platform_records import ConnectorEvent, EventKind, PaymentKind
from core.errors import Rejected, SignatureInvalid, Unreachable

SECRET, NEXT_SECRET = "whsec_mahnwerkEins0123456789", "whsec_mahnwerkZwei0123456789"
RESTRICTED = "rk_test_mahnwerk0123456789"
OLDER_THAN_BASIL = "2020-08-27"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


def reported(desk: Desk, event: str = "", **how: str) -> ConnectorEvent:
    """An event ("": the last one) as a receiver gets it: its signature holds, then it is read."""
    raw, headers = desk.sandbox.report(event, secret=SECRET, **how)
    verify(raw, headers, [SECRET], desk.watch.now().astimezone(UTC))
    (found,) = parse_events(raw)
    return found


def parts(desk: Desk, invoice: str) -> list[tuple[PaymentKind, str]]:
    return [(each.kind, str(each.amount.amount)) for each in desk.record(invoice).payments]


def test_paginate_at_100_and_stop_on_has_more() -> None:
    """200 invoices are two full pages: not one, and no third that would be empty."""
    with opened(limit=PAGE_SIZE) as desk:
        owing = desk.customer()
        ids = {desk.invoice("10.00", owing) for _ in range(200)}
        desk.sync()
        assert set(desk.memory.records) == ids
        assert desk.asked("/v1/invoices?status=open") == 2


def test_a_restricted_key_works_with_only_read(desk: Desk) -> None:
    desk.sandbox.new_key(RESTRICTED)
    desk.sandbox.restrict("invoices:write", "customers:write", "webhook_endpoints")
    desk.connector.close()
    desk.connector = desk.build(key=RESTRICTED)
    invoice = desk.invoice()
    told = " ".join(german for german, _ in desk.connector.check().warnings)
    assert "eingeschränkten" not in told
    desk.sync()
    desk.look(invoice)
    desk.connector.fetch_document(invoice)
    assert {each.method for each in desk.sandbox.requests} == {"GET"}
    assert desk.state(invoice) == ("open", "119.00")


def test_version_header_sent(desk: Desk) -> None:
    """The account's own version is older than basil, and would show no InvoicePayments."""
    versions: list[str | None] = []
    answer = desk.sandbox.gateway.answer

    def noted(request):  # type: ignore[no-untyped-def]
        versions.append(request.headers.get("Stripe-Version"))
        return answer(request)

    desk.sandbox.gateway.answer = noted  # type: ignore[method-assign]
    invoice = desk.invoice()
    desk.sync()
    desk.look(invoice)
    assert set(versions) == {API_VERSION}


@pytest.mark.parametrize("fault", ["throttle", "error500", "error503", "conflict", "timeout"])
def test_backoff_and_resume_from_last_cursor(fault: str) -> None:
    """It passes once, and is waited for; it lasts, and the next sync goes on behind the last row."""
    with opened(limit=2) as desk:
        desk.connector._client._http._timeout = (0.05, 0.05)
        ids = [desk.invoice(f"{n}.00") for n in range(31, 36)]
        desk.sandbox.fault(fault, seconds=0.5)
        desk.read("invoices", stop_after=1)
        last = desk.cursors["invoices"]["after"]
        desk.sandbox.fault("error500", times=0)
        with pytest.raises(Unreachable):
            desk.read("invoices")
        desk.sandbox.clear_faults()
        desk.forget_requests()
        desk.read("invoices")
        (first, *_) = [r.query for r in desk.sandbox.requests if "status=open" in r.query]
        assert f"starting_after={last}" in first
        assert set(desk.memory.records) == set(ids)


def test_invoice_with_null_number_email_address_due_date_customer(desk: Desk) -> None:
    """Each is read; what nobody could be dunned for says so, and the others are claims."""
    names = ("number", "customer_email", "customer_address", "due_date", "customer")
    ids = {name: desk.invoice(customer=desk.customer(email="")) for name in names}
    for name, invoice in ids.items():
        desk.sandbox.alter(invoice, **{name: None})
    desk.sync()
    assert desk.memory.bad == {}
    assert desk.state(ids["number"]) == ("unknown", "119.00")
    others = {desk.state(invoice) for name, invoice in ids.items() if name != "number"}
    assert others == {("open", "119.00")}
    assert desk.record(ids["due_date"]).due_date is None
    assert sorted(desk.codes()) == [
        "invoice_number_missing",
        "stripe_customer_missing",
        "stripe_due_missing",
    ]
    nobody = desk.memory.masters[desk.record(ids["customer"]).debtor]
    assert nobody.name == "Muster Bau GmbH"


def test_deleted_customer_expanded_to_deleted_true(desk: Desk) -> None:
    """His invoices survive, under his old id and with the address that stands on them."""
    owing = desk.customer("Muster Bau GmbH", email="post@muster.example")
    invoice = desk.invoice("119.00", owing)
    desk.sandbox.delete_customer(owing)
    desk.sync()
    debtor = desk.memory.masters[owing]
    assert (debtor.name, debtor.email) == ("Muster Bau GmbH", "post@muster.example")
    assert desk.record(invoice).debtor == owing
    assert desk.state(invoice) == ("open", "119.00")
    assert desk.asked("/v1/customers") == 0, "the stub says that there is nothing to read"


def test_zero_and_three_decimal_currencies(desk: Desk) -> None:
    """5,000 yen, 1.230 dinar; 700 ariary have no decimals at Stripe and two at ISO 4217."""
    wanted = {"eur": "119.00", "jpy": "5000", "kwd": "1.230", "mga": "700.00"}
    ids = {code: desk.invoice(gross, currency=code) for code, gross in wanted.items()}
    desk.sync()
    found = {code: str(desk.record(invoice).outstanding.amount) for code, invoice in ids.items()}
    assert found == wanted


def test_negative_totals(desk: Desk) -> None:
    """Invoices over -50 € are nothing that somebody owes, settled or not."""
    settled, left = desk.invoice("-50.00"), desk.invoice("-50.00")
    desk.sandbox.alter(left, status="open", amount_due=-5000, amount_remaining=-5000)
    desk.sync()
    found = [desk.record(each) for each in (settled, left)]
    assert [each.kind for each in found] == [ItemKind.CREDIT_NOTE] * 2
    assert [str(each.outstanding.amount) for each in found] == ["0.00", "-50.00"]


def test_starting_balance_credit(desk: Desk) -> None:
    """19 € of credit went into an invoice over 119 €: 100 € are asked for."""
    owing = desk.customer()
    desk.sandbox.balance(owing, "-19.00")
    invoice = desk.invoice("119.00", owing)
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "100.00")
    assert parts(desk, invoice) == [(PaymentKind.CREDIT, "19.00")]
    assert desk.lines == {}


def test_partial_and_credit_note_together(desk: Desk) -> None:
    invoice = desk.invoice("119.00")
    desk.sandbox.pay(invoice, "20.00")
    desk.sandbox.credit(invoice, "30.00")
    desk.sync()
    assert desk.state(invoice) == ("partly_paid", "69.00")
    assert sorted(parts(desk, invoice)) == [
        (PaymentKind.CREDIT, "30.00"),
        (PaymentKind.PAYMENT, "20.00"),
    ]


@pytest.mark.parametrize("shown", ["payment_record", "none"])
def test_out_of_band_paid_without_charge(shown: str) -> None:
    with opened(out_of_band_payment=shown) as desk:
        invoice = desk.invoice()
        desk.sync()
        desk.sandbox.pay(invoice, method="out_of_band", on=TODAY)
        desk.sync()
        assert desk.state(invoice) == ("settled", "0.00")
        assert parts(desk, invoice) == [(PaymentKind.PAYMENT, "119.00")]
        assert [each.on for each in desk.record(invoice).payments] == [TODAY]


def test_uncollectible_later_paid(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.uncollectible(invoice)
    desk.sync()
    assert desk.state(invoice) == ("written_off", "0.00")
    desk.sandbox.pay(invoice, on=TODAY)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    assert parts(desk, invoice) == [(PaymentKind.PAYMENT, "119.00")]


def test_void_after_mahnung(desk: Desk) -> None:
    """Nothing is owed any more, whatever its amounts still say, and nothing more is written there."""
    invoice = desk.invoice()
    desk.sync()
    desk.connector.write_notice(notice(invoice, "Mahnwerk 7/12"))
    desk.sandbox.void(invoice)
    desk.sync()
    assert desk.state(invoice) == ("cancelled", "0.00")
    with pytest.raises(Rejected):
        desk.connector.write_notice(notice(invoice, "Mahnwerk 7/13"))


def test_refund_or_dispute_after_paid(desk: Desk) -> None:
    """40 € went back and a lost dispute of 119 €: open again, and nobody is dunned by itself."""
    refunded, disputed = desk.invoice("100.00"), desk.invoice("119.00")
    desk.sandbox.pay(refunded)
    desk.sandbox.pay(disputed)
    desk.sync()
    desk.sandbox.refund(refunded, "40.00")
    dispute = desk.sandbox.dispute(disputed)
    desk.sync()
    assert desk.state(refunded) == ("partly_paid", "40.00")
    assert desk.holds(refunded) == ["money_returned"]
    assert desk.state(disputed) == ("settled", "0.00"), "undecided"
    desk.sandbox.close_dispute(dispute, "lost")
    desk.sync()
    assert desk.state(disputed) == ("open", "119.00")
    assert desk.holds(disputed) == ["money_returned"]


def test_sepa_processing(desk: Desk) -> None:
    """A debit takes days: nobody is dunned meanwhile, and whoever's debit failed is again."""
    arriving, failing = desk.invoice("119.00"), desk.invoice("50.00")
    debits = [desk.sandbox.start_sepa(each) for each in (arriving, failing)]
    desk.sync()
    assert desk.holds(arriving) == desk.holds(failing) == ["direct_debit_pending"]
    desk.look(arriving)
    assert desk.holds(arriving) == ["direct_debit_pending"]
    desk.sandbox.settle_sepa(debits[0])
    desk.sandbox.fail_sepa(debits[1])
    desk.sync()
    assert desk.state(arriving) == ("settled", "0.00")
    assert desk.state(failing) == ("open", "50.00")
    assert desk.holds(failing) == []


def test_duplicate_late_and_reordered_webhooks(desk: Desk) -> None:
    """The newest comes first and twice, "finalized" last: paid stays paid."""
    invoice = desk.invoice()
    desk.sandbox.pay(invoice, "19.00")
    desk.sandbox.pay(invoice)
    told = [str(each["id"]) for each in desk.sandbox.events if each["type"].startswith("invoice.")]
    assert len(told) >= 4
    for event in [told[-1], *reversed(told)]:
        found = reported(desk, event)
        assert found.key == event
        if found.kind is not EventKind.OTHER:
            desk.look(found.external_id)
            assert desk.state(invoice) == ("settled", "0.00")
            assert len(parts(desk, invoice)) == 2


def test_webhook_for_unknown_invoice(desk: Desk) -> None:
    """It is fetched, with whoever owes it."""
    desk.sync()
    invoice = desk.invoice()
    desk.look(reported(desk).external_id)
    assert desk.state(invoice) == ("open", "119.00")
    assert desk.record(invoice).debtor in desk.memory.masters


def test_webhook_of_another_account_or_livemode() -> None:
    """The event says whose it is; and what it leads to is not dunned in the wrong mode."""
    with opened(connect_events="present") as desk:
        invoice = desk.invoice()
        found, own = reported(desk), desk.connector.check()
        assert (found.organization, found.mode) == (own.id, own.mode) == (own.id, "test")
        desk.sandbox.world.livemode = True
        live = reported(desk)
        assert live.mode == "live"
        desk.look(live.external_id)
        assert desk.state(invoice) == ("unknown", "119.00")
        assert "livemode_mixed" in desk.codes()


def test_event_api_version_older_than_basil(desk: Desk) -> None:
    """A charge that still names its invoice, and an invoice that says ``paid``: all is read anew."""
    invoice = desk.invoice()
    desk.sync()
    desk.sandbox.pay(invoice, on=TODAY)
    assert {each["api_version"] for each in desk.sandbox.events} == {OLDER_THAN_BASIL}
    (paid,) = [str(e["id"]) for e in desk.sandbox.events if e["type"] == "invoice.paid"]
    found = reported(desk, paid, api_version=OLDER_THAN_BASIL)
    assert (found.kind, found.external_id) == (EventKind.PAYMENT, invoice)
    desk.sync()
    assert desk.state(invoice) == ("settled", "0.00")
    assert parts(desk, invoice) == [(PaymentKind.PAYMENT, "119.00")]


def test_thin_event() -> None:
    with opened(event_payload="thin") as desk:
        invoice = desk.invoice()
        desk.sandbox.pay(invoice)
        (paid,) = [str(e["id"]) for e in desk.sandbox.events if e["type"] == "invoice.paid"]
        raw, _ = desk.sandbox.report(paid, secret=SECRET)
        assert b'"v2.core.event"' in raw
        desk.look(reported(desk, paid).external_id)
        assert desk.state(invoice) == ("settled", "0.00")


def test_secret_roll(desk: Desk) -> None:
    """While the secret changes each report carries two signatures; one of two secrets is enough."""
    desk.invoice()
    at = int(desk.watch.now().timestamp())
    raw, old = desk.sandbox.report(secret=SECRET, at=at)
    _, new = desk.sandbox.report(secret=NEXT_SECRET, at=at)
    both = f"{old[SIGNATURE_HEADER]},{new[SIGNATURE_HEADER].partition(',')[2]}"
    now = desk.watch.now().astimezone(UTC)
    for header in (both, old[SIGNATURE_HEADER], new[SIGNATURE_HEADER]):
        verify(raw, {SIGNATURE_HEADER: header}, [SECRET, NEXT_SECRET], now)
    for secret in (SECRET, NEXT_SECRET):
        verify(raw, {SIGNATURE_HEADER: both}, [secret], now)
    with pytest.raises(SignatureInvalid):
        verify(raw, old, [NEXT_SECRET], now)


def test_gap_longer_than_30_days(desk: Desk) -> None:
    """40 € of a settled invoice went back on the second day; its event is forgotten since."""
    invoice, owed = desk.invoice("100.00"), desk.invoice("119.00")
    desk.sandbox.pay(invoice)
    desk.sync()
    desk.pass_days()
    desk.sandbox.refund(invoice, "40.00")
    desk.sandbox.pay(owed)
    desk.pass_days(31)
    desk.forget_requests()
    desk.sync()
    assert desk.asked("status=paid") == 1
    assert desk.state(invoice) == ("partly_paid", "40.00")
    assert desk.holds(invoice) == ["money_returned"]
    assert desk.state(owed) == ("settled", "0.00")


@pytest.mark.parametrize("moment", ["end_of_day", "midnight", "noon"])
def test_due_today_is_not_overdue(moment: str) -> None:
    """At whatever instant of the day in Berlin it is due; midnight is still yesterday in UTC."""
    with opened(due_time=moment) as desk:
        invoice = desk.invoice(due=TODAY)
        desk.sync()
        assert desk.record(invoice).due_date == TODAY


def test_auto_invoices_with_next_payment_attempt(desk: Desk) -> None:
    """Stripe collects by itself; by choice it is dunned once Stripe has stopped trying."""
    invoice = desk.invoice(due=None, automatic=True)
    again = TODAY + timedelta(days=3)
    desk.sandbox.attempt_failed(invoice, again)
    desk.sync()
    assert desk.record(invoice).direct_debit
    desk.rebuild(dun_automatic="yes")
    desk.look(invoice)
    record = desk.record(invoice)
    assert (record.direct_debit, record.due_date) == (False, JANUARY)
    assert [(each.kind.value, each.until) for each in record.holds] == [
        ("direct_debit_pending", again)
    ]
    desk.sandbox.attempt_failed(invoice, None)
    desk.look(invoice)
    assert desk.holds(invoice) == []


def test_stripe_reminders_still_on(desk: Desk) -> None:
    """Said when it is connected, and with each reading of everything open where it shows."""
    assert any("Erinnerungen" in german for german, _ in PLATFORM.notes)
    invoice = desk.invoice(advance=True)
    desk.sync()
    (told,) = [each for each in desk.problems if each.code == "auto_advance_on"]
    assert desk.record(invoice).number in told.where
    assert "pause_reminders" in told.message
    assert LATER < TODAY, "it is late: Stripe may have reminded already"
