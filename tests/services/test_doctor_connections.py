"""The doctor and live connections: does the platform answer, what was read, what waits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from buchwerk_desk import KEY, STRANGERS, Buchwerk
from creditor_desk import FRIDAY, desk
from platform_notice_story import CREDITOR, Story, dunned, euro, invoice

from core.domain.platform_records import Batch, NoticeToWrite, Unread
from core.errors import AuthFailed, Problem, RateLimited, Severity, Unreachable
from core.services.connection_state import record_synced
from core.services.doctor import Status, doctor
from core.services.gate import microseconds
from core.services.sync_store import store_batch


class Machine:
    def check_key(self):
        return "/conf/key"

    def database_place(self):
        return "/daten/mahnwerk.db", ""

    def check_mail(self, _creditor):
        return None


@pytest.fixture
def buchwerk():
    return Buchwerk()


@pytest.fixture
def story(tmp_path, buchwerk):
    composed = desk(tmp_path)
    it = Story(composed)
    it.app = replace(composed.app, platforms=buchwerk.platforms(composed))
    with it.app.store.write() as tx:
        token = composed.vault.encrypt(KEY)
        tx.connections.save_secret(CREDITOR, it.connection.id, "api_key", token)
    yield it
    composed.close()


def findings(story, on=FRIDAY, language="de"):
    checks = doctor(story.app, Machine(), None, on=on, language=language)
    names = ("platform", "sync", "unread", "write_back", "platform_notices", "webhook_key")
    return {c.check: (c.status, c.message) for c in checks if c.check in names}


def synced(story, at):
    with story.app.store.write() as tx:
        record_synced(tx, CREDITOR, story.connection.id, at)


def test_all_is_well_when_it_answers_and_was_read_today(story, buchwerk):
    synced(story, datetime(2026, 11, 20, 6, tzinfo=UTC))
    found = findings(story)
    assert found["platform"] == (Status.OK, "buchwerk: Muster Handels GmbH antwortet.")
    assert found["sync"] == (Status.OK, "buchwerk: zuletzt 20.11.2026.")
    assert found["webhook_key"][0] is Status.OK
    assert set(found) == {"platform", "sync", "webhook_key"}
    assert len(buchwerk.asked) == buchwerk.closed == 1


@pytest.mark.parametrize(
    "error", [AuthFailed("Schlüssel abgelaufen.", en="key expired"), Unreachable("weg", en="gone")]
)
def test_a_platform_that_refuses_or_does_not_answer_fails(story, buchwerk, error):
    buchwerk.error = error
    status, message = findings(story)["platform"]
    assert (status, message) == (Status.FAIL, f"buchwerk: {error}")
    assert findings(story, language="en")["platform"][1] == f"buchwerk: {error.en}"


def test_a_platform_that_is_busy_is_no_failure(story, buchwerk):
    buchwerk.error = RateLimited("später noch einmal")
    assert findings(story)["platform"] == (Status.WARN, "buchwerk: später noch einmal")


def test_a_key_of_another_organisation_fails(story, buchwerk):
    buchwerk.accounts[KEY] = buchwerk.accounts[STRANGERS]
    status, message = findings(story)["platform"]
    assert status is Status.FAIL
    assert "Fremd Beispiel KG" in message
    assert "mahnwerk connect buchwerk --name buchwerk --set api_key=-" in message


def test_a_platform_that_throttles_is_not_asked(story, buchwerk):
    now = story.app.clock.now()
    with story.app.store.write() as tx:
        tx.budgets.block(CREDITOR, story.connection.id, microseconds(now), 90.0)
    status, message = findings(story)["platform"]
    assert status is Status.WARN
    assert "noch 90 s" in message
    assert buchwerk.asked == []


@pytest.mark.parametrize(
    ("days", "status"), [(0, Status.OK), (3, Status.OK), (4, Status.WARN), (40, Status.WARN)]
)
def test_a_connection_that_was_not_read_for_days_is_named(story, days, status):
    synced(story, datetime(2026, 11, 20, 6, tzinfo=UTC) - timedelta(days=days))
    found, message = findings(story)["sync"]
    assert found is status
    assert status is Status.OK or message.endswith("Einlesen: mahnwerk sync buchwerk")


def test_the_day_of_reading_is_that_of_the_creditor(story):
    synced(story, datetime(2026, 11, 19, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    assert findings(story)["sync"][1] == "buchwerk: zuletzt 20.11.2026."


def test_a_connection_that_was_never_read_says_how(story):
    status, message = findings(story)["sync"]
    assert status is Status.WARN
    assert message.endswith("mahnwerk onboard buchwerk")


def test_records_that_cannot_be_read_are_named_with_the_reason(story):
    unread = tuple(
        Unread(f"id-{n}", "k-1", Problem("amount", Severity.ERROR, "x", f"Betrag {n} fehlt."))
        for n in range(5)
    )
    store_batch(
        story.app, CREDITOR, story.connection, "invoices", Batch({}, unread=unread), on=FRIDAY,
        began=story.app.clock.now(),
    )  # fmt: skip
    status, message = findings(story)["unread"]
    assert status is Status.WARN
    assert "Belege: 5" in message
    assert "id-0: Betrag 0 fehlt.; id-1" in message
    assert message.endswith("…")


def test_dunnings_of_the_platform_wait_for_an_answer(story):
    story.read(invoice("RE-1"), notices=[dunned("RE-1", "Mahnung", date(2026, 11, 2))])
    status, message = findings(story)["platform_notices"]
    assert status is Status.WARN
    assert message == (
        "buchwerk: Eine Mahnung der Plattform noch nicht bestätigt. Ansehen: "
        "mahnwerk platform-notices"
    )


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [("writing", "", "Klären: mahnwerk send"), ("failed", "Beleg gesperrt.", "Beleg gesperrt.")],
)
def test_a_notice_that_is_not_on_the_platform_is_named(story, state, reason, said):
    story.read(invoice("RE-1"))
    write = NoticeToWrite("id-RE-1", "m-1", "Mahnung", FRIDAY, None, "de", euro(1190))
    with story.app.store.write() as tx:
        row = tx.platform_notices.intend(
            CREDITOR, story.connection.id, None, story.item("RE-1").id, write, story.app.clock.now()
        )
        tx.platform_notices.set_state(CREDITOR, row, state, reason=reason)
    status, message = findings(story)["write_back"]
    assert status is Status.WARN
    assert said in message


def test_a_pinned_key_of_events_is_said(story):
    before = findings(story)["webhook_key"][1]
    pinned = replace(story.connection, settings={"webhook_key": "-----BEGIN PUBLIC KEY-----"})
    with story.app.store.write() as tx:
        tx.connections.save(CREDITOR, pinned)
    status, message = findings(story)["webhook_key"]
    assert (status, message) == (
        Status.OK, "buchwerk: Schlüssel der Meldungen ist bestätigt."
    )  # fmt: skip
    assert "mahnwerk webhooks key" in before


def test_a_connection_to_files_is_not_asked(story, buchwerk):
    with story.app.store.write() as tx:
        tx.connections.save(CREDITOR, replace(story.connection, platform="datev"))
    assert findings(story) == {}
    assert buchwerk.asked == []
