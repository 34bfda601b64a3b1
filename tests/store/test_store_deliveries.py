"""At most once: reservations, hand-over, and what is left by a process that died."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_story import NOW, A, Story, invoice

from core.domain.model import DeliveryState
from core.errors import IllegalTransition
from core.store.unit import SqlStore

MAIL = ("email", "kunde@kunde.example")


def _notice(store: SqlStore):
    story = Story(store)
    story.books(invoice("RE-1", 119))
    return story.run(story.draft({"RE-1": 1}))[0]


def test_one_of_two_senders_wins_and_the_other_takes_over_when_the_lease_ends(
    store: SqlStore,
) -> None:
    notice = _notice(store)
    with store.write() as tx:
        first = tx.deliveries.reserve(A, notice, *MAIL, "one", NOW, 60)
        assert tx.deliveries.reserve(A, notice, *MAIL, "two", NOW, 60) is None
        assert tx.deliveries.reserve(A, notice, "letter", "Weg 1", "two", NOW, 60) is None
        after = NOW + timedelta(seconds=60)
        again = tx.deliveries.reserve(A, notice, *MAIL, "two", after, 60)
        assert (again.id, again.lease_owner) == (first.id, "two")
        assert not tx.deliveries.hand_over(A, first.id, "one", after)
        assert tx.deliveries.hand_over(A, first.id, "two", after)
        assert not tx.deliveries.hand_over(A, first.id, "two", after)


def test_a_lease_that_ended_allows_no_hand_over(store: SqlStore) -> None:
    notice = _notice(store)
    with store.write() as tx:
        held = tx.deliveries.reserve(A, notice, *MAIL, "one", NOW, 60)
        assert not tx.deliveries.hand_over(A, held.id, "one", NOW + timedelta(seconds=60))


def test_a_hand_over_has_the_whole_lease_before_it_however_long_the_way_to_it_was(
    store: SqlStore,
) -> None:
    notice = _notice(store)
    with store.write() as tx:
        held = tx.deliveries.reserve(A, notice, *MAIL, "one", NOW, 60)
        late = NOW + timedelta(seconds=50)
        assert tx.deliveries.hand_over(A, held.id, "one", late, lease_seconds=60)
        end = late + timedelta(seconds=60)
        assert tx.deliveries.expired_handing_over(A, end - timedelta(seconds=1)) == []
        assert [d.id for d in tx.deliveries.expired_handing_over(A, end)] == [held.id]


def test_another_channel_waits_for_a_failure(store: SqlStore) -> None:
    notice = _notice(store)
    with store.write() as tx:
        mail = tx.deliveries.reserve(A, notice, *MAIL, "one", NOW, 60)
        tx.deliveries.hand_over(A, mail.id, "one", NOW)
        late = NOW + timedelta(hours=1)
        assert tx.deliveries.reserve(A, notice, "letter", "Weg 1", "two", late, 60) is None
        assert [d.id for d in tx.deliveries.expired_handing_over(A, late)] == [mail.id]
        assert tx.deliveries.expired_handing_over(A, NOW) == []
        tx.deliveries.finish(A, mail.id, DeliveryState.UNKNOWN, late, reason="abgebrochen")
        assert tx.deliveries.reserve(A, notice, "letter", "Weg 1", "two", late, 60) is None
        tx.deliveries.finish(A, mail.id, DeliveryState.FAILED, late, reason="not_sent")
        letter = tx.deliveries.reserve(A, notice, "letter", "Weg 1", "two", late, 60)
        assert letter.id != mail.id
        assert [d.state for d in tx.deliveries.of_notice(A, notice)] == ["failed", "reserved"]


def test_nothing_is_sent_without_a_hand_over_and_nothing_twice(store: SqlStore) -> None:
    notice = _notice(store)
    with store.write() as tx:
        held = tx.deliveries.reserve(A, notice, *MAIL, "one", NOW, 60)
        with pytest.raises(IllegalTransition):
            tx.deliveries.finish(A, held.id, DeliveryState.SENT, NOW)
        tx.deliveries.hand_over(A, held.id, "one", NOW)
        tx.deliveries.finish(A, held.id, DeliveryState.SENT, NOW, message_id="<1@muster.example>")
        for state in set(DeliveryState) - {DeliveryState.FAILED}:  # only its mail may come back
            with pytest.raises(IllegalTransition):
                tx.deliveries.finish(A, held.id, state, NOW)
        (found,) = tx.deliveries.of_notice(A, notice)
    assert (found.state, found.message_id) == (DeliveryState.SENT, "<1@muster.example>")


def test_a_lease_belongs_to_one_owner_until_it_ends(store: SqlStore) -> None:
    Story(store)
    with store.write() as tx:
        assert tx.leases.take(A, "run", "one", NOW, 60)
        assert tx.leases.take(A, "run", "one", NOW, 60)
        assert not tx.leases.take(A, "run", "two", NOW + timedelta(seconds=59), 60)
        assert tx.leases.take(A, "run", "two", NOW + timedelta(seconds=60), 60)
        tx.leases.release(A, "run", "one")
        assert tx.leases.holder(A, "run") == "two"
        tx.leases.release(A, "run", "two")
        assert tx.leases.holder(A, "run") == ""
