"""Subscribing to lexoffice's events: each once, at an address that it can reach."""

from datetime import date

import pytest
from event_receiver import receiving
from lexoffice_desk import client_at

from connectors.lexoffice import subscriptions
from connectors.lexoffice.webhooks import EVENTS, parse_events, verify
from core.domain.platform_records import EventKind
from core.errors import (
    AnswerUnknown,
    MalformedResponse,
    NotFound,
    Rejected,
    SignatureInvalid,
    UsageError,
)
from core.ports import Subscription
from sandbox.lexoffice import LexofficeSandbox

URL = "https://mahnwerk.example/hooks/lexoffice/9f3k2"


@pytest.fixture
def sandbox():
    with LexofficeSandbox(limiter=False, today=date(2026, 11, 20)) as running:
        running.variant("callback", "unchecked")
        yield running


@pytest.fixture
def client(sandbox):
    with client_at(sandbox) as opened:
        yield opened


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def test_every_event_that_is_used_is_subscribed_once(sandbox, client):
    made = subscriptions.create(client, URL)
    assert {each.event for each in made} == set(EVENTS)
    assert all(each.new and each.url == URL and each.id and each.created for each in made)
    assert sandbox.count("/v1/event-subscriptions") == 2 + len(EVENTS)


def test_subscribing_again_makes_nothing(sandbox, client):
    first = subscriptions.create(client, URL)
    again = subscriptions.create(client, URL)
    assert [each.id for each in again] == [each.id for each in first]
    assert not any(each.new for each in again)
    assert sandbox.count("/v1/event-subscriptions", "POST") == len(EVENTS)


def test_what_is_missing_is_made(sandbox, client):
    """Deleted by hand, or by lexoffice after an address did not answer."""
    first = subscriptions.create(client, URL)
    subscriptions.delete(client, first[3].id)
    again = subscriptions.create(client, URL)
    assert [each.event for each in again if each.new] == [first[3].event]


def test_subscriptions_of_others_stay(sandbox, client):
    client.create_event_subscription("invoice.created", "https://other.example/hook")
    made = subscriptions.create(client, URL)
    assert len(made) == len(EVENTS)
    everything = subscriptions.list_(client)
    assert len(everything) == len(EVENTS) + 1
    assert "https://other.example/hook" in {each.url for each in everything}


def test_a_subscription_is_ended(sandbox, client):
    made = subscriptions.create(client, URL)
    for each in made:
        subscriptions.delete(client, each.id)
    assert subscriptions.list_(client) == []
    subscriptions.delete(client, made[0].id)  # gone already: no error


def test_after_the_key_has_ended_all_are_made_anew(sandbox, client):
    subscriptions.create(client, URL)
    key = sandbox.api_key
    sandbox.revoke_key()
    sandbox.new_key(key)
    assert subscriptions.list_(client) == []
    assert all(each.new for each in subscriptions.create(client, URL))


def test_an_address_that_does_not_answer_is_said_so(sandbox, client, receiver):
    sandbox.variant("callback", "http")
    receiver.head = 500
    with pytest.raises(Rejected, match="HEAD") as refused:
        subscriptions.create(client, receiver.url)
    assert refused.value.status == 406
    receiver.head = 200
    assert len(subscriptions.create(client, receiver.url)) == len(EVENTS)


def test_a_failure_in_the_middle_is_gone_on_with(sandbox, client):
    sandbox.fault("payment_required", path="/event-subscriptions", method="POST")
    with pytest.raises(Exception, match="Tarif"):
        subscriptions.create(client, URL)
    assert {each.event for each in subscriptions.create(client, URL)} == set(EVENTS)


@pytest.mark.parametrize("fault", ["late_success", "html"])
def test_an_answer_that_is_lost_is_looked_up(sandbox, client, fault):
    sandbox.fault(fault, path="/event-subscriptions", method="POST")
    try:
        made = subscriptions.create(client, URL)
    except AnswerUnknown:
        made = subscriptions.create(client, URL)
    assert sorted(each.event for each in made) == sorted(EVENTS)


