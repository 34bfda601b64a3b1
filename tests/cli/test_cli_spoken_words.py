"""Tables for people hold no names of the program and no days of the machine."""

import re
from pathlib import Path

from cli import words
from core.services import doctor


def test_the_doctor_has_a_word_for_each_of_its_checks(monkeypatch):
    """Each is the first of a tuple that says next how it went, or a constant of its file."""
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")
    found = set()
    for file in Path(doctor.__file__).parent.glob("doctor*.py"):
        code = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'"([a-z_]+)",\s*(?:"(?:ok|warn|fail)"|_OK|_WARN|_FAIL)', code))
        found |= set(re.findall(r'(?:return|yield) \(?"([a-z_]+)", ', code))
        found |= set(re.findall(r'^_CHECK(?::.*)? = "([a-z_]+)"', code, re.MULTILINE))
    assert {"iban", "mode", "returned_mail", "webhook_key", "worker"} <= found
    unnamed = {each for each in found - {"ok", "warn", "fail"} if words.check(each) == each}
    assert unnamed == set()


def test_the_table_of_a_procedure_names_ways_and_approval_in_words(office, monkeypatch):
    german = office("procedures", "show", "standard").out
    assert "Mail, Brief" in german
    assert "auch gesammelt" in german
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "also in bulk" in office("procedures", "show", "standard").out


def test_doctor_writes_the_day_up_to_which_money_is_booked_as_the_reader_does(office, monkeypatch):
    assert "datev: 19.11.2026" in office("doctor").out
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "datev: 2026-11-19" in office("doctor").out
