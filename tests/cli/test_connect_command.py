"""`mahnwerk connect` as a user types it, against the stand-in of lexoffice and without it."""

import re
from datetime import UTC, datetime

import pytest

import cli.connect
import config.bootstrap
import config.platforms
from core.errors import Unreachable
from core.services.connection_state import record_synced
from sandbox.lexoffice import LexofficeSandbox

KEY = "sandbox-Schluessel-0077"


@pytest.fixture
def lexoffice():
    with LexofficeSandbox(api_key=KEY, limiter=False) as sandbox:
        yield sandbox


@pytest.fixture
def desk(terminal):
    terminal.init()
    return terminal


@pytest.fixture
def connected(desk, lexoffice):
    """The terminal after a successful connect."""
    desk("connect", "lexoffice", *here(lexoffice), "--set", f"api_key={KEY}")
    return desk


def here(sandbox):
    return "--set", f"api_base={sandbox.base_url}"


def stored_key():
    composed = config.bootstrap.compose()
    with composed.app.store.read() as tx:
        (connection,) = tx.connections.all("muster-handels-gmbh")
        token = tx.connections.secrets("muster-handels-gmbh", connection.id)["api_key"]
    plain = composed.vault.decrypt(token)
    composed.close()
    assert plain not in token
    return plain


def test_connect_shows_the_organisation_and_what_comes_next(desk, lexoffice):
    answer = desk("connect", "lexoffice", *here(lexoffice), "--set", "api_key=-", stdin=f"{KEY}\n")
    assert "Organisation: " in answer.out
    assert "  Steuerart: netto\n" in answer.out
    assert re.search(r"  Schlüssel in Gebrauch seit: \d\d\.\d\d\.\d{4}\n", answer.out)
    assert "Als Nächstes: mahnwerk onboard lexoffice" in answer.out
    assert "mahnt nur von Hand" in answer.err  # its own dunning
    assert KEY not in answer.out + answer.err
    assert stored_key() == KEY


def test_the_document_says_it_all_but_the_key(desk, lexoffice):
    answer = desk(
        "connect", "lexoffice", *here(lexoffice), "--set", "api_key=-", "--json", stdin=f"{KEY}\n"
    )
    document = answer.json
    assert KEY not in answer.out + answer.err
    assert document["client"] == lexoffice.organization_id
    assert document["organisation"]
    assert document["settings"] == {"api_base": lexoffice.base_url}
    assert document["next"] == "mahnwerk onboard lexoffice"
    assert any("platform-notices" in warning for warning in document["warnings"])


def test_the_key_may_come_from_a_file(desk, lexoffice):
    file = desk.folder / "key.txt"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    desk("connect", "lexoffice", *here(lexoffice), "--set", f"api_key=@{file}")
    assert stored_key() == KEY


def test_at_a_terminal_a_missing_key_is_asked_for_unseen(desk, lexoffice, monkeypatch):
    monkeypatch.setattr(cli.connect, "at_terminal", lambda: True)
    answer = desk("connect", "lexoffice", *here(lexoffice), stdin=f"{KEY}\n")
    assert "API-Schlüssel aus https://app.lexware.de" in answer.err
    assert KEY not in answer.out + answer.err
    assert stored_key() == KEY
    desk("connect", "lexoffice", "--set", "write_back=yes")  # not asked for again


def test_without_a_terminal_a_missing_key_says_how_to_enter_it(desk, lexoffice):
    answer = desk("connect", "lexoffice", *here(lexoffice), code=77)
    assert "mahnwerk connect lexoffice --set api_key=-" in answer.err
    assert "https://app.lexware.de/addons/public-api" in answer.err
    assert lexoffice.requests == []
    assert desk.json("connect") == []


def test_a_refused_key_exits_77_and_stores_nothing(desk, lexoffice):
    wrong = "falscher-Schluessel-12"
    answer = desk(
        "connect", "lexoffice", *here(lexoffice), "--set", f"api_key={wrong}", "--json", code=77
    )
    assert answer.json["error"]["code"] == "auth_failed"
    assert "https://app.lexware.de/addons/public-api" in answer.json["error"]["message"]
    assert wrong not in answer.out + answer.err
    assert desk.json("connect") == []


def test_without_the_network_it_exits_69_and_stores_nothing(desk, monkeypatch):
    class Gone:
        def check(self):
            raise Unreachable("lexoffice ist nicht erreichbar.", en="lexoffice is unreachable.")

        def close(self):
            pass

    monkeypatch.setattr(config.platforms, "open_platform", lambda *_, **__: Gone())
    desk("connect", "lexoffice", "--set", f"api_key={KEY}", code=69)
    assert desk.json("connect") == []


