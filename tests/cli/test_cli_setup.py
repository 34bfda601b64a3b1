"""init, doctor, go-live, stop, resume as a user types them."""

import os
import stat
from pathlib import Path

import pytest
from cli_desk import IBAN

import config.bootstrap

SECRET = "geheim-Wort-77"


def stored_password(terminal):
    composed = config.bootstrap.compose()
    with composed.app.store.read() as tx:
        tokens = tx.creditors.secrets("muster-handels-gmbh")
    plain = {name: composed.vault.decrypt(token) for name, token in tokens.items()}
    composed.close()
    assert all(SECRET not in token for token in tokens.values())
    return plain.get("smtp_password")


def test_init_makes_folder_key_and_database(terminal):
    answer = terminal.init()
    home = terminal.folder / "home"
    assert (home / "mahnwerk.db").is_file()
    assert (terminal.folder / "conf" / "key").is_file()
    assert "muster-handels-gmbh" in answer.out
    assert "Testbetrieb" in answer.out


@pytest.mark.skipif(os.name == "nt", reason="cannot here: Windows has no file modes")
def test_only_the_user_may_look_into_the_home_folder(terminal):
    terminal.init()
    assert stat.S_IMODE((terminal.folder / "home").stat().st_mode) == 0o700


def test_a_repeated_init_changes_only_the_given_fields(terminal):
    terminal.init()
    document = terminal.json("init", "--set", "city=Fürth")
    assert (document["created"], document["changed"]) == (False, ["city"])
    assert document["creditor"] == "muster-handels-gmbh"
    assert terminal.json("init")["changed"] == []


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("ibam=DE02", "iban"),
        ("iban=DE02120300000000202052", "Prüfziffer"),
        ("land=XX", "BW, BY"),
        ("smtp_port=viele", "587"),
        ("email=niemand", "E-Mail"),
        ("ohne Gleichheitszeichen", "FELD=WERT"),
        ("=x", "FELD=WERT"),
    ],
)
def test_a_wrong_field_exits_64_and_names_the_remedy(terminal, field, hint):
    terminal.init()
    answer = terminal("init", "--set", field, code=64)
    assert hint in answer.err
    assert answer.out == ""


def test_a_password_is_read_from_stdin_and_kept_encrypted(terminal):
    answer = terminal.init("--set", "smtp_password=-", "--json")
    assert SECRET not in answer.out
    terminal("init", "--set", "smtp_password=-", stdin=f"{SECRET}\n")
    assert stored_password(terminal) == SECRET


def test_a_password_is_read_from_a_file_or_asked_for(terminal):
    terminal.init()
    word = terminal.folder / "wort.txt"
    word.write_text(f"{SECRET}\r\n", encoding="utf-8")
    terminal("init", "--set", f"smtp_password=@{word}")
    assert stored_password(terminal) == SECRET
    answer = terminal("init", "--set", "smtp_password", stdin=f"{SECRET}2\n")
    assert SECRET not in answer.out + answer.err
    assert stored_password(terminal) == f"{SECRET}2"
    terminal("init", "--set", "smtp_password=@/gibt/es/nicht", code=64)


def test_a_password_is_nowhere_in_the_home_folder(terminal):
    terminal.init()
    terminal("init", "--set", "smtp_password=-", stdin=f"{SECRET}\n")
    terminal("doctor")
    for path in (terminal.folder / "home").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def test_a_lost_key_says_to_enter_the_password_again(terminal):
    terminal.init(smtp_host="127.0.0.1", smtp_port="9", smtp_user="post", smtp_security="none")
    terminal("init", "--set", "smtp_password=-", stdin=f"{SECRET}\n")
    (terminal.folder / "conf" / "key").unlink()
    checks = {c["check"]: c for c in terminal.json("doctor", code=78)["checks"]}
    assert checks["key"]["status"] == "fail"
    assert "mahnwerk init" in checks["key"]["message"]
    terminal("init", "--set", "smtp_password=-", stdin=f"{SECRET}\n")
    assert stored_password(terminal) == SECRET


