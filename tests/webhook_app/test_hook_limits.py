"""Limits on failures alone, headers of every answer, and who may look at what."""

from datetime import timedelta

import pytest
from hook_desk import stripe_body

from config.web import networks, public_url, within
from core.errors import ConfigError
from core.services.connection_state import record_synced
from webhook_app.limit import PER_MINUTE, FailureLimit

WRONG = {"Stripe-Signature": "t=1,v1=ab"}
AWAY = {"REMOTE_ADDR": "203.0.113.9"}


def test_who_guesses_is_slowed_down_and_who_signs_never_is(desk, client):
    raw = stripe_body(0)
    statuses = [
        client.post(desk.stripe_path, data=raw, headers=WRONG).status_code
        for _ in range(PER_MINUTE + 5)
    ]
    assert statuses == [400] * PER_MINUTE + [429] * 5
    for number in range(5):
        good = stripe_body(number)
        answer = client.post(desk.stripe_path, data=good, headers=desk.stripe_headers(good))
        assert answer.status_code == 200
    answer = client.post(desk.stripe_path, data=raw, headers=WRONG)
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_somebody_elses_failures_are_not_ours(desk, client):
    raw = stripe_body(0)
    for _ in range(PER_MINUTE + 1):
        client.post(desk.stripe_path, data=raw, headers=WRONG, environ_base=AWAY)
    assert client.post(desk.stripe_path, data=raw, headers=WRONG).status_code == 400


def test_a_thousand_good_events_from_one_address_are_no_failure(desk, client):
    for number in range(PER_MINUTE * 3):
        raw = stripe_body(number)
        answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
        assert answer.status_code == 200


def test_one_customer_of_a_provider_is_one_address():
    limit = FailureLimit(per_minute=2)
    assert [limit.count(f"2001:db8:0:1::{n}") > 0 for n in range(3)] == [False, False, True]
    assert limit.count("2001:db8:0:2::1") == 0
    assert not limit.exceeded("198.51.100.7")
    assert limit.exceeded("2001:db8:0:1::ffff")
    assert limit.count("::ffff:198.51.100.7") == 0
    assert limit.count("kein Rechner") == 0


def test_however_many_addresses_fail_memory_does_not_grow_with_them():
    """Whoever has a large IPv6 network has more addresses than we have memory."""
    limit = FailureLimit(per_minute=2, most=100)
    assert [limit.count("198.51.100.7") > 0 for _ in range(4)] == [False, False, True, True]
    for n in range(100):
        assert limit.count(f"2001:db8:0:{n:x}::1") == 0
    assert not limit.exceeded("198.51.100.7")  # forgotten, and with it all the others
    assert [limit.count("198.51.100.7") > 0 for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("path", ["/healthz", "/gibtesnicht", "/hooks/stripe/x", "/metrics"])
def test_every_answer_carries_the_headers_and_no_error_has_a_page(client, path):
    answer = client.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    if answer.status_code >= 400:
        assert answer.data == b""


def test_a_mistake_of_ours_is_500_without_its_story(desk, caplog):
    flask = desk.flask()
    flask.add_url_rule("/kaputt", view_func=lambda: 1 / 0)
    answer = flask.test_client().get("/kaputt")
    assert (answer.status_code, answer.data) == (500, b"")
    assert "ZeroDivisionError" in caplog.text


def test_it_is_alive_whatever_the_database_does(desk, client):
    desk.app.store.engine.dispose()
    (desk.composed.home / "mahnwerk.db").rename(desk.composed.home / "weg.db")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    (desk.composed.home / "mahnwerk.db").unlink(missing_ok=True)


def synced(desk, *connections):
    with desk.app.store.write() as tx:
        for each in connections:
            record_synced(tx, desk.id, each.id, desk.clock.now())


def test_ready_when_every_connection_was_read_within_a_day(desk, client):
    answer = client.get("/readyz")
    assert answer.status_code == 503  # never read
    assert answer.json["stale"] == [f"{desk.id}/buero", f"{desk.id}/laden"]
    synced(desk, desk.lexoffice, desk.stripe)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"], answer.json["stale"]) == (200, True, [])
    desk.clock.advance(hours=24, minutes=1)
    synced(desk, desk.stripe)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["stale"]) == (503, [f"{desk.id}/buero"])
    ages = {each["connection"]: each["age_seconds"] for each in answer.json["connections"]}
    assert ages == {"buero": int(timedelta(hours=24, minutes=1).total_seconds()), "laden": 0}


