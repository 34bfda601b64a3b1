"""`mahnwerk webhooks` as a user types it, against the stand-in of lexoffice."""

import time
from datetime import timedelta

import pytest
from cli_desk import StandingClock

import config.bootstrap
from connectors.lexoffice.webhook_keys import candidate_key, read_keys
from connectors.lexoffice.webhooks import EVENTS
from sandbox.lexoffice import LexofficeSandbox

URL = "https://mahnwerk.example/hooks/9f3k2"
SHIPPED = read_keys(candidate_key())[0].fingerprint


class GoingClock(StandingClock):
    """The request budget waits by it: a clock that stands still would never let anybody in."""

    def now(self):
        return super().now() + timedelta(seconds=time.monotonic())


@pytest.fixture
def lexoffice():
    with LexofficeSandbox(limiter=False) as sandbox:
        sandbox.variant("callback", "unchecked")
        yield sandbox


@pytest.fixture
def desk(terminal, lexoffice, monkeypatch):
    """A creditor with a connection to the stand-in, which is asked as fast as can be."""
    monkeypatch.setattr(config.bootstrap, "SystemClock", GoingClock)
    terminal.init()
    terminal(
        "connect", "lexoffice", "--set", f"api_base={lexoffice.base_url}",
        "--set", f"api_key={lexoffice.api_key}", "--set", "rate=999",
    )  # fmt: skip
    return terminal


@pytest.fixture
def key_file(desk, lexoffice):
    (path,) = desk.write({"key.pub": lexoffice.webhook_key.encode()})
    return path


@pytest.fixture
def pinned(desk, key_file):
    (offered,) = desk.json("webhooks", "key", "--from", key_file)["offered"]
    desk("webhooks", "key", "--from", key_file, "--confirm", offered["sha256"])
    return desk


def test_the_shipped_key_is_shown_and_not_believed(desk):
    answer = desk("webhooks", "key")
    assert SHIPPED in answer.out
    assert "Bestätigt: keiner." in answer.out
    assert "einzigen Quelle" in answer.err
    assert "https://developers.lexware.io/webhookSignature/public/public_key.pub" in answer.err
    document = desk.json("webhooks", "key")
    assert document["offered"] == [{"sha256": SHIPPED, "bits": 4096, "pinned": False}]
    assert (document["pinned"], document["changed"]) == ([], False)


def test_registering_before_the_key_was_confirmed_exits_64(desk, lexoffice):
    answer = desk("webhooks", "register", "--url", URL, code=64)
    assert "mahnwerk webhooks key lexoffice" in answer.err
    assert lexoffice.count("/v1/event-subscriptions") == 0


def test_a_key_from_a_file_is_compared_and_confirmed(desk, key_file):
    shown = desk("webhooks", "key", "--from", key_file)
    (offered,) = desk.json("webhooks", "key", "--from", key_file)["offered"]
    assert offered["sha256"] in shown.out
    assert "einzigen Quelle" not in shown.err
    done = desk.json("webhooks", "key", "--from", key_file, "--confirm", offered["sha256"])
    assert done["changed"]
    assert done["pinned"] == [{"sha256": offered["sha256"], "bits": 2048}]
    assert not desk.json("webhooks", "key", "--from", key_file, "--confirm", offered["sha256"])[
        "changed"
    ]
    shown = desk("webhooks", "key", "--from", key_file)
    assert "Bestätigt, RSA mit 2048 Bit:" in shown.out
    assert shown.err == ""


def test_a_wrong_fingerprint_confirms_nothing(desk, key_file):
    desk("webhooks", "key", "--from", key_file, "--confirm", SHIPPED, code=64)
    desk("webhooks", "key", "--confirm", "abc", code=64)
    assert desk.json("webhooks", "key")["pinned"] == []


def test_a_key_is_forgotten(pinned):
    (kept,) = pinned.json("webhooks", "key")["pinned"]
    assert pinned.json("webhooks", "key", "--forget", kept["sha256"])["pinned"] == []
    pinned("webhooks", "key", "--forget", kept["sha256"], code=64)
    pinned("webhooks", "key", "--forget", kept["sha256"], "--confirm", SHIPPED, code=64)


def test_a_file_without_a_key_exits_64(desk):
    (path,) = desk.write({"page.html": b"<html>\xff</html>"})
    desk("webhooks", "key", "--from", path, code=64)
    answer = desk("webhooks", "key", "--from", desk.folder / "missing.pub", code=64)
    assert "nicht lesbar" in answer.err


def test_a_key_set_by_connect_counts(desk, key_file):
    desk("connect", "lexoffice", "--set", f"webhook_key=@{key_file}")
    assert len(desk.json("webhooks", "key")["pinned"]) == 1


def test_every_event_is_registered_once(pinned, lexoffice):
    document = pinned.json("webhooks", "register", "--url", URL)
    assert document["connection"] == "lexoffice"
    assert {each["event"] for each in document["webhooks"]} == set(EVENTS)
    assert all(each["new"] and each["url"] == URL for each in document["webhooks"])
    answer = pinned("webhooks", "register", "--url", URL, "lexoffice")
    assert "0 neu abonniert." in answer.out
    assert len(lexoffice.world.subscriptions) == len(EVENTS)


def test_an_address_without_https_exits_64(pinned, lexoffice):
    pinned("webhooks", "register", "--url", "http://mahnwerk.example/hooks", code=64)
    assert lexoffice.count("/v1/event-subscriptions", "POST") == 0


def test_subscriptions_are_listed(pinned):
    assert "Keine Abonnements." in pinned("webhooks", "list").out
    pinned("webhooks", "register", "--url", URL)
    (found,) = pinned.json("webhooks", "list")
    assert len(found["webhooks"]) == len(EVENTS)
    assert set(found["webhooks"][0]) == {"id", "event", "url", "created", "new"}
    assert "payment.changed" in pinned("webhooks", "list", "lexoffice").out


def test_subscriptions_are_removed(pinned, lexoffice):
    made = pinned.json("webhooks", "register", "--url", URL)["webhooks"]
    one = pinned.json("webhooks", "remove", made[0]["id"], "lexoffice")
    assert [each["id"] for each in one["webhooks"]] == [made[0]["id"]]
    pinned("webhooks", "remove", made[0]["id"], code=64)
    pinned("webhooks", "remove", "--url", "https://nobody.example", code=64)
    assert f"{len(EVENTS) - 1} beendet." in pinned("webhooks", "remove", "--url", URL).out
    assert lexoffice.world.subscriptions == {}
    assert "0 beendet." in pinned("webhooks", "remove", "--all", "lexoffice").out


@pytest.mark.parametrize(
    "given", [(), ("--all", "--url", URL), ("a", "b", "c"), ("--all", "a", "b"), ("",)]
)
def test_what_to_remove_must_be_said_in_one_way(pinned, given):
    pinned("webhooks", "remove", *given, code=64)


def test_a_revoked_key_exits_77(pinned, lexoffice):
    lexoffice.revoke_key()
    pinned("webhooks", "list", code=77)


def test_without_a_connection_it_says_how_to_make_one(terminal):
    terminal.init()
    assert "mahnwerk connect" in terminal("webhooks", "list", code=64).err


def test_files_report_nothing_by_themselves(office):
    office("webhooks", "list", code=64)


def test_it_speaks_english(pinned, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "Confirmed, RSA of 2048 bits:" in pinned("webhooks", "key").out
    assert "newly subscribed." in pinned("webhooks", "register", "--url", URL).out
    assert "Address" in pinned("webhooks", "list").out
