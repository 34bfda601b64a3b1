"""All connections of a process are in use."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from core.errors import STORE, Unavailable
from core.store.unit import SqlStore


def test_no_connection_left_is_said_as_one_that_is_away(sqlite_store: SqlStore) -> None:
    """Otherwise a worker takes it for a fault of the creditor it was at."""
    pool = sqlite_store.engine.pool
    pool._max_overflow, pool._timeout = 0, 0.05
    with ExitStack() as open_:
        for _ in range(pool.size()):
            open_.enter_context(sqlite_store.read())
        with pytest.raises(Unavailable, match="Keine Verbindung") as found, sqlite_store.read():
            pass
    assert found.value.connector == STORE
    with sqlite_store.read() as tx:
        assert tx.creditors.all() == []
