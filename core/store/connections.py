"""Connections (Anbindungen): one account of a creditor at one platform."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.model import Connection, ConnectionId, CreditorId, NoticeState, Role
from core.errors import UsageError
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import dumps

_C = t.connection.c
_COLUMNS = (_C.id, _C.platform, _C.name, _C.role, _C.settings, _C.booked_until, _C.booked_source,
            _C.client, _C.first_import_on)  # fmt: skip


def _connection(row: Sequence[Any]) -> Connection:
    id_, platform, name, role, settings, booked_until, booked_source, client, first = row
    return Connection(
        ConnectionId(id_),
        platform,
        name,
        Role(role),
        json.loads(settings),
        booked_until,
        booked_source,
        client,
        first,
    )


class Connections(Repo):
    def add(
        self, creditor: CreditorId, platform: str, name: str, role: Role, client: str, on: date
    ) -> Connection:
        """A new connection, set up ``on``; the day of its first import comes with the import.

        Raises:
            UsageError: the creditor has one of that name.

        """
        if self.by_name(creditor, name) is not None:
            raise UsageError(
                f"Die Anbindung „{name}“ gibt es schon.",
                en=f"There is a connection {name} already.",
            )
        added = Connection(
            ConnectionId(self._ids(creditor, "connection")[0]),
            platform,
            name,
            role,
            client=client,
        )
        self._db.execute(
            sa.insert(t.connection),
            {
                "creditor_id": creditor,
                "id": added.id,
                "platform": platform,
                "name": name,
                "role": role.value,
                "client": client,
                "created_on": on,
            },
        )
        return added

    def get(self, creditor: CreditorId, connection: ConnectionId) -> Connection | None:
        return self._one(creditor, _C.id == connection)

    def by_name(self, creditor: CreditorId, name: str) -> Connection | None:
        return self._one(creditor, _C.name == name)

    def _one(self, creditor: CreditorId, condition: sa.ColumnElement[bool]) -> Connection | None:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor, condition)
        row = self._db.execute(query).first()
        return None if row is None else _connection(row)

    def all(self, creditor: CreditorId) -> list[Connection]:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor).order_by(_C.id)
        return [_connection(row) for row in self._db.execute(query)]

    def save(self, creditor: CreditorId, connection: Connection) -> None:
        self._set(
            creditor,
            connection.id,
            platform=connection.platform,
            name=connection.name,
            role=connection.role.value,
            settings=dumps(dict(connection.settings)),
            booked_until=connection.booked_until,
            booked_source=connection.booked_source,
            client=connection.client,
            first_import_on=connection.first_import_on,
        )

    def awaited(self, creditor: CreditorId) -> frozenset[ConnectionId]:
        n, line, item = t.notice.c, t.notice_item.c, t.open_item.c
        states = (NoticeState.APPROVED.value, NoticeState.HELD.value)
        query = (
            sa.select(item.connection_id)
            .join(
                t.notice_item,
                sa.and_(line.creditor_id == item.creditor_id, line.open_item_id == item.id),
            )
            .join(t.notice, sa.and_(n.creditor_id == line.creditor_id, n.id == line.notice_id))
            .where(n.creditor_id == creditor, n.state.in_(states), sa.not_(line.dropped))
            .distinct()
        )
        return frozenset(map(ConnectionId, self._db.execute(query).scalars()))

    def cursors(
        self, creditor: CreditorId, connection: ConnectionId
    ) -> Mapping[str, Mapping[str, Any]]:
        return self._json(creditor, connection, _C.cursor)

    def save_cursor(
        self,
        creditor: CreditorId,
        connection: ConnectionId,
        stream: str,
        cursor: Mapping[str, Any],
    ) -> None:
        streams = {**self.cursors(creditor, connection), stream: dict(cursor)}
        self._set(creditor, connection, cursor=dumps(streams))

    def secrets(self, creditor: CreditorId, connection: ConnectionId) -> Mapping[str, str]:
        return self._json(creditor, connection, _C.secrets)

    def save_secret(
        self, creditor: CreditorId, connection: ConnectionId, name: str, encrypted: str
    ) -> None:
        kept = {**self.secrets(creditor, connection), name: encrypted}
        self._set(creditor, connection, secrets=dumps({k: v for k, v in kept.items() if v}))

    def _json(
        self, creditor: CreditorId, connection: ConnectionId, column: sa.Column[str]
    ) -> dict[str, Any]:
        query = sa.select(column).where(_C.creditor_id == creditor, _C.id == connection)
        text = self._db.execute(query).scalar()
        return {} if text is None else dict(json.loads(text))

    def _set(self, creditor: CreditorId, connection: ConnectionId, **values: object) -> None:
        done = self._db.execute(
            sa.update(t.connection)
            .where(_C.creditor_id == creditor, _C.id == connection)
            .values(**values)
        )
        if done.rowcount == 0:
            raise _missing(connection)


def _missing(connection: ConnectionId) -> UsageError:
    return UsageError(
        f"Die Anbindung {connection} gibt es nicht.", en=f"There is no connection {connection}."
    )
