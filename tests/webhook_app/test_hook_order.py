"""Events in: whose hook, whose signature, stored once, answered — and nothing parsed before."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hook_desk import (
    STRIPE_SECRET,
    lexoffice_body,
    lexoffice_signed,
    public_pem,
    rsa_key,
    stripe_body,
    stripe_signed,
)

from core.ports import HookKind
from core.services.hooks import close_hook, rotate_hook
from webhook_app.app import create_app
from webhook_app.limit import PER_MINUTE

NOWHERE = "0" * 43


def test_an_event_of_stripe_is_stored_and_its_repetition_is_not(desk, client):
    raw = stripe_body(1)
    first = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    desk.clock.advance(seconds=90)  # Stripe signs every delivery anew
    again = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    assert (first.status_code, again.status_code) == (200, 200)
    assert desk.rows() == [("evt_1", "payment", "new", raw)]
    assert desk.woken == 1


def test_an_event_of_lexoffice_is_stored_and_its_repetition_is_not(desk, client):
    raw = lexoffice_body(7)
    for _ in range(3):
        assert (
            client.post(desk.lexoffice_path, data=raw, headers=lexoffice_signed(raw)).status_code
            == 200
        )
    [row] = desk.rows()
    assert row[1:] == ("payment", "new", raw)


@pytest.mark.parametrize(("slug", "status"), [("lexoffice", 204), ("stripe", 400), ("inbound", 404),
                                              ("returned-mail", 404), ("sevdesk", 404),
                                              ("gibtesnicht", 404)])  # fmt: skip
def test_an_unknown_hook_is_answered_as_its_platform_needs_it(desk, client, slug, status):
    raw = stripe_body(1)
    answer = client.post(f"/hooks/{slug}/{NOWHERE}", data=raw, headers=desk.stripe_headers(raw))
    assert (answer.status_code, answer.data) == (status, b"")
    assert desk.rows() == []


def test_lexoffice_is_never_asked_to_come_again_for_a_hook_that_is_gone(client):
    path = f"/hooks/lexoffice/{NOWHERE}"
    assert {client.post(path, data=b"{}").status_code for _ in range(PER_MINUTE + 5)} == {204}


def test_a_token_opens_only_the_hook_of_its_own_platform(desk, client):
    raw = stripe_body(1)
    token = desk.stripe_path.rpartition("/")[2]
    headers = desk.stripe_headers(raw)
    assert client.post(f"/hooks/lexoffice/{token}", data=raw, headers=headers).status_code == 204
    assert client.post(f"/hooks/inbound/{token}", data=raw, headers=headers).status_code == 404
    assert desk.rows() == []


def test_a_wrong_signature_is_400_and_nothing_is_stored(desk, client):
    raw, other = stripe_body(1), lexoffice_body(1)
    bad = desk.stripe_headers(raw, secret="whsec_eines_anderen")
    assert client.post(desk.stripe_path, data=raw, headers=bad).status_code == 400
    forged = lexoffice_signed(other, rsa_key(1))
    assert client.post(desk.lexoffice_path, data=other, headers=forged).status_code == 400
    assert client.post(desk.stripe_path, data=raw).status_code == 400
    assert desk.rows() == []


class Poisoned:
    """A reader that must not be asked to parse."""

    unknown_status = foreign_status = 400

    def __init__(self, real):
        self.real, self.parsed = real, 0

    def verify(self, raw, headers, keys, now):
        self.real.verify(raw, headers, keys, now)

    def parse(self, raw):
        self.parsed += 1
        return self.real.parse(raw)


@pytest.fixture
def poisoned(desk):
    """Stripe's reader, that counts what it is asked to parse; ``.client`` is at such a server."""
    real = desk.app.platforms.events("stripe")
    reader = Poisoned(real)
    platforms = replace(desk.app.platforms, events=lambda _slug: reader)
    flask = create_app(replace(desk.app, platforms=platforms))
    reader.client, reader.parsed = flask.test_client(), 0  # parsed once to be loaded
    return reader


def test_nothing_is_parsed_before_the_signature_holds(desk, poisoned):
    raw = stripe_body(1)
    for headers in ({}, desk.stripe_headers(raw, secret="whsec_falsch"),
                    {"Stripe-Signature": "t=1,v1=ab"}):  # fmt: skip
        assert poisoned.client.post(desk.stripe_path, data=raw, headers=headers).status_code == 400
    desk.clock.advance(seconds=301)
    old = stripe_signed(raw, desk.clock.now() - timedelta(seconds=301))
    assert poisoned.client.post(desk.stripe_path, data=raw, headers=old).status_code == 400
    assert poisoned.parsed == 0
    good = desk.stripe_headers(raw)
    assert poisoned.client.post(desk.stripe_path, data=raw, headers=good).status_code == 200
    assert poisoned.parsed == 1


def test_what_is_larger_than_its_platform_sends_is_neither_verified_nor_stored(desk, poisoned):
    raw = b"x" * (512 * 1024 + 1)
    headers = desk.stripe_headers(raw)
    assert poisoned.client.post(desk.stripe_path, data=raw, headers=headers).status_code == 413
    assert (poisoned.parsed, desk.rows()) == (0, [])


def test_what_is_larger_than_a_mebibyte_is_not_even_looked_up(desk, client):
    raw = b"x" * (1024 * 1024 + 1)
    assert client.post("/hooks/stripe/irgendwas", data=raw).status_code == 413


