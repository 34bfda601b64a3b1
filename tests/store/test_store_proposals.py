"""Proposals over several days: refreshed, approved, dropped, sent."""

from __future__ import annotations

from datetime import date

import pytest
from store_story import TODAY, A, Story, invoice

from core.domain.model import ItemKind, NoticeId, NoticeState
from core.errors import IllegalTransition, RuleError, UsageError
from core.store.transitions import NOTICE
from core.store.unit import SqlStore

TOMORROW = date(2026, 3, 3)


def _get(story: Story, notice: NoticeId):
    with story.store.read() as tx:
        return tx.notices.get(A, notice)


def _approve(story: Story, notice: NoticeId) -> None:
    with story.store.write() as tx:
        tx.notices.approve(A, notice, "h" * 64, "Erika", TODAY)


def test_a_proposal_is_read_back_as_it_was_planned(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119), invoice("GU-1", "-19", kind=ItemKind.CREDIT_NOTE))
    draft = story.draft({"RE-1": 2, "GU-1": 0})
    (notice,) = story.run(draft)
    found = _get(story, notice)
    assert found.lines == draft.plan.lines
    assert (found.total, found.level, found.channels) == (draft.plan.total, 2, ("email", "letter"))
    assert (found.state, found.run, found.issue_date) == ("proposed", story.last_run, TODAY)


