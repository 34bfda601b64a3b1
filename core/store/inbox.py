"""Events as they came in: stored once by (connection, key) before anybody is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.model import ConnectionId, CreditorId
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind
from core.ports import Arrival, Backlog, InboxEvent, InboxState
from core.store import tables as t
from core.store.base import Repo, instant, passed

_C = t.inbox_event.c
_COLUMNS = (_C.id, _C.connection_id, _C.organization, _C.kind, _C.change, _C.external_id,
            _C.event_at, _C.event_key, _C.mode, _C.received_at, _C.state, _C.tries,
            _C.reason)  # fmt: skip


def _event(row: Sequence[Any]) -> InboxEvent:
    id_, connection, organization, kind, change, external_id, at, key, mode, *rest = row
    received_at, state, tries, reason = rest
    event = ConnectorEvent(
        organization,
        EventKind(kind),
        EventChange(change),
        external_id,
        datetime.fromisoformat(at),
        key,
        mode,
    )
    return InboxEvent(
        id_, ConnectionId(connection), event, received_at, InboxState(state), tries, reason
    )


# By whether the database is SQLite. Made once: putting a statement together costs more than running
# it, and every webhook runs this.
_ADD = {
    True: sqlite.insert(t.inbox_event).on_conflict_do_nothing().returning(_C.id),
    False: postgresql.insert(t.inbox_event).on_conflict_do_nothing().returning(_C.id),
}


def _of_all(creditor: CreditorId, arrival: Arrival) -> dict[str, object]:
    now = instant(arrival.at)
    return {
        "creditor_id": creditor,
        "connection_id": arrival.connection,
        "raw": arrival.raw,
        "received_at": now,
        "state": arrival.state.value,
        "next_at": now,
        "reason": arrival.reason,
        "finished_at": None if arrival.state is InboxState.NEW else now,
    }


def _row(id_: int, event: ConnectorEvent) -> dict[str, object]:
    return {
        "id": id_,
        "event_key": event.key,
        "kind": event.kind.value,
        "change": event.change.value,
        "external_id": event.external_id,
        "organization": event.organization,
        "mode": event.mode,
        "event_at": instant(event.at),
    }


class Inbox(Repo):
    def add(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        events: Sequence[ConnectorEvent],
        raw: bytes,
        at: datetime,
        *,
        state: InboxState = InboxState.NEW,
        reason: str = "",
    ) -> int:
        [added] = self.add_many(
            creditor, [Arrival(connection, tuple(events), raw, at, state, reason)]
        )
        return added

    def add_many(self, creditor: CreditorId, arrivals: Sequence[Arrival]) -> list[int]:
        count = sum(len(each.events) for each in arrivals)
        if not count:
            return [0] * len(arrivals)
        ids = iter(self._ids(creditor, "inbox_event", count))
        rows: list[dict[str, object]] = []
        of: dict[object, int] = {}  # id -> place of its arrival
        for place, arrival in enumerate(arrivals):
            same = _of_all(creditor, arrival)
            for event in arrival.events:
                id_ = next(ids)
                of[id_] = place
                rows.append({**same, **_row(id_, event)})
        # One of them as it is: a list of rows takes a longer way through SQLAlchemy.
        given = rows[0] if len(rows) == 1 else rows
        added = [0] * len(arrivals)
        for stored in self._db.execute(_ADD[self._sqlite], given).scalars():
            added[of[stored]] += 1
        return added

    def waiting(
        self, creditor: CreditorId, connection: ConnectionId, now: datetime, limit: int
    ) -> list[InboxEvent]:
        query = sa.select(*_COLUMNS).where(
            _C.creditor_id == creditor,
            _C.connection_id == connection,
            _C.state == InboxState.NEW.value,
            passed(_C.next_at, now),
        )
        return [_event(row) for row in self._db.execute(query.order_by(_C.id).limit(limit))]

    def raw(self, creditor: CreditorId, event: int) -> bytes:
        query = sa.select(_C.raw).where(_C.creditor_id == creditor, _C.id == event)
        return bytes(self._db.execute(query).scalar_one())

    def finish(
        self,
        creditor: CreditorId,
        events: Sequence[int],
        state: InboxState,
        at: datetime,
        reason: str = "",
    ) -> None:
        self._change(
            creditor,
            events,
            state=state.value,
            finished_at=instant(at),
            reason=reason,
            tries=_C.tries + 1,
        )

    def retry(
        self, creditor: CreditorId, events: Sequence[int], next_at: datetime, reason: str
    ) -> None:
        self._change(creditor, events, next_at=instant(next_at), reason=reason, tries=_C.tries + 1)

    def wait(
        self, creditor: CreditorId, connection: ConnectionId, until: datetime, reason: str = ""
    ) -> int:
        done = self._db.execute(
            sa.update(t.inbox_event)
            .where(
                _C.creditor_id == creditor,
                _C.connection_id == connection,
                _C.state == InboxState.NEW.value,
            )
            .values(next_at=instant(until), reason=reason)
        )
        return done.rowcount

    def _change(self, creditor: CreditorId, events: Sequence[int], **values: object) -> None:
        self._db.execute(
            sa.update(t.inbox_event)
            .where(
                _C.creditor_id == creditor,
                self._among(_C.id, events),
                _C.state == InboxState.NEW.value,
            )
            .values(**values)
        )

    def due(self, now: datetime) -> list[tuple[CreditorId, ConnectionId]]:
        query = (
            sa.select(_C.creditor_id, _C.connection_id)
            .where(_C.state == InboxState.NEW.value, passed(_C.next_at, now))
            .group_by(_C.creditor_id, _C.connection_id)
            .order_by(sa.func.min(_C.next_at))
        )
        return [
            (CreditorId(creditor), ConnectionId(connection))
            for creditor, connection in self._db.execute(query)
        ]

    def backlog(self, creditor: CreditorId) -> Mapping[ConnectionId, Backlog]:
        new = sa.case((_C.state == InboxState.NEW.value, 1), else_=0)
        failed = sa.case((_C.state == InboxState.FAILED.value, 1), else_=0)
        oldest = sa.case((_C.state == InboxState.NEW.value, _C.received_at))
        query = (
            sa.select(_C.connection_id, sa.func.sum(new), sa.func.sum(failed), sa.func.min(oldest))
            .where(_C.creditor_id == creditor, _C.state != InboxState.DONE.value)
            .group_by(_C.connection_id)
        )
        return {
            ConnectionId(connection): Backlog(int(waits), int(bad), since or "")
            for connection, waits, bad, since in self._db.execute(query)
        }

    def failed(self, creditor: CreditorId, limit: int = 100) -> list[InboxEvent]:
        query = sa.select(*_COLUMNS).where(
            _C.creditor_id == creditor, _C.state == InboxState.FAILED.value
        )
        rows = self._db.execute(query.order_by(_C.id.desc()).limit(limit))
        return [_event(row) for row in rows]

    def again(self, creditor: CreditorId, events: Sequence[int], at: datetime) -> int:
        done = self._db.execute(
            sa.update(t.inbox_event)
            .where(
                _C.creditor_id == creditor,
                self._among(_C.id, events),
                _C.state == InboxState.FAILED.value,
            )
            .values(state=InboxState.NEW.value, next_at=instant(at), tries=0, finished_at=None)
        )
        return done.rowcount

    def forget(self, creditor: CreditorId, before: datetime) -> int:
        done = self._db.execute(
            sa.update(t.inbox_event)
            .where(
                _C.creditor_id == creditor,
                _C.state == InboxState.DONE.value,
                _C.finished_at < instant(before),
                _C.raw != b"",
            )
            .values(raw=b"")
        )
        return done.rowcount