def test_a_key_inside_the_home_folder_is_refused(terminal, monkeypatch):
    monkeypatch.setenv("MAHNWERK_KEY_FILE", str(terminal.folder / "home" / "key"))
    answer = terminal("init", "--set", "name=Muster", "--set", f"iban={IBAN}", code=78)
    assert "MAHNWERK_KEY_FILE" in answer.err


def test_before_init_every_command_says_what_to_do_first(terminal):
    for command in ("open-items", "run", "send", "proposals", "debtors", "go-live"):
        assert "mahnwerk init" in terminal(command, code=78).err


def test_with_two_creditors_a_command_must_name_one(terminal, monkeypatch):
    terminal.init()
    terminal("init", "--creditor", "zwei", "--set", "name=Zweite Muster KG")
    answer = terminal("open-items", code=64)
    assert "muster-handels-gmbh, zwei" in answer.err
    terminal("open-items", "--creditor", "zwei")
    monkeypatch.setenv("MAHNWERK_CREDITOR", "zwei")
    assert terminal.json("stop")["creditor"] == "zwei"


def test_go_live_without_iban_is_refused(terminal):
    terminal("init", "--set", "name=Muster Handel")
    assert "iban" in terminal("go-live", code=78).err
    terminal("init", "--set", f"iban={IBAN}")
    answer = terminal("go-live", "--json")
    assert answer.json["live"] is True
    assert "street" in answer.json["missing"]
    assert "street" in answer.err


def test_an_approval_given_in_test_mode_must_be_given_again(office):
    office("run")
    office("approve", "--run", "1")
    assert "2 Vorschläge" in office("go-live").err
    assert office.json("send") == []
    office("run")
    office("approve", "--run", "2")
    assert {row["outcome"] for row in office.json("send")} == {"printed"}
    assert "Vorschläge" not in office("go-live").err


def test_stop_keeps_everything_here_until_resume(office):
    office("run")
    office("approve", "--run", "1")
    office("stop")
    assert "resume" in office("send", code=64).err
    office("resume")
    assert office.json("send")


def test_a_home_that_cannot_be_made_is_a_sentence(terminal, monkeypatch):
    blocked = terminal.folder / "datei"
    blocked.write_text("x")
    monkeypatch.setenv("MAHNWERK_HOME", str(blocked / "home"))
    assert "MAHNWERK_HOME" in terminal("open-items", code=78).err


def test_a_database_that_is_none_is_a_sentence(terminal):
    home = terminal.folder / "home"
    home.mkdir()
    (home / "mahnwerk.db").write_bytes(b"das ist keine Datenbank" * 100)
    answer = terminal("open-items", code=78)
    assert "Datenbank" in answer.err
    checks = {c["check"]: c["status"] for c in terminal.json("doctor", code=78)["checks"]}
    assert checks["database"] == "fail"


def test_a_wrong_setting_names_its_variable(terminal, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LOG_LEVEL", "laut")
    assert "MAHNWERK_LOG_LEVEL" in terminal("open-items", code=78).err


def test_an_own_procedure_is_shown_and_checked(terminal):
    terminal.init()
    folder = terminal.folder / "home" / "procedures"
    folder.mkdir()
    shipped = Path(config.bootstrap.__file__).parent / "procedures" / "standard.toml"
    text = shipped.read_text(encoding="utf-8")
    own = folder / "eigenes.toml"
    own.write_text(text.replace('name = "standard"', 'name = "eigenes"'), encoding="utf-8")
    assert terminal.json("procedures", "check", own)["name"] == "eigenes"
    names = {p["name"] for p in terminal.json("procedures", "show")}
    assert {"eigenes", "standard"} <= names
    assert terminal.json("init", "--set", "procedure=eigenes")["changed"] == ["procedure"]
    own.write_text("levels = 3", encoding="utf-8")
    assert "eigenes.toml" in terminal("procedures", "check", own, code=78).err
    terminal("procedures", "check", folder / "fehlt.toml", code=78)
    terminal("procedures", "show", "fehlt", code=78)
