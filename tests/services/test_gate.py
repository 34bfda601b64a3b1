"""The gate in front of a platform: when a process may ask, and when it gives up waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from store_story import NOW, A, Story

from core.domain.model import ConnectionId
from core.errors import RateLimited
from core.ports import Lane
from core.services.gate import OpenGate, SharedGate
from core.store.unit import SqlStore

SECOND = 1_000_000


@dataclass
class Watch:
    """A clock that moves only when somebody sleeps."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant


@dataclass
class Waiting:
    """Sleeps without taking time; ``meanwhile`` is what others do in the first sleep."""

    clock: Watch
    slept: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        self.clock.instant += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture
def waiting(sqlite_store: SqlStore, clock: Watch) -> Waiting:
    Story(sqlite_store)
    return Waiting(clock)


@pytest.fixture
def gate(sqlite_store: SqlStore, clock: Watch, waiting: Waiting) -> Callable[..., SharedGate]:
    def make(lane: Lane = Lane.SYNC, patience: float = 300.0) -> SharedGate:
        return SharedGate(
            sqlite_store, clock, waiting, A, ConnectionId(1), lane, SECOND, patience=patience
        )

    return make


def test_five_requests_take_four_seconds_at_one_a_second(
    gate: Callable[..., SharedGate], waiting: Waiting
) -> None:
    sync = gate()
    for _ in range(5):
        sync.wait()
    assert waiting.slept == [1.0, 1.0, 1.0, 1.0]


def test_the_first_asks_at_once(gate: Callable[..., SharedGate], waiting: Waiting) -> None:
    gate().wait()
    assert waiting.slept == []


def test_what_one_process_is_told_the_others_wait_for(
    gate: Callable[..., SharedGate], waiting: Waiting
) -> None:
    assert gate().throttled(30.0) == 30.0
    gate(Lane.EVENT).wait()
    assert waiting.slept == [30.0]


def test_who_slept_while_another_was_refused_waits_again(
    gate: Callable[..., SharedGate], waiting: Waiting
) -> None:
    gate().wait()
    waiting.meanwhile = lambda: gate().throttled(60.0)
    gate().wait()
    assert waiting.slept == [1.0, 59.0]


def test_a_last_look_does_not_hold_up_the_notices_behind_it(
    gate: Callable[..., SharedGate], waiting: Waiting
) -> None:
    gate().throttled(21.0)
    with pytest.raises(RateLimited) as error:
        gate(Lane.LAST_LOOK, patience=20.0).wait()
    assert waiting.slept == []
    assert error.value.retry_after == 21.0
    assert "21 Sekunden" in str(error.value)
    assert "21 seconds" in error.value.en
    gate(Lane.LAST_LOOK, patience=21.0).wait()
    assert waiting.slept == [21.0]


def test_being_refused_again_while_waiting_counts_against_the_same_patience(
    gate: Callable[..., SharedGate], waiting: Waiting
) -> None:
    gate().throttled(15.0)
    waiting.meanwhile = lambda: gate().throttled(30.0)
    with pytest.raises(RateLimited) as error:
        gate(Lane.LAST_LOOK, patience=20.0).wait()
    assert waiting.slept == [15.0]
    assert error.value.retry_after == 15.0


def test_history_waits_for_an_onboarding_of_ten_minutes(
    gate: Callable[..., SharedGate], waiting: Waiting, clock: Watch
) -> None:
    onboarding, history = gate(Lane.ONBOARDING), gate(Lane.HISTORY, patience=5.0)
    began = clock.instant
    onboarding.wait()

    def work() -> None:
        if clock.instant - began < timedelta(minutes=10):
            slept = list(waiting.slept)
            onboarding.wait()
            waiting.slept[:] = slept
            waiting.meanwhile = work

    waiting.meanwhile = work
    history.wait()
    assert clock.instant - began >= timedelta(minutes=10)


def test_but_not_for_a_platform_that_refuses(gate: Callable[..., SharedGate]) -> None:
    gate().throttled(60.0)
    with pytest.raises(RateLimited):
        gate(Lane.HISTORY, patience=59.0).wait()


def test_an_answer_ends_the_row_of_refusals(gate: Callable[..., SharedGate]) -> None:
    sync = gate()
    waits = []
    for _ in range(3):
        sync.wait()
        waits.append(sync.throttled(None))
    sync.wait()
    sync.eased()
    assert [*waits, sync.throttled(None)] == [1.0, 2.0, 4.0, 1.0]


def test_before_there_is_a_connection_one_process_waits_alone() -> None:
    slept: list[float] = []
    gate = OpenGate(slept.append)
    gate.wait()
    assert gate.throttled(None) == 1.0
    gate.wait()
    assert gate.throttled(None) == 2.0
    assert gate.throttled(9.0) == 9.0
    gate.wait()
    gate.wait()
    gate.eased()
    assert gate.throttled(None) == 1.0
    assert slept == [1.0, 9.0]
