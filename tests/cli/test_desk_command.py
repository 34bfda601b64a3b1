"""`desk` prints a link that opens the page; `api token` makes what the API asks for."""

import socket

import pytest

from config.bootstrap import compose
from core.services.api_tokens import access_of
from core.services.logins import link_of, use_link


@pytest.fixture
def in_german(monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")


@pytest.fixture
def free_port(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("MAHNWERK_SERVE_PORT", str(port))
    return port


def app():
    composed = compose()
    return composed, composed.app


def test_the_link_is_hers_and_says_when_nothing_answers_there(office, in_german, free_port):
    answer = office("desk", "--for", "Erika Beispiel")
    url = answer.out.strip()
    assert url.startswith(f"http://127.0.0.1:{free_port}/desk/login/")
    assert "mahnwerk serve" in answer.err
    composed, it = app()
    try:
        assert link_of(it, url.rpartition("/")[2]).person == "Erika Beispiel"
    finally:
        composed.close()


def test_where_something_answers_there_is_no_hint(office, in_german, free_port):
    with socket.create_server(("127.0.0.1", free_port)):
        assert office("desk").err == ""


def test_the_public_address_stands_in_the_link(office, monkeypatch):
    monkeypatch.setenv("MAHNWERK_URL", "https://mahnwerk.example/")
    answer = office("desk", "--json")
    assert answer.json["url"].startswith("https://mahnwerk.example/desk/login/")
    assert answer.json["person"]
    assert answer.err == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 — named, not bound
def test_who_listens_everywhere_is_reached_on_this_machine(office, monkeypatch, free_port, host):
    monkeypatch.setenv("MAHNWERK_SERVE_HOST", host)
    local = "127.0.0.1" if host == "0.0.0.0" else "[::1]"  # noqa: S104
    url = office("desk", "--json").json["url"]
    assert url.startswith(f"http://{local}:{free_port}/desk/login/")


def test_ending_ends_links_and_sessions(office, in_german):
    links = [office("desk", "--json").json["url"].rpartition("/")[2] for _ in range(2)]
    composed, it = app()
    try:
        use_link(it, links[0])
        assert "Beendet: 2" in office("desk", "--end").out
        assert link_of(it, links[1]) is None
    finally:
        composed.close()
    assert office("desk", "--end", "--json").json == {"ended": 0}


def test_a_name_that_is_none_is_refused(office, in_german):
    assert "--for" in office("desk", "--for", " ", code=64).err


def test_a_token_is_made_listed_without_itself_and_revoked(office, in_german):
    scopes = ("--scope", "items:read", "--scope", "verdicts:read")
    made = office.json("api", "token", "create", "--name", "Kasse", *scopes, "--days", "7")
    composed, it = app()
    try:
        assert access_of(it, made["token"]).scopes == ("items:read", "verdicts:read")
    finally:
        composed.close()
    (listed,) = office.json("api", "token", "list")
    assert listed == {k: v for k, v in made.items() if k != "token"}
    table = office("api", "token", "list").out
    assert "Kasse" in table
    assert made["token"] not in table
    assert office.json("api", "token", "revoke", made["id"]) == {"id": made["id"], "revoked": True}
    assert "War schon beendet" in office("api", "token", "revoke", made["id"]).out
    assert office.json("api", "token", "list")[0]["revoked_at"]


def test_a_token_goes_to_stdout_alone(office, in_german):
    answer = office("api", "token", "create", "--name", "Kasse", "--scope", "items:read")
    assert len(answer.out.split()) == 1
    assert answer.out.count(".") == 2
    assert "nicht noch einmal" in answer.err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--name", "Kasse", "--scope", "items:write"), "items:write"),
        (("--name", "Kasse"), "--scope"),
        (("--name", "Kasse", "--scope", "items:read", "--days", "0"), "--days"),
    ],
    ids=["scope", "no-scope", "days"],
)
def test_a_wrong_option_is_named(office, in_german, args, told):
    assert told in office("api", "token", "create", *args, code=64).err


def test_an_unknown_token_cannot_be_revoked(office, in_german):
    assert "mahnwerk api token list" in office("api", "token", "revoke", "nein", code=64).err
