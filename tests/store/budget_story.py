"""Processes that ask one platform, on a clock that jumps to whatever happens next."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.domain.model import ConnectionId
from core.ports import Lane
from core.store.unit import SqlStore

SECOND = 1_000_000
START = 1_772_442_000 * SECOND  # 2026-03-02 9:00 UTC
INTERVAL = 769_231  # 1.3 requests a second


class Sent(NamedTuple):
    at: int
    process: int
    waited: int  # since it first asked for this request


@dataclass
class Process:
    """Asks ``count`` times from ``begins`` on, each time ``latency`` after its request was sent."""

    lane: Lane
    count: int
    begins: int = 0
    latency: int = 100_000
    asked: int = field(default=0, init=False)


def play(
    store: SqlStore,
    creditor: str,
    processes: Sequence[Process],
    *,
    burst: int = 1,
    interval: int = INTERVAL,
    most: int = 20_000,
    until: int | None = None,
) -> list[Sent]:
    """Requests in the order in which they were sent; instants count from the start.

    ``until`` is the process after whose last request nothing is of interest.
    """
    agenda = []
    for number, process in enumerate(processes):
        process.asked = START + process.begins
        heapq.heappush(agenda, (process.asked, number, process.count))
    sent: list[Sent] = []
    with store.write() as tx:
        for _ in range(most):
            if not agenda:
                return sorted(sent)
            now, number, left = heapq.heappop(agenda)
            process = processes[number]
            place = tx.budgets.take(creditor, ConnectionId(1), process.lane, now, interval, burst)
            assert place.wait >= 0
            if not place.mine:
                assert place.wait > 0, "a loop that does not wait"
                heapq.heappush(agenda, (now + place.wait, number, left))
                continue
            at = now + place.wait
            sent.append(Sent(at - START, number, at - process.asked))
            process.asked = at + process.latency
            if left == 1 and number == until:
                return sorted(sent)
            if left > 1:
                heapq.heappush(agenda, (process.asked, number, left - 1))
    raise AssertionError("processes wait for each other for ever")
