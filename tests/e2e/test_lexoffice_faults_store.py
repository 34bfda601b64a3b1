"""The own house breaks while lexoffice is read: a full disk, a database that cannot be written.

And what an office knows by itself stays when everything is read anew, also when that breaks off.
"""

import json
import re
import sqlite3
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from lexoffice_office import HOOK, LexofficeOffice, approved, onboarded
from platform_office import broken_after
from platform_stages import beside, connected
from test_lexoffice_faults import REMEDY, change

# What SQLite is told in the middle, and what the operator reads then.
DATABASE = {
    "full": ("PRAGMA max_page_count=1", r"Datenträger der Datenbank ist voll", r"disk .* is full"),
    "read-only": ("PRAGMA query_only=ON", r"schreibgeschützt", r"read-only"),
}


desk = beside(LexofficeOffice)


@contextmanager
def database(pragma, after):
    """Every write but the first so many meets a full disk, or one that cannot be written."""
    left = [after]

    def before(_connection, cursor, statement, *_more):
        if isinstance(cursor, sqlite3.Cursor) and statement.startswith(("INSERT", "UPDATE")):
            left[0] -= 1
            if left[0] < 0:
                cursor.execute(pragma)

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)


@pytest.mark.parametrize("after", [0, 25, 60])
@pytest.mark.parametrize("kind", DATABASE)
@pytest.mark.parametrize("command", ["onboard", "sync"])
def test_a_reading_that_cannot_be_stored_says_so_and_goes_on_later(desk, command, kind, after):
    pragma, german, english = DATABASE[kind]
    if command == "onboard":
        connected(desk)
    else:
        onboarded(desk)
        change(desk)
    for number in range(40):
        who = desk.sandbox.add_contact(company=f"Muster {number} GmbH", street="Musterweg " * 20)
        desk.sandbox.add_invoice(contact=who, gross="11.90", on=desk.office.today)
    before, true = desk.books(), desk.truth()
    with database(pragma, after):
        told = desk(command, "--json", code=78)
        told_in_english = desk.english(command, code=78)
    json.loads(told.out)
    says(told.err, german, "de")
    says(told_in_english.err, english, "en")
    for number, owed in desk.books().items():
        assert owed in (before.get(number), true.get(number))
    desk(command)
    assert desk.books() == true
    assert desk.json("audit", "verify")["ok"]
    assert desk.json("sync")["records"]["invoices"] == 0


def says(text, sentence, language):
    assert re.search(sentence, text), text
    assert re.search(REMEDY[language], text), text
    assert "Traceback" not in text


def test_read_anew_what_the_office_knows_by_itself_stays(desk):
    """Dunned by us and by hand, held, confirmed: also when the second reading breaks off."""
    box = desk.sandbox
    box.dun(box.ids["RE-5"], title="Mahnung", on=date(2026, 10, 28))
    onboarded(desk)
    desk("platform-notices", "confirm", "--all")
    desk("hold", "RE-4", "--reason", "Kunde prüft die Lieferung")
    desk("approve", "--run", desk.json("run")["run"])
    assert {each["outcome"] for each in desk.json("send")} == {"sent"}
    items, notices = desk.json("open-items"), desk.json("platform-notices")
    assert {each["level"] for each in items} == {0, 1, 2}
    assert [each["state"] for each in notices] == ["confirmed"]
    mails = desk.office.mailbox.count()
    with broken_after(desk, 9, "unauthorized"):
        desk("onboard", "--restart", code=77)
    assert desk.json("open-items") == items
    assert desk.json("platform-notices") == notices
    desk("onboard")
    assert desk.json("open-items") == items
    assert desk.json("platform-notices") == notices
    desk("run")
    assert desk.json("proposals") == []
    assert desk.json("send") == []
    assert desk.office.mailbox.count() == mails


@pytest.mark.parametrize("kind", ["unauthorized", "error500", "late_success", "reset", "throttle"])
def test_subscriptions_that_break_off_in_the_middle_are_completed(desk, kind):
    onboarded(desk)
    command = ("webhooks", "register", "--url", HOOK)
    with broken_after(desk, 4, kind):
        desk(*command, code={"unauthorized": 77, "throttle": 75}.get(kind, 69))
    half = len(desk.sandbox.world.subscriptions)
    assert half > 0
    desk.sleep(3600)
    listed = desk.json(*command)["webhooks"]
    made = [(each.event, each.url) for each in desk.sandbox.world.subscriptions.values()]
    assert len(made) == len(set(made)) == len(listed) > half


POSTGRES = [
    (connected, "onboard", 9, "unauthorized", 77),
    (connected, "onboard", 9, "down", 69),
    (onboarded, "sync", 0, "throttle", 75),
    (onboarded, "sync", 4, "html", 70),
    (approved, "send", 0, "error500", 69),
    (approved, "send", 3, "stranger", 70),
]


@pytest.mark.parametrize(("stage", "command", "after", "kind", "code"), POSTGRES)
def test_on_postgresql_it_breaks_and_goes_on_too(
    desk, monkeypatch, postgres_url, stage, command, after, kind, code
):
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", postgres_url)
    stage(desk)
    if command == "sync":
        change(desk)
    before, true = desk.books(), desk.truth()
    with broken_after(desk, after, kind):
        told = desk(command, "--json", code=code)
    assert desk.leaks(told.out, told.err) == []
    for number, owed in desk.books().items():
        assert owed in (before.get(number), true.get(number))
    for _ in range(2):
        desk.sleep(3600)
        desk(command)
        assert desk.books() == true
    mails = desk.office.mailbox.message_ids()
    assert list(mails.values()) == [1] * (3 if command == "send" else 0)
