"""Webhooks of Stripe's stand-in from the registration to the event that is read.

That our stand-in signs as the reference says proves nothing about Stripe.
"""

from datetime import date, timedelta

import pytest
from event_receiver import receiving
from reading_desk import Memory, NoGate

from connectors.stripe.client import StripeClient
from connectors.stripe.connector import StripeConnector
from connectors.stripe.event_body import EVENT_MAP, EVENTS
from connectors.stripe.platform import API_VERSION
from connectors.stripe.subscriptions import subscribe, subscriptions, unsubscribe
from connectors.stripe.webhooks import parse_events, verify
from core.domain.platform_records import EventKind
from core.errors import AuthFailed, EventStale, SignatureInvalid, Unavailable
from sandbox.stripe import StripeSandbox
from sandbox.stripe.event_types import EVENT_TYPES

TODAY = date(2026, 11, 20)
URL = "https://mahnwerk.example/hooks/stripe/9f3k2"
MINE = "whsec_mahnwerkMeines"


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def sandbox():
    with StripeSandbox(today=TODAY, time_factor=0.0) as running:
        yield running


@pytest.fixture
def client(sandbox):
    opened = StripeClient(sandbox.base_url, sandbox.api_key, NoGate(), sleep=lambda _: None)
    yield opened
    opened.close()


@pytest.fixture
def invoice(sandbox):
    """119 € since the first, due in a week."""
    customer = sandbox.add_customer("Muster GmbH", "muster@beispiel.example")
    return sandbox.add_invoice(customer, "119.00", on=TODAY, due=TODAY + timedelta(days=7))


def now(sandbox):
    return sandbox.world.clock.now()


def test_the_stand_in_knows_every_type_that_is_read():
    thin_only = {"invoice_payment.open", "invoice_payment.canceled"}
    assert set(EVENTS) <= EVENT_TYPES
    assert set(EVENT_MAP) - thin_only <= EVENT_TYPES


def test_a_paid_invoice_is_reported_signed_and_read(sandbox, client, receiver, invoice):
    made = subscribe(client, receiver.url)
    (secret,) = {each.secret for each in made}
    sandbox.pay(invoice)
    assert sandbox.wait_webhooks()
    read = []
    for raw, headers in receiver.got:
        verify(raw, headers, [secret], now(sandbox))
        (event,) = parse_events(raw)
        read.append(event)
    assert invoice in {each.external_id for each in read if each.kind is EventKind.PAYMENT}
    assert {each.mode for each in read} == {"test"}
    assert len({each.key for each in read}) == len(read)
    assert not [each for each in read if each.kind is EventKind.OTHER]


def test_an_endpoint_is_made_in_our_version_and_listed_without_its_secret(sandbox, client):
    subscribe(client, URL)
    (shown,) = sandbox.endpoints
    assert shown["api_version"] == API_VERSION
    assert set(shown["enabled_events"]) == set(EVENTS)
    assert sorted(each.event for each in subscriptions(client)) == sorted(EVENTS)
    assert not any(each.secret or each.new for each in subscriptions(client))


def test_what_somebody_made_by_hand_is_extended_and_switched_on(sandbox, client):
    id_ = sandbox.add_endpoint(URL, ["invoice.paid", "customer_cash_balance_transaction.created"])
    sandbox.enable_endpoint(id_, on=False)
    found = subscribe(client, URL)
    assert {each.id for each in found} == {id_}
    assert {each.event for each in found} == {*EVENTS, "customer_cash_balance_transaction.created"}
    assert sandbox.endpoints[0]["status"] == "enabled"
    assert not any(each.secret for each in found)


def test_an_endpoint_that_was_ended_is_gone(sandbox, client):
    made = subscribe(client, URL)
    unsubscribe(client, made[0].id)
    unsubscribe(client, made[0].id)
    assert sandbox.endpoints == []


def test_a_lost_answer_to_the_creation_leaves_no_endpoint_behind(sandbox, client):
    """Its 500 is replayed, so that its secret is lost: it must not stay, to be refused for ever."""
    sandbox.fault("late_success", path="/webhook_endpoints", method="POST")
    with pytest.raises(Unavailable):
        subscribe(client, URL)
    assert sandbox.endpoints == []
    made = subscribe(client, URL)
    (endpoint,) = sandbox.endpoints
    assert {each.secret for each in made} == {endpoint["secret"]}


