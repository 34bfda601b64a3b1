"""Events in: whose hook, whose signature, stored once, answered — and nothing parsed before."""

import pytest
from hook_desk import (
    lexoffice_body,
    lexoffice_signed,
    rsa_key,
    stripe_body,
)

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
