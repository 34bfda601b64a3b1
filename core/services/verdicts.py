"""What the last finished run said of every open item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.domain.decision import Action, Verdict
from core.domain.model import CreditorId, ItemId, RunId
from core.domain.reasons import Reason
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.run_report import ItemVerdict


@dataclass(frozen=True, slots=True)
class RunVerdicts:
    """``after``: the place of the first of ``rows`` in the run, counted from 0."""

    run: RunId
    on: date
    after: int
    rows: tuple[ItemVerdict, ...]
    more: bool  # whether there are others behind them


def latest_verdicts(
    app: App, creditor: CreditorId, *, run: RunId | None, after: int, limit: int
) -> RunVerdicts | None:
    """``limit`` verdicts of a run, from place ``after`` on; None: there is no such finished run.

    ``run`` None is the last one. Somebody who reads page by page names the run of his first page,
    so that another run in between does not mix two.
    """
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        record = tx.runs.latest(creditor) if run is None else tx.runs.get(creditor, run)
        if record is None or record.state != "ready":
            return None
        found: list[Any] = []
        for place, row in enumerate(tx.runs.verdicts(creditor, record.id)):
            if place >= after + limit + 1:
                break
            if place >= after:
                found.append(row)
        part = found[:limit]
        items = tx.items.many(creditor, [ItemId(row["item"]) for row in part])
        names = {each.id: each.name for each in tx.connections.all(creditor)}
    rows = tuple(
        ItemVerdict(names[item.connection], item.number, item.external_id, _verdict(row))
        for row in part
        for item in (items[ItemId(row["item"])],)
    )
    return RunVerdicts(record.id, record.on, after, rows, len(found) > limit)


def _verdict(row: Any) -> Verdict:
    next_on = date.fromisoformat(row["next_on"]) if row["next_on"] else None
    return Verdict(
        ItemId(row["item"]),
        Action(row["action"]),
        Reason(row["reason"]),
        row["level"],
        next_on,
        row["facts"],
    )
