"""When the store cannot take an event: 503, and the repetition is stored once."""

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hook_desk import HookDesk, lexoffice_body, lexoffice_signed, stripe_body

from config.bootstrap import compose
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.errors import RuleError
from core.ports import Arrival
from core.services.inbox_writer import InboxWriter
from core.store.unit import SqlStore
from webhook_app.app import create_app

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def hasty(desk):
    """The same office, whose writers wait for a tenth of a second only."""
    url = f"sqlite:///{desk.composed.home / 'mahnwerk.db'}"
    store = SqlStore(url, busy_seconds=0.1)
    yield create_app(replace(desk.app, store=store)).test_client()
    store.close()


def take(client, desk, raw):
    return client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))


def test_while_somebody_else_writes_for_too_long_the_platform_shall_come_again(desk, hasty):
    raw = stripe_body(1)
    other = sqlite3.connect(desk.composed.home / "mahnwerk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = take(hasty, desk, raw)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    other.execute("ROLLBACK")
    other.close()
    assert desk.rows() == []
    assert [take(hasty, desk, raw).status_code for _ in range(2)] == [200, 200]
    assert desk.keys() == ["evt_1"]


def test_a_full_database_is_503_and_nothing_is_lost(desk, client):
    with desk.app.store.engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    raw = stripe_body(1, padding="x" * 200_000)
    assert take(client, desk, raw).status_code == 503
    with desk.app.store.engine.connect() as db:
        db.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert take(client, desk, raw).status_code == 200
    assert desk.keys() == ["evt_1"]


def test_what_cannot_be_decrypted_any_more_is_no_bad_signature(desk, caplog):
    """The key file is gone: the platform comes again, until it is back."""
    desk.settings.key_file.write_text("A" * 43 + "=\n")
    composed = compose(desk.settings, clock=desk.clock, language="de")
    client, raw = create_app(composed.app).test_client(), stripe_body(1)
    assert take(client, desk, raw).status_code == 503
    assert "mahnwerk connect" in caplog.text
    composed.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path, clock):
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    opened = HookDesk(tmp_path, clock, url)
    yield opened
    opened.close()


def event(key):
    return ConnectorEvent("", EventKind.INVOICE, EventChange.CHANGED, "in_1", NOW, key)


def test_many_at_once_are_stored_by_few_commits_and_each_hears_its_own(either):
    """Half of 200 are repetitions; nobody is answered before his event is on the disk."""
    writer, commits, answers = InboxWriter(either.app), [], {}
    write = either.app.store.write

    def counted():
        commits.append(1)
        return write()

    either.app.store.write = counted
    start = threading.Barrier(20)

    def send(lane):
        start.wait()
        for number in range(10):
            key = f"evt_{(lane * 10 + number) % 100}"
            arrival = Arrival(either.stripe.id, (event(key),), b"{}", NOW)
            answers[lane, number] = writer.put(either.id, arrival)
            with either.app.store.engine.connect() as db:  # already there
                found = db.exec_driver_sql(
                    f"select count(*) from inbox_event where event_key = '{key}'"
                ).scalar()
            assert found == 1

    threads = [threading.Thread(target=send, args=(lane,)) for lane in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 200
    assert sum(answers.values()) == 100
    assert len(either.rows()) == 100
    assert len(commits) < 200


def test_one_that_cannot_be_stored_does_not_take_its_neighbours_along(either):
    writer = InboxWriter(either.app)
    bad = Arrival(either.stripe.id, (event(None),), b"{}", NOW)  # no key: refused by the database
    good = [Arrival(either.stripe.id, (event(f"evt_{n}"),), b"{}", NOW) for n in range(5)]
    results = {}
    holds = threading.Event()

    def put(name, arrival):
        try:
            results[name] = writer.put(either.id, arrival)
        except RuleError as error:
            results[name] = error

    with either.app.store.write():  # so that they gather
        threads = [
            threading.Thread(target=put, args=(name, arrival))
            for name, arrival in enumerate([*good[:3], bad, *good[3:]])
        ]
        for each in threads:
            each.start()
        holds.wait(0.2)
    for each in threads:
        each.join()
    assert isinstance(results.pop(3), RuleError)
    assert list(results.values()) == [1] * 5
    assert sorted(either.keys()) == [f"evt_{n}" for n in range(5)]


def test_both_platforms_on_postgresql(either):
    client = either.flask().test_client()
    raw, other = stripe_body(1), lexoffice_body(1)
    for _ in range(2):
        assert take(client, either, raw).status_code == 200
        answer = client.post(either.lexoffice_path, data=other, headers=lexoffice_signed(other))
        assert answer.status_code == 200
    assert len(either.rows()) == 2