def test_an_event_comes_signed_and_points_to_what_happened(sandbox, client, receiver):
    """What the stand-in signs passes; whether lexoffice signs so is not proven by that."""
    sandbox.variant("callback", "http")
    subscriptions.create(client, receiver.url)
    contact = sandbox.add_contact(company="Muster Bau GmbH")
    invoice = sandbox.add_invoice(contact=contact, gross="119.00", on=date(2026, 10, 1))
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    kinds = set()
    for body, headers in receiver.got:
        verify(body, headers, [sandbox.webhook_key])
        (event,) = parse_events(body)
        assert event.organization == sandbox.organization_id
        kinds.add((event.kind, event.external_id))
    assert (EventKind.PAYMENT, invoice) in kinds
    assert (EventKind.INVOICE, invoice) in kinds
    body, headers = receiver.got[0]
    with pytest.raises(SignatureInvalid):
        verify(body + b" ", headers, [sandbox.webhook_key])


# --- without the stand-in


class Rows:
    """Answers as told."""

    def __init__(self, *rows, failure=None):
        self.rows, self.failure, self.posts = list(rows), failure, []

    def event_subscriptions(self):
        return self.rows

    def create_event_subscription(self, event, url):
        self.posts.append(event)
        if self.failure is not None:
            raise self.failure
        return {"id": "new"}

    def delete_event_subscription(self, subscription_id):
        raise self.failure


def row(**changes):
    given = {"subscriptionId": "s-1", "eventType": "payment.changed", "callbackUrl": URL}
    return {**given, **changes}


def test_an_id_has_two_names():
    made = row(id="s-9", subscriptionId=None)
    assert [each.id for each in subscriptions.list_(Rows(row(), made))] == ["s-1", "s-9"]
    assert subscriptions.list_(Rows(row()))[0] == Subscription("s-1", "payment.changed", URL)


@pytest.mark.parametrize("field", ["subscriptionId", "eventType", "callbackUrl"])
@pytest.mark.parametrize("value", [None, "", 7])
def test_an_incomplete_subscription_is_refused(field, value):
    with pytest.raises(MalformedResponse):
        subscriptions.list_(Rows(row(**{field: value})))


def refusal(status):
    error = Rejected("refused")
    error.status = status
    return error


def test_one_that_somebody_else_made_meanwhile_is_no_error():
    assert subscriptions.create(Rows(failure=refusal(409)), URL) == []


@pytest.mark.parametrize("failure", [refusal(400), NotFound("refused")])
def test_another_refusal_is_handed_on(failure):
    with pytest.raises(Rejected, match="refused"):
        subscriptions.create(Rows(failure=failure), URL)
    with pytest.raises(Rejected):
        subscriptions.delete(Rows(failure=refusal(400)), "s-1")


def test_what_may_have_been_made_and_is_not_there_stays_unknown():
    rows = Rows(failure=AnswerUnknown())
    with pytest.raises(AnswerUnknown):
        subscriptions.create(rows, URL)
    assert rows.posts == [EVENTS[0]]


@pytest.mark.parametrize(
    "url",
    [
        "", "mahnwerk.example", "http://mahnwerk.example/x", "ftp://mahnwerk.example",
        "https://", "https:///x", "https://u:p@mahnwerk.example", "https://mahnwerk.example/#a",
        "https://mahnwerk.example/a b", "https://mahnwerk.example/\n", "https://müller.example/x",
        "https://mahnwerk.example:99999/", "https://[::1", "https://m.example/" + "x" * 1000,
        "http://127.0.0.1@evil.example/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_not_asked_for(url):
    rows = Rows()
    with pytest.raises(UsageError, match="https://"):
        subscriptions.create(rows, url)
    assert rows.posts == []


@pytest.mark.parametrize(
    "url", [URL, "https://mahnwerk.example:8443/x?y=z", "http://127.0.0.1:80/", "http://[::1]:80/"]
)
def test_an_address_that_can_be_used_passes(url):
    subscriptions.check_url(url)
