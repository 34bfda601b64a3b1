"""`mahnwerk onboard`: the closing report, for people and for scripts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from platform_terminal import connected, fill
from rich.console import Console

import cli.reading_progress
from cli.reading_progress import line, span
from core.errors import RateLimited
from core.services.reading import Meter


@pytest.fixture
def platform(terminal, monkeypatch):
    found = connected(terminal, monkeypatch, "laden")
    fill(found)
    return found


def test_the_document_has_the_report(terminal, platform):
    platform.dun("1", "1. Mahnung", date(2026, 11, 3))
    found = terminal.json("onboard", "--months", 12)
    assert (found["connection"], found["error"], found["first"]) == ("laden", None, True)
    assert found["records"] == {"invoices": 3, "payments": 0, "debtors": 2}
    report = found["report"]
    assert report["ages"] == {
        "EUR": {
            "not_due": "0.00",
            "1-30": "238.00",
            "31-60": "1190.00",
            "61-90": "0.00",
            "> 90": "0.00",
        }
    }
    assert report["counts"]["31-60"] == 1
    assert [(d["name"], d["outstanding"], d["currency"]) for d in report["biggest"]] == [
        ("Beispiel a GmbH", "1190.00", "EUR"),
        ("Beispiel Laden e.K.", "238.00", "EUR"),
    ]
    assert [d["name"] for d in report["without_email"]] == ["Beispiel Laden e.K."]
    assert [(n["invoice"], n["on"], n["title"]) for n in report["platform_notices"]] == [
        ("RE-1", "2026-11-03", "1. Mahnung")
    ]
    assert report["floor"]["requests"] == 1 + 1 + 2
    assert report["floor"]["made"] == found["requests"]
    assert (report["months"], report["again"], report["unread"]) == (12, False, [])
    assert report["history"]["left"] == 1, "a script is not kept waiting for old payments"


def test_people_read_a_report_that_ends_with_what_they_must_do(terminal, platform):
    platform.dun("1", "1. Mahnung", date(2026, 11, 3))
    platform.invoice("3", "a", "400.00", date(2025, 11, 3))
    platform.invoice("4", "a", "-50.00", date(2026, 11, 3))
    platform.broken["2"] = "b"
    out = terminal("onboard", code=65).out
    assert "Offene Posten nach Alter" in out
    assert "Guthaben: -50,00 EUR" in out
    assert "Größte Schuldner" in out
    assert "1.540,00 EUR" in out
    assert "Auf der Plattform schon gemahnt" in out
    assert "mahnwerk platform-notices confirm" in out
    assert "Nicht lesbar" in out
    assert out.count("bitte in der Plattform prüfen") == 1
    assert "Mehr als 180 Tage überfällig: 1 Posten" in out
    assert "mahnwerk onboard laden --history" in out
    assert out.rstrip().endswith("Vorher wird nichts verschickt.")
    assert "mahnwerk booked-until TAG laden" in out


def test_a_customer_without_a_number_shows_none(terminal, platform):
    platform.contact("one-time:1a2b", "Laufkundschaft Nord")
    nobody = replace(platform.contacts["one-time:1a2b"], account_label="")
    platform.contacts["one-time:1a2b"] = nobody
    platform.invoice("9", "one-time:1a2b", "49.00", date(2026, 10, 1))
    out = terminal("onboard").out
    assert "Laufkundschaft Nord" in out
    assert "one-time" not in out


def test_a_confirmed_day_is_not_asked_for_again(terminal, platform):
    terminal("booked-until", "2026-11-19")
    out = terminal("onboard").out
    assert "booked-until" not in out
    assert "Ohne E-Mail-Adresse, also nur per Brief: 1 Kunde (Beispiel Laden e.K.)." in out
    again = terminal("onboard").out
    assert "laden war schon eingelesen" in again


def test_an_empty_platform_is_told_so(terminal, monkeypatch):
    connected(terminal, monkeypatch, "laden")
    assert "Nichts ist offen" in terminal("onboard").out


def test_history_is_read_on_demand(terminal, platform):
    answer = terminal("onboard", "--history")
    assert "Zahlungen von 1 beglichenen Rechnung gelesen, 0 fehlen noch" in answer.out
    assert "Strg-C" in answer.err
    found = terminal.json("onboard", "--history")
    assert found["report"]["history"] == {"read": 0, "left": 0, "requests": 0, "seconds": 0}


def test_history_in_the_document(terminal, platform):
    found = terminal.json("onboard", "--history")
    past = found["report"]["history"]
    assert (past["read"], past["left"], past["requests"]) == (1, 0, 1)
    assert found["report"]["floor"]["made"] == found["requests"], "history is counted apart"


def test_ctrl_c_in_the_history_ends_well(terminal, platform):
    platform.fault(*[None] * 5, KeyboardInterrupt())
    answer = terminal("onboard", "--history")
    assert answer.code == 0
    assert "Beendet; 1 Rechnung fehlt noch" in answer.err
    assert "mahnwerk onboard laden" in answer.err


def test_a_failure_in_the_history_keeps_its_exit_code(terminal, platform):
    platform.fault(*[None] * 5, RateLimited("Zu viele Anfragen.", en="Too many requests."))
    answer = terminal("onboard", "--history", code=75)
    assert "laden: Zu viele Anfragen." in answer.err


def test_ctrl_c_before_that_goes_on_with_the_next_call(terminal, platform):
    platform.fault(None, KeyboardInterrupt())
    said = terminal("onboard", code=130).err
    assert "Gelesenes ist gespeichert; derselbe Befehl macht dort weiter." in said
    assert terminal.json("onboard")["records"]["invoices"] == 3


def test_a_failure_says_how_to_go_on(terminal, platform):
    platform.fault(None, RateLimited("Zu viele Anfragen.", en="Too many requests."))
    answer = terminal("onboard", code=75)
    assert "weiter geht es mit: mahnwerk onboard laden" in answer.err
    assert "Größte Schuldner" not in answer.out


def test_a_level_that_there_is_not_is_refused(terminal, platform):
    assert "Stufen 1 bis" in terminal("onboard", "--start-level", "99", code=64).err


def test_several_connections_have_a_report_each(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden", "filiale"))
    found = terminal.json("onboard")
    assert "report" not in found
    assert [part["report"]["open_items"] for part in found["connections"]] == [2, 2]


def test_the_progress_tells_records_requests_and_time(terminal, platform, monkeypatch):
    class Connector:
        requests = 42

    meter = Meter("laden", "invoices", 120, 600, 130, Decimal("1.3"), Connector())
    console = Console(file=StringIO(), width=100)
    console.print(line(meter))
    text = console.file.getvalue()
    for part in ("laden", "Rechnungen", "120/600", "42 Anfragen", "noch etwa 2 min"):
        assert part in text
    console.print(line(Meter("laden", "", 7)))
    assert " 7 " in console.file.getvalue()


def test_on_a_narrow_terminal_it_stays_one_line(terminal):
    class Connector:
        requests = 1234

    meter = Meter("lexoffice", "invoices", 250, 3000, 575, Decimal("1.3"), Connector())
    console = Console(file=StringIO(), width=60)
    console.print(line(meter, 4))
    assert console.file.getvalue().count("\n") == 1


def test_nothing_is_drawn_for_a_pipe_and_something_on_a_terminal(terminal, platform, monkeypatch):
    drawn = []

    class Drawn:
        def __init__(self, get_renderable, **_):
            drawn.append(get_renderable)

        def __enter__(self):
            drawn[-1]()

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(cli.reading_progress, "Live", Drawn)
    terminal("onboard")
    assert drawn == []
    monkeypatch.setattr(cli.reading_progress, "_terminal", lambda: True)
    terminal.json("onboard")
    assert drawn == []
    answer = terminal("onboard")
    assert len(drawn) == 2, "the reading, and the history that a person waits for"
    assert "1 beglichenen Rechnung gelesen" in answer.out
    assert "--history" not in answer.out


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59, "59 s"), (60, "1 min"), (7500, "2 h 5 min")]
)
def test_spans_are_short(seconds, text):
    assert span(seconds) == text
