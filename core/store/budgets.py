"""Request budgets: one row per connection, shared by every process (architecture §4.13).

A request reserves the next free place on the row's time line (the generic cell rate algorithm).
The row is locked while that is done, so that two processes never get the same place.
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.ports import Lane
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import dumps

_C = t.request_budget.c
SECOND = 1_000_000
# A lane that asked within these seconds still counts as asking.
_ASKING = 10 * SECOND
# What onboarding and history leave to the others while those ask: 30 of 100 (ADR 0022).
_LOW_SHARE = 70
_FIRST_BLOCK, _LONGEST_BLOCK = SECOND, 300 * SECOND


class Budgets(Repo):
    def take(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        lane: Lane,
        now: int,
        interval: int,
        burst: int,
    ) -> int:
        next_at, lanes, blocked, _ = self._row(creditor, connection)
        step = interval
        if lane >= Lane.ONBOARDING and any(
            int(other) < lane and now - asked < _ASKING for other, asked in lanes.items()
        ):
            step = interval * 100 // _LOW_SHARE
        # Unused places are kept up to the burst, and no more.
        place = max(next_at, now - (burst - 1) * interval, blocked)
        lanes[str(int(lane))] = now
        self._set(creditor, connection, next_at=place + step, lanes=dumps(lanes))
        return max(0, place - now)

    def block(
        self, creditor: CreditorId, connection: ConnectionId, now: int, seconds: float | None
    ) -> int:
        _, _, blocked, refusals = self._row(creditor, connection)
        wait: int = min(_FIRST_BLOCK * 2 ** min(refusals, 20), _LONGEST_BLOCK)
        if seconds is not None:
            wait = max(wait, int(seconds * SECOND))
        until = max(blocked, now + wait)
        self._set(creditor, connection, blocked_until=until, refusals=refusals + 1)
        return int(until - now)

    def ease(self, creditor: CreditorId, connection: ConnectionId) -> None:
        self._set(creditor, connection, refusals=0)

    def _row(
        self, creditor: CreditorId, connection: ConnectionId
    ) -> tuple[int, dict[str, int], int, int]:
        query = (
            sa.select(_C.next_at, _C.lanes, _C.blocked_until, _C.refusals)
            .where(_C.creditor_id == creditor, _C.connection_id == connection)
            .with_for_update()
        )
        row = self._db.execute(query).first()
        if row is None:
            first = {"creditor_id": creditor, "connection_id": connection}
            self._db.execute(self._insert(t.request_budget).on_conflict_do_nothing(), first)
            row = self._db.execute(query).one()
        return int(row[0]), dict(json.loads(row[1])), int(row[2]), int(row[3])

    def _set(self, creditor: CreditorId, connection: ConnectionId, **values: object) -> None:
        self._db.execute(
            sa.update(t.request_budget)
            .where(_C.creditor_id == creditor, _C.connection_id == connection)
            .values(**values)
        )
