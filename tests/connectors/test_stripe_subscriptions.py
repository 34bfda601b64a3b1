"""Webhook endpoints of Stripe: each address once, every type, and the secret that comes but once."""

import pytest

from connectors.stripe.client import Listed
from connectors.stripe.event_body import EVENTS
from connectors.stripe.platform import API_VERSION
from connectors.stripe.subscriptions import subscribe, subscriptions, unsubscribe
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    MalformedResponse,
    NotFound,
    Rejected,
    UsageError,
)

URL = "https://mahnwerk.example/hooks/stripe/9f3k2"
OTHER = "https://shop.example/hooks"


class Endpoints:
    """The endpoints of one account."""

    def __init__(self):
        self.rows = []
        self.posts = []
        self.keys = []
        self.error = None

    def add(self, address=URL, events=EVENTS, **more):
        row = {"id": f"we_{len(self.rows) + 1}", "object": "webhook_endpoint", "url": address,
               "enabled_events": list(events), "status": "enabled", "created": 1790845200,
               "livemode": False, **more}  # fmt: skip
        self.rows.append(row)
        return row

    def every(self, path):
        assert path == "webhook_endpoints"
        if self.error and self.error[0] == "GET":
            raise self.error[1]
        middle = len(self.rows) // 2
        yield Listed(self.rows[:middle], True)
        yield Listed(self.rows[middle:], False)

    def post(self, path, fields, idempotency_key=None):
        self.posts.append((path, fields))
        self.keys.append(idempotency_key)
        if self.error:
            raise self.error[1]
        events = [value for name, value in fields if name == "enabled_events[]"]
        plain = dict(fields)
        if path == "webhook_endpoints":
            row = self.add(plain["url"], events, api_version=plain["api_version"])
            return {**row, "secret": "whsec_mahnwerkNeu"}
        row = next(each for each in self.rows if path == f"webhook_endpoints/{each['id']}")
        row["enabled_events"] = events
        if plain.get("disabled") == "false":
            row["status"] = "enabled"
        return dict(row)

    def delete(self, path):
        if self.error:
            raise self.error[1]
        left = [each for each in self.rows if path != f"webhook_endpoints/{each['id']}"]
        if len(left) == len(self.rows):
            raise NotFound
        self.rows = left


@pytest.fixture
def account():
    return Endpoints()


def refusal(kind, status):
    error = kind("nein", en="no")
    error.status, error.request_id = status, "req_7"
    return error


def test_one_endpoint_gets_every_type_in_our_version(account):
    made = subscribe(account, URL)
    assert sorted(each.event for each in made) == sorted(EVENTS)
    assert all(each.new and each.url == URL and each.id == "we_1" for each in made)
    assert {each.secret for each in made} == {"whsec_mahnwerkNeu"}
    assert {each.created for each in made} == {"2026-10-01T09:00:00+00:00"}
    assert account.rows[0]["api_version"] == API_VERSION
    assert len(account.rows) == 1


def test_the_secret_of_a_subscription_is_never_printed(account):
    assert "whsec" not in repr(subscribe(account, URL))


def test_what_is_there_is_not_made_again_and_brings_no_secret(account):
    subscribe(account, URL)
    again = subscribe(account, URL)
    assert sorted(each.event for each in again) == sorted(EVENTS)
    assert not any(each.new or each.secret for each in again)
    assert len(account.posts) == 1


def test_an_endpoint_of_every_type_is_enough(account):
    account.add(events=["*"])
    assert [each.event for each in subscribe(account, URL)] == ["*"]
    assert account.posts == []


def test_what_is_missing_is_added_and_nothing_is_taken_away(account):
    account.add(OTHER)
    account.add(events=["invoice.paid", "payout.paid"])
    found = subscribe(account, URL)
    assert {each.event for each in found} == {*EVENTS, "payout.paid"}
    assert {each.event for each in found if not each.new} == {"invoice.paid", "payout.paid"}
    assert not any(each.secret for each in found)
    assert set(account.rows[1]["enabled_events"]) == {*EVENTS, "payout.paid"}
    assert account.posts[0][0] == "webhook_endpoints/we_2"