def test_an_unchanged_proposal_keeps_its_id_and_moves_to_the_new_day(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    first = story.run(story.draft({"RE-1": 1}))
    second = story.run(story.draft({"RE-1": 1}), on=TOMORROW)
    assert first == second
    found = _get(story, first[0])
    assert (found.run, found.issue_date) == (story.last_run, TOMORROW)


def test_an_approved_proposal_stays_approved_while_nothing_changes(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    first = story.run(story.draft({"RE-1": 1}))
    approved_in = story.last_run
    _approve(story, first[0])
    assert story.run(story.draft({"RE-1": 1}), on=TOMORROW) == first
    found = _get(story, first[0])
    assert (found.state, found.run, found.issue_date) == ("approved", approved_in, TODAY)


def test_a_changed_one_is_withdrawn_and_proposed_anew(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (first,) = story.run(story.draft({"RE-1": 1}))
    _approve(story, first)
    story.books(invoice("RE-1", 119, outstanding=60))
    (second,) = story.run(story.draft({"RE-1": 1}))
    old = _get(story, first)
    assert second != first
    assert (old.state, old.reason) == ("withdrawn", f"erneuert durch Mahnlauf {story.last_run}")
    assert _get(story, second).total.plain() == "60.00"


def test_one_that_is_not_planned_any_more_is_withdrawn(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (first,) = story.run(story.draft({"RE-1": 1}))
    assert story.run() == []
    assert _get(story, first).state == "withdrawn"
    with store.read() as tx:
        assert tx.notices.living_debtors(A) == set()


def test_what_is_on_its_way_is_never_touched_and_its_item_refused_by_name(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (first,) = story.run(story.draft({"RE-1": 1}))
    _approve(story, first)
    with store.write() as tx:
        tx.notices.set_state(A, first, NoticeState.HANDING_OVER)
    with pytest.raises(RuleError, match=f"RE-1 steht in Stufe 1 schon auf Mahnung {first}"):
        story.run(story.draft({"RE-1": 1}))
    assert story.run() == []
    assert _get(story, first).state == "handing_over"
    (second,) = story.run(story.draft({"RE-1": 2}))
    assert second != first


def test_a_credit_may_stand_on_every_notice(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119), invoice("GU-1", "-19", kind=ItemKind.CREDIT_NOTE))
    (first,) = story.run(story.draft({"RE-1": 1, "GU-1": 0}))
    _approve(story, first)
    with store.write() as tx:
        tx.notices.set_state(A, first, NoticeState.HANDING_OVER)
        tx.notices.set_state(A, first, NoticeState.SENT, sent_on=TODAY)
    assert len(story.run(story.draft({"RE-1": 2, "GU-1": 0}))) == 1


def test_per_invoice_notices_of_one_debtor_live_side_by_side(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119), invoice("RE-2", 50))
    drafts = [story.draft({"RE-1": 1}), story.draft({"RE-2": 1})]
    both = story.run(*drafts)
    assert len(both) == 2
    assert story.run(drafts[1]) == [both[1]]
    assert len(story.run(*drafts)) == 2


def test_a_run_that_died_is_invisible_and_repaired_by_the_next(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (first,) = story.run(story.draft({"RE-1": 1}), finish=False)
    dead = story.last_run
    assert _get(story, first) is None
    with store.read() as tx:
        assert tx.notices.many(A) == []
        assert [n.id for n in tx.notices.many(A, run=dead)] == [first]
        assert tx.runs.latest(A) is None
        assert tx.notices.living_debtors(A) == {story.debtor}
    with pytest.raises(UsageError, match="gibt es nicht"):
        _approve(story, first)
    assert story.run(story.draft({"RE-1": 1})) == [first]
    assert _get(story, first).state == "proposed"
    with store.read() as tx:
        assert tx.runs.get(A, dead).state == "failed"
        assert tx.runs.latest(A).id == story.last_run


def test_dropping_one_invoice_recomputes_and_ends_the_approval(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119), invoice("RE-2", 50))
    (notice,) = story.run(story.draft({"RE-1": 3, "RE-2": 1}))
    _approve(story, notice)
    with store.write() as tx:
        left = tx.notices.drop_item(A, notice, ids["RE-1"])
        assert tx.notices.of_item(A, ids["RE-1"]) == []
    assert [line.number for line in left.lines] == ["RE-2"]
    assert (left.level, left.total.plain(), left.state) == (1, "50.00", "proposed")
    assert left.approved_hash == ""
    with store.write() as tx, pytest.raises(UsageError):
        tx.notices.drop_item(A, notice, ids["RE-1"])


def test_what_credits_outweigh_after_a_drop_is_withdrawn(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(
        invoice("RE-1", 119), invoice("RE-2", 50), invoice("GU-1", -60, kind=ItemKind.CREDIT_NOTE)
    )
    (notice,) = story.run(story.draft({"RE-1": 1, "RE-2": 1, "GU-1": 0}))
    with store.write() as tx, pytest.raises(RuleError, match="Guthaben"):
        tx.notices.drop_item(A, notice, ids["GU-1"])
    with store.write() as tx:
        assert tx.notices.drop_item(A, notice, ids["RE-1"]) is None
    assert _get(story, notice).state == "withdrawn"


class _Undo(Exception):
    pass


def _can_become(store: SqlStore, notice: NoticeId, state: NoticeState) -> bool:
    """Tries the transition and takes it back."""
    try:
        with store.write() as tx:
            tx.notices.set_state(A, notice, state)
            raise _Undo  # noqa: TRY301 - only an exception takes the block back
    except _Undo:
        return True
    except IllegalTransition:
        return False


@pytest.mark.parametrize("old", list(NoticeState))
def test_only_the_listed_transitions_are_taken(sqlite_store: SqlStore, old: NoticeState) -> None:
    ways = {
        NoticeState.PROPOSED: (),
        NoticeState.APPROVED: (NoticeState.APPROVED,),
        NoticeState.HELD: (NoticeState.APPROVED, NoticeState.HELD),
        NoticeState.REJECTED: (NoticeState.REJECTED,),
        NoticeState.WITHDRAWN: (NoticeState.WITHDRAWN,),
    }
    over = (NoticeState.APPROVED, NoticeState.HANDING_OVER)
    way = ways.get(old) or (() if old in ways else over if old == over[1] else (*over, old))
    story = Story(sqlite_store)
    story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    for state in way:
        if state is NoticeState.APPROVED:
            _approve(story, notice)
        else:
            with sqlite_store.write() as tx:
                tx.notices.set_state(A, notice, state)
    assert _get(story, notice).state is old
    taken = {state for state in NoticeState if _can_become(sqlite_store, notice, state)}
    assert taken == set(NOTICE[old])


def test_unknown_closed_as_not_sent_frees_its_item(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    (notice,) = story.run(story.draft({"RE-1": 1}))
    _approve(story, notice)
    with store.write() as tx:
        tx.notices.set_state(A, notice, NoticeState.HANDING_OVER)
        tx.notices.set_state(A, notice, NoticeState.UNKNOWN)
    with pytest.raises(RuleError, match="RE-1"):
        story.run(story.draft({"RE-1": 1}))
    with store.write() as tx:
        tx.notices.set_state(A, notice, NoticeState.FAILED, reason="not_sent")
    assert len(story.run(story.draft({"RE-1": 1}))) == 1


def test_the_later_contact_and_deadline_count(store: SqlStore) -> None:
    story = Story(store)
    with store.write() as tx:
        tx.notices.record_contact(A, story.debtor, TOMORROW, date(2026, 3, 20))
        tx.notices.record_contact(A, story.debtor, TODAY, None)
        account = tx.items.account(A, story.debtor, TODAY)
    assert (account.last_notice_on, account.last_deadline) == (TOMORROW, date(2026, 3, 20))
