"""Known failure 3: duplicate letters from a second run, a retry or a re-print."""

from __future__ import annotations

from datetime import date

import pytest
from store_story import TODAY, A, Story, invoice

from core.domain.model import NoticeState
from core.errors import IllegalTransition, RuleError
from core.store.unit import SqlStore

TOMORROW = date(2026, 3, 3)


def test_a_second_run_refreshes_and_never_doubles(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    first = story.run(story.draft({"RE-1": 1}))
    for day in (TODAY, TOMORROW):
        assert story.run(story.draft({"RE-1": 1}), on=day) == first
    with store.read() as tx:
        assert [n.id for n in tx.notices.many(A)] == first


def test_what_was_sent_cannot_be_proposed_or_sent_again(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    with store.write() as tx:
        tx.notices.approve(A, notice, "h", "Erika", TODAY)
        tx.notices.set_state(A, notice, NoticeState.HANDING_OVER)
        tx.notices.set_state(A, notice, NoticeState.SENT, sent_on=TODAY)
    with pytest.raises(RuleError, match="RE-1"):
        story.run(story.draft({"RE-1": 1}), on=TOMORROW)
    for again in (NoticeState.APPROVED, NoticeState.HANDING_OVER, NoticeState.SENT):
        with pytest.raises(IllegalTransition), store.write() as tx:
            tx.notices.set_state(A, notice, again)
