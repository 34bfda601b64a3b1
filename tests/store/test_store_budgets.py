"""Request budgets: never faster than the rate, nobody shares a place, the right ones go first.

The platform allows 1.3 requests a second; instants are microseconds from 9:00 on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from budget_story import INTERVAL, SECOND, START, Process, play
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_story import A, B, Story

from core.domain.model import ConnectionId
from core.ports import Lane, Place
from core.store.unit import SqlStore

LOOK, EVENT, SYNC, ONBOARDING, HISTORY = Lane
ONE = ConnectionId(1)
PROCESSES = st.lists(
    st.builds(
        Process,
        lane=st.sampled_from(Lane),
        count=st.integers(1, 12),
        begins=st.integers(0, 5 * SECOND),
        latency=st.integers(0, 3 * SECOND),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def books() -> Iterator[SqlStore]:
    """One store for all examples of a property; every example begins with an empty budget."""
    store = SqlStore("sqlite://")
    store.migrate()
    Story(store)
    yield store
    store.close()


@pytest.fixture
def home(store: SqlStore) -> SqlStore:
    Story(store)
    return store


def _empty(store: SqlStore) -> None:
    with store.write() as tx:
        tx.budgets._set(A, ONE, next_at=0, lanes="{}", blocked_until=0, refusals=0)


def _take(store: SqlStore, lane: Lane = SYNC, at: int = 0, burst: int = 1) -> Place:
    with store.write() as tx:
        return tx.budgets.take(A, ONE, lane, START + at, INTERVAL, burst)


def _block(store: SqlStore, at: int, seconds: float | None = None) -> int:
    with store.write() as tx:
        return tx.budgets.block(A, ONE, START + at, seconds)


def test_requests_in_a_row_get_places_an_interval_apart(home: SqlStore) -> None:
    assert _take(home) == Place(0, mine=True)
    assert _take(home) == Place(INTERVAL, mine=True)
    # Two intervals ahead is too far for a sync: it asks again when it may.
    assert _take(home) == Place(INTERVAL, mine=False)
    assert _take(home, at=INTERVAL) == Place(INTERVAL, mine=True)


def test_unused_places_are_kept_up_to_the_burst_only(home: SqlStore) -> None:
    an_hour = 3600 * SECOND
    _take(home)
    places = [_take(home, LOOK, an_hour, burst=3) for _ in range(4)]
    assert [place.wait for place in places] == [0, 0, 0, INTERVAL]


@given(PROCESSES, st.integers(1, 4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_never_more_than_the_rate_in_any_window(
    books: SqlStore, processes: list[Process], burst: int
) -> None:
    _empty(books)
    at = [sent.at for sent in play(books, A, processes, burst=burst)]
    assert len(at) == sum(process.count for process in processes)
    for first in range(len(at)):
        for last in range(first, len(at)):
            asked = last - first + 1
            assert asked <= burst + (at[last] - at[first]) // INTERVAL


@given(
    st.lists(
        st.builds(
            Process,
            lane=st.sampled_from([SYNC, ONBOARDING, HISTORY]),
            count=st.just(12),
            begins=st.integers(0, SECOND),
            latency=st.integers(0, SECOND),
        ),
        max_size=8,
    ),
    st.integers(0, 8 * SECOND),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_last_look_waits_two_intervals_at_most(
    books: SqlStore, others: list[Process], at: int
) -> None:
    _empty(books)
    # Twelve requests of each keep the others busy until the look has its place, and for long after.
    sent = play(books, A, [*others, Process(LOOK, 1, begins=at)], until=len(others))
    look = next(each for each in sent if each.process == len(others))
    assert look.waited <= 2 * INTERVAL


def test_an_event_waits_behind_a_last_look_and_before_a_crowd_of_syncs(books: SqlStore) -> None:
    _empty(books)
    crowd = [Process(SYNC, 10, latency=0) for _ in range(20)]
    sent = play(books, A, [*crowd, Process(EVENT, 1, 3 * SECOND), Process(LOOK, 1, 3 * SECOND)])
    waited = {each.process: each.waited for each in sent if each.process >= 20}
    assert waited[21] <= 3 * INTERVAL
    assert waited[20] <= 3 * INTERVAL
    assert max(each.waited for each in sent) > 20 * INTERVAL


def test_onboarding_alone_uses_the_whole_rate(books: SqlStore) -> None:
    _empty(books)
    sent = play(books, A, [Process(ONBOARDING, 700)])
    # 700 requests at 1.3 a second: 8 minutes and 58 seconds, not a place is lost.
    assert sent[-1].at == 699 * INTERVAL


def test_history_alone_uses_the_whole_rate(books: SqlStore) -> None:
    _empty(books)
    assert play(books, A, [Process(HISTORY, 100)])[-1].at == 99 * INTERVAL


@pytest.mark.parametrize(("low", "least"), [(ONBOARDING, 0.6), (HISTORY, 0.5)])
def test_low_lanes_get_seven_tenths_at_most_while_others_ask(
    books: SqlStore, low: Lane, least: float
) -> None:
    _empty(books)
    # A sync that asks every five seconds; the others are free to go in between.
    sync, below = Process(SYNC, 40, latency=5 * SECOND), Process(low, 400)
    sent = play(books, A, [sync, below])
    ends = max(each.at for each in sent if each.process == 0)
    asked = sum(1 for each in sent if each.process == 1 and each.at < ends)
    assert least < asked * INTERVAL / ends <= 0.7
    assert max(each.waited for each in sent if each.process == 0) <= INTERVAL


def test_the_share_ends_ten_seconds_after_the_others_stopped(books: SqlStore) -> None:
    _empty(books)
    sent = play(books, A, [Process(SYNC, 1), Process(ONBOARDING, 60, begins=SECOND)])
    late = [each.at for each in sent if each.at > 12 * SECOND]
    assert {after - before for before, after in pairwise(late)} == {INTERVAL}


def test_history_waits_for_everybody(books: SqlStore) -> None:
    _empty(books)
    onboarding, history = Process(ONBOARDING, 50), Process(HISTORY, 50)
    sent = play(books, A, [onboarding, history])
    done = next(n for n, _ in enumerate(sent) if sum(s.process == 0 for s in sent[: n + 1]) == 50)
    # One place it had before onboarding asked for its second.
    assert sum(each.process == 1 for each in sent[:done]) <= 2
    assert sum(each.process == 1 for each in sent) == 50


def test_many_processes_wait_in_turn_and_lose_no_place(books: SqlStore) -> None:
    _empty(books)
    sent = play(books, A, [Process(SYNC, 5, latency=0) for _ in range(30)])
    assert sent[-1].at == 149 * INTERVAL


def test_a_refusal_is_waited_for_by_all_and_doubles(home: SqlStore) -> None:
    now, waits = 0, []
    for _ in range(11):
        wait = _block(home, now)
        assert _take(home, LOOK, now + wait - 1) == Place(1, mine=False, refused=True)
        now += wait
        waits.append(wait // SECOND)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert _take(home, HISTORY, now).refused is False


def test_an_answer_makes_the_next_refusal_the_first_again(home: SqlStore) -> None:
    _block(home, 0)
    _block(home, 2 * SECOND)
    with home.write() as tx:
        tx.budgets.ease(A, ONE)
    assert _block(home, 10 * SECOND) == SECOND


def test_a_refusal_of_this_morning_is_not_in_a_row(home: SqlStore) -> None:
    for at in (0, 2, 5, 12):
        _block(home, at * SECOND)
    assert _block(home, 3 * 3600 * SECOND) == SECOND


def test_two_processes_refused_at_once_are_refused_once(home: SqlStore) -> None:
    assert _block(home, 0) == SECOND
    assert _block(home, SECOND // 10) == SECOND - SECOND // 10
    assert _block(home, 2 * SECOND) == 2 * SECOND


def test_the_platform_says_how_long(home: SqlStore) -> None:
    assert _block(home, 0, 7.5) == 7_500_000
    assert _block(home, 8 * SECOND, 0.0) == 2 * SECOND
    assert _block(home, 20 * SECOND, 86_400) == 300 * SECOND
    # The longest word counts, also while one waits already.
    assert _block(home, 21 * SECOND, 2.0) == 299 * SECOND


def test_the_time_in_which_nobody_asks_is_seen(home: SqlStore) -> None:
    with home.read() as tx:
        assert tx.budgets.blocked(A, ONE, START) == 0
    _block(home, 0, 30)
    with home.read() as tx:
        assert tx.budgets.blocked(A, ONE, START + 10 * SECOND) == 20 * SECOND
        assert tx.budgets.blocked(A, ONE, START + 31 * SECOND) == 0


def test_after_a_refusal_there_is_no_burst(home: SqlStore) -> None:
    _block(home, 3600 * SECOND)
    after = 3601 * SECOND
    waits = [_take(home, LOOK, after, burst=5).wait for _ in range(3)]
    assert waits == [0, INTERVAL, 2 * INTERVAL]


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("hours", [1, 24 * 365])
def test_a_clock_that_is_put_back_blocks_nobody_for_long(
    home: SqlStore, lane: Lane, hours: int
) -> None:
    later = hours * 3600 * SECOND
    for each in Lane:
        _take(home, each, later)
    _block(home, later + SECOND)
    now, place = 0, _take(home, lane)
    while not place.mine:
        now += place.wait
        assert now < 60 * SECOND
        place = _take(home, lane, now)


def test_budgets_of_two_connections_know_nothing_of_each_other(home: SqlStore) -> None:
    Story(home, B)
    _block(home, 0, 60)
    with home.write() as tx:
        assert tx.budgets.take(B, ONE, SYNC, START, INTERVAL, 1) == Place(0, mine=True)


_ASKER = """
import json, sys
from core.ports import Lane
from core.store.unit import SqlStore
url, start, interval = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store, places = SqlStore(url), []
with store.read() as tx:
    tx.budgets.blocked("muster", 1, start)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(200):
    with store.write() as tx:
        places.append(start + tx.budgets.take("muster", 1, Lane.LAST_LOOK, start, interval, 1).wait)
store.close()
print(json.dumps(places))
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_never_share_a_place(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'mahnwerk.db'}"
        if kind == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    store = SqlStore(url)
    store.migrate()
    Story(store)
    store.close()
    # A short interval, or the places would count as written by a wrong clock.
    command = [sys.executable, "-c", _ASKER, url, str(START), "1000"]
    asking = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(2)
    ]
    for process in asking:  # both begin when both are there, or they would not meet
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    places = [json.loads(process.communicate(timeout=120)[0]) for process in asking]
    assert all(process.returncode == 0 for process in asking)
    assert sorted(places[0] + places[1]) == [START + 1000 * n for n in range(400)]
