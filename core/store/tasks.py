"""Tasks: work for a person."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from core.domain.model import CreditorId, DebtorId, NoticeId, Task
from core.store import tables as t
from core.store.base import Repo

_C = t.task.c


class Tasks(Repo):
    def add(
        self,
        creditor: CreditorId,
        kind: str,
        debtor: DebtorId,
        notice: NoticeId | None,
        text: str,
        on: date,
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
            },
        )
        return id_

    def open(self, creditor: CreditorId) -> list[Task]:
        query = sa.select(_C.id, _C.kind, _C.debtor_id, _C.notice_id, _C.text, _C.created_on)
        query = query.where(_C.creditor_id == creditor, _C.done_on.is_(None)).order_by(_C.id)
        return [
            Task(
                id_,
                kind,
                DebtorId(debtor),
                None if notice is None else NoticeId(notice),
                text,
                created,
            )
            for id_, kind, debtor, notice, text, created in self._db.execute(query)
        ]

    def done(self, creditor: CreditorId, task: int, on: date) -> bool:
        """Marks an open task as done; False when there is none with that id."""
        done = self._db.execute(
            sa.update(t.task)
            .where(_C.creditor_id == creditor, _C.id == task, _C.done_on.is_(None))
            .values(done_on=on)
        )
        return bool(done.rowcount)