def test_during_a_roll_either_secret_is_enough(sandbox, client, receiver, invoice):
    made = subscribe(client, receiver.url)
    new = sandbox.roll_secret(made[0].id)
    sandbox.void(invoice)
    assert sandbox.wait_webhooks()
    raw, headers = receiver.got[-1]
    for secrets in ([made[0].secret], [new], [new, made[0].secret]):
        verify(raw, headers, secrets, now(sandbox))
    with pytest.raises(SignatureInvalid):
        verify(raw, headers, [MINE], now(sandbox))


def test_a_delivery_that_is_sent_again_by_a_stranger_is_stale(sandbox, invoice):
    sandbox.pay(invoice)
    raw, headers = sandbox.report(secret=MINE)
    verify(raw, headers, [MINE], now(sandbox) + timedelta(seconds=299))
    with pytest.raises(EventStale):
        verify(raw, headers, [MINE], now(sandbox) + timedelta(seconds=302))


def test_v0_beside_v1_changes_nothing(sandbox, invoice):
    sandbox.variant("v0_signature", "present")
    raw, headers = sandbox.report(secret=MINE)
    assert "v0=" in headers["Stripe-Signature"]
    verify(raw, headers, [MINE], now(sandbox))


def test_thin_events_name_the_same_invoice(sandbox, invoice):
    sandbox.variant("event_payload", "thin")
    sandbox.void(invoice)
    raw, headers = sandbox.report(secret=MINE)
    verify(raw, headers, [MINE], now(sandbox))
    (event,) = parse_events(raw)
    assert (event.kind, event.external_id) == (EventKind.INVOICE, invoice)
    assert b"119" not in raw


@pytest.mark.parametrize(
    ("happens", "names"),
    [
        (lambda s, i: s.refund(i), ("pi_", "ch_", "py_")),
        (lambda s, i: s.dispute(i), ("pi_", "ch_", "py_")),
        (lambda s, i: s.credit(i, "19.00"), ("in_",)),
    ],
    ids=["refund", "dispute", "credit note"],
)
def test_what_follows_a_payment_leads_back_to_it(sandbox, invoice, happens, names):
    sandbox.pay(invoice)
    before = len(sandbox.events)
    happens(sandbox, invoice)
    told = [parse_events(sandbox.report(each["id"], secret=MINE)[0])[0]
            for each in sandbox.events[before:] if each["type"] in EVENTS]  # fmt: skip
    assert told
    assert all(event.external_id.startswith((*names, "in_", "cus_")) for event in told)
    assert any(event.external_id.startswith(names) for event in told)


def test_a_key_that_may_not_write_endpoints_says_which_right_it_lacks(sandbox, client):
    sandbox.restrict("webhook_endpoints:write")
    assert subscriptions(client) == []
    with pytest.raises(AuthFailed, match="Webhook-Endpunkte: Schreiben"):
        subscribe(client, URL)
    sandbox.restrict("webhook_endpoints")
    with pytest.raises(AuthFailed, match="Webhook-Endpunkte"):
        subscriptions(client)


def read_again(sandbox, external_id):
    """What the connector has of an id that an event named."""
    connector = StripeConnector(
        {"api_base": sandbox.base_url},
        {"api_key": sandbox.api_key},
        NoGate(),
        sandbox.world.clock,
        sleep=lambda _: None,
    )
    batch = connector.fetch_invoice(external_id, Memory())
    connector.close()
    return batch


@pytest.mark.parametrize("payload", ["snapshot", "thin"])
def test_whatever_an_event_names_the_invoice_is_read_again(sandbox, invoice, payload):
    """119 € are paid, half of it goes back, the rest is disputed, and a credit note is written."""
    sandbox.variant("event_payload", payload)
    before = len(sandbox.events)
    sandbox.pay(invoice)
    sandbox.refund(invoice, "59.50")
    sandbox.credit(invoice, "19.00")
    sandbox.dispute(invoice, "10.00")
    named = set()
    for each in sandbox.events[before:]:
        (event,) = parse_events(sandbox.report(each["id"], secret=MINE)[0])
        if event.kind in (EventKind.INVOICE, EventKind.PAYMENT):
            named.add(event.external_id)
    assert len(named) >= (5 if payload == "thin" else 2)
    for external_id in sorted(named):
        batch = read_again(sandbox, external_id)
        assert [each.external_id for each in batch.invoices] == [invoice], external_id


@pytest.mark.parametrize("nobody", ["cn_nobody", "inpay_nobody", "re_nobody", "du_nobody"])
def test_an_event_about_what_is_gone_reads_nothing(sandbox, nobody):
    batch = read_again(sandbox, nobody)
    assert (batch.invoices, batch.gone) == ((), ())
