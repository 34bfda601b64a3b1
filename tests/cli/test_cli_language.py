"""German with a German locale, English otherwise; the same codes and documents in both."""

import os
import subprocess
import sys

import pytest

from cli.i18n import language
from cli.reasons import LABELS
from core.domain.reasons import Reason

VARIABLES = ("MAHNWERK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "den_CA"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "MAHNWERK_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "MAHNWERK_LANGUAGE": "de"}, "de"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="cannot here: Windows has its own locale")
def test_the_locale_decides_and_a_setting_overrides_it(monkeypatch, given, expected):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def call(folder, *args, **environment):
    """The command as a process of its own, with no settings but these."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MAHNWERK_", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *args],
        env=kept
        | {"MAHNWERK_HOME": str(folder / "home"), "MAHNWERK_KEY_FILE": str(folder / "key")}
        | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_help_speaks_both_languages(tmp_path):
    german = call(tmp_path, "run", "--help", LC_ALL="de_DE.UTF-8")
    english = call(tmp_path, "run", "--help", LC_ALL="en_US.UTF-8")
    assert (german.returncode, english.returncode) == (0, 0)
    assert "Mahnlauf" in german.stdout
    assert "Dunning run" in english.stdout
    assert "Mahnlauf" not in english.stdout


def test_a_process_ends_with_the_codes_of_the_contract(tmp_path):
    assert call(tmp_path, "open-items").returncode == 78
    assert call(tmp_path, "open-items", "--bogus").returncode == 64
    assert call(tmp_path).returncode == 64
    done = call(tmp_path, "init", "--set", "name=Müller & Söhne", "--json", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"creditor": "mueller-soehne"' in done.stdout


def test_a_reader_that_has_gone_is_no_error(tmp_path):
    call(tmp_path, "init", "--set", "name=Muster")
    reader, writer = os.pipe()
    os.close(reader)
    gone = subprocess.run(
        [sys.executable, "-m", "cli.main", "procedures", "show"],
        env=os.environ | {"MAHNWERK_HOME": str(tmp_path / "home")},
        stdout=writer,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(writer)
    assert (gone.returncode, gone.stderr) == (0, "")


def test_messages_and_errors_speak_both_languages(terminal, monkeypatch):
    assert "Zuerst: mahnwerk init" in terminal("run", code=78).err
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "First: mahnwerk init" in terminal("run", code=78).err
    assert "test mode" in terminal.init().out.casefold()
    assert "No open items." in terminal("open-items").out


def test_amounts_and_days_are_written_as_the_reader_writes_them(office, monkeypatch):
    german = office("open-items").out
    assert "1.190,00 EUR" in german
    assert "15.10.2026" in german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = office("open-items").out
    assert "1,190.00 EUR" in english
    assert "2026-10-15" in english


def test_explain_answers_in_the_users_language(office, monkeypatch):
    german = office.json("explain", "RE-3")
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = office.json("explain", "RE-3")
    assert german["text"] != english["text"]
    assert german["reason"] == english["reason"]


def test_every_reason_has_a_heading_in_both_languages():
    assert set(LABELS) == set(Reason)
    assert all(de and en and de != en for de, en in LABELS.values())


def test_doctor_names_its_checks_in_both_languages(terminal, monkeypatch):
    terminal.init()
    german = terminal("doctor").out
    assert "Briefkopf ist vollständig." in german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = terminal("doctor").out
    assert "Letterhead is complete." in english
    for german_name, english_name in (("Betriebsart", "mode"), ("Briefkopf", "letterhead")):
        assert f" {german_name}  " in german
        assert f" {english_name}  " in english


def test_what_init_leaves_to_do_is_said_in_both_languages(terminal, monkeypatch):
    german = terminal("init", "--set", "name=Muster GmbH").out
    assert "Für Briefe fehlt noch: street, postcode, city, iban" in german
    assert "Testbetrieb" in german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    english = terminal("init", "--set", "city=Musterstadt").out
    assert "Still missing for letters: street, postcode, iban" in english
    assert "Test mode" in english


def test_the_language_of_the_command_reaches_the_use_cases(office, monkeypatch):
    office("run")
    office("approve", "--run", "1")
    office("send")
    (first, *_) = office.json("approve", "1", code=65)
    assert first["reason"].startswith("ist kein Vorschlag mehr (gedruckt)")
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    (first, *_) = office.json("approve", "1", code=65)
    assert first["reason"].startswith("is no proposal any more (printed)")