def test_a_rightly_signed_event_that_cannot_be_read_is_kept_for_a_person(desk, client):
    raw = b'{"id": "evt_1", "object": "event"'
    for _ in range(2):
        answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
        assert answer.status_code == 200
    assert desk.rows() == [(f"sha256:{sha256(raw).hexdigest()}", "other", "failed", raw)]
    with desk.app.store.read() as tx:
        [failed] = tx.inbox.failed(desk.id)
    assert "unlesbar" in failed.reason


def test_the_event_of_another_organisation_is_taken_and_forgotten(desk, client, caplog):
    raw = lexoffice_body(1, organisation="0c1d0000-0000-4000-8000-0000000fffff")
    answer = client.post(desk.lexoffice_path, data=raw, headers=lexoffice_signed(raw))
    assert answer.status_code == 204  # lexoffice would end the subscription after a 404
    assert desk.rows() == []
    for _ in range(PER_MINUTE + 1):  # rightly signed: never limited, and told once
        answer = client.post(desk.lexoffice_path, data=raw, headers=lexoffice_signed(raw))
        assert answer.status_code == 204
    assert caplog.text.count("foreign") == 1


@pytest.mark.parametrize("more", [{"account": "acct_Fremd"}, {"livemode": True}])
def test_stripe_is_told_that_an_event_is_of_another_account_or_mode(desk, client, more):
    raw = stripe_body(1, **more)
    answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    assert (answer.status_code, desk.rows()) == (400, [])


def test_a_hook_without_anything_to_believe_by_is_no_hook(desk, client):
    with desk.app.store.write() as tx:
        tx.connections.save_secret(desk.id, desk.stripe.id, "webhook_secret", "")
        tx.connections.save(desk.id, replace(desk.lexoffice, settings={}))
    raw, other = stripe_body(1), lexoffice_body(1)
    answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    assert answer.status_code == 400
    answer = client.post(desk.lexoffice_path, data=other, headers=lexoffice_signed(other))
    assert answer.status_code == 204
    assert desk.rows() == []


def test_a_key_that_was_confirmed_a_moment_ago_counts_at_once(desk, client):
    raw = lexoffice_body(1)
    headers = lexoffice_signed(raw, rsa_key(1))
    assert client.post(desk.lexoffice_path, data=raw, headers=headers).status_code == 400
    both = public_pem(rsa_key()) + public_pem(rsa_key(1))
    with desk.app.store.write() as tx:
        tx.connections.save(desk.id, replace(desk.lexoffice, settings={"webhook_key": both}))
    desk.clock.advance(seconds=1)  # the hook is still in memory
    assert client.post(desk.lexoffice_path, data=raw, headers=headers).status_code == 200
    assert len(desk.rows()) == 1


def test_a_closed_hook_ends_within_seconds_and_its_successor_counts_at_once(desk, client):
    raw = stripe_body(1)
    assert client.post(
        desk.stripe_path, data=raw, headers=desk.stripe_headers(raw)
    ).status_code == 200  # fmt: skip
    new = rotate_hook(desk.app, desk.id, HookKind.PLATFORM, desk.stripe.id, by="erika").path
    raw = stripe_body(2)
    assert client.post(new, data=raw, headers=desk.stripe_headers(raw)).status_code == 200
    desk.clock.advance(seconds=6)
    raw = stripe_body(3)
    answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    assert answer.status_code == 400
    assert close_hook(desk.app, desk.id, HookKind.PLATFORM, desk.stripe.id, by="erika")
    desk.clock.advance(seconds=6)
    assert client.post(new, data=raw, headers=desk.stripe_headers(raw)).status_code == 400
    assert desk.keys() == ["evt_1", "evt_2"]


def test_head_is_answered_and_get_says_nothing(desk, client):
    """lexoffice asks by HEAD before it accepts a subscription; whether a token exists stays ours."""
    for path in (desk.lexoffice_path, f"/hooks/lexoffice/{NOWHERE}", desk.stripe_path):
        assert client.head(path).status_code == 200
        answer = client.get(path)
        assert (answer.status_code, answer.data) == (405, b"")


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/xml; charset=utf-16",
                                  "multipart/form-data; boundary=x", "a" * 300,
                                  "application/x-www-form-urlencoded"])  # fmt: skip
def test_the_content_type_changes_nothing_because_the_bytes_are_signed(desk, client, kind):
    raw = stripe_body(1)
    headers = desk.stripe_headers(raw) | ({} if kind is None else {"Content-Type": kind})
    assert client.post(desk.stripe_path, data=raw, headers=headers).status_code == 200
    assert desk.rows()[0][3] == raw


def test_no_token_and_no_secret_reaches_the_log(desk, client, caplog):
    caplog.set_level("DEBUG")
    raw = stripe_body(1)
    client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    client.post(desk.stripe_path, data=raw, headers={"Stripe-Signature": "t=1,v1=ab"})
    client.post(desk.inbound_path, data=b"{}", headers=desk.own_headers(b"{}"))
    client.get(desk.stripe_path)
    assert caplog.text
    for secret in (desk.stripe_path, desk.inbound_path, STRIPE_SECRET, desk.inbound_secret):
        assert secret.rpartition("/")[2] not in caplog.text
    opened = desk.open(HookKind.PLATFORM, desk.stripe.id)
    assert desk.stripe_path.rpartition("/")[2] not in repr(opened)
