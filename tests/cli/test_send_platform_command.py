"""`mahnwerk send` with a live platform: what a script and a person see of the last look."""

from dataclasses import replace
from datetime import date

import pytest
from cli_desk import FRIDAY
from fake_platform import FakeConnector
from platform_terminal import connected

from config.bootstrap import compose
from core.errors import AuthFailed, Rejected, Unreachable
from sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def books(terminal, monkeypatch, mailbox):
    """Live, one approved reminder over RE-1; nothing is attached."""
    platform = connected(terminal, monkeypatch, "laden")
    terminal.init(
        smtp_host="127.0.0.1",
        smtp_port=str(mailbox.port),
        smtp_security="none",
        mail_from="buchhaltung@muster.example",
    )
    platform.invoice("1", "a", "1190.00", date(2026, 10, 1))
    terminal.json("sync")
    terminal("booked-until", FRIDAY.isoformat())
    terminal("go-live")
    terminal("approve", "--run", terminal.json("run")["run"])
    platform.asked.clear()
    return platform


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unreachable("Keine Antwort.", en="No answer."), 69),
        (AuthFailed("Der Schlüssel gilt nicht mehr.", en="The key is void."), 77),
    ],
)
def test_a_platform_that_cannot_be_asked_gives_its_exit_code(terminal, mailbox, books, error, code):
    books.fault(error)
    answer = terminal("send", "--json", code=code)
    [held] = answer.json
    assert held["outcome"] == "held"
    assert "laden: vor dem Versand nicht noch einmal lesbar" in held["reason"]
    assert f"laden: {error}" in answer.err
    assert mailbox.count() == 0
    [sent] = terminal.json("send")
    assert sent["outcome"] == "sent"
    assert "warnings" not in sent


def test_paid_meanwhile_is_withdrawn(terminal, mailbox, books):
    books.pay("1", "1190.00", FRIDAY)
    [outcome] = terminal.json("send")
    assert outcome["outcome"] == "withdrawn"
    assert "RE-1 ist bezahlt" in outcome["reason"]
    assert mailbox.count() == 0


def test_an_entry_that_failed_stands_beside_its_notice(terminal, monkeypatch, mailbox, books):
    def refuse(_connector, _notice):
        raise Rejected("Nicht angenommen.", en="Not taken.")

    monkeypatch.setattr(FakeConnector, "write_notice", refuse, raising=False)
    switch_on("write_back")
    [outcome] = terminal.json("send")
    assert outcome["outcome"] == "sent"
    [told] = outcome["warnings"]
    assert "laden: Mahnung 1 ist dort nicht eingetragen: Nicht angenommen" in told
    assert mailbox.count() == 1


def test_people_read_how_many_were_entered(terminal, monkeypatch, mailbox, books):
    def write(connector, notice):
        connector.platform.dun(notice.invoice, notice.title, notice.on, notice.marker)
        return connector.platform.dunnings[notice.invoice][-1]

    monkeypatch.setattr(FakeConnector, "write_notice", write, raising=False)
    switch_on("write_back")
    answer = terminal("send")
    assert "Bei den Rechnungen auf der Plattform vermerkt: 1" in answer.out


def switch_on(setting):
    composed = compose()
    try:
        with composed.app.store.write() as tx:
            (who,) = tx.creditors.all()
            (connection,) = tx.connections.all(who.id)
            given = {**connection.settings, setting: "yes"}
            tx.connections.save(who.id, replace(connection, settings=given))
    finally:
        composed.close()
