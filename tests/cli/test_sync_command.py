"""`mahnwerk sync`: one document, one sentence per connection, and the right exit code."""

from datetime import date

from platform_terminal import connected, fill

from core.errors import AuthFailed, Unreachable


def test_it_prints_the_document_of_the_connection(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    found = terminal.json("sync")
    assert found["connection"] == "laden"
    assert found["records"] == {"invoices": 3, "payments": 0, "debtors": 2}
    assert found["problems"] == []
    assert found["requests"] == 5
    assert found["booked_until"] is None
    assert found["error"] is None
    assert found["first"] is True
    assert found["seconds"] >= 0
    assert terminal.json("sync", "laden")["records"]["invoices"] == 0
    listed = {row["external_id"]: row["outstanding"] for row in terminal.json("open-items")}
    assert listed == {"1": "1190.00", "2": "238.00"}


def test_it_tells_people_what_it_read_and_what_to_do_next(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    fill(platform)
    platform.dun("1", "1. Mahnung", date(2026, 11, 3))
    answer = terminal("sync")
    assert "laden: 3 Rechnungen, 0 Zahlungen, 2 Kunden gelesen; 5 Anfragen in " in answer.out
    assert "mahnwerk booked-until TAG laden" in answer.err
    assert "1 neue Mahnung der Plattform" in answer.err
    terminal("booked-until", "2026-11-19")
    assert "booked-until" not in terminal("sync").err


def test_several_connections_are_one_document(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden", "filiale"))
    terminal("booked-until", "2026-11-19", "laden")
    found = terminal.json("sync")
    assert found["connection"] == "laden, filiale"
    assert found["records"] == {"invoices": 6, "payments": 0, "debtors": 4}
    assert found["booked_until"] is None, "nobody confirmed it for both"
    assert [part["connection"] for part in found["connections"]] == ["laden", "filiale"]
    assert found["requests"] == sum(part["requests"] for part in found["connections"])


def test_a_failure_stands_in_the_document_beside_what_was_read(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden", "filiale")
    fill(platform)
    platform.fault(None, AuthFailed("Der Schlüssel gilt nicht mehr.", en="The key is void."))
    found = terminal.json("sync", code=77)
    first, second = found["connections"]
    assert first["error"] == {"code": "auth_failed", "message": "Der Schlüssel gilt nicht mehr."}
    assert first["records"]["debtors"] == 2
    assert second["error"] is None
    assert second["records"]["invoices"] == 3
    platform.fault(Unreachable())
    answer = terminal("sync", "laden", code=69)
    assert "laden: " in answer.err


def test_an_unreadable_record_is_reported_and_worth_an_exit_code_once(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    fill(platform)
    platform.broken["1"] = "a"
    found = terminal.json("sync", code=65)
    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"]) == ("bad_amount", "error")
    assert "bitte in der Plattform prüfen" in terminal("sync").out


def test_without_any_connection_it_says_how_to_get_one(terminal, monkeypatch):
    connected(terminal, monkeypatch)
    answer = terminal("sync", code=64)
    assert "mahnwerk connect" in answer.err
    assert terminal.json("onboard", code=64)["error"]["code"] == "usage_error"


def test_files_are_imported_and_not_fetched(terminal, monkeypatch):
    connected(terminal, monkeypatch)
    terminal.import_books()
    answer = terminal("sync")
    assert "mahnwerk import datev" in answer.err
    found = terminal.json("sync")
    assert (found["connection"], found["files"], found["requests"]) == ("", ["datev"], 0)
    assert found["records"] == {"invoices": 0, "payments": 0, "debtors": 0}


def test_it_answers_in_english(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    answer = terminal("sync")
    assert "laden: read 3 invoices, 0 payments, 2 debtors" in answer.out
    assert "mahnwerk booked-until DATE laden" in answer.err


def test_one_invoice_is_read_again_at_once(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    fill(platform)
    terminal("sync")
    platform.pay("1", "190.00", date(2026, 11, 19))
    found = terminal.json("sync", "--invoice", "RE-1")
    assert found["records"] == {"invoices": 1, "payments": 1, "debtors": 0}
    assert found["requests"] == 1
    assert found["invoices"] == [
        {
            "external_id": "1",
            "number": "RE-1",
            "currency": "EUR",
            "total": "1190.00",
            "outstanding": "1000.00",
            "before": "1190.00",
            "state": "partly_paid",
            "gone": False,
        }
    ]
    assert "invoices" not in terminal.json("sync")


def test_people_are_told_what_is_open_now_and_why(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    fill(platform)
    terminal("sync")
    assert "RE-1: unverändert, offen 1.190,00 EUR." in terminal("sync", "--invoice", "RE-1").out
    platform.pay("1", "190.00", date(2026, 11, 19))
    assert (
        "RE-1: offen 1.000,00 EUR, vorher 1.190,00 EUR." in terminal("sync", "--invoice", "1").out
    )
    platform.pay("1", "1000.00", date(2026, 11, 19))
    platform.delete("2")
    said = terminal("sync", "laden", "--invoice", "RE-1", "--invoice", "RE-2").out
    assert "RE-1: offen 0,00 EUR, vorher 1.000,00 EUR; beglichen." in said
    assert "RE-2: offen 0,00 EUR, vorher 238,00 EUR; auf der Plattform gelöscht." in said
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    assert "RE-1: unchanged, open 0.00 EUR." in terminal("sync", "--invoice", "RE-1").out


def test_one_that_could_never_be_read_has_no_state_before(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    fill(platform)
    platform.broken["1"] = "a"
    terminal("sync", code=65)
    assert "bitte in der Plattform prüfen" in terminal("sync", "--invoice", "laden:1").out
    platform.broken.clear()
    assert "RE-1: offen 1.190,00 EUR." in terminal("sync", "--invoice", "laden:1").out


def test_an_invoice_nobody_knows_is_a_wrong_call(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    terminal("sync")
    assert "mahnwerk sync" in terminal("sync", "--invoice", "RE-77", code=64).err
    assert terminal.json("sync", "--invoice", "RE-77", code=64)["error"]["code"] == "usage_error"
