"""Tasks: work for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, NoticeId, Task
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.links import Links

_C = t.task.c


class Tasks(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        notice: NoticeId | None,
        text: str,
        on: date,
        source_key: str = "",
    ) -> int:
        id_ = self._ids(creditor, "task")[0]
        self._db.execute(
            sa.insert(t.task),
            {
                "creditor_id": creditor,
                "id": id_,
                "kind": kind,
                "debtor_id": debtor,
                "notice_id": notice,
                "text": text,
                "created_on": on,
                "source_key": source_key,
            },
        )
        return id_

    def known(self, creditor: CreditorId, source_keys: Sequence[str]) -> set[str]:
        """Those of the keys that a task was set for, done or not."""
        found: set[str] = set()
        for part in chunks(source_keys):
            query = sa.select(_C.source_key).where(
                _C.creditor_id == creditor, _C.source_key.in_(part)
            )
            found.update(self._db.execute(query).scalars())
        return found

    def close_of_debtor(
        self, creditor: CreditorId, debtor: DebtorId, kinds: Sequence[str], on: date
    ) -> list[int]:
        """Closes the open tasks of those kinds about a debtor and all he is linked with; their ids."""
        own = sa.and_(
            _C.creditor_id == creditor,
            self._links.among_group(creditor, _C.debtor_id, debtor),
            _C.kind.in_(list(kinds)),
            _C.done_on.is_(None),
        )
        ids = list(self._db.execute(sa.select(_C.id).where(own).order_by(_C.id)).scalars())
        if ids:
            self._db.execute(sa.update(t.task).where(own).values(done_on=on))
        return ids

    def open(self, creditor: CreditorId) -> list[Task]:
        query = sa.select(
            _C.id,
            _C.kind,
            _C.debtor_id,
            _C.notice_id,
            _C.text,
            _C.created_on,
            _C.source_key,
        )
        query = query.where(_C.creditor_id == creditor, _C.done_on.is_(None)).order_by(_C.id)
        return [
            Task(
                id_,
                kind,
                DebtorId(debtor),
                None if notice is None else NoticeId(notice),
                text,
                created,
                key,
            )
            for id_, kind, debtor, notice, text, created, key in self._db.execute(query)
        ]

    def done(self, creditor: CreditorId, task: int, on: date) -> bool:
        """Marks an open task as done; False when there is none with that id."""
        done = self._db.execute(
            sa.update(t.task)
            .where(_C.creditor_id == creditor, _C.id == task, _C.done_on.is_(None))
            .values(done_on=on)
        )
        return bool(done.rowcount)
