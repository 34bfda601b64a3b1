"""`mahnwerk sync --due`: what a timer calls every minute."""

from platform_terminal import connected, fill

from core.errors import AuthFailed


def test_it_reads_once_and_then_says_when_the_next_one_is(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    found = terminal.json("sync", "--due")
    assert found["records"] == {"invoices": 3, "payments": 0, "debtors": 2}
    (following,) = found["next"]
    assert (following["connection"], following["pace"]) == ("laden", "interval")
    found = terminal.json("sync", "--due")
    assert (found["connection"], found["connections"], found["requests"]) == ("", [], 0)
    assert found["next"] == [following]


def test_it_tells_people_the_next_time_and_nothing_on_stderr(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    terminal("booked-until", "2026-11-19")
    answer = terminal("sync", "--due")
    assert "laden: nächster Abruf 20.11.2026" in answer.out
    assert answer.err == ""
    answer = terminal("sync", "--due")
    assert answer.err == ""
    assert "gelesen" not in answer.out


def test_a_refused_key_says_how_to_enter_another(terminal, monkeypatch):
    platform = connected(terminal, monkeypatch, "laden")
    platform.fault(AuthFailed())
    answer = terminal("sync", "--due", code=77)
    assert "nach einem Fehler. Neuer Schlüssel: mahnwerk connect muster --name laden" in answer.out
    terminal("sync", "--due")  # not due, so nothing went wrong
    terminal("sync")


def test_the_interval_is_a_setting_of_every_live_connection(terminal, monkeypatch):
    connected(terminal, monkeypatch, "laden")
    muster = ("connect", "muster", "--name", "laden", "--set")
    terminal(*muster, "poll_minutes=1")
    assert terminal.json("connect")[0]["settings"] == {"poll_minutes": "1"}
    for wrong in ("0", "1441", "oft"):
        assert "1 bis 1440" in terminal(*muster, f"poll_minutes={wrong}", code=64).err
    terminal(*muster, "poll_minutes=")
    terminal("connect", "datev", "--set", "poll_minutes=5", code=64)


def test_one_invoice_is_read_at_once_or_not_at_all(terminal, monkeypatch):
    fill(connected(terminal, monkeypatch, "laden"))
    assert "--invoice" in terminal("sync", "--due", "--invoice", "RE-1", code=64).err