def test_an_endpoint_that_stripe_switched_off_is_switched_on(account):
    account.add(status="disabled")
    assert subscriptions(account) == []
    found = subscribe(account, URL)
    assert all(each.new for each in found)
    assert account.rows[0]["status"] == "enabled"
    assert sorted(each.event for each in subscriptions(account)) == sorted(EVENTS)


def test_several_endpoints_of_one_address_count_together(account):
    account.add(events=EVENTS[:5])
    account.add(events=EVENTS[5:])
    assert len(subscribe(account, URL)) == len(EVENTS)
    assert account.posts == []


def test_each_creation_has_a_key_of_its_own(account):
    """Stripe replays an answer for 24 hours: it would bring back an endpoint that was removed."""
    subscribe(account, URL)
    unsubscribe(account, "we_1")
    subscribe(account, URL)
    first, second = account.keys
    assert first
    assert second not in (None, "", first)


def test_endpoints_of_other_programs_are_listed(account):
    account.add(OTHER, ["*"])
    account.add(URL, ["invoice.paid"])
    assert [(each.id, each.event, each.url) for each in subscriptions(account)] == [
        ("we_1", "*", OTHER),
        ("we_2", "invoice.paid", URL),
    ]


def test_an_endpoint_is_ended_and_may_be_gone_already(account):
    account.add()
    unsubscribe(account, "we_1")
    unsubscribe(account, "we_1")
    assert account.rows == []


@pytest.mark.parametrize(
    "url",
    ["http://mahnwerk.example/hooks", "ftp://x.example", "https://", "", "https://a@b.example",
     "https://b.example/#x", "https://b.example/ä", "https://b.example:99999/"],
)  # fmt: skip
def test_an_address_that_stripe_cannot_reach_is_refused_before_it_is_asked(account, url):
    with pytest.raises(UsageError, match="https://"):
        subscribe(account, url)
    assert account.posts == []


def test_the_stand_in_may_report_to_this_machine(account):
    assert subscribe(account, "http://127.0.0.1:8080/hooks")


@pytest.mark.parametrize(
    ("kind", "status"), [(AuthFailed, 403), (Rejected, 403), (AuthFailed, 401)]
)
def test_a_key_that_may_only_read_says_which_right_is_missing(account, kind, status):
    account.add(OTHER)
    account.error = ("POST", refusal(kind, status))
    for ask in (lambda: subscribe(account, URL), lambda: unsubscribe(account, "we_1")):
        with pytest.raises(AuthFailed, match="Webhook-Endpunkte: Schreiben") as refused:
            ask()
        assert "webhook_secret=-" in refused.value.sentence("en")
        assert (refused.value.connector, refused.value.status) == ("stripe", status)
        assert refused.value.request_id == "req_7"


def test_a_key_that_may_not_even_list_them_says_so(account):
    account.error = ("GET", refusal(AuthFailed, 403))
    with pytest.raises(AuthFailed, match="Webhook-Endpunkte"):
        subscriptions(account)
    account.error = ("GET", refusal(AuthFailed, 401))  # that is the key itself
    with pytest.raises(AuthFailed, match="nein"):
        subscriptions(account)


@pytest.mark.parametrize(
    "error", [refusal(Rejected, 400), refusal(NotFound, 404), AnswerUnknown("?")]
)
def test_another_refusal_is_told_as_it_is(account, error):
    account.error = ("POST", error)
    with pytest.raises(type(error)) as refused:
        subscribe(account, URL)
    assert refused.value is error


@pytest.mark.parametrize(
    "row", [{"url": None}, {"enabled_events": None}, {"enabled_events": "invoice.paid"}, {"id": ""}]
)
def test_an_endpoint_that_is_incomplete_is_not_guessed(account, row):
    account.add(**row)
    with pytest.raises(MalformedResponse):
        subscriptions(account)


def test_a_creation_without_a_secret_says_how_to_go_on(account, monkeypatch):
    monkeypatch.setattr(account, "post", lambda *_a, **_k: account.add())
    with pytest.raises(MalformedResponse, match="webhooks register"):
        subscribe(account, URL)
