"""Dunnings on a platform: made there by people, or written there by us, and never mixed up.

Invoice RE-1 of Muster GmbH was dunned by hand on the platform (d1, d2 …); n1 is our own notice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_story import NOW, A, B, Story, euro, invoice

from core.domain.model import ConnectionId, NoticeId
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import RuleError, UsageError
from core.ports import PlatformNoticeRow
from core.store import tables as t
from core.store.unit import SqlStore

ONE = ConnectionId(1)
SOURCE = "100000000/RE-1"  # external id of invoice RE-1
MARCH = date(2026, 3, 2)
LATER = NOW + timedelta(hours=1)
FOREIGN = PlatformNotice("d1", SOURCE, MARCH, "1. Mahnung")


def written(marker: str = "MW-n1") -> NoticeToWrite:
    return NoticeToWrite(SOURCE, marker, "Mahnung", MARCH, None, "de", euro(119))


class Desk:
    """Invoice RE-1 with a notice about it."""

    def __init__(self, store: SqlStore, creditor: Any = A) -> None:
        self.store, self.creditor = store, creditor
        story = Story(store, creditor)
        self.story = story
        self.item = story.books(invoice("RE-1", 119))["RE-1"]
        (self.notice,) = story.run(story.draft({"RE-1": 1}))

    def see(self, *notices: PlatformNotice, at: Any = NOW) -> list[PlatformNoticeRow]:
        with self.store.write() as tx:
            return tx.platform_notices.save_seen(self.creditor, ONE, notices, at)

    def intend(self, marker: str = "MW-n1") -> int | None:
        with self.store.write() as tx:
            return tx.platform_notices.intend(
                self.creditor, ONE, self.notice, self.item, written(marker), NOW
            )

    def set(self, row: int, state: str, **more: Any) -> None:
        with self.store.write() as tx:
            tx.platform_notices.set_state(self.creditor, row, state, **more)

    def rows(self, *states: str, notice: NoticeId | None = None) -> list[PlatformNoticeRow]:
        with self.store.read() as tx:
            return tx.platform_notices.rows(self.creditor, states=states, notice=notice)

    def raw(self) -> list[tuple[Any, ...]]:
        with self.store.read() as tx:
            found = tx.platform_notices._db.execute(sa.select(t.platform_notice))
            return sorted(map(tuple, found), key=repr)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return Desk(store)


def test_a_dunning_made_by_hand_is_new_once(desk: Desk) -> None:
    (row,) = desk.see(FOREIGN)
    assert row == PlatformNoticeRow(
        1, ONE, "d1", desk.item, SOURCE, MARCH, "1. Mahnung", "", None, "foreign"
    )
    assert desk.rows() == [row]
    assert desk.see(FOREIGN) == []
    with desk.store.read() as tx:
        assert tx.platform_notices.get(A, row.id) == row
        assert tx.platform_notices.get(A, 99) is None
        assert tx.platform_notices.known(A, ONE, ["d1", "d2"]) == frozenset({"d1"})


def test_seen_twice_in_one_batch_it_is_one(desk: Desk) -> None:
    assert len(desk.see(FOREIGN, FOREIGN)) == 1


def test_seeing_it_again_writes_nothing(desk: Desk) -> None:
    desk.see(FOREIGN, PlatformNotice("d2", "other", None, "2. Mahnung"))
    before = desk.raw()
    desk.see(FOREIGN, PlatformNotice("d2", "other", None, "2. Mahnung"), at=LATER)
    assert desk.raw() == before


def test_a_title_that_was_edited_follows_and_the_decision_stays(desk: Desk) -> None:
    (row,) = desk.see(FOREIGN)
    desk.set(row.id, "confirmed", level=2)
    assert desk.see(replace(FOREIGN, title="2. Mahnung", on=date(2026, 3, 9))) == []
    (after,) = desk.rows()
    assert (after.title, after.on) == ("2. Mahnung", date(2026, 3, 9))
    assert (after.state, after.level) == ("confirmed", 2)


def test_the_invoice_may_come_after_its_dunning(desk: Desk) -> None:
    later = PlatformNotice("d2", "100000000/RE-2", MARCH, "1. Mahnung")
    (row,) = desk.see(later)
    assert row.item is None
    item = desk.story.books(invoice("RE-1", 119), invoice("RE-2", 50))["RE-2"]
    desk.see(later)
    assert desk.rows()[0].item == item


def test_ours_is_written_when_the_platform_shows_its_marker(desk: Desk) -> None:
    row = desk.intend()
    assert row is not None
    assert desk.rows("writing", notice=desk.notice) == [
        PlatformNoticeRow(
            row, ONE, "", desk.item, SOURCE, MARCH, "Mahnung", "MW-n1", desk.notice, "writing"
        )
    ]
    shown = PlatformNotice("d1", SOURCE, MARCH, "Mahnung", "MW-n1")
    assert desk.see(shown) == []
    (after,) = desk.rows()
    assert (after.id, after.state, after.external_id) == (row, "written", "d1")
    before = desk.raw()
    desk.see(shown)
    assert desk.raw() == before


def test_what_seemed_to_have_failed_is_written_when_it_shows(desk: Desk) -> None:
    row = desk.intend()
    assert row is not None
    desk.set(row, "failed", reason="lexoffice antwortet nicht")
    desk.see(PlatformNotice("d1", SOURCE, MARCH, "Mahnung", "MW-n1"))
    (after,) = desk.rows("written")
    assert (after.id, after.reason) == (row, "")


def test_a_marker_is_written_once(desk: Desk) -> None:
    first = desk.intend()
    assert desk.intend() is None
    assert desk.intend("MW-n2") is not None
    assert next(row.id for row in desk.rows("writing")) == first


def test_many_wait_without_an_id_of_the_platform(desk: Desk) -> None:
    for marker in ("MW-n1", "MW-n2", "MW-n3"):
        desk.intend(marker)
    assert [row.external_id for row in desk.rows()] == ["", "", ""]
    with desk.store.read() as tx:
        assert tx.platform_notices.known(A, ONE, [""]) == frozenset()


def test_a_marker_of_another_home_is_nobodys_reminder(desk: Desk) -> None:
    assert desk.see(PlatformNotice("d1", SOURCE, MARCH, "Mahnung", "MW-other")) == []
    (row,) = desk.rows()
    assert (row.state, row.notice, row.marker) == ("written", None, "MW-other")
    assert desk.intend("MW-other") is None


def test_ours_twice_on_the_platform_are_two_rows_and_no_reminder(desk: Desk) -> None:
    row = desk.intend()
    assert row is not None
    twice = [PlatformNotice(id_, SOURCE, MARCH, "Mahnung", "MW-n1") for id_ in ("d1", "d2")]
    assert desk.see(*twice) == []
    assert desk.see(*reversed(twice)) == []
    found = {each.external_id: each for each in desk.rows()}
    assert {each.state for each in found.values()} == {"written"}
    assert (found["d1"].id, found["d1"].marker) == (row, "MW-n1")
    assert (found["d2"].marker, found["d2"].notice) == ("", None)


def test_rows_by_state_and_by_notice(desk: Desk) -> None:
    desk.see(FOREIGN, PlatformNotice("d2", SOURCE, MARCH, "2. Mahnung"))
    desk.set(1, "dismissed")
    own = desk.intend()
    assert [row.id for row in desk.rows()] == [1, 2, own]
    assert [row.id for row in desk.rows("dismissed", "writing")] == [1, own]
    assert [row.id for row in desk.rows(notice=desk.notice)] == [own]
    assert desk.rows(notice=NoticeId(99)) == []


def test_what_we_know_after_writing_is_kept(desk: Desk) -> None:
    row = desk.intend()
    assert row is not None
    desk.set(row, "written", external_id="d7")
    assert desk.rows()[0].external_id == "d7"
    desk.set(row, "written", reason="später gesehen")
    assert (desk.rows()[0].external_id, desk.rows()[0].reason) == ("d7", "später gesehen")


def test_one_dunning_of_the_platform_is_one_row(desk: Desk) -> None:
    desk.see(FOREIGN)
    row = desk.intend()
    assert row is not None
    with pytest.raises(RuleError):
        desk.set(row, "written", external_id="d1")


def test_a_row_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(UsageError, match="99"):
        desk.set(99, "confirmed")


def test_two_creditors_see_their_own(desk: Desk) -> None:
    other = Desk(desk.store, B)
    desk.see(FOREIGN)
    assert other.rows() == []
    assert len(other.see(FOREIGN)) == 1
    desk.set(1, "dismissed")
    assert [row.state for row in other.rows()] == ["foreign"]


@pytest.fixture(scope="module")
def books() -> Any:
    """One store for all examples of a property."""
    store = SqlStore("sqlite://")
    store.migrate()
    yield Desk(store)
    store.close()


SEEN = st.lists(
    st.builds(
        PlatformNotice,
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from([SOURCE, "other"]),
        st.sampled_from([None, MARCH]),
        st.sampled_from(["1. Mahnung", "2. Mahnung"]),
        st.sampled_from(["", "", "MW-n1"]),
    ),
    max_size=4,
)


@given(st.lists(SEEN, max_size=4), st.integers(0, 4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ours_is_never_taken_for_theirs_and_none_is_lost(
    books: Desk, batches: list[list[PlatformNotice]], when: int
) -> None:
    """Whatever is seen, before or after our own is intended, and however often."""
    with books.store.write() as tx:
        tx.platform_notices._db.execute(sa.delete(t.platform_notice))
    reported: list[str] = []
    for number, seen in enumerate([*batches, []]):
        if number == min(when, len(batches)):
            books.intend()
        reported += [row.external_id for row in books.see(*seen)]
    ids = {notice.external_id for seen in batches for notice in seen}
    rows = books.rows()
    assert {row.external_id for row in rows} - {""} == ids
    assert len({row.id for row in rows}) == len(rows) <= len(ids) + 1
    assert sum(row.marker == "MW-n1" for row in rows) == 1
    foreign = [row.external_id for row in rows if row.state == "foreign"]
    assert sorted(reported) == sorted(foreign)
    for id_ in ids:
        first = next(n for seen in batches for n in _last(seen).values() if n.external_id == id_)
        assert (id_ in foreign) == (first.marker == "")


def _last(seen: list[PlatformNotice]) -> dict[str, PlatformNotice]:
    return {notice.external_id: notice for notice in seen}