def test_settings_change_without_the_platform(connected, lexoffice):
    base = lexoffice.base_url
    lexoffice.stop()
    document = connected.json(
        "connect", "lexoffice", "--set", "write_back=yes", "--set", "rate=0.5"
    )
    assert document["settings"] == {
        "api_base": base,
        "rate": "0.5",
        "write_back": "yes",
    }
    assert document["organisation"]
    assert document["warnings"] == []
    for wrong in ("rate=0", "rate=schnell", "write_back=vielleicht", "chart=SKR03", "api_key=kurz"):
        connected("connect", "lexoffice", "--set", wrong, code=64)


def test_the_stored_key_does_not_travel_to_another_server(connected, lexoffice):
    with LexofficeSandbox(api_key=KEY, limiter=False, seed=2) as other:
        answer = connected("connect", "lexoffice", *here(other), code=77)
        assert "anderen Adresse" in answer.err
        assert other.requests == []
        # With the key entered for it, it is another organisation: for a connection of its own.
        moved = ("connect", "lexoffice", *here(other), "--set", f"api_key={KEY}")
        assert "--name" in connected(*moved, code=64).err
        connected(*moved, "--name", "zweite")
    assert [row["connection"] for row in connected.json("connect")] == ["lexoffice", "zweite"]


def test_connect_alone_lists_the_connections(connected):
    connected("connect", "datev")
    composed = config.bootstrap.compose()
    with composed.app.store.write() as tx:
        live = tx.connections.by_name("muster-handels-gmbh", "lexoffice")
        at = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
        record_synced(tx, "muster-handels-gmbh", live.id, at)
    composed.close()
    live, files = connected.json("connect")
    assert live["last_sync"] == "2026-11-19T23:30:00+00:00"
    assert live["records"]["invoices"] == 0
    assert (files["connection"], files["last_sync"], files["records"]) == ("datev", None, None)
    out = connected("connect").out
    assert "20.11.2026 00:30" in out  # in the creditor's zone
    assert live["organisation"] in out
    assert "mahnt" in out


def test_before_the_first_connection_the_list_says_how(desk):
    assert "mahnwerk connect lexoffice" in desk("connect").out
    desk("connect", "--set", "role=evidence", code=64)
    desk("connect", "--name", "x", code=64)


def test_a_public_key_comes_from_a_file_and_is_only_named(connected):
    pem = connected.folder / "key.pem"
    pem.write_text(
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n", encoding="utf-8"
    )
    answer = connected("connect", "lexoffice", "--set", f"webhook_key=@{pem}")
    assert "webhook_key=gesetzt" in answer.out
    assert "MIIBIjANBgkq" not in answer.out
    (row,) = connected.json("connect")
    assert "MIIBIjANBgkq" in row["settings"]["webhook_key"]
    assert "webhook_key" not in connected.json(
        "connect", "lexoffice", "--set", "webhook_key="
    )["settings"]  # fmt: skip


def test_help_lists_the_settings_of_every_platform(terminal):
    out = " ".join(terminal("connect", "--help").out.split())
    for platform in config.platforms.PLATFORMS.values():
        assert f"{platform.slug}, {platform.label}" in out
        assert all(setting.name in out for setting in platform.settings)
    assert all(name in out for name in ("role", "start_level", "default_due_days", "chart"))
    assert "verschlüsselt gespeichert" in out
    (listed,) = re.findall(r"PLATT?FORM: ([a-z, ]+)\.", out)
    assert set(listed.split(", ")) == {"datev", *config.platforms.PLATFORMS}


def test_an_unknown_platform_lists_all(desk):
    assert "datev, lexoffice" in desk("connect", "lexware", code=64).err


def test_the_key_is_nowhere_in_the_home_folder(connected):
    connected("doctor")
    for path in (connected.folder / "home").rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_a_lost_key_file_says_how_to_enter_the_api_key_again(connected, lexoffice):
    (connected.folder / "conf" / "key").unlink()
    connected("init", "--set", "smtp_password=-", stdin="neu\n")  # makes a new key file
    checks = {c["check"]: c for c in connected.json("doctor", code=78)["checks"]}
    assert checks["platform"]["status"] == "fail"
    command = "mahnwerk connect lexoffice --name lexoffice --set api_key=-"
    assert command in checks["platform"]["message"]
    connected("connect", "lexoffice", "--set", "api_key=-", stdin=f"{KEY}\n")
    checks = {c["check"]: c for c in connected.json("doctor")["checks"]}
    assert checks["platform"]["status"] == "ok"


def test_english_is_spoken_to_who_wants_it(desk, lexoffice, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    answer = desk("connect", "lexoffice", *here(lexoffice), "--set", f"api_key={KEY}")
    assert "Next: mahnwerk onboard lexoffice" in answer.out
    assert "Note: lexoffice duns by hand only" in answer.err