def test_strangers_hear_yes_or_no_only(desk, client):
    assert client.get("/readyz", environ_base=AWAY).json == {"ready": False}
    assert client.get("/metrics", environ_base=AWAY).status_code == 403
    with_token = desk.flask(monitor_token="ueberwachung").test_client()
    bearer = {"Authorization": "Bearer ueberwachung"}
    assert with_token.get("/metrics", environ_base=AWAY, headers=bearer).status_code == 200
    wrong = {"Authorization": "Bearer ueberwachunG"}
    assert with_token.get("/metrics", environ_base=AWAY, headers=wrong).status_code == 403
    near = desk.flask(monitors=networks("203.0.113.0/24", "x")).test_client()
    assert near.get("/metrics", environ_base=AWAY).status_code == 200
    assert near.get("/metrics").status_code == 403


def test_a_proxy_that_nobody_trusts_is_not_this_machine(desk):
    """Whoever comes through a proxy beside us has our own address."""
    through = {"X-Forwarded-For": "203.0.113.9"}
    for trusted in ("", "10.0.0.1"):
        client = desk.flask(trusted_proxies=networks(trusted, "x")).test_client()
        assert client.get("/metrics", headers=through).status_code == 403
        assert client.get("/metrics").status_code == 200
    client = desk.flask(trusted_proxies=networks("127.0.0.1", "x")).test_client()
    assert client.get("/metrics", headers=through).status_code == 403
    # One that says how it was reached and not by whom.
    for unsaid in ({"X-Forwarded-Proto": "https"}, {"X-Forwarded-For": " "}):
        assert client.get("/metrics", headers=unsaid).status_code == 403
    near = {"X-Forwarded-For": "127.0.0.1"}
    assert client.get("/metrics", headers=near).status_code == 200


def test_figures_say_what_came_and_how_it_stands(desk, client):
    raw = stripe_body(1)
    for _ in range(2):
        client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
    client.post(desk.stripe_path, data=raw, headers=WRONG)
    client.post(f"/hooks/{'x' * 50}/y", data=raw)
    synced(desk, desk.stripe)
    desk.clock.advance(minutes=2)
    text = client.get("/metrics").text
    for line in (
        'mahnwerk_hook_requests_total{outcome="stored",platform="stripe"} 1.0',
        'mahnwerk_hook_requests_total{outcome="repeated",platform="stripe"} 1.0',
        'mahnwerk_hook_requests_total{outcome="bad_signature",platform="stripe"} 1.0',
        'mahnwerk_hook_requests_total{outcome="unknown",platform="?"} 1.0',
        'mahnwerk_events_stored_total{platform="stripe"} 1.0',
        f'mahnwerk_events_waiting{{connection="laden",creditor="{desk.id}"}} 1.0',
        f'mahnwerk_events_oldest_seconds{{connection="laden",creditor="{desk.id}"}} 120.0',
        f'mahnwerk_connection_age_seconds{{connection="laden",creditor="{desk.id}"}} 120.0',
        f'mahnwerk_notices{{creditor="{desk.id}",state="approved"}} 0.0',
        "mahnwerk_store_up 1.0",
        "mahnwerk_workers 0.0",
    ):
        assert line in text, text
    assert "xxxx" not in text


@pytest.mark.parametrize(("chain", "believed"), [
    ("198.51.100.1", "198.51.100.1"), ("1.2.3.4, 198.51.100.1", "198.51.100.1"),
    ("1.2.3.4, 198.51.100.1, 10.0.0.5", "198.51.100.1"), ("198.51.100.1:4711", "198.51.100.1"),
    ("[2001:db8::1]:443", "2001:db8::1"), ("", "10.0.0.1"), ("x" * 5000, "?"),
    ("1.2.3.4, \x1b[31mroot", "?"), ("198.51.100.1, unix:", "?"),
])  # fmt: skip
def test_the_last_address_that_is_no_proxy_of_ours_counts(desk, chain, believed):
    seen = []
    flask = desk.flask(trusted_proxies=networks("10.0.0.0/8", "x"))
    flask.add_url_rule("/wer", view_func=lambda: (seen.append(_remote()), "")[1])
    flask.test_client().get(
        "/wer", environ_base={"REMOTE_ADDR": "10.0.0.1"}, headers={"X-Forwarded-For": chain}
    )
    assert seen == [believed]


def _remote():
    from flask import request

    return request.remote_addr


def test_networks_and_addresses_of_settings():
    assert within("10.1.2.3", networks("127.0.0.1, 10.0.0.0/8", "x"))
    assert within("::ffff:10.1.2.3", networks("10.0.0.0/8", "x"))
    assert not within("unix", networks("10.0.0.0/8", "x"))
    assert networks("", "x") == ()
    with pytest.raises(ConfigError, match=r"MAHNWERK_X.*weder"):
        networks("10.0.0.0/40", "MAHNWERK_X")
    assert public_url("https://mahnwerk.example/") == "https://mahnwerk.example"
    for bad in (
        "mahnwerk.example",
        "ftp://x",
        "https://u@x",
        "https://x?y",
        "https://x:z",
        "https://",
    ):
        with pytest.raises(ConfigError, match="MAHNWERK_URL"):
            public_url(bad)
