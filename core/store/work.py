"""How the unattended work stands, and which workers live."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from core.domain.model import Automation, CreditorId, NoticeState
from core.ports import NoticesWaiting, WorkerSeen, WorkState
from core.store import tables as t
from core.store.base import Repo, instant
from core.store.runs import READY

_S, _W, _N, _R = t.work_state.c, t.worker_seen.c, t.notice.c, t.dunning_run.c


# Made once: a worker asks both for every creditor every few seconds, and putting a statement
# together costs more than running it.
_ALIKE = (_N.state, _N.automation, _N.procedure, _N.channels)
_WAITING = (
    sa.select(*_ALIKE, sa.func.count(), sa.func.max(_N.id))
    .join(t.dunning_run, (_R.creditor_id == _N.creditor_id) & (_R.id == _N.run_id))
    .where(
        _N.creditor_id == sa.bindparam("of"),
        _N.state.in_(sa.bindparam("states", expanding=True)),
        _R.state == READY,
    )
    .group_by(*_ALIKE)
    .order_by(*_ALIKE)
)
_STATE = sa.select(
    _S.ran_on, _S.advanced_at, _S.failures, _S.next_at, _S.error, _S.mail_at, _S.mail_failures
).where(_S.creditor_id == sa.bindparam("of"))


class Work(Repo):
    def notices(self, creditor: CreditorId, states: Sequence[NoticeState]) -> list[NoticesWaiting]:
        asked = {"of": creditor, "states": [state.value for state in states]}
        return [
            NoticesWaiting(
                NoticeState(state),
                Automation(automation),
                procedure,
                tuple(json.loads(channels)),
                int(count),
                int(newest),
            )
            for state, automation, procedure, channels, count, newest in self._db.execute(
                _WAITING, asked
            )
        ]

    def state(self, creditor: CreditorId) -> WorkState:
        row = self._db.execute(_STATE, {"of": creditor}).first()
        return WorkState() if row is None else WorkState(*row)

    def save(self, creditor: CreditorId, state: WorkState) -> None:
        values = asdict(state)
        del values["mail_at"], values["mail_failures"]
        self._keep(creditor, values)

    def save_mailbox(self, creditor: CreditorId, at: str, failures: int) -> None:
        self._keep(creditor, {"mail_at": at, "mail_failures": failures})

    def _keep(self, creditor: CreditorId, values: dict[str, object]) -> None:
        self._db.execute(
            self._insert(t.work_state)
            .values(creditor_id=creditor, **values)
            .on_conflict_do_update(index_elements=[_S.creditor_id], set_=values)
        )

    def beat(self, worker: str, kind: str, at: datetime) -> None:
        now = instant(at)
        self._db.execute(
            self._insert(t.worker_seen)
            .values(name=worker, kind=kind, started_at=now, seen_at=now)
            .on_conflict_do_update(index_elements=[_W.name], set_={"seen_at": now})
        )

    def leave(self, worker: str) -> None:
        self._db.execute(sa.delete(t.worker_seen).where(_W.name == worker))

    def workers(self) -> list[WorkerSeen]:
        columns = (_W.name, _W.kind, _W.started_at, _W.seen_at)
        rows = self._db.execute(sa.select(*columns).order_by(_W.name))
        return [WorkerSeen(*row) for row in rows]
