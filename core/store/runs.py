"""Dunning runs and their verdicts. What a run wrote is seen when its state is ``ready``."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.domain.decision import Verdict
from core.domain.model import CreditorId, RunId
from core.errors import IllegalTransition
from core.ports import RunRecord
from core.store import tables as t
from core.store.base import Repo, instant, iso
from core.store.codec import dumps

_C = t.dunning_run.c
_COLUMNS = (_C.id, _C.on_date, _C.state, _C.counts, _C.procedures, _C.audit_head,
            _C.decisions_sha256)  # fmt: skip
_VERDICT = ("item", "action", "reason", "level", "next_on", "facts")
BUILDING, READY, FAILED = "building", "ready", "failed"


def _run(row: Sequence[Any]) -> RunRecord:
    id_, on, state, counts, procedures, head, sha256 = row
    return RunRecord(
        RunId(id_), on, state, json.loads(counts), json.loads(procedures), head, sha256
    )


class Runs(Repo):
    def start(
        self, creditor: CreditorId, on: date, procedures: Mapping[str, str], at: datetime
    ) -> RunId:
        """A run in state building; one that was left building before is marked failed.

        The caller holds the creditor's run lease, so nobody is working on that one any more. Its
        proposals stay hidden until this run has refreshed them.
        """
        self._db.execute(
            sa.update(t.dunning_run)
            .where(_C.creditor_id == creditor, _C.state == BUILDING)
            .values(state=FAILED, finished_at=instant(at))
        )
        id_ = self._ids(creditor, "run")[0]
        self._db.execute(
            sa.insert(t.dunning_run),
            {
                "creditor_id": creditor,
                "id": id_,
                "on_date": on,
                "state": BUILDING,
                "started_at": instant(at),
                "procedures": dumps(dict(procedures)),
            },
        )
        return RunId(id_)

    def add_verdicts(
        self, creditor: CreditorId, run: RunId, seq: int, verdicts: Sequence[Verdict]
    ) -> None:
        """One chunk of verdicts; ``seq`` is its place in the run."""
        rows = [
            (v.item, v.action, v.reason, v.level, iso(v.next_on), dict(v.facts)) for v in verdicts
        ]
        self._db.execute(
            sa.insert(t.run_verdicts),
            {
                "creditor_id": creditor,
                "run_id": run,
                "seq": seq,
                # Level 1: five times as fast as the default and hardly larger.
                "payload": zlib.compress(dumps(rows).encode(), 1),
            },
        )

    def verdicts(self, creditor: CreditorId, run: RunId) -> Iterator[Mapping[str, object]]:
        """Mappings with item, action, reason, level, next_on (ISO or None) and facts."""
        c = t.run_verdicts.c
        query = sa.select(c.payload).where(c.creditor_id == creditor, c.run_id == run)
        for (payload,) in self._db.execute(query.order_by(c.seq)):
            for row in json.loads(zlib.decompress(payload)):
                yield dict(zip(_VERDICT, row, strict=True))

    def finish(
        self,
        creditor: CreditorId,
        run: RunId,
        state: str,
        counts: Mapping[str, int],
        audit_head: str,
        at: datetime,
        decisions_sha256: str = "",
    ) -> None:
        """Ends a run that is building as ready (its proposals become visible) or failed.

        Raises:
            IllegalTransition: the run is not building any more, or another state was asked for.

        """
        if state not in (READY, FAILED):
            raise IllegalTransition(
                f"Ein Mahnlauf endet als ready oder failed, nicht als {state}.",
                en=f"A run ends as ready or failed, not as {state}.",
            )
        done = self._db.execute(
            sa.update(t.dunning_run)
            .where(_C.creditor_id == creditor, _C.id == run, _C.state == BUILDING)
            .values(
                state=state,
                counts=dumps(dict(counts)),
                audit_head=audit_head,
                decisions_sha256=decisions_sha256,
                finished_at=instant(at),
            )
        )
        if done.rowcount == 0:
            raise IllegalTransition(
                f"Der Mahnlauf {run} wird nicht mehr aufgebaut.",
                en=f"The run {run} is not being built any more.",
            )

    def get(self, creditor: CreditorId, run: RunId) -> RunRecord | None:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor, _C.id == run)
        row = self._db.execute(query).first()
        return None if row is None else _run(row)

    def latest(self, creditor: CreditorId) -> RunRecord | None:
        """The last run that is ready."""
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor, _C.state == READY)
        row = self._db.execute(query.order_by(_C.id.desc()).limit(1)).first()
        return None if row is None else _run(row)
