"""When a connection is read again by itself: the interval, notices that wait, failures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_platform import day
from platform_desk import PlatformOffice
from sqlalchemy import event

from core.domain.model import Connection, ConnectionId
from core.errors import AuthFailed, MalformedResponse, RateLimited, Rejected, Unreachable
from core.ports import Lane
from core.services.approve import approve
from core.services.booked import set_booked_until
from core.services.connection_state import Attempt, record_account
from core.services.lease import Lease
from core.services.polling import interval, next_poll, polls, sync_due
from core.services.run import run
from core.services.schedule import reading_due
from core.services.sync import sync, sync_lease

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def minutes(number):
    return timedelta(minutes=number)


def connection(**settings):
    return Connection(ConnectionId(1), "muster", "laden", settings=settings)


@pytest.mark.parametrize(
    ("given", "usual", "waiting"),
    [({}, 15, 5), ({"poll_minutes": ""}, 15, 5), ({"poll_minutes": "4"}, 4, 2),
     ({"poll_minutes": "1"}, 1, 1), ({"poll_minutes": "1440"}, 1440, 480)],
)  # fmt: skip
def test_the_interval_and_a_third_of_it_while_notices_wait(given, usual, waiting):
    assert interval(connection(**given), waiting=False) == minutes(usual)
    assert interval(connection(**given), waiting=True) == minutes(waiting)


@pytest.mark.parametrize(
    ("failures", "refused", "wait", "pace"),
    [
        (0, False, 15, "interval"),
        (1, False, 30, "failed"),
        (2, False, 60, "failed"),
        (4, False, 240, "failed"),
        (5, False, 240, "failed"),  # a platform that is down comes back
        (1, True, 30, "refused"),
        (6, True, 960, "refused"),
        (7, True, 1440, "refused"),  # a key that is refused stays refused
        (4000, True, 1440, "refused"),
    ],
)
def test_the_wait_doubles_with_each_failure_in_a_row(failures, refused, wait, pace):
    cursors = {"polling": Attempt(NOW, failures, refused)._asdict() | {"at": NOW.isoformat()}}
    for waiting in (False, True):
        found = next_poll(connection(), cursors, waiting=waiting, now=NOW)
        if failures or not waiting:
            assert found == (NOW + minutes(wait), pace)


def test_a_long_interval_is_never_shortened_by_failures():
    cursors = {"polling": {"at": NOW.isoformat(), "failures": 1, "refused": False}}
    found = next_poll(connection(poll_minutes="1440"), cursors, waiting=True, now=NOW)
    assert found == (NOW + minutes(1440), "failed")


def test_a_clock_that_was_ahead_does_not_keep_it_waiting():
    ahead = NOW + timedelta(days=300)
    cursors = {"polling": {"at": ahead.isoformat()}}
    assert next_poll(connection(), cursors, waiting=False, now=NOW) == (NOW, "first")


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.app.clock.now = lambda: made.at
    made.at = NOW
    made.platform.invoice("i1", "k1", "119.00", day("2026-09-01"))
    try:
        yield made
    finally:
        made.close()


def due(books):
    return [each.connection.name for each in polls(books.app, books.id) if each.due]


def test_a_worker_learns_with_few_questions_that_nothing_is_to_be_read(books):
    [poll] = polls(books.app, books.id)
    assert reading_due(books.app, books.id) == [poll.connection.id]
    read(books)
    asked = []
    event.listen(
        books.app.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    assert reading_due(books.app, books.id) == []
    assert sum(each.startswith("SELECT") for each in asked) <= 4
    assert not any("notice" in each for each in asked)


def read(books):
    """Names of what was read, and in how many minutes the next one is."""
    report, found = sync_due(books.app, books.id, on=books.on)
    return [each.connection for each in report.connections], (found[0].at - books.at).seconds // 60


def test_what_is_due_is_read_and_nothing_else(books):
    assert read(books) == (["laden"], 15)
    asked = len(books.platform.asked)
    books.at += minutes(14)
    assert read(books) == ([], 1)
    assert len(books.platform.asked) == asked
    books.at += minutes(1)
    assert read(books) == (["laden"], 15)


def test_a_plain_sync_reads_at_once_and_counts(books):
    read(books)
    books.at += minutes(10)
    assert sync(books.app, books.id, on=books.on).connections[0].error is None
    assert read(books) == ([], 15)


def test_approved_notices_are_reason_to_look_more_often(books):
    read(books)
    set_booked_until(books.app, books.id, books.on, None, by="Erika", on=books.on)
    (notice,) = run(books.app, books.id, on=books.on).proposals
    assert polls(books.app, books.id)[0].pace == "interval"
    approve(books.app, books.id, [notice], by="Erika", on=books.on)
    (poll,) = polls(books.app, books.id)
    assert (poll.at, poll.pace) == (NOW + minutes(5), "waiting")


def test_a_refused_key_is_asked_ever_less_until_another_is_entered(books):
    books.platform.fault(*[AuthFailed() for _ in range(4)])
    asked = []
    for _ in range(7):
        books.at = max(books.at, polls(books.app, books.id)[0].at)
        asked.append((books.at - NOW) / minutes(1))
        read(books)
    # Four times it is refused, and the fifth time the key is good again.
    assert asked == [0, 30, 90, 210, 450, 465, 480]


def test_a_new_key_is_tried_at_once(books):
    books.platform.fault(AuthFailed(), AuthFailed())
    read(books)
    books.at += minutes(1)
    assert due(books) == []
    with books.app.store.write() as tx:
        record_account(tx, books.id, books.connection().id, "Muster Handels GmbH", books.at)
    assert due(books) == ["laden"]
    read(books)  # which is refused as well
    books.at += minutes(1)
    assert due(books) == []


def test_a_plain_sync_asks_a_refusing_platform_once_each_time(books):
    books.platform.fault(*[AuthFailed() for _ in range(3)])
    for _ in range(3):
        before = len(books.platform.asked)
        sync(books.app, books.id, on=books.on)
        assert len(books.platform.asked) == before + 1


@pytest.mark.parametrize(
    ("error", "pace"),
    [
        (Rejected(), "refused"),
        (Unreachable(), "failed"),
        (RateLimited(), "failed"),
        (MalformedResponse(), "failed"),  # a maintenance page
    ],
)
def test_how_a_failure_counts(books, error, pace):
    books.platform.fault(error)
    _, after = read(books)
    (poll,) = polls(books.app, books.id)
    assert (after, poll.pace, poll.failures) == (30, pace, 1)
    books.at += minutes(30)
    assert read(books) == (["laden"], 15)


def test_one_that_another_process_reads_is_left_to_it_without_a_word(books):
    lease = sync_lease(books.app, books.id, books.connection())
    other = Lease(books.app, books.id, lease.name, "anderer-rechner:1", lease.what)
    with other.held():
        assert read(books) == ([], 15)
    assert polls(books.app, books.id)[0].failures == 0


def test_a_reading_that_ends_without_a_word_is_not_repeated_each_minute(books, monkeypatch):
    def killed(*_args, **_fields):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.services.polling.read_connection", killed)
    with pytest.raises(KeyboardInterrupt):
        read(books)
    books.at += minutes(1)
    assert due(books) == []


def test_several_connections_each_have_their_own_time(books):
    books.add("zweite")
    with books.app.store.write() as tx:
        found = tx.connections.by_name(books.id, "zweite")
        tx.connections.save(books.id, replace(found, settings={"poll_minutes": "60"}))
    assert read(books)[0] == ["laden", "zweite"]
    books.at += minutes(20)
    assert read(books)[0] == ["laden"]
    books.at += minutes(40)
    assert sorted(read(books)[0]) == ["laden", "zweite"]
    assert all(lane is Lane.SYNC for lane, _ in books.platform.asked)
