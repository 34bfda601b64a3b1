"""`mahnwerk webhooks url|inbound|returned-mail|rotate|close`: our own addresses that take events."""

import base64

import pytest

from sandbox.stripe import StripeSandbox

BASE = "https://mahnwerk.example"


@pytest.fixture
def desk(office, monkeypatch):
    """An office with files alone, reached at an address."""
    monkeypatch.setenv("MAHNWERK_URL", f"{BASE}/")
    return office


def test_the_secret_is_told_once_and_the_address_as_often_as_one_likes(desk):
    first = desk.json("webhooks", "inbound", "datev")
    assert first["url"].startswith(f"{BASE}/hooks/inbound/")
    assert len(first["url"].rpartition("/")[2]) >= 40
    assert len(first["secret"]) >= 40
    assert first["new"]
    again = desk.json("webhooks", "inbound", "datev")
    assert again == {"url": first["url"], "secret": None, "new": False}
    told = desk("webhooks", "inbound", "datev")
    assert first["url"] in told.out
    assert first["secret"] not in told.out + told.err
    assert "mahnwerk webhooks rotate --kind inbound datev" in told.err


def test_rotating_makes_another_address_and_secret_and_closing_ends_it(desk):
    first = desk.json("webhooks", "returned-mail")
    second = desk.json("webhooks", "rotate", "--kind", "returned-mail")
    assert second["url"] != first["url"]
    assert second["secret"] not in (None, first["secret"])
    assert desk.json("webhooks", "close", "--kind", "returned-mail") == {"closed": True}
    answer = desk("webhooks", "close", "--kind", "returned-mail", code=64)
    assert "nicht offen" in answer.err


def test_without_an_address_of_its_own_it_says_what_is_missing(desk, monkeypatch):
    monkeypatch.delenv("MAHNWERK_URL")
    answer = desk("webhooks", "inbound", "datev", code=64)
    assert "MAHNWERK_URL" in answer.err
    shown = desk.json("webhooks", "inbound", "datev", "--base", "https://anders.example/m")
    assert shown["url"].startswith("https://anders.example/m/hooks/inbound/")
    assert shown["new"]  # the refused call opened nothing
    answer = desk("webhooks", "inbound", "datev", "--base", "anders", code=78)
    assert "--base" in answer.err


def test_a_file_connection_has_no_platform_that_would_report(desk):
    desk("webhooks", "url", code=64)
    answer = desk("webhooks", "rotate", "--kind", "returned-mail", "datev", code=64)
    assert "ANBINDUNG weglassen" in answer.err


def test_registering_uses_the_address_of_the_connection(terminal, monkeypatch):
    monkeypatch.setenv("MAHNWERK_URL", BASE)
    with StripeSandbox() as stripe:
        terminal.init()
        terminal("connect", "stripe", "--set", f"api_base={stripe.base_url}",
                 "--set", f"api_key={stripe.api_key}", "--set", "rate=999")  # fmt: skip
        url = terminal.json("webhooks", "url")["url"]
        terminal("webhooks", "register")
        (endpoint,) = stripe.endpoints
        assert endpoint["url"] == url
        assert url.startswith(f"{BASE}/hooks/stripe/")
        told = terminal("webhooks", "rotate")
        # By its address: --all would end what a shop has subscribed there, too.
        assert f"mahnwerk webhooks remove --url {url}; mahnwerk webhooks register" in told.err
        assert terminal.json("webhooks", "url")["url"] != url


def test_an_address_whose_key_is_lost_is_made_anew(desk, monkeypatch):
    desk("webhooks", "inbound", "datev")
    monkeypatch.setenv(
        "MAHNWERK_KEY", base64.urlsafe_b64encode(b"another key, of another machine!").decode()
    )
    answer = desk("webhooks", "inbound", "datev", code=77)
    assert "mahnwerk webhooks rotate --kind inbound datev" in answer.err
    assert desk.json("webhooks", "rotate", "--kind", "inbound", "datev")["new"]
    desk("webhooks", "inbound", "datev")


def test_in_english(desk, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    told = desk("webhooks", "inbound", "datev")
    assert "Secret: " in told.out
    assert "not shown again" in told.err
