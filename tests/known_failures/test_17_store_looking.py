"""Known failure 17: state changed by looking at it (OpenXE rewrote levels on GET)."""

from __future__ import annotations

import pytest
from store_story import TODAY, A, Story, invoice

from core.domain.model import NoticeState
from core.errors import RuleError
from core.store.unit import SqlStore


def test_a_read_transaction_cannot_write(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    with pytest.raises(RuleError, match="Lesevorgang"), store.read() as tx:
        tx.notices.set_state(A, notice, NoticeState.HELD)
    with pytest.raises(RuleError, match="Lesevorgang"), store.read() as tx:
        tx.items.record_level(A, {ids["RE-1"]: 1}, TODAY)
    with store.read() as tx:
        assert tx.notices.get(A, notice).state is NoticeState.PROPOSED
        assert tx.items.get(A, ids["RE-1"]).level == 0
