"""Addresses that take events; their tokens are looked up by digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain.model import ConnectionId, CreditorId
from core.ports import NO_CONNECTION, Hook, HookKind
from core.store import tables as t
from core.store.base import Repo, instant

_C = t.hook.c
_COLUMNS = (_C.creditor_id, _C.id, _C.kind, _C.connection_id, _C.token, _C.secret)


def _hook(row: Sequence[Any]) -> Hook:
    creditor, id_, kind, connection, token, secret = row
    return Hook(CreditorId(creditor), id_, HookKind(kind), ConnectionId(connection), token, secret)


class Hooks(Repo):
    def by_token(self, digest: str) -> Hook | None:
        query = sa.select(*_COLUMNS).where(_C.token_sha256 == digest, _C.ended_at.is_(None))
        row = self._db.execute(query).first()
        return None if row is None else _hook(row)

    def of(
        self, creditor: CreditorId, kind: HookKind, connection: ConnectionId = NO_CONNECTION
    ) -> Hook | None:
        found = self._living(creditor, _C.kind == kind.value, _C.connection_id == connection)
        return found[0] if found else None

    def all(self, creditor: CreditorId) -> list[Hook]:
        return self._living(creditor)

    def _living(self, creditor: CreditorId, *conditions: sa.ColumnElement[bool]) -> list[Hook]:
        query = sa.select(*_COLUMNS).where(
            _C.creditor_id == creditor, _C.ended_at.is_(None), *conditions
        )
        return [_hook(row) for row in self._db.execute(query.order_by(_C.id))]

    def add(
        self,
        creditor: CreditorId,
        kind: HookKind,
        connection: ConnectionId,
        digest: str,
        token: str,
        secret: str,
        at: datetime,
    ) -> Hook:
        old = self.of(creditor, kind, connection)
        if old is not None:
            self.end(creditor, old.id, at)
        added = Hook(creditor, self._ids(creditor, "hook")[0], kind, connection, token, secret)
        self._db.execute(
            sa.insert(t.hook),
            {
                "creditor_id": creditor,
                "id": added.id,
                "kind": kind.value,
                "connection_id": connection,
                "token_sha256": digest,
                "token": token,
                "secret": secret,
                "created_at": instant(at),
            },
        )
        return added

    def end(self, creditor: CreditorId, hook: int, at: datetime) -> bool:
        done = self._db.execute(
            sa.update(t.hook)
            .where(_C.creditor_id == creditor, _C.id == hook, _C.ended_at.is_(None))
            .values(ended_at=instant(at))
        )
        return bool(done.rowcount)
