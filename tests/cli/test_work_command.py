"""`mahnwerk work --once` and `mahnwerk events` at the terminal."""

from __future__ import annotations

import pytest


def test_before_anything_is_set_up_it_ends_with_78(terminal):
    assert "mahnwerk init" in terminal("work", "--once", code=78).err


def test_once_says_what_was_done_and_ends(terminal):
    terminal.init("--set", "run_at=00:00", "--set", "run_days=mon-sun")
    terminal.import_books()
    document = terminal.json("work", "--once")
    [creditor] = document["creditors"]
    assert creditor["on"] == "2026-11-20"
    assert len(creditor["proposals"]) == 2
    assert creditor["error"] is None
    terminal("approve", *creditor["proposals"])
    [creditor] = terminal.json("work", "--once", "--creditor", creditor["creditor"])["creditors"]
    assert creditor["run"] is None
    assert [each["outcome"] for each in creditor["deliveries"]] == ["printed", "printed"]
    said = terminal("work", "--once").out
    assert "nichts fällig." in said


def test_by_hand_nothing_is_run_and_nothing_leaves(terminal):
    given = ("run_at=00:00", "run_days=mon-sun", "run_by_itself=nein", "send_by_itself=no")
    terminal.init(*(part for each in given for part in ("--set", each)))
    terminal.import_books()
    [creditor] = terminal.json("work", "--once")["creditors"]
    assert (creditor["run"], creditor["deliveries"]) == (None, [])
    run = terminal.json("run")
    terminal("approve", *run["proposals"])
    [creditor] = terminal.json("work", "--once")["creditors"]
    assert creditor["deliveries"] == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("run_at=25:00", "run_at: „25:00“ ist keine Uhrzeit; üblich ist 07:30."),
        ("run_days=montags", "run_days: „montags“ sind keine Wochentage; möglich: mon-fri oder"),
        ("send_by_itself=vielleicht", "send_by_itself: „vielleicht“ gibt es nicht; möglich: yes"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_the_remedy(terminal, given, told):
    terminal.init()
    assert told in terminal("init", "--set", given, code=64).err


def test_an_unknown_creditor_is_named(terminal):
    terminal.init()
    assert "„wer“" in terminal("work", "--once", "--creditor", "wer", code=64).err


def test_no_event_has_failed(terminal):
    terminal.init()
    assert terminal.json("events") == []
    assert terminal("events").out == "Kein Ereignis ist gescheitert.\n"
    assert terminal.json("events", "retry") == {"retried": []}
    assert "Kein gescheitertes Ereignis: 7" in terminal("events", "retry", 7, code=64).err
