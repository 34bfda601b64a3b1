"""The HTTP client behind the real budget: what one connection is told, all of them wait for.

The clock moves only when somebody sleeps; the platform is a server on 127.0.0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from http_desk import Desk, open_desk
from scripted_server import answer
from store_story import NOW, A, Story

from connectors._http import HttpClient
from core.domain.model import ConnectionId
from core.errors import RateLimited, Unreachable
from core.ports import Lane
from core.services.gate import SharedGate
from core.store.unit import SqlStore

SECOND = 1_000_000
OK = answer(200, {})
SLOW = answer(429, {"message": "Rate limit exceeded"})
Open = Callable[..., HttpClient]


class Watch:
    def __init__(self) -> None:
        self.instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def sleep(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)

    @property
    def passed(self) -> float:
        return (self.instant - NOW).total_seconds()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def client(desk: Desk, watch: Watch, sqlite_store: SqlStore) -> Open:
    Story(sqlite_store)

    def make(lane: Lane = Lane.SYNC, patience: float = 300.0) -> HttpClient:
        gate = SharedGate(
            sqlite_store, watch, watch.sleep, A, ConnectionId(1), lane, SECOND, patience=patience
        )
        return desk.client(gate=gate, sleep=watch.sleep, patience=patience)

    return make


def test_three_refusals_are_waited_for_and_nothing_is_lost(
    desk: Desk, client: Open, watch: Watch
) -> None:
    desk.server.play(SLOW, SLOW, SLOW, OK)
    sync = client()
    sync.get_json("/x")
    assert watch.passed == 1 + 2 + 4
    # The row of refusals ended with the answer: the next one waits a second again.
    desk.server.play(SLOW, OK)
    sync.get_json("/x")
    assert watch.passed == 7 + 1 + 1


def test_a_last_look_gives_up_within_twenty_seconds(desk: Desk, client: Open, watch: Watch) -> None:
    desk.server.play(SLOW)
    with pytest.raises(RateLimited) as caught:
        client(Lane.LAST_LOOK, 20.0).get_json("/invoices/i1")
    assert watch.passed <= 20.0
    assert caught.value.connector == "lexoffice"
    assert caught.value.retry_after == 16.0
    # Whoever comes next is told at once, without a request.
    other = client(Lane.LAST_LOOK, 10.0)
    with pytest.raises(RateLimited, match="Sekunden"):
        other.get_json("/invoices/i2")
    assert other.requests == 0


def test_a_storm_of_two_minutes_is_sat_out_by_a_sync(
    desk: Desk, client: Open, watch: Watch
) -> None:
    desk.server.play(*[SLOW] * 7, OK)
    client().get_json("/x")
    assert watch.passed == 127


def test_a_storm_without_an_end_ends_in_try_later(desk: Desk, client: Open, watch: Watch) -> None:
    desk.server.play(SLOW)
    with pytest.raises(RateLimited) as caught:
        client().get_json("/x")
    assert watch.passed <= 300
    assert caught.value.exit_code == 75
    assert caught.value.retry_after is not None


def test_every_repetition_takes_a_place_of_its_own(desk: Desk, client: Open, watch: Watch) -> None:
    desk.server.play(answer(500), answer(500), OK)
    sync = client()
    sync.get_json("/x")
    for _ in range(3):
        sync.get_json("/x")
    # Six requests at one a second, whoever caused them.
    assert sync.requests == 6
    assert watch.passed >= 5.0


def test_a_failing_last_look_does_not_hold_up_the_notices_behind_it(
    desk: Desk, client: Open, watch: Watch
) -> None:
    desk.server.play(answer(503))
    with pytest.raises(Unreachable):
        client(Lane.LAST_LOOK, 20.0).get_json("/x")
    assert watch.passed <= 20.0
