"""What an import has seen of payments and holds stands in the event log (architecture §2)."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from store_story import NOW, TODAY, A, Story, euro

from core.domain.model import CreditorId
from core.domain.records import BatchInfo, Posting, PostingKind
from core.services.recompute import recompute
from core.store import tables as t
from core.store.unit import SqlStore

INVOICE = Posting(
    "p-1", "100000000", "10000", PostingKind.INVOICE, "RE-1", "RE1", TODAY, euro(119), euro(119),
    blocked_until=date(2026, 3, 31),
)  # fmt: skip
PAYMENT = Posting(
    "p-2", "100000000", "10000", PostingKind.PAYMENT, "RE-1", "RE1", TODAY, euro(-50), euro(-50),
)  # fmt: skip


def _logged(store: SqlStore, creditor: CreditorId) -> list[dict]:
    """The entries of recomputed books; an outside look at the tables."""
    log, payload = t.event_log.c, t.event_payload.c
    query = (
        sa.select(payload.payload)
        .where(log.creditor_id == creditor, payload.creditor_id == creditor)
        .where(log.seq == payload.seq, log.kind == "ledger")
        .order_by(log.seq)
    )
    with store.engine.connect() as connection:
        return [json.loads(text) for text in connection.execute(query).scalars()]


def test_each_payment_and_hold_is_logged_once(store: SqlStore) -> None:
    story = Story(store)
    with store.read() as tx:
        connection = tx.connections.get(A, story.connection)
    for file, postings in (("jan.csv", [INVOICE]), ("feb.csv", [INVOICE, PAYMENT])):
        with store.write() as tx:
            info = BatchInfo(file, "0" * 64, "postings", identity=file, from_on=TODAY)
            batch = tx.ledger.add_batch(A, connection.id, info, (), NOW)
            tx.ledger.add_postings(A, connection.id, batch, postings)
            recompute(tx, A, connection, None, on=TODAY)
    with store.write() as tx:
        recompute(tx, A, connection, None, on=TODAY)
        assert tx.events.verify(A).ok
    first, second = _logged(store, A)
    assert first["holds"] == [[1, "platform_block", "2026-03-31"]]
    assert (first["payments"], second["holds"]) == ([], [])
    assert second["payments"] == [[1, "2026-03-02", 5000, "EUR"]]
