"""Known failure 3: duplicate letters from a second run, a retry or a re-print.

Guards: an unchanged proposal is recognised (``store.proposal_content.pair``); what left stays left
(``store.transitions``); the database refuses a second living proposal, a second living line of an
item in its level (``uq_notice_item_living``) and a second living delivery, whatever the code does.
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from store_story import NOW, TODAY, A, Story, invoice

from core.domain.model import NoticeState
from core.errors import IllegalTransition, RuleError
from core.store import tables as t
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


def copied(store: SqlStore, table: sa.Table, **changes: object) -> None:
    """Writes the first row once more, past all code that would have seen it."""
    with store.write() as tx:
        db = tx.notices._db  # type: ignore[attr-defined]
        row = dict(db.execute(sa.select(table)).mappings().first())
        db.execute(sa.insert(table), row | changes)


def test_the_database_refuses_a_second_living_proposal(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    story.run(story.draft({"RE-1": 1}))
    copied(store, t.notice, id=99, living=False)
    with pytest.raises(RuleError):
        copied(store, t.notice, id=98)


def test_two_senders_get_one_delivery(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    mail = ("email", "kunde@kunde.example")
    with store.write() as tx:
        assert tx.deliveries.reserve(A, notice, *mail, "one", NOW, 60)
        assert tx.deliveries.reserve(A, notice, *mail, "two", NOW, 60) is None
        assert tx.deliveries.reserve(A, notice, "letter", "Kunde GmbH", "two", NOW, 60) is None
    with pytest.raises(RuleError):
        copied(store, t.delivery, id=99)
