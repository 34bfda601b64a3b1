"""An event is stored once by its key, and the store says how many were new."""

from datetime import UTC, date, datetime

import pytest

from core.domain.model import ConnectionId, CreditorId, CreditorProfile, Role
from core.domain.platform_records import ConnectorEvent, EventChange, EventKind

ME = CreditorId("muster")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def event(key):
    return ConnectorEvent("", EventKind.PAYMENT, EventChange.CHANGED, "in_1", NOON, key)


@pytest.fixture
def shops(store):
    """Two connections of one creditor."""
    with store.write() as tx:
        tx.creditors.add(ME, CreditorProfile("Muster GmbH"), NOON)
        both = [
            tx.connections.add(ME, "stripe", name, Role.LEADING, "", date(2026, 11, 1))
            for name in ("laden", "markt")
        ]
    return [ConnectionId(each.id) for each in both]


def test_what_is_new_counts_and_what_was_there_does_not(store, shops):
    laden, markt = shops
    with store.write() as tx:
        assert tx.inbox.add(ME, laden, [event("evt_1"), event("evt_2")], b"{}", NOON) == 2
        assert tx.inbox.add(ME, laden, [event("evt_2"), event("evt_3")], b"{}", NOON) == 1
        assert tx.inbox.add(ME, laden, [event("evt_1"), event("evt_1")], b"{}", NOON) == 0
        # The same key of another connection is another event.
        assert tx.inbox.add(ME, markt, [event("evt_1")], b"{}", NOON) == 1
    with store.read() as tx:
        assert len(tx.inbox.waiting(ME, laden, NOON, 100)) == 3
        assert len(tx.inbox.waiting(ME, markt, NOON, 100)) == 1
