"""`mahnwerk claims` as a user types it: a DATEV export beside a platform with the same invoices.

RE-1 over 1,190 EUR stands in both; RE-2 over 238 EUR too, and nobody knows whether it is one.
"""

from __future__ import annotations

from datetime import date

import pytest
from cli_desk import FRIDAY, books
from platform_terminal import connected

BAU, LADEN = "Beispiel Bau GmbH", "Muster Laden OHG"


@pytest.fixture
def desk(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    platform.contact("a", BAU)
    platform.contact("b", LADEN, email="")
    platform.invoice("1", "a", "1190.00", date(2026, 10, 1))
    platform.invoice("2", "b", "238.00", date(2026, 10, 5), days=15)
    terminal("import", "datev", *terminal.write(books()))
    terminal.platform = platform
    terminal.first = terminal.json("onboard", "laden")
    terminal("booked-until", FRIDAY)
    return terminal


def reasons(desk, number):
    verdicts = desk.json("run")["verdicts"]
    return {v["connection"]: v["reason"] for v in verdicts if v["number"] == number}


def test_the_first_reading_says_what_stands_elsewhere_and_what_is_in_doubt(desk):
    assert desk.first["report"]["also_elsewhere"] == {"items": 1, "in_doubt": 1}
    told = desk("onboard", "laden").out
    assert "Auch in einer anderen Anbindung: 1 Posten" in told
    assert "Vielleicht dieselbe Forderung wie in einer anderen Anbindung: 1 Posten" in told
    (check,) = [c for c in desk.json("doctor")["checks"] if c["check"] == "same_claims"]
    assert check["status"] == "warn"


def test_a_claim_is_listed_once_and_explained_by_its_number(desk):
    rows = [row for row in desk.json("open-items") if row["number"] == "RE-1"]
    assert [(row["connection"], row["outstanding"]) for row in rows] == [("laden", "1190.00")]
    (other,) = rows[0]["also_on"]
    assert (other["connection"], other["match"], other["leads"]) == ("datev", "same", False)
    assert len([r for r in desk.json("open-items", "--all") if r["number"] == "RE-1"]) == 2
    shown = desk("open-items").out
    assert "auch in" in shown
    assert "datev: 1.190,00" in shown
    assert "datev?: 238,00" in shown
    assert reasons(desk, "RE-1") == {"laden": "level_reached", "datev": "same_claim"}
    assert "auch in der führenden Anbindung" in desk("run").out
    found = desk.json("explain", "RE-1")
    assert (found["verdict"], found["also_on"][0]["connection"]) == ("dun", "datev")
    assert "führt nicht" in desk("explain", "RE-1").out


def test_what_is_paid_on_the_platform_alone_is_not_dunned_from_the_export(desk):
    desk.platform.pay("1", "1190.00", FRIDAY)
    desk("sync", "laden")
    assert reasons(desk, "RE-1") == {"datev": "same_claim"}
    (row,) = [row for row in desk.json("open-items") if row["number"] == "RE-1"]
    assert (row["connection"], row["also_on"][0]["state"]) == ("datev", "settled")


def test_the_one_in_doubt_is_held_until_it_is_decided(desk):
    assert set(reasons(desk, "RE-2").values()) == {"held"}
    (pair,) = desk.json("claims")
    assert (pair["match"], pair["leading"]["debtor"], pair["other"]["debtor"]) == (
        "suspect", LADEN, BAU,
    )  # fmt: skip
    assert {p["match"] for p in desk.json("claims", "--all")} == {"suspect", "same"}
    shown = desk("claims").out
    assert "mahnwerk claims same laden:2 datev:" in shown
    assert "Vielleicht derselbe Beleg" in desk("explain", "laden:2").out

    done = desk.json("claims", "different", "RE-2")
    assert (done["match"], done["decided"]) == ("different", True)
    assert set(reasons(desk, "RE-2").values()) == {"level_reached"}
    assert desk("claims").out.strip() == "Kein Beleg ist in Zweifel."
    said = desk("claims", "same", "laden:2", f"datev:{done['other']['external_id']}").out
    assert "gemahnt wird aus laden" in said
    assert reasons(desk, "RE-2") == {"laden": "level_reached", "datev": "same_claim"}


def test_a_pair_that_cannot_be_is_refused_with_the_remedy(desk):
    refused = desk("claims", "same", "RE-1", "RE-1", code=64).err
    assert "ANBINDUNG:BELEG" in refused
    assert "Keine Rechnung" in desk("claims", "same", "RE-77", code=64).err
    assert "keinen Verdacht" in desk("claims", "different", "RE-1", code=64).err


def test_release_says_where_the_hold_of_the_other_connection_is_ended(desk):
    assert "mahnwerk claims" in desk("release", "laden:2", code=64).err
    there = desk.json("claims")[0]["other"]
    desk("claims", "same", "RE-2")
    desk("hold", f"datev:{there['external_id']}", "--reason", "Reklamation")
    assert reasons(desk, "RE-2")["laden"] == "held"
    said = desk("release", "laden:2", code=64).err
    assert f"mahnwerk release datev:{there['external_id']} --kind manual" in said
    desk("release", f"datev:{there['external_id']}")
    assert reasons(desk, "RE-2")["laden"] == "level_reached"


def test_putting_two_amounts_together_says_so_and_how_to_part_them(desk):
    other = desk.json("claims")[0]["other"]
    said = desk("claims", "same", "laden:1", f"datev:{other['external_id']}")
    assert "Die Beträge sind verschieden" in said.out + said.err
    assert f"mahnwerk claims different laden:1 datev:{other['external_id']}" in said.out + said.err


def test_it_speaks_english_too(desk, monkeypatch):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "One claim: mahnwerk claims same" in desk("claims").out


def test_connecting_a_second_one_says_what_its_role_means(desk):
    told = desk("connect", "datev", "--name", "kanzlei", "--set", "role=evidence").out
    assert "kanzlei ist nur Nachweis" in told
    told = desk("connect", "datev", "--name", "zweite").out
    assert "zählt sie einmal" in told
