"""`procedures`: show, check with hints, and diff by name, file and run."""

from __future__ import annotations

import pytest

from config.procedures import SHIPPED, procedure_names

OWN = """
name = "eigenes"
label = "Eigenes"

[[levels]]
key = "first"
text = "first"
days_after_due = 5
interval_days = 7
deadline_days = 7
channels = ["letter"]
fee = { EUR = "5.00" }
interest = "charge"
lump_sum = "show"
"""


@pytest.fixture
def own(terminal):
    """A procedure of one's own in the folder for them."""
    terminal.init()
    folder = terminal.folder / "home" / "procedures"
    folder.mkdir()
    path = folder / "eigenes.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_all_presets_are_shown_with_what_they_charge(terminal):
    terminal.init()
    assert {p["name"] for p in terminal.json("procedures", "show")} == set(procedure_names())
    shown = terminal("procedures", "show", "b2b").out
    assert "Zinsen (Hinweis), Pauschale (Hinweis)" in shown
    assert "Verfahren für Geschäftskunden" in shown


def test_charges_of_a_level_are_shown(terminal, own):
    assert "5.00 EUR, Zinsen, Pauschale (Hinweis)" in terminal("procedures", "show", "eigenes").out


def test_check_takes_a_file_or_a_name_and_warns(terminal, own):
    for what in (own, "eigenes"):
        found = terminal.json("procedures", "check", what)
        assert [w["key"] for w in found["warnings"]] == ["levels[1].fee", "levels[1].fee"]
        assert "höchstens 2,50 EUR" in found["warnings"][0]["message"]
    told = terminal("procedures", "check", own)
    assert "„eigenes“ ist in Ordnung: 1 Stufen." in told.out
    assert "Hinweis zu levels[1].fee:" in told.err
    assert terminal.json("procedures", "check", "standard")["warnings"] == []


@pytest.mark.parametrize("name", procedure_names())
def test_every_preset_has_its_texts(terminal, name):
    assert terminal.json("procedures", "check", SHIPPED / f"{name}.toml")["name"] == name


def test_check_names_a_text_that_is_not_there(terminal, own):
    own.write_text(OWN.replace('text = "first"', 'text = "furst"'), encoding="utf-8")
    told = terminal("procedures", "check", own, code=78).err
    assert "eigenes: levels[1].text: " in told


def test_check_refuses_in_german(terminal, own):
    own.write_text(OWN.replace('"charge"', '"on"'), encoding="utf-8")
    told = terminal("procedures", "check", own, code=78).err
    assert "eigenes.toml: levels[1].interest: 'on' gibt es nicht. Möglich: off, show" in told


def test_diff_names_each_key(terminal, own):
    found = terminal.json("procedures", "diff", "standard", "eigenes")
    assert found["first"]["name"] == "standard"
    keys = {d["key"]: (d["first"], d["second"]) for d in found["differences"]}
    assert keys["label"] == ("Standardverfahren", "Eigenes")
    assert keys["levels[first].days_after_due"] == (24, 5)
    assert keys["levels[first].fee"] == ({}, {"EUR": "5.00"})
    assert keys["levels[first].number"] == (2, 1)
    assert keys["levels[reminder]"][1] is None
    assert "name" not in keys
    told = terminal("procedures", "diff", "standard", own).out
    assert "Stufe first: Tage nach Fälligkeit" in told
    assert "10 Tage nach Fälligkeit: reminder" in told


def test_no_difference(terminal):
    terminal.init()
    path = SHIPPED / "standard.toml"
    assert terminal.json("procedures", "diff", "standard", path)["differences"] == []
    assert "Beide sind gleich." in terminal("procedures", "diff", "b2b", "b2b").out


def test_diff_with_what_a_run_used(terminal, own):
    terminal("init", "--set", "procedure=eigenes")
    terminal.import_books()
    run = terminal.json("run")["run"]
    own.write_text(OWN.replace("days_after_due = 5", "days_after_due = 9"), encoding="utf-8")
    found = terminal.json("procedures", "diff", f"eigenes@{run}", "eigenes")
    assert found["differences"] == [
        {"key": "levels[first].days_after_due", "first": 5, "second": 9}
    ]
    told = terminal("procedures", "diff", f"sanft@{run}", "sanft", code=64).err
    assert "hat das Mahnverfahren „sanft“ nicht benutzt" in told
    terminal("procedures", "diff", "eigenes@99", "eigenes", code=64)
    terminal("procedures", "diff", "weich", "standard", code=78)


def test_rules_are_set_and_refused_at_the_command_line(terminal):
    terminal.init()
    changed = terminal.json("init", "--set", "procedure_segments=business=b2b")["changed"]
    assert changed == ["procedure_segments"]
    told = terminal("init", "--set", "procedure_tiers=5000", code=64).err
    assert "Schreibweise: 5000=sanft" in told
