"""Known failure 21: removing one invoice from a letter mutes the others (OCA #460)."""

from __future__ import annotations

from datetime import date

from store_story import A, Story, invoice

from core.store.unit import SqlStore


def test_the_others_stay_and_the_dropped_one_comes_back(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119), invoice("RE-2", 50))
    (notice,) = story.run(story.draft({"RE-1": 1, "RE-2": 1}))
    with store.write() as tx:
        left = tx.notices.drop_item(A, notice, ids["RE-1"])
    assert [line.number for line in left.lines] == ["RE-2"]
    assert left.total.plain() == "50.00"
    (again,) = story.run(story.draft({"RE-1": 1, "RE-2": 1}), on=date(2026, 3, 3))
    with store.read() as tx:
        assert {line.number for line in tx.notices.get(A, again).lines} == {"RE-1", "RE-2"}
