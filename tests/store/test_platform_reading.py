"""What a reading asks of the store: what is newer than a batch, and how to begin anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from store_story import NOW, TODAY, A, B, Story, euro, invoice

from core.domain.model import ItemKind, ItemState
from core.domain.platform_records import Batch, InvoiceRecord
from core.store.tables import open_item

LATER = NOW + timedelta(seconds=30)


def record(id_, mark="m1"):
    return InvoiceRecord(
        id_, ItemKind.INVOICE, id_, "d", TODAY, TODAY, euro(100), euro(100), ItemState.OPEN,
        "open", mark,
    )  # fmt: skip


@pytest.fixture
def story(store):
    return Story(store)


def save(story, *records, at=NOW):
    with story.store.write() as tx:
        return tx.sources.save(story.id, story.connection, Batch({}, invoices=records), at)


def newer(story, at, creditor=A):
    with story.store.read() as tx:
        return tx.sources.changed_since(creditor, story.connection, ["1", "2", "3"], at)


def test_what_was_stored_or_changed_after_an_instant_is_newer(story):
    save(story, record("1"), record("2"))
    assert newer(story, NOW) == set()
    save(story, record("1"), record("2", "m2"), record("3"), at=LATER)
    assert newer(story, NOW) == {"2", "3"}, "seen again is not changed"
    assert newer(story, LATER) == set()
    assert newer(story, NOW, creditor=B) == set()


def test_forgotten_marks_are_all_that_is_forgotten(story):
    save(story, record("1"), record("2"))
    with story.store.write() as tx:
        tx.sources.forget_marks(story.id, story.connection)
    with story.store.read() as tx:
        assert tx.sources.marks(story.id, story.connection, ["1", "2"]) == {"1": "", "2": ""}
        assert tx.sources.by_id(story.id, story.connection, ["1"]) == {"1": record("1")}
        assert tx.sources.open_marks(story.id, story.connection) == {"1": "", "2": ""}
    assert save(story, record("1")) == {"d"}
    with story.store.read() as tx:
        assert tx.sources.marks(story.id, story.connection, ["1", "2"]) == {"1": "m1", "2": ""}


def test_marks_of_another_creditor_stay(story):
    save(story, record("1"))
    other = Story(story.store, B)
    save(other, replace(record("1"), mark="m9"))
    with story.store.write() as tx:
        tx.sources.forget_marks(A, story.connection)
    with story.store.read() as tx:
        assert tx.sources.marks(B, other.connection, ["1"]) == {"1": "m9"}


def test_the_start_level_changes_for_a_backlog_that_was_never_dunned(story):
    ids = story.books(
        invoice("RE-1", 100, due=date(2025, 1, 15)),
        invoice("RE-2", 100, due=date(2025, 1, 15)),
        invoice("RE-3", 100),
        backlog_before=date(2025, 9, 1),
    )
    with story.store.write() as tx:
        tx.items.record_level(story.id, {ids["RE-2"]: 1}, TODAY)
        assert tx.items.set_start_level(story.id, story.connection, 3) == 1
        assert tx.items.set_start_level(story.id, story.connection, 3) == 0
        assert tx.items.set_start_level(B, story.connection, 2) == 0
    with story.store.read() as tx:
        found = tx.items.many(story.id, ids.values())
    assert {i.number: i.start_level for i in found.values()} == {"RE-1": 3, "RE-2": 1, "RE-3": 1}


def settled_on(story):
    """Days on which items were settled, by number."""
    c = open_item.c
    with story.store.read() as tx:
        rows = tx.items._db.execute(sa.select(c.number, c.settled_on))
        return {row.number: row.settled_on for row in rows}


def test_nobody_knows_when_an_item_was_settled_that_came_settled(story):
    """A list of old invoices does not say when they were paid; today is not the day."""
    story.books(invoice("RE-1", 100, outstanding=0), invoice("RE-2", 100))
    assert settled_on(story) == {"RE-1": None, "RE-2": None}
    later = TODAY + timedelta(days=3)
    story.books(invoice("RE-1", 100, outstanding=0), invoice("RE-2", 100, outstanding=0), on=later)
    assert settled_on(story) == {"RE-1": None, "RE-2": later}
    paid = replace(invoice("RE-1", 100, outstanding=0), settled_on=date(2026, 1, 20))
    story.books(paid, invoice("RE-2", 100, outstanding=0), on=later + timedelta(days=1))
    assert settled_on(story) == {"RE-1": date(2026, 1, 20), "RE-2": later}
