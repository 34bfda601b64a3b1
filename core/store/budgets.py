"""Request budgets: one row per connection, shared by every process (architecture §4.13).

A request reserves the next free place on the row's time line (the generic cell rate algorithm).
The row is locked while that is done, so that two processes never get the same place. Who goes
first follows from how far ahead a lane may reserve: whoever may not yet comes back (ADR 0022).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.ports import Lane, Place
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import dumps

_C = t.request_budget.c
SECOND = 1_000_000
# A lane that asked within these seconds still counts as asking.
_ASKING = 10 * SECOND
# What onboarding and history leave to the others while those ask: 30 of 100.
_LOW_SHARE = 70
_FIRST_BLOCK, LONGEST_BLOCK = SECOND, 300 * SECOND
# Places that a lane may reserve ahead, in intervals; a last look any number.
_AHEAD = {Lane.EVENT: 2, Lane.SYNC: 1, Lane.ONBOARDING: 1, Lane.HISTORY: 1}
# A time line further ahead than this was written by a clock that was wrong: seconds, and places.
_TOO_FAR, _TOO_MANY = 60 * SECOND, 20
_LOW = "low"  # beside the lanes: when onboarding or history may go on while others ask


@dataclass(frozen=True, slots=True)
class _Row:
    next_at: int
    lanes: Mapping[str, int]
    blocked_until: int
    refusals: int

    def asked(self, lane: Lane, now: int, within: int) -> bool:
        """Whether a lane before ``lane`` asked lately; also when the clock was put back since."""
        return any(
            int(other) < lane and abs(now - at) < within
            for other, at in self.lanes.items()
            if other != _LOW
        )

    def blocked(self, now: int) -> int:
        """Until when nobody asks; 0 when nothing or a wrong clock says so."""
        return self.blocked_until if self.blocked_until <= now + LONGEST_BLOCK else 0


class Budgets(Repo):
    def take(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        lane: Lane,
        now: int,
        interval: int,
        burst: int,
    ) -> Place:
        row = self._row(creditor, connection)
        lanes = {**row.lanes, str(int(lane)): now}
        blocked = row.blocked(now)
        if blocked > now:
            self._set(creditor, connection, lanes=dumps(lanes))
            return Place(blocked - now, mine=False, refused=True)
        next_at = row.next_at if row.next_at <= now + _TOO_FAR + _TOO_MANY * interval else now
        # Unused places are kept up to the burst, and none from before a refusal.
        free = max(next_at, now - (burst - 1) * interval, blocked)
        wait = _early(row, lane, now, interval, free)
        if wait > 0:
            self._set(creditor, connection, lanes=dumps(lanes))
            return Place(wait, mine=False)
        if lane >= Lane.ONBOARDING:
            lanes[_LOW] = max(free, now) + _low(interval)
        self._set(creditor, connection, next_at=free + interval, lanes=dumps(lanes))
        return Place(max(0, free - now), mine=True)

    def block(
        self, creditor: CreditorId, connection: ConnectionId, now: int, seconds: float | None
    ) -> int:
        row = self._row(creditor, connection)
        running = row.blocked(now)
        asked = min(math.ceil((seconds or 0) * SECOND), LONGEST_BLOCK)
        if running > now:
            # Sent before the refusal that everybody waits for: the same one once more.
            until, refusals = max(running, now + asked), row.refusals
        else:
            # Long ago is not in a row, although nobody came back to say that it went well.
            refusals = row.refusals if now - running <= LONGEST_BLOCK else 0
            until = now + max(min(_FIRST_BLOCK << min(refusals, 20), LONGEST_BLOCK), asked)
            refusals += 1
        self._set(creditor, connection, blocked_until=until, refusals=refusals)
        return until - now

    def ease(self, creditor: CreditorId, connection: ConnectionId) -> None:
        self._row(creditor, connection)
        self._set(creditor, connection, refusals=0)

    def blocked(self, creditor: CreditorId, connection: ConnectionId, now: int) -> int:
        row = self._db.execute(_select(creditor, connection)).first()
        return 0 if row is None else max(0, _row(row).blocked(now) - now)

    def _row(self, creditor: CreditorId, connection: ConnectionId) -> _Row:
        query = _select(creditor, connection).with_for_update()
        row = self._db.execute(query).first()
        if row is None:
            first = {"creditor_id": creditor, "connection_id": connection}
            self._db.execute(self._insert(t.request_budget).on_conflict_do_nothing(), first)
            row = self._db.execute(query).one()
        return _row(row)

    def _set(self, creditor: CreditorId, connection: ConnectionId, **values: object) -> None:
        self._db.execute(
            sa.update(t.request_budget)
            .where(_C.creditor_id == creditor, _C.connection_id == connection)
            .values(**values)
        )


def _select(creditor: CreditorId, connection: ConnectionId) -> sa.Select[tuple[int, str, int, int]]:
    return sa.select(_C.next_at, _C.lanes, _C.blocked_until, _C.refusals).where(
        _C.creditor_id == creditor, _C.connection_id == connection
    )


def _row(row: Sequence[Any]) -> _Row:
    next_at, lanes, blocked_until, refusals = row
    return _Row(next_at, json.loads(lanes), blocked_until, refusals)


def _low(interval: int) -> int:
    """From one request of a low lane to its next while others ask."""
    return -(-interval * 100 // _LOW_SHARE)


def _early(row: _Row, lane: Lane, now: int, interval: int, free: int) -> int:
    """How long a lane must wait before it may reserve ``free``; 0 or less: it may now."""
    if lane == Lane.LAST_LOOK:
        return 0
    if lane < Lane.ONBOARDING or not row.asked(lane, now, _ASKING):
        return free - now - _AHEAD[lane] * interval
    if lane == Lane.HISTORY and row.asked(lane, now, 2 * interval):
        return interval
    # While others ask, nothing is reserved ahead, and not more than the share is used.
    share = min(row.lanes.get(_LOW, 0), now + _low(interval))
    return max(free, share) - now
